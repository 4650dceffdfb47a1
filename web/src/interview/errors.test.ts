import { describe, expect, it } from "vitest";
import { ApiError } from "../api/client";
import { Failed, failureOf, isSignedOut } from "./errors";

describe("failureOf", () => {
  it.each([
    [new ApiError(410, { code: "invitation_expired" }), { code: "link_expired" }],
    [new ApiError(409, { code: "invitation_not_open", opens_at: 99 }), { code: "link_not_open", at: 99 }],
    [new ApiError(503, { code: "engine_full" }, 30), { code: "engine_full", at: 31_000 }],
    [new ApiError(429, {}, 5), { code: "too_many_tries", at: 6000 }],
    [new ApiError(500, { code: "internal", request_id: "req" }), { code: "unexpected", requestId: "req" }],
    [new ApiError(0, { code: "offline" }), { code: "offline" }],
    [new DOMException("", "NotAllowedError"), { code: "microphone_blocked" }],
    [new DOMException("", "NotFoundError"), { code: "microphone_missing" }],
    [new DOMException("", "NotReadableError"), { code: "microphone_busy" }],
    [new Failed({ code: "finished" }), { code: "finished" }],
    [new Error("whatever"), { code: "unexpected" }],
  ])("names %s", (caught, failure) => {
    expect(failureOf(caught, 1000)).toEqual(failure);
  });

  it("knows a lost cookie", () => {
    expect(isSignedOut(new ApiError(401, { code: "sign_in_required" }))).toBe(true);
    expect(isSignedOut(new ApiError(410, {}))).toBe(false);
  });
});
