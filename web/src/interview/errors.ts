// Everything that can go wrong for a candidate, as a code. The words stand in src/candidate/words.problems.ts, one for each code,
// so that a failure without words does not compile.
import { ApiError } from "../api/client";
import type { ErrorCode } from "../api/types";

export type FailureCode =
  | "link_incomplete"
  | "link_unknown"
  | "link_expired"
  | "link_revoked"
  | "link_not_open"
  | "too_many_tries"
  | "finished"
  | "open_elsewhere"
  | "browser_too_old"
  | "not_secure"
  | "microphone_blocked"
  | "microphone_missing"
  | "microphone_busy"
  | "microphone_unplugged"
  | "microphone_silent"
  | "engine_full"
  | "engine_unavailable"
  | "time_used_up"
  | "connections_used_up"
  | "closed_for_today"
  | "engine_refused"
  | "call_refused"
  | "consent_changed"
  | "consent_missing"
  | "sound_blocked"
  | "too_long"
  | "offline"
  | "unexpected";

export type Failure = {
  code: FailureCode;
  /** When to come back or when the link opens; milliseconds since the epoch. */
  at?: number;
  /** What to tell the people who run this, to find it in their records. */
  requestId?: string;
  /** The server's own sentence, where it knows more than the code says. */
  said?: string;
};

const FROM_API: Partial<Record<ErrorCode | "offline" | "unexpected", FailureCode>> = {
  invitation_unknown: "link_unknown",
  invitation_expired: "link_expired",
  invitation_revoked: "link_revoked",
  invitation_not_open: "link_not_open",
  too_many_requests: "too_many_tries",
  session_over: "finished",
  taken_over: "open_elsewhere",
  engine_full: "engine_full",
  engine_unavailable: "engine_unavailable",
  stopping: "engine_unavailable",
  busy_tenant: "engine_full",
  too_many_starts: "too_many_tries",
  budget_minutes: "time_used_up",
  budget_legs: "connections_used_up",
  budget_money: "closed_for_today",
  engine_refused: "engine_refused",
  sdp_invalid: "call_refused",
  sdp_without_audio: "call_refused",
  notice_changed: "consent_changed",
  consent_required: "consent_missing",
  offline: "offline",
};

/** Why no call came up is known to the server only. */
const SAID = new Set<FailureCode>(["engine_unavailable", "engine_refused", "call_refused"]);

const FROM_MICROPHONE: Record<string, FailureCode> = {
  NotAllowedError: "microphone_blocked",
  SecurityError: "microphone_blocked",
  NotFoundError: "microphone_missing",
  OverconstrainedError: "microphone_missing",
  NotReadableError: "microphone_busy",
  AbortError: "microphone_busy",
};

/** A failure that is thrown as an error, for promises that must reject. */
export class Failed extends Error {
  override readonly name = "Failed";
  readonly failure: Failure;
  constructor(failure: Failure) {
    super(failure.code);
    this.failure = failure;
  }
}

/** Names what was caught. `now` turns "retry after n seconds" into a time. */
export function failureOf(caught: unknown, now: number): Failure {
  if (caught instanceof Failed) return caught.failure;
  if (caught instanceof ApiError) return fromApi(caught, now);
  if (caught instanceof DOMException) return { code: FROM_MICROPHONE[caught.name] ?? "unexpected" };
  return { code: "unexpected" };
}

function fromApi(error: ApiError, now: number): Failure {
  const failure: Failure = { code: FROM_API[error.code] ?? (error.status === 429 ? "too_many_tries" : "unexpected") };
  if (error.opensAt !== null) failure.at = error.opensAt;
  else if (error.retryAfterS !== null) failure.at = now + error.retryAfterS * 1000;
  if (error.requestId !== null) failure.requestId = error.requestId;
  if (SAID.has(failure.code)) failure.said = error.message;
  return failure;
}

/** The cookie is gone (wiped, expired): the link can make a new one. */
export function isSignedOut(caught: unknown): boolean {
  return caught instanceof ApiError && caught.status === 401;
}
