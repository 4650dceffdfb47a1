// Microphones: which there are, opening one, noticing that it is gone. Every refusal has a name (errors.ts).
import { Failed, failureOf } from "./errors";

export type Microphone = { id: string; label: string };
const REMEMBERED = "microphone";

/** What the browser cannot do without; null when it can do all. */
export function unsupported(
  scope: { [name: string]: unknown } & { isSecureContext?: boolean },
): "browser_too_old" | "not_secure" | null {
  if (scope.isSecureContext === false) return "not_secure";
  const needed = ["RTCPeerConnection", "AudioContext", "EventSource", "fetch", "MediaStream"];
  return needed.every((name) => name in scope) ? null : "browser_too_old";
}

/** The microphones, named only after one was allowed. */
export async function listMicrophones(devices: MediaDevices = navigator.mediaDevices): Promise<Microphone[]> {
  const all = await devices.enumerateDevices();
  return all
    .filter((device) => device.kind === "audioinput" && device.deviceId !== "")
    .map((device, index) => ({ id: device.deviceId, label: device.label || `Microphone ${index + 1}` }));
}

/** Opens a microphone, or the one used last, or the system's choice. Rejects with Failed. */
export async function openMicrophone(
  id: string | null = remembered(),
  devices: MediaDevices = navigator.mediaDevices,
): Promise<MediaStream> {
  if (!devices?.getUserMedia) throw new Failed({ code: "not_secure" });
  const audio = { echoCancellation: true, noiseSuppression: true, autoGainControl: true };
  try {
    return await devices.getUserMedia({ audio: id ? { ...audio, deviceId: { exact: id } } : audio });
  } catch (caught) {
    const failure = failureOf(caught, 0);
    if (id !== null && failure.code === "microphone_missing") return await openMicrophone(null, devices);
    throw new Failed(failure);
  }
}

const silent = new WeakSet<MediaStreamTrack>();

/** Whether nobody can be heard through this microphone, ever. */
export const isSilent = (track: MediaStreamTrack): boolean => silent.has(track);

/** A microphone that only sends silence, for a person who types every answer. */
export function silentMicrophone(context: AudioContext): MediaStream {
  const out = context.createMediaStreamDestination();
  const hush = context.createConstantSource();
  hush.offset.value = 0;
  hush.connect(out);
  hush.start();
  for (const track of out.stream.getAudioTracks()) silent.add(track);
  return out.stream;
}

/** Which of the microphones this stream comes from. */
export function deviceOf(stream: MediaStream): string | null {
  return stream.getAudioTracks()[0]?.getSettings().deviceId ?? null;
}

export function stopAll(stream: MediaStream): void {
  for (const track of stream.getTracks()) track.stop();
}

/** Calls `onGone` when the device is pulled out, `onChange` when the list of devices changes. */
export function watchDevices(
  stream: MediaStream,
  on: { gone(): void; change(): void },
  devices: MediaDevices = navigator.mediaDevices,
): () => void {
  const track = stream.getAudioTracks()[0];
  track?.addEventListener("ended", on.gone);
  devices.addEventListener("devicechange", on.change);
  return () => {
    track?.removeEventListener("ended", on.gone);
    devices.removeEventListener("devicechange", on.change);
  };
}

/** Keeps the choice for the next visit; a browser that forbids storage just forgets. */
export function remember(id: string): void {
  try {
    localStorage.setItem(REMEMBERED, id);
  } catch {
    // Nothing depends on it.
  }
}

function remembered(): string | null {
  try {
    return localStorage.getItem(REMEMBERED);
  } catch {
    return null;
  }
}

export type Browser = "chrome" | "edge" | "firefox" | "safari" | "ios" | "android" | "other";

/** Which browser this is, only to show the right steps for allowing the microphone. */
export function browserOf(agent: string): Browser {
  if (/iPhone|iPad|iPod/.test(agent)) return "ios";
  if (/Android/.test(agent)) return "android";
  if (/Edg\//.test(agent)) return "edge";
  if (/Firefox\//.test(agent)) return "firefox";
  if (/Chrome\//.test(agent)) return "chrome";
  return /Safari\//.test(agent) ? "safari" : "other";
}
