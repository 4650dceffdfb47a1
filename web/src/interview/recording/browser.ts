// The recording's ports in a real browser. Loaded when the page is up: the first view does not wait for it.
import { send } from "../../api/client";
import { accepted, failed } from "../outbox/answer";
import type { Outcome } from "../outbox/types";
import { device } from "./device";
import { Recorder } from "./recorder";
import type { LegRecorder, Post, Recording } from "./types";
import { Uploads } from "./uploads";

/** A request without an answer for so long is asked again. */
const ANSWER_MS = 30_000;
/** The page's name among the origin's locks. */
const lockOf = (page: string) => `recording:${page}`;

/** Opens the page's recording; what earlier pages of the origin left begins to be sent. */
export function openRecording(words: () => Promise<unknown>): Recording<LegRecorder> {
  const page = random();
  // Held as long as the page lives: who gets it knows that the page is gone, also after a crash.
  navigator.locks?.request(lockOf(page), () => new Promise<void>(() => undefined)).catch(() => undefined);
  const uploads = new Uploads({ device: device(), post, words, pause, whenGone, page });
  return {
    store: uploads.store,
    settled: (ms) => uploads.settled(ms),
    recorder: (session, key) =>
      new Recorder(
        {
          Recorder: typeof MediaRecorder === "undefined" ? null : MediaRecorder,
          keep: (segment, about, chunk) => uploads.keep(segment, about, chunk),
          onState: (recording) => uploads.store.dispatch({ recording }),
          now: () => performance.now(),
          random,
        },
        { session, key },
      ),
  };
}

async function post({ segment, about, chunk }: Post): Promise<Outcome> {
  const { session, key, mediaType, leg, offsetMs } = about;
  const { seq, endMs, last, sound } = chunk;
  const what = new URLSearchParams({
    leg: String(leg),
    offset_ms: String(offsetMs),
    end_ms: String(endMs),
    last: String(last),
  });
  try {
    const digest = new Uint8Array(await crypto.subtle.digest("SHA-256", sound));
    const response = await send(`/v1/s/${encodeURIComponent(session)}/recording/${segment}/${seq}?${what}`, {
      method: "PUT",
      // Its own key says who may add; a cookie would say more than is needed.
      credentials: "omit",
      headers: {
        authorization: `Bearer ${key}`,
        "content-type": mediaType,
        "content-digest": `sha-256=:${btoa(String.fromCharCode(...digest))}:`,
      },
      body: sound,
      priority: "low",
      signal: AbortSignal.timeout(ANSWER_MS),
    });
    return accepted(await response.json());
  } catch (caught) {
    return failed(caught);
  }
}

function pause(ms: number): Promise<void> {
  return new Promise((resolve) => {
    const end = () => {
      clearTimeout(timer);
      window.removeEventListener("online", end);
      resolve();
    };
    const timer = setTimeout(end, ms);
    window.addEventListener("online", end);
  });
}

function whenGone(page: string, work: () => Promise<void>): void {
  // Without locks it cannot be known; the server takes repeats.
  if (!navigator.locks) void work();
  else navigator.locks.request(lockOf(page), work).catch(() => undefined);
}

function random(): string {
  const bytes = crypto.getRandomValues(new Uint8Array(16));
  return [...bytes].map((byte) => byte.toString(16).padStart(2, "0")).join("");
}
