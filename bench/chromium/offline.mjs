// T6: five minutes in which the page cannot reach the server, while the talk goes on; then it can. TIMES: how many interviews (40).
import { elsewhere } from "../../web/e2e/lib/elsewhere.mjs";
import { network } from "../../web/e2e/lib/network.mjs";
import { Account, Interview, sideBySide } from "./interviews.mjs";

const times = Number(process.env.TIMES ?? 40);
const AWAY_MS = Number(process.env.AWAY_S ?? 300) * 1000;

const [account, waits, held] = [new Account(), [], []];
const waiting = (page) => page.evaluate(() => Number(document.querySelector("[data-waiting]")?.dataset.waiting ?? 0));
await sideBySide(times, 5, () => elsewhere(undefined, { pace: 1, answers: [] }), async (stage) => {
  const interview = await Interview.begin(stage, { questions: Math.ceil(AWAY_MS / 40_000) + 2, sentences: 6 });
  const { page } = interview;
  const { cut: away, mend } = await network(page);
  let cut = 0;
  for (const n of interview.numbers()) {
    await interview.asked(n);
    if (n === 0) {
      await away();
      cut = performance.now();
    } else if (cut > 0 && performance.now() - cut >= AWAY_MS) {
      held.push(await waiting(page));
      await mend();
      const back = performance.now();
      await page.locator("[data-waiting]").waitFor({ state: "detached" });
      waits.push(performance.now() - back);
      cut = -1;
    }
    await interview.answer(n);
  }
  if (cut !== -1) throw new Error(`the interview was over before ${AWAY_MS} ms were`);
  await interview.end(account);
});
account.tell("entries that waited on the device, fewest", Math.min(...held), "more than 0", Math.min(...held) > 0);
account.waits("from the network to an empty outbox", waits, [[0.95, 10]]);
account.print();
