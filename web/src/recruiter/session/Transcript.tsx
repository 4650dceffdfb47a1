// The transcript, live or afterwards: chapters of lines, with a search and keys for reading.
import { type ReactNode, type RefObject, useEffect, useRef, useState } from "react";
import type { LegView } from "../../api/types";
import { Shortcut } from "../../components/ui/Shortcut";
import { useKeys } from "../useKeys";
import { count } from "../words";
import type { Chapter } from "./chapters-of";
import { Interruption } from "./Interruption";
import { isMatch } from "./matches";
import styles from "./session.module.css";
import { TranscriptLine } from "./TranscriptLine";

type TranscriptProps = {
  chapters: readonly Chapter[];
  legs: readonly LegView[];
  /** Scrolls by itself while live. */
  box?: RefObject<HTMLElement | null>;
  /** Over the end of the transcript: "3 new". */
  over?: ReactNode;
  /** Where there is a recording to listen to. */
  hear?: Hearing | null;
};

type Hearing = {
  /** The item that is heard now. */
  said: string | null;
  /** Plays from a place, in milliseconds of the session. */
  at: (ms: number) => void;
  isPlaying: () => boolean;
};

export function Transcript({ chapters, legs, box, over, hear = null }: TranscriptProps) {
  const [search, setSearch] = useState("");
  const root = useRef<HTMLElement>(null);
  const input = useRef<HTMLInputElement>(null);
  useHearing(root, hear);
  useKeys({
    j: () => step(root.current, 1),
    k: () => step(root.current, -1),
    "/": () => input.current?.focus(),
  });
  const found = chapters.flatMap(({ lines }) => lines).filter((line) => isMatch(line, search)).length;
  let leg: number | null = null;
  return (
    <section aria-label="Transcript" className={styles.transcript} ref={root}>
      <div className={styles.search}>
        <input
          aria-label="Search in the transcript"
          className={styles.searchInput}
          dir="auto"
          onChange={(event) => setSearch(event.target.value)}
          onKeyDown={(event) => {
            if (event.key === "Escape") {
              setSearch("");
              event.currentTarget.blur();
            }
            if (event.key === "Enter") step(root.current, 1, "[data-match]");
          }}
          placeholder="Search the transcript"
          ref={input}
          type="search"
          value={search}
        />
        <span aria-live="polite" className={styles.found}>
          {search.trim() === "" ? <Shortcut keys="/" /> : count(found, "line")}
        </span>
      </div>
      <div
        className={box ? `${styles.lines} ${styles.box}` : styles.lines}
        ref={box as RefObject<HTMLDivElement | null>}
        // What scrolls by itself can also be scrolled by key.
        {...(box && { tabIndex: 0, role: "group", "aria-label": "Lines" })}
      >
        {chapters.map((chapter) => (
          <section aria-labelledby={chapter.id} key={chapter.id}>
            <h2 className={styles.chapterHeading} id={chapter.id} dir="auto">
              {chapter.question !== null && <span className={styles.chapterNumber}>{chapter.question + 1}</span>}
              {chapter.title}
            </h2>
            <ol className={styles.lineList}>
              {chapter.lines.map((line) => {
                const before: number | null = leg;
                leg = line.turn?.leg ?? leg;
                return (
                  <li key={line.item}>
                    {before !== null && leg !== null && leg > before && (
                      <Interruption from={before} legs={legs} to={leg} />
                    )}
                    <TranscriptLine
                      canHear={hear !== null}
                      isHeard={line.item === hear?.said}
                      line={line}
                      search={search}
                    />
                  </li>
                );
              })}
            </ol>
          </section>
        ))}
      </div>
      {over}
    </section>
  );
}

/** Focuses the next or previous line; starts at the first, or at the last when going back. */
function step(root: HTMLElement | null, by: 1 | -1, which = "[data-line]"): void {
  const all = [...(root?.querySelectorAll<HTMLElement>(which) ?? [])];
  const at = all.indexOf(document.activeElement as HTMLElement);
  const next = at < 0 ? (by > 0 ? 0 : all.length - 1) : at + by;
  all[next]?.focus();
  all[next]?.scrollIntoView({ block: "nearest" });
}

/** A click on a line, or Enter on the one with the focus, plays from there; the line that is heard stays in view. */
function useHearing(root: RefObject<HTMLElement | null>, hear: Hearing | null): void {
  const newest = useRef(hear);
  useEffect(() => {
    newest.current = hear;
  });
  useEffect(() => {
    const section = root.current;
    const play = (target: EventTarget | null) => {
      const line = target instanceof Element ? target.closest<HTMLElement>("[data-line][data-ms]") : null;
      // Words that are being marked for copying are no wish to listen.
      if (line && newest.current && getSelection()?.isCollapsed !== false) newest.current.at(Number(line.dataset.ms));
    };
    const onClick = (event: MouseEvent) => play(event.target);
    const onKey = (event: KeyboardEvent) => {
      if (event.key === "Enter" && event.target instanceof HTMLElement && event.target.matches("[data-line]"))
        play(event.target);
    };
    section?.addEventListener("click", onClick);
    section?.addEventListener("keydown", onKey);
    return () => {
      section?.removeEventListener("click", onClick);
      section?.removeEventListener("keydown", onKey);
    };
  }, [root]);
  const said = hear?.said;
  useEffect(() => {
    if (said && newest.current?.isPlaying())
      root.current?.querySelector("[data-line][aria-current]")?.scrollIntoView({ block: "nearest" });
  }, [said, root]);
}
