import { fireEvent, screen, waitFor, within } from "@testing-library/react";
import { expect, it } from "vitest";
import { failure } from "../recruiter/testing/fakeWorld";
import { show } from "../recruiter/testing/render";
import { samplePlan } from "../recruiter/testing/sample";

const PLAN = "/positions/pos_1/plan";
const PUT = "PUT /v1/positions/pos_1/plan";

async function question(number: number) {
  return within(await screen.findByRole("region", { name: `Question ${number}` }));
}
const textOf = async (number: number) =>
  (await question(number)).getByRole<HTMLTextAreaElement>("textbox", { name: `Text of question ${number}` });

it("saves the draft by itself and lists what blocks publishing; a problem leads to its field", async () => {
  const { asked } = show(PLAN);
  fireEvent.change(await textOf(2), { target: { value: "" } });
  const problem = await screen.findByRole("button", { name: "Question 2: Write the question." });
  expect(asked.map(({ route }) => route)).toEqual([PUT]);
  expect(screen.getByText("1 problem before publishing")).toBeTruthy();

  fireEvent.click(problem);
  expect(document.activeElement).toBe(await textOf(2));
  expect((await textOf(2)).getAttribute("aria-invalid")).toBe("true");
});

it("does not publish with problems: the focus goes to their list", async () => {
  const { asked } = show(PLAN);
  fireEvent.change(await textOf(1), { target: { value: " " } });
  fireEvent.click(screen.getByRole("button", { name: "Publish v1" }));
  const heading = await screen.findByText("1 problem before publishing");
  await waitFor(() => expect(document.activeElement).toBe(heading));
  expect(asked.map(({ route }) => route)).toEqual([PUT]);
  expect(screen.queryByRole("dialog")).toBeNull();
});

it("shows the changes, publishes, and then how far the voice is prepared", async () => {
  show(PLAN);
  fireEvent.change(await textOf(1), { target: { value: "What did you build last?" } });
  fireEvent.click(screen.getByRole("button", { name: "Publish v1" }));
  const dialog = within(await screen.findByRole("dialog", { name: "Publish the first version" }));
  expect(dialog.getByText("What did you build last?")).toBeTruthy();
  fireEvent.click(dialog.getByRole("button", { name: "Publish v1" }));
  expect(await screen.findByText("Preparing the voice: 5 of 6")).toBeTruthy();
  expect(await screen.findByText("Plan v1 published")).toBeTruthy();
  expect(screen.getByRole<HTMLButtonElement>("button", { name: "v1 is published" }).disabled).toBe(true);
});

it("shows problems that only the server found when publishing", async () => {
  const { instead } = show(PLAN);
  const problems = [{ path: "questions[0].competency_id", code: "few_anchors", message: "Write three anchors." }];
  instead("POST /v1/positions/pos_1/plan/publish", failure(422, "plan_incomplete", "Not complete.", { problems }));
  await textOf(1);
  fireEvent.click(screen.getByRole("button", { name: "Publish v1" }));
  fireEvent.click(within(await screen.findByRole("dialog")).getByRole("button", { name: "Publish v1" }));
  expect(await screen.findByRole("button", { name: "Question 1: Write three anchors." })).toBeTruthy();
  expect(screen.getByText("Not complete.")).toBeTruthy();
});

it("moves a question by key and by button, keeps the focus with it, and says so", async () => {
  const { asked } = show(PLAN);
  const text = (await textOf(2)).value;
  fireEvent.keyDown(await textOf(2), { key: "ArrowUp", altKey: true });
  expect((await textOf(1)).value).toBe(text);
  expect(screen.getByText("Question 2 is now question 1.")).toBeTruthy();
  expect(document.activeElement?.textContent).toBe("Question 1 of 2");
  fireEvent.click(screen.getByRole("button", { name: "Move question 1 down" }));
  expect((await textOf(2)).value).toBe(text);
  await waitFor(() => expect(asked).toHaveLength(1));
});

it("changes who follows up, saves it, and lists it among the changes", async () => {
  const { asked } = show(PLAN);
  const guided = await screen.findByRole<HTMLInputElement>("radio", { name: "Guided" });
  expect(screen.getByRole<HTMLInputElement>("radio", { name: "Structured" }).checked).toBe(true);
  expect(screen.getByText(/a model may ask a short question of its own/)).toBeTruthy();
  fireEvent.click(guided);
  expect(guided.checked).toBe(true);
  await waitFor(() => expect(asked.at(-1)?.body).toMatchObject({ mode: "guided" }));
  fireEvent.click(screen.getByRole("button", { name: "Publish v1" }));
  const dialog = within(await screen.findByRole("dialog"));
  expect(dialog.getByText("Way of following up")).toBeTruthy();
});

it("gives a removed question back", async () => {
  show(PLAN);
  const text = (await textOf(1)).value;
  fireEvent.click(screen.getByRole("button", { name: "Remove question 1" }));
  expect((await textOf(1)).value).not.toBe(text);
  fireEvent.click(screen.getByRole("button", { name: "Undo" }));
  expect((await textOf(1)).value).toBe(text);
});

it("says when the draft could not be saved, keeps the words, and saves them on demand", async () => {
  const { instead, world } = show(PLAN);
  const restore = instead(PUT, () => Promise.reject(new TypeError("fetch failed")));
  fireEvent.change(await textOf(1), { target: { value: "Kept words?" } });
  expect(await screen.findByText(/Not saved\. The server cannot be reached/)).toBeTruthy();
  expect((await textOf(1)).value).toBe("Kept words?");
  restore();
  fireEvent.click(screen.getByRole("button", { name: "Save now" }));
  await waitFor(() => expect(world.plans.get("pos_1")?.questions[0]?.text).toBe("Kept words?"));
  expect(screen.queryByText(/Not saved/)).toBeNull();
});

it("adds a follow-up and allows it", async () => {
  const { world } = show(PLAN);
  const second = await question(2);
  fireEvent.click(second.getByRole("button", { name: "Add follow-up" }));
  fireEvent.change(second.getByRole("textbox", { name: "Words of follow-up 1" }), { target: { value: "Why?" } });
  await waitFor(() =>
    expect(world.plans.get("pos_1")?.questions[1]).toMatchObject({
      max_probes: 1,
      probes: [{ when: "too_short", text: "Why?" }],
    }),
  );
});

it("starts from the server's draft each time it is opened, never from the one seen before", async () => {
  const { world } = show(PLAN);
  await textOf(1);
  fireEvent.click(screen.getByRole("link", { name: "Candidates" }));
  await screen.findByText("No candidates yet");
  const [first, ...others] = samplePlan.questions;
  if (first)
    world.plans.set("pos_1", { ...samplePlan, questions: [{ ...first, text: "Changed elsewhere?" }, ...others] });
  fireEvent.mouseEnter(screen.getByRole("link", { name: "Plan" }));
  fireEvent.click(screen.getByRole("link", { name: "Plan" }));
  expect((await textOf(1)).value).toBe("Changed elsewhere?");
});
