// An ApiError, or anything else that was thrown, in words for a recruiter: what happened and what to do.
import { ApiError } from "../api/client";

/** One sentence or two; the server's own words where it has some. */
export function words(error: unknown): string {
  if (!(error instanceof ApiError)) return "This page ran into an error. Load it again; what was saved is safe.";
  if (error.code === "offline") return "The server cannot be reached. Check the connection, then try again.";
  if (error.code === "sign_in_required") return "You are signed out. Sign in again to go on.";
  if (error.status === 429) return `Too many tries. Wait ${error.retryAfterS ?? 60} seconds, then try again.`;
  return error.code === "internal" && error.requestId ? `${error.message} (${error.requestId})` : error.message;
}

/** The message for one input, if the error is about that input. */
export function fieldError(error: unknown, field: string): string | null {
  return error instanceof ApiError && error.field === field ? error.message : null;
}

/** The message for the form as a whole: everything that is not about one of its inputs. */
export function formError(error: unknown, fields: readonly string[]): string | null {
  if (!error) return null;
  if (error instanceof ApiError && error.field && fields.includes(error.field)) return null;
  return words(error);
}

export function isStatus(error: unknown, status: number): boolean {
  return error instanceof ApiError && error.status === status;
}
