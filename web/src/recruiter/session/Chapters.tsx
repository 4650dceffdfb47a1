import type { Plan } from "../../api/types";
import { classes } from "../../components/ui/classes";
import { clock } from "../../components/ui/times";
import type { Chapter } from "./chapters-of";
import styles from "./session.module.css";

type ChaptersProps = {
  chapters: readonly Chapter[];
  plan: Plan;
  /** The question that is talked about now, 0-based; null when the talk is over or between questions. */
  current: number | null;
};

/** The plan's questions as the way through the transcript. */
export function Chapters({ chapters, plan, current }: ChaptersProps) {
  return (
    <nav aria-label="Questions" className={styles.chapters}>
      <ol className={styles.chapterList}>
        {plan.questions.map((question, index) => {
          const chapter = chapters.find((candidate) => candidate.question === index);
          const start = chapter?.lines[0]?.turn?.started_ms;
          const inside = (
            <>
              <span className={styles.chapterNumber}>{index + 1}</span>
              <span className={styles.chapterText} dir="auto">
                {question.text}
              </span>
              <span className={styles.chapterTime}>{start === undefined ? "" : clock(start)}</span>
            </>
          );
          return (
            <li aria-current={index === current ? "step" : undefined} key={question.id}>
              {chapter ? (
                <a className={classes(styles.chapter, index === current && styles.current)} href={`#${chapter.id}`}>
                  {inside}
                </a>
              ) : (
                <span className={classes(styles.chapter, styles.unasked)}>
                  {inside}
                  <span className="sr-only">not asked yet</span>
                </span>
              )}
            </li>
          );
        })}
      </ol>
    </nav>
  );
}
