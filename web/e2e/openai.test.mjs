// The interview on OpenAI's protocol as a browser sees it: the provider is simulated, with real WebRTC and OpenAI's quirks.
import assert from "node:assert/strict";
import { test } from "node:test";
import { begin, finished } from "./lib/candidate.mjs";
import { said, stage } from "./lib/stage.mjs";

const first = {
  to: "disagreed with a colleague",
  after_ms: 1500,
  text: "I showed her the test results and we agreed to wait two days. As a result the release went out without any problems, and I wrote the rule down for the whole team.",
};
const second = {
  to: "fails at night",
  text: "First I would look at the alerts and the logs. Then I would tell the team, and roll back the last change.",
};
const scripted = (...answers) => ({ pace: 0.25, answers });

const s = stage({ script: scripted(first, { ...second, transcript: { late_ms: 8000 } }) });

test("what was truly said is the transcript, though the control channel breaks and the last words come late", {
  timeout: 180_000,
}, async () => {
  const { ada, invited, server, sim } = s;
  await begin(ada, invited.link);
  const { call } = await sim.next((entry) => entry.what === "call");
  await sim.next((entry) => entry.what === "spoke" && entry.text === first.text);
  await sim.next((entry) => entry.what === "saying" && entry.text.includes("fails at night"));
  // The control channel breaks; the call goes on.
  await sim.call(call, "cut", { code: 1006 });
  await sim.next((entry) => entry.what === "attached");
  await finished(ada.page);
  const session = await s.sealed();
  assert.deepEqual(said(session, "candidate"), [first.text, second.text], JSON.stringify(session.turns, null, 1));
  assert.deepEqual([session.completeness, session.reasons, session.integrity], ["complete", [], []]);
  assert.equal((await sim.ledger()).filter((entry) => entry.what === "call").length, 1, "no call after the end");
  assert.ok(!server.log().includes("alerts") && !server.log().includes(sim.env.OPENAI_API_KEY));
});

test("the provider's hour, and a reload: the next call goes on with the open question", {
  timeout: 180_000,
}, async (t) => {
  const { ada, invited, sim } = s;
  await begin(ada, invited.link);
  const { call } = await sim.next((entry) => entry.what === "call");
  await sim.next((entry) => entry.what === "spoke" && entry.text === first.text);
  await sim.next((entry) => entry.what === "saying" && entry.text.includes("fails at night"));
  // Later calls find the candidate silent until the last one.
  await sim.script(scripted());
  await sim.call(call, "expire");
  const over = await sim.next((entry) => entry.what === "ended" && entry.call === call);
  const again = await sim.next((entry) => entry.what === "saying" && entry.call !== call);
  t.diagnostic(`gap after the provider's hour: ${again.at_ms - over.at_ms} ms`);
  await sim.next((entry) => entry.what === "said" && entry.text.includes("fails at night"));
  await sim.script(scripted(second));
  await ada.page.reload();
  await ada.page.getByRole("button", { name: /Go on with the interview/ }).click();
  await finished(ada.page);
  const session = await s.sealed();
  assert.deepEqual(said(session, "candidate"), [first.text, second.text], JSON.stringify(session.turns, null, 1));
  assert.equal(session.legs.length, 3);
  assert.equal(session.legs[0].end_reason, "expired");
  const asked = said(session, "interviewer").filter((text) => text.includes("disagreed"));
  assert.equal(asked.length, 1, "an answered question is not asked again");
});
