// The candidate's doors on our server. A cookie that was wiped is made anew from the link, once, without a word.
import { call, send } from "../api/client";
import type { CandidateView, ControlKind, MicrophoneView } from "../api/types";
import { isSignedOut } from "./errors";
import type { Link } from "./link";

type Connected = { answer: string; leg: number };

export interface Door {
  redeem(): Promise<CandidateView>;
  /** `signal` gives the question up. */
  view(signal?: AbortSignal): Promise<CandidateView>;
  consent(version: string): Promise<CandidateView>;
  microphone(wav: Blob): Promise<MicrophoneView>;
  connect(offer: string): Promise<Connected>;
  control(leg: number, kind: ControlKind, text?: string): Promise<void>;
}

export function openDoor(link: Link): Door {
  const redeem = () => call("POST /v1/candidate/redeem", { body: link });
  const again = async <T>(act: () => Promise<T>): Promise<T> => {
    try {
      return await act();
    } catch (caught) {
      if (!isSignedOut(caught)) throw caught;
      await redeem();
      return await act();
    }
  };
  return {
    redeem,
    view: (signal) => again(() => call("GET /v1/candidate", signal && { signal })),
    consent: (version) => again(() => call("POST /v1/candidate/consent", { body: { version } })),
    microphone: (wav) => again(async () => await (await post("/v1/candidate/microphone", "audio/wav", wav)).json()),
    connect: (offer) => again(() => connect(offer)),
    control: (leg, kind, text) =>
      again(() => call("POST /v1/candidate/control", { body: { leg, kind, ...(text !== undefined && { text }) } })),
  };
}

async function connect(offer: string): Promise<Connected> {
  const response = await post("/v1/candidate/connect", "application/sdp", offer);
  return { answer: await response.text(), leg: Number(response.headers.get("leg")) };
}

function post(url: string, type: string, body: BodyInit): Promise<Response> {
  return send(url, { method: "POST", headers: { "content-type": type }, body });
}
