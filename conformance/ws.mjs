// The official npm client holds a WebSocket conversation with the voice engine.
// Usage: node ws.mjs BASE_URL KEY [CONTROL_URL of a simulator]

import net from "node:net";
import OpenAI, { toFile } from "openai";
import { OpenAIRealtimeWS } from "openai/realtime/ws";
import { check, finish, play } from "./check.mjs";

const SPOKEN = "My name is Anna, and I have worked with databases for seven years.";
const TIMEOUT_MS = 60_000;

const [base, key, control] = process.argv.slice(2);
if (!base || !key) {
  console.error("usage: node ws.mjs BASE_URL KEY [CONTROL_URL]");
  process.exit(2);
}
const client = new OpenAI({ baseURL: `${base}/v1`, apiKey: key, maxRetries: 0 });
// The client insists on wss: URLs. The engine on this machine speaks without TLS, so the socket underneath is plain.
const plain = { createConnection: () => net.connect(Number(new URL(base).port), new URL(base).hostname) };

function words(text) {
  return text.toLowerCase().replace(/[^a-z ]/g, " ").split(/\s+/).filter(Boolean);
}

function heard(text) {
  const got = new Set(words(text));
  const wanted = words(SPOKEN);
  return wanted.filter((word) => got.has(word)).length / wanted.length;
}

/** A socket with everything it received; `until` waits for an event that comes after the last look. */
function connect(props) {
  const socket = new OpenAIRealtimeWS({ ...props, options: plain }, client);
  const events = [];
  const errors = [];
  let seen = 0;
  let wake = () => {};
  socket.on("event", (event) => {
    events.push(event);
    wake();
  });
  socket.on("error", (error) => {
    errors.push(error);
    wake();
  });
  async function until(type) {
    const deadline = Date.now() + TIMEOUT_MS;
    for (;;) {
      const at = events.findIndex((event, index) => index >= seen && event.type === type);
      if (at >= 0) {
        const between = events.slice(seen, at + 1);
        seen = at + 1;
        return { event: events[at], between };
      }
      if (Date.now() > deadline) throw new Error(`no ${type} within ${TIMEOUT_MS} ms; last: ${events.at(-1)?.type}`);
      await new Promise((resolve) => {
        wake = resolve;
        setTimeout(resolve, 1_000);
      });
    }
  }
  /** Like `until`, of an event that may have come before the last one that was waited for. */
  async function since(mark, type) {
    seen = events.indexOf(mark) + 1;
    return until(type);
  }
  return { socket, events, errors, until, since };
}

async function main() {
  await play(control, { answers: [{ text: SPOKEN }] });
  const models = await client.models.list();
  check(models.data.length > 0, "models are listed");

  const speech = await client.audio.speech.create({ model: "any", voice: "am_michael", input: SPOKEN, response_format: "wav" });
  const wav = Buffer.from(await speech.arrayBuffer());
  check(wav.subarray(0, 4).toString() === "RIFF" && wav.length > 100_000, `speech is a WAV file (${wav.length} bytes)`);
  const file = await toFile(wav, "speech.wav", { type: "audio/wav" });
  const text = (await client.audio.transcriptions.create({ model: "any", file })).text;
  check(heard(text) >= 0.8, `the recording is recognized (${text.length} characters)`);

  const { socket, events, errors, until, since } = connect({ model: "insights-voice" });
  const created = (await until("session.created")).event;
  check(created.session.id.startsWith("sess_") && events[0] === created, "session.created comes first");

  socket.send({
    type: "session.update",
    session: {
      type: "realtime",
      instructions: "You interview candidates.",
      audio: {
        input: {
          transcription: { model: "any" },
          turn_detection: { type: "semantic_vad", create_response: true, interrupt_response: true },
        },
        output: { voice: "marin" },
      },
    },
  });
  const updated = (await until("session.updated")).event;
  check(updated.session.audio.input.transcription.model === "any", "session.updated tells the whole session");

  socket.send({
    type: "conversation.item.create",
    item: { type: "message", role: "user", content: [{ type: "input_text", text: "Hello" }] },
  });
  const typed = (await until("conversation.item.done")).event.item;
  check(typed.content[0].text === "Hello", "a text item enters the conversation");

  socket.send({ type: "response.create", response: { metadata: { topic: "greeting" } } });
  const answer = await until("response.done");
  check(answer.event.response.status === "completed", "the answer completes");
  check(answer.event.response.metadata.topic === "greeting", "metadata comes back");
  const sound = answer.between.filter((event) => event.type === "response.output_audio.delta");
  const bytes = sound.reduce((sum, event) => sum + Buffer.from(event.delta, "base64").length, 0);
  check(bytes > 24_000 * 2, `the answer is spoken (${(bytes / 48_000).toFixed(1)} s)`);
  const said = answer.between.filter((event) => event.type === "response.output_audio_transcript.delta");
  const done = answer.between.find((event) => event.type === "response.output_audio_transcript.done");
  check(said.map((event) => event.delta).join("") === done.transcript, "the deltas are the transcript");

  const pcm = wav.subarray(44);
  const silence = Buffer.alloc(48_000 * 3);
  for (const buffer of [pcm, silence]) {
    for (let at = 0; at < buffer.length; at += 9_600) {
      socket.send({ type: "input_audio_buffer.append", audio: buffer.subarray(at, at + 9_600).toString("base64") });
    }
  }
  const started = (await until("input_audio_buffer.speech_started")).event;
  const stopped = (await until("input_audio_buffer.speech_stopped")).event;
  const committed = (await until("input_audio_buffer.committed")).event;
  check(started.item_id === stopped.item_id && started.item_id === committed.item_id, "one turn, one item");
  check(stopped.audio_end_ms > started.audio_start_ms + 2_000, "the turn has the length of the recording");
  const completed = (await until("conversation.item.input_audio_transcription.completed")).event;
  check(heard(completed.transcript) >= 0.8, "the spoken words come back");
  // The words of a turn come before, within or after the answer to it.
  const spoken = (await since(committed, "response.done")).event.response;
  check(["completed", "cancelled"].includes(spoken.status), "the turn is answered by itself");

  socket.send({ type: "conversation.item.retrieve", item_id: committed.item_id });
  const item = (await until("conversation.item.retrieved")).event.item;
  check(item.content[0].transcript === completed.transcript && item.content[0].audio.length > 0, "the turn can be retrieved");

  check(errors.length === 0, "no errors so far");
  socket.send({ type: "response.cancel", event_id: "mine" });
  await until("error");
  check(errors.length === 1 && errors[0].error.event_id === "mine", "a wrong event gets its own error back");
  socket.close();

  const wrong = new OpenAI({ baseURL: `${base}/v1`, apiKey: "sk-wrong", maxRetries: 0 });
  const refused = await wrong.models.list().then(() => null, (error) => error);
  check(refused instanceof OpenAI.AuthenticationError, "a wrong key is refused");
}

main().then(finish, (error) => {
  check(false, `no exception (${error.message})`);
  finish();
});
