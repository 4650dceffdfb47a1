// OpenAI's agents SDK for npm holds a session with tools over a WebSocket.
// Usage: node agents-session.mjs BASE_URL KEY CONTROL_URL (a simulator: a tool needs a model, or a script)

import { RealtimeAgent, RealtimeSession, tool } from "@openai/agents-realtime";
import { OpenAIRealtimeWebSocket } from "@openai/agents-realtime";
import { z } from "zod";
import { parseRealtimeEvent } from "./node_modules/@openai/agents-realtime/dist/openaiRealtimeEvents.mjs";
import { check, finish, play } from "./check.mjs";

const TIMEOUT_MS = 30_000;
const REPLIES = [
  { say: "One moment.", tool: { name: "next_question", arguments: '{"reason":"answered"}' } },
  { say: "What will you cook tomorrow?" },
];

const [base, key, control] = process.argv.slice(2);
if (!control) {
  console.error("usage: node agents-session.mjs BASE_URL KEY CONTROL_URL");
  process.exit(2);
}

/** Waits until `holds` does. */
async function until(what, holds) {
  const deadline = Date.now() + TIMEOUT_MS;
  while (!holds()) {
    if (Date.now() > deadline) throw new Error(`${what}: not within ${TIMEOUT_MS} ms`);
    await new Promise((resolve) => setTimeout(resolve, 20));
  }
}

async function main() {
  await play(control, { replies: REPLIES });
  const called = [];
  const nextQuestion = tool({
    name: "next_question",
    description: "Goes on to the next question.",
    parameters: z.object({ reason: z.string() }),
    execute: async ({ reason }) => {
      called.push(reason);
      return "ok";
    },
  });
  const agent = new RealtimeAgent({ name: "Interviewer", instructions: "Lead the interview.", tools: [nextQuestion] });
  const url = `${base.replace(/^http/, "ws")}/v1/realtime?model=gpt-realtime-2.1`;
  const transport = new OpenAIRealtimeWebSocket({ url });
  const session = new RealtimeSession(agent, { transport, model: "gpt-realtime-2.1", tracingDisabled: true });
  const events = [];
  const errors = [];
  let bytes = 0;
  transport.on("*", (event) => events.push(event));
  session.on("error", (error) => errors.push(error));
  session.on("audio", (event) => {
    bytes += event.data.byteLength;
  });
  await session.connect({ apiKey: key });
  await until("session.updated", () => events.some((event) => event.type === "session.updated"));
  await until("the tools", () => events.some((event) => event.session?.tools?.length));
  const updated = events.findLast((event) => event.type === "session.updated").session;
  check(updated.tools?.[0]?.name === "next_question", "the session has the agent's tool");
  check(updated.instructions === "Lead the interview.", "the session has the agent's instructions");

  session.sendMessage("I made a soup yesterday.");
  await until("the second answer", () => events.filter((event) => event.type === "response.done").length >= 2);
  check(called.length === 1 && called[0] === "answered", "the tool is called once, with its arguments");
  const done = events.filter((event) => event.type === "response.done").map((event) => event.response);
  check(done.every((response) => response.status === "completed"), "the responses complete");
  const output = done[0].output.map((item) => item.type).join();
  check(output === "message,function_call", `a response can say something and call a tool (${output})`);
  await until("the history", () => session.history.length >= 4);
  const spoken = session.history.filter((item) => item.role === "assistant").map((item) => item.content[0].transcript);
  check(spoken.join("|") === REPLIES.map((reply) => reply.say).join("|"), `the history has what was said (${spoken.join("|")})`);
  check(bytes > 24_000, `the answers are spoken (${(bytes / 48_000).toFixed(1)} s)`);
  const strange = events.filter((event) => event.event_id && parseRealtimeEvent({ data: JSON.stringify(event) }).isGeneric);
  const kinds = [...new Set(strange.map((event) => event.type))];
  check(events.length > 20 && kinds.length === 0, `every event fits the client's types ${kinds.join()}`);
  check(errors.length === 0, `no errors ${errors.map((error) => JSON.stringify(error)).join().slice(0, 300)}`);
  session.close();
}

main().then(finish, (error) => {
  check(false, `no exception (${error.message})`);
  finish();
});
