import { describe, expect, it } from "vitest";
import { sampleTurn } from "../testing/sample";
import { apply, type FeedEvent, lines, startFeed } from "./feed";

const turn = (seq: number, text: string, item = `item_${seq}`): FeedEvent => ({
  kind: "turn",
  turn: sampleTurn(seq, text, { item }),
});
const caption = (item: string, text: string): FeedEvent => ({
  kind: "caption",
  caption: { item, speaker: "candidate", text },
});
const after = (...events: FeedEvent[]) => events.reduce(apply, startFeed([]));
const shown = (...events: FeedEvent[]) =>
  lines(after(...events)).map((line) => [line.turn?.text ?? null, line.hearing]);

describe("the live feed", () => {
  it("shows words being heard until they are saved", () => {
    expect(shown(caption("item_1", "I think"))).toEqual([[null, "I think"]]);
    expect(shown(caption("item_1", "I think"), turn(1, "I think so."))).toEqual([["I think so.", ""]]);
  });

  it("replaces a turn in its place when the same item comes again", () => {
    expect(shown(turn(1, "First"), turn(2, "Second"), turn(3, "First, and more", "item_1"))).toEqual([
      ["First, and more", ""],
      ["Second", ""],
    ]);
  });

  it("ignores a turn that comes twice, and an older version of it", () => {
    const late = after(
      turn(3, "Whole answer", "item_1"),
      turn(1, "Whole", "item_1"),
      turn(3, "Whole answer", "item_1"),
    );
    expect(late.turns.map(({ text }) => text)).toEqual(["Whole answer"]);
    expect(late.seq).toBe(3);
  });

  it("shows how a saved answer goes on, and nothing for a caption that is behind it", () => {
    expect(shown(turn(1, "I wrote a test"), caption("item_1", "I wrote a test and then"))).toEqual([
      ["I wrote a test", "and then"],
    ]);
    expect(shown(turn(1, "I wrote a test"), caption("item_1", "I wrote"))).toEqual([["I wrote a test", ""]]);
  });

  it("keeps the server's order of the turns it starts from", () => {
    const feed = startFeed([sampleTurn(7, "replaced later", { item: "a" }), sampleTurn(5, "second", { item: "b" })]);
    expect(feed.turns.map(({ item }) => item)).toEqual(["a", "b"]);
    expect(feed.seq).toBe(7);
  });

  it("drops open captions at the end", () => {
    expect(shown(caption("item_1", "half a"), { kind: "ended", reason: "completed" })).toEqual([]);
  });
});
