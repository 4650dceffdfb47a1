// The way into the talk beside two others: nginx `proxy_pass` and a Node proxy, on the same simulated provider, in one
// run. Ours checks the candidate, reserves, commits the leg, forwards, attaches and configures the control channel.
import { spawnSync } from "node:child_process";
import { existsSync, readFileSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { candidates, signIn } from "../lib/candidates.mjs";
import { load } from "../lib/load.mjs";
import { freePort, key, programs, rss, up } from "../lib/programs.mjs";

const here = dirname(fileURLToPath(import.meta.url));
const starts = Number(process.env.STARTS ?? 300);
const at_once = Number(process.env.AT_ONCE ?? 8);
const offer = readFileSync(join(here, "offer.sdp"), "utf8");

const multipart = (() => {
  const session = JSON.stringify({ type: "realtime", model: "gpt-realtime-2.1" });
  const part = (name, kind, text) =>
    `--B\r\nContent-Disposition: form-data; name="${name}"\r\nContent-Type: ${kind}\r\n\r\n${text}\r\n`;
  return `${part("sdp", "application/sdp", offer)}${part("session", "application/json", session)}--B--\r\n`;
})();

/** `starts` starts, `at_once` under way at any time, the first tenth not counted. `one` makes the n-th request. */
const measure = (port, one) => {
  const walkers = Array.from({ length: at_once }, () => ({ requests: [] }));
  for (let n = 0; n < starts; n++) walkers[n % at_once].requests.push(one(n));
  return load({ port, status: 201, warm: Math.floor(starts / at_once / 10), walkers });
};

const { dir, start, stop, simulator, server } = programs();
try {
  const sim = await simulator("--pace", "1");
  const [provider, nginxPort, nodePort] = [sim.url, await freePort(), await freePort()];
  const conf = readFileSync(join(here, "nginx.conf.template"), "utf8")
    .replaceAll("DIR", dir).replaceAll("PORT", String(nginxPort)).replaceAll("PROVIDER", `127.0.0.1:${sim.port}`).replaceAll("KEY", key);
  writeFileSync(join(dir, "nginx.conf"), conf);
  const nginx = existsSync("/usr/sbin/nginx") ? "/usr/sbin/nginx" : "nginx";
  const peers = { nginx: start(nginx, ["-c", join(dir, "nginx.conf"), "-p", dir]) };
  await up(`http://127.0.0.1:${nginxPort}`);
  peers.node = start(process.execPath, [join(here, "node-proxy.mjs"), String(nodePort), provider, key]);
  await up(`http://127.0.0.1:${nodePort}`);
  const ours = await server(provider);
  peers.ours = ours.child;
  const ready = await candidates(ours.url, await signIn(ours.url, ours.data), starts);

  const form = { "content-type": "multipart/form-data; boundary=B", authorization: `Bearer ${key}` };
  const sdp = { "content-type": "application/sdp" };
  const runs = [
    ["direct", sim.port, () => ({ path: "/v1/realtime/calls", headers: form, body: multipart }), null],
    ["nginx proxy_pass", nginxPort, () => ({ path: "/v1/realtime/calls", headers: form, body: multipart }), peers.nginx.pid],
    ["node express + undici", nodePort, () => ({ path: "/connect", headers: { ...sdp, cookie: "session=x" }, body: offer }), peers.node.pid],
    // Starts are limited for each address: some candidates share one, as behind an office's router.
    [
      "insights (durable)",
      ours.port,
      (n) => ({ path: "/v1/candidate/connect", headers: { ...sdp, cookie: ready[n].cookies }, body: offer, from: `127.1.0.${1 + Math.floor(n / 15)}` }),
      peers.ours.pid,
    ],
  ];
  console.log(`${starts} starts, ${at_once} at once; added = beyond the provider's own time`);
  console.log(`${"".padEnd(24)}${["p50 ms", "p99 ms", "added p50", "added p99", "starts/s", "RSS MiB"].map((t) => t.padStart(11)).join("")}`);
  let base = null;
  for (const [name, port, one, pid] of runs) {
    const got = await measure(port, one);
    base ??= got;
    const cells = [got.p50, got.p99, got.p50 - base.p50, got.p99 - base.p99, got.rate, pid ? resident(pid) : Number.NaN];
    console.log(name.padEnd(24) + cells.map((v) => (Number.isNaN(v) ? "-" : v.toFixed(1)).padStart(11)).join(""));
  }
} finally {
  await stop();
}

/** Of a process and, for nginx, its worker; our voice engine is another program and not part of the proxy. */
function resident(pid) {
  const listed = spawnSync("pgrep", ["-P", String(pid), "nginx"]).stdout.toString().trim().split("\n").filter(Boolean);
  return [pid, ...listed.map(Number)].reduce((sum, each) => sum + rss(each), 0);
}
