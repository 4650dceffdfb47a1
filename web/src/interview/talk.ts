// Conducts the talk: keeps a call open, follows the server's events, sends what the person asks for.
// What it learns goes through machine.ts; what it needs of the world is passed in.
import type { ControlKind, LiveState } from "../api/types";
import type { Door } from "./door";
import { type Failure, type FailureCode, failureOf } from "./errors";
import type { Stream, StreamEvents } from "./events";
import type { Witness } from "./log";
import { atRest, reduce, type TalkEvent, type TalkState } from "./machine";
import type { TalkRecorder } from "./recording/types";
import { createStore, type Store } from "./store";
import type { Call, CallEvents, Transport } from "./transport";

/** Waits before each new try; the last one repeats. */
export const AGAIN_MS = [0, 300, 1200, 2700, 4800, 7000];

/** How long the server may call the talk interrupted, while this page thinks it is up, before a new call is made. */
const DOUBT_MS = 1500;

/** How often to try before the talk has begun; after that, for as long as the page is open. */
const PATIENCE: Partial<Record<FailureCode, number>> = { offline: 6, unexpected: 3, engine_unavailable: 2 };

/** So often it is asked whether the server can be reached. */
const ASK_MS = 1000;
/** A question that is answered later says nothing, and stands in the way of others. */
const ASKED_MS = 3000;
/** What mends itself, or may. */
const PASSING = new Set<FailureCode>(["offline", "unexpected", "too_many_tries", "engine_full", "engine_unavailable"]);

export type TalkParts = {
  door: Door;
  transport: Transport;
  openStream(after: number, on: StreamEvents): Stream;
  /** The page's own record; null where the server gave no key for one. */
  witness: Witness | null;
  /** Null where the candidate did not agree to a recording. */
  recorder: TalkRecorder | null;
  /** Milliseconds since the epoch. */
  now(): number;
  saved: number;
};

type Timer = ReturnType<typeof setTimeout> | undefined;

export class Talk {
  readonly store: Store<TalkState, TalkEvent>;
  readonly #parts: TalkParts;
  #microphone: MediaStream | null = null;
  #call: Call | null = null;
  #stream: Stream | null = null;
  /** Counts calls: what a call that was given up still reports is not heard. */
  #attempt = 0;
  #tries = 0;
  #next: Timer;
  #doubt: Timer;
  /** When the server was last asked whether it can be reached; milliseconds since the epoch. */
  #asked = 0;

  constructor(parts: TalkParts) {
    this.#parts = parts;
    this.store = createStore(atRest(parts.saved), reduce);
  }

  /** Begins or goes on with this microphone; called within a gesture. */
  start(microphone: MediaStream): void {
    this.#microphone = microphone;
    this.#tries = 0;
    this.#applyMute();
    this.follow();
    this.#connect();
  }

  /** Speaks into another microphone from now on. */
  async use(microphone: MediaStream): Promise<void> {
    this.#microphone = microphone;
    this.#applyMute();
    const track = microphone.getAudioTracks()[0];
    if (track) this.#parts.recorder?.use(track);
    // A call that is just closing refuses; the next one begins with this microphone.
    if (track) await this.#call?.replace(track).catch(() => undefined);
  }

  mute(muted: boolean): void {
    this.store.dispatch({ type: "muted", muted });
    this.#applyMute();
  }

