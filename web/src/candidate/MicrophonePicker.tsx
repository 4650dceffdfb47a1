import { Button } from "../components/ui/Button";
import { MicIcon } from "../components/ui/icons";
import { Meter } from "../components/ui/Meter";
import { Notice } from "../components/ui/Notice";
import { Select } from "../components/ui/Select";
import styles from "./check.module.css";
import { AllowSteps } from "./Problem";
import { useLevel } from "./useLevel";
import type { MicrophoneControl } from "./useMicrophone";
import { check, words } from "./words";
import { failures } from "./words.problems";

/** Allows, picks and shows the microphone; says what is wrong with it and how to mend it. */
export function MicrophonePicker({ microphone }: { microphone: MicrophoneControl }) {
  const level = useLevel(microphone.stream);
  if (microphone.typed) return <p>{check.typeOnlyOn}</p>;
  return (
    <>
      {(microphone.is === "off" || microphone.is === "asking") && (
        <div className={styles.row}>
          <Button
            kind="primary"
            icon={<MicIcon />}
            disabled={microphone.is === "asking"}
            onClick={() => void microphone.open()}
          >
            {check.allow}
          </Button>
          <span className={styles.muted} role="status">
            {microphone.is === "asking" ? check.asking : check.allowHint}
          </span>
        </div>
      )}
      {microphone.devices.length > 0 && (
        <Select
          label={check.microphone}
          options={microphone.devices.map((device) => ({ value: device.id, label: device.label }))}
          value={microphone.selected ?? ""}
          onChange={(event) => void microphone.open(event.currentTarget.value)}
        />
      )}
      {microphone.is === "on" && <Meter label={check.level} value={level} />}
      {microphone.failure && <MicrophoneProblem microphone={microphone} />}
    </>
  );
}

function MicrophoneProblem({ microphone }: { microphone: MicrophoneControl }) {
  if (!microphone.failure) return null;
  const page = failures[microphone.failure.code](null);
  return (
    <Notice tone="warn" role="alert">
      <strong>{page.title}</strong>
      <p>{page.text}</p>
      {microphone.failure.code === "microphone_blocked" && <AllowSteps />}
      <div className={styles.row}>
        <Button size="small" onClick={() => void microphone.open()}>
          {words.tryAgain}
        </Button>
      </div>
    </Notice>
  );
}
