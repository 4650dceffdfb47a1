import { act, fireEvent, screen, waitFor } from "@testing-library/react";
import { expect, it } from "vitest";
import { FakeEventSource } from "../recruiter/testing/fakeEvents";
import { sampleWorld, show } from "../recruiter/testing/render";
import { NOW, sampleSession, sampleSessionRow, sampleTurn } from "../recruiter/testing/sample";

const VIEW = {
  stage: "question",
  question: { index: 0, total: 2, text: "" },
  phase: "listening",
  speaker: "candidate",
  elapsed_ms: 41_000,
  question_left_ms: 200_000,
  turns: 4,
  session_state: "live",
  leg: 1,
  saved: 4,
};

function live() {
  const world = sampleWorld();
  world.sessions = [sampleSession(sampleSessionRow("ses_1", "Mira Okonkwo"))];
  return show("/sessions/ses_1", world);
}

async function stream(): Promise<FakeEventSource> {
  await screen.findByRole("region", { name: "Transcript" });
  const source = FakeEventSource.opened.at(-1);
  if (!source) throw new Error("the page opened no stream");
  return source;
}
const send = (source: FakeEventSource, name: string, body: unknown) => act(() => source.send(name, body));
const rows = () => [...document.querySelectorAll("[data-line]")].map((line) => line.querySelector("p")?.textContent);

it("shows words as they are heard, then as they are saved; a later turn of the same item replaces it", async () => {
  live();
  const source = await stream();
  expect(source.url).toBe("/v1/sessions/ses_1/events?after=4");
  send(source, "caption", { speaker: "candidate", item: "item_5", text: "I wrote a" });
  expect(rows()).toHaveLength(5);
  expect(rows()[4]).toContain("I wrote a (being heard, not saved yet)");

  send(source, "turn", sampleTurn(5, "I wrote a load test."));
  expect(rows()[4]).toBe("I wrote a load test.");
  send(source, "turn", sampleTurn(6, "Thank you.", { speaker: "interviewer", kind: "acknowledgement" }));
  send(source, "turn", sampleTurn(7, "I wrote a load test. And I showed it to her.", { item: "item_5" }));
  expect(rows()).toHaveLength(6);
  expect(rows()[4]).toBe("I wrote a load test. And I showed it to her.");
  expect(rows()[5]).toBe("Thank you.");
});

it("says who has the turn, where the talk is, and what is saved", async () => {
  live();
  const source = await stream();
  act(() => source.open());
  send(source, "state", VIEW);
  expect(screen.getByText("Candidate speaks")).toBeTruthy();
  expect(screen.getByText("Question 1 of 2")).toBeTruthy();
  expect(screen.getByText("Saved 4")).toBeTruthy();
  act(() => source.fail(false));
  expect(screen.getByText(/Connection lost, trying again/)).toBeTruthy();
});

it("stays with the newest line until the reader scrolls up, then counts what is new", async () => {
  live();
  const source = await stream();
  const box = document.querySelector<HTMLElement>("[class~=box]");
  if (!box) throw new Error("the transcript does not scroll");
  Object.defineProperties(box, { scrollHeight: { value: 1000 }, clientHeight: { value: 300 } });
  send(source, "turn", sampleTurn(5, "One."));
  expect(box.scrollTop).toBe(1000);
  expect(screen.queryByRole("button", { name: /new/ })).toBeNull();

  box.scrollTop = 200;
  fireEvent.scroll(box);
  send(source, "turn", sampleTurn(6, "Two."));
  send(source, "turn", sampleTurn(7, "Three."));
  send(source, "turn", sampleTurn(8, "Four."));
  expect(box.scrollTop).toBe(200);
  fireEvent.click(screen.getByRole("button", { name: "3 new" }));
  expect(box.scrollTop).toBe(1000);
  expect(screen.queryByRole("button", { name: /new/ })).toBeNull();
});

