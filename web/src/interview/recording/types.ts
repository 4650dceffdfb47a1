// The words of the recording: what a recorder gives, where it goes, what a person may be told.
import type { Readable } from "../store";

/** One start of a recorder, and where its chunks go. */
export type About = {
  session: string;
  /** Admits to adding to the session's record, and to nothing else. */
  key: string;
  mediaType: string;
  /** The leg during which it was started. */
  leg: number;
  /** When it was started, in milliseconds after that leg was ready. */
  offsetMs: number;
};

/** Some seconds of sound. Places are contiguous, from 1. */
export type Chunk = {
  seq: number;
  /** When it came, since the recorder was started. */
  endMs: number;
  /** Nothing follows; then it may be empty. */
  last: boolean;
  sound: ArrayBuffer;
};

export type Post = { segment: string; about: About; chunk: Chunk };

/** What a person may be told. */
export type Saving = {
  /** A recorder runs. */
  recording: boolean;
  /** Chunks of this page, and of those before it, that the server does not have yet. */
  waiting: number;
  /** Chunks that the server will never take: this sound is lost. */
  refused: number;
  /** `memory`: the browser keeps nothing for us. */
  storage: "device" | "memory";
};

interface Microphones {
  /** Records this microphone from now on. */
  use(track: MediaStreamTrack): void;
  stop(): void;
}

/** What the talk needs of a recorder. */
export interface TalkRecorder extends Microphones {
  /** Tells that the leg is ready, and learns by that when it was. */
  ready<T>(leg: number, tell: () => Promise<T>): Promise<T>;
}

/** A leg, and when it was ready by the page's clock. */
export type Leg = { number: number; readyAt: number };

/** A recorder whose code is there. */
export interface LegRecorder extends Microphones {
  /** Counts from this leg from now on. */
  attend(leg: Leg): void;
}

/** `Of`: the recorders that it makes. */
export interface Recording<Of = TalkRecorder> {
  readonly store: Readable<Saving>;
  /** Recorders for one session. */
  recorder(session: string, key: string): Of;
  /** Resolves when the server has everything, or after `ms`. True when it has. */
  settled(ms: number): Promise<boolean>;
}

export const NOTHING: Saving = { recording: false, waiting: 0, refused: 0, storage: "device" };
