import { Button } from "../components/ui/Button";
import { Dialog } from "../components/ui/Dialog";
import { MicrophonePicker } from "./MicrophonePicker";
import styles from "./talk.module.css";
import type { MicrophoneControl } from "./useMicrophone";
import { talk as words } from "./words.talk";

/** Ending is the one thing that cannot be undone, so it is asked. */
export function EndDialog({ left, onEnd, onClose }: { left: number; onEnd: () => void; onClose: () => void }) {
  return (
    <Dialog
      title={words.endTitle}
      onClose={onClose}
      actions={
        <>
          <Button onClick={onClose}>{words.endKeep}</Button>
          <Button
            kind="danger"
            onClick={() => {
              onClose();
              onEnd();
            }}
          >
            {words.endSure}
          </Button>
        </>
      }
    >
      <p>{words.endText(left)}</p>
    </Dialog>
  );
}

/** Another microphone without leaving the talk. */
export function MicrophoneDialog({ microphone, onClose }: { microphone: MicrophoneControl; onClose: () => void }) {
  return (
    <Dialog title={words.changeMicrophone} onClose={onClose}>
      <div className={styles.microphone}>
        <MicrophonePicker microphone={microphone} />
      </div>
    </Dialog>
  );
}
