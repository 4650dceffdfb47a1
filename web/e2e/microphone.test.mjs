// The microphone goes away in the middle of the talk: the page says so, the interview waits, and both go on by themselves.
import assert from "node:assert/strict";
import { test } from "node:test";
import { begin, finished } from "./lib/candidate.mjs";
import { look } from "./lib/look.mjs";
import { uploads } from "./lib/recordings.mjs";
import { said, stage } from "./lib/stage.mjs";

const first =
  "I showed her the test results and we agreed to wait two days. As a result the release went out without any problems, and I wrote the rule down for the whole team.";
const second =
  "First I would look at the alerts and the logs. Then I would tell the team, and roll back the last change.";

// The candidate speaks when the test says so.
const s = stage({ script: { pace: 0.25, answers: [] } });

test("unplugged, the interview waits; plugged in again, it goes on by itself, and so does the recording", {
  timeout: 120_000,
}, async () => {
  const { ada, sim } = s;
  const { page } = ada;
  const sent = uploads(ada.context);
  const asked = (words) => sim.next((entry) => entry.what === "said" && entry.text.includes(words));
  const plug = (isIn) => page.evaluate((is) => window.__mouth.plug(is), isIn);
  const sending = () => page.evaluate(() => window.__pc.getSenders()[0].track?.readyState);
  await begin(ada, s.invited.link);
  const { call } = await sim.next((entry) => entry.what === "call");
  await asked("disagreed");
  await plug(false);
  await page.getByText(/Your microphone is gone.*The interview waits; everything so far is saved/).waitFor();
  await page.locator("[data-state=paused]").waitFor();
  assert.equal((await s.session()).state, "live");
  await look(page, "candidate-6-microphone-gone");

  // Looking for another one finds none, and says so; the interview still waits.
  await page.getByRole("alert").getByRole("button", { name: "Microphone" }).click();
  const dialog = page.getByRole("dialog");
  await dialog.getByRole("button", { name: "Try again" }).click();
  await dialog.getByText("We found no microphone").waitFor();
  await page.keyboard.press("Escape");
  await page.locator("[data-state=paused]").waitFor();
  assert.equal(await sending(), "ended");

  await plug(true);
  await page.getByText("We found no microphone").waitFor({ state: "detached" });
  await page.locator("[data-state=listening]").waitFor();
  assert.equal(await sending(), "live");
  await sim.call(call, "speak", { text: first });
  await asked("fails at night");
  await sim.call(call, "speak", { text: second });
  await finished(page);
  await page.locator("[data-sound-waiting='0']").waitFor({ state: "attached" });
  const session = await s.sealed();
  assert.deepEqual([session.completeness, said(session, "candidate")], ["complete", [first, second]]);
  assert.equal(sent.segments().length, 2, "one recording of each microphone");
});
