import { type KeyboardEvent, useState } from "react";
import { Button } from "../components/ui/Button";
import { TextField } from "../components/ui/Field";
import type { Failure } from "../interview/errors";
import styles from "./talk.module.css";
import { failures } from "./words.problems";
import { talk as words } from "./words.talk";

type TypeAnswerProps = {
  draft: string;
  onDraft: (draft: string) => void;
  /** Sends the answer; gives the failure to show, or null. */
  onSend: (text: string) => Promise<Failure | null>;
  onClose: () => void;
};

/** An answer in writing. What is written stays until it was taken. */
export function TypeAnswer({ draft, onDraft, onSend, onClose }: TypeAnswerProps) {
  const [busy, setBusy] = useState(false);
  const [error, setError] = useState<string | null>(null);
  const send = async () => {
    const text = draft.trim();
    if (!text || busy) return;
    setBusy(true);
    const failure = await onSend(text);
    setBusy(false);
    if (failure) setError(failure.code === "offline" ? failures.offline(null).text : words.askFailed);
    else {
      setError(null);
      onDraft("");
    }
  };
  const onKeyDown = (event: KeyboardEvent) => {
    if (event.key === "Enter" && (event.ctrlKey || event.metaKey)) void send();
    if (event.key === "Escape") onClose();
  };
  return (
    <form
      className={styles.typing}
      onSubmit={(event) => {
        event.preventDefault();
        void send();
      }}
    >
      <TextField
        label={words.answer}
        hint={words.answerHint}
        error={error}
        value={draft}
        rows={2}
        maxLength={8000}
        dir="auto"
        autoFocus
        onChange={(event) => onDraft(event.currentTarget.value)}
        onKeyDown={onKeyDown}
      />
      <div className={styles.typingActions}>
        <Button kind="plain" onClick={onClose}>
          {words.close}
        </Button>
        <Button kind="primary" type="submit" busy={busy} disabled={draft.trim() === ""}>
          {words.send}
        </Button>
      </div>
    </form>
  );
}
