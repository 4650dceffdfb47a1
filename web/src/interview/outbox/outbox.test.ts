import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import { fakeDevice, fakeOutbox, takes } from "./fakes";
import { isSaved } from "./outbox";
import type { Entry, Outcome, Post } from "./types";

const address = { session: "ses_1", key: "key" };
const entry = (word: string): Entry => ({ kind: "test", leg: 1, at_ms: 5, body: { word } });
const quiet = () => vi.advanceTimersByTimeAsync(0);
const lost = async (): Promise<Outcome> => ({ is: "later", afterMs: 0 });

describe("the outbox", () => {
  beforeEach(() => {
    vi.useFakeTimers();
  });
  afterEach(() => vi.useRealTimers());

  it("has an entry on the device before it is on its way, and not after it is acknowledged", async () => {
    const { device, held } = fakeDevice();
    const onTheWay: number[] = [];
    const post = vi.fn((sent: Post) => {
      onTheWay.push(held.get(sent.instance)?.size ?? 0);
      return takes(sent);
    });
    const outbox = fakeOutbox({ device: () => device, post });
    outbox.attend(address);
    outbox.see(entry("one"));
    expect(outbox.store.get().waiting).toBe(1);
    await quiet();
    expect(onTheWay).toEqual([1]);
    expect(post.mock.calls[0]?.[0]).toMatchObject({ instance: "ab".repeat(16), address, first: 1, lastWords: false });
    expect(isSaved(outbox.store.get())).toBe(true);
    expect(held.size).toBe(0);
  });

  it("ends its row with an entry that names its own place, also before the others are sent", async () => {
    const post = vi.fn(takes);
    const outbox = fakeOutbox({ post });
    outbox.fin(1, 5);
    outbox.attend(address);
    outbox.see(entry("one"));
    outbox.see(entry("two"));
    outbox.fin(1, 9);
    await quiet();
    const sent = post.mock.calls.flatMap(([{ entries }]) => entries);
    expect(sent.at(-1)).toEqual({ kind: "fin", leg: 1, at_ms: 9, body: { type: "fin", last_seq: 3 } });
    expect(sent).toHaveLength(3);
  });

  it("sends again after a loss, and says meanwhile that something waits", async () => {
    const post = vi.fn(takes).mockImplementationOnce(lost);
    const outbox = fakeOutbox({ post });
    outbox.attend(address);
    outbox.see(entry("one"));
    const settled = outbox.settled(100);
    await vi.advanceTimersByTimeAsync(100);
    expect(await settled).toBe(false);
    expect(outbox.store.get()).toMatchObject({ known: true, waiting: 1, storage: "device" });
    const later = outbox.settled(5000);
    await vi.advanceTimersByTimeAsync(400);
    expect(await later).toBe(true);
    expect(post).toHaveBeenCalledTimes(2);
  });

  it("says that nothing can be kept here, and still sends", async () => {
    const outbox = fakeOutbox({ device: () => fakeDevice(true).device });
    outbox.attend(address);
    await quiet();
    expect(outbox.store.get()).toMatchObject({ known: true, storage: "memory" });
    outbox.see(entry("one"));
    await quiet();
    expect(isSaved(outbox.store.get())).toBe(true);
  });

  it("keeps its row when the same session is attended again with a newer key", async () => {
    const post = vi.fn(takes);
    const outbox = fakeOutbox({ post, random: vi.fn(() => "never the same") });
    outbox.attend(address);
    outbox.see(entry("one"));
    await quiet();
    outbox.attend({ ...address, key: "newer" });
    outbox.see(entry("two"));
    await quiet();
    expect(post.mock.calls.map(([sent]) => [sent.first, sent.address.key])).toEqual([
      [1, "key"],
      [2, "newer"],
    ]);
  });

  it("tells the origin's other pages, and hears them", async () => {
    let hear: (message: { is: "told"; instance: string; acked: number }) => void = () => undefined;
    const tell = vi.fn();
    const outbox = fakeOutbox({
      post: () => new Promise(() => undefined),
      join: (on) => {
        hear = on;
        return tell;
      },
    });
    outbox.attend(address);
    outbox.see(entry("one"));
    await quiet();
    expect(tell).toHaveBeenCalledExactlyOnceWith({ is: "nudge" });
    hear({ is: "told", instance: "ab".repeat(16), acked: 1 });
    expect(isSaved(outbox.store.get())).toBe(true);
  });
});
