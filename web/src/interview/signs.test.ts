import { expect, it } from "vitest";

import { Signs } from "./signs";

/** Signs that come every `each` ms for `ms`; gives the time of the last one. */
function after(ms: number, each: number): { signs: Signs; last: number } {
  const signs = new Signs();
  let last = 0;
  for (let now = 0; now <= ms; now += each) {
    last = now;
    signs.see(now + 1, now);
  }
  return { signs, last };
}

it.each([
  ["sound that comes all the time", 20_000, 250, 1000],
  ["a weak link", 20_000, 500, 2000],
  ["a sign only when it is asked for", 20_000, 2500, 2800],
  ["a call that has just begun", 3000, 250, 2800],
])("%s: quiet after what is unusual there", (_, ms, each, most) => {
  const { signs, last } = after(ms, each);
  expect([signs.isQuiet(last + most - 1), signs.isQuiet(last + most)]).toEqual([false, true]);
});

it("learns from a silence that ended", () => {
  const { signs, last } = after(20_000, 250);
  signs.see(1e6, last + 900);
  expect([signs.isQuiet(last + 900 + 2700), signs.isQuiet(last + 900 + 2800)]).toEqual([false, true]);
});

it("judges nothing before it was told anything", () => {
  expect(new Signs().isQuiet(60_000)).toBe(false);
});
