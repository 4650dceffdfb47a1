// Wire shapes of the HTTP API by the names of the glossary, taken from the generated schema. Times are integers,
// milliseconds since the Unix epoch.
import type { components } from "./schema.gen";

type Schemas = components["schemas"];

/** Words that the schema leaves open, though they are these. */
type Closed = { completeness: "open" | "complete" | "incomplete" };

/** An answer carries every field; what is not there is null. (The schema calls such fields optional.) */
export type Full<T> = T extends (infer Item)[]
  ? Full<Item>[]
  : T extends object
    ? { [Key in keyof T]-?: Key extends keyof Closed ? Closed[Key] : Full<Exclude<T[Key], undefined>> }
    : T;

export type Me = Full<Schemas["Me"]>;

export type ProviderKind = Schemas["ProviderKind"];
export type ProviderView = Full<Schemas["ProviderView"]>;
export type Voice = Full<Schemas["VoiceView"]>;

export type Anchor = Full<Schemas["Anchor"]>;
export type Competency = Full<Schemas["Competency"]>;
export type PositionRow = Full<Schemas["PositionRow"]>;
export type Position = Full<Schemas["Position"]>;

export type QuestionKind = Schemas["QuestionKind"];
export type ProbeRule = Schemas["ProbeRule"];
export type PlanMode = Schemas["PlanMode"];
export type Probe = Full<Schemas["Probe"]>;
export type Question = Full<Schemas["Question"]>;
export type Plan = Full<Schemas["Plan"]>;
export type Problem = Full<Schemas["Problem"]>;
export type Utterance = Full<Schemas["Line"]>;
export type PlanDraft = Full<Schemas["PlanDraft"]>;
export type PlanVersion = Full<Schemas["PlanVersion"]>;

export type InvitationState = Schemas["InvitationState"];
export type Invitation = Full<Schemas["Invitation"]>;
export type CandidateRow = Full<Schemas["CandidateRow"]>;

export type SessionRow = Full<Schemas["SessionRow"]>;
export type Completeness = SessionRow["completeness"];
export type LegView = Full<Schemas["LegView"]>;
export type Session = Full<Schemas["Session"]>;
export type CompletenessReport = Full<Schemas["Completeness"]>;
/** What there is of a session’s recording. */
export type RecordingReport = Full<Schemas["Recording"]>;
export type RecordingPart = RecordingReport["parts"][number];
export type SessionCost = Full<Schemas["SessionCost"]>;
export type DayUsage = Full<Schemas["DayUsage"]>;
export type Home = Full<Schemas["Home"]>;

export type Speaker = Schemas["Speaker"];
export type TurnKind = Schemas["TurnKind"];
/** One committed turn; a later one with the same `item` replaces it. */
export type TurnView = Full<Schemas["TurnView"]>;

export type View = Full<Schemas["View"]>;
/** Data of the event `state`. */
export type LiveState = View & { session_state: string; leg: number; saved: number };
/** Data of the event `caption`: words while they are heard, never stored. */
export type Caption = { speaker: Speaker; item: string; text: string };

export type CandidateView = Full<Schemas["CandidateView"]>;
export type MicrophoneView = Full<Schemas["Heard"]>;
export type ControlKind = Schemas["ControlKind"];

/** The codes that an answer with an error may carry. */
export type ErrorCode = Schemas["Error"]["error"]["code"];
