// A home elsewhere: a network namespace in which a browser runs. Needs the right to make network namespaces.
import { execFileSync } from "node:child_process";
import { chmodSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { chromiumPath } from "./browser.mjs";

export const run = (command) =>
  execFileSync("/bin/sh", ["-ec", command], { stdio: ["ignore", "pipe", "pipe"] }).toString();

/** Why there can be no such home on this machine; undefined: there can. */
export const refusal = () => {
  const name = `probe${process.pid}`;
  try {
    run(
      `ip netns add ${name}; trap 'ip netns del ${name}' EXIT; ip link add ${name}a netns ${name} type veth peer ${name}b; test -c /dev/net/tun`,
    );
    return undefined;
  } catch (error) {
    return `no network namespaces here: ${String(error.stderr).trim()}`;
  }
};

/** How many this process has built. */
let count = 0;

/**
 * Builds the home, without a way out of it. `address` is the server's, the same by each way; `nets` are the first three numbers
 * of addresses for two ways; `inside` is `ip` in the home; `browser` is a program that runs Chromium there.
 */
export const build = () => {
  count += 1;
  const name = `home${process.pid}n${count}`;
  const third = (process.pid + count) % 250;
  const [address, ...nets] = ["10.77", "10.78", "10.79"].map((net) => `${net}.${third}`);
  const inside = (command) => run(`ip -n ${name} ${command}`);
  run(`ip netns add ${name}; ip addr add ${address}.1/32 dev lo`);
  inside("link set lo up");
  const folder = mkdtempSync(join(tmpdir(), "insights-home-"));
  const browser = join(folder, "chromium");
  writeFileSync(browser, `#!/bin/sh\nexec ip netns exec ${name} ${chromiumPath} "$@"\n`);
  chmodSync(browser, 0o755);
  const remove = () => {
    // The interfaces go with the namespace.
    run(`ip netns del ${name}; ip addr del ${address}.1/32 dev lo`);
    rmSync(folder, { recursive: true, force: true });
  };
  return { name, number: count, address: `${address}.1`, nets, inside, browser, remove };
};
