// The candidate's page as a person uses it, on a scripted server and call. Runs under React and under Preact.
import { createRoot, type Root } from "react-dom/client";
import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import { ApiError } from "../api/client";
import type { CandidateView, LiveState, TurnView } from "../api/types";
import type { Door } from "../interview/door";
import type { CallEvents, Transport } from "../interview/transport";
import { act } from "../testing/act";
import { App } from "./App";
import { FakeAudioContext, FakeEventSource, fakeMedia } from "./fakes";

const VIEW: CandidateView = {
  status: "welcome",
  company: "Acme",
  position: "Backend engineer",
  candidate: "Mira",
  minutes: 20,
  questions: 6,
  expires_at: Date.UTC(2030, 0, 1),
  language: "en",
  notice: { version: "1", items: [{ heading: "What is recorded", text: "What you say, as text." }] },
  consented_at: null,
  session_id: null,
  append_key: null,
  turns_saved: 0,
  end_reason: null,
  contact_email: "people@acme.example",
};
const READY: CandidateView = { ...VIEW, status: "ready", consented_at: 1, session_id: "ses_1", append_key: "key" };
const STATE: LiveState = {
  stage: "question",
  question: { index: 1, total: 6, text: "Why this work?" },
  phase: "listening",
  speaker: null,
  elapsed_ms: 1000,
  question_left_ms: 120_000,
  turns: 3,
  session_state: "live",
  leg: 1,
  saved: 3,
};
const TURN: TurnView = {
  seq: 4,
  leg: 1,
  item: "a",
  speaker: "candidate",
  kind: "answer",
  question: 0,
  text: "I like to build.",
  status: "final",
  cut: false,
  planned: null,
  started_ms: 0,
  ended_ms: 65_000,
};

let root: Root;
let host: HTMLElement;
let call: CallEvents | null;
const door = {
  redeem: vi.fn(),
  view: vi.fn(),
  consent: vi.fn(),
  microphone: vi.fn(),
  connect: vi.fn(),
  control: vi.fn(),
} satisfies Door;
const transport: Transport = {
  play: async () => undefined,
  open: (_track, exchange, on) => {
    call = on;
    exchange("offer").catch(on.onRefused);
    return { close: () => undefined, replace: async () => undefined };
  },
};

const settle = () => act(async () => await new Promise((resolve) => setTimeout(resolve, 0)));
const show = async (view: CandidateView | ApiError) => {
  if (view instanceof ApiError) door.redeem.mockRejectedValue(view);
  else door.redeem.mockResolvedValue(view);
  await act(async () => root.render(<App door={door} transport={transport} />));
  await settle();
};
const button = (name: string) => {
  const all = [...host.querySelectorAll<HTMLButtonElement>("button")];
  const found = all.find((one) => (one.getAttribute("aria-label") ?? one.textContent)?.trim() === name);
  if (!found) throw new Error(`no button "${name}" in: ${host.textContent}`);
  return found;
};
const press = async (name: string) => {
  await act(async () => button(name).click());
  await settle();
};
const server = async (name: string, data: unknown) => {
  await act(async () => FakeEventSource.last().emit(name, data));
};
const beginTalk = async () => {
  await show(READY);
  await press("Allow the microphone");
  await press("Start when you are ready");
  await act(async () => call?.onUp());
  await server("state", STATE);
};
const text = () => host.textContent ?? "";
const heading = () => host.querySelector("h1")?.textContent;

beforeEach(() => {
  vi.resetAllMocks();
  door.connect.mockResolvedValue({ answer: "answer", leg: 1 });
  door.control.mockResolvedValue(undefined);
  FakeEventSource.all = [];
  vi.stubGlobal("IS_REACT_ACT_ENVIRONMENT", true);
  vi.stubGlobal("EventSource", FakeEventSource);
  vi.stubGlobal("AudioContext", FakeAudioContext);
  vi.stubGlobal("MediaStream", class {});
  HTMLDialogElement.prototype.showModal ??= () => undefined;
  HTMLDialogElement.prototype.close ??= () => undefined;
  fakeMedia();
  host = document.createElement("div");
  document.body.append(host);
  root = createRoot(host);
});
afterEach(async () => {
  await act(async () => root.unmount());
  host.remove();
  vi.useRealTimers();
  vi.unstubAllGlobals();
});

