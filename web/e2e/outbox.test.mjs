// The page's own record survives what happens to a page: no network, a crash, a second tab, a browser that keeps nothing.
// And the page says at every moment what is true.
import assert from "node:assert/strict";
import { test } from "node:test";
import { appends, onDevice } from "./lib/appends.mjs";
import { person } from "./lib/browser.mjs";
import { begin, finished } from "./lib/candidate.mjs";
import { look } from "./lib/look.mjs";
import { network } from "./lib/network.mjs";
import { until } from "./lib/recruiter.mjs";
import { said, stage } from "./lib/stage.mjs";

const first =
  "I showed her the test results and we agreed to wait two days. As a result the release went out without any problems, and I wrote the rule down for the whole team.";
const second =
  "First I would look at the alerts and the logs. Then I would tell the team, and roll back the last change.";

// The candidate speaks when the test says so.
const s = stage({ script: { pace: 0.25, answers: [] } });

/** The next utterance of the interviewer with these words has been heard. */
const asked = (words) => s.sim.next((entry) => entry.what === "said" && entry.text.includes(words));
/** Speaks, and resolves when the provider has it. */
const answer = async (call, text) => {
  await s.sim.call(call, "speak", { text });
  await s.sim.next((entry) => entry.what === "spoke" && entry.text === text);
};
/** A call that runs up to the first question. */
const talking = async (who = s.ada) => {
  await begin(who, s.invited.link);
  const { call } = await s.sim.next((entry) => entry.what === "call");
  await asked("disagreed");
  return call;
};
const waiting = (page, least) =>
  page.waitForFunction((n) => Number(document.querySelector("[data-waiting]")?.dataset.waiting ?? 0) >= n, least);
const isComplete = async () => {
  const session = await s.sealed();
  assert.deepEqual(said(session, "candidate"), [first, second], JSON.stringify(session.turns, null, 1));
  return session;
};

test("no network in the middle of an answer: the page says what waits and where, and sends it when it is back", {
  timeout: 120_000,
}, async () => {
  const { ada, server } = s;
  const log = appends(ada.context, server);
  const call = await talking();
  const { cut, mend } = await network(ada.page);
  await cut();
  await answer(call, first);
  await asked("fails at night");
  await waiting(ada.page, 2);
  await ada.page.getByText(/You are offline. What was just said is saved on this device and will be sent/).waitFor();
  await ada.page.getByText(/Saving on this device: \d+ waiting/).waitFor();
  const held = await onDevice(ada.page);
  assert.ok(held.instances === 1 && held.entries >= 2, JSON.stringify(held));
  assert.ok(
    !held.extractable && !/transcript|ses_|colleague|agreed/.test(held.text),
    "nothing on the device is readable",
  );
  await look(ada.page, "candidate-6-offline");
  // The browser's data is cleared in the middle: what waits is put back.
  await ada.page.evaluate(() => void indexedDB.deleteDatabase("outbox"));
  await until("the entries on the device again", async () => {
    const names = await ada.page.evaluate(async () => (await indexedDB.databases()).map(({ name }) => name));
    return names.includes("outbox") && (await onDevice(ada.page)).entries === held.entries;
  });
  await mend();
  await ada.page.locator("[data-waiting]").waitFor({ state: "detached" });
  await ada.page.getByText("You are offline").waitFor({ state: "detached" });
  await answer(call, second);
  await finished(ada.page);
  await ada.page.getByText("Everything is saved.", { exact: true }).waitFor();
  await isComplete();
  assert.deepEqual(log.heard(), [first, second]);
  assert.ok(await log.kept());
  assert.deepEqual(await onDevice(ada.page), { instances: 0, entries: 0, extractable: false, text: "" });
});

test("a tab crashes with entries unsent: any later page of the origin sends them, without cookie and without the link", {
  timeout: 120_000,
}, async () => {
  const { ada, server, invited } = s;
  const log = appends(ada.context, server);
  const call = await talking();
  const { devtools, cut } = await network(ada.page);
  await cut();
  await answer(call, first);
  await waiting(ada.page, 1);
  await until("the attempt to send", async () => log.heard().includes(first));
  assert.equal(await log.kept(), false);
  const crashed = new Promise((resolve) => ada.page.once("crash", resolve));
  devtools.send("Page.crash").catch(() => undefined);
  await crashed;
  await ada.context.clearCookies();
  const page = await ada.context.newPage();
  await page.goto(`${server.url}/i`);
  await page.getByRole("heading", { name: "This link is not whole" }).waitFor();
  await until("the dead page's entries", () => log.kept());
  assert.deepEqual(log.heard(), [first]);
  await until("an empty device", async () => (await onDevice(page)).instances === 0);
  // The server heard it by itself, too; the interview goes on behind it.
  await page.goto(invited.link);
  await page.getByRole("button", { name: /Go on with the interview/ }).click();
  const again = await s.sim.next((entry) => entry.what === "call" && entry.call !== call);
  await asked("fails at night");
  await answer(again.call, second);
  await finished(page);
  await isComplete();
  assert.deepEqual(new Set(log.heard()), new Set([first, second]));
  assert.ok(await log.kept());
});

