// Sample values of the API for tests and screenshots: a company with one position, its plan, and people.
import type {
  CandidateRow,
  Competency,
  Invitation,
  Me,
  Plan,
  Position,
  Session,
  SessionRow,
  TurnView,
  Voice,
} from "../../api/types";

/** Sunday, 22 November 2026, 16:00 UTC. */
export const NOW = Date.UTC(2026, 10, 22, 16, 0, 0);
const MINUTE = 60_000;

export const sampleMe: Me = {
  member: { id: "mem_1", email: "rosa@acme.example", name: "Rosa Lindqvist", role: "admin" },
  tenant: { id: "ten_1", name: "Acme" },
  has_password: true,
};

const settings = {
  voice: "marin",
  models: ["gpt-realtime-2.1", "gpt-realtime-2.1-mini"],
  transcriptions: ["gpt-realtime-whisper", "gpt-transcribe"],
  languages: [],
  vocabulary: [],
};

export const sampleVoice: Voice = {
  kind: null,
  installed: "own",
  providers: [
    { kind: "openai", url: "", key: null, has_installed_key: false, settings },
    { kind: "azure", url: "", key: null, has_installed_key: false, settings },
  ],
  trouble: null,
};

export const samplePlan: Plan = {
  language: "en",
  greeting: "Hello {candidate}, thank you for taking the time to talk about the position of {position} at {company}.",
  questions: [
    {
      id: "q_1",
      kind: "behavioral",
      text: "Tell me about a time when you disagreed with a colleague. What did you do?",
      competency_id: "cmp_1",
      time_limit_s: 240,
      max_probes: 1,
      probes: [
        { when: "no_own_action", text: "What was your own part in it?" },
        { when: "no_result", text: "How did it turn out?" },
      ],
    },
    {
      id: "q_2",
      kind: "situational",
      text: "A release is due tomorrow and you find a bug that may lose data. What do you do?",
      competency_id: "cmp_1",
      time_limit_s: 180,
      max_probes: 0,
      probes: [],
    },
  ],
  mode: "structured",
  closing: "That was all from my side. A person at {company} reads what you said and writes to you within a week.",
};

export const sampleCompetency: Competency = {
  id: "cmp_1",
  name: "Working with others",
  description: "Solves disagreement by facts and respect.",
  anchors: [
    { level: 1, text: "Blames others; names no own action." },
    { level: 3, text: "Names the disagreement and what they did about it." },
    { level: 5, text: "Shows how facts changed their own mind or another's." },
  ],
};

export function samplePosition(patch: Partial<Position> = {}): Position {
  return {
    id: "pos_1",
    title: "Backend engineer",
    description: "Builds and runs the services behind our booking system, together with four others.",
    competencies: [sampleCompetency],
    is_recorded: true,
    published_version: null,
    created_at: NOW - 3 * 24 * 60 * MINUTE,
    ...patch,
  };
}

export function sampleInvitation(patch: Partial<Invitation> = {}): Invitation {
  return {
    id: "inv_1",
    state: "open",
    expires_at: NOW + 14 * 24 * 60 * MINUTE,
    opens_at: null,
    created_at: NOW - 60 * MINUTE,
    sent_at: null,
    ...patch,
  };
}

export function sampleCandidate(id: string, name: string, patch: Partial<CandidateRow> = {}): CandidateRow {
  return {
    application_id: `app_${id}`,
    candidate: { id: `can_${id}`, name, email: `${id}@mail.example` },
    position: { id: "pos_1", title: "Backend engineer" },
    invitation: null,
    session: null,
    created_at: NOW - 2 * 60 * MINUTE,
    ...patch,
  };
}

export function sampleSessionRow(id: string, name: string, patch: Partial<SessionRow> = {}): SessionRow {
  return {
    id,
    state: "live",
    candidate: { id: `can_${id}`, name },
    position: { id: "pos_1", title: "Backend engineer" },
    plan_number: 3,
    started_at: NOW - 6 * MINUTE,
    ended_at: null,
    end_reason: null,
    turns: 4,
    completeness: "open",
    ...patch,
  };
}

/** A committed turn; `seq` also stands for its time, ten seconds each. */
export function sampleTurn(seq: number, text: string, patch: Partial<TurnView> = {}): TurnView {
  return {
    seq,
    leg: 1,
    item: `item_${seq}`,
    speaker: "candidate",
    kind: "answer",
    question: 0,
    text,
    planned: null,
    status: "final",
    cut: false,
    started_ms: seq * 10_000,
    ended_ms: seq * 10_000 + 9000,
    ...patch,
  };
}

const asked = { speaker: "interviewer", kind: "question" } as const;

/** A talk of some turns: greeting, question, answers, a follow-up. */
export const sampleTurns: readonly TurnView[] = [
  sampleTurn(1, "Hello Mira, I am the AI interviewer of Acme. Thank you for taking the time.", {
    speaker: "interviewer",
    kind: "greeting",
    question: null,
  }),
  sampleTurn(2, samplePlan.questions[0]?.text ?? "", asked),
  sampleTurn(3, "Last spring a colleague wanted to rewrite our queue, and I thought that we should measure first."),
  sampleTurn(4, "What was your own part in it?", { speaker: "interviewer", kind: "probe" }),
];

export function sampleSession(row: SessionRow, patch: Partial<Session> = {}): Session {
  return {
    ...row,
    plan: samplePlan,
    turns: [...sampleTurns],
    legs: [{ number: 1, started_at: row.started_at ?? NOW, ended_at: row.ended_at, end_reason: null }],
    consent: { version: "2026-11", accepted_at: NOW - 8 * MINUTE },
    reasons: [],
    integrity: [],
    view: null,
    ...patch,
  };
}
