import { expect, it } from "vitest";
import type { RecordingPart, RecordingReport } from "../../api/types";
import { MOST_APART_MS, Player, type Sound } from "./player";
import { lineAt, told } from "./told";

const part = (
  number: number,
  start_ms: number,
  duration_ms: number,
  gaps: RecordingPart["gaps"] = [],
): RecordingPart => ({
  part: number,
  media_type: "audio/webm",
  start_ms,
  duration_ms,
  bytes: 1,
  sha256: String(number),
  gaps,
  side: "candidate",
});
const interviewers = (is: RecordingPart): RecordingPart => ({ ...is, side: "interviewer" });

class FakeSound extends EventTarget {
  src = "";
  currentTime = 0;
  playbackRate = 1;
  paused = true;
  preload = "" as const;
  seeking = false;
  async play() {
    this.paused = false;
    this.dispatchEvent(new Event("play"));
  }
  pause() {
    this.paused = true;
    this.dispatchEvent(new Event("pause"));
  }
  tick(seconds: number) {
    this.currentTime = seconds;
    this.dispatchEvent(new Event("timeupdate"));
  }
}

function setup(parts: RecordingPart[]) {
  const sounds: FakeSound[] = [];
  const newSound = () => {
    sounds.push(new FakeSound());
    return sounds.at(-1) as unknown as Sound;
  };
  const player = new Player(newSound, parts, (number) => `/part/${number}`);
  const [sound, voice] = sounds as [FakeSound, FakeSound];
  return { sound, voice, player };
}

it("plays, pauses and steps on the session's clock", () => {
  const { sound, player } = setup([part(0, 0, 60_000)]);
  player.toggle();
  expect(sound).toMatchObject({ src: "/part/0", paused: false });
  sound.tick(12.5);
  expect(player.store.get()).toEqual({ at: 12_500, playing: true, problem: null });
  player.step(5000);
  expect(sound.currentTime).toBe(17.5);
  player.step(-60_000);
  expect(sound.currentTime).toBe(0);
  player.toggle();
  expect(player.store.get().playing).toBe(false);
  player.seek(99_999);
  expect([player.store.get().at, sound.paused]).toEqual([60_000, true]);
});

it("goes from one file to the next, and finds the file of a place", () => {
  const { sound, player } = setup([part(1, 30_000, 10_000), part(0, 0, 20_000)]);
  player.seek(35_000, true);
  expect([sound.src, sound.currentTime]).toEqual(["/part/1", 5]);
  player.seek(2000);
  expect([sound.src, sound.currentTime]).toEqual(["/part/0", 2]);
  sound.dispatchEvent(new Event("ended"));
  expect([sound.src, player.store.get().at]).toEqual(["/part/1", 30_000]);
  // Between the two nothing was recorded.
  player.seek(25_000);
  expect(sound.src).toBe("/part/1");
});

it("plays both sides together and puts them together again where they drift", () => {
  const { sound, voice, player } = setup([interviewers(part(1, 0, 30_000)), part(0, 0, 20_000)]);
  player.seek(5000, true);
  expect([sound.src, voice.src]).toEqual(["/part/0", "/part/1"]);
  expect([sound.currentTime, voice.currentTime, voice.paused]).toEqual([5, 5, false]);
  // A little is not heard, and a correction would be.
  voice.currentTime = 5.4 + MOST_APART_MS / 1000 - 0.01;
  sound.tick(5.4);
  expect(voice.currentTime).toBeCloseTo(5.47);
  voice.currentTime = 5.9;
  sound.tick(6);
  expect(voice.currentTime).toBe(6);
  // One that is on its way is left alone.
  Object.assign(voice, { seeking: true, currentTime: 6.1 });
  sound.tick(6.5);
  expect(voice.currentTime).toBe(6.1);
  voice.seeking = false;
  player.setRate(1.5);
  expect([sound.playbackRate, voice.playbackRate]).toEqual([1.5, 1.5]);
  player.step(5000);
  expect([sound.currentTime, voice.currentTime]).toEqual([11.5, 11.5]);
  player.toggle();
  expect([sound.paused, voice.paused]).toEqual([true, true]);
});

it("goes on with the side that is left", () => {
  const { sound, voice, player } = setup([interviewers(part(1, 0, 30_000)), part(0, 4000, 16_000)]);
  player.toggle();
  // Only the interviewer has something there; the other one joins.
  expect([sound.paused, voice.paused]).toEqual([true, false]);
  voice.tick(4.2);
  expect([sound.paused, sound.currentTime, player.store.get().at]).toEqual([false, 0.2, 4200]);
  player.seek(19_000);
  sound.dispatchEvent(new Event("ended"));
  expect([player.store.get().at, voice.currentTime, voice.paused]).toEqual([20_000, 20, false]);
  voice.tick(30);
  voice.paused = true;
  voice.dispatchEvent(new Event("ended"));
  expect(player.store.get().playing).toBe(false);
  expect(player.durationMs).toBe(30_000);
});

it("says when it cannot be played", () => {
  const { sound, player } = setup([part(0, 0, 1000)]);
  sound.dispatchEvent(new Event("error"));
  expect(player.store.get().problem).toMatch(/could not be played/);
});

it.each<[Partial<RecordingReport>, string]>([
  [{}, "Recorded by the candidate’s browser, without the interviewer’s voice: 24:10, 1 gap of 4 s."],
  [
    { parts: [part(0, 0, 65_000)] },
    "Recorded by the candidate’s browser, without the interviewer’s voice: 1:05, no gaps.",
  ],
  [{ parts: [part(0, 0, 65_000), interviewers(part(1, 0, 60_000))] }, "Both voices are recorded: 1:05, no gaps."],
  [{ parts: [interviewers(part(0, 0, 60_000))] }, "Only the interviewer’s voice is recorded: 1:00, no gaps."],
  [
    { parts: [part(0, 0, 60_000, [{ start_ms: 700, end_ms: 9000 }]), part(1, 700, 8300)] },
    "Recorded by the candidate’s browser, without the interviewer’s voice: 1:00, no gaps.",
  ],
  [{ phase: "off", parts: [] }, "This interview was not recorded: the notice that the candidate agreed to says so."],
  [{ state: "missing", parts: [] }, "There is no recording."],
  [{ state: "nothing", parts: [] }, "There is no recording: nothing was said aloud."],
])("says what exists: %#", (patch, words) => {
  const gaps = [{ start_ms: 5000, end_ms: 9000 }];
  const report: RecordingReport = {
    phase: "ready",
    state: "whole",
    reasons: [],
    parts: [part(0, 0, 1_450_000, gaps)],
    ...patch,
  };
  expect(told(report)).toBe(words);
});

it("lights the line that began last", () => {
  const lines = [{ started_ms: 0 }, { started_ms: 4000 }, { started_ms: 9000 }];
  expect([0, 3999, 4000, 99_000].map((at) => lineAt(lines, at)?.started_ms)).toEqual([0, 0, 4000, 9000]);
  expect(lineAt([{ started_ms: 5 }], 0)).toBeNull();
});
