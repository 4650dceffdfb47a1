// T4: a laptop sleeps until its call is lost, and wakes. TIMES: how many sleeps (60).
import { elsewhere } from "../../web/e2e/lib/elsewhere.mjs";
import { manyCalls } from "../../web/e2e/lib/handovers.mjs";
import { sleepThrough } from "../../web/e2e/lib/lid.mjs";
import { Account, Interview, sideBySide } from "./interviews.mjs";

const times = Number(process.env.TIMES ?? 60);
const EACH = 5;
const [account, waits] = [new Account(), []];
const make = () => elsewhere(undefined, { pace: 1, answers: [] }, manyCalls);
await sideBySide(Math.ceil(times / EACH), 4, make, async (stage) => {
  const interview = await Interview.begin(stage, { questions: EACH, sentences: 1 });
  for (const n of interview.numbers()) {
    await interview.asked(n);
    const { call, ms } = await sleepThrough(stage, interview.call);
    interview.call = call;
    waits.push(ms);
    await interview.asked(n);
    await interview.answer(n);
  }
  await interview.end(account);
});
account.waits("from waking up to the next call's first sound", waits, [[0.95, 6]]);
account.print();
