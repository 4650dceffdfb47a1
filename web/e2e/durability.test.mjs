// What is said is kept: the founding bug by name, a crash of the server, a reload, a second tab.
import assert from "node:assert/strict";
import { test } from "node:test";
import { answerAll, begin, finished, myTurn } from "./lib/candidate.mjs";
import { signIn, until } from "./lib/recruiter.mjs";
import { startServer } from "./lib/server.mjs";
import { stage } from "./lib/stage.mjs";
import { wordErrorRate } from "./lib/words.mjs";

const first =
  "I showed her the test results, and we agreed to wait two days. After that, the release went out without any problems.";
const second =
  "First I would look at the alerts and the logs. Then I would tell the team, and roll back the last change.";

const s = stage();
const kept = (turn, said) => assert.ok(wordErrorRate(said, turn.text) <= 0.15, `kept: ${turn.text}`);

test("the founding bug: cookies wiped, invitation revoked, tab killed, and every word is with the recruiter", {
  timeout: 240_000,
}, async () => {
  const { ada, invited, recruiter } = s;
  const wavs = [await recruiter.voice(first), await recruiter.voice(second)];
  await begin(ada, invited.link);
  await answerAll(ada, wavs.slice(0, 1));
  await until("the first answer", () => s.answerTo(0));
  // Everything that a login would rest on disappears in the middle of the talk.
  await ada.context.clearCookies();
  await ada.page.evaluate(async () => {
    localStorage.clear();
    sessionStorage.clear();
    for (const { name } of (await indexedDB.databases?.()) ?? []) indexedDB.deleteDatabase(name);
  });
  await recruiter.call("POST", `/v1/invitations/${invited.invitation.id}/revoke`);
  await myTurn(ada.page);
  await ada.say(wavs[1]);
  await until("the second answer", () => s.answerTo(1));
  await ada.page.close({ runBeforeUnload: false });
  kept(await s.answerTo(0), first);
  kept(await s.answerTo(1), second);
});

test("kill -9 of the server in the middle: nothing acknowledged is lost, the page reconnects, the interview goes on", {
  timeout: 240_000,
}, async () => {
  const { ada, invited, recruiter } = s;
  const wavs = [await recruiter.voice(first), await recruiter.voice(second)];
  await begin(ada, invited.link);
  await answerAll(ada, wavs.slice(0, 1));
  const before = await until("the first answer", () => s.answerTo(0));
  await s.server.kill();
  const { dataDir, port } = s.server;
  s.server = await startServer({ dataDir, port });
  s.recruiter = await signIn(s.server);
  const afterwards = await until("the answer after the restart", () => s.answerTo(0));
  assert.equal(afterwards.text, before.text);
  await answerAll(ada, wavs.slice(1));
  await finished(ada.page);
  kept(await s.answerTo(1), second);
  const session = await s.sealed();
  // What was said while the server was away was found again: nothing is missing, and nothing was said twice.
  assert.deepEqual([session.completeness, session.reasons], ["complete", []]);
  const asked = session.turns.filter((t) => t.speaker === "interviewer" && t.kind === "question");
  assert.equal(new Set(asked.map((t) => t.question)).size, asked.length, JSON.stringify(asked));
});

test("a reload resumes where it was, by the same link", { timeout: 240_000 }, async () => {
  const { ada, invited, recruiter } = s;
  const wavs = [await recruiter.voice(first), await recruiter.voice(second)];
  await begin(ada, invited.link);
  await answerAll(ada, wavs.slice(0, 1));
  await until("the first answer", () => s.answerTo(0));
  await ada.page.getByText("Question 2 of 2").waitFor({ timeout: 60_000 });
  await ada.page.reload();
  await ada.page.getByRole("button", { name: /Go on with the interview/ }).click();
  await ada.page.waitForFunction(() => window.__ear.heard > 5, undefined, { timeout: 60_000 });
  await answerAll(ada, wavs.slice(1));
  await finished(ada.page);
  const session = await s.session();
  assert.equal(session.legs.length, 2);
  assert.equal(
    session.turns.filter((t) => t.kind === "question" && t.question === 0).length,
    1,
    "the first question is not asked again",
  );
  kept(
    session.turns.find((t) => t.speaker === "candidate" && t.question === 1),
    second,
  );
});

test("a second tab takes over the talk, and the first says so", { timeout: 120_000 }, async () => {
  const { ada, invited } = s;
  await begin(ada, invited.link);
  const other = await ada.context.newPage();
  await other.goto(invited.link);
  await other.getByRole("button", { name: /Go on with the interview/ }).click();
  await other.waitForFunction(() => window.__ear.heard > 5, undefined, { timeout: 60_000 });
  await ada.page.getByRole("heading", { name: "The interview is open in another tab" }).waitFor({ timeout: 30_000 });
  await myTurn(other);
});
