// Two official clients in Chromium, by WebRTC: the helper of the npm package `openai`, and the agents SDK.
// Usage: node browser.mjs BASE_URL KEY CONTROL_URL (a simulator)

import { readFile } from "node:fs/promises";
import http from "node:http";
import { createRequire } from "node:module";
import path from "node:path";
import { check, finish, play } from "./check.mjs";

const { chromium } = createRequire(new URL("../web/package.json", import.meta.url))("playwright-core");
const MODULES = new URL("./node_modules/", import.meta.url).pathname;
const SAID = "What did you cook yesterday?";
const ANSWER = "I made a soup.";

const [base, key, control] = process.argv.slice(2);
if (!control) {
  console.error("usage: node browser.mjs BASE_URL KEY CONTROL_URL");
  process.exit(2);
}

/** Serves an empty page and the clients' own files. */
function serve() {
  const server = http.createServer(async (request, response) => {
    const name = decodeURIComponent(new URL(request.url, "http://page").pathname);
    const file = path.join(MODULES, name);
    if (name === "/" || !file.startsWith(MODULES)) {
      response.writeHead(200, { "content-type": "text/html" }).end("<!DOCTYPE html><title>conformance</title>");
      return;
    }
    const body = await readFile(file).catch(() => null);
    response.writeHead(body ? 200 : 404, { "content-type": "text/javascript" }).end(body ?? "");
  });
  return new Promise((resolve) => server.listen(0, "127.0.0.1", () => resolve(server)));
}

/** Runs in the page: a microphone that hums, and the first event of a type. */
function senses() {
  window.hum = () => {
    const context = new AudioContext();
    const source = context.createOscillator();
    const out = context.createMediaStreamDestination();
    source.connect(out);
    source.start();
    return out.stream;
  };
  window.within = (what, promise) =>
    Promise.race([promise, new Promise((_, fail) => setTimeout(() => fail(new Error(`no ${what}`)), 20_000))]);
}

/** In the page: the helper of `openai`, with an exchange of our own, as an application behind a proxy has it. */
async function helper({ base, key, said }) {
  const { OpenAIRealtimeWebRTC } = await import("/openai/realtime/webrtc.mjs");
  const connection = new OpenAIRealtimeWebRTC();
  connection.peerConnection.addTrack(window.hum().getAudioTracks()[0]);
  const first = (kind) => window.within(kind, new Promise((resolve) => connection.on(kind, resolve)));
  const heard = first("conversation.item.input_audio_transcription.completed");
  const updated = first("session.updated");
  const done = first("response.done");
  const turns = { type: "semantic_vad", create_response: false };
  const audio = { input: { transcription: { model: "gpt-realtime-whisper" }, turn_detection: turns } };
  const exchangeSdp = async (offer) => {
    const headers = { authorization: `Bearer ${key}`, "content-type": "application/sdp" };
    const answer = await fetch(`${base}/v1/realtime/calls`, { method: "POST", body: offer, headers });
    return answer.text();
  };
  await connection.connect({ exchangeSdp });
  connection.send({ type: "session.update", session: { type: "realtime", audio } });
  await updated;
  const instructions = `Say exactly the following words, in the same language, and nothing before or after them:\n"""\n${said}\n"""`;
  connection.send({ type: "response.create", response: { instructions } });
  const response = (await done).response;
  const words = (await heard).transcript;
  connection.close();
  return { said: response.output[0].content[0].transcript, words };
}

/** In the page: the agents SDK, which meets the provider itself with an ephemeral key. */
async function agents({ base, secret }) {
  const sdk = await import("/@openai/agents-realtime/dist/bundle/openai-realtime-agents.mjs");
  const called = [];
  const tool = sdk.tool({
    name: "next_question",
    description: "Goes on.",
    parameters: { type: "object", properties: { reason: { type: "string" } }, required: ["reason"], additionalProperties: false },
    strict: false,
    execute: async ({ reason }) => {
      called.push(reason);
      return "ok";
    },
  });
  const agent = new sdk.RealtimeAgent({ name: "Interviewer", instructions: "Lead the interview.", tools: [tool] });
  const transport = new sdk.OpenAIRealtimeWebRTC({
    baseUrl: `${base}/v1/realtime/calls`,
    mediaStream: window.hum(),
    audioElement: document.createElement("audio"),
  });
  const session = new sdk.RealtimeSession(agent, { transport, model: "gpt-realtime-2.1", tracingDisabled: true });
  const errors = [];
  const events = [];
  session.on("error", (error) => errors.push(JSON.stringify(error)));
  transport.on("*", (event) => events.push(event));
  await session.connect({ apiKey: secret });
  const answered = () => events.filter((event) => event.type === "response.done").length >= 2;
  const second = new Promise((resolve) => {
    const look = setInterval(() => answered() && resolve(clearInterval(look)), 20);
  });
  session.sendMessage("I made a soup yesterday.");
  await window.within("second answer", second);
  const updated = events.find((event) => event.type === "session.updated");
  const callId = transport.callId;
  session.close();
  return { called, errors, callId, tools: updated.session.tools.map((one) => one.name), count: events.length };
}

async function main() {
  const server = await serve();
  const browser = await chromium.launch({
    executablePath: process.env.CHROMIUM ?? "/usr/bin/chromium",
    args: ["--autoplay-policy=no-user-gesture-required", "--disable-background-networking"],
  });
  try {
    const page = await browser.newPage();
    await page.addInitScript(senses);
    await page.goto(`http://127.0.0.1:${server.address().port}/`);

    await play(control, { pace: 0.2, answers: [{ text: ANSWER, to: SAID }] });
    const talk = await page.evaluate(helper, { base, key, said: SAID });
    check(talk.said === SAID, "openai/realtime/webrtc: a given text is spoken");
    check(talk.words === ANSWER, "openai/realtime/webrtc: the answer's words arrive");

    const replies = [{ say: "One moment.", tool: { name: "next_question", arguments: '{"reason":"answered"}' } }, { say: "Next." }];
    await play(control, { pace: 0.2, replies });
    const made = await fetch(`${base}/v1/realtime/client_secrets`, {
      method: "POST",
      headers: { authorization: `Bearer ${key}`, "content-type": "application/json" },
      body: JSON.stringify({ session: { type: "realtime", model: "gpt-realtime-2.1" } }),
    });
    const session = await page.evaluate(agents, { base, secret: (await made.json()).value });
    check(session.callId?.startsWith("rtc_"), "agents: the call has an id");
    check(session.tools.join() === "next_question", "agents: the session has the agent's tool");
    check(session.called.join() === "answered", "agents: the tool is called once, with its arguments");
    check(session.errors.length === 0, `agents: no errors ${session.errors.join().slice(0, 300)}`);
    check(session.count > 20, `agents: ${session.count} events`);
  } finally {
    await browser.close();
    server.close();
  }
}

main().then(finish, (error) => {
  check(false, `no exception (${error.message})`);
  finish();
});
