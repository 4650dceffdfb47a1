// A weak link: of what is sent a tenth never comes, the rest comes late, and little goes up at a time.
import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import { person } from "./lib/browser.mjs";
import { begin, finished, wordsSaved } from "./lib/candidate.mjs";
import { refusal } from "./lib/home.mjs";
import { invite, sessionOf, signIn, until } from "./lib/recruiter.mjs";
import { said } from "./lib/stage.mjs";
import { behindWeakLink, lateness } from "./lib/weak_talk.mjs";

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
  const { sim } = s;
  const recruiter = await signIn(s.server);
  const invited = await invite(recruiter);
  const { page, problems } = await person(s.browser);
  await begin({ page }, invited.link);
  const { call } = await sim.next((entry) => entry.what === "call");
  for (const text of answers) {
    await sim.next((entry) => entry.what === "said" && entry.text.endsWith("?"));
    await sim.call(call, "speak", { text });
    await sim.next((entry) => entry.what === "spoke" && entry.text === text);
    t.diagnostic(`from the end of the words to their caption: ${await lateness(page, text)} ms`);
  }
  await finished(page);
  await wordsSaved(page);
  const session = await until("the seal", async () => {
    const found = await sessionOf(recruiter, invited.position);
    return found?.state === "finished" && found;
  });
  assert.deepEqual([session.completeness, said(session, "candidate")], ["complete", answers]);
  assert.equal(session.legs.length, 1);
  assert.deepEqual(problems, []);
});
