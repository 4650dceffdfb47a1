// A home with two ways to the server: a network namespace in which the browser runs, with one uplink in use at a time. Needs the
// right to make network namespaces.
import { execFileSync } from "node:child_process";
import { chmodSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { chromiumPath } from "./browser.mjs";

const run = (command) => execFileSync("/bin/sh", ["-ec", command], { stdio: ["ignore", "pipe", "pipe"] }).toString();

/** Why there can be no such home on this machine; undefined: there can. */
export const refusal = () => {
  const name = `probe${process.pid}`;
  try {
    run(
      `ip netns add ${name}; trap 'ip netns del ${name}' EXIT; ip link add ${name}a netns ${name} type veth peer ${name}b`,
    );
    return undefined;
  } catch (error) {
    return `no network namespaces here: ${String(error.stderr).trim()}`;
  }
};

/**
 * Builds the home. `address` is the server's, the same by both ways; `browser` is a program that runs Chromium inside; `change`
 * takes the other way: new address, new route, the old ones are gone at once.
 */
export const uplinks = () => {
  const home = `home${process.pid}`;
  const third = process.pid % 250;
  const [address, ...nets] = ["10.77", "10.78", "10.79"].map((net) => `${net}.${third}`);
  const ways = nets.map((net, at) => ({ net, here: `up${at}h${process.pid}`, there: `up${at}` }));
  const inside = (command) => run(`ip -n ${home} ${command}`);
  run(`ip netns add ${home}; ip addr add ${address}.1/32 dev lo`);
  inside("link set lo up");
  for (const { net, here, there } of ways) {
    run(
      `ip link add ${here} type veth peer ${there} netns ${home}; ip addr add ${net}.1/24 dev ${here}; ip link set ${here} up`,
    );
  }
  let used = -1;
  const change = () => {
    const old = ways[used];
    used = (used + 1) % ways.length;
    const { net, there } = ways[used];
    if (old) inside(`link set ${old.there} down`);
    inside(`addr flush dev ${there}`);
    inside(`addr add ${net}.2/24 dev ${there}`);
    inside(`link set ${there} up`);
    inside(`route replace default via ${net}.1`);
  };
  change();
  const folder = mkdtempSync(join(tmpdir(), "insights-home-"));
  const browser = join(folder, "chromium");
  writeFileSync(browser, `#!/bin/sh\nexec ip netns exec ${home} ${chromiumPath} "$@"\n`);
  chmodSync(browser, 0o755);
  return {
    address: `${address}.1`,
    browser,
    change,
    remove: () => {
      // The interfaces go with the namespace.
      run(`ip netns del ${home}; ip addr del ${address}.1/32 dev lo`);
      rmSync(folder, { recursive: true, force: true });
    },
  };
};

/** How a server on `port` is started for a browser in this home, and the browser for it. */
export const fromElsewhere = ({ address, browser }, port) => {
  // A name that browsers trust as they do this machine itself: elsewhere a microphone needs HTTPS.
  const host = "interview.localhost";
  return {
    env: { INSIGHTS__SERVER__BIND: `0.0.0.0:${port}`, INSIGHTS__SERVER__PUBLIC_URL: `http://${host}:${port}` },
    browser: { program: browser, args: [`--host-resolver-rules=MAP ${host} ${address}`] },
  };
};
