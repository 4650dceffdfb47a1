import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import { webrtc } from "./webrtc";

class FakeChannel {
  readyState = "connecting";
  onopen: (() => void) | null = null;
  onclose: (() => void) | null = null;
  onmessage: ((event: { data: unknown }) => void) | null = null;
}
class FakeConnection {
  steps: string[] = [];
  connectionState = "new";
  localDescription: { sdp: string } | null = null;
  channel = new FakeChannel();
  sender = { replaceTrack: vi.fn(async () => undefined) };
  ontrack: ((event: { streams: MediaStream[]; track: MediaStreamTrack }) => void) | null = null;
  onconnectionstatechange: (() => void) | null = null;
  addTrack() {
    this.steps.push("addTrack");
    return this.sender;
  }
  createDataChannel(label: string) {
    this.steps.push(`channel ${label}`);
    return this.channel;
  }
  async createOffer() {
    this.steps.push("createOffer");
    return { type: "offer", sdp: "offer bytes\r\n" };
  }
  async setLocalDescription(offer: { sdp: string }) {
    this.localDescription = offer;
  }
  async setRemoteDescription(answer: { sdp: string }) {
    this.steps.push(`answer ${answer.sdp}`);
  }
  stats: object[] = [];
  async getStats() {
    return this.stats;
  }
  close() {
    this.connectionState = "closed";
    this.steps.push("close");
  }
  become(state: string) {
    this.connectionState = state;
    this.onconnectionstatechange?.();
  }
}
const speaker = { srcObject: null as unknown, play: vi.fn(async () => undefined) };
const on = {
  onUp: vi.fn(),
  onQuiet: vi.fn(),
  onDown: vi.fn(),
  onRefused: vi.fn(),
  onEvent: vi.fn(),
  onSoundBlocked: vi.fn(),
};

function open(exchange: (offer: string) => Promise<string> = async () => "answer") {
  const pc = new FakeConnection();
  const transport = webrtc({
    newConnection: () => pc as unknown as RTCPeerConnection,
    speaker: speaker as unknown as HTMLAudioElement,
  });
  return { pc, call: transport.open({} as MediaStreamTrack, exchange, on) };
}
const connected = async () => {
  const opened = open();
  await vi.advanceTimersByTimeAsync(0);
  opened.pc.become("connected");
  opened.pc.channel.readyState = "open";
  opened.pc.channel.onopen?.();
  return opened;
};

