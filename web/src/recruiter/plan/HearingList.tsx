import type { Utterance } from "../../api/types";
import layout from "../layout.module.css";
import { ListenButton } from "../speech/ListenButton";
import { utteranceKind } from "../words";
import styles from "./HearingList.module.css";
import type { Hearing } from "./hearing";

/** All that the interviewer can say: in order, and below it what is said only when needed. */
export function HearingList({ hearing, minutes }: { hearing: Hearing; minutes: number }) {
  return (
    <section className={layout.section}>
      <h2>
        What the candidate will hear <span className={layout.muted}>about {minutes} min</span>
      </h2>
      <Lines lines={hearing.inOrder} />
      {hearing.whenNeeded.length > 0 && (
        <details className={styles.needed}>
          <summary>Said only when needed ({hearing.whenNeeded.length})</summary>
          <Lines lines={hearing.whenNeeded} />
        </details>
      )}
    </section>
  );
}

function Lines({ lines }: { lines: readonly Utterance[] }) {
  return (
    <ol className={styles.list}>
      {lines.map(({ kind, text }, index) => (
        // biome-ignore lint/suspicious/noArrayIndexKey: the same text may be said twice; its place tells it apart
        <li className={styles.line} key={`${index} ${text}`}>
          <div className={styles.text}>
            <span className={styles.kind}>{utteranceKind(kind)}</span>
            <span dir="auto">{text}</span>
          </div>
          <ListenButton small text={text} what={`“${text.slice(0, 40)}”`} />
        </li>
      ))}
    </ol>
  );
}
