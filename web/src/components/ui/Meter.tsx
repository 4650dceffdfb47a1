import { classes } from "./classes";
import styles from "./Meter.module.css";

const BARS = 16;

/** A sound level, 0 to 1, as a row of bars. */
export function Meter({ label, value }: { label: string; value: number }) {
  const lit = Math.round(Math.min(1, Math.max(0, value)) * BARS);
  return (
    // biome-ignore lint/a11y/useSemanticElements: <meter> cannot be drawn as bars
    <div
      className={styles.meter}
      role="meter"
      aria-label={label}
      aria-valuemin={0}
      aria-valuemax={100}
      aria-valuenow={Math.round((lit / BARS) * 100)}
    >
      {Array.from({ length: BARS }, (_, index) => (
        // biome-ignore lint/suspicious/noArrayIndexKey: the bars are a fixed row
        <span key={index} className={classes(styles.bar, index < lit && styles.on)} />
      ))}
    </div>
  );
}

/** How much of a known amount is done. */
export function Progress({ label, done, total }: { label: string; done: number; total: number }) {
  const percent = total > 0 ? Math.round((done / total) * 100) : 0;
  return (
    <div
      className={styles.progress}
      role="progressbar"
      aria-label={label}
      aria-valuemin={0}
      aria-valuemax={100}
      aria-valuenow={percent}
    >
      <span className={styles.fill} style={{ width: `${percent}%` }} />
    </div>
  );
}
