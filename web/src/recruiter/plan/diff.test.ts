import { describe, expect, it } from "vitest";
import { sampleCompetency, samplePlan } from "../testing/sample";
import { changes } from "./diff";
import { addQuestion, changeQuestion, moveQuestion, removeQuestion } from "./edits";

const diff = (after: typeof samplePlan) =>
  changes(samplePlan, after, [sampleCompetency]).map(({ kind, what }) => `${kind} ${what}`);

describe("the changes against the last version", () => {
  it("are none for the same plan", () => {
    expect(diff(samplePlan)).toEqual([]);
  });

  it("name an edited question by its field, with the words before and after", () => {
    const after = changeQuestion(samplePlan, 1, { time_limit_s: 300 });
    expect(changes(samplePlan, after, [])).toEqual([
      { kind: "changed", what: "Question 2, time limit", before: "3 min", after: "5 min" },
    ]);
  });

  it("tell a move from an edit", () => {
    expect(diff(moveQuestion(samplePlan, 1, 0))).toEqual(["moved Question 1, place", "moved Question 2, place"]);
  });

  it("tell an added and a removed question apart, without calling the others moved", () => {
    expect(diff(addQuestion(samplePlan, "q_new"))).toEqual(["added Question 3"]);
    expect(diff(removeQuestion(samplePlan, 0))).toEqual(["removed Question 1"]);
  });

  it("call everything new before the first version", () => {
    expect(changes(null, samplePlan, []).map(({ kind }) => kind)).toEqual(["added", "added", "added", "added"]);
  });
});
