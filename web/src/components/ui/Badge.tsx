import type { ReactNode } from "react";
import styles from "./Badge.module.css";
import { classes } from "./classes";

export type Tone = "neutral" | "accent" | "ok" | "warn" | "danger";
type BadgeProps = { tone?: Tone; dot?: boolean; icon?: ReactNode; children: ReactNode };

/** A state in a word; the color only repeats it. */
export function Badge({ tone = "neutral", dot = false, icon, children }: BadgeProps) {
  return (
    <span className={classes(styles.badge, styles[tone])}>
      {dot && <span className={styles.dot} />}
      {icon}
      {children}
    </span>
  );
}
