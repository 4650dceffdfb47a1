// An interview over a weak link, in a browser, on the simulated provider.
import { elsewhere } from "./elsewhere.mjs";
import { weak } from "./weak.mjs";

/** A tenth is lost each way, an answer comes 300 ms after what was asked, and 64 kbit go up in a second. */
const LINK = { loss: 0.1, delay_ms: 150, up_kbit: 64 };

/** A browser behind such a link; speech takes as long as it does. */
export const behindWeakLink = async () => elsewhere(await weak(LINK), { pace: 1, answers: [] });

/** From now, when something has just been said, to when the page shows it; ms. */
export const lateness = async (page, text) => {
  const over = performance.now();
  await page.getByRole("region", { name: "Captions" }).getByText(text).waitFor();
  return Math.round(performance.now() - over);
};
