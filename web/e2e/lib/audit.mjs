// What axe finds on a page, and the keyboard as the only hand.
import assert from "node:assert/strict";
import { createRequire } from "node:module";

const axe = createRequire(import.meta.url).resolve("axe-core/axe.min.js");

/** Fails with axe's own words when it finds anything. The page's policy allows no foreign script, so axe goes in by the debugger. */
export const audit = async (page, what) => {
  // Colors settle first: a change of theme is not one moment.
  await page.evaluate(async () => {
    await new Promise((done) => requestAnimationFrame(() => requestAnimationFrame(done)));
    const running = document
      .getAnimations()
      .filter((a) => a.effect?.getComputedTiming().iterations !== Number.POSITIVE_INFINITY);
    await Promise.allSettled(running.map((a) => a.finished));
  });
  await page.evaluate(await sourceOf(axe));
  const { violations } = await page.evaluate(() => window.axe.run(document, { resultTypes: ["violations"] }));
  const found = violations.map(
    (v) => `${v.id}: ${v.help}: ${v.nodes.map((n) => `${n.target.join(" ")} (${n.any[0]?.message ?? ""})`).join(", ")}`,
  );
  assert.deepEqual(found, [], `axe on ${what}`);
};

let cached;
const sourceOf = async (file) => {
  if (!cached) cached = (await import("node:fs")).readFileSync(file, "utf8");
  return cached;
};

/** Presses Tab until the element with this accessible name has the focus, then presses `key`. */
export const byKeyboard = async (page, name, key = "Enter") => {
  for (let i = 0; i < 60; i++) {
    const here = await page.evaluate(() => {
      const e = document.activeElement;
      return (e?.getAttribute("aria-label") ?? e?.labels?.[0]?.textContent ?? e?.textContent ?? "").trim();
    });
    if (name.test(here)) {
      if (key) await page.keyboard.press(key);
      return;
    }
    await page.keyboard.press("Tab");
  }
  throw new Error(`the keyboard never reached ${name}`);
};
