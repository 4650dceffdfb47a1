// T7: five minutes over a weak link: 10 % lost each way, 300 ms there and back, 64 kbit/s up. TIMES: how many interviews (20).
import { refusal } from "../../web/e2e/lib/home.mjs";
import { behindWeakLink, lateness } from "../../web/e2e/lib/weak_talk.mjs";
import { Account, Interview, sideBySide, skip } from "./interviews.mjs";

const times = Number(process.env.TIMES ?? 20);

async function measure() {
  const [account, lags, begun] = [new Account(), [], []];
  let again = 0;
  await sideBySide(times, 4, behindWeakLink, async (stage) => {
    const interview = await Interview.begin(stage, { questions: 8, sentences: 6 });
    begun.push(interview.begun);
    for (const n of interview.numbers()) {
      lags.push(await lateness(interview.page, await interview.asked(n)));
      lags.push(await lateness(interview.page, await interview.answer(n)));
    }
    again += interview.calls - 1;
    await interview.end(account);
  });
  account.waits("captions, late by", lags, [[0.95, 3]]);
  account.waits("from the click to the first sound", begun, []);
  account.tell("calls that were given up and made again", again);
  account.print();
}

const why = refusal();
if (why) skip(why);
else await measure();
