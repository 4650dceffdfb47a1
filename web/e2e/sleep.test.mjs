// The laptop's lid is closed in the middle of the talk: a nod changes nothing, and after a long sleep the page goes on by itself.
import assert from "node:assert/strict";
import { test } from "node:test";
import { setTimeout as pause } from "node:timers/promises";
import { begin, finished } from "./lib/candidate.mjs";
import { lid, sleepThrough } from "./lib/lid.mjs";
import { said, stage } from "./lib/stage.mjs";

const first =
  "I showed her the test results and we agreed to wait two days. As a result the release went out without any problems, and I wrote the rule down for the whole team.";
const second =
  "First I would look at the alerts and the logs. Then I would tell the team, and roll back the last change.";
/** How long the short sleep lasts: less than any end of a call gives another up after. */
const NOD_MS = 3_000;

// The candidate speaks when the test says so.
const s = stage({ script: { pace: 0.25, answers: [] } });

const asked = (words) => s.sim.next((entry) => entry.what === "said" && entry.text.includes(words));
const answer = (call, text) => s.sim.call(call, "speak", { text });

test("a nod: the same call goes on, and nothing is missing", { timeout: 120_000 }, async () => {
  await begin(s.ada, s.invited.link);
  const { call } = await s.sim.next((entry) => entry.what === "call");
  await asked("disagreed");
  const { close, open } = await lid(s.browser);
  close();
  await pause(NOD_MS);
  open();
  await answer(call, first);
  await asked("fails at night");
  await answer(call, second);
  await finished(s.ada.page);
  const session = await s.sealed();
  assert.deepEqual([session.completeness, said(session, "candidate")], ["complete", [first, second]]);
  assert.equal(session.legs.length, 1);
});

test("a long sleep: the call is lost, and on waking up the page makes another one by itself and asks again", {
  timeout: 240_000,
}, async (t) => {
  await begin(s.ada, s.invited.link);
  const { call } = await s.sim.next((entry) => entry.what === "call");
  await asked("disagreed");
  await answer(call, first);
  await asked("fails at night");
  const again = await sleepThrough(s, call);
  t.diagnostic(`from waking up to the next call's first sound: ${again.ms} ms`);
  await asked("fails at night");
  await answer(again.call, second);
  await finished(s.ada.page);
  await s.ada.page.getByText("Everything is saved.", { exact: true }).waitFor();
  const session = await s.sealed();
  assert.deepEqual([session.completeness, said(session, "candidate")], ["complete", [first, second]]);
  assert.equal(session.legs.length, 2);
});
