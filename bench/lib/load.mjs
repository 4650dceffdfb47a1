// The load program (`crates/testkit/examples/load.rs`): the same requests by Node would take half of a small machine.
import { spawn } from "node:child_process";
import { dirname, join } from "node:path";
import { at, binary } from "./programs.mjs";

const program = process.env.LOAD_BIN ?? join(dirname(binary), "examples", "load");

/** Runs a plan; answers a second, and what they took in ms. Anything but `status` is an error: a fast refusal is no figure. */
export const load = (plan) =>
  new Promise((resolve, reject) => {
    const child = spawn(program, [], { stdio: ["pipe", "pipe", "inherit"] });
    let text = "";
    child.stdout.on("data", (piece) => (text += piece));
    child.on("error", reject);
    child.on("close", (code) => {
      if (code !== 0) return reject(new Error(`the load program ended with ${code}`));
      const { rate, took } = JSON.parse(text);
      took.sort((a, b) => a - b);
      resolve({ rate, p50: at(took, 0.5), p99: at(took, 0.99) });
    });
    child.stdin.end(JSON.stringify(plan));
  });
