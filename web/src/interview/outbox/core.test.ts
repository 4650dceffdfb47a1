// What the shared cases cannot show: the moments before a write is done, limits, answers that no good server gives.
import { expect, it } from "vitest";
import { AGAIN_MS, empty, keeping, PATIENCE_MS, step } from "./core";
import type { Effect, Entry, OutboxEvent, Post, State, Stored } from "./types";

const ME = "a";
const address = { session: "ses_1", key: "key" };
const entry = (word: string): Entry => ({ kind: "test", leg: 1, at_ms: 5, body: { word } });
const saw = (word: string): OutboxEvent => ({ type: "saw", instance: ME, entry: entry(word) });
const written = (upTo: number): OutboxEvent => ({ type: "written", instance: ME, upTo });
const acked = (n: number): OutboxEvent => ({
  type: "answered",
  instance: ME,
  outcome: { is: "acked", acked: n },
  lastWords: false,
});
const gap = (expected: number): OutboxEvent => ({
  type: "answered",
  instance: ME,
  outcome: { is: "gap", expected },
  lastWords: false,
});
const drains: OutboxEvent = { type: "locked" };

/** Plays events at these times; gives the last effects and the state. */
function play(...events: (OutboxEvent | [number, OutboxEvent])[]): { state: State; effects: Effect[] } {
  let state = empty();
  let effects: Effect[] = [];
  for (const given of [{ type: "attend", instance: ME, address } as const, ...events]) {
    const [now, event] = Array.isArray(given) ? given : [0, given];
    [state, effects] = step(state, event, now);
  }
  return { state, effects };
}
const posts = (effects: Effect[]): Post[] => effects.filter((effect) => effect.do === "post");

it("sends nothing before it is on the device", () => {
  expect(play(drains, saw("one")).effects.map((effect) => effect.do)).toEqual(["write"]);
  expect(posts(play(drains, saw("one"), written(1)).effects)).toHaveLength(1);
  // One write at a time; the next takes all that came meanwhile.
  expect(play(drains, saw("one"), saw("two"), saw("three")).effects).toEqual([]);
  const { effects } = play(drains, saw("one"), saw("two"), saw("three"), written(1));
  expect(effects.find((effect) => effect.do === "write")).toMatchObject({ first: 2, entries: [{}, {}] });
  expect(posts(effects)[0]?.entries).toHaveLength(1);
});

it("sends from memory what the device refuses, and writes all of it once there is room again", () => {
  const full = play(drains, saw("one"), { type: "unwritten", instance: ME });
  expect(posts(full.effects)).toHaveLength(1);
  expect(keeping(full.state, "ses_1").storage).toBe("memory");
  const { state, effects } = play(drains, saw("one"), { type: "unwritten", instance: ME }, saw("two"));
  expect(effects.find((effect) => effect.do === "write")).toMatchObject({ first: 1, entries: [{}, {}] });
  expect(keeping(step(state, written(2), 0)[0], "ses_1").storage).toBe("device");
});

it("leaves the sending to the page that holds the lock, but not forever", () => {
  const { state, effects } = play(saw("one"), written(1));
  expect(posts(effects)).toEqual([]);
  expect(effects.at(-1)).toEqual({ do: "wake", at: PATIENCE_MS });
  expect(posts(step(state, { type: "due" }, PATIENCE_MS)[1])).toHaveLength(1);
  const [told] = step(state, { type: "told", instance: ME, acked: 1 }, 1);
  expect(keeping(told, "ses_1").waiting).toBe(0);
});

it("waits longer after every loss, and not at all when the network is back", () => {
  const lost: OutboxEvent = { type: "answered", instance: ME, outcome: { is: "later", afterMs: 0 }, lastWords: false };
  let { state, effects } = play(drains, saw("one"), written(1));
  let now = 0;
  for (const wait of [...AGAIN_MS, AGAIN_MS.at(-1)]) {
    [state, effects] = step(state, lost, now);
    expect(effects).toEqual([{ do: "wake", at: now + (wait ?? 0) }]);
    now += wait ?? 0;
    [state, effects] = step(state, { type: "due" }, now);
    expect(posts(effects)).toHaveLength(1);
  }
  [state] = step(state, lost, now);
  expect(posts(step(state, { type: "online", online: true }, now)[1])).toHaveLength(1);
});

