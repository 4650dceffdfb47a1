// The whole of it: a recruiter makes a position and a plan, a candidate talks, the recruiter watches and reads.
import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import { launch, person, strangers } from "./lib/browser.mjs";
import { answerAll, finished, soundCheck, start, toSoundCheck } from "./lib/candidate.mjs";
import { anchors, signIn, until } from "./lib/recruiter.mjs";
import { startServer } from "./lib/server.mjs";
import { wordErrorRate } from "./lib/words.mjs";

const answers = [
  "We argued about a release date.",
  "I showed her the test results, and we agreed to wait two days. In the end the release went out without a single error.",
  "First I would look at the alerts and the logs. Then I would tell the team, and roll back the last change.",
];

let server;
let browser;
let recruiter;
let spoken;
before(async () => {
  server = await startServer();
  browser = await launch();
  recruiter = await signIn(server);
  spoken = [];
  for (const text of ["I am ready.", ...answers]) spoken.push(await recruiter.voice(text));
});
after(async () => {
  await browser?.close();
  await server?.stop();
});

/** Fills the position's settings and plan by the recruiter's pages; resolves with the invitation link. */
const prepare = async (page) => {
  await page.goto(server.url);
  await page.getByRole("link", { name: "Positions", exact: true }).click();
  await page.getByRole("button", { name: "New position" }).first().click();
  await page.getByLabel("Title").fill("Backend engineer");
  await page.getByRole("button", { name: "Create position" }).click();
  await page.waitForURL(/\/positions\/pos_\w+\/plan/);

  await page.getByRole("navigation", { name: "Position" }).getByRole("link", { name: "Settings" }).click();
  await page
    .getByRole("button", { name: /Add (a )?competency/ })
    .first()
    .click();
  const competency = page.getByRole("region", { name: "Competency 1" });
  await competency.getByLabel("Name").fill("Collaboration");
  await competency.getByLabel("Description").fill("Works through disagreement with facts.");
  for (const { level, text } of anchors) await competency.getByLabel(`Level ${level}`).fill(text);
  await page.getByRole("button", { name: /Save/ }).click();
  await page.getByText(/Saved/).first().waitFor();

  await page.getByRole("link", { name: "Plan" }).click();
  await page
    .getByRole("textbox", { name: "Greeting" })
    .fill("Hello {candidate}. Thank you for making the time to talk.");
  const first = page.getByRole("region", { name: "Question 1" });
  if (!(await first.isVisible()))
    await page
      .getByRole("button", { name: /Add (a )?question/ })
      .first()
      .click();
  await first.getByLabel("Text").fill("Tell me about a time when you disagreed with a colleague. What did you do?");
  await first.getByLabel("Competency").selectOption({ label: "Collaboration" });
  await first.getByRole("button", { name: /Add (a )?follow-up/ }).click();
  await first.getByLabel("When to ask follow-up 1").selectOption({ label: "The answer is short" });
  await first.getByLabel("Words of follow-up 1").fill("Could you tell me a little more about that?");
  await first.getByLabel("Follow-ups at most").selectOption("1");
  await page
    .getByRole("button", { name: /Add (a )?question/ })
    .last()
    .click();
  const second = page.getByRole("region", { name: "Question 2" });
  await second.getByLabel("Text").fill("Imagine that a service you own fails at night. What would you do first?");
  await second.getByLabel("Type").selectOption({ label: "Situational" });
  await second.getByLabel("Competency").selectOption({ label: "Collaboration" });
  await page.getByRole("textbox", { name: "Closing" }).fill("That was my last question. Thank you for your time.");
  // The recruiter hears a question in the interviewer's voice before anyone else does.
  const heard = page.waitForResponse((r) => r.url().endsWith("/v1/speech"));
  await first
    .getByRole("button", { name: /Listen to/ })
    .first()
    .click();
  assert.equal((await heard).status(), 200);
  await page.getByRole("button", { name: /^Publish/ }).click();
  const sure = page.getByRole("dialog").getByRole("button", { name: /^Publish/ });
  await sure.click();
  await page
    .getByText(/version 1|v1/i)
    .first()
    .waitFor();

  await page.getByRole("link", { name: "Candidates" }).click();
  await page
    .getByRole("button", { name: /Add (a )?candidate/ })
    .first()
    .click();
  await page.getByLabel("Name").fill("Ada Lovelace");
  await page.getByLabel("E-mail").fill("ada@example.com");
  await page.getByRole("dialog").getByRole("button", { name: "Add candidate" }).click();
  const link = page.getByLabel("Invitation link");
  const create = page.getByRole("dialog").getByRole("button", { name: /Create the link/ });
  await create.or(link).first().waitFor();
  if (await create.isVisible()) await create.click();
  const value = await link.inputValue();
  await page.getByRole("button", { name: "Done" }).click();
  return value;
};

