// Plays a recording on the session's clock, whatever files it consists of: both sides together, kept in step.
import type { RecordingPart } from "../../api/types";
import { createStore, type Store } from "../../interview/store";
import { type Sound, Track } from "./track";

export type { Sound } from "./track";

export type Playback = {
  /** Milliseconds of the session. */
  at: number;
  playing: boolean;
  /** A file cannot be played, in words. */
  problem: string | null;
};

/** Sides that are further apart are put together again. */
export const MOST_APART_MS = 80;

export class Player {
  readonly store: Store<Playback, Partial<Playback>>;
  /** How long the recording is. */
  readonly durationMs: number;
  /** The candidate's side first. */
  readonly #tracks: readonly Track[];
  /** The side by which the place is told; the others follow it. */
  #leader: Track;
  #listeners: [Sound, string, () => void][] = [];

  constructor(newSound: () => Sound, parts: readonly RecordingPart[], urlOf: (part: number) => string) {
    const sides = (["candidate", "interviewer"] as const).map((side) => parts.filter((part) => part.side === side));
    const tracks = sides.filter((own) => own.length > 0).map((own) => new Track(newSound(), own, urlOf));
    this.#leader = tracks[0] ?? new Track(newSound(), [], urlOf);
    this.#tracks = tracks;
    this.durationMs = Math.max(0, ...parts.map(({ start_ms, duration_ms }) => start_ms + duration_ms));
    this.store = createStore<Playback, Partial<Playback>>({ at: 0, playing: false, problem: null }, (old, change) => ({
      ...old,
      ...change,
    }));
    for (const track of tracks) this.#listen(track);
  }

  close(): void {
    for (const [sound, name, listener] of this.#listeners) sound.removeEventListener(name, listener);
    this.#pause();
  }

  toggle(): void {
    if (this.#leader.sound.paused) this.seek(this.store.get().at, true);
    else this.#pause();
  }

  /** Goes on at a place. `play`: and plays from there; otherwise it goes on as before. */
  seek(at: number, play = !this.#leader.sound.paused): void {
    const wanted = Math.min(Math.max(0, at), this.durationMs);
    const next = Math.min(...this.#tracks.map((track) => track.after(wanted)));
    // Where nothing was recorded, on to where something was.
    const isHole = next !== Number.POSITIVE_INFINITY && !this.#tracks.some((track) => track.partAt(wanted));
    const to = isHole ? next : wanted;
    const there = this.#tracks.filter((track) => track.place(to));
    const heard = there.length > 0 ? there : this.#tracks.filter((track) => track.placeAtEnd(to));
    for (const track of this.#tracks) if (!heard.includes(track)) track.sound.pause();
    const [leader] = heard;
    if (!leader) return;
    this.#leader = leader;
    this.store.dispatch({ at: to, problem: null });
    if (play) for (const track of heard) this.#play(track);
  }

  step(ms: number): void {
    this.seek(this.store.get().at + ms);
  }

  setRate(rate: number): void {
    for (const { sound } of this.#tracks) sound.playbackRate = rate;
  }

  #listen(track: Track): void {
    const { sound } = track;
    const tell = () => {
      if (track !== this.#leader) return;
      this.store.dispatch({ at: track.at(), playing: !sound.paused });
      this.#follow();
    };
    const failed = () =>
      this.store.dispatch({ playing: false, problem: "The recording could not be played. Try again." });
    const listeners: [string, () => void][] = [
      ["timeupdate", tell],
      ["play", tell],
      ["pause", tell],
      ["seeked", tell],
      ["ended", () => this.#ended(track)],
      ["error", failed],
    ];
    for (const [name, listener] of listeners) {
      sound.addEventListener(name, listener);
      this.#listeners.push([sound, name, listener]);
    }
  }

  /** Has the other sides do what the leader does. */
  #follow(): void {
    const { sound } = this.#leader;
    const at = this.#leader.at();
    for (const track of this.#tracks) {
      if (track === this.#leader) continue;
      if (sound.paused || !track.partAt(at)) {
        track.sound.pause();
        continue;
      }
      // One that is on its way to a place is not sent to another.
      const isApart = track.sound.paused || Math.abs(track.at() - at) > MOST_APART_MS;
      if (isApart && !track.sound.seeking) track.place(at);
      if (track.sound.paused) this.#play(track);
    }
  }

  #play(track: Track): void {
    track.sound.play().catch(() => {
      if (track === this.#leader) this.store.dispatch({ playing: false });
    });
  }

  #pause(): void {
    for (const { sound } of this.#tracks) sound.pause();
  }

  /** A file is at its end: another side goes on, or the next file. */
  #ended(track: Track): void {
    if (track !== this.#leader) return;
    const at = track.end();
    const isMore = this.#tracks.some((other) => other.partAt(at) !== null || other.after(at) < this.durationMs);
    if (isMore) this.seek(at, true);
    else this.store.dispatch({ playing: false });
  }
}
