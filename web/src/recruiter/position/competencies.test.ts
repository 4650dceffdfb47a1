import { expect, it } from "vitest";
import { sampleCompetency, samplePosition } from "../testing/sample";
import { facts, isSame, withAnchor, written } from "./competencies";

it("leaves out empty anchors and keeps the levels in order", () => {
  const anchors = withAnchor(withAnchor(sampleCompetency.anchors, 2, "  Second level  "), 4, "   ");
  const { competencies } = written({ ...facts(samplePosition()), competencies: [{ ...sampleCompetency, anchors }] });
  expect(competencies[0]?.anchors.map(({ level, text }) => [level, text.slice(0, 12)])).toEqual([
    [1, "Blames other"],
    [2, "Second level"],
    [3, "Names the di"],
    [5, "Shows how fa"],
  ]);
});

it("does not take a look for a change", () => {
  const same = { ...facts(samplePosition()), title: "Backend engineer " };
  expect(isSame(same, facts(samplePosition()))).toBe(true);
  expect(isSame({ ...same, title: "Other" }, facts(samplePosition()))).toBe(false);
});
