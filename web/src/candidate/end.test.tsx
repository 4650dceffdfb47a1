// The end, the budget, the same link again, as a person sees them. Runs under React and under Preact.
import { describe, expect, it, vi } from "vitest";
import { ApiError } from "../api/client";
import { act } from "../testing/act";
import {
  beginTalk,
  door,
  find,
  heading,
  press,
  READY,
  recording,
  server,
  settle,
  show,
  TURN,
  text,
  theCall,
} from "./stage";

describe("a used-up budget", () => {
  it.each([
    ["budget_minutes", 409, "The time for this interview is used up", /is saved.*new link/],
    ["budget_legs", 409, "This link was connected too many times", /is saved.*new link/],
    ["budget_money", 402, "No more interviews today", /is saved, and your link stays good. Please come back after/],
    ["busy_tenant", 429, "All interviewers are busy", /nothing is lost/],
    ["too_many_starts", 429, "Too many tries from your network", /link stays good/],
  ] as const)("is said in plain words, and keeps what was said: %s", async (code, status, title, words) => {
    door.connect.mockRejectedValue(new ApiError(status, { code }, 7200));
    await show(READY);
    await press("Allow the microphone");
    await press("Start when you are ready");
    expect(heading()).toBe(title);
    expect(text()).toMatch(words);
  });

  it("is on the receipt when it ended the interview", async () => {
    await show({ ...READY, status: "finished", turns_saved: 3, end_reason: "budget_minutes" });
    expect(heading()).toBe("Thank you. Your interview is saved.");
    expect(text()).toContain("The time for this interview was used up before the last question.");
  });
});

describe("the end", () => {
  it("is asked for, then saves, then shows the receipt", async () => {
    await beginTalk();
    await press("End the interview");
    expect(door.control).not.toHaveBeenCalledWith(1, "end", undefined);
    expect(text()).toContain("4 questions have not been asked yet.");
    await press("End it");
    expect(door.control).toHaveBeenLastCalledWith(1, "end", undefined);
    expect(heading()).toBe("Saving your last answer…");
    await server("turn", TURN);
    door.redeem.mockResolvedValue({ ...READY, status: "finished", turns_saved: 4 });
    vi.useFakeTimers();
    await server("ended", { reason: "ended_by_candidate" });
    await act(async () => void (await vi.advanceTimersByTimeAsync(0)));
    expect(heading()).toBe("Saving your last answer… saved.");
    await act(async () => void (await vi.advanceTimersByTimeAsync(2000)));
    vi.useRealTimers();
    await settle();
    expect(heading()).toBe("Thank you. Your interview is saved.");
    await press("Read it");
    expect(text()).toContain("I like to build.");
    expect(text()).toContain("1 min 5 s");
  });

  it("can be looked at again by the same link", async () => {
    await show({ ...READY, status: "finished", turns_saved: 1 });
    await server("turn", TURN);
    await server("ended", { reason: "finished" });
    expect(heading()).toBe("Thank you. Your interview is saved.");
    expect(find("a[download]")?.getAttribute("href")).toBe("/v1/candidate/transcript?format=text");
  });
});

it("the same link opened again goes on by one button", async () => {
  await show({ ...READY, status: "live", turns_saved: 3 });
  expect(heading()).toBe("Welcome back, Mira");
  expect(text()).toContain("3 entries are saved");
  await press("Go on with the interview");
  expect(door.connect).toHaveBeenCalledOnce();
});

describe("the recording", () => {
  it("is made where the candidate agreed to it, and is said as long as it runs", async () => {
    await beginTalk();
    expect(recording.asked).toEqual(["ses_1"]);
    expect(text()).toContain("Recording");
    await act(async () => recording.set({ recording: false }));
    expect(text()).not.toContain("Recording");
  });

  it("is said for as long as a call lives that the server records, whatever the browser can", async () => {
    await beginTalk({ ...READY, records_calls: true });
    await act(async () => recording.set({ recording: false }));
    expect(text()).toContain("Recording");
    await act(async () => theCall()?.onDown("failed"));
    expect(text()).not.toContain("Recording");
  });

  it("is not made where the notice does not speak of it", async () => {
    const { notice } = READY;
    await show({ ...READY, notice: { ...notice, is_recorded: false } });
    await press("Allow the microphone");
    await press("Start when you are ready");
    expect(recording.asked).toEqual([]);
  });

  it("is saved after the words, and what is left of it is told", async () => {
    await beginTalk();
    await act(async () => recording.set({ waiting: 3 }));
    door.redeem.mockResolvedValue({ ...READY, status: "finished", turns_saved: 4 });
    vi.useFakeTimers();
    await server("ended", { reason: "ended_by_candidate" });
    await act(async () => void (await vi.advanceTimersByTimeAsync(0)));
    expect(heading()).toBe("Your answers are saved. Saving the recording…");
    await act(async () => void (await vi.advanceTimersByTimeAsync(2000)));
    vi.useRealTimers();
    await settle();
    expect(text()).toContain("About 6 seconds of the recording are still being saved. You may close this page");
    expect(text()).toContain("Your answers are saved.");
    expect(text()).not.toContain("Everything is saved.");
    await act(async () => recording.set({ storage: "memory" }));
    expect(text()).toContain("Please leave this page open until that is done.");
    await act(async () => recording.set({ waiting: 0 }));
    expect(text()).not.toContain("of the recording");
    expect(text()).toContain("Everything is saved.");
    expect(text()).toContain("You may close this page. The same link shows this receipt again.");
  });

  it("is not called saved where the server would not take some of it", async () => {
    await beginTalk();
    await act(async () => recording.set({ refused: 2 }));
    door.redeem.mockResolvedValue({ ...READY, status: "finished", turns_saved: 4 });
    vi.useFakeTimers();
    await server("ended", { reason: "ended_by_candidate" });
    await act(async () => void (await vi.advanceTimersByTimeAsync(2000)));
    vi.useRealTimers();
    await settle();
    expect(text()).toContain("About 4 seconds of the recording could not be saved.");
    expect(text()).toContain("Your answers are saved.");
    expect(text()).not.toContain("Everything is saved.");
  });
});
