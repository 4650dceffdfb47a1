/** The words a recruiter reads for the values of the API. One place, so that one thing has one name on every page. */
import type { InvitationState, PlanMode, ProbeRule, QuestionKind, TurnKind } from "../api/types";

export const QUESTION_KINDS: Record<QuestionKind, string> = {
  behavioral: "Behavioral",
  situational: "Situational",
  knowledge: "Knowledge",
  background: "Background",
};

/** Who decides how an answer is followed up, and what that means, in one sentence. */
export const PLAN_MODES: Record<PlanMode, { name: string; meaning: string }> = {
  structured: {
    name: "Structured",
    meaning:
      "After an answer, the fixed rules of your follow-ups decide: the same answer gets the same follow-up, for everyone.",
  },
  guided: {
    name: "Guided",
    meaning:
      "After an answer, a model may ask a short question of its own or choose one of your follow-ups; your questions stay word for word and in order.",
  },
};

/** When the interviewer asks a follow-up. */
export const PROBE_RULES: Record<ProbeRule, string> = {
  too_short: "The answer is short",
  no_own_action: "No own action is named",
  no_result: "No result is named",
  no_example: "No example is given",
  always: "Always",
};

export const INVITATION_STATES: Record<InvitationState, string> = {
  open: "Invited",
  expired: "Link expired",
  revoked: "Link revoked",
  finished: "Finished",
  not_yet_open: "Not open yet",
};

export const TURN_KINDS: Record<TurnKind, string> = {
  greeting: "Greeting",
  question: "Question",
  probe: "Follow-up",
  follow_up: "Free follow-up",
  acknowledgement: "Acknowledgement",
  repeat: "Repeated",
  reassurance: "Reassurance",
  transition: "Transition",
  closing: "Closing",
  answer: "Answer",
  request: "Request",
  typed: "Typed",
};

/** What is said, by the server's word for it; a word that we do not know is shown as it is. */
export function utteranceKind(kind: string): string {
  const words: Record<string, string | undefined> = TURN_KINDS;
  return words[kind] ?? plain(kind);
}

/** A machine word as words: `ended_by_recruiter` → "Ended by recruiter". For codes that a newer server may add. */
export function plain(code: string): string {
  const text = code.replaceAll("_", " ");
  return text.charAt(0).toUpperCase() + text.slice(1);
}

const REASONS: Record<string, string | undefined> = {
  budget_minutes: "The invitation’s minutes were used up",
  budget_legs: "The invitation’s connections were used up",
  budget_money: "The day’s money was spent",
  busy_tenant: "Too many interviews at once",
  engine_full: "All interviewers were busy",
  lease_lost: "The server that held the call was lost",
  provider_fault: "The voice provider refused to go on",
};

/** Why a session or a call ended, or was refused. */
export function reason(code: string): string {
  return REASONS[code] ?? plain(code);
}

/** "$1.23"; what rounds to nothing is named as such. */
export function money(micros: number): string {
  if (micros > 0 && micros < 10_000) return "less than $0.01";
  return new Intl.NumberFormat("en-US", { style: "currency", currency: "USD" }).format(micros / 1_000_000);
}

/** "1 turn", "3 turns". */
export function count(n: number, one: string, many = `${one}s`): string {
  return `${n} ${n === 1 ? one : many}`;
}
