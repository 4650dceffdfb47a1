// The official npm client asks the scripted chat endpoint that stands for a local model in the tests.
// Usage: node chat.mjs BASE_URL KEY

import OpenAI from "openai";
import { check, finish } from "./check.mjs";

const [base, key] = process.argv.slice(2);
if (!base || !key) {
  console.error("usage: node chat.mjs BASE_URL KEY");
  process.exit(2);
}
const client = new OpenAI({ baseURL: `${base}/v1`, apiKey: key, maxRetries: 0 });
const messages = [
  { role: "system", content: "You interview Ann." },
  { role: "user", content: "I moved our billing system." },
];
const tools = [{ type: "function", function: { name: "next_question", parameters: { type: "object", properties: {} } } }];

async function main() {
  const models = await client.models.list();
  check(models.data.some((model) => model.id === "fake"), "models are listed");

  const stream = client.chat.completions.stream({ model: "fake", messages, stream_options: { include_usage: true } });
  let deltas = "";
  stream.on("content", (delta) => {
    deltas += delta;
  });
  const streamed = await stream.finalChatCompletion();
  check(deltas === "Thank you, Ann. What did you learn from it?", "the text comes in deltas");
  check(streamed.choices[0].message.content === deltas, "the deltas are the message");
  check(streamed.choices[0].finish_reason === "stop" && streamed.usage.prompt_tokens === 100, "it ends with its cost");

  const called = await client.chat.completions.stream({ model: "fake", messages, tools }).finalChatCompletion();
  const call = called.choices[0].message.tool_calls[0];
  check(call.function.name === "next_question", "a function is called");
  check(JSON.parse(call.function.arguments).reason === "complete", "its arguments are put together");
  check(called.choices[0].finish_reason === "tool_calls", "a call ends an answer");

  const answered = [...messages, called.choices[0].message, { role: "tool", tool_call_id: call.id, content: "ok" }];
  const whole = await client.chat.completions.create({ model: "fake", messages: answered });
  check(whole.choices[0].message.content.startsWith("Thank you"), "an answer comes whole when it is not streamed");

  const refused = (params) => client.chat.completions.create(params).then(() => null, (error) => error);
  const twice = await refused({ model: "fake", messages: [...messages, messages[1]] });
  check(twice instanceof OpenAI.BadRequestError, "two turns of one side are refused, as by strict templates");
  check((await refused({ model: "none", messages })) instanceof OpenAI.NotFoundError, "an unknown model is refused");
  const wrong = new OpenAI({ baseURL: `${base}/v1`, apiKey: "sk-wrong", maxRetries: 0 });
  const unknown = await wrong.models.list().then(() => null, (error) => error);
  check(unknown instanceof OpenAI.AuthenticationError, "a wrong key is refused");
}

main().then(finish, (error) => {
  check(false, `no exception (${error.message})`);
  finish();
});
