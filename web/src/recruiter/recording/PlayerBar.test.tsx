import { act, fireEvent, screen } from "@testing-library/react";
import { beforeEach, expect, it } from "vitest";
import type { RecordingReport } from "../../api/types";
import { sampleWorld, show } from "../testing/render";
import { NOW, sampleSession, sampleSessionRow } from "../testing/sample";

const READY: RecordingReport = {
  phase: "ready",
  state: "whole",
  reasons: [],
  parts: [
    {
      part: 0,
      media_type: "audio/webm",
      start_ms: 0,
      duration_ms: 60_000,
      bytes: 240_000,
      sha256: "aa",
      gaps: [{ start_ms: 50_000, end_ms: 54_000 }],
      side: "candidate",
    },
  ],
};

let sound: HTMLAudioElement;
beforeEach(() => {
  // jsdom knows the element but plays nothing.
  HTMLMediaElement.prototype.play = async function play(this: HTMLAudioElement) {
    sound = this;
    Object.defineProperty(this, "paused", { value: false, configurable: true });
    this.dispatchEvent(new Event("play"));
  };
  HTMLMediaElement.prototype.pause = function pause() {
    Object.defineProperty(this, "paused", { value: true, configurable: true });
    this.dispatchEvent(new Event("pause"));
  };
});

async function open(report: RecordingReport) {
  const world = sampleWorld();
  world.sessions = [sampleSession(sampleSessionRow("ses_1", "Mira", { state: "finished", ended_at: NOW }))];
  world.recordings.set("ses_1", report);
  show("/sessions/ses_1", world);
  await screen.findByRole("region", { name: "Transcript" });
}
const lit = () => document.querySelector("[data-line][aria-current]")?.textContent;
const slider = () => screen.getByRole<HTMLInputElement>("slider", { name: "Place in the recording" });

it("plays beside the transcript, and lights the line that is heard", async () => {
  await open(READY);
  expect(await screen.findByText(/without the interviewer’s voice: 1:00, 1 gap of 4 s\./)).toBeTruthy();
  expect(screen.getByText(/Nothing recorded from 0:50 for 4 s\./)).toBeTruthy();
  expect(lit()).toBeUndefined();
  fireEvent.click(screen.getByRole("button", { name: "Play the recording" }));
  expect(sound.src).toContain("/v1/sessions/ses_1/recording/0");
  act(() => {
    sound.currentTime = 31;
    sound.dispatchEvent(new Event("timeupdate"));
  });
  expect(lit()).toContain("Last spring a colleague");
  expect(slider().getAttribute("aria-valuetext")).toBe("0:31 of 1:00");
  fireEvent.keyDown(document.body, { key: " " });
  expect(screen.getByRole("button", { name: "Play the recording" })).toBeTruthy();
});

it("offers each voice as a file of its own", async () => {
  const [candidate] = READY.parts;
  if (!candidate) throw new Error("no part");
  await open({ ...READY, parts: [candidate, { ...candidate, part: 1, side: "interviewer", gaps: [] }] });
  expect(await screen.findByText(/Both voices are recorded: 1:00, 1 gap of 4 s\./)).toBeTruthy();
  for (const side of ["candidate", "interviewer"])
    expect(screen.getByRole("link", { name: `Download the ${side}’s voice` })).toBeTruthy();
});

it("goes where a line is clicked, where Enter is pressed, and where the slider is moved", async () => {
  await open(READY);
  fireEvent.click(await screen.findByText(/Last spring a colleague/));
  expect(sound.currentTime).toBe(30);
  fireEvent.keyDown(document.body, { key: "ArrowRight" });
  expect(sound.currentTime).toBe(35);
  const [first] = document.querySelectorAll<HTMLElement>("[data-line]");
  if (!first) throw new Error("no lines");
  fireEvent.keyDown(first, { key: "Enter" });
  expect(sound.currentTime).toBe(10);
  fireEvent.change(slider(), { target: { value: "42000" } });
  expect(sound.currentTime).toBe(42);
  expect(screen.getAllByRole("button", { name: /^Play from/ })).toHaveLength(4);
});

it("says why there is nothing to hear", async () => {
  const words = "There is no recording: the candidate’s browser sent none.";
  await open({
    phase: "ready",
    state: "missing",
    reasons: [{ code: "recording_missing", leg: null, words }],
    parts: [],
  });
  expect(await screen.findByText(new RegExp(words))).toBeTruthy();
  expect(screen.queryByRole("slider")).toBeNull();
  expect(screen.queryByRole("button", { name: /^Play from/ })).toBeNull();
});
