import { expect, it } from "vitest";
import { pathsUpward } from "./problems-at";

it("climbs from a field to what holds it", () => {
  expect(pathsUpward("questions[2].probes[0].text")).toEqual([
    "questions[2].probes[0].text",
    "questions[2].probes[0]",
    "questions[2].probes",
    "questions[2]",
    "questions",
  ]);
  expect(pathsUpward("greeting")).toEqual(["greeting"]);
});
