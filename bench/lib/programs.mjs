// Programs under measurement: free ports, start, readiness, memory and processor time from /proc, and an orderly end.
import { spawn } from "node:child_process";
import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { createServer } from "node:net";
import { homedir, tmpdir } from "node:os";
import { join } from "node:path";

export const cache = process.env.INSIGHTS_CACHE ?? join(homedir(), ".cache", "insights");
export const binary = process.env.INSIGHTS_BIN ?? join(process.env.CARGO_TARGET_DIR ?? join(cache, "target"), "release", "insights");
/** The simulator's key. */
export const key = "sk-simulated";

export const freePort = () =>
  new Promise((resolve) => {
    const probe = createServer();
    probe.listen(0, "127.0.0.1", () => {
      const { port } = probe.address();
      probe.close(() => resolve(port));
    });
  });
/** Resident memory in MiB. */
export const rss = (pid) => Number(/VmRSS:\s+(\d+)/.exec(readFileSync(`/proc/${pid}/status`, "utf8"))?.[1] ?? 0) / 1024;
/** Processor time in seconds, user and system; a tick is 10 ms. */
export const cpu = (pid) => {
  const fields = readFileSync(`/proc/${pid}/stat`, "utf8").split(") ")[1].split(" ");
  return (Number(fields[11]) + Number(fields[12])) / 100;
};
/** Waits until something answers. */
export const up = async (url) => {
  while (!(await fetch(url).then((answer) => answer.status !== 503, () => false))) await new Promise((done) => setTimeout(done, 20));
};
/** The value at a share of sorted figures. */
export const at = (sorted, share) => sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * share))];

/** A folder and the programs started in it; `stop` ends the last one first. */
export function programs() {
  const dir = mkdtempSync(join(tmpdir(), "insights-bench-"));
  const children = [];
  const start = (command, args, options = {}) => {
    const child = spawn(command, args, { stdio: ["ignore", "ignore", "inherit"], ...options });
    children.push(child);
    return child;
  };
  const stop = async () => {
    for (const child of children.reverse()) child.kill("SIGTERM");
    await Promise.all(children.map((child) => child.exitCode !== null || new Promise((done) => child.once("exit", done))));
    rmSync(dir, { recursive: true, force: true });
  };
  /** The simulated provider; its base URL and that of its control door. */
  const simulator = async (...more) => {
    const [port, control] = [await freePort(), await freePort()];
    const args = ["--bind", `127.0.0.1:${port}`, "--control-bind", `127.0.0.1:${control}`, "--key", key, "--no-events"];
    const env = { ...process.env, INSIGHTS__LOG__LEVEL: "error" };
    const child = start(binary, ["sim", ...args, ...more], { env });
    await up(`http://127.0.0.1:${port}`);
    return { child, port, url: `http://127.0.0.1:${port}`, control: `http://127.0.0.1:${control}/sim` };
  };
  /** Our server, its calls carried by `provider`, with budgets that stop nobody. */
  const server = async (provider) => {
    const port = await freePort();
    const env = {
      ...process.env,
      INSIGHTS__SERVER__BIND: `127.0.0.1:${port}`,
      INSIGHTS__SERVER__DATA_DIR: join(dir, "data"),
      INSIGHTS__PROVIDER__KIND: "openai",
      INSIGHTS__PROVIDER__URL: provider,
      OPENAI_API_KEY: key,
      INSIGHTS__BUDGET__LIVE: "100000",
      INSIGHTS__BUDGET__LIVE_PER_TENANT: "100000",
      INSIGHTS__BUDGET__DAY_DOLLARS: "1000000",
      INSIGHTS__VOICE__CACHE_DIR: join(cache, "renders"),
      INSIGHTS__VOICE__VOICE: "joe",
      INSIGHTS__LOG__LEVEL: "error",
    };
    const child = start(binary, ["serve"], { env });
    await up(`http://127.0.0.1:${port}/readyz`);
    return { child, port, url: `http://127.0.0.1:${port}`, data: join(dir, "data") };
  };
  return { dir, start, stop, simulator, server };
}
