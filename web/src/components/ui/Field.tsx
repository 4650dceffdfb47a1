import { type ComponentProps, type ReactNode, useId } from "react";
import { classes } from "./classes";
import styles from "./Field.module.css";
import { WarnIcon } from "./icons";

type Around = {
  label: ReactNode;
  /** Shown small under the label. */
  hint?: ReactNode;
  /** What is wrong and what to do, in words. */
  error?: string | null | undefined;
  /** The label is for assistive technology only. */
  hideLabel?: boolean;
};
type Wiring = { id: string; "aria-describedby"?: string; "aria-invalid"?: true };

/** Label, hint and error around any control; `children` gets the attributes that tie them together. */
export function Labeled({
  label,
  hint,
  error,
  hideLabel,
  children,
}: Around & { children: (wiring: Wiring) => ReactNode }) {
  const id = useId();
  const described = [hint ? `${id}-hint` : null, error ? `${id}-error` : null].filter((part) => part !== null);
  const wiring: Wiring = { id };
  if (described.length > 0) wiring["aria-describedby"] = described.join(" ");
  if (error) wiring["aria-invalid"] = true;
  return (
    <div className={styles.field}>
      <label className={hideLabel ? "sr-only" : styles.label} htmlFor={id}>
        {label}
      </label>
      {hint && (
        <div className={styles.hint} id={`${id}-hint`}>
          {hint}
        </div>
      )}
      {children(wiring)}
      {error && (
        <div className={styles.error} id={`${id}-error`} role="alert">
          <WarnIcon size={16} />
          {error}
        </div>
      )}
    </div>
  );
}

/** A one-line input. */
export function Field({ label, hint, error, hideLabel, className, ...input }: ComponentProps<"input"> & Around) {
  return (
    <Labeled label={label} hint={hint} error={error} hideLabel={hideLabel ?? false}>
      {(wiring) => <input {...input} {...wiring} className={classes(styles.control, className)} />}
    </Labeled>
  );
}

/** A text of several lines, growing with what is written. */
export function TextField({ label, hint, error, hideLabel, className, ...area }: ComponentProps<"textarea"> & Around) {
  return (
    <Labeled label={label} hint={hint} error={error} hideLabel={hideLabel ?? false}>
      {(wiring) => <textarea {...area} {...wiring} className={classes(styles.control, className)} />}
    </Labeled>
  );
}
