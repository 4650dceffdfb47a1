// Conducts the talk: keeps a call open, follows the server's events, sends what the person asks for.
// What it learns goes through machine.ts; what it needs of the world is passed in.
import type { ControlKind, LiveState } from "../api/types";
import type { Door } from "./door";
import { type Failure, type FailureCode, failureOf } from "./errors";
import type { Stream, StreamEvents } from "./events";
import type { Witness } from "./log";
import { atRest, reduce, type TalkEvent, type TalkState } from "./machine";
import { createStore, type Store } from "./store";
import type { Call, Transport } from "./transport";

/** Waits before each new try; the last one repeats. */
export const AGAIN_MS = [0, 300, 1200, 2700, 4800, 7000];

/** How long the server may call the talk interrupted, while this page thinks it is up, before a new call is made. */
const DOUBT_MS = 1500;

/** How often to try before the talk has begun; after that, for as long as the page is open. */
const PATIENCE: Partial<Record<FailureCode, number>> = { offline: 6, unexpected: 3, engine_unavailable: 2 };

export type TalkParts = {
  door: Door;
  transport: Transport;
  openStream(after: number, on: StreamEvents): Stream;
  /** The page's own record; null where the server gave no key for one. */
  witness: Witness | null;
  /** Milliseconds since the epoch. */
  now(): number;
  saved: number;
};

export interface Talk {
  store: Store<TalkState, TalkEvent>;
  /** Begins or goes on with this microphone; called within a gesture. */
  start(stream: MediaStream): void;
  /** Follows committed turns without a call: for the receipt. */
  follow(): void;
  /** Speaks into another microphone from now on. */
  use(stream: MediaStream): Promise<void>;
  mute(muted: boolean): void;
  /** Sends one request; gives the failure to show, or null. */
  ask(kind: Exclude<ControlKind, "ready">, text?: string): Promise<Failure | null>;
  /** Tries at once, instead of waiting. */
  retry(): void;
  /** Plays sound after a gesture, where the browser wanted one. */
  unblockSound(): void;
  /** Sends the page's own record while the page goes away. */
  flush(): void;
  /** Resolves when the page's own record is with the server, or after `ms`. */
  settled(ms: number): Promise<boolean>;
  close(): void;
}

