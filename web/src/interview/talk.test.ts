import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import { ApiError } from "../api/client";
import type { LiveState } from "../api/types";
import type { Door } from "./door";
import type { StreamEvents } from "./events";
import { shown } from "./machine";
import { AGAIN_MS, Talk } from "./talk";
import type { CallEvents, Transport } from "./transport";

const live: LiveState = {
  stage: "question",
  question: { index: 0, total: 2, text: "Why?" },
  phase: "listening",
  speaker: null,
  elapsed_ms: 0,
  question_left_ms: null,
  turns: 0,
  session_state: "live",
  leg: 1,
  saved: 2,
};

function setup() {
  const track = { enabled: true } as MediaStreamTrack;
  const microphone = { getAudioTracks: () => [track] } as unknown as MediaStream;
  const calls: { on: CallEvents; close: () => void; giveUp: () => void; replace: () => Promise<void> }[] = [];
  let legs = 0;
  const door = {
    connect: vi.fn(async () => ({ answer: "answer", leg: ++legs })),
    control: vi.fn(async () => undefined),
    view: vi.fn(),
    redeem: vi.fn(),
    consent: vi.fn(),
    microphone: vi.fn(),
  } satisfies Door;
  const transport: Transport = {
    play: vi.fn(async () => undefined),
    open(_track, exchange, on) {
      const call = { on, close: vi.fn(), giveUp: vi.fn(), replace: vi.fn(async () => undefined) };
      calls.push(call);
      exchange("offer").catch(on.onRefused);
      return call;
    },
  };
  let stream: StreamEvents | undefined;
  const openStream = vi.fn((_after: number, on: StreamEvents) => {
    stream = on;
    return { close: vi.fn(), renew: vi.fn() };
  });
  const witness = { see: vi.fn(), end: vi.fn() };
  const recorder = {
    ready: <T>(_leg: number, tell: () => Promise<T>) => tell(),
    use: vi.fn(),
    stop: vi.fn(),
  };
  const talk = new Talk({ door, transport, openStream, witness, recorder, now: Date.now, saved: 0 });
  const server = () => stream as StreamEvents;
  const last = () => calls.at(-1) as (typeof calls)[number];
  const begin = async () => {
    talk.start(microphone);
    await vi.advanceTimersByTimeAsync(0);
    last().on.onUp();
    await vi.advanceTimersByTimeAsync(0);
    server().onState(live);
  };
  return { talk, door, calls, last, server, begin, track, microphone, witness, openStream };
}

