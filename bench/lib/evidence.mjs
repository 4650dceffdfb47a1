// The evidence of a session that is over: how soon it was sealed, and how long its check takes.
import { spawnSync } from "node:child_process";
import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { at, binary } from "./programs.mjs";

export const row = (what, value) => console.log(`${what.padEnd(52)} ${value}`);

/** Asks `get`, which throws where the answer is no good, until there is a seal; how long after the end that was, in ms, and the session. */
export async function sealed(get, id) {
  for (;;) {
    const session = await get(`/v1/sessions/${id}`).then((answer) => answer.json());
    if (session.state === "finished" && (await get(`/v1/sessions/${id}/evidence`).catch(() => null))) return { session, waited: Date.now() - session.ended_at };
    await new Promise((done) => setTimeout(done, 250));
  }
}

/** Fetches evidence and recording into `dir` and checks them offline, several times; prints what it took. */
export async function checked(get, id, dir) {
  const keep = async (name, path) => {
    const file = join(dir, name);
    writeFileSync(file, Buffer.from(await (await get(path)).arrayBuffer()));
    return file;
  };
  const bundle = await keep("evidence.jsonl", `/v1/sessions/${id}/evidence`);
  const { parts } = await get(`/v1/sessions/${id}/recording`).then((answer) => answer.json());
  const sound = await Promise.all(parts.map((part) => keep(`sound-${part.part}`, `/v1/sessions/${id}/recording/${part.part}`)));
  const took = [];
  for (let n = 0; n < 5; n++) {
    const began = performance.now();
    const { status, stdout, stderr } = spawnSync(binary, ["verify", bundle, ...sound.flatMap((file) => ["--recording", file])], { encoding: "utf8" });
    took.push(performance.now() - began);
    if (status !== 0) throw new Error(`verify: ${status} ${stdout}${stderr}`);
  }
  took.sort((a, b) => a - b);
  row("insights verify, median of 5", `${at(took, 0.5).toFixed(0)} ms, with ${sound.length} files of sound`);
}
