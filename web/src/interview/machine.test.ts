import { describe, expect, it } from "vitest";
import type { LiveState, TurnView } from "../api/types";
import { atRest, lastTenth, lines, reduce, shown, type TalkEvent, type TalkState } from "./machine";

const view = (changes: Partial<LiveState> = {}): LiveState => ({
  stage: "question",
  question: { index: 0, total: 3, text: "Why this work?" },
  phase: "listening",
  speaker: null,
  elapsed_ms: 0,
  question_left_ms: null,
  turns: 0,
  session_state: "live",
  leg: 1,
  saved: 0,
  ...changes,
});
const turn = (seq: number, item = `item${seq}`, changes: Partial<TurnView> = {}): TurnView => ({
  seq,
  leg: 1,
  item,
  speaker: "candidate",
  kind: "answer",
  question: 0,
  text: `words ${seq}`,
  status: "final",
  cut: false,
  planned: null,
  started_ms: 0,
  ended_ms: 1,
  ...changes,
});
const following = (...events: TalkEvent[]): TalkState => events.reduce(reduce, atRest());
const live: TalkEvent = { type: "live", leg: 1 };

describe("what is shown", () => {
  it.each([
    ["before anything", [], "connecting"],
    ["while the first call opens", [{ type: "connecting" }], "connecting"],
    ["connected, before the server speaks", [live], "connecting"],
    ["listening", [live, { type: "state", state: view() }], "listening"],
    ["speaking", [live, { type: "state", state: view({ phase: "speaking" }) }], "speaking"],
    ["thinking", [live, { type: "state", state: view({ phase: "thinking" }) }], "thinking"],
    ["paused", [live, { type: "state", state: view({ stage: "paused" }) }], "paused"],
    ["lost", [live, { type: "state", state: view() }, { type: "lost", retryAt: 1 }], "reconnecting"],
    ["trying again", [live, { type: "lost", retryAt: 1 }, { type: "connecting" }], "reconnecting"],
    ["taken over", [live, { type: "elsewhere" }], "waiting"],
  ] satisfies [string, TalkEvent[], string][])("%s", (_, events, expected) => {
    expect(shown(following(...events))).toBe(expected);
  });

  it("never claims to listen while the call is lost", () => {
    const state = following(live, { type: "state", state: view() }, { type: "lost", retryAt: 1 });
    expect(shown(reduce(state, { type: "state", state: view({ phase: "listening" }) }))).toBe("reconnecting");
  });
});

describe("turns", () => {
  it("are kept in order whatever order they come in, once for each item", () => {
    const state = following(
      { type: "turn", turn: turn(3) },
      { type: "turn", turn: turn(1) },
      { type: "turn", turn: turn(3) },
      { type: "turn", turn: turn(2) },
    );
    expect(state.turns.map((entry) => entry.seq)).toEqual([1, 2, 3]);
  });

  it("are replaced by a later turn of the same item, not by an earlier one", () => {
    const later = turn(5, "a", { text: "longer words" });
    const state = following(
      { type: "turn", turn: turn(2, "a") },
      { type: "turn", turn: later },
      { type: "turn", turn: turn(2, "a") },
    );
    expect(state.turns).toEqual([later]);
  });

  it("take the place of their caption", () => {
    const caption: TalkEvent = { type: "caption", caption: { speaker: "candidate", item: "a", text: "wor" } };
    const state = following(caption, { type: "turn", turn: turn(1, "a") });
    expect(state.captions).toEqual([]);
    expect(reduce(state, caption).captions).toEqual([]);
  });
});

describe("lines", () => {
  it("are grey while heard and black when saved", () => {
    const state = following(
      { type: "turn", turn: turn(1, "a") },
      { type: "turn", turn: turn(2, "b") },
      { type: "caption", caption: { speaker: "candidate", item: "c", text: "I" } },
      { type: "caption", caption: { speaker: "candidate", item: "c", text: "I showed" } },
    );
    expect(lines(state, 2)).toEqual([
      { item: "b", speaker: "candidate", text: "words 2", saved: true },
      { item: "c", speaker: "candidate", text: "I showed", saved: false },
    ]);
  });

  it("leave out the question that stands above, and turns without words", () => {
    const state = following(
      { type: "state", state: view() },
      { type: "turn", turn: turn(1, "a", { speaker: "interviewer", text: "Why this work?" }) },
      { type: "turn", turn: turn(2, "b", { status: "missing", text: "" }) },
    );
    expect(lines(state, 2)).toEqual([]);
  });
});

describe("saved", () => {
  it("never goes back, and never promises more than the server said", () => {
    const state = following({ type: "state", state: view({ saved: 4 }) }, { type: "state", state: view({ saved: 3 }) });
    expect(state.saved).toBe(4);
    expect(reduce(state, { type: "caption", caption: { speaker: "candidate", item: "x", text: "y" } }).saved).toBe(4);
  });
});

describe("time left", () => {
  it("is offered only in the last tenth of the question's limit", () => {
    const at = (left: number) =>
      following(
        { type: "state", state: view({ question_left_ms: 100_000 }) },
        { type: "state", state: view({ question_left_ms: left }) },
      );
    expect(lastTenth(at(11_000))).toBeNull();
    expect(lastTenth(at(10_000))).toBe(10_000);
  });

  it("starts anew with the next question", () => {
    const next = { index: 1, total: 3, text: "And then?" };
    const state = following(
      { type: "state", state: view({ question_left_ms: 100_000 }) },
      { type: "state", state: view({ question: next, question_left_ms: 9_000 }) },
    );
    expect(lastTenth(state)).toBeNull();
  });
});

describe("the end", () => {
  it("is final", () => {
    const state = following(live, { type: "ended", reason: "finished" });
    for (const event of [live, { type: "lost", retryAt: 1 }, { type: "elsewhere" }] satisfies TalkEvent[]) {
      expect(reduce(state, event)).toBe(state);
    }
  });

  it("still takes a last turn", () => {
    const state = following(live, { type: "ended", reason: "finished" }, { type: "turn", turn: turn(9) });
    expect(state.turns).toHaveLength(1);
  });
});
