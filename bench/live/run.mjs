// Live interviews without sound: the control plane alone. Each talks over a simulated provider whose script never pauses,
// its page holds its event stream and appends what it hears, as pages do. Printed: sessions for each core, memory for
// each, and how long an append waits for its acknowledgement.
import { randomBytes } from "node:crypto";
import { call, candidates, signIn } from "../lib/candidates.mjs";
import { begin, timed } from "../lib/pages.mjs";
import { at, cpu, programs, rss } from "../lib/programs.mjs";

const sessions = Number(process.env.SESSIONS ?? 200);
const seconds = Number(process.env.FOR_S ?? 30);
const pace = process.env.PACE ?? "0.3";
/** A page appends this often, in ms: what it heard since. */
const EVERY = 2000;

/** A page that appends two final events now and then; collects how long each append took. */
function append(base, one, until, took) {
  const instance = randomBytes(16).toString("hex");
  let next = 1;
  const text = "I made a vegetable soup with what was left in the house that evening.";
  const once = async () => {
    const body = { type: "conversation.item.input_audio_transcription.completed", item_id: `item_${next}`, transcript: text };
    const events = [body, body].map((event) => ({ kind: event.type, leg: 1, at_ms: Date.now(), body: event }));
    const headers = { "content-type": "application/json", authorization: `Bearer ${one.key}` };
    took.push(await timed(base, `/v1/s/${one.session}/log`, one, headers, JSON.stringify({ instance, first_seq: next, events })));
    next += events.length;
  };
  return (async () => {
    await new Promise((done) => setTimeout(done, Math.random() * EVERY));
    while (performance.now() < until) {
      const began = performance.now();
      await once();
      await new Promise((done) => setTimeout(done, Math.max(0, EVERY - (performance.now() - began))));
    }
  })();
}

const { stop, simulator, server } = programs();
try {
  const sim = await simulator("--pace", pace);
  const ours = await server(sim.url);
  const answer = { text: "I made a vegetable soup with what was left in the house that evening.", after_ms: 100 };
  await call(sim.control, `${sim.control}/script`, { method: "PUT", body: { pace: Number(pace), answers: Array.from({ length: 400 }, () => answer) } });
  const ready = await candidates(ours.url, await signIn(ours.url, ours.data), sessions, 30);
  const pid = ours.child.pid;
  const idle = rss(pid);
  const streams = [];
  // Starts are limited for each address, so each candidate has its own; eight at once.
  const queue = [...ready];
  await Promise.all(Array.from({ length: 8 }, async () => {
    for (let one = queue.shift(); one; one = queue.shift()) streams.push(await begin(ours.url, one));
  }));
  const counts = async () => (await (await fetch(`${sim.control}/counts`)).json()).server_events;
  const before = { at: performance.now(), cpu: cpu(pid), events: await counts() };
  const took = [];
  await Promise.all(ready.map((one) => append(ours.url, one, before.at + seconds * 1000, took)));
  const wall = (performance.now() - before.at) / 1000;
  const [load, events, memory] = [(cpu(pid) - before.cpu) / wall, ((await counts()) - before.events) / wall, rss(pid)];
  took.sort((a, b) => a - b);
  const row = (what, value) => console.log(`${what.padEnd(52)} ${value}`);
  row("live sessions (control plane)", `${sessions} for ${wall.toFixed(0)} s`);
  row("events of the provider, each session", `${(events / sessions).toFixed(1)} /s`);
  row("processor of the server", `${(load * 100).toFixed(0)} % of a core`);
  row("sessions for each core", (sessions / load).toFixed(0));
  row("sessions for each core, at 15 events/s each", (sessions / load * (events / sessions / 15)).toFixed(0));
  row("memory for each session", `${((memory - idle) * 1024 / sessions).toFixed(0)} KiB (${idle.toFixed(0)} → ${memory.toFixed(0)} MiB)`);
  row("append to acknowledgement p50 / p99", `${at(took, 0.5).toFixed(1)} / ${at(took, 0.99).toFixed(1)} ms (${(took.length / wall).toFixed(0)} /s)`);
  for (const stream of streams) stream.destroy();
} finally {
  await stop();
}
