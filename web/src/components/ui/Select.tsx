import type { ComponentProps, ReactNode } from "react";
import { classes } from "./classes";
import { Labeled } from "./Field";
import styles from "./Field.module.css";
import { ChevronDownIcon } from "./icons";

type SelectProps = ComponentProps<"select"> & {
  label: ReactNode;
  hint?: ReactNode;
  error?: string | null;
  hideLabel?: boolean;
  options: { value: string; label: string }[];
};

/** The browser's own list: best on phones and for assistive technology. */
export function Select({ label, hint, error, hideLabel, options, className, ...select }: SelectProps) {
  return (
    <Labeled label={label} hint={hint} error={error} hideLabel={hideLabel ?? false}>
      {(wiring) => (
        <div className={styles.choice}>
          <select {...select} {...wiring} className={classes(styles.control, styles.select, className)}>
            {options.map((option) => (
              <option key={option.value} value={option.value}>
                {option.label}
              </option>
            ))}
          </select>
          <ChevronDownIcon size={16} />
        </div>
      )}
    </Labeled>
  );
}
