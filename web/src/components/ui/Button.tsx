import type { ComponentProps, ReactNode } from "react";
import styles from "./Button.module.css";
import { classes } from "./classes";

type Look = {
  kind?: "primary" | "quiet" | "plain" | "danger";
  size?: "small" | "medium" | "large";
  /** For a button that shows an icon only; give it `aria-label`. */
  square?: boolean;
};
type ButtonProps = ComponentProps<"button"> &
  Look & {
    /** Waits for something: keeps its width, cannot be pressed again. */
    busy?: boolean;
    icon?: ReactNode;
  };

export function Button({
  kind = "quiet",
  size,
  square,
  busy = false,
  icon,
  children,
  className,
  ...rest
}: ButtonProps) {
  return (
    <button
      type="button"
      {...rest}
      className={classes(
        buttonClass({ kind, ...(size && { size }), ...(square && { square }) }),
        busy && styles.busy,
        className,
      )}
      aria-busy={busy || undefined}
      disabled={rest.disabled || busy}
    >
      <span className={styles.label}>
        {icon}
        {children}
      </span>
      {busy && <span className={styles.spinner} />}
    </button>
  );
}

/** The button's look for a link: `<a className={buttonClass({ kind: "primary" })}>`. */
export function buttonClass({ kind = "quiet", size = "medium", square = false }: Look): string {
  return classes(styles.button, styles[kind], styles[size], square && styles.square);
}
