// The words of the outbox: what it holds, what happens to it, what it wants done.

/** One event as the server's log takes it. */
export type Entry = { kind: string; leg: number; at_ms: number; body: unknown };

/** Where an instance's entries go, and the key that admits to it. */
export type Address = { session: string; key: string };

/** One page load's row of entries. Their places are contiguous, from 1. */
export type Instance = {
  readonly address: Address;
  /** Begun by this page, which has every one of its entries in memory. */
  readonly own: boolean;
  /** The place of `entries[0]`. */
  readonly first: number;
  readonly entries: readonly Entry[];
  /** Every entry up to this place is with the server. */
  readonly acked: number;
  /** Every entry up to this place is on the device, or no longer needs to be. */
  readonly written: number;
  /** A write up to this place is under way; 0: none. */
  readonly writing: number;
  readonly sending: boolean;
  /** Tries in a row that brought nothing. */
  readonly losses: number;
  /** When the next try may be. */
  readonly due: number;
  /** When it last got on, or began to wait. */
  readonly since: number;
  /** The server holds something else at one of its places, or refuses for good: asking again would change nothing. */
  readonly stopped: boolean;
};

export type State = {
  readonly instances: ReadonlyMap<string, Instance>;
  /** How far the server is with instances that this page has not read from the device, by other pages' word. */
  readonly told: ReadonlyMap<string, number>;
  /** `memory`: the browser keeps nothing for us. */
  readonly storage: "device" | "memory";
  /** The device was looked through, or cannot be. */
  readonly known: boolean;
  /** This page sends for the whole origin. */
  readonly drains: boolean;
  readonly online: boolean;
};

/** An instance as the device holds it; entries behind a hole are not given. */
export type Stored = { instance: string; address: Address; first: number; entries: Entry[]; stopped: boolean };

/** What an answer to an append means. `later` is also no answer at all. */
export type Outcome =
  | { is: "acked"; acked: number }
  | { is: "gap"; expected: number }
  | { is: "refused"; status: number; code: string }
  | { is: "later"; afterMs: number };

export type OutboxEvent =
  /** This page witnesses a session under a name of its own. */
  | { type: "attend"; instance: string; address: Address }
  | { type: "saw"; instance: string; entry: Entry }
  | { type: "written"; instance: string; upTo: number }
  | { type: "unwritten"; instance: string }
  /** What the device holds, of all pages. */
  | { type: "loaded"; stored: Stored[] }
  /** The browser lets us keep nothing. */
  | { type: "denied" }
  /** Somebody deleted the database under us. */
  | { type: "wiped" }
  /** The lock is ours: no other page of the origin drains. */
  | { type: "locked" }
  /** Another page wrote entries. */
  | { type: "nudged" }
  /** Another page was told that these are with the server. */
  | { type: "told"; instance: string; acked: number }
  | { type: "answered"; instance: string; outcome: Outcome; lastWords: boolean }
  | { type: "online"; online: boolean }
  /** The page is hidden or goes away. */
  | { type: "leaving" }
  /** The time that was asked for has come. */
  | { type: "due" };

export type Effect =
  | { do: "write"; instance: string; address: Address; first: number; entries: readonly Entry[] }
  | { do: "read" }
  | { do: "erase"; instance: string; acked: number }
  /** Remember on the device that this instance is not to be tried again. */
  | { do: "stop"; instance: string }
  | Post
  /** Tell the origin's other pages. */
  | { do: "tell"; instance: string; acked: number }
  | { do: "nudge" }
  /** Come back at this time; it replaces the one asked for before. */
  | { do: "wake"; at: number };

export type Post = {
  do: "post";
  instance: string;
  address: Address;
  first: number;
  entries: readonly Entry[];
  /** Must outlive the page. */
  lastWords: boolean;
};

/** What a person may be told about one session. */
export type Keeping = {
  known: boolean;
  /** Entries that the server does not have yet. */
  waiting: number;
  /** Entries that it refuses for good. */
  refused: number;
  storage: State["storage"];
  online: boolean;
};
