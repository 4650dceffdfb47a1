// Plays a recording on the session's clock, whatever files it consists of.
import type { RecordingPart } from "../../api/types";
import { createStore, type Store } from "../../interview/store";

export type Playback = {
  /** Milliseconds of the session. */
  at: number;
  playing: boolean;
  /** The file cannot be played, in words. */
  problem: string | null;
};

/** What it needs of an `<audio>` element. */
export type Sound = Pick<
  HTMLMediaElement,
  | "src"
  | "currentTime"
  | "playbackRate"
  | "paused"
  | "preload"
  | "play"
  | "pause"
  | "addEventListener"
  | "removeEventListener"
>;

export class Player {
  readonly store: Store<Playback, Partial<Playback>>;
  /** How long the recording is. */
  readonly durationMs: number;
  readonly #sound: Sound;
  readonly #parts: readonly RecordingPart[];
  readonly #urlOf: (part: number) => string;
  #now: RecordingPart | null = null;
  #listeners: [string, () => void][];

  constructor(sound: Sound, parts: readonly RecordingPart[], urlOf: (part: number) => string) {
    this.#sound = sound;
    this.#parts = parts.toSorted((a, b) => a.start_ms - b.start_ms);
    this.#urlOf = urlOf;
    this.durationMs = Math.max(0, ...parts.map(({ start_ms, duration_ms }) => start_ms + duration_ms));
    this.store = createStore<Playback, Partial<Playback>>({ at: 0, playing: false, problem: null }, (old, change) => ({
      ...old,
      ...change,
    }));
    const tell = () => this.store.dispatch({ at: this.#at(), playing: !sound.paused });
    this.#listeners = [
      ["timeupdate", tell],
      ["play", tell],
      ["pause", tell],
      ["seeked", tell],
      ["ended", () => this.#ended()],
      [
        "error",
        () => this.store.dispatch({ playing: false, problem: "The recording could not be played. Try again." }),
      ],
    ];
    for (const [name, listener] of this.#listeners) sound.addEventListener(name, listener);
  }

  close(): void {
    for (const [name, listener] of this.#listeners) this.#sound.removeEventListener(name, listener);
    this.#sound.pause();
  }

  toggle(): void {
    if (this.#sound.paused) this.seek(this.store.get().at, true);
    else this.#sound.pause();
  }

  /** Goes on at a place. `play`: and plays from there; otherwise it goes on as before. */
  seek(at: number, play = !this.#sound.paused): void {
    const to = Math.min(Math.max(0, at), this.durationMs);
    const part = this.#partAt(to);
    if (!part) return;
    this.store.dispatch({ at: to, problem: null });
    if (this.#now !== part) {
      this.#now = part;
      this.#sound.src = this.#urlOf(part.part);
    }
    // Before the file's head is read, the browser remembers the place.
    const within = (to - part.start_ms) / 1000;
    if (Math.abs(this.#sound.currentTime - within) > 0.01) this.#sound.currentTime = Math.max(0, within);
    if (play) this.#sound.play().catch(() => this.store.dispatch({ playing: false }));
  }

  step(ms: number): void {
    this.seek(this.store.get().at + ms);
  }

  setRate(rate: number): void {
    this.#sound.playbackRate = rate;
  }

  /** The file that is heard at a place, or the next one. */
  #partAt(at: number): RecordingPart | null {
    const before = this.#parts.findLast(({ start_ms }) => start_ms <= at) ?? null;
    const isIn = before && at < before.start_ms + before.duration_ms;
    const after = this.#parts.find(({ start_ms }) => start_ms > at);
    return (isIn ? before : (after ?? before)) ?? null;
  }

  #at(): number {
    return this.#now ? this.#now.start_ms + Math.round(this.#sound.currentTime * 1000) : 0;
  }

  #ended(): void {
    const next = this.#now && this.#parts[this.#parts.indexOf(this.#now) + 1];
    if (next) this.seek(next.start_ms, true);
    else this.store.dispatch({ playing: false });
  }
}
