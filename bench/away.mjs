// Away and back, many times, in a browser on the simulated provider: a laptop that sleeps until its call is lost (T4), and a
// machine that changes its network in the middle of the talk (T5). Both until the next call's first sound.
import { person } from "../web/e2e/lib/browser.mjs";
import { start, toSoundCheck } from "../web/e2e/lib/candidate.mjs";
import { elsewhere } from "../web/e2e/lib/elsewhere.mjs";
import { listening, manyCalls, summary } from "../web/e2e/lib/handovers.mjs";
import { refusal } from "../web/e2e/lib/home.mjs";
import { sleepThrough } from "../web/e2e/lib/lid.mjs";
import { invite, signIn } from "../web/e2e/lib/recruiter.mjs";
import { uplinks } from "../web/e2e/lib/uplinks.mjs";

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
const stage = await elsewhere(home, listening, manyCalls);
const change = async (call) => {
  home.change();
  const left = performance.now();
  const next = await stage.sim.next((e) => e.what === "saying" && e.call !== call);
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
  await stage.close();
}
