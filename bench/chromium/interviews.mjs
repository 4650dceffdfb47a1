// What the cases in a real Chromium share: interviews that are talked through, counted, and held against what was truly said.
import { appends } from "../../web/e2e/lib/appends.mjs";
import { person } from "../../web/e2e/lib/browser.mjs";
import { finished, start, toSoundCheck, wordsSaved } from "../../web/e2e/lib/candidate.mjs";
import { percentile } from "../../web/e2e/lib/handovers.mjs";
import { invite, plan, sessionOf, signIn, until } from "../../web/e2e/lib/recruiter.mjs";
import { said } from "../../web/e2e/lib/stage.mjs";

/** What the torture suite reads (crates/torture/src/cases/chromium.rs): the common counts, and marks of the case's own. */
const counts = () => ({
  sessions: 0,
  complete: 0,
  acked: 0,
  emitted: 0,
  lost_acked: 0,
  lost_emitted: 0,
  dup: 0,
  order_violations: 0,
  stuck: 0,
  false_complete: 0,
});

/** The figures of one case. */
export class Account {
  verdict = counts();
  marks = [];
  #reasons = new Map();

  /** Counts why a record is incomplete. */
  incomplete(reasons) {
    for (const { code } of reasons) this.#reasons.set(code, (this.#reasons.get(code) ?? 0) + 1);
  }

  /** A figure; with `mark`, what it must be, and whether it is. */
  tell(name, value, mark = "", is_met = true) {
    this.marks.push({ name, value: String(value), mark, is_met });
  }

  /** Waits in milliseconds, each of which has a bound in seconds. */
  waits(name, waits, bounds) {
    const s = (ms) => (ms / 1000).toFixed(1);
    const met = bounds.every(([share, most]) => percentile(waits, share) <= most * 1000);
    const mark = bounds.map(([share, most]) => `p${share * 100} ≤ ${most} s`).join(", ");
    const [half, most] = [percentile(waits, 0.5), Math.max(...waits)];
    this.tell(`${name}, p50 / p95 / most`, `${s(half)} / ${s(percentile(waits, 0.95))} / ${s(most)} s of ${waits.length}`, mark, met);
  }

  print() {
    const { lost_emitted, complete, sessions } = this.verdict;
    const reasons = [...this.#reasons].map(([reason, count]) => `${reason} ${count}`).join(", ");
    this.tell("sealed as complete", `${complete} of ${sessions}${reasons && ` (${reasons})`}`);
    this.tell("lost_emitted", lost_emitted, "0", lost_emitted === 0);
    console.log(JSON.stringify({ verdict: this.verdict, marks: this.marks }));
  }
}

const question = (n) => `Which problem took you the longest in year ${n + 1}?`;
const answer = (n, sentences) =>
  [...Array(sentences).fill("We looked at the alerts and the logs, told the team, and rolled the last change back."), `That was year ${n + 1}.`].join(" ");
const planOf = (questions) => ({
  ...plan,
  questions: Array.from({ length: questions }, (_, n) => ({
    ...plan.questions[0],
    id: `year-${n + 1}`,
    text: question(n),
    time_limit_s: 300,
    max_probes: 0,
    probes: [],
  })),
});

/** One interview of so many questions, in a browser of its own storage, from the link to the first sound. */
export class Interview {
  #stage;
  #questions;
  #spoken = [];

  static async begin(stage, { questions, sentences }) {
    const recruiter = await signIn(stage.server);
    const invited = await invite(recruiter, { asked: planOf(questions) });
    const { context, page } = await person(stage.browser);
    const interview = new Interview();
    Object.assign(interview, { recruiter, invited, context, page, sentences, log: appends(context, stage.server) });
    interview.#stage = stage;
    interview.#questions = questions;
    await toSoundCheck(page, invited.link);
    // As after the browser's own question.
    await context.grantPermissions(["microphone"], { origin: new URL(invited.link).origin });
    const clicked = performance.now();
    await start(page);
    interview.begun = performance.now() - clicked;
    interview.calls = 1;
    interview.call = (await stage.sim.next((entry) => entry.what === "call")).call;
    return interview;
  }

  /** The numbers of the questions. */
  numbers() {
    return Array.from({ length: this.#questions }, (_, n) => n);
  }

  /** Resolves when this question has been asked. */
  async asked(n) {
    const asked = await this.#stage.sim.next((entry) => entry.what === "said" && entry.text.includes(question(n)));
    if (asked.call !== this.call) this.calls += 1;
    this.call = asked.call;
    return question(n);
  }

  /** Says the answer; resolves when the provider has it. */
  async answer(n) {
    const text = answer(n, this.sentences);
    await this.#stage.sim.call(this.call, "speak", { text });
    await this.#stage.sim.next((entry) => entry.what === "spoke" && entry.text === text);
    this.#spoken.push(text);
    return text;
  }

  /** Waits for the end and the seal, and holds the transcript against what was said. */
  async end(account) {
    const { verdict } = account;
    await finished(this.page);
    await wordsSaved(this.page);
    verdict.sessions += 1;
    verdict.emitted += this.#spoken.length;
    const session = await until("the seal", async () => {
      const found = await sessionOf(this.recruiter, this.invited.position);
      return found?.state === "finished" && found;
    }).catch(() => undefined);
    const entries = [...this.log.rows.values()].reduce((sum, row) => sum + row.entries.size, 0);
    verdict.acked += entries;
    if (!(await this.log.kept())) verdict.lost_acked += entries;
    await this.context.close();
    if (!session) {
      verdict.stuck += 1;
      return;
    }
    const report = await this.recruiter.call("GET", `/v1/sessions/${session.id}/completeness`);
    account.incomplete(report.reasons);
    const heard = said(session, "candidate");
    const lost = this.#spoken.filter((text) => !heard.includes(text)).length;
    const order = this.#spoken.filter((text) => heard.includes(text));
    verdict.lost_emitted += lost;
    verdict.dup += heard.length - new Set(heard).size;
    verdict.order_violations += [...new Set(heard)].some((text, at) => text !== order[at]) ? 1 : 0;
    verdict.complete += session.completeness === "complete" ? 1 : 0;
    verdict.false_complete += lost > 0 && session.completeness === "complete" ? 1 : 0;
  }
}

/** Does `work` so many times, on `width` stages side by side; each stage is made by `make`, and closed. */
export async function sideBySide(times, width, make, work) {
  let left = times;
  const lane = async () => {
    const stage = await make();
    try {
      while (left-- > 0) await work(stage);
    } finally {
      await stage.close();
    }
  };
  // Each closes its own stage before the first failure is told.
  const lanes = await Promise.allSettled(Array.from({ length: Math.min(times, width) }, lane));
  const failed = lanes.find(({ status }) => status === "rejected");
  if (failed) throw failed.reason;
}

/** Says that a case cannot be run here, and why. */
export const skip = (why) => console.log(JSON.stringify({ skipped: why }));
