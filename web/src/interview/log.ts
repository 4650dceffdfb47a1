// The page as second witness: final words seen on the data channel are appended to the session's log with a key of their
// own, which outlives the cookie and the invitation. The server's own capture is the record; this proves it.
import { ApiError, send } from "../api/client";

type LogEvent = { kind: string; leg: number; at_ms: number; body: unknown };
export type Witness = {
  /** Takes one provider event; keeps it when its words are final. */
  see(leg: number, text: string): void;
  /** Sends what is left while the page goes away. */
  flush(): void;
  /** Resolves when everything seen is acknowledged, or after `ms`. True when nothing is left. */
  settled(ms: number): Promise<boolean>;
};
export type WitnessParts = {
  session: string;
  key: string;
  /** This page load's own name, 128 random bits: the log's sequence belongs to it. */
  instance: string;
  /** Milliseconds of this page's monotonic clock. */
  now(): number;
};

const FINAL = new Set([
  "conversation.item.input_audio_transcription.completed",
  "conversation.item.input_audio_transcription.failed",
  "response.output_audio_transcript.done",
]);
const AGAIN_MS = [500, 1000, 2000, 5000, 10_000];
const BATCH = 50;
/** Browsers refuse more than 64 KiB in requests that outlive the page. */
const LAST_WORDS_BYTES = 60 * 1024;

export function witness({ session, key, instance, now }: WitnessParts): Witness {
  // All events stay in memory, so that the server may ask for any of them again.
  const seen: LogEvent[] = [];
  let acked = 0;
  let sending = false;
  let losses = 0;
  let refused = false;
  const waiting = new Set<() => void>();
  const url = `/v1/s/${encodeURIComponent(session)}/log`;
  const post = (events: LogEvent[], keepalive: boolean) =>
    send(url, {
      method: "POST",
      keepalive,
      headers: { "content-type": "application/json", authorization: `Bearer ${key}` },
      body: JSON.stringify({ instance, first_seq: acked + 1, events }),
    });

  const pump = async (): Promise<void> => {
    if (sending || refused) return;
    sending = true;
    while (acked < seen.length && !refused) {
      try {
        const response = await post(seen.slice(acked, acked + BATCH), false);
        const body = (await response.json()) as { acked: number };
        acked = Math.max(acked, Math.min(body.acked, seen.length));
        losses = 0;
      } catch (caught) {
        const expected = gap(caught);
        if (expected !== null && expected - 1 !== acked) acked = Math.min(Math.max(0, expected - 1), seen.length);
        else if (isFinal(caught)) refused = true;
        else await pause(AGAIN_MS[Math.min(losses++, AGAIN_MS.length - 1)] ?? 0);
      }
    }
    sending = false;
    for (const done of waiting) done();
  };

  return {
    see(leg, text) {
      const body = finalEvent(text);
      if (!body) return;
      seen.push({ kind: body.type, leg, at_ms: Math.round(now()), body });
      void pump();
    },
    flush() {
      const events = fitting(seen.slice(acked));
      if (events.length > 0 && !refused) post(events, true).catch(() => undefined);
    },
    settled(ms) {
      if (acked >= seen.length) return Promise.resolve(true);
      return new Promise((resolve) => {
        const done = () => {
          waiting.delete(done);
          clearTimeout(timer);
          resolve(acked >= seen.length);
        };
        const timer = setTimeout(done, ms);
        waiting.add(done);
      });
    },
  };
}

function finalEvent(text: string): { type: string } | null {
  try {
    const event: unknown = JSON.parse(text);
    if (typeof event !== "object" || event === null || !("type" in event)) return null;
    return typeof event.type === "string" && FINAL.has(event.type) ? { ...event, type: event.type } : null;
  } catch {
    return null;
  }
}

/** The longest run of events, from the oldest, that may outlive the page. */
function fitting(events: LogEvent[]): LogEvent[] {
  const encoder = new TextEncoder();
  let bytes = 200;
  const end = events.findIndex((event) => {
    bytes += encoder.encode(JSON.stringify(event)).length + 1;
    return bytes > LAST_WORDS_BYTES;
  });
  return end === -1 ? events : events.slice(0, end);
}

function gap(caught: unknown): number | null {
  return caught instanceof ApiError && caught.code === "gap" ? caught.expected : null;
}

/** Asking again would bring the same answer. */
function isFinal(caught: unknown): boolean {
  return caught instanceof ApiError && caught.status >= 400 && caught.status < 500 && caught.status !== 429;
}

function pause(ms: number): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, ms));
}
