// The page as second witness: final words seen on the data channel go to the session's log through the outbox, with a key
// of their own, which outlives the cookie and the invitation. The server's own capture is the record; this proves it.
import type { Entry } from "./outbox/types";

export type Witness = {
  /** Takes one provider event; keeps it when its words are final. */
  see(leg: number, text: string): void;
  /** The interview is over: says once that nothing comes any more, if anything came. */
  end(): void;
};

/** What the witness needs of the outbox. */
type Keeper = { see(entry: Entry): void; fin(leg: number, at_ms: number): void };

const FINAL = new Set([
  "conversation.item.input_audio_transcription.completed",
  "conversation.item.input_audio_transcription.failed",
  "response.output_audio_transcript.done",
]);

/** `now`: milliseconds of this page's monotonic clock. */
export function witness(outbox: Keeper, now: () => number): Witness {
  /** The leg of the last entry; null before the first. */
  let at: number | null = null;
  let over = false;
  return {
    see(leg, text) {
      const body = over ? null : finalEvent(text);
      if (!body) return;
      at = leg;
      outbox.see({ kind: body.type, leg, at_ms: Math.round(now()), body });
    },
    end() {
      if (at !== null && !over) outbox.fin(at, Math.round(now()));
      over = true;
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
