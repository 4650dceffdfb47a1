import { Button } from "../../components/ui/Button";
import { CheckIcon, WarnIcon } from "../../components/ui/icons";
import { Time } from "../../components/ui/Time";
import { words } from "../errors";
import type { SaveStatus } from "./autosave";
import styles from "./SaveState.module.css";

type SaveStateProps = { status: SaveStatus; savedAt: number; onRetry: () => void };

/** Whether the draft is safe, in a word. */
export function SaveState({ status, savedAt, onRetry }: SaveStateProps) {
  return (
    <div aria-live="polite" className={styles.state}>
      {content(status, savedAt, onRetry)}
    </div>
  );
}

function content(status: SaveStatus, savedAt: number, onRetry: () => void) {
  switch (status.kind) {
    case "saved":
      return (
        <>
          <CheckIcon className={styles.ok ?? ""} size={16} />
          <span>
            Saved <span aria-hidden="true">{savedAt > 0 && <Time at={savedAt} />}</span>
          </span>
        </>
      );
    case "waiting":
    case "saving":
      return <span>Saving…</span>;
    case "failed":
      return (
        <>
          <WarnIcon className={styles.failed ?? ""} size={16} />
          <span className={styles.failed}>Not saved. {words(status.error)}</span>
          <Button onClick={onRetry} size="small">
            Save now
          </Button>
        </>
      );
  }
}
