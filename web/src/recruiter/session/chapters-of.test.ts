import { describe, expect, it } from "vitest";
import { lines, startFeed } from "../live/feed";
import { samplePlan, sampleTurn, sampleTurns } from "../testing/sample";
import { chaptersOf } from "./chapters-of";
import { cutAtMatches } from "./matches";

describe("the chapters of a transcript", () => {
  it("follow the questions, with an opening and a closing", () => {
    const closing = { speaker: "interviewer", kind: "closing", question: null } as const;
    const turns = [
      ...sampleTurns,
      sampleTurn(5, "Could you repeat?", { kind: "request", question: null }),
      sampleTurn(6, "Second.", { question: 1 }),
      sampleTurn(7, "Goodbye.", closing),
      sampleTurn(8, "Thank you, bye.", { question: null }),
    ];
    const chapters = chaptersOf(lines(startFeed(turns)), samplePlan);
    expect(chapters.map(({ title, lines: inside }) => [title.slice(0, 12), inside.length])).toEqual([
      ["Opening", 1],
      ["Tell me abou", 4],
      ["A release is", 1],
      ["Closing", 2],
    ]);
  });
});

it("cuts a text at what is searched, whatever the case, and takes signs as they are", () => {
  expect(cutAtMatches("The queue. The (queue)", "queue")).toEqual(["The ", "queue", ". The (", "queue", ")"]);
  expect(cutAtMatches("What? Yes", "what?")).toEqual(["", "What?", " Yes"]);
});
