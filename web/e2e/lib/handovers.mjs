// How long a candidate hears nothing when the provider's hour is over: measured over many calls of one interview.
import { begin } from "./candidate.mjs";

/** What a server must allow for so many calls in one interview, one after the other from one address. */
export const manyCalls = {
  INSIGHTS__BUDGET__LEGS: "200",
  INSIGHTS__BUDGET__STARTS_PER_ADDRESS: "0",
};

/** Speech in real time, by a candidate who only listens. */
export const listening = { pace: 1, answers: [] };

/** The share `p` of the values lies at or below this one. */
export const percentile = (values, p) =>
  values.toSorted((a, b) => a - b)[Math.max(0, Math.ceil(values.length * p) - 1)];

/**
 * Lets the hour end `times` times in the middle of a word. In milliseconds, for each: `calls`, from the call's end at the
 * provider to the next one's first sound there; `heard`, from the last sound in the page to the next.
 */
export const handovers = async ({ ada: { page }, invited, sim }, times) => {
  const gaps = { calls: [], heard: [] };
  await begin({ page }, invited.link);
  let { call } = await sim.next((e) => e.what === "call");
  await sim.next((e) => e.what === "saying" && e.call === call);
  for (let n = 0; n < times; n++) {
    // Pauses between two sentences are no gaps.
    const before = await page.evaluate(() => {
      window.__ear.silences = [];
      return window.__ear.heard;
    });
    await page.waitForFunction((heard) => window.__ear.heard > heard, before, { polling: 20 });
    await sim.call(call, "expire");
    const over = await sim.next((e) => e.what === "ended" && e.call === call);
    const again = await sim.next((e) => e.what === "saying" && e.call !== call);
    gaps.calls.push(again.at_ms - over.at_ms);
    call = again.call;
    const silence = await page.waitForFunction(() => Math.max(...window.__ear.silences, 0), undefined, { polling: 20 });
    gaps.heard.push(Math.round(await silence.jsonValue()));
  }
  return gaps;
};

/** "p50 180 ms, p95 240 ms, longest 260 ms (20 samples)". */
export const summary = (gaps) =>
  `p50 ${percentile(gaps, 0.5)} ms, p95 ${percentile(gaps, 0.95)} ms, longest ${Math.max(...gaps)} ms (${gaps.length} samples)`;
