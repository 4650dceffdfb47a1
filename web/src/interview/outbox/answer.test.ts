import { describe, expect, it } from "vitest";
import { ApiError } from "../../api/client";
import { accepted, failed } from "./answer";

const later = (afterMs = 0) => ({ is: "later", afterMs });

describe("an answer to an append", () => {
  it("acknowledges only when it is our server's", () => {
    expect(accepted({ acked: 3, head: "h" })).toEqual({ is: "acked", acked: 3 });
    expect(accepted("a hotel's sign-in page")).toEqual(later());
    expect(accepted(null)).toEqual(later());
  });

  it.each([
    ["no answer", new ApiError(0, { code: "offline" }), later()],
    ["a request that was given up", new DOMException("", "TimeoutError"), later()],
    ["an unknown key", new ApiError(401, { code: "sign_in_required" }), later()],
    ["a proxy's refusal", new ApiError(403, {}), later()],
    ["a proxy's 413", new ApiError(413, {}), later()],
    ["too many", new ApiError(429, { code: "too_many_requests" }, 7), later(7000)],
    ["a server without a database", new ApiError(503, { code: "database_busy" }, 1), later(1000)],
    ["a server that asks for a day", new ApiError(503, {}, 86_400), later(300_000)],
    ["a gap", new ApiError(409, { code: "gap", expected: 4 }), { is: "gap", expected: 4 }],
    ["a conflict", new ApiError(422, { code: "seq_conflict" }), { is: "refused", status: 422, code: "seq_conflict" }],
    ["a deleted session", new ApiError(404, { code: "not_found" }), { is: "refused", status: 404, code: "not_found" }],
  ])("%s", (_name, error, outcome) => expect(failed(error)).toEqual(outcome));
});
