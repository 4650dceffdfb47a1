// Wire shapes of the HTTP API, one name per concept. Times are integers, milliseconds since the Unix epoch.

export type Role = "admin" | "recruiter" | (string & {});
export type Me = {
  member: { id: string; email: string; name: string; role: Role };
  tenant: { id: string; name: string };
  has_password: boolean;
};

export type Anchor = { level: number; text: string };
export type Competency = { id: string; name: string; description: string; anchors: Anchor[] };
export type PositionRow = {
  id: string;
  title: string;
  candidates: number;
  finished: number;
  published_version: number | null;
  created_at: number;
};
export type Position = {
  id: string;
  title: string;
  description: string;
  competencies: Competency[];
  published_version: number | null;
  created_at: number;
};

export type QuestionKind = "behavioral" | "situational" | "knowledge" | "background";
export type ProbeRule = "too_short" | "no_own_action" | "no_result" | "no_example" | "always";
export type Probe = { when: ProbeRule; text: string };
export type Question = {
  id: string;
  kind: QuestionKind;
  text: string;
  competency_id: string | null;
  time_limit_s: number;
  max_probes: number;
  probes: Probe[];
};
export type Plan = { language: string; greeting: string; questions: Question[]; closing: string };
export type Problem = { path: string; code: string; message: string };
export type Utterance = { kind: string; text: string };
export type PlanDraft = {
  plan: Plan;
  problems: Problem[];
  minutes: number;
  utterances: Utterance[];
  published_version: number | null;
  changed: boolean;
  saved_at: number;
};
export type Rendering = { voice: string; done: number; total: number };
export type PlanVersion = {
  id: string;
  number: number;
  plan: Plan;
  minutes: number;
  published_at: number;
  rendering: Rendering;
};

export type InvitationState = "open" | "expired" | "revoked" | "finished" | "not_yet_open";
export type Invitation = {
  id: string;
  state: InvitationState;
  expires_at: number;
  opens_at: number | null;
  created_at: number;
  sent_at: number | null;
};
export type CandidateRow = {
  application_id: string;
  candidate: { id: string; name: string; email: string };
  position: { id: string; title: string };
  invitation: Invitation | null;
  session: SessionRow | null;
  created_at: number;
};

export type Completeness = "open" | "complete" | "incomplete";
export type SessionRow = {
  id: string;
  state: string;
  candidate: { id: string; name: string };
  position: { id: string; title: string };
  plan_number: number;
  started_at: number | null;
  ended_at: number | null;
  end_reason: string | null;
  turns: number;
  completeness: Completeness;
};
export type LegView = { number: number; started_at: number; ended_at: number | null; end_reason: string | null };
export type Session = Omit<SessionRow, "turns"> & {
  plan: Plan;
  turns: TurnView[];
  legs: LegView[];
  consent: { version: string; accepted_at: number } | null;
  view: View | null;
};
export type Home = {
  live: SessionRow[];
  needs_review: SessionRow[];
  waiting: CandidateRow[];
  failed: SessionRow[];
};

export type Speaker = "interviewer" | "candidate";
export type TurnStatus = "final" | "empty" | "missing";
export type TurnKind =
  | "greeting"
  | "question"
  | "probe"
  | "acknowledgement"
  | "repeat"
  | "reassurance"
  | "transition"
  | "closing"
  | "answer"
  | "request"
  | "typed";
/** One committed turn; a later one with the same `item` replaces it. */
export type TurnView = {
  seq: number;
  leg: number;
  item: string;
  speaker: Speaker;
  kind: TurnKind;
  question: number | null;
  text: string;
  status: TurnStatus;
  cut: boolean;
  started_ms: number;
  ended_ms: number;
};

export type StageName = "waiting" | "greeting" | "question" | "closing" | "paused" | "interrupted" | "ended";
export type Phase = "listening" | "thinking" | "speaking" | "reconnecting" | "paused";
export type QuestionView = { index: number; total: number; text: string };
export type View = {
  stage: StageName;
  question: QuestionView | null;
  phase: Phase;
  speaker: Speaker | null;
  elapsed_ms: number;
  question_left_ms: number | null;
  turns: number;
};
/** Data of the SSE event `state`. */
export type LiveState = View & { session_state: string; leg: number; saved: number };
/** Data of the SSE event `caption`: words while they are heard, never stored. */
export type Caption = { speaker: Speaker; item: string; text: string };

export type CandidateStatus = "welcome" | "ready" | "live" | "interrupted" | "finished";
export type Notice = { version: string; items: { heading: string; text: string }[] };
export type CandidateView = {
  status: CandidateStatus;
  company: string;
  position: string;
  candidate: string;
  minutes: number;
  questions: number;
  expires_at: number;
  language: string;
  notice: Notice;
  consented_at: number | null;
  session_id: string | null;
  append_key: string | null;
  turns_saved: number;
  end_reason: string | null;
  contact_email: string | null;
};
export type MicrophoneView = { text: string; peak: number };
export type ControlKind = "ready" | "repeat" | "moment" | "pause" | "resume" | "type" | "end";
