import { useId } from "react";
import layout from "../layout.module.css";
import styles from "./RecordingSwitch.module.css";

type RecordingSwitchProps = { checked: boolean; onChange: (checked: boolean) => void };

/** Whether interviews are recorded. What candidates agree to follows from it. */
export function RecordingSwitch({ checked, onChange }: RecordingSwitchProps) {
  const id = useId();
  return (
    <section className={layout.section}>
      <h2>Recording</h2>
      <label className={styles.check}>
        <input
          aria-describedby={id}
          checked={checked}
          onChange={(event) => onChange(event.target.checked)}
          type="checkbox"
        />
        Record the interview
      </label>
      <p className={layout.muted} id={id}>
        The candidate’s browser records the candidate’s voice, and on our own voice engine both voices are recorded, so
        that you can listen where a word was misheard. Candidates are told before they agree. Whoever has agreed to the
        other text is asked again before the next talk.
      </p>
    </section>
  );
}
