// How much goes into one request.
import type { Entry } from "./types";

const MOST_ENTRIES = 50;
const MOST_BYTES = 256 * 1024;
/** Browsers refuse more than 64 KiB in requests that outlive the page. */
const LAST_WORDS_BYTES = 60 * 1024;
/** What surrounds the entries. */
const FRAME_BYTES = 200;

const encoder = new TextEncoder();

/** The longest run from the oldest on that fits; never empty, so that one long entry cannot stop the others. */
export function batch(entries: readonly Entry[]): readonly Entry[] {
  const run = fitting(entries.slice(0, MOST_ENTRIES), MOST_BYTES);
  return run.length > 0 ? run : entries.slice(0, 1);
}

/** The longest run, from the oldest, that may outlive the page. */
export function lastWords(entries: readonly Entry[]): readonly Entry[] {
  return fitting(entries, LAST_WORDS_BYTES);
}

function fitting(entries: readonly Entry[], most: number): readonly Entry[] {
  let bytes = FRAME_BYTES;
  const end = entries.findIndex((entry) => {
    bytes += encoder.encode(JSON.stringify(entry)).length + 1;
    return bytes > most;
  });
  return end === -1 ? entries : entries.slice(0, end);
}
