// Away and back, many times, in a browser on the simulated provider: a laptop that sleeps until its call is lost (T4), and a
// machine that changes its network in the middle of the talk (T5). Both until the next call's first sound.
import { launch, person } from "../web/e2e/lib/browser.mjs";
import { start, toSoundCheck } from "../web/e2e/lib/candidate.mjs";
import { listening, manyCalls, summary } from "../web/e2e/lib/handovers.mjs";
import { sleepThrough } from "../web/e2e/lib/lid.mjs";
import { invite, signIn } from "../web/e2e/lib/recruiter.mjs";
import { freePort, startServer } from "../web/e2e/lib/server.mjs";
import { startSimulator } from "../web/e2e/lib/simulator.mjs";
import { fromElsewhere, refusal, uplinks } from "../web/e2e/lib/uplinks.mjs";

/** A question is asked for five minutes: each interview has its share. */
const EACH = 10;
const times = Number(process.env.TIMES ?? 20);

/** One interview after the other, until `away` has been called often enough; it gives the next call and the wait for it. */
const measure = async ({ browser, sim, server }, away) => {
  const waits = [];
  while (waits.length < times) {
    const { context, page } = await person(browser);
    const { link } = await invite(await signIn(server));
    await toSoundCheck(page, link);
    await context.grantPermissions(["microphone"], { origin: new URL(link).origin });
    await start(page);
    let { call } = await sim.next((e) => e.what === "call");
    await sim.next((e) => e.what === "saying" && e.call === call);
    for (let n = 0; n < EACH && waits.length < times; n++) {
      const next = await away(call);
      call = next.call;
      waits.push(next.ms);
    }
    await context.close();
  }
  return waits;
};

const home = refusal() ? undefined : uplinks();
const port = await freePort();
const sim = await startSimulator(listening, home);
const elsewhere = home && fromElsewhere(home, port);
const server = await startServer({ port, env: { ...sim.env, ...manyCalls, ...elsewhere?.env } });
const browser = await launch(elsewhere?.browser);
const stage = { browser, sim, server };
const change = async (call) => {
  home.change();
  const left = performance.now();
  const next = await sim.next((e) => e.what === "saying" && e.call !== call);
  return { call: next.call, ms: Math.round(performance.now() - left) };
};
try {
  const sleeps = await measure(stage, (call) => sleepThrough(stage, call));
  console.log(`from waking up to the next call's first sound         ${summary(sleeps)}`);
  if (home) {
    const changes = await measure(stage, change);
    console.log(`from the other network to the next call's first sound ${summary(changes)}`);
  } else {
    console.log(`the change of networks is not measured: ${refusal()}`);
  }
} finally {
  await browser.close();
  await server.stop();
  await sim.stop();
  home?.remove();
}