describe("the talk", () => {
  beforeEach(() => {
    vi.useFakeTimers();
  });
  afterEach(() => vi.useRealTimers());

  it("says it is ready once sound is through, for the leg it was given", async () => {
    const { talk, door, begin } = setup();
    await begin();
    expect(door.control).toHaveBeenCalledExactlyOnceWith(1, "ready");
    expect(shown(talk.store.get())).toBe("listening");
  });

  it("opens the next call after a loss, waiting longer each time, and never gives up", async () => {
    const { talk, calls, begin, last } = setup();
    await begin();
    for (const wait of [...AGAIN_MS, 7000, 7000]) {
      const before = calls.length;
      last().on.onDown("failed");
      expect(shown(talk.store.get())).toBe("reconnecting");
      if (wait > 0) {
        await vi.advanceTimersByTimeAsync(wait - 1);
        expect(calls).toHaveLength(before);
      }
      await vi.advanceTimersByTimeAsync(1);
      expect(calls).toHaveLength(before + 1);
    }
  });

  it("is not disturbed by a call that is already given up", async () => {
    const { calls, begin, door } = setup();
    await begin();
    calls[0]?.on.onDown("failed");
    await vi.advanceTimersByTimeAsync(0);
    calls[0]?.on.onUp();
    calls[0]?.on.onDown("closed");
    await vi.advanceTimersByTimeAsync(0);
    expect(calls).toHaveLength(2);
    expect(door.control).toHaveBeenCalledOnce();
  });

  it("tries at once when the network is back", async () => {
    const { talk, calls, begin, last, door } = setup();
    await begin();
    door.connect.mockRejectedValueOnce(new ApiError(0, { code: "offline" }));
    last().on.onDown("failed");
    await vi.advanceTimersByTimeAsync(0);
    expect(talk.store.get().connection.is).toBe("waiting");
    talk.retry();
    expect(calls).toHaveLength(3);
  });

  it("says when to come back if the engine is full before the talk began", async () => {
    const { talk, door, microphone } = setup();
    door.connect.mockRejectedValueOnce(new ApiError(503, { code: "engine_full" }, 60));
    talk.start(microphone);
    await vi.advanceTimersByTimeAsync(0);
    expect(talk.store.get().connection).toEqual({
      is: "failed",
      failure: { code: "engine_full", at: Date.now() + 60_000 },
    });
  });

  it("waits as long as a full engine asks once the talk has begun", async () => {
    const { calls, begin, last, door } = setup();
    await begin();
    door.connect.mockRejectedValueOnce(new ApiError(503, { code: "engine_full" }, 20));
    last().on.onDown("failed");
    await vi.advanceTimersByTimeAsync(0);
    expect(calls).toHaveLength(2);
    await vi.advanceTimersByTimeAsync(19_000);
    expect(calls).toHaveLength(2);
    await vi.advanceTimersByTimeAsync(1000);
    expect(calls).toHaveLength(3);
  });

  it("yields to a newer tab and takes over again when asked", async () => {
    const { talk, calls, begin, server, last } = setup();
    await begin();
    server().onTakenOver(1);
    expect(talk.store.get().connection.is).toBe("live");
    server().onTakenOver(2);
    expect(talk.store.get().connection.is).toBe("elsewhere");
    expect(last().close).toHaveBeenCalled();
    talk.retry();
    expect(calls).toHaveLength(2);
  });

  it("makes the next call at once when the server asks for it", async () => {
    const { talk, calls, begin, server, last } = setup();
    await begin();
    const first = last();
    server().onHandOver();
    expect(first.close).toHaveBeenCalled();
    expect(calls).toHaveLength(2);
    expect(talk.store.get().connection).toEqual({ is: "connecting", again: true });
    // Already on its way: asking again changes nothing.
    server().onHandOver();
    expect(calls).toHaveLength(2);
  });

  it("does not take the talk back from a tab that took over while this one had no network", async () => {
    const { talk, calls, begin, last, door, server } = setup();
    await begin();
    door.connect.mockRejectedValueOnce(new ApiError(0, { code: "offline" }));
    last().on.onDown("failed");
    await vi.advanceTimersByTimeAsync(0);
    server().onState({ ...live, leg: 2 });
    expect(talk.store.get().connection.is).toBe("elsewhere");
    await vi.advanceTimersByTimeAsync(60_000);
    expect(calls).toHaveLength(2);
  });

  it("makes a new call when the server has lost this one without the page noticing", async () => {
    const { calls, begin, server } = setup();
    await begin();
    server().onState({ ...live, stage: "interrupted", phase: "reconnecting" });
    await vi.advanceTimersByTimeAsync(1000);
    server().onState(live);
    await vi.advanceTimersByTimeAsync(5000);
    expect(calls).toHaveLength(1);
    server().onState({ ...live, stage: "interrupted", phase: "reconnecting" });
    await vi.advanceTimersByTimeAsync(1501);
    expect(calls).toHaveLength(2);
  });

  it("learns from a refused request that it was taken over", async () => {
    const { talk, door, begin } = setup();
    await begin();
    door.control.mockRejectedValueOnce(new ApiError(409, { code: "taken_over" }));
    expect(await talk.ask("repeat")).toEqual({ code: "open_elsewhere" });
    expect(talk.store.get().connection.is).toBe("elsewhere");
  });

  it("silences the microphone while muted and while paused, and only then", async () => {
    const { talk, begin, server, track } = setup();
    await begin();
    talk.mute(true);
    expect(track.enabled).toBe(false);
    talk.mute(false);
    expect(track.enabled).toBe(true);
    server().onState({ ...live, stage: "paused" });
    expect(track.enabled).toBe(false);
    server().onState(live);
    expect(track.enabled).toBe(true);
  });

  it("keeps a muted person muted with another microphone", async () => {
    const { talk, begin, last } = setup();
    await begin();
    talk.mute(true);
    const other = { enabled: true } as MediaStreamTrack;
    await talk.use({ getAudioTracks: () => [other] } as unknown as MediaStream);
    expect(other.enabled).toBe(false);
    expect(last().replace).toHaveBeenCalledWith(other);
  });

  it("goes back to the talk when the end did not get through", async () => {
    const { talk, door, begin } = setup();
    await begin();
    door.control.mockRejectedValueOnce(new ApiError(0, { code: "offline" }));
    expect(await talk.ask("end")).toEqual({ code: "offline" });
    expect(talk.store.get().ending).toBe(false);
  });

  it("hangs up when the interview is over", async () => {
    const { talk, begin, server, last, calls } = setup();
    await begin();
    server().onEnded("finished");
    last().on.onDown("closed");
    await vi.advanceTimersByTimeAsync(60_000);
    expect(talk.store.get().connection).toEqual({ is: "over", reason: "finished" });
    expect(calls).toHaveLength(1);
  });

  it("makes no call after the last words, though the media drops before the end is told", async () => {
    const { talk, begin, server, last, calls, door } = setup();
    await begin();
    door.view.mockResolvedValueOnce({ status: "ready", end_reason: null });
    server().onState({ ...live, stage: "ended", session_state: "interrupted" });
    last().on.onDown("closed");
    await vi.advanceTimersByTimeAsync(60_000);
    expect(calls).toHaveLength(1);
    server().onEnded("completed");
    expect(talk.store.get().connection).toEqual({ is: "over", reason: "completed" });
  });

  it("gives up a quiet call where the server answers, and only there", async () => {
    const { begin, last, door } = setup();
    await begin();
    door.view.mockRejectedValueOnce(new TypeError("no network"));
    last().on.onQuiet();
    await vi.advanceTimersByTimeAsync(0);
    expect(last().giveUp).not.toHaveBeenCalled();
    door.view.mockResolvedValue({ status: "live", end_reason: null });
    last().on.onQuiet();
    await vi.advanceTimersByTimeAsync(0);
    expect(door.view).toHaveBeenCalledTimes(1);
    await vi.advanceTimersByTimeAsync(3_000);
    last().on.onQuiet();
    await vi.advanceTimersByTimeAsync(0);
    expect(last().giveUp).toHaveBeenCalledTimes(1);
  });

  it("is over even when only a refused call tells so", async () => {
    const { talk, begin, last, door, witness } = setup();
    await begin();
    door.connect.mockRejectedValueOnce(new ApiError(410, { code: "session_over" }));
    door.view.mockResolvedValueOnce({ status: "finished", end_reason: "ended_by_recruiter" });
    last().on.onDown("failed");
    await vi.advanceTimersByTimeAsync(0);
    expect(talk.store.get().connection).toEqual({ is: "over", reason: "ended_by_recruiter" });
    expect(witness.end).toHaveBeenCalled();
  });

  it("hands every provider event to the second witness with its leg", async () => {
    const { begin, last, witness } = setup();
    await begin();
    last().on.onEvent('{"type":"x"}');
    expect(witness.see).toHaveBeenCalledWith(1, '{"type":"x"}');
  });
});
