/** A modal question or form. The browser's own dialog keeps the focus inside and closes on Escape. */
import { type ReactNode, useEffect, useId, useRef } from "react";
import { Button } from "./Button";
import { classes } from "./classes";
import styles from "./Dialog.module.css";
import { CrossIcon } from "./icons";

type DialogProps = {
  title: string;
  /** Called when the person closes it: Escape, the close button, or a press beside it. */
  onClose: () => void;
  children: ReactNode;
  /** Buttons at the end; the primary one last. */
  actions?: ReactNode;
  /** Room for tables and long texts. */
  wide?: boolean;
};

export function Dialog({ title, onClose, children, actions, wide = false }: DialogProps) {
  const dialog = useRef<HTMLDialogElement>(null);
  const heading = useId();

  useEffect(() => {
    const element = dialog.current;
    if (!element?.open) element?.showModal();
    firstUseful(element)?.focus();
    return () => element?.close();
  }, []);

  return (
    // biome-ignore lint/a11y/useKeyWithClickEvents: Escape, the keyboard's way to close, is the dialog's own
    <dialog
      aria-labelledby={heading}
      className={classes(styles.dialog, wide && styles.wide)}
      onCancel={(event) => {
        event.preventDefault();
        onClose();
      }}
      onClick={(event) => {
        if (event.target === dialog.current) onClose();
      }}
      ref={dialog}
    >
      <div className={styles.frame}>
        <div className={styles.header}>
          <h2 className={styles.title} dir="auto" id={heading}>
            {title}
          </h2>
          <Button
            aria-label="Close"
            icon={<CrossIcon size={16} />}
            kind="plain"
            onClick={onClose}
            size="small"
            square
          />
        </div>
        <div className={styles.body}>{children}</div>
        {actions && (
          <div className={styles.actions} data-actions="">
            {actions}
          </div>
        )}
      </div>
    </dialog>
  );
}

/** Where a person begins: the first input, else the first button at the end, which is the one that does no harm. */
function firstUseful(dialog: HTMLElement | null): HTMLElement | null {
  return (
    dialog?.querySelector<HTMLElement>("input:not([type=hidden]), select, textarea") ??
    dialog?.querySelector<HTMLElement>("[data-actions] button") ??
    null
  );
}
