// A weak link: of what is sent a tenth never comes, the rest comes late, and little goes up at a time.
import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import { refusal } from "./lib/home.mjs";
import { plan } from "./lib/recruiter.mjs";
import { said } from "./lib/stage.mjs";
import { behindWeakLink, talkOverIt } from "./lib/weak_talk.mjs";

const questions = plan.questions.map(({ text }) => text);
const answers = [
  "I showed her the test results and we agreed to wait two days. As a result the release went out without any problems, and I wrote the rule down for the whole team.",
  "First I would look at the alerts and the logs. Then I would tell the team, and roll back the last change.",
];
const why = refusal();
let s;

before(async () => {
  if (!why) s = await behindWeakLink();
});
after(() => s?.close());

test("a weak link: one call, every word in the transcript, and captions that are little late", {
  timeout: 240_000,
  skip: why,
}, async (t) => {
  const { session, lags, begun, problems } = await talkOverIt(s, { questions, answers });
  t.diagnostic(`first sound ${begun} ms after the click; captions late by ${lags.join(", ")} ms`);
  assert.deepEqual([session.completeness, said(session, "candidate")], ["complete", answers]);
  assert.equal(session.legs.length, 1);
  assert.deepEqual(problems, []);
});
