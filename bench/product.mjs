// Starts the release binary with an empty data folder and measures it from outside: /proc and the public door.
import { spawn, spawnSync } from "node:child_process";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { binary, cache, freePort, rss } from "./lib/programs.mjs";

const interviews = Number(process.env.INTERVIEWS ?? 4);

// Whichever thread started them.
const children = (pid) =>
  spawnSync("pgrep", ["-P", String(pid)]).stdout.toString().trim().split("\n").filter(Boolean).map(Number);
const ms = (since) => (performance.now() - since).toFixed(0);
const row = (what, value) => console.log(`${what.padEnd(52)} ${value}`);

const port = await freePort();
const dir = mkdtempSync(join(tmpdir(), "insights-bench-"));
const began = performance.now();
const env = {
  ...process.env,
  INSIGHTS__SERVER__BIND: `127.0.0.1:${port}`,
  INSIGHTS__SERVER__DATA_DIR: dir,
  INSIGHTS__VOICE__CACHE_DIR: join(cache, "renders"),
  // Known utterances are rendered ahead; the fast voice makes that a matter of seconds here.
  INSIGHTS__VOICE__VOICE: process.env.VOICE ?? "joe",
};
const server = spawn(binary, ["serve"], { env, stdio: ["ignore", "ignore", "ignore"] });
const answers = async (path) => {
  for (;;) {
    const ok = await fetch(`http://127.0.0.1:${port}${path}`).then((a) => a.ok, () => false);
    if (ok) return ms(began);
    await new Promise((done) => setTimeout(done, 10));
  }
};
try {
  row("start to first answer (/healthz)", `${await answers("/healthz")} ms`);
  row("start to ready to talk (/readyz, models loaded)", `${await answers("/readyz")} ms`);
  await new Promise((done) => setTimeout(done, 3000));
  const engine = children(server.pid)[0];
  const idle = { server: rss(server.pid), engine: rss(engine) };
  row("idle memory: server", `${idle.server.toFixed(0)} MiB`);
  row("idle memory: engine (models loaded)", `${idle.engine.toFixed(0)} MiB`);
  for (const candidates of [1, interviews]) {
    let peak = { server: 0, engine: 0 };
    const watch = setInterval(() => {
      peak = { server: Math.max(peak.server, rss(server.pid)), engine: Math.max(peak.engine, rss(engine)) };
    }, 250);
    console.log(`\ninsights rehearse --candidates ${candidates}`);
    const child = spawn(binary, ["rehearse", "--url", `http://127.0.0.1:${port}`, "--candidates", String(candidates), "--quiet", "--voice", "am_michael"], { env, stdio: "inherit" });
    const code = await new Promise((done) => child.once("exit", done));
    clearInterval(watch);
    row(`exit code`, code);
    row(`memory for each of ${candidates} live: server`, `${((peak.server - idle.server) / candidates).toFixed(1)} MiB`);
    row(`memory for each of ${candidates} live: engine`, `${((peak.engine - idle.engine) / candidates).toFixed(1)} MiB`);
  }
  row("binary", `${(spawnSync("stat", ["-c", "%s", binary]).stdout / 1048576).toFixed(1)} MiB`);
} finally {
  server.kill("SIGTERM");
  await new Promise((done) => server.once("exit", done));
  rmSync(dir, { recursive: true, force: true });
}
