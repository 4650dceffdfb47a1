import { expect, it } from "vitest";
import type { Utterance } from "../../api/types";
import { samplePlan } from "../testing/sample";
import { hearing } from "./hearing";

const NAMES = { company: "Acme", position: "Backend engineer" };

it("puts what the server lists into the order of a talk, with an example's name in the greeting", () => {
  const said: Utterance[] = [
    { kind: "greeting", text: "I am an AI." },
    { kind: "question", text: "One?" },
    { kind: "probe", text: "Why?" },
    { kind: "reassurance", text: "Take your time." },
    { kind: "closing", text: "Goodbye." },
  ];
  const { inOrder, whenNeeded } = hearing(samplePlan, said, NAMES);
  expect(inOrder.map(({ text }) => text)).toEqual([
    "I am an AI.",
    "Hello Alex, thank you for taking the time to talk about the position of Backend engineer at Acme.",
    "One?",
    "Why?",
    "Goodbye.",
  ]);
  expect(whenNeeded.map(({ text }) => text)).toEqual(["Take your time."]);
});
