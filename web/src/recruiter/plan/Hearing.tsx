import type { Utterance } from "../../api/types";
import layout from "../layout.module.css";
import { ListenButton } from "../speech/ListenButton";
import { utteranceKind } from "../words";
import styles from "./Hearing.module.css";

/** All that the interviewer can say, in order, as the server would say it. */
export function Hearing({ utterances, minutes }: { utterances: readonly Utterance[]; minutes: number }) {
  return (
    <section className={layout.section}>
      <h2>
        What the candidate will hear <span className={layout.muted}>about {minutes} min</span>
      </h2>
      <ol className={styles.list}>
        {utterances.map((utterance) => (
          <li className={styles.line} key={`${utterance.kind} ${utterance.text}`}>
            <div className={styles.text}>
              <span className={styles.kind}>{utteranceKind(utterance.kind)}</span>
              <span dir="auto">{utterance.text}</span>
            </div>
            <ListenButton small text={utterance.text} what={`“${utterance.text.slice(0, 40)}”`} />
          </li>
        ))}
      </ol>
    </section>
  );
}
