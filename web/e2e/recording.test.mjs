// The recording: what the candidate's browser records is with the server piece by piece, survives what happens to a page,
// and plays beside the transcript.
import assert from "node:assert/strict";
import { spawnSync } from "node:child_process";
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { describe, test } from "node:test";
import { person } from "./lib/browser.mjs";
import { agree, answerAll, begin, finished, start, toSoundCheck } from "./lib/candidate.mjs";
import { apart, heard, lateness, listening, uploads } from "./lib/recordings.mjs";
import { signIn, until } from "./lib/recruiter.mjs";
import { binary, startServer } from "./lib/server.mjs";
import { stage } from "./lib/stage.mjs";

const answers = [
  "I showed her the test results, and we agreed to wait two days. In the end the release went out without a single error.",
  "First I would look at the alerts and the logs. Then I would tell the team, and roll back the last change.",
];

/** Words must begin where the transcript has them. */
const assertInPlace = (t, speaker, sound, session, mostMs) => {
  const late = lateness(sound, session, speaker);
  t.diagnostic(`the ${speaker}'s words begin ${late.map(Math.round)} ms after their lines`);
  assert.ok(late.length > 0 && late.every((ms) => Math.abs(ms) < mostMs), `${speaker}: ${late} ms`);
};

describe("on our own voice", () => {
  const s = stage();

  test("a browser that cannot record and a server that is killed: both voices are there all the same", {
    timeout: 300_000,
  }, async (t) => {
    const { ada, recruiter } = s;
    await ada.context.addInitScript(() => {
      window.MediaRecorder = undefined;
    });
    const sent = uploads(ada.context);
    const wavs = await Promise.all(answers.map((text) => recruiter.voice(text)));
    await begin(ada, s.invited.link);
    // The server records: that is said, too.
    await ada.page.getByText("Recording", { exact: true }).waitFor();
    await answerAll(ada, wavs.slice(0, 1));
    await s.server.kill();
    const { dataDir, port } = s.server;
    s.server = await startServer({ dataDir, port });
    s.recruiter = await signIn(s.server);
    await answerAll(ada, wavs.slice(1));
    await finished(ada.page);
    const session = await s.sealed();
    const told = await until("the recording", async () => {
      const found = await s.recruiter.call("GET", `/v1/sessions/${session.id}/recording`);
      return found.phase === "ready" && found;
    });
    assert.deepEqual(sent.chunks(), []);
    assert.deepEqual([told.state, told.parts.map(({ side }) => side)], ["whole", ["candidate", "interviewer"]]);
    assert.deepEqual(
      told.parts.flatMap(({ gaps }) => gaps),
      [],
      "the engine remembered what was said while the server was away",
    );
    const boss = await listening(s, session.id);
    for (const [part, speaker] of ["candidate", "interviewer"].entries()) {
      const sound = await heard(boss.page, `/v1/sessions/${session.id}/recording/${part}`);
      assertInPlace(t, speaker, sound, session, 500);
    }
    await boss.context.close();
  });

  test("a whole interview is heard beside its transcript", { timeout: 300_000 }, async (t) => {
    const { ada, recruiter } = s;
    const sent = uploads(ada.context);
    await toSoundCheck(ada.page, s.invited.link);
    await start(ada.page);
    await ada.page.getByText("Recording", { exact: true }).waitFor();
    for (const text of answers) await answerAll(ada, [await recruiter.voice(text)]);
    await finished(ada.page);
    await ada.page.locator("[data-sound-waiting='0']").waitFor({ state: "attached" });
    await ada.page.getByText("You may close this page.").waitFor();
    assert.ok(sent.chunks().length > 5, "a piece every two seconds");

    const session = await s.sealed();
    const told = await until("the recording", async () => {
      const found = await recruiter.call("GET", `/v1/sessions/${session.id}/recording`);
      return found.phase === "ready" && found;
    });
    const sides = told.parts.map(({ side }) => side);
    assert.deepEqual(
      [told.state, told.reasons, sides],
      ["whole", [], ["candidate", "interviewer"]],
      JSON.stringify(told),
    );

    // What is heard is where the transcript says that it was said.
    const boss = await listening(s, session.id);
    const sound = await heard(boss.page, `/v1/sessions/${session.id}/recording/0`);
    assert.ok(Math.abs(sound.durationMs - told.parts[0].duration_ms) < 50, `${sound.durationMs} ms`);
    const spoken = session.turns.filter((turn) => turn.speaker === "candidate");
    assert.equal(spoken.length, answers.length);
    assertInPlace(t, "candidate", sound, session, 500);
    // The interviewer's words stand where the transcript has them, on the same clock.
    assert.deepEqual(told.parts[1].gaps, [], "silence between sentences is no gap");
    assertInPlace(t, "interviewer", await heard(boss.page, `/v1/sessions/${session.id}/recording/1`), session, 150);

    // Anybody can check that this is the sound that was sealed.
    const folder = mkdtempSync(join(tmpdir(), "insights-recording-"));
    t.after(() => rmSync(folder, { recursive: true }));
    const keep = async (name, path) => {
      const file = join(folder, name);
      writeFileSync(file, Buffer.from(await (await recruiter.request("GET", path)).arrayBuffer()));
      return file;
    };
    const bundle = await keep("evidence.jsonl", `/v1/sessions/${session.id}/evidence`);
    const file = await keep("sound.webm", `/v1/sessions/${session.id}/recording/0`);
    const other = await keep("voice.webm", `/v1/sessions/${session.id}/recording/1`);
    const verify = () =>
      spawnSync(binary, ["verify", bundle, "--recording", file, "--recording", other], { encoding: "utf8" });
    const good = verify();
    assert.deepEqual([good.status, good.stderr], [0, ""], good.stdout);
    assert.match(good.stdout, /holds everything that the candidate said aloud/);
    const bytes = readFileSync(file);
    bytes[bytes.length - 200] ^= 1;
    writeFileSync(file, bytes);
    const altered = verify();
    assert.equal(altered.status, 1, altered.stdout);
    assert.match(altered.stdout, /sound.webm is not the recording that was sealed/);

    // The recruiter listens: play, a click on a line, the keyboard.
    const { page } = boss;
    const bar = page.getByRole("region", { name: "Recording" });
    await bar.getByText("Both voices are recorded:").waitFor();
    await bar.getByRole("button", { name: "Play the recording" }).click();
    const place = async () => Number(await bar.getByRole("slider").inputValue());
    await until("sound that goes on", async () => (await place()) > 700);
    const { looks, median, p95, most } = await apart(page, 6000);
    t.diagnostic(
      `the sides play ${median.toFixed(1)} ms apart (median), ${p95.toFixed(1)} ms (p95), ${most.toFixed(1)} ms at the most, ${looks} looks`,
    );
    assert.ok(p95 <= 80, `the sides play ${p95} ms apart`);
    await bar.getByRole("button", { name: "Pause the recording" }).click();
    const line = page.locator("[data-line]", { hasText: /test results/i });
    await line.click();
    await until("the line lit", async () => (await line.getAttribute("aria-current")) === "true");
    const at = await place();
    assert.ok(at >= spoken[0].started_ms - 100 && at < spoken[0].started_ms + 3000, `${at} ms`);
    await page.keyboard.press("Space");
    await bar.getByRole("button", { name: "Play the recording" }).waitFor();
    const before = await place();
    await page.keyboard.press("ArrowRight");
    await until("five seconds on", async () => Math.abs((await place()) - before - 5000) < 300);
    // By keyboard alone: to the line before, and Enter.
    await page.keyboard.press("k");
    await page.keyboard.press("Enter");
    const asked = session.turns[session.turns.findIndex(({ item }) => item === spoken[0].item) - 1];
    await until("the question", async () => Math.abs((await place()) - asked.started_ms - 700) < 1000);
    const again = await apart(page, 1500);
    assert.ok(again.p95 <= 80, `after a jump the sides play ${again.p95} ms apart`);
    await page.keyboard.press("Space");
    assert.deepEqual([...ada.problems, ...boss.problems], []);
    await boss.context.close();
  });
});

