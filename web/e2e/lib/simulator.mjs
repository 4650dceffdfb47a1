// The simulated provider: the same binary, steered by its control door.
import { spawn } from "node:child_process";
import { binary, freePort } from "./server.mjs";

const KEY = "sk-of-the-browser-tests";

/**
 * A running simulator with real WebRTC; `env` makes a server's interviews run on it as on OpenAI. `address` is where its media
 * are, for browsers that are not on this machine.
 */
export const startSimulator = async (script, { address = "127.0.0.1" } = {}) => {
  const [port, control, udp] = [await freePort(), await freePort(), await freePort()];
  const at = (n) => `127.0.0.1:${n}`;
  const args = ["sim", "--bind", at(port), "--control-bind", at(control), "--udp", `${address}:${udp}`, "--key", KEY];
  const child = spawn(binary, args, { stdio: ["ignore", "pipe", "inherit"] });
  const ended = new Promise((resolve) => child.once("exit", resolve));
  await new Promise((resolve, reject) => {
    let text = "";
    child.stdout.on("data", (chunk) => {
      text += chunk;
      if (text.includes("control URL")) resolve();
    });
    child.once("exit", (code) => reject(new Error(`the simulator ended with ${code}`)));
  });
  const ask = async (method, path, body) => {
    const answer = await fetch(`http://${at(control)}/sim${path}`, {
      method,
      headers: { "content-type": "application/json" },
      body: body === undefined ? undefined : JSON.stringify(body),
    });
    if (!answer.ok) throw new Error(`${method} ${path} answered ${answer.status}: ${await answer.text()}`);
    return answer.status === 204 ? undefined : answer.json();
  };
  let seen = 0;
  const sim = {
    env: {
      INSIGHTS__PROVIDER__KIND: "openai",
      INSIGHTS__PROVIDER__URL: `http://${at(port)}`,
      OPENAI_API_KEY: KEY,
    },
    script: (next) => ask("PUT", "/script", next),
    /** The words of recordings that are uploaded from now on, one each. */
    recordings: (texts) => ask("POST", "/recordings", { texts }),
    call: (id, what, body = {}) => ask("POST", `/calls/${id}/${what}`, body),
    ledger: async () => (await ask("GET", "/ledger?after=0")).entries,
    /** The next entry that `is` wants, from where the last one was found. */
    next: async (is, ms = 60_000) => {
      const end = Date.now() + ms;
      while (Date.now() < end) {
        const { entries } = await ask("GET", `/ledger?after=${seen}&wait_ms=1000`);
        for (const entry of entries) {
          seen = entry.seq;
          if (is(entry)) return entry;
        }
      }
      throw new Error("it did not happen at the provider in time");
    },
    stop: async () => {
      child.kill("SIGTERM");
      await ended;
    },
  };
  await sim.script(script);
  return sim;
};
