// The talk, as a person sees it. Runs under React and under Preact.
import { describe, expect, it } from "vitest";
import { ApiError } from "../api/client";
import { act } from "../testing/act";
import {
  beginTalk,
  door,
  find,
  heading,
  press,
  READY,
  STATE,
  server,
  settle,
  show,
  TURN,
  text,
  theCall,
} from "./stage";

describe("the talk", () => {
  it("keeps the question in sight and says honestly who has the turn and what is saved", async () => {
    await beginTalk();
    expect(heading()).toBe("Why this work?");
    expect(text()).toContain("Question 2 of 6");
    expect(find("[data-state]")?.getAttribute("data-state")).toBe("listening");
    expect(find("[data-saved-count]")?.getAttribute("data-saved-count")).toBe("3");
    await server("state", { ...STATE, phase: "speaking" });
    expect(find("[data-state]")?.textContent).toBe("Speaking");
  });

  it("shows words grey while they are heard and black when they are saved", async () => {
    await beginTalk();
    await server("caption", { speaker: "candidate", item: "a", text: "I like" });
    expect(find("[data-saved=false]")?.textContent).toContain("I like");
    await server("turn", TURN);
    expect(find("[data-saved=false]")).toBeNull();
    expect(find("[data-saved=true]")?.textContent).toContain("I like to build.");
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
    const area = find<HTMLTextAreaElement>("textarea") as HTMLTextAreaElement;
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
    await act(async () => theCall()?.onDown("failed"));
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
    expect(heading()).toBe("The interview has to wait");
    expect(text()).toContain(message);
    expect(text()).toContain("req_7");
    expect(door.connect).toHaveBeenCalledTimes(1);
  });
});
