// Starts the real binary on a free port with a data folder of its own, and stops it.
import { spawn } from "node:child_process";
import { mkdtempSync, rmSync } from "node:fs";
import { createServer } from "node:net";
import { homedir, tmpdir } from "node:os";
import { join } from "node:path";

const cache = process.env.INSIGHTS_CACHE ?? join(homedir(), ".cache", "insights");
const target = process.env.CARGO_TARGET_DIR ?? join(cache, "target");
export const binary = process.env.INSIGHTS_BIN ?? join(target, "debug", "insights");

export const freePort = () =>
  new Promise((resolve, reject) => {
    const probe = createServer();
    probe.once("error", reject);
    probe.listen(0, "127.0.0.1", () => {
      const { port } = probe.address();
      probe.close(() => resolve(port));
    });
  });

/** Resolves with the first match of `pattern` in what the process prints; rejects when it ends first. */
const printed = (child, lines, pattern) =>
  new Promise((resolve, reject) => {
    const look = () => {
      const hit = lines.join("\n").match(pattern);
      if (hit) resolve(hit[0]);
    };
    child.stdout.on("data", look);
    child.once("exit", (code) => reject(new Error(`insights ended with ${code}:\n${lines.join("\n")}`)));
    look();
  });

/**
 * A running product: `url`, the printed `signIn` link and `invitation` link.
 * The interviewer speaks with the fast voice unless `env` says otherwise, so that a fresh plan is rendered within seconds.
 */
export const startServer = async ({ env = {}, dataDir, port } = {}) => {
  const dir = dataDir ?? mkdtempSync(join(tmpdir(), "insights-e2e-"));
  const chosen = port ?? (await freePort());
  const child = spawn(binary, ["serve"], {
    env: {
      ...process.env,
      INSIGHTS__SERVER__BIND: `127.0.0.1:${chosen}`,
      INSIGHTS__SERVER__DATA_DIR: dir,
      INSIGHTS__VOICE__VOICE: "joe",
      // Whatever key the machine's environment holds, no test calls anybody.
      INSIGHTS__PROVIDER__KIND: "own",
      INSIGHTS__VOICE__CACHE_DIR: join(cache, "renders"),
      ...env,
    },
    stdio: ["ignore", "pipe", "pipe"],
  });
  const lines = [];
  const log = [];
  child.stdout.on("data", (chunk) => lines.push(...String(chunk).trimEnd().split("\n")));
  child.stderr.on("data", (chunk) => log.push(String(chunk)));
  const ended = new Promise((resolve) => child.once("exit", resolve));
  const wait = (pattern) =>
    printed(child, lines, pattern).catch((error) => {
      throw new Error(`${error.message}\n${log.join("")}`);
    });
  const signIn = await wait(/http\S+\/signin#\S+/);
  const invitation = await wait(/http\S+\/i#\S+/);
  return {
    url: `http://127.0.0.1:${chosen}`,
    port: chosen,
    dataDir: dir,
    signIn,
    invitation,
    log: () => log.join(""),
    /** As a crash would: no chance to tidy up. */
    kill: async () => {
      child.kill("SIGKILL");
      await ended;
    },
    stop: async () => {
      child.kill("SIGTERM");
      await ended;
      if (!dataDir) rmSync(dir, { recursive: true, force: true });
    },
  };
};
