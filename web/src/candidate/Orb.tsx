import { type CSSProperties, useEffect, useRef } from "react";
import { classes } from "../components/ui/classes";
import type { Shown } from "../interview/machine";
import { watchLevel } from "../interview/meter";
import styles from "./orb.module.css";
import { audioContext } from "./sound";
import { talk as words } from "./words.talk";

const SHAPE: Record<Shown, (string | undefined)[]> = {
  connecting: [styles.turning, styles.connecting],
  listening: [styles.listening],
  thinking: [styles.thinking],
  speaking: [styles.speaking],
  reconnecting: [styles.turning],
  paused: [styles.paused],
  waiting: [styles.paused],
};
const STILL = { "--level": 0 } as CSSProperties;

/** Who has the turn: a shape, a word, and once, politely, a sentence for those who do not see it. */
export function Orb({ shown, stream }: { shown: Shown; stream: MediaStream | null }) {
  const orb = useRef<HTMLDivElement>(null);
  const listening = shown === "listening";
  useEffect(() => {
    if (!stream || !listening) return;
    return watchLevel(audioContext(), stream, (level) => orb.current?.style.setProperty("--level", level.toFixed(2)));
  }, [stream, listening]);
  return (
    <div className={styles.presence}>
      <div ref={orb} className={classes(styles.orb, ...SHAPE[shown])} style={STILL} aria-hidden="true">
        <span className={styles.core}>
          <span className={styles.part} />
          <span className={styles.part} />
          <span className={styles.part} />
        </span>
      </div>
      <div aria-hidden="true">
        <div className={styles.state} data-state={shown}>
          {words.state[shown]}
        </div>
        <div className={styles.hint}>{words.hint[shown]}</div>
      </div>
      <div className="sr-only" role="status">
        {words.announce[shown]}
      </div>
    </div>
  );
}
