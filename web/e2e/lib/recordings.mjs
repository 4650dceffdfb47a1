// What pages upload of their recordings, seen from outside, and what a recruiter hears of them.
import { person } from "./browser.mjs";

/** Watches every page of a browser's context from now on: each chunk that was sent, and which were acknowledged. */
export const uploads = (context) => {
  /** By segment: hashes by place, and the last place that was acknowledged. */
  const rows = new Map();
  const read = (request) => {
    const found = new URL(request.url()).pathname.match(/^\/v1\/s\/[^/]+\/recording\/(\w+)\/(\d+)$/);
    if (!found || request.method() !== "PUT") return null;
    const row = rows.get(found[1]) ?? { hashes: new Map(), acked: 0 };
    rows.set(found[1], row);
    return { row, seq: Number(found[2]) };
  };
  context.on("request", (request) => {
    const sent = read(request);
    const digest = request.headers()["content-digest"]?.match(/^sha-256=:(.+):$/)?.[1];
    if (sent) sent.row.hashes.set(sent.seq, Buffer.from(digest, "base64").toString("hex"));
  });
  context.on("response", async (response) => {
    const sent = read(response.request());
    if (sent && response.ok()) sent.row.acked = Math.max(sent.row.acked, sent.seq);
  });
  const all = () => [...rows.values()];
  return {
    segments: () => [...rows.keys()],
    chunks: () => all().flatMap(({ hashes }) => [...hashes.values()]),
    acked: () => all().reduce((sum, { acked }) => sum + acked, 0),
    ackedOf: (segment) => rows.get(segment)?.acked,
    hash: (segment, seq) => rows.get(segment)?.hashes.get(seq),
    last: (segment) => Math.max(...rows.get(segment).hashes.keys()),
    /** How many chunks lie in the page's own database. */
    onDevice: (page) =>
      page.evaluate(async () => {
        const database = await new Promise((resolve, reject) => {
          const request = indexedDB.open("recording");
          request.onsuccess = () => resolve(request.result);
          request.onerror = () => reject(request.error);
        });
        const count = await new Promise((resolve, reject) => {
          const request = database.transaction("chunks").objectStore("chunks").count();
          request.onsuccess = () => resolve(request.result);
          request.onerror = () => reject(request.error);
        });
        database.close();
        return count;
      }),
  };
};

/** A recruiter at the page of a session that is over. */
export const listening = async ({ browser, server, recruiter }, id) => {
  const boss = await person(browser);
  const [name, ...value] = recruiter.cookie.split("=");
  await boss.context.addCookies([{ name, value: value.join("="), url: server.url }]);
  await boss.page.goto(`${server.url}/sessions/${id}`);
  await boss.page.getByRole("region", { name: "Recording" }).waitFor();
  return boss;
};

/**
 * How far apart the two sides play: the largest distance in milliseconds, looked at for so long at every frame, once both
 * have begun.
 */
export const apart = (page, forMs) =>
  page.evaluate(async (long) => {
    const frame = () => new Promise((resolve) => requestAnimationFrame(resolve));
    const isHeard = (sound) => sound.src.includes("/recording/") && !sound.paused && !sound.seeking;
    const playing = () => window.__players.filter(isHeard);
    while (playing().length < 2 || playing().some((sound) => sound.currentTime === 0)) await frame();
    const begin = performance.now();
    const all = [];
    while (performance.now() - begin < long) {
      const [a, b] = playing();
      if (a && b) all.push(1000 * Math.abs(a.currentTime - b.currentTime));
      await frame();
    }
    all.sort((a, b) => a - b);
    return {
      looks: all.length,
      median: all[all.length >> 1],
      p95: all[Math.floor(all.length * 0.95)],
      most: all.at(-1),
    };
  }, forMs);

/** How long after their lines one speaker's words begin in a file, in ms: for each line that follows another speaker's. */
export const lateness = ({ onsets }, { turns }, speaker) => {
  const first = turns.filter((turn, at) => turn.speaker === speaker && turns[at - 1]?.speaker !== speaker);
  return first.map(({ started_ms }) => onsets.find((at) => at > started_ms - 700) - started_ms);
};

/** What a file sounds like to a browser: how long it is, and when sound begins after a second of silence. */
export const heard = (page, path) =>
  page.evaluate(async (url) => {
    const bytes = await (await fetch(url)).arrayBuffer();
    const sound = await new OfflineAudioContext(1, 16_000, 16_000).decodeAudioData(bytes);
    const samples = sound.getChannelData(0);
    const onsets = [];
    let quiet = sound.sampleRate;
    for (let at = 0; at < samples.length; at++) {
      if (Math.abs(samples[at]) < 0.02) {
        quiet += 1;
        continue;
      }
      if (quiet >= sound.sampleRate) onsets.push((1000 * at) / sound.sampleRate);
      quiet = 0;
    }
    return { durationMs: sound.duration * 1000, onsets };
  }, path);
