import { afterEach, beforeEach, expect, it, vi } from "vitest";
import { createPlayer } from "./player";

/** Stands in for the browser's audio: knows what plays. */
class FakeAudio {
  static playing: string[] = [];
  onended: (() => void) | null = null;
  readonly src: string;
  constructor(src: string) {
    this.src = src;
  }
  async play() {
    FakeAudio.playing.push(this.src);
  }
  pause() {
    FakeAudio.playing = FakeAudio.playing.filter((src) => src !== this.src);
  }
}

beforeEach(() => {
  FakeAudio.playing = [];
  vi.stubGlobal("Audio", FakeAudio);
  vi.stubGlobal("URL", { createObjectURL: (blob: { name: string }) => blob.name, revokeObjectURL: () => undefined });
});
afterEach(() => vi.unstubAllGlobals());

const settled = () => new Promise((resolve) => setTimeout(resolve));
const speak = async (text: string) => ({ name: text }) as unknown as Blob;

it("plays one text at a time, and stops what is pressed again", async () => {
  const player = createPlayer(speak);
  player.toggle("button one", "one");
  await settled();
  expect(FakeAudio.playing).toEqual(["one"]);
  player.toggle("button two", "two");
  await settled();
  expect(FakeAudio.playing).toEqual(["two"]);
  player.toggle("button two", "two");
  expect(FakeAudio.playing).toEqual([]);
  expect(player.current()).toEqual({ kind: "idle" });
});

it("does not play what was replaced while it was loading", async () => {
  const answers = new Map<string, (blob: Blob) => void>();
  const player = createPlayer((text) => new Promise((resolve) => answers.set(text, resolve)));
  player.toggle("button slow", "slow");
  player.toggle("button quick", "quick");
  answers.get("quick")?.(await speak("quick"));
  answers.get("slow")?.(await speak("slow"));
  await settled();
  expect(FakeAudio.playing).toEqual(["quick"]);
});

it("keeps what went wrong with a text", async () => {
  const error = new Error("engine_full");
  const player = createPlayer(() => Promise.reject(error));
  player.toggle("button one", "one");
  await settled();
  expect(player.current()).toEqual({ kind: "failed", owner: "button one", error });
});
