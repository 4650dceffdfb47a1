// What there is of a recording, in words. Pure.
import type { RecordingReport } from "../../api/types";
import { clock, length } from "../../components/ui/times";
import { count } from "../words";

type Gap = { start_ms: number; end_ms: number };

/** Every gap, in order. */
export function gapsOf({ parts }: RecordingReport): Gap[] {
  return parts.flatMap(({ gaps }) => gaps).toSorted((a, b) => a.start_ms - b.start_ms);
}

export const durationOf = ({ parts }: RecordingReport): number =>
  Math.max(0, ...parts.map(({ start_ms, duration_ms }) => start_ms + duration_ms));

/** "Recorded by the candidate’s browser, without the interviewer’s voice: 24:10, 1 gap of 4 s." */
export function told(report: RecordingReport): string {
  switch (report.phase) {
    case "off":
      return "This interview was not recorded: the notice that the candidate agreed to says so.";
    case "recording":
      return "The candidate’s browser records while the interview runs.";
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
  return `Recorded by the candidate’s browser, without the interviewer’s voice: ${clock(durationOf(report))}, ${missing}.`;
}

/** The line that is said at a place: the last one that began. */
export function lineAt<Line extends { started_ms: number }>(lines: readonly Line[], at: number): Line | null {
  let found: Line | null = null;
  for (const line of lines) if (line.started_ms <= at && (!found || line.started_ms >= found.started_ms)) found = line;
  return found;
}
