import { expect, it, vi } from "vitest";
import { Recorder, type RecorderParts } from "./recorder";
import type { About, Chunk } from "./types";

class FakeRecorder {
  static made: FakeRecorder[] = [];
  static types = ["audio/webm;codecs=opus"];
  static isTypeSupported = (type: string) => FakeRecorder.types.includes(type);
  state = "inactive";
  readonly mimeType: string;
  ondataavailable: ((event: { data: Blob }) => void) | null = null;
  onstop: (() => void) | null = null;
  constructor(_stream: unknown, { mimeType }: { mimeType: string }) {
    this.mimeType = mimeType;
    FakeRecorder.made.push(this);
  }
  start() {
    this.state = "recording";
  }
  stop() {
    this.state = "inactive";
    this.ondataavailable?.({ data: new Blob(["end"]) });
    this.onstop?.();
  }
  give(text: string) {
    this.ondataavailable?.({ data: new Blob([text]) });
  }
}

function setup(types = ["audio/webm;codecs=opus"]) {
  FakeRecorder.made = [];
  FakeRecorder.types = types;
  vi.stubGlobal("MediaStream", class {});
  const kept: { segment: string; about: About; chunk: Chunk }[] = [];
  const states: boolean[] = [];
  let now = 1000;
  let names = 0;
  const parts: RecorderParts = {
    Recorder: FakeRecorder as unknown as NonNullable<RecorderParts["Recorder"]>,
    keep: async (segment, about, chunk) => void kept.push({ segment, about, chunk }),
    onState: (recording) => states.push(recording),
    now: () => now,
    random: () => `segment${++names}`,
  };
  const recorder = new Recorder(parts, { session: "ses_1", key: "key" });
  const made = () => FakeRecorder.made.at(-1) as FakeRecorder;
  const settle = () => new Promise((resolve) => setTimeout(resolve, 10));
  const at = (ms: number) => {
    now = ms;
  };
  return { recorder, made, kept, states, settle, at };
}

const track = () => ({ readyState: "live" }) as MediaStreamTrack;

it("numbers a recorder's chunks, says when it began, and ends with an empty one", async () => {
  const { recorder, made, kept, states, settle, at } = setup();
  recorder.attend({ number: 2, readyAt: 900 });
  recorder.use(track());
  at(3000);
  made().give("one");
  at(4500);
  recorder.stop();
  await settle();
  expect(kept.map(({ chunk: { seq, endMs, last, sound } }) => [seq, endMs, last, sound.byteLength])).toEqual([
    [1, 2000, false, 3],
    [2, 3500, false, 3],
    [3, 3500, true, 0],
  ]);
  expect(kept[0]?.about).toEqual({ session: "ses_1", key: "key", mediaType: "audio/webm", leg: 2, offsetMs: 100 });
  expect(states).toEqual([true, false]);
});

it("begins anew with another microphone, and not with the same", async () => {
  const { recorder, made, kept, settle } = setup();
  const first = track();
  recorder.use(first);
  expect(FakeRecorder.made).toHaveLength(0);
  recorder.attend({ number: 1, readyAt: 1000 });
  recorder.use(first);
  recorder.use(first);
  expect(FakeRecorder.made).toHaveLength(1);
  recorder.use(track());
  made().give("two");
  await settle();
  expect(new Set(kept.map(({ segment }) => segment))).toEqual(new Set(["segment1", "segment2"]));
});

it("records MP4 where there is nothing else, and nothing where there is not even that", async () => {
  const mp4 = setup(["audio/mp4"]);
  mp4.recorder.attend({ number: 1, readyAt: 1000 });
  mp4.recorder.use(track());
  mp4.made().give("one");
  await mp4.settle();
  expect(mp4.kept[0]?.about.mediaType).toBe("audio/mp4");
  const none = setup([]);
  none.recorder.attend({ number: 1, readyAt: 1000 });
  none.recorder.use(track());
  expect(FakeRecorder.made).toHaveLength(0);
});
