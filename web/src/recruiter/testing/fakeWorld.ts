// What the fake server knows, and the shape of its answers.
import type {
  CandidateRow,
  CompletenessReport,
  Me,
  Plan,
  PlanVersion,
  Position,
  RecordingReport,
  Session,
  SessionCost,
  Voice,
} from "../../api/types";

/** All that the fake server knows; tests change it freely. */
export type World = {
  me: Me;
  voice: Voice;
  /** False: every request is answered with 401 until a sign-in. */
  signedIn: boolean;
  positions: Position[];
  plans: Map<string, Plan>;
  versions: Map<string, PlanVersion[]>;
  candidates: Map<string, CandidateRow[]>;
  sessions: Session[];
  costs: Map<string, SessionCost>;
  reports: Map<string, CompletenessReport>;
  recordings: Map<string, RecordingReport>;
};

type Call = { body: unknown; id: string; query: URLSearchParams };
export type Answer = { status: number; body?: unknown };
export type Handler = (world: World, call: Call) => Answer;

export function failure(status: number, code: string, message: string, more: object = {}): Answer {
  return { status, body: { error: { code, message, request_id: "req_1", ...more } } };
}

export const ok = (body: unknown, status = 200): Answer => ({ status, body });
export const missing = () => failure(404, "not_found", "There is nothing here.");
