// What the talk needs of a connection to the interviewer. webrtc.ts is the real one; tests script their own.

export type CallEvents = {
  /** Sound and control are through, both ways. */
  onUp(): void;
  /** The call is lost and will not come back by itself. Called at most once. */
  onDown(why: "failed" | "disconnected" | "closed" | "timeout" | "silent"): void;
  /** For some seconds nothing arrives, not even a sign of life. */
  onQuiet(): void;
  /** The exchange of the offer was refused. Called instead of onUp and onDown. */
  onRefused(cause: unknown): void;
  /** One provider event, as JSON text. */
  onEvent(text: string): void;
  /** The browser will not play sound before another gesture. */
  onSoundBlocked(): void;
};

export interface Call {
  /** Sends another microphone in the same call. */
  replace(track: MediaStreamTrack): Promise<void>;
  /** The server can be reached although nothing arrives: the call is down unless something does at once. */
  giveUp(): void;
  close(): void;
}

export interface Transport {
  /** Opens a call with this microphone. `exchange` posts the offer and returns the answer, both unchanged. */
  open(track: MediaStreamTrack, exchange: (offer: string) => Promise<string>, events: CallEvents): Call;
  /** Plays the interviewer's sound; called within a gesture. */
  play(): Promise<void>;
}
