import { expect, it } from "vitest";
import { clock, length, relative } from "./times";

it.each([
  [0, "0:00"],
  [65_000, "1:05"],
  [3_723_000, "1:02:03"],
  [-5, "0:00"],
])("a position of %i ms is %s", (ms, words) => expect(clock(ms)).toBe(words));

it.each([
  [40_000, "40 s"],
  [120_000, "2 min"],
  [845_000, "14 min 5 s"],
])("a length of %i ms is %s", (ms, words) => expect(length(ms)).toBe(words));

it.each([
  [-300_000, "5 minutes ago"],
  [3 * 86_400_000, "in 3 days"],
  [-1000, "now"],
])("%i ms from now is %s", (ms, words) => expect(relative(ms, 0, "en")).toBe(words));
