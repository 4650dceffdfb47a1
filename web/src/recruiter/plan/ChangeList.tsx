import { Badge, type Tone } from "../../components/ui/Badge";
import styles from "./ChangeList.module.css";
import type { Change } from "./diff";

const KINDS: Record<Change["kind"], { word: string; tone: Tone }> = {
  added: { word: "New", tone: "ok" },
  removed: { word: "Removed", tone: "danger" },
  moved: { word: "Moved", tone: "neutral" },
  changed: { word: "Changed", tone: "accent" },
};

/** Each change with the words before and after it. */
export function ChangeList({ changes }: { changes: readonly Change[] }) {
  return (
    <ol className={styles.list}>
      {changes.map((change) => (
        <li className={styles.change} key={`${change.kind} ${change.what}`}>
          <div className={styles.what}>
            <Badge tone={KINDS[change.kind].tone}>{KINDS[change.kind].word}</Badge> {change.what}
          </div>
          {change.before !== null && (
            <p className={styles.before} dir="auto">
              <del>{change.before || "(empty)"}</del>
            </p>
          )}
          {change.after !== null && (
            <p className={styles.after} dir="auto">
              <ins>{change.after || "(empty)"}</ins>
            </p>
          )}
        </li>
      ))}
    </ol>
  );
}
