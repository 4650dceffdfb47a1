// Churn: interviews begin, are held, end and are sealed, one wave after the other, on the simulated provider. Printed: how
// much the server's memory grows meanwhile. MINUTES: how long (30); the first tenth is warming up.
import { randomBytes } from "node:crypto";
import { call, candidates, signIn } from "./lib/candidates.mjs";
import { row } from "./lib/evidence.mjs";
import { line } from "./lib/line.mjs";
import { begin, timed } from "./lib/pages.mjs";
import { programs, rss } from "./lib/programs.mjs";

const minutes = Number(process.env.MINUTES ?? 30);
const EACH_WAVE = 20;
const questions = 6;
const text = "I made a vegetable soup with what was left in the house that evening, and it took a very long time.";

/** What the page of one candidate sends beside the talk. */
async function append(base, one) {
  const body = { type: "conversation.item.input_audio_transcription.completed", item_id: "item", transcript: text };
  const event = { kind: body.type, leg: 1, at_ms: Date.now(), body };
  const headers = { "content-type": "application/json", authorization: `Bearer ${one.key}` };
  const instance = randomBytes(16).toString("hex");
  for (const first_seq of [1, 5, 9]) {
    await timed(base, `/v1/s/${one.session}/log`, one, headers, JSON.stringify({ instance, first_seq, events: [event, event, event, event] }));
  }
}

const { stop, simulator, server } = programs();
try {
  const sim = await simulator("--pace", "0.02");
  const ours = await server(sim.url);
  const answers = Array.from({ length: questions }, (_, n) => ({ to: `on day ${n + 1}?`, text, after_ms: 20 }));
  await call(sim.control, `${sim.control}/script`, { method: "PUT", body: { pace: 0.02, answers } });
  const cookie = await signIn(ours.url, ours.data);
  const state = async (one) => (await (await fetch(`${ours.url}/v1/sessions/${one.session}`, { headers: { cookie } })).json()).state;
  const began = Date.now();
  const points = [];
  let held = 0;
  while (Date.now() < began + minutes * 60_000) {
    const all = await candidates(ours.url, cookie, EACH_WAVE, questions, held % 10_000);
    await Promise.all(all.map(async (one) => {
      const stream = await begin(ours.url, one);
      await append(ours.url, one);
      while ((await state(one)) !== "finished") await new Promise((done) => setTimeout(done, 250));
      stream.destroy();
    }));
    held += all.length;
    if (Date.now() > began + minutes * 6_000) points.push([(Date.now() - began) / 3_600_000, rss(ours.child.pid)]);
  }
  const { slope, from } = line(points);
  row("interviews held and sealed, one after the other", `${held} in ${minutes} min`);
  row("memory of the server at the first and last point", `${points[0][1].toFixed(1)} and ${points.at(-1)[1].toFixed(1)} MiB`);
  row("slope of its memory", `${slope.toFixed(1)} MiB/h (${((100 * slope) / from).toFixed(1)} %/h; ${((1024 * slope) / ((held * 60) / minutes)).toFixed(2)} KiB an interview)`);
} finally {
  await stop();
}