describe("on the simulated provider", () => {
  const s = stage({ script: { pace: 0.25, answers: [] } });

  test("requests that are lost, a network that is away and a reload cost nothing of the recording", {
    timeout: 120_000,
  }, async () => {
    const { ada, recruiter } = s;
    const sent = uploads(ada.context);
    await begin(ada, s.invited.link);
    await s.sim.next((entry) => entry.what === "said" && entry.text.includes("disagreed"));
    // A request that never arrives, and an answer that never comes back.
    let lost = 0;
    await ada.context.route("**/recording/*/*", async (route) => {
      lost += 1;
      if (lost % 3 === 1) return route.abort();
      if (lost % 3 === 2) {
        await route.fetch();
        return route.abort();
      }
      return route.continue();
    });
    await until("lost requests", async () => lost >= 6);
    await ada.context.unroute("**/recording/*/*");
    await ada.context.setOffline(true);
    const before = sent.acked();
    await until("pieces on the device", async () => (await sent.onDevice(ada.page)) >= 2);
    assert.equal(sent.acked(), before);
    // The page dies with them; the next one sends them, and records anew.
    await ada.context.setOffline(false);
    await ada.page.reload();
    await ada.page.locator("#resume").click();
    await until("the second recorder", async () => sent.segments().length >= 2);
    await until("nothing left", async () => (await sent.onDevice(ada.page)) === 0);
    await ada.page.getByRole("button", { name: "End the interview" }).first().click();
    await ada.page.getByRole("button", { name: "End it" }).click();
    await finished(ada.page);
    await ada.page.locator("[data-sound-waiting='0']").waitFor({ state: "attached" });

    const session = await s.sealed();
    const segments = await until("the seal", async () => {
      const text = await (await recruiter.request("GET", `/v1/sessions/${session.id}/evidence`)).text();
      const lines = text
        .trim()
        .split("\n")
        .map((line) => JSON.parse(line));
      const found = lines.filter((line) => line.segment).map((line) => line.segment.is);
      return found.length === sent.segments().length && found;
    });
    // Everything that a page ever sent is there once, as it was, without a hole.
    for (const segment of segments) {
      assert.deepEqual(
        segment.chunks.map(({ seq }) => seq),
        segment.chunks.map((_, at) => at + 1),
      );
      for (const { seq, sha256 } of segment.chunks) assert.equal(sha256, sent.hash(segment.segment, seq));
      assert.equal(segment.chunks.length, sent.last(segment.segment));
    }
  });

  test("a tab that crashes leaves its sound to the next page of the origin, also without the link", {
    timeout: 120_000,
  }, async () => {
    const { ada } = s;
    const sent = uploads(ada.context);
    await begin(ada, s.invited.link);
    await s.sim.next((entry) => entry.what === "said" && entry.text.includes("disagreed"));
    await until("the first pieces", async () => sent.acked() >= 1);
    const devtools = await ada.context.newCDPSession(ada.page);
    await devtools.send("Network.enable");
    const away = { offline: true, latency: 0, downloadThroughput: -1, uploadThroughput: -1 };
    await devtools.send("Network.emulateNetworkConditions", away);
    await until("pieces on the device", async () => (await sent.onDevice(ada.page)) >= 2);
    const crashed = new Promise((resolve) => ada.page.once("crash", resolve));
    devtools.send("Page.crash").catch(() => undefined);
    await crashed;
    await ada.context.clearCookies();
    const page = await ada.context.newPage();
    await page.goto(`${s.server.url}/i`);
    await until("nothing left", async () => (await sent.onDevice(page)) === 0);
    const [segment] = sent.segments();
    assert.equal(sent.ackedOf(segment), sent.last(segment));
  });

  test("where the position is not recorded, nothing is, and the notice says so", { timeout: 120_000 }, async () => {
    const { recruiter, invited } = s;
    const { title, description, competencies } = await recruiter.call("GET", `/v1/positions/${invited.position.id}`);
    await recruiter.call("PUT", `/v1/positions/${invited.position.id}`, {
      title,
      description,
      competencies,
      is_recorded: false,
    });
    const ada = await person(s.browser);
    const sent = uploads(ada.context);
    await ada.page.goto(invited.link);
    await ada.page.getByRole("button", { name: "Continue" }).click();
    await ada.page.getByText("The sound itself is not stored.").waitFor();
    await agree(ada.page);
    await start(ada.page);
    await s.sim.next((entry) => entry.what === "said" && entry.text.includes("disagreed"));
    assert.equal(await ada.page.getByText("Recording", { exact: true }).count(), 0);
    await ada.page.getByRole("button", { name: "End the interview" }).first().click();
    await ada.page.getByRole("button", { name: "End it" }).click();
    await finished(ada.page);
    assert.deepEqual(sent.chunks(), []);
    const session = await s.sealed();
    const told = await recruiter.call("GET", `/v1/sessions/${session.id}/recording`);
    assert.equal(told.phase, "off");
    await ada.context.close();
  });
});
