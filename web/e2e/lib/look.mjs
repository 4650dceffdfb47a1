// A page looked at in each look: axe, sideways scrolling, and a picture into $SCREENS when it is set.
import assert from "node:assert/strict";
import { mkdirSync } from "node:fs";
import { join } from "node:path";
import { audit } from "./audit.mjs";

const looks = [
  { name: "wide", viewport: { width: 1440, height: 900 } },
  { name: "phone", viewport: { width: 390, height: 844 } },
  { name: "dark", viewport: { width: 1440, height: 900 }, colorScheme: "dark" },
];

/** Looks at the page as it stands, or at a part of it that has to be scrolled to. */
export const look = async (page, name, part) => {
  for (const { name: kind, viewport, colorScheme } of looks) {
    await page.setViewportSize(viewport);
    await page.emulateMedia({ colorScheme: colorScheme ?? "light", reducedMotion: "reduce" });
    await part?.evaluate((element) => element.scrollIntoView({ block: "center" }));
    await audit(page, `${name} (${kind})`);
    const wide = await page.evaluate(() => document.documentElement.scrollWidth - document.documentElement.clientWidth);
    assert.ok(wide <= 0, `${name} (${kind}) scrolls sideways by ${wide} px`);
    if (process.env.SCREENS) {
      mkdirSync(process.env.SCREENS, { recursive: true });
      await page.screenshot({ path: join(process.env.SCREENS, `${name}-${kind}.png`) });
    }
  }
  await page.setViewportSize(looks[0].viewport);
  await page.emulateMedia({ colorScheme: "light" });
};