export function createTalk(parts: TalkParts): Talk {
  const { door, transport, witness, now } = parts;
  const store = createStore(atRest(parts.saved), reduce);
  const { dispatch } = store;
  let microphone: MediaStream | null = null;
  let call: Call | null = null;
  let stream: Stream | null = null;
  let attempt = 0;
  let tries = 0;
  let timer: ReturnType<typeof setTimeout> | undefined;
  let doubt: ReturnType<typeof setTimeout> | undefined;

  const hangUp = () => {
    attempt += 1;
    clearTimeout(timer);
    clearTimeout(doubt);
    doubt = undefined;
    call?.close();
    call = null;
  };
  const quit = (event: TalkEvent) => {
    hangUp();
    dispatch(event);
  };
  const applyMute = () => {
    const { muted, view } = store.get();
    const open = !muted && view?.stage !== "paused";
    for (const track of microphone?.getAudioTracks() ?? []) track.enabled = open;
  };

  const connect = () => {
    const track = microphone?.getAudioTracks()[0];
    if (!track) return;
    hangUp();
    const mine = attempt;
    const current = () => mine === attempt;
    let leg = 0;
    dispatch({ type: "connecting" });
    const exchange = async (offer: string) => {
      const connected = await door.connect(offer);
      leg = connected.leg;
      if (current()) dispatch({ type: "answered", leg });
      return connected.answer;
    };
    call = transport.open(track, exchange, {
      onUp: () => current() && void ready(leg, current),
      onDown: () => current() && again(0),
      onRefused: (cause) => current() && refused(failureOf(cause, now())),
      onEvent: (text) => witness?.see(leg, text),
      onSoundBlocked: () => dispatch({ type: "trouble", failure: { code: "sound_blocked" } }),
    });
  };

  const ready = async (leg: number, current: () => boolean) => {
    try {
      await door.control(leg, "ready");
      if (!current()) return;
      tries = 0;
      dispatch({ type: "live", leg });
    } catch (caught) {
      if (current()) refused(failureOf(caught, now()));
    }
  };

  const again = (atLeastMs: number) => {
    hangUp();
    const wait = Math.max(atLeastMs, AGAIN_MS[Math.min(tries, AGAIN_MS.length - 1)] ?? 0);
    tries += 1;
    dispatch({ type: "lost", retryAt: now() + wait });
    timer = setTimeout(connect, wait);
  };

  const refused = (failure: Failure) => {
    switch (failure.code) {
      case "finished":
        return void leave();
      case "open_elsewhere":
        return quit({ type: "elsewhere" });
      case "offline":
      case "unexpected":
      case "too_many_tries":
      case "engine_full":
      case "engine_unavailable": {
        const { view, leg } = store.get();
        const hasTalked = view !== null && leg !== null;
        if (hasTalked || tries < (PATIENCE[failure.code] ?? 0)) return again((failure.at ?? now()) - now());
        return quit({ type: "failed", failure });
      }
      default:
        return quit({ type: "failed", failure });
    }
  };

  /** The server says it is over. The stream tells how, with the last turns; this is for when it does not. */
  const leave = async () => {
    hangUp();
    const view = await door.view().catch(() => null);
    if (view?.status === "finished") dispatch({ type: "ended", reason: view.end_reason ?? "" });
  };

  /** Holds what the server says against what this page thinks. */
  const compare = ({ leg, stage }: LiveState) => {
    const { connection, leg: mine } = store.get();
    const isDown = stage === "interrupted" || stage === "waiting";
    if (connection.is === "live" && isDown) {
      doubt ??= setTimeout(() => again(0), DOUBT_MS);
      return;
    }
    clearTimeout(doubt);
    doubt = undefined;
    // While this page waited for its network, another one took over.
    if (connection.is === "waiting" && mine !== null && leg > mine && !isDown) quit({ type: "elsewhere" });
  };

  const follow = () => {
    stream ??= parts.openStream(store.get().turns.at(-1)?.seq ?? 0, {
      onState: (state) => {
        dispatch({ type: "state", state });
        applyMute();
        compare(state);
      },
      onCaption: (caption) => dispatch({ type: "caption", caption }),
      onTurn: (turn) => dispatch({ type: "turn", turn }),
      onTakenOver: (leg) => {
        const mine = store.get().leg;
        if (mine !== null && leg > mine && store.get().connection.is === "live") quit({ type: "elsewhere" });
      },
      onEnded: (reason) => {
        quit({ type: "ended", reason });
        stream?.close();
        stream = null;
      },
      onBroken: async () => {
        // Renews a wiped cookie. Whatever it answers, the stream tries again.
        await door.view().catch(() => undefined);
      },
    });
  };

  return {
    store,
    follow,
    start(chosen) {
      microphone = chosen;
      tries = 0;
      applyMute();
      follow();
      connect();
    },
    async use(chosen) {
      microphone = chosen;
      applyMute();
      const track = chosen.getAudioTracks()[0];
      // A call that is just closing refuses; the next one begins with this microphone.
      if (track) await call?.replace(track).catch(() => undefined);
    },
    mute(muted) {
      dispatch({ type: "muted", muted });
      applyMute();
    },
    async ask(kind, text) {
      if (kind === "end") dispatch({ type: "ending" });
      try {
        await door.control(store.get().leg ?? 0, kind, text);
        return null;
      } catch (caught) {
        const failure = failureOf(caught, now());
        if (kind === "end") dispatch({ type: "end_refused" });
        if (failure.code === "open_elsewhere") quit({ type: "elsewhere" });
        return failure;
      }
    },
    retry() {
      dispatch({ type: "online", online: true });
      const { is } = store.get().connection;
      if (is === "waiting" || is === "failed" || is === "elsewhere") connect();
    },
    unblockSound() {
      transport.play().then(
        () => dispatch({ type: "trouble", failure: null }),
        () => undefined,
      );
    },
    flush: () => witness?.flush(),
    settled: (ms) => witness?.settled(ms) ?? Promise.resolve(true),
    close() {
      hangUp();
      stream?.close();
      stream = null;
    },
  };
}
