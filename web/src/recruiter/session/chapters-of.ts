// Lines grouped as a recruiter reads them: opening, one chapter per question, closing. Pure.
import type { Plan } from "../../api/types";
import type { Line } from "../live/feed";

export type Chapter = {
  /** Where a link to the chapter leads. */
  id: string;
  title: string;
  /** 0-based place in the plan; null for opening and closing. */
  question: number | null;
  lines: Line[];
};

/** Lines without a question of their own stay in the chapter that runs. */
export function chaptersOf(lines: readonly Line[], plan: Plan): Chapter[] {
  const chapters: Chapter[] = [];
  for (const line of lines) {
    const last = chapters.at(-1);
    const next = chapterFor(line, last, plan, chapters.length);
    if (next !== last) chapters.push(next);
    next.lines.push(line);
  }
  return chapters;
}

function chapterFor(line: Line, last: Chapter | undefined, plan: Plan, place: number): Chapter {
  const question = line.turn?.question ?? null;
  const id = `chapter-${place}`;
  if (question !== null) {
    if (last?.question === question) return last;
    const text = plan.questions[question]?.text;
    return { id, title: text ?? `Question ${question + 1}`, question, lines: [] };
  }
  if (line.turn?.kind === "closing" && last?.title !== "Closing")
    return { id, title: "Closing", question: null, lines: [] };
  return last ?? { id, title: "Opening", question: null, lines: [] };
}
