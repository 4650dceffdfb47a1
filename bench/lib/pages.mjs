// Pages of candidates without sound: their call, their event stream and their appends.
import { readFileSync } from "node:fs";
import { Agent, request } from "node:http";
import { call } from "./candidates.mjs";

const offer = readFileSync(new URL("../sdp/offer.sdp", import.meta.url), "utf8");
const agent = new Agent({ keepAlive: true, maxSockets: 4 });

/** A POST on a kept connection; how long its answer took, in ms. */
export const timed = (base, path, one, headers, body) =>
  new Promise((resolve, reject) => {
    const began = performance.now();
    const sent = request(new URL(path, base), { agent, method: "POST", headers, localAddress: one.address }, (answer) => {
      answer.resume();
      answer.on("end", () => (answer.statusCode < 300 ? resolve(performance.now() - began) : reject(new Error(`${path}: ${answer.statusCode}`))));
    });
    sent.on("error", reject);
    sent.end(body);
  });

/** Opens the page's event stream and reads it until the program ends. */
const listen = (base, one) =>
  new Promise((resolve, reject) => {
    const sent = request(new URL("/v1/candidate/events", base), { headers: { cookie: one.cookies }, localAddress: one.address }, (answer) => {
      answer.resume();
      answer.once("error", () => {});
      answer.statusCode === 200 ? resolve(sent) : reject(new Error(`events: ${answer.statusCode}`));
    });
    sent.once("error", reject);
    sent.end();
  });

/** Connects and says that it is ready; gives the event stream, which must be destroyed. */
export async function begin(base, one) {
  await timed(base, "/v1/candidate/connect", one, { "content-type": "application/sdp", cookie: one.cookies }, offer);
  const stream = await listen(base, one);
  stream.on("error", () => {});
  await call(base, "/v1/candidate/control", { cookie: one.cookies, body: { leg: 1, kind: "ready" }, address: one.address });
  return stream;
}
