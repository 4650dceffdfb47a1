// The kind of proxy that this product replaces: a session check, a form, a forward. Nothing is stored.
import express from "express";
import { FormData, fetch } from "undici";

const [port, provider, key] = process.argv.slice(2);
const session = JSON.stringify({ type: "realtime", model: "gpt-realtime-2.1", audio: { output: { voice: "marin" } } });
const app = express();
app.use(express.text({ type: "application/sdp" }));
app.post("/connect", async (request, response) => {
  if (!request.headers.cookie?.includes("session=")) return response.status(401).end();
  const form = new FormData();
  form.set("sdp", request.body);
  form.set("session", session);
  const answer = await fetch(`${provider}/v1/realtime/calls`, {
    method: "POST",
    headers: { authorization: `Bearer ${key}` },
    body: form,
  });
  response.status(answer.status).type("application/sdp").send(await answer.text());
});
app.listen(Number(port), "127.0.0.1", () => console.log("ready"));