describe("before the talk", () => {
  it("says who invites, for what, how long, and that an AI asks", async () => {
    await show(VIEW);
    expect(heading()).toBe("Hello, Mira");
    expect(text()).toContain("Acme invites you to an interview for Backend engineer.");
    expect(text()).toContain("About 20 minutes");
    expect(text()).toContain("AI interviewer");
    expect(document.activeElement).toBe(host.querySelector("h1"));
  });

  it("takes consent as an act of its own, with the version that was read", async () => {
    await show(VIEW);
    await press("Continue");
    expect(door.consent).not.toHaveBeenCalled();
    expect(text()).toContain("What you say, as text.");
    door.consent.mockResolvedValue(READY);
    await press("I agree");
    expect(door.consent).toHaveBeenCalledExactlyOnceWith("1");
    expect(heading()).toBe("Check your sound");
  });

  it("shows the new text when it was changed meanwhile", async () => {
    await show(VIEW);
    await press("Continue");
    door.consent.mockRejectedValue(new ApiError(409, { code: "notice_changed" }));
    door.redeem.mockResolvedValue({
      ...VIEW,
      notice: { version: "2", items: [{ heading: "New", text: "New text." }] },
    });
    await press("I agree");
    expect(text()).toContain("New text.");
    expect(text()).toContain("changed while you were reading");
  });

  it("takes no for an answer", async () => {
    await show(VIEW);
    await press("Continue");
    await press("I do not agree");
    expect(text()).toContain("Nothing was recorded");
    expect(text()).toContain("people@acme.example");
    expect(door.consent).not.toHaveBeenCalled();
  });

  it("does not start before there is a microphone, and says how to allow one", async () => {
    await show(READY);
    expect(button("Start when you are ready").disabled).toBe(true);
    fakeMedia("NotAllowedError");
    await press("Allow the microphone");
    expect(text()).toContain("Your browser blocks the microphone");
    fakeMedia();
    await press("Try again");
    expect(button("Start when you are ready").disabled).toBe(false);
  });

  it("lets a person type who cannot use a microphone", async () => {
    await show(READY);
    await press("I cannot use a microphone: I will type");
    await press("Start when you are ready");
    expect(door.connect).toHaveBeenCalledOnce();
    expect(host.querySelector("textarea")).not.toBeNull();
  });
});

describe("links that do not open", () => {
  it.each([
    [new ApiError(404, { code: "invitation_unknown" }), "We do not know this link"],
    [new ApiError(410, { code: "invitation_expired" }), "This invitation has expired"],
    [new ApiError(410, { code: "invitation_revoked" }), "This invitation was withdrawn"],
    [
      new ApiError(409, { code: "invitation_not_open", opens_at: Date.UTC(2030, 0, 1) }),
      "This interview is not open yet",
    ],
    [new ApiError(429, { code: "too_many_requests" }, 30), "Too many tries from your network"],
    [new ApiError(0, { code: "offline" }), "You are offline"],
    [new ApiError(500, { code: "internal", request_id: "req_7" }), "Something went wrong on our side"],
  ])("%s", async (error, title) => {
    await show(error);
    expect(heading()).toBe(title);
    if (error.requestId) expect(text()).toContain(error.requestId);
  });

  it("say so when the secret is missing", async () => {
    await act(async () => root.render(<App door={null} transport={transport} />));
    expect(heading()).toBe("This link is not whole");
  });
});

