// What the server's answer to an append means for what we hold.
import { ApiError } from "../../api/client";
import type { Outcome } from "./types";

/** Statuses that say nothing about the entries themselves: the key, the load, a proxy. What is held is kept and sent again. */
const PASSING = new Set([401, 403, 408, 425, 429]);
/** No server is believed when it asks for more patience than this. */
const LONGEST_WAIT_MS = 5 * 60_000;

/** The answer to a request that was accepted. */
export function accepted(body: unknown): Outcome {
  const acked = typeof body === "object" && body !== null && "acked" in body ? body.acked : null;
  // Something else than our server answered 200.
  return typeof acked === "number" ? { is: "acked", acked } : { is: "later", afterMs: 0 };
}

/** What a failed request means. */
export function failed(caught: unknown): Outcome {
  if (!(caught instanceof ApiError)) return { is: "later", afterMs: 0 };
  if (caught.code === "gap" && caught.expected !== null) return { is: "gap", expected: caught.expected };
  const { status, code } = caught;
  // A code of our own: no proxy says these.
  const isOurs = code !== "unexpected" && code !== "offline";
  if (status >= 400 && status < 500 && !PASSING.has(status) && isOurs) return { is: "refused", status, code };
  const asked = (caught.retryAfterS ?? 0) * 1000;
  return { is: "later", afterMs: Math.min(Math.max(0, asked), LONGEST_WAIT_MS) };
}
