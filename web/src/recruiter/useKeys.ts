// Single-key shortcuts of a page. They rest while the person types, or while a dialog is open.
import { useEffect, useRef } from "react";

/** `keys` maps `KeyboardEvent.key` to what it does. The newest map is used, so it need not be stable. */
export function useKeys(keys: Record<string, () => void>): void {
  const newest = useRef(keys);
  useEffect(() => {
    newest.current = keys;
  });
  useEffect(() => {
    const onKey = (event: KeyboardEvent) => {
      const act = newest.current[event.key];
      if (!act || event.ctrlKey || event.metaKey || event.altKey || isTaken(event)) return;
      event.preventDefault();
      act();
    };
    document.addEventListener("keydown", onKey);
    return () => document.removeEventListener("keydown", onKey);
  }, []);
}

function isTaken({ key, target }: KeyboardEvent): boolean {
  if (document.querySelector("dialog[open]")) return true;
  // The space bar presses what has the focus.
  if (key === " " && target instanceof HTMLElement && target.closest("button, a, summary")) return true;
  return target instanceof HTMLElement && (target.isContentEditable || target.matches("input, textarea, select"));
}
