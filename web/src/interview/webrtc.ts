// One RTCPeerConnection for one leg: the microphone out, the interviewer in, provider events on the data channel.
import { Signs } from "./signs";
import type { Call, CallEvents, Transport } from "./transport";

/** A browser may recover from "disconnected" by itself for this long. */
const RECOVER_MS = 5000;
/** So often it is looked whether something arrived. */
const LOOK_MS = 250;
/** What does not arrive within this time does not come any more. */
const LAST_MS = 700;
/** From the offer to the answer, and from the answer to sound both ways: a weak link may need much of it for each. */
const CONNECT_MS = 15_000;

export type Parts = {
  newConnection(): RTCPeerConnection;
  /** Plays the interviewer. One for the page's life, so that one gesture is enough. */
  speaker: HTMLAudioElement;
};

export function webrtc({ newConnection, speaker }: Parts): Transport {
  return {
    open: (track, exchange, events) => open(newConnection(), speaker, track, exchange, events),
    play: () => speaker.play(),
  };
}

function open(
  pc: RTCPeerConnection,
  speaker: HTMLAudioElement,
  track: MediaStreamTrack,
  exchange: (offer: string) => Promise<string>,
  events: CallEvents,
): Call {
  let settled = false;
  let up = false;
  let recovering: ReturnType<typeof setTimeout> | undefined;
  let watching: ReturnType<typeof setInterval> | undefined;
  const signs = new Signs();
  let deadline: ReturnType<typeof setTimeout> | undefined;
  const wait = () => {
    clearTimeout(deadline);
    deadline = setTimeout(() => down("timeout"), CONNECT_MS);
  };

  const close = () => {
    settled = true;
    clearTimeout(deadline);
    clearTimeout(recovering);
    clearInterval(watching);
    pc.close();
  };
  const down = (why: Parameters<CallEvents["onDown"]>[0]) => {
    if (settled) return;
    close();
    events.onDown(why);
  };

  const sender = pc.addTrack(track, new MediaStream([track]));
  const channel = pc.createDataChannel("oai-events");
  const whetherUp = () => {
    if (settled || up || pc.connectionState !== "connected" || channel.readyState !== "open") return;
    up = true;
    clearTimeout(deadline);
    watching = setInterval(() => void look(), LOOK_MS);
    events.onUp();
  };
  channel.onopen = whetherUp;
  channel.onclose = () => down("closed");
  channel.onmessage = (message) => {
    if (!settled && typeof message.data === "string") events.onEvent(message.data);
  };
  // Attached at once: sound that waits for an element plays late for the rest of the call.
  pc.ontrack = ({ streams, track: remote }) => {
    speaker.srcObject = streams[0] ?? new MediaStream([remote]);
    speaker.play().catch(() => {
      if (!settled) events.onSoundBlocked();
    });
  };
  pc.onconnectionstatechange = () => {
    clearTimeout(recovering);
    if (pc.connectionState === "failed") down("failed");
    else if (pc.connectionState === "disconnected") recovering = setTimeout(() => down("disconnected"), RECOVER_MS);
    else whetherUp();
  };

  // Says that it is quiet at each look, for as long as it is.
  const look = async () => {
    const count = await arrived(pc);
    if (settled || count === null) return;
    const now = performance.now();
    signs.see(count, now);
    if (signs.isQuiet(now)) events.onQuiet();
  };
  const giveUp = () => {
    const { count } = signs;
    if (!signs.isQuiet(performance.now())) return;
    setTimeout(() => signs.count === count && down("silent"), LAST_MS);
  };

  const answered = async (offer: string) => {
    const answer = await exchange(offer);
    if (!settled) wait();
    return answer;
  };
  wait();
  negotiate(pc, answered, () => settled).catch((cause: unknown) => {
    if (settled) return;
    close();
    events.onRefused(cause);
  });
  return { close, giveUp, replace: (next) => sender.replaceTrack(next) };
}

/** How much has arrived, signs of life included; null where the browser does not tell. */
async function arrived(pc: RTCPeerConnection): Promise<number | null> {
  let sum: number | null = null;
  const stats = await pc.getStats().catch(() => null);
  stats?.forEach((report: Partial<RTCStats & RTCIceCandidatePairStats>) => {
    if (report.type !== "candidate-pair") return;
    for (const count of [report.bytesReceived, report.responsesReceived, report.requestsReceived])
      if (count !== undefined) sum = (sum ?? 0) + count;
  });
  return sum;
}

/** A call closed meanwhile is not revived by a late answer. */
async function negotiate(pc: RTCPeerConnection, exchange: (offer: string) => Promise<string>, isClosed: () => boolean) {
  const offer = await pc.createOffer();
  await pc.setLocalDescription(offer);
  const answer = await exchange(pc.localDescription?.sdp ?? offer.sdp ?? "");
  if (isClosed()) return;
  await pc.setRemoteDescription({ type: "answer", sdp: answer });
}
