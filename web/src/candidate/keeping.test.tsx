// What the page says of what is saved and where. Runs under React and under Preact.
import { describe, expect, it, vi } from "vitest";
import { fakeDevice, takes } from "../interview/outbox/fakes";
import type { Outcome } from "../interview/outbox/types";
import { act } from "../testing/act";
import {
  beginTalk,
  find,
  heading,
  press,
  READY,
  STATE,
  server,
  settle,
  show,
  text,
  theCall,
  withOutbox,
} from "./stage";

const words = (transcript: string) =>
  JSON.stringify({ type: "conversation.item.input_audio_transcription.completed", item_id: "i", transcript });
const hear = async (transcript: string) => {
  await act(async () => theCall()?.onEvent(words(transcript)));
  await settle();
};
const refused: Outcome = { is: "refused", status: 422, code: "seq_conflict" };
const later: Outcome = { is: "later", afterMs: 0 };

/** A server that answers as the test says. */
function line() {
  const post = vi.fn(takes);
  return { post, outbox: withOutbox({ post }) };
}

describe("what is saved and where", () => {
  it("is the server's count while nothing waits", async () => {
    await beginTalk();
    await hear("one");
    expect(find("[data-waiting]")).toBeNull();
    expect(text()).toContain("Saved  3");
  });

  it("says how much waits on this device, and that it is sent when the network is back", async () => {
    const { post, outbox } = line();
    post.mockResolvedValue(later);
    await beginTalk();
    await act(async () => outbox.online(false));
    expect(text()).toContain("You are offline. Everything that shows as saved is safe.");
    await hear("one");
    await hear("two");
    expect(find("[data-waiting]")?.getAttribute("title")).toBe("Saving on this device: 2 waiting");
    expect(text()).toContain(
      "You are offline. What was just said is saved on this device and will be sent when you are back.",
    );
    post.mockImplementation(takes);
    await act(async () => outbox.online(true));
    await settle();
    expect(find("[data-waiting]")).toBeNull();
    expect(text()).not.toContain("You are offline");
  });

  it("warns where the browser keeps nothing, and does not say that it is saved on the device", async () => {
    const outbox = withOutbox({ device: () => fakeDevice(true).device, post: async () => later });
    await beginTalk();
    expect(text()).toContain("This browser lets the page save nothing on this device.");
    await act(async () => outbox.online(false));
    await hear("one");
    expect(find("[data-waiting]")?.getAttribute("title")).toBe("Saving: 1 waiting");
    expect(text()).toContain("What was just said is kept in this page: please leave it open.");
  });

  it("says when the server refuses some for good", async () => {
    withOutbox({ post: async () => refused });
    await beginTalk();
    await hear("one");
    expect(text()).toContain("1 entry of this page’s own copy could not be stored.");
  });
});

describe("the receipt", () => {
  const finished = { ...READY, status: "finished" as const, turns_saved: 3 };
  const left = [
    {
      instance: "earlier",
      address: { session: "ses_1", key: "key" },
      first: 1,
      entries: [{ kind: "test", leg: 1, at_ms: 5, body: {} }],
      stopped: false,
    },
  ];

  it("says that everything is saved, once it is, also of what an earlier page left", async () => {
    let answer: (outcome: Outcome) => void = () => undefined;
    withOutbox({
      device: () => ({ ...fakeDevice().device, read: async () => left }),
      post: () => new Promise((resolve) => (answer = resolve)),
    });
    await show(finished);
    expect(heading()).toBe("Thank you. Still saving.");
    expect(text()).toContain("1 entry of this page’s own copy is still only on this device");
    expect(text()).not.toContain("Everything is saved.");
    expect(text()).not.toContain("You may close this page.");
    await act(async () => answer({ is: "acked", acked: 1 }));
    expect(heading()).toBe("Thank you. Your interview is saved.");
    expect(text()).toContain("Everything is saved.");
    expect(text()).toContain("You may close this page.");
  });

  it("is not waited for in vain when the network is gone at the end", async () => {
    const { post, outbox } = line();
    await beginTalk();
    post.mockResolvedValue(later);
    await act(async () => outbox.online(false));
    await hear("one");
    await server("state", { ...STATE, stage: "ended" });
    await press("End the interview");
    await press("End it");
    await server("ended", { reason: "ended_by_candidate" });
    expect(heading()).toBe("Saving your last answer…");
    // The answer, and the last entry: that nothing comes after it.
    expect(text()).toContain("2 entries are saved on this device and will be sent when you are back.");
    post.mockImplementation(takes);
    await act(async () => outbox.online(true));
    await settle();
    expect(heading()).toBe("Saving your last answer… saved.");
  });
});
