// The candidate's machine changes its network in the middle of the talk, as from Wi-Fi to a phone: another address, another way.
import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import { person } from "./lib/browser.mjs";
import { finished, start, toSoundCheck } from "./lib/candidate.mjs";
import { elsewhere } from "./lib/elsewhere.mjs";
import { refusal } from "./lib/home.mjs";
import { invite, sessionOf, signIn, until } from "./lib/recruiter.mjs";
import { said } from "./lib/stage.mjs";
import { uplinks } from "./lib/uplinks.mjs";

const first =
  "I showed her the test results and we agreed to wait two days. As a result the release went out without any problems, and I wrote the rule down for the whole team.";
const second =
  "First I would look at the alerts and the logs. Then I would tell the team, and roll back the last change.";

const why = refusal();
let s;

before(async () => {
  if (!why) s = await elsewhere(uplinks(), { pace: 0.25, answers: [] });
});
after(() => s?.close());

test("another network: the page makes the next call by itself, and nothing that was said is missing", {
  timeout: 180_000,
  skip: why,
}, async (t) => {
  const { sim } = s;
  const recruiter = await signIn(s.server);
  const invited = await invite(recruiter);
  const ada = await person(s.browser);
  const asked = (words) => sim.next((entry) => entry.what === "said" && entry.text.includes(words));
  await toSoundCheck(ada.page, invited.link);
  // As after the browser's own question: then a call uses each network of the machine by its address.
  await ada.context.grantPermissions(["microphone"], { origin: new URL(invited.link).origin });
  await start(ada.page);
  const { call } = await sim.next((entry) => entry.what === "call");
  await asked("disagreed");
  await sim.call(call, "speak", { text: first });
  await asked("fails at night");
  s.home.change();
  const left = performance.now();
  const again = await sim.next((entry) => entry.what === "saying" && entry.call !== call);
  t.diagnostic(`from the other network to the next call's first sound: ${Math.round(performance.now() - left)} ms`);
  await asked("fails at night");
  await sim.call(again.call, "speak", { text: second });
  await finished(ada.page);
  await ada.page.getByText("Everything is saved.", { exact: true }).waitFor();
  const session = await until("the seal", async () => {
    const found = await sessionOf(recruiter, invited.position);
    return found?.state === "finished" && found;
  });
  assert.deepEqual([session.completeness, said(session, "candidate")], ["complete", [first, second]]);
  assert.equal(session.legs.length, 2);
});
