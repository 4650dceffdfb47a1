import { useId } from "react";
import type { PlanMode } from "../../api/types";
import layout from "../layout.module.css";
import { PLAN_MODES } from "../words";
import styles from "./ModeChoice.module.css";

const MODES = Object.keys(PLAN_MODES) as PlanMode[];

/** Who decides how answers are followed up: the plan's rules, or a model within their bounds. */
export function ModeChoice({ mode, onChange }: { mode: PlanMode; onChange: (mode: PlanMode) => void }) {
  const id = useId();
  return (
    <fieldset className={`${layout.card} ${styles.choice}`} data-path="mode">
      <legend className={styles.legend}>Following up</legend>
      {MODES.map((value) => (
        <div className={styles.option} key={value}>
          <input
            aria-describedby={`${id}-${value}-meaning`}
            checked={value === mode}
            id={`${id}-${value}`}
            name={id}
            onChange={() => onChange(value)}
            type="radio"
            value={value}
          />
          <label className={styles.name} htmlFor={`${id}-${value}`}>
            {PLAN_MODES[value].name}
          </label>
          <p className={styles.meaning} id={`${id}-${value}-meaning`}>
            {PLAN_MODES[value].meaning}
          </p>
        </div>
      ))}
    </fieldset>
  );
}
