import { expect, it, vi } from "vitest";
import { createStore } from "../store";
import { lazyRecording } from "./lazy";
import { type LegRecorder, NOTHING, type Recording, type Saving } from "./types";

function loaded() {
  const recorder = { attend: vi.fn(), use: vi.fn(), stop: vi.fn() } satisfies LegRecorder;
  const store = createStore<Saving, Partial<Saving>>(NOTHING, (old, change) => ({ ...old, ...change }));
  const recording: Recording<LegRecorder> = { store, settled: async () => false, recorder: () => recorder };
  return { recorder, store, recording };
}
const track = {} as MediaStreamTrack;
const settle = () => new Promise((resolve) => setTimeout(resolve, 0));

it("does not keep the talk waiting for its code, and counts from when the leg was ready", async () => {
  const { recorder, recording, store } = loaded();
  const code = createStore(false, (_, here: boolean) => here);
  const arrived = new Promise<Recording<LegRecorder>>((resolve) => code.subscribe(() => resolve(recording)));
  let now = 100;
  const lazy = lazyRecording(
    () => arrived,
    () => now,
  );
  const talk = lazy.recorder("ses_1", "key");
  const told = await talk.ready(3, async () => {
    now = 140;
    return "told";
  });
  talk.use(track);
  expect(told).toBe("told");
  await expect(lazy.settled(1000)).resolves.toBe(true);
  now = 9000;
  code.dispatch(true);
  await settle();
  expect(recorder.attend).toHaveBeenCalledWith({ number: 3, readyAt: 120 });
  expect(recorder.use).toHaveBeenCalledWith(track);
  store.dispatch({ waiting: 2 });
  expect(lazy.store.get().waiting).toBe(2);
  await expect(lazy.settled(1000)).resolves.toBe(false);
});

it("asks for the code again with the next microphone when it could not be had", async () => {
  const { recorder, recording } = loaded();
  const load = vi.fn().mockRejectedValueOnce(new Error("no network")).mockResolvedValue(recording);
  const lazy = lazyRecording(load, () => 0);
  await settle();
  lazy.recorder("ses_1", "key").use(track);
  await settle();
  expect(load).toHaveBeenCalledTimes(2);
  expect(recorder.use).toHaveBeenCalledWith(track);
});
