import { beforeEach, describe, expect, it, vi } from "vitest";
import { browserOf, listMicrophones, openMicrophone, remember, unsupported, watchDevices } from "./devices";
import { Failed } from "./errors";

const fake = (parts: Partial<MediaDevices>) => parts as MediaDevices;
const stream = {} as MediaStream;
beforeEach(() => {
  const kept = new Map<string, string>();
  vi.stubGlobal("localStorage", {
    getItem: (key: string) => kept.get(key) ?? null,
    setItem: (key: string, value: string) => void kept.set(key, value),
  });
});

describe("openMicrophone", () => {
  it("asks for the microphone used last, with echo cancellation", async () => {
    remember("usb");
    const getUserMedia = vi.fn().mockResolvedValue(stream);
    await openMicrophone(undefined, fake({ getUserMedia }));
    expect(getUserMedia.mock.calls[0]?.[0].audio).toMatchObject({ deviceId: { exact: "usb" }, echoCancellation: true });
  });

  it("takes the system's choice when the one used last is gone", async () => {
    remember("usb");
    const getUserMedia = vi
      .fn()
      .mockRejectedValueOnce(new DOMException("", "OverconstrainedError"))
      .mockResolvedValue(stream);
    expect(await openMicrophone(undefined, fake({ getUserMedia }))).toBe(stream);
    expect(getUserMedia.mock.calls[1]?.[0].audio).not.toHaveProperty("deviceId");
  });

  it.each([
    ["NotAllowedError", "microphone_blocked"],
    ["NotFoundError", "microphone_missing"],
    ["NotReadableError", "microphone_busy"],
  ])("names %s", async (name, code) => {
    const getUserMedia = vi.fn().mockRejectedValue(new DOMException("", name));
    const caught = await openMicrophone(null, fake({ getUserMedia })).catch((error: unknown) => error);
    expect(caught).toBeInstanceOf(Failed);
    expect(caught).toHaveProperty("failure.code", code);
  });

  it("says that the address is not secure where the browser hides its devices", async () => {
    const caught = await openMicrophone(null, fake({})).catch((error: unknown) => error);
    expect(caught).toHaveProperty("failure.code", "not_secure");
  });
});

it("lists microphones only, and names those without a name", async () => {
  const enumerateDevices = async () =>
    [
      { kind: "audioinput", deviceId: "a", label: "Headset" },
      { kind: "videoinput", deviceId: "b", label: "Camera" },
      { kind: "audioinput", deviceId: "c", label: "" },
      { kind: "audioinput", deviceId: "", label: "" },
    ] as MediaDeviceInfo[];
  expect(await listMicrophones(fake({ enumerateDevices }))).toEqual([
    { id: "a", label: "Headset" },
    { id: "c", label: "Microphone 2" },
  ]);
});

it("notices a pulled plug and a changed list until it is told to stop", () => {
  const track = new EventTarget();
  const devices = new EventTarget();
  const on = { gone: vi.fn(), change: vi.fn() };
  const held = { getAudioTracks: () => [track] } as unknown as MediaStream;
  const stop = watchDevices(held, on, devices as MediaDevices);
  track.dispatchEvent(new Event("ended"));
  devices.dispatchEvent(new Event("devicechange"));
  stop();
  track.dispatchEvent(new Event("ended"));
  devices.dispatchEvent(new Event("devicechange"));
  expect([on.gone.mock.calls.length, on.change.mock.calls.length]).toEqual([1, 1]);
});

it("knows what a browser lacks", () => {
  const all = {
    RTCPeerConnection: 1,
    AudioContext: 1,
    EventSource: 1,
    fetch: 1,
    MediaStream: 1,
    isSecureContext: true,
  };
  expect(unsupported(all)).toBeNull();
  expect(unsupported({ ...all, isSecureContext: false })).toBe("not_secure");
  const { RTCPeerConnection: _, ...old } = all;
  expect(unsupported(old)).toBe("browser_too_old");
});

it.each([
  ["Mozilla/5.0 (X11; Linux x86_64) AppleWebKit/537.36 Chrome/156.0.0.0 Safari/537.36", "chrome"],
  ["Mozilla/5.0 (Windows NT 10.0) Chrome/156.0.0.0 Safari/537.36 Edg/156.0", "edge"],
  ["Mozilla/5.0 (X11; Linux x86_64; rv:140.0) Gecko/20100101 Firefox/140.0", "firefox"],
  ["Mozilla/5.0 (Macintosh) AppleWebKit/605.1.15 Version/19.0 Safari/605.1.15", "safari"],
  ["Mozilla/5.0 (iPhone; CPU iPhone OS 19_0 like Mac OS X) CriOS/156 Safari/604.1", "ios"],
  ["Mozilla/5.0 (Linux; Android 16) Chrome/156.0.0.0 Mobile Safari/537.36", "android"],
  ["Something/1.0", "other"],
])("knows %s", (agent, browser) => {
  expect(browserOf(agent)).toBe(browser);
});
