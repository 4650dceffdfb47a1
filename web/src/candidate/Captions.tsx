import { classes } from "../components/ui/classes";
import type { Line } from "../interview/machine";
import styles from "./talk.module.css";
import { talk as words } from "./words.talk";

/** The last lines of both voices: grey while heard, black when saved. Never announced: it would talk over the interviewer. */
export function Captions({ lines, larger }: { lines: Line[]; larger: boolean }) {
  return (
    <section className={classes(styles.captions, larger && styles.larger)} aria-label={words.captions}>
      {lines.map((line) => (
        <div
          key={line.item}
          className={classes(styles.line, line.speaker === "candidate" && styles.you, line.saved && styles.kept)}
          data-saved={line.saved}
        >
          <span className={styles.speaker}>{line.speaker === "candidate" ? words.you : words.interviewer}</span>
          <div className={styles.words}>
            <div dir="auto">{line.text}</div>
          </div>
        </div>
      ))}
    </section>
  );
}
