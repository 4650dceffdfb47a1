// An interview of twenty minutes and more with real sound: Chromium, our own voice engine, answers of nearly a minute each.
// Printed: how soon after its end the record is sealed, how far the recording drifts from the transcript, and how long the
// check takes. MINUTES: how long it is to last (22).
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { launch, person } from "../../web/e2e/lib/browser.mjs";
import { begin, finished, myTurn } from "../../web/e2e/lib/candidate.mjs";
import { heard, listening } from "../../web/e2e/lib/recordings.mjs";
import { invite, plan, sessionOf, signIn } from "../../web/e2e/lib/recruiter.mjs";
import { startServer } from "../../web/e2e/lib/server.mjs";
import { checked, row, sealed } from "../lib/evidence.mjs";
import { line } from "../lib/line.mjs";

const minutes = Number(process.env.MINUTES ?? 22);
/** An answer, its question, and the pauses between them take about this long. */
const EACH_S = 43;
const answer =
  "I worked for three years at the help desk of an internet provider, and I answered about forty calls a day. " +
  "Last spring a customer called because his new router failed for the third time, and he was really angry. I listened first, then I wrote down every step that he had tried. " +
  "I found an old firmware on the device, so I updated it with him on the phone. I called him again after two days, and everything worked. " +
  "As a result the same problem was solved much faster the next time, and I learned that it helps to ask one more question before I suggest anything. " +
  "In the end our team solved most problems in the first call, and the customer thanked me and stayed with us.";
const questions = Array.from({ length: Math.ceil((minutes * 60) / EACH_S) }, (_, n) => ({
  ...plan.questions[1], id: `q${n}`, text: `What would you do first on day ${n + 1}?`, time_limit_s: 300, max_probes: 0, probes: [],
}));
const median = (values) => values.toSorted((a, b) => a - b)[Math.floor(values.length / 2)];

const dir = mkdtempSync(join(tmpdir(), "insights-hour-"));
const browser = await launch();
const server = await startServer({ env: { INSIGHTS__BUDGET__MINUTES: "120" } });
try {
  const recruiter = await signIn(server);
  const invited = await invite(recruiter, { asked: { ...plan, questions } });
  const ada = await person(browser);
  await begin(ada, invited.link);
  const wav = await recruiter.voice(answer);
  const over = finished(ada.page, (minutes + 20) * 60_000);
  const answering = (async () => {
    for (;;) {
      await myTurn(ada.page, 120_000);
      await ada.say(wav);
      await ada.page.waitForFunction(() => !document.title.startsWith("Listening"), undefined, { timeout: 60_000 });
    }
  })();
  await Promise.race([over, answering.catch(() => over)]);
  const get = (path) => recruiter.request("GET", path);
  const { id } = await sessionOf(recruiter, invited.position);
  const { session, waited } = await sealed(get, id);
  row("talk", `${((session.ended_at - session.started_at) / 60_000).toFixed(1)} min (${session.turns.length} turns, ${session.completeness}${session.reasons.map((reason) => `; ${reason}`)})`);
  row("sealed after its end", `${(waited / 1000).toFixed(1)} s`);
  let told;
  do {
    await new Promise((done) => setTimeout(done, 250));
    told = await recruiter.call("GET", `/v1/sessions/${id}/recording`);
  } while (told.phase !== "ready");
  row("recording", `${told.state} (${told.parts.map((part) => `${(part.duration_ms / 60_000).toFixed(1)} min, ${(part.bytes / 1e6).toFixed(1)} MB`).join("; ")})`);

  const { page } = await listening({ browser, server, recruiter }, id);
  const { part } = told.parts.find(({ side }) => side === "candidate");
  const sound = await heard(page, `/v1/sessions/${id}/recording/${part}`);
  const late = session.turns
    .filter((turn) => turn.speaker === "candidate")
    .map((turn) => [turn.started_ms, sound.onsets.find((at) => at > turn.started_ms - 700) - turn.started_ms])
    .filter(([, by]) => by < 700);
  const long = late.at(-1)[0] - late[0][0];
  row("words in the recording after their lines, median", `${median(late.map(([, by]) => by)).toFixed(0)} ms (${late.length} answers)`);
  row("drift from the first answer to the last", `${(line(late).slope * long).toFixed(0)} ms in ${(long / 60_000).toFixed(1)} min`);
  await checked(get, id, dir);
} finally {
  await browser.close();
  await server.stop();
  rmSync(dir, { recursive: true, force: true });
}