it("is not led in a circle by a server that goes back and forth", () => {
  const sent = [drains, saw("one"), written(1), acked(1), saw("two"), written(2)];
  const back = play(...sent, gap(1), written(2));
  expect(posts(back.effects)[0]).toMatchObject({ first: 1, entries: [{}, {}] });
  const again = step(back.state, gap(1), 10)[1];
  expect(posts(again)).toEqual([]);
  expect(again).toEqual([{ do: "wake", at: 10 + (AGAIN_MS[1] ?? 0) }]);
});

it("keeps what lies behind a hole that only another page can fill", () => {
  const stored: Stored[] = [{ instance: "b", address, first: 3, entries: [entry("three")], stopped: false }];
  const { state } = play(drains, { type: "loaded", stored });
  const answer: OutboxEvent = { ...gap(1), instance: "b" } as OutboxEvent;
  const [held, effects] = step(state, answer, 0);
  expect(effects).toEqual([{ do: "wake", at: AGAIN_MS[0] }]);
  expect(keeping(held, "ses_1").waiting).toBe(1);
});

it("counts only the session's own entries", () => {
  const stored: Stored[] = [
    { instance: "b", address: { session: "ses_2", key: "k" }, first: 1, entries: [entry("x")], stopped: false },
    { instance: "c", address, first: 1, entries: [entry("y")], stopped: false },
  ];
  const { state } = play({ type: "loaded", stored });
  expect(keeping(state, "ses_1")).toMatchObject({ known: true, waiting: 1 });
  expect(keeping(state, null)).toMatchObject({ waiting: 0 });
});

it("puts no more into the last request than browsers let outlive a page", () => {
  const long = Array.from({ length: 30 }, () => saw("x".repeat(4000)));
  const { effects } = play(drains, ...long, { type: "leaving" });
  const post = posts(effects)[0];
  expect(post).toMatchObject({ lastWords: true, first: 1 });
  expect(JSON.stringify(post?.entries).length).toBeLessThan(60 * 1024);
  expect(post?.entries.length).toBeGreaterThan(10);
});

// Found by simulation: rows of another page, where what was told and what was read crossed.
const other = (first: number, ...words: string[]): Stored => ({
  instance: "b",
  address,
  first,
  entries: words.map(entry),
  stopped: false,
});
const loaded = (...stored: Stored[]): OutboxEvent => ({ type: "loaded", stored });
const told = (acked: number): OutboxEvent => ({ type: "told", instance: "b", acked });
const waiting = (state: State) => keeping(state, "ses_1").waiting;

it("takes over what a page left behind places that it had sent by itself", () => {
  const first: OutboxEvent = { ...(acked(1) as Extract<OutboxEvent, { type: "answered" }>), instance: "b" };
  const { state, effects } = play(drains, loaded(other(1, "uno")), first, told(3), loaded(other(4, "cuatro")));
  expect(posts(effects)).toMatchObject([{ instance: "b", first: 4, entries: [{}] }]);
  expect(waiting(state)).toBe(1);
});

it("does not wait for what was acknowledged while it was read", () => {
  expect(waiting(play(told(2), loaded(other(1, "uno", "dos"))).state)).toBe(0);
  expect(waiting(play(told(1), loaded(other(1, "uno", "dos"))).state)).toBe(1);
});

it("tells the page that drains, once, what a page left that died before it could tell", () => {
  const first = play(loaded(other(1, "uno")));
  expect(first.effects).toEqual([{ do: "nudge" }]);
  expect(step(first.state, loaded(other(1, "uno", "dos")), 0)[1]).toEqual([]);
  expect(play(loaded()).effects).toEqual([]);
});
