// One side of a recording: its files on the session's clock, in an audio element of its own.
import type { RecordingPart } from "../../api/types";

/** What it needs of an `<audio>` element. */
export type Sound = Pick<
  HTMLMediaElement,
  | "src"
  | "currentTime"
  | "playbackRate"
  | "paused"
  | "preload"
  | "seeking"
  | "play"
  | "pause"
  | "addEventListener"
  | "removeEventListener"
>;

/** A place that is off by less is the same. */
const SAME_S = 0.01;

export class Track {
  readonly sound: Sound;
  readonly #parts: readonly RecordingPart[];
  readonly #urlOf: (part: number) => string;
  #now: RecordingPart | null = null;

  constructor(sound: Sound, parts: readonly RecordingPart[], urlOf: (part: number) => string) {
    this.sound = sound;
    this.#parts = parts.toSorted((a, b) => a.start_ms - b.start_ms);
    this.#urlOf = urlOf;
  }

  /** The file that is heard at a place of the session: where two overlap, the one that began last. */
  partAt(at: number): RecordingPart | null {
    return this.#parts.findLast(({ start_ms, duration_ms }) => start_ms <= at && at < start_ms + duration_ms) ?? null;
  }

  /** Where the next file begins. */
  after(at: number): number {
    return this.#parts.find(({ start_ms }) => start_ms > at)?.start_ms ?? Number.POSITIVE_INFINITY;
  }

  /** Where the session is, by what is heard. */
  at(): number {
    return this.#now ? this.#now.start_ms + Math.round(this.sound.currentTime * 1000) : 0;
  }

  /** Where the file that is heard ends. */
  end(): number {
    return this.#now ? this.#now.start_ms + this.#now.duration_ms : 0;
  }

  /** Goes to the very end of the file that ends at a place; false: none does. */
  placeAtEnd(at: number): boolean {
    return this.#go(this.#parts.findLast(({ start_ms, duration_ms }) => start_ms + duration_ms === at) ?? null, at);
  }

  /** Goes to a place; false: there is nothing of this side. */
  place(at: number): boolean {
    return this.#go(this.partAt(at), at);
  }

  #go(part: RecordingPart | null, at: number): boolean {
    if (!part) return false;
    if (this.#now !== part) {
      this.#now = part;
      this.sound.src = this.#urlOf(part.part);
    }
    // Before the file's head is read, the browser remembers the place.
    const within = (at - part.start_ms) / 1000;
    if (Math.abs(this.sound.currentTime - within) > SAME_S) this.sound.currentTime = within;
    return true;
  }
}
