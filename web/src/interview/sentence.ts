// When a spoken sentence begins and ends, judged by loudness alone. Good enough for "I am ready."; the talk itself is
// judged by the engine.

export type Heard = "waiting" | "speaking" | "done" | "nothing";
export type Limits = { silenceMs: number; nothingMs: number; longestMs: number };

const SPEECH = 0.3;
/** Together below the 15 seconds that the server takes. */
export const LIMITS: Limits = { silenceMs: 1100, nothingMs: 8000, longestMs: 6000 };

/** Follows levels (0..1, see meter.ts) in their own time from `start`. */
export function sentence(start: number, limits: Limits = LIMITS): (level: number, now: number) => Heard {
  let first: number | null = null;
  let last = start;
  return (level, now) => {
    if (level >= SPEECH) {
      first ??= now;
      last = now;
    }
    if (first === null) return now - start >= limits.nothingMs ? "nothing" : "waiting";
    return now - last >= limits.silenceMs || now - first >= limits.longestMs ? "done" : "speaking";
  };
}
