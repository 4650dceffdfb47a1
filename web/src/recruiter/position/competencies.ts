// Competencies while they are edited: five levels always in view, the empty ones left out when saved.
import type { Anchor, Competency, Position } from "../../api/types";

export const LEVELS = [1, 2, 3, 4, 5] as const;
/** A competency with fewer written anchors blocks publishing. */
export const ENOUGH_ANCHORS = 3;

/** What the form of a position edits. */
export type Facts = { title: string; description: string; competencies: Competency[]; is_recorded: boolean };

export function facts({ title, description, competencies, is_recorded }: Position): Facts {
  return { title, description, competencies, is_recorded };
}

/** What is sent: trimmed, without empty anchors, anchors in order of level. */
export function written({ title, description, competencies, is_recorded }: Facts): Facts {
  return {
    is_recorded,
    title: title.trim(),
    description: description.trim(),
    competencies: competencies.map((competency) => ({
      ...competency,
      name: competency.name.trim(),
      description: competency.description.trim(),
      anchors: competency.anchors
        .map(({ level, text }) => ({ level, text: text.trim() }))
        .filter(({ text }) => text !== "")
        .toSorted((a, b) => a.level - b.level),
    })),
  };
}

export function isSame(a: Facts, b: Facts): boolean {
  return JSON.stringify(written(a)) === JSON.stringify(written(b));
}

export function newCompetency(uuid: string): Competency {
  return { id: `c_${uuid.slice(0, 8)}`, name: "", description: "", anchors: [] };
}

/** The words of a level; empty if there are none. */
export function anchorAt(anchors: readonly Anchor[], level: number): string {
  return anchors.find((anchor) => anchor.level === level)?.text ?? "";
}

export function withAnchor(anchors: readonly Anchor[], level: number, text: string): Anchor[] {
  const others = anchors.filter((anchor) => anchor.level !== level);
  return [...others, { level, text }].toSorted((a, b) => a.level - b.level);
}