test("two tabs: one sends for both, and the other goes on alone when it is closed", { timeout: 120_000 }, async () => {
  const { ada, server, invited } = s;
  const log = appends(ada.context, server);
  const call = await talking();
  await answer(call, first);
  await asked("fails at night");
  const page = await ada.context.newPage();
  await page.goto(invited.link);
  await page.getByRole("button", { name: /Go on with the interview/ }).click();
  await ada.page.getByRole("heading", { name: "The interview is open in another tab" }).waitFor();
  const other = await s.sim.next((entry) => entry.what === "call" && entry.call !== call);
  await asked("fails at night");
  await until("both tabs' entries", async () => log.rows.size === 2 && (await log.kept()));
  const [older, newer] = [...log.rows.values()];
  assert.deepEqual([[...older.pages], [...newer.pages]], [[ada.page], [ada.page]], "the first tab sends for both");
  await ada.page.close();
  await answer(other.call, second);
  await finished(page);
  await page.getByText("Everything is saved.", { exact: true }).waitFor();
  assert.ok(newer.pages.has(page), "the second tab sends by itself");
  await isComplete();
  assert.deepEqual(log.heard(), [first, second]);
  assert.ok(await log.kept());
});

test("a browser that keeps nothing: the page says so, and everything is saved all the same", {
  timeout: 120_000,
}, async () => {
  const { ada, server } = s;
  await ada.context.addInitScript(() => {
    const refuse = () => {
      throw new DOMException("The operation is insecure.", "SecurityError");
    };
    Object.defineProperty(window, "indexedDB", { get: refuse });
  });
  const log = appends(ada.context, server);
  const call = await talking();
  await ada.page.getByText("This browser lets the page save nothing on this device.").waitFor();
  await look(ada.page, "candidate-7-no-storage");
  const { cut, mend } = await network(ada.page);
  await cut();
  await answer(call, first);
  await ada.page.getByText(/kept in this page: please leave it open/).waitFor();
  await mend();
  await ada.page.locator("[data-waiting]").waitFor({ state: "detached" });
  await asked("fails at night");
  await answer(call, second);
  await finished(ada.page);
  await ada.page.getByText("Everything is saved.", { exact: true }).waitFor();
  await isComplete();
  assert.deepEqual(log.heard(), [first, second]);
  assert.ok(await log.kept());
  assert.deepEqual(
    ada.problems.filter((problem) => !/ERR_INTERNET_DISCONNECTED/.test(problem)),
    [],
  );
});

test("the receipt says that everything is saved when it is, and not before", { timeout: 120_000 }, async () => {
  const { ada, server } = s;
  const log = appends(ada.context, server);
  const busy = "**/v1/s/*/log";
  await ada.page.route(busy, (route) => route.fulfill({ status: 503, headers: { "retry-after": "1" }, body: "" }));
  const call = await talking();
  await answer(call, first);
  await asked("fails at night");
  await answer(call, second);
  await ada.page.getByRole("heading", { name: "Thank you. Still saving." }).waitFor({ timeout: 60_000 });
  await ada.page.getByText(/entries of this page’s own copy are still only on this device/).waitFor();
  assert.equal(await ada.page.getByText("Everything is saved.", { exact: true }).count(), 0);
  await look(ada.page, "candidate-8-still-saving");
  // Closed too early; another browser is told nothing of it, the same one ends it.
  await ada.page.close();
  const stranger = await person(s.browser);
  await stranger.page.goto(s.invited.link);
  await finished(stranger.page);
  await stranger.context.close();
  assert.equal(await log.kept(), false);
  const page = await ada.context.newPage();
  await page.goto(s.invited.link);
  await finished(page);
  await page.getByText("Everything is saved.", { exact: true }).waitFor();
  await isComplete();
  assert.deepEqual(new Set(log.heard()), new Set([first, second]));
  assert.ok(await log.kept());
});
