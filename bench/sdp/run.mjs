// The way into the talk beside two others: nginx `proxy_pass` and a Node proxy, on the same simulated provider, in one
// run. Ours checks the candidate, reserves, commits the leg, forwards, attaches and configures the control channel.
import { spawn, spawnSync } from "node:child_process";
import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { createServer } from "node:net";
import { homedir, tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { Agent, request } from "node:http";
import { candidates } from "./candidates.mjs";

const here = dirname(fileURLToPath(import.meta.url));
const cache = process.env.INSIGHTS_CACHE ?? join(homedir(), ".cache", "insights");
const binary = join(process.env.CARGO_TARGET_DIR ?? join(cache, "target"), "release", "insights");
const starts = Number(process.env.STARTS ?? 300);
const at_once = Number(process.env.AT_ONCE ?? 8);
const key = "sk-simulated";
const offer = readFileSync(join(here, "offer.sdp"), "utf8");

const freePort = () =>
  new Promise((resolve) => {
    const probe = createServer();
    probe.listen(0, "127.0.0.1", () => {
      const { port } = probe.address();
      probe.close(() => resolve(port));
    });
  });
const rss = (pid) => Number(/VmRSS:\s+(\d+)/.exec(readFileSync(`/proc/${pid}/status`, "utf8"))?.[1] ?? 0) / 1024;
const children = [];
const start = (command, args, options = {}) => {
  const child = spawn(command, args, { stdio: ["ignore", "ignore", "inherit"], ...options });
  children.push(child);
  return child;
};
const up = async (url) => {
  while (!(await fetch(url).then(() => true, () => false))) await new Promise((done) => setTimeout(done, 20));
};

const agent = new Agent({ keepAlive: true, maxSockets: 64 });
/** One POST; its duration in ms. Anything but 201 is an error: a fast refusal is no figure. */
const post = (port, path, headers, body, localAddress) =>
  new Promise((resolve, reject) => {
    const began = performance.now();
    const sent = request({ agent, host: "127.0.0.1", port, path, method: "POST", headers, localAddress }, (answer) => {
      let text = "";
      answer.on("data", (piece) => (text += piece));
      answer.on("end", () =>
        answer.statusCode === 201 ? resolve(performance.now() - began) : reject(new Error(`${path}: ${answer.statusCode} ${text.slice(0, 300)}`)),
      );
    });
    sent.on("error", reject);
    sent.end(body);
  });

const multipart = (() => {
  const session = JSON.stringify({ type: "realtime", model: "gpt-realtime-2.1" });
  const part = (name, kind, text) =>
    `--B\r\nContent-Disposition: form-data; name="${name}"\r\nContent-Type: ${kind}\r\n\r\n${text}\r\n`;
  return `${part("sdp", "application/sdp", offer)}${part("session", "application/json", session)}--B--\r\n`;
})();

/** `starts` starts, `at_once` under way at any time, the first tenth not counted. */
const measure = async (one) => {
  const times = [];
  let next = 0;
  const warm = Math.floor(starts / 10);
  let began = performance.now();
  const walk = async () => {
    while (next < starts) {
      const n = next++;
      if (n === warm) began = performance.now();
      const ms = await one(n);
      if (n >= warm) times.push(ms);
    }
  };
  await Promise.all(Array.from({ length: at_once }, walk));
  const seconds = (performance.now() - began) / 1000;
  times.sort((a, b) => a - b);
  const at = (share) => times[Math.min(times.length - 1, Math.floor(times.length * share))];
  return { p50: at(0.5), p99: at(0.99), rate: times.length / seconds };
};

const dir = mkdtempSync(join(tmpdir(), "insights-bench-sdp-"));
const [simPort, simControl, nginxPort, nodePort, ownPort] = await Promise.all(Array.from({ length: 5 }, freePort));
const provider = `http://127.0.0.1:${simPort}`;
try {
  start(binary, ["sim", "--bind", `127.0.0.1:${simPort}`, "--control-bind", `127.0.0.1:${simControl}`, "--key", key, "--pace", "1", "--no-events"], {
    env: { ...process.env, INSIGHTS__LOG__LEVEL: "error" },
  });
  await up(provider);

  const conf = readFileSync(join(here, "nginx.conf.template"), "utf8")
    .replaceAll("DIR", dir).replaceAll("PORT", String(nginxPort)).replaceAll("PROVIDER", `127.0.0.1:${simPort}`).replaceAll("KEY", key);
  writeFileSync(join(dir, "nginx.conf"), conf);
  const nginx = existsSync("/usr/sbin/nginx") ? "/usr/sbin/nginx" : "nginx";
  const peers = { nginx: start(nginx, ["-c", join(dir, "nginx.conf"), "-p", dir]) };
  await up(`http://127.0.0.1:${nginxPort}`);
  peers.node = start(process.execPath, [join(here, "node-proxy.mjs"), String(nodePort), provider, key]);
  await up(`http://127.0.0.1:${nodePort}`);
  const env = {
    ...process.env,
    INSIGHTS__SERVER__BIND: `127.0.0.1:${ownPort}`,
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
  peers.ours = start(binary, ["serve"], { env });
  await up(`http://127.0.0.1:${ownPort}/readyz`);
  const ready = await candidates(`http://127.0.0.1:${ownPort}`, join(dir, "data"), starts);

  const form = { "content-type": "multipart/form-data; boundary=B", authorization: `Bearer ${key}` };
  const sdp = { "content-type": "application/sdp" };
  const runs = [
    ["direct", () => post(simPort, "/v1/realtime/calls", form, multipart), null],
    ["nginx proxy_pass", () => post(nginxPort, "/v1/realtime/calls", form, multipart), peers.nginx.pid],
    ["node express + undici", () => post(nodePort, "/connect", { ...sdp, cookie: "session=x" }, offer), peers.node.pid],
    // Starts are limited for each address: some candidates share one, as behind an office's router.
    [
      "insights (durable)",
      (n) => post(ownPort, "/v1/candidate/connect", { ...sdp, cookie: ready[n] }, offer, `127.1.0.${1 + Math.floor(n / 15)}`),
      peers.ours.pid,
    ],
  ];
  console.log(`${starts} starts, ${at_once} at once; added = beyond the provider's own time`);
  console.log(`${"".padEnd(24)}${["p50 ms", "p99 ms", "added p50", "added p99", "starts/s", "RSS MiB"].map((t) => t.padStart(11)).join("")}`);
  let base = null;
  for (const [name, one, pid] of runs) {
    const got = await measure(one);
    base ??= got;
    const cells = [got.p50, got.p99, got.p50 - base.p50, got.p99 - base.p99, got.rate, pid ? resident(pid) : Number.NaN];
    console.log(name.padEnd(24) + cells.map((v) => (Number.isNaN(v) ? "-" : v.toFixed(1)).padStart(11)).join(""));
  }
} finally {
  for (const child of children.reverse()) child.kill("SIGTERM");
  await Promise.all(children.map((child) => child.exitCode !== null || new Promise((done) => child.once("exit", done))));
  rmSync(dir, { recursive: true, force: true });
}

/** Of a process and, for nginx, its worker; our voice engine is another program and not part of the proxy. */
function resident(pid) {
  const listed = spawnSync("pgrep", ["-P", String(pid), "nginx"]).stdout.toString().trim().split("\n").filter(Boolean);
  return [pid, ...listed.map(Number)].reduce((sum, each) => sum + rss(each), 0);
}
