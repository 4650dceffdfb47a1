// Search in the transcript: plain words, any case. Pure.
import type { Line } from "../live/feed";

/** Whether a line has the words; nothing matches an empty search. */
export function isMatch(line: Line, search: string): boolean {
  const wanted = search.trim().toLowerCase();
  return wanted !== "" && (line.turn?.text ?? line.hearing).toLowerCase().includes(wanted);
}

/** The text cut at each occurrence of the words: odd places are the occurrences. */
export function cutAtMatches(text: string, search: string): string[] {
  const wanted = search.trim();
  if (wanted === "") return [text];
  const safe = wanted.replace(/[.*+?^${}()|[\]\\]/g, "\\$&");
  return text.split(new RegExp(`(${safe})`, "gi"));
}
