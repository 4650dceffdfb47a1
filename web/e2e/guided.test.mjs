// The interview in which a model reacts to answers, as a browser sees it: real WebRTC to the simulated provider, whose
// script says what the model does.
import assert from "node:assert/strict";
import { test } from "node:test";
import { begin, finished } from "./lib/candidate.mjs";
import { plan, until } from "./lib/recruiter.mjs";
import { said, stage } from "./lib/stage.mjs";

const FOLLOW_UP = "What did she say to that?";
const RESULT = "What was the result?";
const calls = (name, args) => ({ say: "", tool: { name, arguments: JSON.stringify(args) } });
const results = { to: "disagreed with a colleague", text: "I showed her the test results." };
const agreed = { to: FOLLOW_UP, text: "That we should wait for two days." };
const unsure = { to: RESULT, text: "I am not sure which of the two parts you mean." };
const release = { to: RESULT, text: "The release went out without any problems." };
const leaving = { to: "fails at night", after_ms: 2500, text: "Sorry, I have to go." };
const alerts = { to: "fails at night", text: "First I would look at the alerts. Then I would tell the team." };

const s = stage({
  asked: { ...plan, mode: "guided" },
  script: {
    pace: 0.25,
    answers: [results, agreed],
    replies: [{ say: FOLLOW_UP }, calls("next_question", { question: 2 }), calls("ask_probe", { probe: 2 })],
  },
});

/** What came back for each of the model's tool calls, in order. */
const givenBack = async () =>
  (await s.sim.ledger())
    .filter((e) => e.what === "client" && e.event.item?.type === "function_call_output")
    .map((e) => JSON.parse(e.event.item.output));

test("a model asks, calls every tool and is refused one; a reload and a lost control channel cost nothing", {
  timeout: 180_000,
}, async () => {
  const { ada, invited, server, sim } = s;
  await begin(ada, invited.link);
  await sim.next((e) => e.what === "said" && e.text === RESULT);
  // The candidate loads the page again before she answers the probe; the model of the next call is another.
  await sim.script({
    pace: 0.25,
    answers: [unsure, release, leaving],
    replies: [
      calls("note_request", { kind: "repeat" }),
      calls("next_question", { question: 1 }),
      calls("end_interview", { reason: "candidate_asked" }),
    ],
  });
  await ada.page.reload();
  await ada.page.getByRole("button", { name: /Go on with the interview/ }).click();
  const { call } = await sim.next((e) => e.what === "call");
  await sim.next((e) => e.what === "saying" && e.text.includes("fails at night"));
  await sim.call(call, "cut", { code: 1006 });
  await sim.next((e) => e.what === "attached" && e.call === call);
  await finished(ada.page);

  const session = await s.sealed();
  const answers = [results, agreed, unsure, release, leaving].map(({ text }) => text);
  assert.deepEqual(said(session, "candidate"), answers, JSON.stringify(session.turns, null, 1));
  assert.deepEqual([session.completeness, session.reasons, session.integrity], ["complete", [], []]);
  assert.deepEqual([session.end_reason, session.legs.length], ["candidate_ended", 2]);
  const kinds = session.turns.filter(({ text }) => [FOLLOW_UP, RESULT].includes(text)).map(({ kind }) => kind);
  // Before the reload, after it, and when the model noted that it should be said again.
  assert.deepEqual(kinds, ["follow_up", "probe", "repeat", "repeat"]);
  const answered = await givenBack();
  assert.deepEqual(
    answered.map(({ accepted }) => accepted),
    [false, true, true, true, true],
    JSON.stringify(answered),
  );
  assert.match(answered[0].message, /No question can be skipped/);
  // What the model is told about its role is nobody's to read.
  assert.ok(!server.log().includes("# Rules") && !(await ada.page.content()).includes("# Rules"));
  await theRecruiterReads(session, [...answers, FOLLOW_UP, "Free follow-up", "Transcript complete"]);
});

test("the provider's hour in a guided interview, and last words that come 8 s after the goodbye", {
  timeout: 180_000,
}, async (t) => {
  const { ada, invited, sim } = s;
  await sim.script({ pace: 0.25, answers: [results], replies: [calls("next_question", { question: 1 })] });
  await begin(ada, invited.link);
  const { call } = await sim.next((e) => e.what === "call");
  await sim.next((e) => e.what === "said" && e.text.includes("fails at night"));
  await sim.script({ pace: 0.25, answers: [{ ...alerts, transcript: { late_ms: 14_500 } }] });
  await sim.call(call, "expire");
  const over = await sim.next((e) => e.what === "ended" && e.call === call);
  const again = await sim.next((e) => e.what === "saying" && e.call !== call);
  t.diagnostic(`gap after the provider's hour: ${again.at_ms - over.at_ms} ms`);
  assert.ok(again.at_ms - over.at_ms <= 4000);
  await sim.next((e) => e.what === "spoke" && e.text === alerts.text);
  await ada.page.getByRole("button", { name: "End the interview" }).first().click();
  await ada.page.getByRole("button", { name: "End it" }).click();
  const goodbye = await sim.next((e) => e.what === "said" && e.text === plan.closing);
  const words = await sim.next((e) => e.what === "server" && e.event.transcript === alerts.text);
  assert.ok(words.at_ms - goodbye.at_ms >= 8000, `${words.at_ms - goodbye.at_ms} ms after the goodbye`);
  await finished(ada.page);
  const session = await s.sealed();
  assert.deepEqual(said(session, "candidate"), [results.text, alerts.text], JSON.stringify(session.turns, null, 1));
  assert.deepEqual([session.completeness, session.reasons, session.integrity], ["complete", [], []]);
  assert.deepEqual(
    session.legs.map(({ end_reason }) => end_reason),
    ["expired", "ended"],
  );
  assert.equal((await sim.ledger()).filter((e) => e.what === "call").length, 2, "no call after the end");
  await theRecruiterReads(session, [results.text, alerts.text, "Transcript complete", "The call broke off"]);
});

/** The recruiter opens the session's page and finds each of these. */
const theRecruiterReads = async (session, texts) => {
  const context = await s.browser.newContext();
  const [name, value] = s.recruiter.cookie.split("=");
  await context.addCookies([{ name, value, url: s.server.url }]);
  const page = await context.newPage();
  await page.goto(`${s.server.url}/sessions/${session.id}`);
  for (const text of texts) await page.getByText(text).first().waitFor();
  await until("whole texts", async () => !(await page.content()).includes("# Rules"));
  await context.close();
};
