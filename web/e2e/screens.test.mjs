// Every page, looked at: axe in light and dark, and pictures into $SCREENS when it is set.
import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import { byKeyboard } from "./lib/audit.mjs";
import { launch, person } from "./lib/browser.mjs";
import { agree, finished, myTurn } from "./lib/candidate.mjs";
import { look } from "./lib/look.mjs";
import { invite, sessionOf, signIn, until } from "./lib/recruiter.mjs";
import { startServer } from "./lib/server.mjs";

let server;
let browser;
let recruiter;
before(async () => {
  server = await startServer();
  browser = await launch();
  recruiter = await signIn(server);
});
after(async () => {
  await browser?.close();
  await server?.stop();
});

const settled = (page) => page.waitForLoadState("networkidle").catch(() => undefined);

test("the candidate's pages, from the link to the receipt", { timeout: 300_000 }, async () => {
  const { link, position } = await invite(recruiter);
  const ada = await person(browser);
  const { page } = ada;
  await page.goto(link);
  await page.getByRole("button", { name: "Continue" }).waitFor();
  await look(page, "candidate-1-welcome");
  await page.getByRole("button", { name: "Continue" }).click();
  await page.getByRole("button", { name: "I agree", exact: true }).waitFor();
  await look(page, "candidate-2-consent");
  await agree(page);
  await look(page, "candidate-3-check");
  await page.locator("#start").click();
  await page.waitForFunction(() => window.__ear.heard > 5, undefined, { timeout: 60_000 });
  await myTurn(page);
  await ada.say(await recruiter.voice("We argued about a release date."));
  await myTurn(page);
  await look(page, "candidate-4-talk");
  const live = await sessionOf(recruiter, position);
  const boss = await signedIn();
  await boss.page.goto(`${server.url}/sessions/${live.id}`);
  await boss.page
    .getByText(/release date/i)
    .first()
    .waitFor();
  await look(boss.page, "recruiter-live");
  await page.getByRole("button", { name: "End the interview" }).first().click();
  await page.getByRole("button", { name: "End it" }).click();
  await finished(page);
  await look(page, "candidate-5-receipt");
  await until("the seal", async () => (await sessionOf(recruiter, position)).state === "finished");
  await boss.page.goto(`${server.url}/sessions/${live.id}`);
  await boss.page
    .getByText(/release date/i)
    .first()
    .waitFor();
  // A recording with a hole, as after a lost connection.
  await boss.page.route("**/v1/sessions/*/recording", async (route) => {
    const answer = await route.fetch();
    const told = await answer.json();
    for (const part of told.parts) part.gaps = [{ start_ms: 4000, end_ms: 8000 }];
    await route.fulfill({ response: answer, json: told });
  });
  await boss.page.reload();
  const player = boss.page.getByRole("region", { name: "Recording" });
  await player.waitFor();
  await look(boss.page, "recruiter-transcript");
  await boss.page.locator("[data-line]", { hasText: /release date/i }).click();
  await player.getByRole("button", { name: "Pause the recording" }).click();
  await boss.page.locator("[data-line][aria-current]").waitFor();
  await look(boss.page, "recruiter-recording");
  await boss.page.getByText("Details", { exact: true }).click();
  await boss.page.getByRole("link", { name: "Evidence file" }).waitFor();
  await look(boss.page, "recruiter-completeness");
  assert.deepEqual([...ada.problems, ...boss.problems], []);
  await ada.context.close();
  await boss.context.close();
});

const signedIn = async () => {
  const boss = await person(browser);
  await boss.page.goto(server.url);
  const [name, ...value] = recruiter.cookie.split("=");
  await boss.context.addCookies([{ name, value: value.join("="), url: server.url }]);
  return boss;
};

