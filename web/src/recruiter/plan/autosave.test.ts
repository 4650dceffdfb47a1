import { afterEach, beforeEach, expect, it, vi } from "vitest";
import { createAutosave, type SaveStatus } from "./autosave";

beforeEach(() => void vi.useFakeTimers());
afterEach(() => void vi.useRealTimers());

/** Saves that a test answers one by one. */
function scripted() {
  const sent: string[] = [];
  const answers: { resolve: () => void; reject: (error: unknown) => void }[] = [];
  const statuses: SaveStatus["kind"][] = [];
  const autosave = createAutosave<string>({
    delay_ms: 600,
    onStatus: ({ kind }) => statuses.push(kind),
    save: (value) => {
      sent.push(value);
      return new Promise((resolve, reject) => answers.push({ resolve, reject }));
    },
  });
  return { autosave, sent, answers, statuses };
}

it("saves the last value once, after a pause", async () => {
  const { autosave, sent, answers, statuses } = scripted();
  autosave.change("a");
  await vi.advanceTimersByTimeAsync(400);
  autosave.change("ab");
  await vi.advanceTimersByTimeAsync(600);
  expect(sent).toEqual(["ab"]);
  answers[0]?.resolve();
  await vi.advanceTimersByTimeAsync(0);
  expect(statuses.at(-1)).toBe("saved");
});

it("never has two saves under way, and sends what came meanwhile", async () => {
  const { autosave, sent, answers } = scripted();
  autosave.change("first");
  await vi.advanceTimersByTimeAsync(600);
  autosave.change("second");
  await vi.advanceTimersByTimeAsync(600);
  expect(sent).toEqual(["first"]);
  answers[0]?.resolve();
  await vi.advanceTimersByTimeAsync(0);
  expect(sent).toEqual(["first", "second"]);
});

it("keeps what could not be saved and sends it when asked", async () => {
  const { autosave, sent, answers, statuses } = scripted();
  autosave.change("kept");
  await vi.advanceTimersByTimeAsync(600);
  answers[0]?.reject(new Error("offline"));
  await vi.advanceTimersByTimeAsync(0);
  expect(statuses.at(-1)).toBe("failed");
  const saved = autosave.flush();
  answers[1]?.resolve();
  expect(await saved).toBe(true);
  expect(sent).toEqual(["kept", "kept"]);
});

it("prefers a newer value to the one that failed", async () => {
  const { autosave, sent, answers } = scripted();
  autosave.change("old");
  await vi.advanceTimersByTimeAsync(600);
  autosave.change("new");
  answers[0]?.reject(new Error("offline"));
  await vi.advanceTimersByTimeAsync(600);
  expect(sent).toEqual(["old", "new"]);
});

it("says that not everything is saved when a flush fails", async () => {
  const { autosave, answers } = scripted();
  autosave.change("lost?");
  const saved = autosave.flush();
  answers[0]?.reject(new Error("offline"));
  expect(await saved).toBe(false);
});
