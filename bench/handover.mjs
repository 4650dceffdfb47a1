// The silence when a provider's hour is over: many hand-overs in one interview, in a browser, on the simulated provider.
import { launch, person } from "../web/e2e/lib/browser.mjs";
import { handovers, listening, manyCalls, summary } from "../web/e2e/lib/handovers.mjs";
import { invite, signIn } from "../web/e2e/lib/recruiter.mjs";
import { startServer } from "../web/e2e/lib/server.mjs";
import { startSimulator } from "../web/e2e/lib/simulator.mjs";

/** A server takes so many calls at once from one address: more samples need another one. */
const EACH = 20;
const rounds = Number(process.env.ROUNDS ?? 3);
const all = { calls: [], heard: [] };
const browser = await launch();
try {
  for (let n = 0; n < rounds; n++) {
    const sim = await startSimulator(listening);
    const server = await startServer({ env: { ...sim.env, ...manyCalls } });
    try {
      const ada = await person(browser);
      const invited = await invite(await signIn(server));
      const { calls, heard } = await handovers({ ada, invited, sim }, EACH);
      all.calls.push(...calls);
      all.heard.push(...heard);
      await ada.context.close();
    } finally {
      await server.stop();
      await sim.stop();
    }
  }
} finally {
  await browser.close();
}
console.log(`call's end to the next one's first sound    ${summary(all.calls)}`);
console.log(`silence in the page                         ${summary(all.heard)}`);