it("asks before it ends an interview, and shows the whole transcript when it has ended", async () => {
  const { asked, world } = live();
  const source = await stream();
  fireEvent.click(screen.getByRole("button", { name: "End interview" }));
  const end = () => screen.getAllByRole("button", { name: "End interview" }).at(-1);
  expect(document.activeElement?.textContent).toBe("Let it go on");
  fireEvent.click(end() ?? document.body);
  await waitFor(() => expect(screen.queryByRole("dialog")).toBeNull());
  expect(asked.map(({ route }) => route)).toEqual(["POST /v1/sessions/ses_1/end"]);

  const over = { state: "finished", ended_at: NOW, end_reason: "by_recruiter", completeness: "complete" } as const;
  world.sessions = world.sessions.map((session) => ({ ...session, ...over }));
  send(source, "ended", { reason: "by_recruiter" });
  expect(await screen.findByText("Transcript complete")).toBeTruthy();
  const vtt = screen.getByRole("link", { name: "Download the transcript as WebVTT" });
  expect(vtt.getAttribute("href")).toBe("/v1/sessions/ses_1/transcript?format=vtt");
});

it("marks what is missing, cut or typed, and where the call broke off", async () => {
  const world = sampleWorld();
  const row = sampleSessionRow("ses_1", "Mira", { state: "finished", ended_at: NOW, completeness: "incomplete" });
  world.sessions = [
    sampleSession(row, {
      integrity: [{ at: NOW - 70_000, what: "The interviewer's settings were changed." }],
      turns: [
        sampleTurn(1, "Tell me more.", { speaker: "interviewer", kind: "question", cut: true }),
        sampleTurn(2, "", { status: "missing" }),
        sampleTurn(6, "And this was in the recording.", { status: "recovered" }),
        sampleTurn(7, "", { status: "voiced" }),
        sampleTurn(3, "I typed this.", { kind: "typed", leg: 2 }),
        sampleTurn(4, "What did she say to that?", { speaker: "interviewer", kind: "follow_up" }),
        sampleTurn(5, "Lovely! Do go on.", { speaker: "interviewer", kind: "probe", planned: "What came of it?" }),
      ],
      legs: [
        { number: 1, started_at: NOW - 90_000, ended_at: NOW - 60_000, end_reason: "page_gone" },
        { number: 2, started_at: NOW - 20_000, ended_at: NOW, end_reason: null },
      ],
    }),
  ];
  show("/sessions/ses_1", world);
  expect(await screen.findByText("Cut off here")).toBeTruthy();
  expect(screen.getByText("Words missing: they could not be recognized")).toBeTruthy();
  expect(screen.getByText(/The interviewer's settings were changed\./)).toBeTruthy();
  expect(screen.getByText(/nothing of them is in the transcript/)).toBeTruthy();
  const recovered = screen.getByText("Not heard live; recovered from audio").closest("[data-line]");
  expect(recovered?.textContent).toContain("And this was in the recording.");
  expect(screen.getByText("Speech that was not heard live")).toBeTruthy();
  expect(screen.getByText("Typed")).toBeTruthy();
  expect(screen.getByText("Free follow-up")).toBeTruthy();
  expect(screen.getByText("Other words than planned")).toBeTruthy();
  expect(screen.getByText("What came of it?").parentElement?.textContent).toBe("The plan says: What came of it?");
  expect(screen.getByText("The call broke off (page gone) and went on after 40 s.")).toBeTruthy();
});

it("reads by key: J and K walk the lines, / searches", async () => {
  live();
  await stream();
  fireEvent.keyDown(document, { key: "j" });
  fireEvent.keyDown(document, { key: "j" });
  expect(document.activeElement?.textContent).toContain("Tell me about a time");
  fireEvent.keyDown(document, { key: "k" });
  expect(document.activeElement?.textContent).toContain("Hello Mira");
  fireEvent.keyDown(document, { key: "/" });
  const search = screen.getByRole("searchbox", { name: "Search in the transcript" });
  expect(document.activeElement).toBe(search);
  fireEvent.change(search, { target: { value: "QUEUE" } });
  expect(screen.getByText("1 line")).toBeTruthy();
  expect(document.querySelector("mark")?.textContent).toBe("queue");
  fireEvent.keyDown(search, { key: "Escape" });
  expect(document.querySelector("mark")).toBeNull();
});
