import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import { witness } from "./log";

type Body = { instance: string; first_seq: number; events: { kind: string; leg: number; at_ms: number }[] };
const final = (text: string) =>
  JSON.stringify({ type: "conversation.item.input_audio_transcription.completed", item_id: "i", transcript: text });
const answer = (status: number, body: unknown) => new Response(JSON.stringify(body), { status });
const bodyOf = (call: unknown[]): Body => JSON.parse((call[1] as { body: string }).body);

describe("the page's own record", () => {
  const fetch = vi.fn();
  const make = () => witness({ session: "ses_1", key: "key", instance: "ab", now: () => 12.6 });
  beforeEach(() => {
    vi.useFakeTimers();
    vi.stubGlobal("fetch", fetch);
    fetch.mockReset();
  });
  afterEach(() => {
    vi.useRealTimers();
    vi.unstubAllGlobals();
  });

  it("appends final words only, in a contiguous sequence, with its own key", async () => {
    fetch.mockImplementation(async (_: string, init: { body: string }) => {
      const body: Body = JSON.parse(init.body);
      return answer(200, { acked: body.first_seq - 1 + body.events.length, head: "h" });
    });
    const log = make();
    log.see(1, final("one"));
    log.see(1, JSON.stringify({ type: "response.output_audio_transcript.delta", delta: "x" }));
    log.see(1, "not json");
    log.see(2, final("two"));
    expect(await log.settled(1000)).toBe(true);
    const [url, init] = fetch.mock.calls[0] as [string, { headers: Record<string, string> }];
    expect(url).toBe("/v1/s/ses_1/log");
    expect(init.headers.authorization).toBe("Bearer key");
    const sent = fetch.mock.calls.map(bodyOf);
    expect(sent.map((body) => [body.first_seq, body.events.length])).toEqual([
      [1, 1],
      [2, 1],
    ]);
    expect(sent[1]?.events[0]).toMatchObject({ leg: 2, at_ms: 13 });
  });

  it("sends again after a loss, nothing twice once acknowledged", async () => {
    fetch.mockRejectedValueOnce(new TypeError("offline")).mockResolvedValueOnce(answer(200, { acked: 1, head: "h" }));
    const log = make();
    log.see(1, final("one"));
    await vi.advanceTimersByTimeAsync(0);
    expect(fetch).toHaveBeenCalledOnce();
    await vi.advanceTimersByTimeAsync(500);
    expect(fetch).toHaveBeenCalledTimes(2);
    expect(bodyOf(fetch.mock.calls[1] as unknown[]).first_seq).toBe(1);
    log.flush();
    expect(fetch).toHaveBeenCalledTimes(2);
  });

  it("rewinds to where the server says a gap begins", async () => {
    fetch
      .mockResolvedValueOnce(answer(200, { acked: 1, head: "h" }))
      .mockResolvedValueOnce(answer(409, { error: { code: "gap", message: "", expected: 1 } }))
      .mockResolvedValueOnce(answer(200, { acked: 2, head: "h" }));
    const log = make();
    log.see(1, final("one"));
    await vi.advanceTimersByTimeAsync(0);
    log.see(1, final("two"));
    await vi.advanceTimersByTimeAsync(0);
    const last = bodyOf(fetch.mock.calls[2] as unknown[]);
    expect([last.first_seq, last.events.length]).toEqual([1, 2]);
  });

  it("stops when the server refuses for good, and says that something is left", async () => {
    fetch.mockResolvedValue(answer(422, { error: { code: "seq_conflict", message: "" } }));
    const log = make();
    log.see(1, final("one"));
    const settled = log.settled(1000);
    await vi.advanceTimersByTimeAsync(1000);
    expect(await settled).toBe(false);
    expect(fetch).toHaveBeenCalledOnce();
  });

  it("flushes what is left while the page goes away, below the browsers' limit", async () => {
    fetch.mockImplementation(() => new Promise(() => undefined));
    const log = make();
    for (let index = 0; index < 30; index++) log.see(1, final("x".repeat(4000)));
    log.flush();
    const call = fetch.mock.calls.at(-1) as [string, { keepalive: boolean; body: string }];
    expect(call[1].keepalive).toBe(true);
    expect(call[1].body.length).toBeLessThan(60 * 1024);
    expect(bodyOf(call).events.length).toBeGreaterThan(10);
  });
});
