// A laptop that sleeps until its call is lost (T4): from waking up to the next call's first sound, many times, in a browser, on the
// simulated provider.
import { launch, person } from "../web/e2e/lib/browser.mjs";
import { begin } from "../web/e2e/lib/candidate.mjs";
import { listening, manyCalls, summary } from "../web/e2e/lib/handovers.mjs";
import { sleepThrough } from "../web/e2e/lib/lid.mjs";
import { invite, signIn } from "../web/e2e/lib/recruiter.mjs";
import { startServer } from "../web/e2e/lib/server.mjs";
import { startSimulator } from "../web/e2e/lib/simulator.mjs";

const times = Number(process.env.TIMES ?? 60);
const browser = await launch();
const sim = await startSimulator(listening);
const server = await startServer({ env: { ...sim.env, ...manyCalls } });
const waits = [];
try {
  const { page } = await person(browser);
  await begin({ page }, (await invite(await signIn(server))).link);
  let { call } = await sim.next((e) => e.what === "call");
  await sim.next((e) => e.what === "saying" && e.call === call);
  while (waits.length < times) {
    const again = await sleepThrough({ browser, sim }, call);
    call = again.call;
    waits.push(again.ms);
  }
} finally {
  await browser.close();
  await server.stop();
  await sim.stop();
}
console.log(`from waking up to the next call's first sound    ${summary(waits)}`);
