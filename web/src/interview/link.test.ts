import { expect, it } from "vitest";
import { readLink } from "./link";

it("reads the id and the secret", () => {
  expect(readLink("#inv_01J.abc-DEF_9")).toEqual({ invitation_id: "inv_01J", secret: "abc-DEF_9" });
});

it.each(["", "#", "#inv_01J", "#.secret", "#inv_01J."])("refuses %j", (hash) => {
  expect(readLink(hash)).toBeNull();
});
