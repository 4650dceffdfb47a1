import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import { openStream, type StreamEvents } from "./events";

class FakeSource {
  static all: FakeSource[] = [];
  readonly listeners = new Map<string, (event: Event) => void>();
  onerror: ((event: Event) => void) | null = null;
  closed = false;
  readonly url: string;
  constructor(url: string) {
    this.url = url;
    FakeSource.all.push(this);
  }
  addEventListener(name: string, listener: (event: Event) => void) {
    this.listeners.set(name, listener);
  }
  close() {
    this.closed = true;
  }
  emit(name: string, data: string) {
    this.listeners.get(name)?.(new MessageEvent(name, { data }));
  }
}
const spies = () =>
  ({
    onState: vi.fn(),
    onCaption: vi.fn(),
    onTurn: vi.fn(),
    onTakenOver: vi.fn(),
    onHandOver: vi.fn(),
    onEnded: vi.fn(),
    onBroken: vi.fn(() => Promise.resolve()),
  }) satisfies StreamEvents;
const open = (on: StreamEvents, after = 0) =>
  openStream("/v1/candidate/events", after, on, (url) => new FakeSource(url));
const last = () => FakeSource.all.at(-1) as FakeSource;

describe("the stream", () => {
  beforeEach(() => {
    FakeSource.all = [];
    vi.useFakeTimers();
  });
  afterEach(() => vi.useRealTimers());

  it("goes on behind the last committed turn after a loss, renewing the cookie first", async () => {
    const on = spies();
    open(on, 4);
    expect(last().url).toBe("/v1/candidate/events?after=4");
    last().emit("turn", JSON.stringify({ seq: 7, item: "a" }));
    last().onerror?.(new Event("error"));
    await vi.advanceTimersByTimeAsync(300);
    expect(on.onBroken).toHaveBeenCalledOnce();
    expect(last().url).toBe("/v1/candidate/events?after=7");
    expect(FakeSource.all).toHaveLength(2);
  });

  it("waits longer after each loss, and shortly again once something came", async () => {
    open(spies());
    for (const wait of [300, 1000, 2000, 5000, 5000]) {
      const before = FakeSource.all.length;
      last().onerror?.(new Event("error"));
      await vi.advanceTimersByTimeAsync(wait - 1);
      expect(FakeSource.all).toHaveLength(before);
      await vi.advanceTimersByTimeAsync(1);
      expect(FakeSource.all).toHaveLength(before + 1);
    }
    last().emit("state", "{}");
    last().onerror?.(new Event("error"));
    const before = FakeSource.all.length;
    await vi.advanceTimersByTimeAsync(300);
    expect(FakeSource.all).toHaveLength(before + 1);
  });

  it("passes each event on and drops what is not JSON", () => {
    const on = spies();
    open(on);
    last().emit("caption", '{"speaker":"candidate","item":"a","text":"well"}');
    last().emit("taken_over", '{"leg":2}');
    last().emit("hand_over", "{}");
    last().emit("ended", '{"reason":"finished"}');
    last().emit("state", "not json");
    last().emit("state", "null");
    expect(on.onCaption).toHaveBeenCalledWith({ speaker: "candidate", item: "a", text: "well" });
    expect(on.onTakenOver).toHaveBeenCalledWith(2);
    expect(on.onHandOver).toHaveBeenCalledOnce();
    expect(on.onEnded).toHaveBeenCalledWith("finished");
    expect(on.onState).not.toHaveBeenCalled();
  });

  it("stays closed", async () => {
    const on = spies();
    const stream = open(on);
    last().onerror?.(new Event("error"));
    stream.close();
    await vi.advanceTimersByTimeAsync(60_000);
    expect(FakeSource.all).toHaveLength(1);
    last().emit("ended", '{"reason":"late"}');
    expect(on.onEnded).not.toHaveBeenCalled();
  });
});
