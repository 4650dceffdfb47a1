// Interviews of five minutes in a browser behind a weak link (T7): 10 % lost each way, 300 ms there and back, 64 kbit/s up.
// Printed: whether all that was said is in the transcript, and how late the page's captions are. TIMES: how many (20).
import { summary } from "../web/e2e/lib/handovers.mjs";
import { refusal } from "../web/e2e/lib/home.mjs";
import { plan } from "../web/e2e/lib/recruiter.mjs";
import { said } from "../web/e2e/lib/stage.mjs";
import { behindWeakLink, talkOverIt } from "../web/e2e/lib/weak_talk.mjs";
import { row } from "./lib/evidence.mjs";

const times = Number(process.env.TIMES ?? 20);
const questions = Array.from({ length: 8 }, (_, n) => `Which problem took you the longest in year ${n + 1}?`);
const answers = questions.map((_, n) =>
  Array(6).fill("We looked at the alerts and the logs, told the team, and rolled the last change back.").join(" ") + ` That was year ${n + 1}.`,
);
const [question] = plan.questions;
const asked = {
  ...plan,
  questions: questions.map((text, n) => ({ ...question, id: `year-${n + 1}`, text, time_limit_s: 300, max_probes: 0, probes: [] })),
};

if (refusal()) {
  row("a weak link", `not measured: ${refusal()}`);
} else {
  const stage = await behindWeakLink();
  const [lags, begun] = [[], []];
  let [lost, complete, calls, minutes] = [0, 0, 0, 0];
  try {
    for (let n = 0; n < times; n++) {
      const talk = await talkOverIt(stage, { questions, answers, asked });
      lags.push(...talk.lags);
      begun.push(talk.begun);
      const heard = said(talk.session, "candidate");
      lost += answers.filter((text) => !heard.includes(text)).length;
      complete += talk.session.completeness === "complete" ? 1 : 0;
      calls += talk.session.legs.length;
      minutes += (talk.session.ended_at - talk.session.started_at) / 60_000;
    }
  } finally {
    await stage.close();
  }
  row("interviews over a weak link", `${times}, each of ${(minutes / times).toFixed(1)} min; ${calls} calls; ${complete} complete`);
  row("answers that are not in the transcript", `${lost} of ${times * answers.length}`);
  row("from the click to the first sound", summary(begun));
  row("captions, late by", summary(lags));
}
