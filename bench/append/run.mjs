// Durable appends: ours over HTTP beside `pgbench` (PostgreSQL, one row a transaction) and a writer that gives each event
// a transaction of its own on SQLite; the same disk, one run. Each source waits for its acknowledgement, then sends on.
import { spawnSync } from "node:child_process";
import { randomBytes } from "node:crypto";
import { mkdirSync, readdirSync, readFileSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { candidates, signIn } from "../lib/candidates.mjs";
import { load } from "../lib/load.mjs";
import { at, programs } from "../lib/programs.mjs";

const here = dirname(fileURLToPath(import.meta.url));
const counts = (process.env.SOURCES ?? "1 8 64 256").split(" ").map(Number);
const seconds = Number(process.env.FOR_S ?? 5);
/** A final sentence of an answer, as a page logs it. */
const event = {
  type: "conversation.item.input_audio_transcription.completed",
  item_id: "item_CZ0123456789abcdef",
  transcript: "I made a vegetable soup with what was left in the house that evening.",
};

/** `sources` pages, each with its own row of numbers, `each` events in an append. */
async function ours(port, ready, sources, each) {
  const walker = (one) => {
    const instance = randomBytes(16).toString("hex");
    const events = Array.from({ length: each }, (_, n) => ({ kind: event.type, leg: 1, at_ms: n, body: event }));
    const body = JSON.stringify({ instance, first_seq: "{seq}", events }).replace('"{seq}"', "{seq}");
    const headers = { "content-type": "application/json", authorization: `Bearer ${one.key}` };
    return { requests: [{ path: `/v1/s/${one.session}/log`, headers, body }], step: each };
  };
  const walkers = Array.from({ length: sources }, (_, n) => walker(ready[n % ready.length]));
  const got = await load({ port, status: 200, for_ms: seconds * 1000, walkers });
  return { ...got, rate: got.rate * each };
}

/** PostgreSQL's own load program: one row a transaction, `synchronous_commit` and `fsync` on. */
function pgbench(url, dir, sources) {
  const logs = join(dir, `pgbench-${sources}`);
  mkdirSync(logs);
  const script = join(logs, "insert.sql");
  const text = JSON.stringify(event).replaceAll("'", "''").replaceAll(":", "\\u003a");
  writeFileSync(script, `insert into log (source, body) values (:client_id, '${text}');\n`);
  const args = ["-n", "-M", "prepared", "-c", sources, "-j", Math.min(2, sources), "-T", seconds, "-f", script, "-l", url];
  const ran = spawnSync("pgbench", args.map(String), { cwd: logs, encoding: "utf8" });
  if (ran.status !== 0) throw new Error(`pgbench: ${ran.stderr}`);
  const lines = readdirSync(logs).filter((name) => name.startsWith("pgbench_log")).flatMap((name) => readFileSync(join(logs, name), "utf8").trim().split("\n"));
  const took = lines.map((line) => Number(line.split(" ")[2]) / 1000).sort((a, b) => a - b);
  return { rate: Number(/tps = ([\d.]+)/.exec(ran.stdout)?.[1]), p50: at(took, 0.5), p99: at(took, 0.99) };
}

const url = process.env.TEST_POSTGRES_URL;
if (!url) throw new Error("start it through scripts/with-postgres.sh, with POSTGRES_FSYNC=on");
const { dir, stop, server } = programs();
try {
  const psql = spawnSync("psql", [url, "-qc", "create table log (id bigserial primary key, source int, body text)"], { encoding: "utf8" });
  if (psql.status !== 0) throw new Error(`psql: ${psql.stderr}`);
  const script = [join(here, "one_by_one.py"), join(dir, "one.db"), seconds, JSON.stringify(event), ...counts];
  const single = spawnSync("python3", script.map(String), { encoding: "utf8" });
  if (single.status !== 0) throw new Error(single.stderr);
  const alone = new Map(single.stdout.trim().split("\n").map((line) => line.split(" ").map(Number)).map(([n, rate, p50, p99]) => [n, { rate, p50, p99 }]));
  const { port, url: base, data } = await server("http://127.0.0.1:9");
  const ready = await candidates(base, await signIn(base, data), 16);
  await ours(port, ready, 8, 1); // begin with everything loaded
  console.log(`durable appends, ${seconds} s each: events/s, then acknowledgement p50 / p99 in ms`);
  console.log(`${"sources".padEnd(9)}${["ours, 1 event", "ours, 16 events", "pgbench", "1 transaction each"].map((t) => t.padStart(28)).join("")}`);
  for (const sources of counts) {
    const all = [await ours(port, ready, sources, 1), await ours(port, ready, sources, 16), pgbench(url, dir, sources), alone.get(sources)];
    const cell = ({ rate, p50, p99 }) => `${rate.toFixed(0)}/s  ${p50.toFixed(1)} / ${p99.toFixed(1)}`.padStart(28);
    console.log(String(sources).padEnd(9) + all.map(cell).join(""));
  }
} finally {
  await stop();
}
