// An interview of an hour by a scaled clock: the simulated provider plays sixty minutes of talk fifty times as fast, the
// server stores each event of it. Printed: how soon after its end the record is sealed, and how long its check takes.
import { call, candidates, signIn } from "../lib/candidates.mjs";
import { checked, row, sealed } from "../lib/evidence.mjs";
import { begin } from "../lib/pages.mjs";
import { programs } from "../lib/programs.mjs";

const pace = 0.02;
const questions = 30;
/** With the questions, that is an hour. */
const speech_ms = 113_000;
const sentence = "I made a vegetable soup with what was left in the house that evening, and it was better than I had expected.";
const { dir, stop, simulator, server } = programs();
try {
  const sim = await simulator("--pace", String(pace));
  const ours = await server(sim.url);
  const text = Array(16).fill(sentence).join(" ");
  const answers = Array.from({ length: questions }, (_, n) => ({ to: `on day ${n + 1}?`, text, after_ms: 20, speech_ms }));
  await call(sim.control, `${sim.control}/script`, { method: "PUT", body: { pace, answers } });
  const cookie = await signIn(ours.url, ours.data);
  const [one] = await candidates(ours.url, cookie, 1, questions);
  const began = performance.now();
  const stream = await begin(ours.url, one);
  const get = async (path) => {
    const answer = await fetch(ours.url + path, { headers: { cookie } });
    if (!answer.ok) throw new Error(`${path}: ${answer.status} ${await answer.text()}`);
    return answer;
  };
  const { session, waited } = await sealed(get, one.session);
  stream.destroy();
  const minutes = (performance.now() - began - waited) / 60_000 / pace;
  row("talk, minutes on the scaled clock", `${minutes.toFixed(0)} (${session.turns.length} turns, ${session.completeness}${session.reasons.map((reason) => `; ${reason}`)})`);
  row("sealed after its end", `${(waited / 1000).toFixed(1)} s`);
  await checked(get, one.session, dir);
} finally {
  await stop();
}