test("the recruiter's pages", { timeout: 240_000 }, async () => {
  const { position } = await invite(recruiter, {
    name: "Rosalind Franklin-Mountbatten-Windsor of the Very Long Name Indeed",
    email: "rosalind@example.com",
  });
  await recruiter.call("POST", `/v1/positions/${position.id}/candidates`, {
    name: "سارة الأحمد",
    email: "sara@example.com",
  });
  const stranger = await person(browser);
  await stranger.page.goto(server.url);
  await stranger.page.getByLabel("Password").waitFor();
  await look(stranger.page, "recruiter-sign-in");
  await stranger.context.close();
  const boss = await signedIn();
  const pages = [
    ["recruiter-home", "/"],
    ["recruiter-positions", "/positions"],
    ["recruiter-position", `/positions/${position.id}`],
    ["recruiter-plan", `/positions/${position.id}/plan`],
    ["recruiter-candidates", `/positions/${position.id}/candidates`],
    ["recruiter-position-settings", `/positions/${position.id}/settings`],
    ["recruiter-sessions", "/sessions"],
    ["recruiter-settings", "/settings"],
    ["recruiter-voice", "/settings/voice"],
  ];
  for (const [name, path] of pages) {
    await boss.page.goto(server.url + path);
    await boss.page.getByRole("heading", { level: 1 }).first().waitFor();
    await settled(boss.page);
    await look(boss.page, name);
  }
  await boss.page.getByLabel("Who talks with your candidates").selectOption("openai");
  await boss.page.getByRole("button", { name: "Save" }).click();
  await boss.page.getByText("Enter the key.").waitFor();
  await look(boss.page, "recruiter-voice-openai");
  assert.deepEqual(boss.problems, []);
  await boss.context.close();
});

test("links that lead nowhere say what happened and what to do", { timeout: 120_000 }, async () => {
  const revoked = await invite(recruiter, { email: "revoked@example.com" });
  await recruiter.call("POST", `/v1/invitations/${revoked.invitation.id}/revoke`);
  const early = await recruiter.call("POST", `/v1/applications/${revoked.application}/invitations`, {
    opens_at: Date.now() + 86_400_000,
  });
  const cases = [
    ["problem-unknown", revoked.link.replace(/.{6}$/, "AAAAAA"), "We do not know this link"],
    ["problem-revoked", revoked.link, "This invitation was withdrawn"],
    ["problem-early", early.link, "This interview is not open yet"],
    ["problem-cut", `${server.url}/i`, "This link is not whole"],
  ];
  for (const [name, link, title] of cases) {
    const { context, page } = await person(browser);
    await page.goto(link);
    await page.getByRole("heading", { name: title }).waitFor();
    await look(page, name);
    await context.close();
  }
});

test("a blocked microphone says so, with the way out", { timeout: 60_000 }, async () => {
  const { link } = await invite(recruiter, { email: "blocked@example.com" });
  const { context, page } = await person(browser);
  await context.addInitScript(() => {
    window.__micDenied = true;
  });
  await page.goto(link);
  await page.getByRole("button", { name: "Continue" }).click();
  await page.getByRole("button", { name: "I agree", exact: true }).click();
  await page.getByRole("button", { name: "Allow the microphone" }).click();
  await page.getByText("Your browser blocks the microphone").first().waitFor();
  await look(page, "problem-microphone");
  await context.close();
});

test("the whole interview by keyboard alone, with typed answers", { timeout: 240_000 }, async () => {
  const { link, position } = await invite(recruiter, { email: "keyboard@example.com" });
  const { context, page } = await person(browser);
  await page.goto(link);
  await page.getByRole("button", { name: "Continue" }).waitFor();
  await byKeyboard(page, /^Continue$/);
  await page.getByRole("button", { name: "I agree", exact: true }).waitFor();
  await byKeyboard(page, /^I agree$/);
  const start = page.locator("#start");
  await start.waitFor();
  if (await page.getByRole("button", { name: "Allow the microphone" }).isVisible())
    await byKeyboard(page, /^Allow the microphone$/);
  await page.getByRole("button", { name: "Say the sentence" }).waitFor();
  await byKeyboard(page, /^Start when you are ready$/);
  const typed = [
    "I told my colleague what the tests had shown, and as a result we shipped two days later without an error.",
    "I would look at the logs first, because they show what changed.",
  ];
  for (const text of typed) {
    await myTurn(page);
    if (!(await page.getByLabel("Your answer").isVisible())) await byKeyboard(page, /^Type instead$/);
    await byKeyboard(page, /^Your answer$/, null);
    await page.keyboard.type(text);
    await page.keyboard.press("Control+Enter");
    await until("the typed answer", async () =>
      (await sessionOf(recruiter, position))?.turns.some((t) => t.kind === "typed" && t.text === text),
    );
  }
  await finished(page);
  await context.close();
});
