// Healing: what the candidate said and nobody heard live comes out of the browser's recording, and the transcript says so.
import assert from "node:assert/strict";
import { describe, test } from "node:test";
import { begin, finished } from "./lib/candidate.mjs";
import { look } from "./lib/look.mjs";
import { listening, uploads } from "./lib/recordings.mjs";
import { until } from "./lib/recruiter.mjs";
import { stage } from "./lib/stage.mjs";

const RATE = 16_000;
const failed = "She wanted to ship, and I wanted to wait, so we looked at the test results together.";

/** Like somebody who speaks, as WAV in base64: a pitch that bends, harmonics, four syllables a second. */
const voice = (seconds) => {
  const pcm = Buffer.alloc(44 + 2 * RATE * seconds);
  pcm.write("RIFF", 0);
  pcm.writeUInt32LE(pcm.length - 8, 4);
  pcm.write("WAVEfmt ", 8);
  pcm.writeUInt32LE(16, 16);
  pcm.writeUInt16LE(1, 20);
  pcm.writeUInt16LE(1, 22);
  pcm.writeUInt32LE(RATE, 24);
  pcm.writeUInt32LE(2 * RATE, 28);
  pcm.writeUInt16LE(2, 32);
  pcm.writeUInt16LE(16, 34);
  pcm.write("data", 36);
  pcm.writeUInt32LE(2 * RATE * seconds, 40);
  let phase = 0;
  for (let at = 0; at < RATE * seconds; at++) {
    const t = at / RATE;
    phase += (2 * Math.PI * (140 + 28 * Math.sin(2.3 * t) + 10 * Math.sin(6.1 * t))) / RATE;
    let sum = 0;
    for (let n = 1; n < 9; n++) sum += Math.sin(n * phase) / n;
    pcm.writeInt16LE(Math.round(6_000 * Math.abs(Math.sin(4 * Math.PI * t)) ** 1.5 * sum), 44 + 2 * at);
  }
  return pcm.toString("base64");
};

describe("on the simulated provider", () => {
  const s = stage({ script: { pace: 0.25, answers: [] } });

  test("words that failed come out of the recording, beside their gap", { timeout: 120_000 }, async (t) => {
    const { ada, recruiter, sim } = s;
    const sent = uploads(ada.context);
    await begin(ada, s.invited.link);
    const { call } = await sim.next((entry) => entry.what === "said" && entry.text.includes("disagreed"));
    await sim.recordings([failed, ""]);
    // The provider hears her, and cannot write it down.
    await Promise.all([
      ada.say(voice(3)),
      sim.call(call, "speak", { text: failed, speech_ms: 12_000, transcript: "failed" }),
    ]);
    await sim.next((entry) => entry.what === "said");
    // It does not hear her at all.
    await ada.say(voice(2));
    const before = sent.acked();
    await until("its sound with the server", async () => sent.acked() >= before + 2);
    await ada.page.getByRole("button", { name: "End the interview" }).first().click();
    await ada.page.getByRole("button", { name: "End it" }).click();
    await finished(ada.page);
    await ada.page.locator("[data-sound-waiting='0']").waitFor({ state: "attached" });

    const session = await s.sealed();
    const report = await until("the recovered words", async () => {
      const found = await recruiter.call("GET", `/v1/sessions/${session.id}/completeness`);
      return found.recovered?.spans === 2 && found;
    });
    assert.equal(report.recovered.recovered_spans, 1, JSON.stringify(report));
    assert.deepEqual(
      report.reasons.map(({ code }) => code),
      ["words_recovered"],
    );
    const boss = await listening(s, session.id);
    const { page } = boss;
    await page.getByText("Words missing: they could not be recognized").waitFor();
    const line = page.locator("[data-line]", { hasText: failed });
    await line.getByText("Not heard live; recovered from audio").waitFor();
    await page.getByText("Speech that was not heard live", { exact: true }).waitFor();
    // A click plays it.
    await line.click();
    await until("the line lit", async () => (await line.getAttribute("aria-current")) === "true");
    await page.getByRole("button", { name: "Pause the recording" }).click();
    await look(page, "recruiter-recovered", line);
    await page.getByText("Details", { exact: true }).click();
    await page.getByText("2 stretches of speech in the recording").waitFor();
    t.diagnostic(await page.getByText("2 stretches of speech in the recording").textContent());
    await look(page, "recruiter-recovered-proof", page.getByRole("region", { name: "Completeness" }));
    assert.deepEqual([...ada.problems, ...boss.problems], []);
    await boss.context.close();
  });
});
