// A candidate who works through the page, as a person would: reads, clicks, listens, speaks.

/** Resolves once the page's own words say that it is the candidate's turn, and have said so for a moment. */
export const myTurn = (page, timeout = 60_000) =>
  page.waitForFunction(
    () => {
      const listening = document.title.startsWith("Listening") && (window.__ear?.now ?? 0) < 0.01;
      if (!listening) window.__listeningSince = undefined;
      else window.__listeningSince ??= performance.now();
      return listening && performance.now() - window.__listeningSince > 500;
    },
    undefined,
    { timeout, polling: 50 },
  );

/** From the link to the sound check: welcome, consent as an act of its own. */
export const toSoundCheck = async (page, link) => {
  await page.goto(link);
  await page.getByRole("button", { name: "Continue" }).click();
  await agree(page);
};

/** Agrees, and lets the page have the microphone. */
export const agree = async (page) => {
  await page.getByRole("button", { name: "I agree", exact: true }).click();
  const allow = page.getByRole("button", { name: "Allow the microphone" });
  await allow
    .or(page.getByRole("button", { name: "Say the sentence" }))
    .first()
    .waitFor();
  if (await allow.isVisible()) await allow.click();
  await page.getByRole("button", { name: "Say the sentence" }).waitFor();
};

/** Says the sentence and resolves with what the page understood. */
export const soundCheck = async (person, wav) => {
  const { page, say } = person;
  await page.getByRole("button", { name: "Say the sentence" }).click();
  await say(wav);
  const heard = page.locator("q").nth(1);
  await heard.waitFor({ timeout: 30_000 });
  return heard.textContent();
};

/** Presses start and waits for the interviewer's first words in the ear. */
export const start = async (page) => {
  await page.locator("#start").click();
  await page.waitForFunction(() => window.__ear.heard > 5, undefined, { timeout: 60_000 });
};

/** Straight to the first listening moment, for tests that are about what comes later. */
export const begin = async (person, link) => {
  await toSoundCheck(person.page, link);
  await start(person.page);
};

/** Answers each in its turn; resolves when the interviewer has taken the last one. */
export const answerAll = async (person, wavs) => {
  for (const wav of wavs) {
    await myTurn(person.page);
    await person.say(wav);
    await person.page.waitForFunction(() => !document.title.startsWith("Listening"), undefined, { timeout: 30_000 });
  }
};

export const finished = (page, timeout = 90_000) =>
  page.getByRole("heading", { name: /Your interview is saved/ }).waitFor({ timeout });

/** Waits until all words are saved; the sound may still be on its way, as over a weak link. */
export const wordsSaved = (page) => page.getByText(/^(Everything is|Your answers are) saved\.$/).waitFor();
