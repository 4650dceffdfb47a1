// Stand-ins for what a test's document lacks: media devices, sound, server-sent events.
import { vi } from "vitest";

export class FakeEventSource {
  static all: FakeEventSource[] = [];
  static last(): FakeEventSource {
    const source = FakeEventSource.all.at(-1);
    if (!source) throw new Error("no stream was opened");
    return source;
  }
  onerror: ((event: Event) => void) | null = null;
  readonly url: string;
  readonly #listeners = new Map<string, (event: Event) => void>();
  constructor(url: string) {
    this.url = url;
    FakeEventSource.all.push(this);
  }
  addEventListener(name: string, listener: (event: Event) => void): void {
    this.#listeners.set(name, listener);
  }
  close(): void {
    this.#listeners.clear();
  }
  emit(name: string, data: unknown): void {
    this.#listeners.get(name)?.(new MessageEvent(name, { data: JSON.stringify(data) }));
  }
}

const node = () => ({
  connect: () => undefined,
  disconnect: () => undefined,
  start: () => undefined,
  offset: { value: 0 },
});

export class FakeAudioContext {
  state = "running";
  createAnalyser() {
    return { ...node(), fftSize: 0, smoothingTimeConstant: 0, getFloatTimeDomainData: () => undefined };
  }
  createMediaStreamSource() {
    return node();
  }
  createConstantSource() {
    return node();
  }
  createMediaStreamDestination() {
    return { ...node(), stream: fakeStream() };
  }
}

function fakeStream(): MediaStream {
  const track = Object.assign(new EventTarget(), {
    enabled: true,
    stop: () => undefined,
    getSettings: () => ({ deviceId: "mic" }),
  });
  return { id: "stream", getAudioTracks: () => [track], getTracks: () => [track] } as unknown as MediaStream;
}

/** Gives the document one microphone, or the refusal of this name. */
export function fakeMedia(refusal?: string): void {
  const devices = Object.assign(new EventTarget(), {
    enumerateDevices: async () => [{ kind: "audioinput", deviceId: "mic", label: "Headset" }],
    getUserMedia: async () => {
      if (refusal) throw new DOMException("", refusal);
      return fakeStream();
    },
  });
  vi.stubGlobal("navigator", { mediaDevices: devices, userAgent: "Chrome/156.0" });
}
