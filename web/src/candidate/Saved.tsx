import { classes } from "../components/ui/classes";
import { CheckIcon, ClockIcon } from "../components/ui/icons";
import type { Keeping } from "../interview/outbox/types";
import styles from "./saved.module.css";
import { useLasting } from "./useTalking";
import { keeping as kept, talk as words } from "./words.talk";

/** A request under way is no news. */
const NEWS_AFTER_MS = 1000;

/** How much is saved; while something waits, how much and where. */
export function Saved({ saved, keeping }: { saved: number; keeping: Keeping }) {
  const { waiting, storage, online } = keeping;
  const behind = useLasting(waiting > 0, NEWS_AFTER_MS) || (waiting > 0 && !online);
  if (!behind) {
    return (
      <span className={styles.saved} title={words.savedLabel(saved)} data-saved-count={saved}>
        {words.saved} <CheckIcon size={16} /> {saved}
      </span>
    );
  }
  const whole = kept.waiting(waiting, storage === "memory");
  return (
    <span
      className={classes(styles.saved, styles.behind)}
      title={whole}
      data-saved-count={saved}
      data-waiting={waiting}
    >
      <ClockIcon size={16} /> <span className={styles.onWide}>{whole}</span>
      <span className={styles.onNarrow}>{kept.waitingShort(waiting)}</span>
    </span>
  );
}

/** That sound is recorded is said as long as it is. */
export function Recorded() {
  return (
    <span className={styles.recorded} title={words.recordedLong}>
      <span className={styles.onWide}>{words.recorded}</span>
      <span className={styles.onNarrow}>{words.recordedShort}</span>
    </span>
  );
}
