// T5: another network in the middle of the talk, with another address by another way. TIMES: how many changes (100).
import { elsewhere } from "../../web/e2e/lib/elsewhere.mjs";
import { manyCalls } from "../../web/e2e/lib/handovers.mjs";
import { refusal } from "../../web/e2e/lib/home.mjs";
import { uplinks } from "../../web/e2e/lib/uplinks.mjs";
import { Account, Interview, sideBySide, skip } from "./interviews.mjs";

const times = Number(process.env.TIMES ?? 100);
const EACH = 10;

async function measure() {
  const [account, waits] = [new Account(), []];
  const make = () => elsewhere(uplinks(), { pace: 1, answers: [] }, manyCalls);
  await sideBySide(Math.ceil(times / EACH), 4, make, async (stage) => {
    const interview = await Interview.begin(stage, { questions: EACH, sentences: 1 });
    for (const n of interview.numbers()) {
      await interview.asked(n);
      stage.home.change();
      const left = performance.now();
      const { call } = await stage.sim.next((entry) => entry.what === "saying" && entry.call !== interview.call);
      interview.call = call;
      waits.push(performance.now() - left);
      await interview.asked(n);
      await interview.answer(n);
    }
    await interview.end(account);
  });
  account.waits("from the other network to the next call's first sound", waits, [[0.95, 5], [0.99, 15]]);
  account.print();
}

const why = refusal();
if (why) skip(why);
else await measure();
