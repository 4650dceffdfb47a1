// An interview over a weak link, in a browser, on the simulated provider.
import { person } from "./browser.mjs";
import { finished, start, toSoundCheck } from "./candidate.mjs";
import { elsewhere } from "./elsewhere.mjs";
import { invite, sessionOf, signIn, until } from "./recruiter.mjs";
import { weak } from "./weak.mjs";

/** A tenth is lost each way, an answer comes 300 ms after what was asked, and 64 kbit go up in a second. */
const LINK = { loss: 0.1, delay_ms: 150, up_kbit: 64 };

/** A browser behind such a link; speech takes as long as it does. */
export const behindWeakLink = async () => elsewhere(await weak(LINK), { pace: 1, answers: [] });

/**
 * Holds one interview: `questions` by their texts, `answers` the words that are said to each. Gives the sealed `session`; `lags`, in
 * ms, from the end of what was said to when the page shows it; `begun`, in ms, from the click to the first sound; and the page's
 * `problems`.
 */
export const talkOverIt = async ({ browser, sim, server }, { questions, answers, asked }) => {
  const recruiter = await signIn(server);
  const invited = await invite(recruiter, { asked });
  const { context, page, problems } = await person(browser);
  const lags = [];
  const shown = async (text) => {
    const over = performance.now();
    await page.getByRole("region", { name: "Captions" }).getByText(text, { exact: true }).waitFor();
    lags.push(Math.round(performance.now() - over));
  };
  await toSoundCheck(page, invited.link);
  // As after the browser's own question.
  await context.grantPermissions(["microphone"], { origin: new URL(invited.link).origin });
  const clicked = performance.now();
  await start(page);
  const begun = Math.round(performance.now() - clicked);
  const { call } = await sim.next((entry) => entry.what === "call");
  for (const [at, question] of questions.entries()) {
    await sim.next((entry) => entry.what === "said" && entry.text.endsWith(question));
    await shown(question);
    await sim.call(call, "speak", { text: answers[at] });
    await sim.next((entry) => entry.what === "spoke" && entry.text === answers[at]);
    await shown(answers[at]);
  }
  await finished(page);
  await page.getByText("Everything is saved.", { exact: true }).waitFor();
  const session = await until("the seal", async () => {
    const found = await sessionOf(recruiter, invited.position);
    return found?.state === "finished" && found;
  });
  await context.close();
  return { session, lags, begun, problems };
};
