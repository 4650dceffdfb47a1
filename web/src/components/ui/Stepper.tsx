import { classes } from "./classes";
import styles from "./Stepper.module.css";

/** Where one is in a short walk of known steps; `current` counts from 0. */
export function Stepper({ label, steps, current }: { label: string; steps: string[]; current: number }) {
  return (
    <ol className={styles.steps} aria-label={label}>
      {steps.map((step, index) => (
        <li
          key={step}
          className={classes(styles.step, index < current && styles.done, index === current && styles.current)}
          aria-current={index === current ? "step" : undefined}
        >
          {step}
        </li>
      ))}
    </ol>
  );
}
