// Finds the input that a problem is about. Inputs carry `data-path`; a path that has no input leads to the nearest one above.
import type { Problem } from "../../api/types";

/** The message of the first problem with exactly this path. */
export function problemAt(problems: readonly Problem[], path: string): string | null {
  return problems.find((problem) => problem.path === path)?.message ?? null;
}

/** `questions[2].probes[0].text` → itself, `questions[2].probes[0]`, `questions[2].probes`, `questions[2]`, `questions`. */
export function pathsUpward(path: string): string[] {
  const paths: string[] = [];
  for (let rest = path; rest !== ""; rest = rest.replace(/(^|\.)[^.[\]]+$|\[[^\]]*\]$/, "")) paths.push(rest);
  return paths;
}

/** Focuses the input of a path; false if the page has none. */
export function focusPath(path: string, root: ParentNode = document): boolean {
  for (const candidate of pathsUpward(path)) {
    const element = root.querySelector<HTMLElement>(`[data-path="${candidate}"]`);
    if (!element) continue;
    element.focus();
    element.scrollIntoView({ block: "center" });
    return true;
  }
  return false;
}
