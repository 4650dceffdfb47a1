/**
 * The live transcript as a value: what the server's event stream said so far.
 *
 * Pure: no React, no network, no clock. A `turn` is committed (black); a `caption` is what is being heard (grey) and is
 * never kept. A later `turn` of the same item replaces the earlier one in its place, because an answer can go on after
 * a false end.
 */
import type { Caption, LiveState, Speaker, TurnView } from "../../api/types";

/** All that a live page shows of one session. */
export type Feed = {
  /** Committed turns in speaking order: the server's, then the order in which items first arrived. */
  turns: readonly TurnView[];
  /** Open captions in the order in which their items began. */
  captions: readonly Caption[];
  /** Highest `seq` seen: where a new stream must go on. */
  seq: number;
  state: LiveState | null;
  /** Why the interview ended, or null while it goes on. */
  ended: string | null;
};

export type FeedEvent =
  | { kind: "turn"; turn: TurnView }
  | { kind: "caption"; caption: Caption }
  | { kind: "state"; state: LiveState }
  | { kind: "ended"; reason: string };

/** One line on the page: saved words, words still being heard, or both for an answer that goes on. */
export type Line = {
  item: string;
  speaker: Speaker;
  turn: TurnView | null;
  /** Words after the saved ones that are still being heard; empty if none. */
  hearing: string;
};

/** The feed of a session whose committed turns are already known, in the server's order. */
export function startFeed(turns: readonly TurnView[]): Feed {
  const empty: Feed = { turns: [], captions: [], seq: 0, state: null, ended: null };
  return turns.reduce((feed, turn) => apply(feed, { kind: "turn", turn }), empty);
}

/** The feed after one more event. Seeing an event twice changes nothing. */
export function apply(feed: Feed, event: FeedEvent): Feed {
  switch (event.kind) {
    case "turn":
      return withTurn(feed, event.turn);
    case "caption":
      return withCaption(feed, event.caption);
    case "state":
      return { ...feed, state: event.state };
    case "ended":
      return { ...feed, captions: [], ended: event.reason };
  }
}

function withTurn(feed: Feed, turn: TurnView): Feed {
  const known = feed.turns.findIndex((other) => other.item === turn.item);
  const before = feed.turns[known];
  if (before && before.seq > turn.seq) return feed;
  const turns = before ? feed.turns.with(known, turn) : [...feed.turns, turn];
  return {
    ...feed,
    turns,
    captions: feed.captions.filter((caption) => caption.item !== turn.item),
    seq: Math.max(feed.seq, turn.seq),
  };
}

function withCaption(feed: Feed, caption: Caption): Feed {
  const known = feed.captions.findIndex((other) => other.item === caption.item);
  const captions = known < 0 ? [...feed.captions, caption] : feed.captions.with(known, caption);
  return { ...feed, captions };
}

/** The lines to show, in order: saved turns first, then what is being heard and is not saved yet. */
export function lines(feed: Feed): Line[] {
  const heard = new Map(feed.captions.map((caption) => [caption.item, caption]));
  const saved = feed.turns.map((turn) => {
    const caption = heard.get(turn.item);
    heard.delete(turn.item);
    return { item: turn.item, speaker: turn.speaker, turn, hearing: caption ? beyond(turn.text, caption.text) : "" };
  });
  const open = [...heard.values()]
    .filter((caption) => caption.text.trim() !== "")
    .map(({ item, speaker, text }) => ({ item, speaker, turn: null, hearing: text }));
  return [...saved, ...open];
}

/** The part of `caption` that says more than the saved text; a caption that says less is old and shows nothing. */
function beyond(saved: string, caption: string): string {
  const text = caption.trim();
  if (text.length <= saved.trim().length) return "";
  return text.startsWith(saved.trim()) ? text.slice(saved.trim().length).trim() : text;
}