test("a recruiter prepares, a candidate talks, the recruiter watches and reads", { timeout: 360_000 }, async () => {
  const boss = await person(browser);
  const outside = strangers(boss.page, server.url);
  await boss.page.goto(server.signIn);
  await boss.page.waitForURL((url) => !url.pathname.startsWith("/signin"));
  const link = await prepare(boss.page);
  assert.match(link, /\/i#inv_\w+\.\S{40,}/);

  const ada = await person(browser);
  const outsideToo = strangers(ada.page, server.url);
  await toSoundCheck(ada.page, link);
  const heard = await soundCheck(ada, spoken[0]);
  assert.match(heard.toLowerCase(), /ready/);
  await start(ada.page);
  assert.ok(await ada.page.evaluate(() => window.__playing()), "the page plays the interviewer's voice");

  // The recruiter opens the live view while the interview runs.
  const { items } = await recruiter.call("GET", "/v1/sessions");
  const live = items.find((s) => s.candidate.name === "Ada Lovelace");
  await boss.page.goto(`${server.url}/sessions/${live.id}`);
  await boss.page
    .getByText(/AI interviewer/)
    .first()
    .waitFor({ timeout: 60_000 });

  await answerAll(ada, spoken.slice(1, 2));
  // Its words arrive at the recruiter's page during the talk.
  await boss.page
    .getByText(/release date/i)
    .first()
    .waitFor({ timeout: 30_000 });
  await answerAll(ada, spoken.slice(2));
  await finished(ada.page);
  assert.ok(Number(await ada.page.evaluate(() => window.__ear.loudest)) > 0.02, "sound was heard");

  const session = await until("the sealed session", async () => {
    const { items } = await recruiter.call("GET", "/v1/sessions");
    const found = items.find((s) => s.id === live.id);
    return found?.state === "finished" && recruiter.call("GET", `/v1/sessions/${live.id}`);
  });
  assert.equal(session.completeness, "complete");
  const said = session.turns.filter((t) => t.speaker === "candidate");
  assert.equal(said.length, answers.length, JSON.stringify(session.turns, null, 1));
  const rate = wordErrorRate(answers.join(" "), said.map((turn) => turn.text).join(" "));
  assert.ok(rate <= 0.15, `word error rate ${rate.toFixed(3)}: ${said.map((turn) => turn.text).join(" | ")}`);
  const asked = session.turns.filter((t) => ["question", "probe", "closing"].includes(t.kind)).map((t) => t.text);
  assert.deepEqual(asked, [
    "Tell me about a time when you disagreed with a colleague. What did you do?",
    "Could you tell me a little more about that?",
    "Imagine that a service you own fails at night. What would you do first?",
    "That was my last question. Thank you for your time.",
  ]);
  const times = session.turns.map((t) => t.started_ms);
  assert.deepEqual(
    times,
    [...times].sort((a, b) => a - b),
    "turns stand in the order in which they were said",
  );

  // What the recruiter downloads is the same transcript.
  for (const [format, mark] of [
    ["text", /Tell me about a time/],
    ["vtt", /^WEBVTT/],
    ["json", /"items"/],
  ]) {
    const body = await (await recruiter.request("GET", `/v1/sessions/${live.id}/transcript?format=${format}`)).text();
    assert.match(body, mark);
  }
  assert.deepEqual([...outside, ...outsideToo], [], "no request leaves the product");
  assert.deepEqual([...boss.problems, ...ada.problems], []);
  await boss.context.close();
  await ada.context.close();
});
