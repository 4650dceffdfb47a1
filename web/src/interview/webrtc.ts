// One RTCPeerConnection for one leg: the microphone out, the interviewer in, provider events on the data channel.
import type { Call, CallEvents, Transport } from "./transport";
import { Watch } from "./watch";

/** A browser may recover from "disconnected" by itself for this long. */
const RECOVER_MS = 5000;
/** For each step from the offer to sound both ways (the answer, the way, the keys, the channel): a weak link may need much of it. */
const STEP_MS = 15_000;

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
  const watch = new Watch(pc, events.onQuiet);
  let deadline: ReturnType<typeof setTimeout> | undefined;
  const step = () => {
    clearTimeout(deadline);
    if (!settled && !up) deadline = setTimeout(() => down("timeout"), STEP_MS);
  };

  const close = () => {
    settled = true;
    clearTimeout(deadline);
    clearTimeout(recovering);
    watch.stop();
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
    watch.start();
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
    step();
    if (pc.connectionState === "failed") down("failed");
    else if (pc.connectionState === "disconnected") recovering = setTimeout(() => down("disconnected"), RECOVER_MS);
    else whetherUp();
  };

  const answered = async (offer: string) => {
    const answer = await exchange(offer);
    step();
    return answer;
  };
  step();
  negotiate(pc, answered, () => settled).catch((cause: unknown) => {
    if (settled) return;
    close();
    events.onRefused(cause);
  });
  return { close, giveUp: () => watch.ifQuiet(() => down("silent")), replace: (next) => sender.replaceTrack(next) };
}

/** A call closed meanwhile is not revived by a late answer. */
async function negotiate(pc: RTCPeerConnection, exchange: (offer: string) => Promise<string>, isClosed: () => boolean) {
  const offer = await pc.createOffer();
  await pc.setLocalDescription(offer);
  const answer = await exchange(pc.localDescription?.sdp ?? offer.sdp ?? "");
  if (isClosed()) return;
  await pc.setRemoteDescription({ type: "answer", sdp: answer });
}
