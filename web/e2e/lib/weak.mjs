// A home behind a weak link: packets are late, some never come, and little goes up at a time.
import { spawn } from "node:child_process";
import { fileURLToPath } from "node:url";
import { build, run } from "./home.mjs";

const program = fileURLToPath(new URL("weak_link.py", import.meta.url));

/** Builds it. `loss` is the share that never comes, each way; `delay_ms` is one way's; `up_kbit` what the home can send in a second. */
export const weak = async ({ loss, delay_ms, up_kbit }) => {
  const home = build();
  const [net] = home.nets;
  const [here, there] = ["h", "t"].map((end) => `wk${end}${process.pid}n${home.number}`);
  const args = [here, there, loss, delay_ms, up_kbit].map(String);
  const child = spawn("python3", [program, ...args], { stdio: ["ignore", "pipe", "inherit"] });
  const ended = new Promise((resolve) => child.once("exit", resolve));
  await new Promise((resolve, reject) => {
    child.stdout.once("data", resolve);
    child.once("exit", (code) => reject(new Error(`the weak link ended with ${code}`)));
  });
  run(
    `ip addr add ${net}.1 peer ${net}.2 dev ${here}; ip link set ${here} up; ip link set ${there} netns ${home.name}`,
  );
  home.inside(`addr add ${net}.2 peer ${net}.1 dev ${there}`);
  home.inside(`link set ${there} up`);
  home.inside(`route add default via ${net}.1`);
  const remove = async () => {
    child.kill("SIGTERM");
    await ended;
    home.remove();
  };
  return { ...home, remove };
};
