// What the candidate's page knows about the talk, and how each event changes it. Pure: no clock, no network, no React.
// The interview itself is decided by the server; here is only what a person must be shown truthfully.
import type { Caption, LiveState, Speaker, TurnView } from "../api/types";
import type { Failure } from "./errors";

/** How the page is tied to the interviewer. */
type Connection =
  | { is: "idle" }
  | { is: "connecting"; again: boolean }
  | { is: "live"; leg: number }
  | { is: "waiting"; again: boolean; retryAt: number }
  | { is: "elsewhere" }
  | { is: "failed"; failure: Failure }
  | { is: "over"; reason: string };

export type TalkState = {
  connection: Connection;
  /** The last leg that the server gave us; controls are addressed to it. */
  leg: number | null;
  view: LiveState | null;
  /** Committed turns in order, one for each item. */
  turns: TurnView[];
  /** Words being heard, not yet committed; newest last. */
  captions: Caption[];
  saved: number;
  /** The longest time left seen for the current question: its limit as far as this page knows. */
  limit: { question: number; ms: number } | null;
  muted: boolean;
  ending: boolean;
  /** Something the person can mend while the talk goes on. */
  trouble: Failure | null;
};

export type TalkEvent =
  | { type: "connecting" }
  | { type: "answered"; leg: number }
  | { type: "live"; leg: number }
  | { type: "lost"; retryAt: number }
  | { type: "elsewhere" }
  | { type: "failed"; failure: Failure }
  | { type: "state"; state: LiveState }
  | { type: "caption"; caption: Caption }
  | { type: "turn"; turn: TurnView }
  | { type: "ended"; reason: string }
  | { type: "muted"; muted: boolean }
  | { type: "ending" }
  | { type: "end_refused" }
  | { type: "trouble"; failure: Failure | null };

/** What the person sees of who has the turn. */
export type Shown = "connecting" | "listening" | "thinking" | "speaking" | "reconnecting" | "paused" | "waiting";

export const atRest = (saved = 0): TalkState => ({
  connection: { is: "idle" },
  leg: null,
  view: null,
  turns: [],
  captions: [],
  saved,
  limit: null,
  muted: false,
  ending: false,
  trouble: null,
});

export function reduce(state: TalkState, event: TalkEvent): TalkState {
  // Ended is final; only what was said may still arrive, late.
  if (state.connection.is === "over" && event.type !== "turn" && event.type !== "state") return state;
  switch (event.type) {
    case "connecting":
      return { ...state, connection: { is: "connecting", again: state.leg !== null } };
    case "answered":
      return { ...state, leg: event.leg };
    case "live":
      return { ...state, leg: event.leg, connection: { is: "live", leg: event.leg } };
    case "lost":
      return {
        ...state,
        connection: { is: "waiting", again: state.leg !== null, retryAt: event.retryAt },
      };
    case "elsewhere":
      return { ...state, connection: { is: "elsewhere" }, captions: [] };
    case "failed":
      return { ...state, connection: { is: "failed", failure: event.failure } };
    case "state":
      return onState(state, event.state);
    case "caption":
      return onCaption(state, event.caption);
    case "turn":
      return onTurn(state, event.turn);
    case "ended":
      return { ...state, connection: { is: "over", reason: event.reason }, captions: [], trouble: null };
    case "muted":
      return { ...state, muted: event.muted };
    case "ending":
      return { ...state, ending: true };
    case "end_refused":
      return { ...state, ending: false };
    case "trouble":
      return sameTrouble(state.trouble, event.failure) ? state : { ...state, trouble: event.failure };
  }
}

function onState(state: TalkState, view: LiveState): TalkState {
  const question = view.question?.index;
  const left = view.question_left_ms;
  let limit = state.limit;
  if (question !== undefined && left !== null && (limit?.question !== question || left > limit.ms)) {
    limit = { question, ms: left };
  }
  return { ...state, view, limit, saved: Math.max(state.saved, view.saved) };
}

function onCaption(state: TalkState, caption: Caption): TalkState {
  if (state.turns.some((turn) => turn.item === caption.item)) return state;
  const others = state.captions.filter((known) => known.item !== caption.item);
  return { ...state, captions: [...others, caption].slice(-4) };
}

function onTurn(state: TalkState, turn: TurnView): TalkState {
  const known = state.turns.find((other) => other.item === turn.item);
  if (known && known.seq >= turn.seq) return state;
  const turns = known
    ? state.turns.map((other) => (other === known ? turn : other))
    : [...state.turns, turn].sort((a, b) => a.seq - b.seq);
  const captions = state.captions.filter((caption) => caption.item !== turn.item);
  return { ...state, turns, captions, saved: Math.max(state.saved, turns.length) };
}

function sameTrouble(a: Failure | null, b: Failure | null): boolean {
  return a?.code === b?.code && a?.at === b?.at;
}

/** The one honest word for what is happening. */
export function shown(state: TalkState): Shown {
  const { connection, view } = state;
  switch (connection.is) {
    case "idle":
      return "connecting";
    case "connecting":
    case "waiting":
      return connection.again ? "reconnecting" : "connecting";
    case "elsewhere":
    case "failed":
    case "over":
      return "waiting";
    case "live":
      if (!view) return "connecting";
      if (view.stage === "paused" || view.phase === "paused") return "paused";
      if (view.stage === "waiting") return "connecting";
      // The server has not yet noticed that we are back.
      return view.phase === "reconnecting" ? "reconnecting" : view.phase;
  }
}

export type Line = { item: string; speaker: Speaker; text: string; saved: boolean };

/** The last `count` lines to show under the question, which is not said twice: committed words, then words being heard. */
export function lines(state: TalkState, count: number): Line[] {
  const saved = state.turns
    .filter((turn) => turn.text !== "" && turn.text !== state.view?.question?.text)
    .map((turn) => ({ item: turn.item, speaker: turn.speaker, text: turn.text, saved: true }));
  const heard = state.captions
    .filter((caption) => caption.text !== "")
    .map((caption) => ({ ...caption, saved: false }));
  return [...saved, ...heard].slice(-count);
}

/** Time left for the question, only in its last tenth; null before, and where there is no limit. */
export function lastTenth(state: TalkState): number | null {
  const left = state.view?.question_left_ms ?? null;
  if (left === null || !state.limit || state.limit.question !== state.view?.question?.index) return null;
  return left <= state.limit.ms / 10 ? left : null;
}
