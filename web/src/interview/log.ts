// The page as second witness: final words seen on the data channel go to the session's log through the outbox, with a key
// of their own, which outlives the cookie and the invitation. The server's own capture is the record; this proves it.
import type { Entry } from "./outbox/types";

export type Witness = {
  /** Takes one provider event; keeps it when its words are final. */
  see(leg: number, text: string): void;
};

const FINAL = new Set([
  "conversation.item.input_audio_transcription.completed",
  "conversation.item.input_audio_transcription.failed",
  "response.output_audio_transcript.done",
]);

/** `now`: milliseconds of this page's monotonic clock. */
export function witness(outbox: { see(entry: Entry): void }, now: () => number): Witness {
  return {
    see(leg, text) {
      const body = finalEvent(text);
      if (body) outbox.see({ kind: body.type, leg, at_ms: Math.round(now()), body });
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