describe("webrtc", () => {
  beforeEach(() => {
    vi.useFakeTimers();
    vi.stubGlobal("MediaStream", class {});
    vi.clearAllMocks();
  });
  afterEach(() => {
    vi.useRealTimers();
    vi.unstubAllGlobals();
  });

  it("adds the microphone and the channel before the offer, and passes both descriptions on unchanged", async () => {
    const exchange = vi.fn(async () => "answer bytes\r\n");
    const { pc } = open(exchange);
    await vi.advanceTimersByTimeAsync(0);
    expect(exchange).toHaveBeenCalledWith("offer bytes\r\n");
    expect(pc.steps).toEqual(["addTrack", "channel oai-events", "createOffer", "answer answer bytes\r\n"]);
  });

  it("is up once sound and control are through, once", async () => {
    const { pc } = open();
    await vi.advanceTimersByTimeAsync(0);
    pc.become("connected");
    expect(on.onUp).not.toHaveBeenCalled();
    pc.channel.readyState = "open";
    pc.channel.onopen?.();
    pc.become("connected");
    expect(on.onUp).toHaveBeenCalledOnce();
  });

  it("plays the interviewer as soon as there is a track, and says when the browser will not", async () => {
    const { pc } = await connected();
    speaker.play.mockRejectedValueOnce(new DOMException("", "NotAllowedError"));
    const remote = {} as MediaStream;
    pc.ontrack?.({ streams: [remote], track: {} as MediaStreamTrack });
    expect(speaker.srcObject).toBe(remote);
    await vi.advanceTimersByTimeAsync(0);
    expect(on.onSoundBlocked).toHaveBeenCalledOnce();
  });

  it("gives a disconnected call five seconds to recover", async () => {
    const { pc } = await connected();
    pc.become("disconnected");
    await vi.advanceTimersByTimeAsync(4999);
    pc.become("connected");
    await vi.advanceTimersByTimeAsync(10_000);
    expect(on.onDown).not.toHaveBeenCalled();
    pc.become("disconnected");
    await vi.advanceTimersByTimeAsync(5000);
    expect(on.onDown).toHaveBeenCalledExactlyOnceWith("disconnected");
  });

  it.each([
    ["failed", (pc: FakeConnection) => pc.become("failed")],
    ["closed", (pc: FakeConnection) => pc.channel.onclose?.()],
  ])("is down at once when it %s, and never twice", async (why, lose) => {
    const { pc } = await connected();
    lose(pc);
    pc.become("failed");
    expect(on.onDown).toHaveBeenCalledExactlyOnceWith(why);
    expect(pc.steps).toContain("close");
  });

  it("gives each step its whole time, as a weak link needs it", async () => {
    const { pc } = open(() => new Promise((answer) => setTimeout(() => answer("late"), 14_000)));
    await vi.advanceTimersByTimeAsync(28_000);
    pc.become("connecting");
    await vi.advanceTimersByTimeAsync(14_000);
    pc.become("connected");
    await vi.advanceTimersByTimeAsync(14_000);
    pc.channel.readyState = "open";
    pc.channel.onopen?.();
    await vi.advanceTimersByTimeAsync(60_000);
    expect(on.onUp).toHaveBeenCalledOnce();
    expect(on.onDown).not.toHaveBeenCalled();
  });

  it.each(["answer", "way", "channel"])("gives up a call that does not get as far as its %s", async (missing) => {
    const { pc } = open(async () => (missing === "answer" ? new Promise(() => undefined) : "answer"));
    await vi.advanceTimersByTimeAsync(1000);
    if (missing === "channel") pc.become("connected");
    await vi.advanceTimersByTimeAsync(15_000);
    expect(on.onDown).toHaveBeenCalledExactlyOnceWith("timeout");
  });

  it("tells a refusal apart from a loss", async () => {
    const cause = new Error("no");
    open(() => Promise.reject(cause));
    await vi.advanceTimersByTimeAsync(20_000);
    expect(on.onRefused).toHaveBeenCalledExactlyOnceWith(cause);
    expect(on.onDown).not.toHaveBeenCalled();
  });

  it("is not revived by a late answer", async () => {
    let answer: (sdp: string) => void = () => undefined;
    const { pc, call } = open(() => new Promise((resolve) => (answer = resolve)));
    await vi.advanceTimersByTimeAsync(0);
    call.close();
    answer("late");
    await vi.advanceTimersByTimeAsync(0);
    expect(pc.steps).not.toContain("answer late");
    expect(on.onRefused).not.toHaveBeenCalled();
  });

  const pair = { type: "candidate-pair", bytesReceived: 10, responsesReceived: 3 };
  const quiet = async () => {
    const opened = await connected();
    opened.pc.stats = [pair, { type: "inbound-rtp", bytesReceived: 1 }];
    await vi.advanceTimersByTimeAsync(2_700);
    expect(on.onQuiet).not.toHaveBeenCalled();
    await vi.advanceTimersByTimeAsync(1_100);
    expect(on.onQuiet).toHaveBeenCalled();
    opened.call.giveUp();
    return opened;
  };

  it("says that nothing arrives, and is down when given up", async () => {
    await quiet();
    await vi.advanceTimersByTimeAsync(5_000);
    expect(on.onDown.mock.calls).toEqual([["silent"]]);
  });

  it("goes on when a sign of life arrives after all", async () => {
    const { pc, call } = await quiet();
    pc.stats = [{ ...pair, responsesReceived: 4 }];
    await vi.advanceTimersByTimeAsync(1_500);
    call.giveUp();
    await vi.advanceTimersByTimeAsync(1_500);
    expect(on.onDown).not.toHaveBeenCalled();
  });

  it("judges nothing where the browser does not tell what arrives", async () => {
    await connected();
    await vi.advanceTimersByTimeAsync(60_000);
    expect([on.onQuiet.mock.calls, on.onDown.mock.calls]).toEqual([[], []]);
  });
});
