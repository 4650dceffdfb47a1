// The one place that talks HTTP. Failures are values of one class with the server's code, never a silent default.
import type { In, Out, Route } from "./routes";
import type { ErrorCode, Problem } from "./types";

/** The server's codes, and two of our own: no answer came at all, or one that is none of ours. */
type Code = ErrorCode | "offline" | "unexpected";

/** What went wrong, in the server's words; */
export class ApiError extends Error {
  override readonly name = "ApiError";
  readonly code: Code;
  readonly status: number;
  readonly field: string | null;
  readonly requestId: string | null;
  readonly retryAfterS: number | null;
  readonly opensAt: number | null;
  /** The log's next sequence number, where a gap was refused. */
  readonly expected: number | null;
  readonly problems: Problem[];

  constructor(status: number, body: ErrorBody, retryAfterS: number | null = null) {
    super(body.message ?? "Something went wrong.");
    this.status = status;
    this.code = body.code ?? (status === 0 ? "offline" : "unexpected");
    this.field = body.field ?? null;
    this.requestId = body.request_id ?? null;
    this.opensAt = body.opens_at ?? null;
    this.expected = body.expected ?? null;
    this.problems = body.problems ?? [];
    this.retryAfterS = retryAfterS;
  }
}

type ErrorBody = {
  code?: Code;
  message?: string;
  field?: string;
  request_id?: string;
  opens_at?: number;
  expected?: number;
  problems?: Problem[];
};

type Options<R extends Route> = {
  path?: Record<string, string>;
  query?: Record<string, string | number>;
  signal?: AbortSignal;
} & (In<R> extends undefined ? { body?: undefined } : { body: In<R> });
type Arguments<R extends Route> = In<R> extends undefined ? [Options<R>?] : [Options<R>];

/** Calls one operation: `call("GET /v1/positions/{id}", { path: { id } })`. Rejects with ApiError only. */
export async function call<R extends Route>(route: R, ...[options]: Arguments<R>): Promise<Out<R>> {
  const [method = "GET", template = "/"] = route.split(" ");
  const init: RequestInit = { method };
  if (options?.signal) init.signal = options.signal;
  if (options?.body !== undefined) {
    init.headers = { "content-type": "application/json" };
    init.body = JSON.stringify(options.body);
  }
  const response = await send(address(template, options?.path, options?.query), init);
  if (response.status === 204 || response.status === 202) return undefined as Out<R>;
  return (await response.json()) as Out<R>;
}

/** Fills `{name}` parts of a path and appends a query. */
export function address(
  template: string,
  path: Record<string, string> = {},
  query: Record<string, string | number> = {},
): string {
  const filled = template.replace(/\{(\w+)\}/g, (_, name: string) => {
    const value = path[name];
    if (value === undefined) throw new Error(`${template}: no value for {${name}}`);
    return encodeURIComponent(value);
  });
  const search = new URLSearchParams(Object.entries(query).map(([key, value]) => [key, String(value)])).toString();
  return search ? `${filled}?${search}` : filled;
}

/** `fetch` to our own origin with cookies; any answer that is not 2xx becomes an ApiError. For bodies that are not JSON. */
export async function send(url: string, init: RequestInit): Promise<Response> {
  let response: Response;
  try {
    response = await fetch(url, { credentials: "same-origin", ...init });
  } catch (cause) {
    if (cause instanceof DOMException && cause.name === "AbortError") throw cause;
    throw new ApiError(0, { code: "offline", message: "The server could not be reached." });
  }
  if (response.ok) return response;
  throw new ApiError(response.status, await errorBody(response), retryAfter(response));
}

async function errorBody(response: Response): Promise<ErrorBody> {
  try {
    const body = (await response.json()) as { error?: ErrorBody };
    return body.error ?? {};
  } catch {
    return {};
  }
}

function retryAfter(response: Response): number | null {
  const seconds = Number(response.headers.get("retry-after") ?? Number.NaN);
  return Number.isFinite(seconds) ? seconds : null;
}
