// Records a microphone: each start of the browser's recorder is a segment with a name of its own.
import { isSilent } from "../devices";
import type { About, Chunk, Leg, LegRecorder } from "./types";

/** How much sound a crash may cost. */
const CHUNK_MS = 2000;
/** Speech; an hour is 14 MB. */
const BITS_PER_SECOND = 32_000;
/** In the order of preference: only the first kind can be joined into one file. */
const TYPES = ["audio/webm;codecs=opus", "audio/webm", "audio/mp4;codecs=opus", "audio/mp4"];

export type RecorderParts = {
  /** The browser's recorder; null where it has none. */
  Recorder:
    | (Pick<typeof MediaRecorder, "isTypeSupported"> & (new (s: MediaStream, o: MediaRecorderOptions) => MediaRecorder))
    | null;
  keep(segment: string, about: About, chunk: Chunk): Promise<void>;
  onState(recording: boolean): void;
  /** Milliseconds of a clock that does not jump. */
  now(): number;
  /** 128 random bits as 32 hexadecimal digits. */
  random(): string;
};

export class Recorder implements LegRecorder {
  readonly #parts: RecorderParts;
  readonly #to: { session: string; key: string };
  #leg: Leg | null = null;
  #track: MediaStreamTrack | null = null;
  #running: MediaRecorder | null = null;

  constructor(parts: RecorderParts, to: { session: string; key: string }) {
    this.#parts = parts;
    this.#to = to;
  }

  attend(leg: Leg): void {
    this.#leg = leg;
  }

  use(track: MediaStreamTrack): void {
    const isSame = this.#track === track && this.#running?.state === "recording";
    if (isSame || !this.#leg) return;
    this.stop();
    this.#track = track;
    const { Recorder } = this.#parts;
    const mimeType = Recorder && TYPES.find((type) => Recorder.isTypeSupported(type));
    // A person who types every answer has no microphone to record.
    if (!mimeType || isSilent(track) || track.readyState === "ended") return;
    try {
      this.#start(new Recorder(new MediaStream([track]), { mimeType, audioBitsPerSecond: BITS_PER_SECOND }), this.#leg);
    } catch {
      // A browser that cannot record can still talk. The record says that there is no recording.
    }
  }

  stop(): void {
    const running = this.#running;
    this.#running = null;
    if (running && running.state !== "inactive") running.stop();
  }

  #start(recorder: MediaRecorder, leg: Leg): void {
    const { keep, now, random, onState } = this.#parts;
    const segment = random();
    const startedAt = now();
    let seq = 0;
    let about: About | null = null;
    // One after the other: a blob's bytes come when they come.
    let kept = Promise.resolve();
    const add = (blob: Blob, last: boolean) => {
      const endMs = Math.round(now() - startedAt);
      kept = kept.then(async () => {
        const sound = await blob.arrayBuffer();
        if (sound.byteLength === 0 && (!last || seq === 0)) return;
        about ??= {
          ...this.#to,
          mediaType: (recorder.mimeType || blob.type).replace(/;.*/, ""),
          leg: leg.number,
          offsetMs: Math.max(0, Math.round(startedAt - leg.readyAt)),
        };
        seq += 1;
        // Not awaited: the next chunk is kept while this one is sent.
        void keep(segment, about, { seq, endMs, last, sound });
      });
    };
    recorder.ondataavailable = ({ data }) => add(data, false);
    // Also when the microphone is pulled out. What comes last of all is known only now, so it is an empty chunk.
    recorder.onstop = () => {
      add(new Blob(), true);
      if (this.#running === recorder) this.#running = null;
      void kept.then(() => onState(this.#running !== null));
    };
    recorder.start(CHUNK_MS);
    this.#running = recorder;
    onState(true);
  }
}