describe("the talk", () => {
  it("keeps the question in sight and says honestly who has the turn and what is saved", async () => {
    await beginTalk();
    expect(heading()).toBe("Why this work?");
    expect(text()).toContain("Question 2 of 6");
    expect(host.querySelector("[data-state]")?.getAttribute("data-state")).toBe("listening");
    expect(host.querySelector("[data-saved-count]")?.getAttribute("data-saved-count")).toBe("3");
    await server("state", { ...STATE, phase: "speaking" });
    expect(host.querySelector("[data-state]")?.textContent).toBe("Speaking");
  });

  it("shows words grey while they are heard and black when they are saved", async () => {
    await beginTalk();
    await server("caption", { speaker: "candidate", item: "a", text: "I like" });
    expect(host.querySelector("[data-saved=false]")?.textContent).toContain("I like");
    await server("turn", TURN);
    expect(host.querySelector("[data-saved=false]")).toBeNull();
    expect(host.querySelector("[data-saved=true]")?.textContent).toContain("I like to build.");
  });

  it.each([
    ["Repeat the question", "repeat"],
    ["I need a moment", "moment"],
    ["Pause", "pause"],
  ])("%s reaches the interviewer", async (name, kind) => {
    await beginTalk();
    await press(name);
    expect(door.control).toHaveBeenLastCalledWith(1, kind, undefined);
  });

  it("says when a request did not get through", async () => {
    await beginTalk();
    door.control.mockRejectedValue(new ApiError(500, {}));
    await press("Repeat the question");
    expect(text()).toContain("That did not reach the interviewer.");
  });

  it("keeps a typed answer until it was taken", async () => {
    await beginTalk();
    await press("Type instead");
    const area = host.querySelector("textarea") as HTMLTextAreaElement;
    await act(async () => {
      Object.getOwnPropertyDescriptor(HTMLTextAreaElement.prototype, "value")?.set?.call(area, "I waited.");
      area.dispatchEvent(new Event("input", { bubbles: true }));
    });
    door.control.mockRejectedValueOnce(new ApiError(0, { code: "offline" }));
    await press("Send");
    expect(area.value).toBe("I waited.");
    expect(text()).toContain("Everything that shows as saved is safe");
    await press("Send");
    expect(door.control).toHaveBeenLastCalledWith(1, "type", "I waited.");
    expect(area.value).toBe("");
  });

  it("says nothing of time until it is asked", async () => {
    await beginTalk();
    expect(text()).not.toContain("minutes left");
    await press("More");
    await press("Show time left");
    expect(text()).toContain("About 2 minutes left for this question.");
  });

  it("goes on by itself after a loss, and says what is safe", async () => {
    await beginTalk();
    door.connect.mockImplementation(() => new Promise(() => undefined));
    await act(async () => call?.onDown("failed"));
    await settle();
    expect(text()).toContain("Reconnecting");
    expect(text()).toContain("Your answers so far are saved.");
    expect(door.connect).toHaveBeenCalledTimes(2);
  });

  it("stops when another tab takes over, and takes over again", async () => {
    await beginTalk();
    await server("taken_over", { leg: 2 });
    expect(heading()).toBe("The interview is open in another tab");
    await press("Continue here");
    expect(door.connect).toHaveBeenCalledTimes(2);
  });

  it("says when to come back when all interviewers are busy", async () => {
    door.connect.mockRejectedValue(new ApiError(503, { code: "engine_full" }, 600));
    await show(READY);
    await press("Allow the microphone");
    await press("Start when you are ready");
    expect(heading()).toBe("All interviewers are busy");
    expect(text()).toMatch(/come back at \d/);
  });

  it("says in the server's words why no call comes up, and keeps the link good", async () => {
    const message =
      "The interview cannot start until the people who invited you change a setting. Your invitation stays good.";
    door.connect.mockRejectedValue(new ApiError(503, { code: "engine_refused", message, request_id: "req_7" }));
    await show(READY);
    await press("Allow the microphone");
    await press("Start when you are ready");
    expect(heading()).toBe("The interview cannot start yet");
    expect(text()).toContain(message);
    expect(text()).toContain("req_7");
    expect(door.connect).toHaveBeenCalledTimes(1);
  });
});

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
    expect(host.querySelector("a[download]")?.getAttribute("href")).toBe("/v1/candidate/transcript?format=text");
  });
});

it("the same link opened again goes on by one button", async () => {
  await show({ ...READY, status: "live", turns_saved: 3 });
  expect(heading()).toBe("Welcome back, Mira");
  expect(text()).toContain("3 entries are saved");
  await press("Go on with the interview");
  expect(door.connect).toHaveBeenCalledOnce();
});
