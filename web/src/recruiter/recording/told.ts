// What there is of a recording, in words. Pure.
import type { RecordingPart, RecordingReport } from "../../api/types";
import { clock, length } from "../../components/ui/times";
import { count } from "../words";

type Gap = { start_ms: number; end_ms: number };

/** A difference of so much is no gap. */
const ROUGHLY_MS = 250;

/** The files of the side by which a recording is judged: the candidate's, if there is any. */
function judged(parts: readonly RecordingPart[]): readonly RecordingPart[] {
  const own = parts.filter(({ side }) => side === "candidate");
  return own.length > 0 ? own : parts;
}

/** Every gap, in order: where no file has anything. */
export function gapsOf({ parts }: RecordingReport): Gap[] {
  const files = judged(parts);
  const isElsewhere = (gap: Gap, of: RecordingPart) =>
    files.some(
      (other) =>
        other !== of &&
        other.start_ms <= gap.start_ms + ROUGHLY_MS &&
        gap.end_ms <= other.start_ms + other.duration_ms + ROUGHLY_MS,
    );
  const gaps = files.flatMap((file) => file.gaps.filter((gap) => !isElsewhere(gap, file)));
  return gaps.toSorted((a, b) => a.start_ms - b.start_ms);
}

export const durationOf = ({ parts }: RecordingReport): number =>
  Math.max(0, ...parts.map(({ start_ms, duration_ms }) => start_ms + duration_ms));

/** Whose voices they are. */
function voices(parts: readonly RecordingPart[]): string {
  const has = (side: RecordingPart["side"]) => parts.some((part) => part.side === side);
  if (!has("interviewer")) return "Recorded by the candidate’s browser, without the interviewer’s voice";
  return has("candidate") ? "Both voices are recorded" : "Only the interviewer’s voice is recorded";
}

/** "Both voices are recorded: 24:10, 1 gap of 4 s." */
export function told(report: RecordingReport): string {
  switch (report.phase) {
    case "off":
      return "This interview was not recorded: the notice that the candidate agreed to says so.";
    case "recording":
      return "It is recorded while the interview runs.";
    case "joining":
      return "The recording is being put together. The candidate’s device may still send the rest.";
    case "ready":
      break;
  }
  if (report.parts.length === 0)
    return report.state === "nothing" ? "There is no recording: nothing was said aloud." : "There is no recording.";
  const gaps = gapsOf(report);
  const lost = gaps.reduce((sum, { start_ms, end_ms }) => sum + end_ms - start_ms, 0);
  const of = gaps.length === 1 ? "of" : "together";
  const missing = gaps.length === 0 ? "no gaps" : `${count(gaps.length, "gap")} ${of} ${length(Math.max(1000, lost))}`;
  return `${voices(report.parts)}: ${clock(durationOf(report))}, ${missing}.`;
}

/** The line that is said at a place: the last one that began. */
export function lineAt<Line extends { started_ms: number }>(lines: readonly Line[], at: number): Line | null {
  let found: Line | null = null;
  for (const line of lines) if (line.started_ms <= at && (!found || line.started_ms >= found.started_ms)) found = line;
  return found;
}