  /** Sends one request; gives the failure to show, or null. */
  async ask(kind: Exclude<ControlKind, "ready">, text?: string): Promise<Failure | null> {
    if (kind === "end") this.store.dispatch({ type: "ending" });
    try {
      await this.#parts.door.control(this.store.get().leg ?? 0, kind, text);
      return null;
    } catch (caught) {
      const failure = failureOf(caught, this.#parts.now());
      if (kind === "end") this.store.dispatch({ type: "end_refused" });
      if (failure.code === "open_elsewhere") this.#quit({ type: "elsewhere" });
      return failure;
    }
  }

  /** Tries at once, instead of waiting. */
  retry(): void {
    const { is } = this.store.get().connection;
    if (is === "waiting" || is === "failed" || is === "elsewhere") this.#connect();
  }

  /** Plays sound after a gesture, where the browser wanted one. */
  async unblockSound(): Promise<void> {
    try {
      await this.#parts.transport.play();
      this.store.dispatch({ type: "trouble", failure: null });
    } catch {
      // Still held back: the notice and its button stay.
    }
  }

  close(): void {
    this.#parts.recorder?.stop();
    this.#hangUp();
    this.#stream?.close();
    this.#stream = null;
  }

  /** Follows the server's events; without a call this is enough for the receipt. */
  follow(): void {
    const { dispatch } = this.store;
    this.#stream ??= this.#parts.openStream(this.store.get().turns.at(-1)?.seq ?? 0, {
      onState: (state) => this.#hear(state),
      onCaption: (caption) => dispatch({ type: "caption", caption }),
      onTurn: (turn) => dispatch({ type: "turn", turn }),
      onTakenOver: (leg) => {
        const { leg: mine, connection } = this.store.get();
        if (mine !== null && leg > mine && connection.is === "live") this.#quit({ type: "elsewhere" });
      },
      onHandOver: () => {
        if (this.store.get().connection.is === "live") this.#connect();
      },
      onEnded: (reason) => {
        this.close();
        this.#parts.witness?.end();
        dispatch({ type: "ended", reason });
      },
      // Renews a wiped cookie. Whatever it answers, the stream tries again.
      onBroken: () =>
        this.#parts.door.view().then(
          () => undefined,
          () => undefined,
        ),
    });
  }

  #connect(): void {
    const track = this.#microphone?.getAudioTracks()[0];
    if (!track) return;
    this.#hangUp();
    this.store.dispatch({ type: "connecting" });
    this.#open(track, this.#attempt);
  }

  #open(track: MediaStreamTrack, attempt: number): void {
    const { door, transport, witness, now } = this.#parts;
    const isCurrent = () => attempt === this.#attempt;
    let leg = 0;
    const exchange = async (offer: string) => {
      const connected = await door.connect(offer);
      leg = connected.leg;
      if (isCurrent()) this.store.dispatch({ type: "answered", leg });
      return connected.answer;
    };
    const events: CallEvents = {
      onUp: () => isCurrent() && void this.#ready(leg, isCurrent),
      onDown: () => isCurrent() && this.#again(0),
      onQuiet: () => isCurrent() && void this.#doubtCall(),
      onRefused: (cause) => isCurrent() && this.#refused(failureOf(cause, now())),
      onEvent: (text) => witness?.see(leg, text),
      onSoundBlocked: () => this.store.dispatch({ type: "trouble", failure: { code: "sound_blocked" } }),
    };
    this.#call = transport.open(track, exchange, events);
  }

  async #ready(leg: number, isCurrent: () => boolean): Promise<void> {
    const { door, recorder } = this.#parts;
    const tell = () => door.control(leg, "ready");
    try {
      await (recorder ? recorder.ready(leg, tell) : tell());
      if (!isCurrent()) return;
      const track = this.#microphone?.getAudioTracks()[0];
      if (track) recorder?.use(track);
      this.#tries = 0;
      this.store.dispatch({ type: "live", leg });
    } catch (caught) {
      if (isCurrent()) this.#refused(failureOf(caught, this.#parts.now()));
    }
  }

  /** Nothing comes from the interviewer's side. If the server answers, it is not the network that is gone, but the call's way. */
  async #doubtCall(): Promise<void> {
    const [now, call, attempt] = [this.#parts.now(), this.#call, this.#attempt];
    if (now - this.#asked < ASK_MS) return;
    this.#asked = now;
    const view = await this.#parts.door.view(AbortSignal.timeout(ASKED_MS)).catch(() => null);
    if (view && attempt === this.#attempt) call?.giveUp();
  }

  #again(atLeastMs: number): void {
    // After the last words the media drops before the stream says why.
    if (this.store.get().view?.stage === "ended") return void this.#leave();
    this.#hangUp();
    const wait = Math.max(atLeastMs, AGAIN_MS[Math.min(this.#tries, AGAIN_MS.length - 1)] ?? 0);
    this.#tries += 1;
    this.store.dispatch({ type: "lost", retryAt: this.#parts.now() + wait });
    // What ended the call may have ended the stream, without a word.
    this.#stream?.renew();
    this.#next = setTimeout(() => this.#connect(), wait);
  }

  #refused(failure: Failure): void {
    if (failure.code === "finished") {
      void this.#leave();
      return;
    }
    if (failure.code === "open_elsewhere") {
      this.#quit({ type: "elsewhere" });
      return;
    }
    const { view, leg } = this.store.get();
    const hasTalked = view !== null && leg !== null;
    const mayTry = hasTalked || this.#tries < (PATIENCE[failure.code] ?? 0);
    const now = this.#parts.now();
    if (PASSING.has(failure.code) && mayTry) this.#again((failure.at ?? now) - now);
    else this.#quit({ type: "failed", failure });
  }

  /** The server says it is over. The stream tells how, with the last turns; this is for when it does not. */
  async #leave(): Promise<void> {
    this.#hangUp();
    const view = await this.#parts.door.view().catch(() => null);
    if (view?.status !== "finished") return;
    this.#parts.recorder?.stop();
    this.#parts.witness?.end();
    this.store.dispatch({ type: "ended", reason: view.end_reason ?? "" });
  }

  /** Takes the server's word, and holds it against what this page thinks. */
  #hear(state: LiveState): void {
    this.store.dispatch({ type: "state", state });
    this.#applyMute();
    const { connection, leg: mine } = this.store.get();
    const isDown = state.stage === "interrupted" || state.stage === "waiting";
    if (connection.is === "live" && isDown) {
      this.#doubt ??= setTimeout(() => this.#again(0), DOUBT_MS);
      return;
    }
    clearTimeout(this.#doubt);
    this.#doubt = undefined;
    // While this page waited for its network, another one took over.
    if (connection.is === "waiting" && mine !== null && state.leg > mine && !isDown) this.#quit({ type: "elsewhere" });
  }

  /** Muted or paused, the microphone sends true silence. */
  #applyMute(): void {
    const { muted, view } = this.store.get();
    const isOpen = !muted && view?.stage !== "paused";
    for (const track of this.#microphone?.getAudioTracks() ?? []) track.enabled = isOpen;
  }

  #quit(event: TalkEvent): void {
    this.#parts.recorder?.stop();
    this.#hangUp();
    this.store.dispatch(event);
  }

  #hangUp(): void {
    this.#attempt += 1;
    clearTimeout(this.#next);
    clearTimeout(this.#doubt);
    this.#doubt = undefined;
    this.#call?.close();
    this.#call = null;
  }
}
