import { expect, it } from "vitest";
import { moment } from "./moment";
import { timeLeft } from "./words.talk";

it.each([
  [125_000, "About 2½ minutes left for this question."],
  [120_000, "About 2 minutes left for this question."],
  [55_000, "About one minute left for this question."],
  [20_000, "Less than half a minute left for this question."],
  [0, "The time for this question is up; finish your thought."],
])("%i ms left: %s", (ms, words) => expect(timeLeft(ms)).toBe(words));

it("names the hour alone today, the day and the zone otherwise", () => {
  const now = new Date(2026, 10, 22, 12).getTime();
  expect(moment(now + 600_000, now, "en")).toMatch(/^12:10\sPM$/);
  expect(moment(now + 3 * 86_400_000, now, "en")).toMatch(/^Wednesday, November 25 at 12:00\sPM \S+/);
});
