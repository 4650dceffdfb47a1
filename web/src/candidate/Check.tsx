import { useEffect, useState } from "react";
import type { CandidateView, MicrophoneView } from "../api/types";
import { Button } from "../components/ui/Button";
import { Stepper } from "../components/ui/Stepper";
import styles from "./check.module.css";
import { hostOf } from "./host";
import { MicrophonePicker } from "./MicrophonePicker";
import { Page } from "./Page";
import page from "./page.module.css";
import { SentenceTest } from "./SentenceTest";
import { SpeakerTest } from "./SpeakerTest";
import type { MicrophoneControl } from "./useMicrophone";
import { check, words } from "./words";

type CheckProps = {
  view: CandidateView;
  microphone: MicrophoneControl;
  recognize: (wav: Blob) => Promise<MicrophoneView>;
  onStart: (stream: MediaStream) => void;
};

/** Microphone and speaker, on one screen; then the start, by a gesture. */
export function Check({ view, microphone, recognize, onStart }: CheckProps) {
  const [heard, setHeard] = useState(false);
  const { stream, open } = microphone;
  useEffect(() => {
    void isAllowed().then(async (allowed) => {
      if (allowed) await open();
    });
  }, [open]);
  const ready = microphone.is === "on" && stream !== null;
  return (
    <Page host={hostOf(view)} title={check.title} above={<Stepper label="Steps" steps={words.steps} current={2} />}>
      <p className={page.lead}>{check.lead}</p>
      <div className={styles.card}>
        <section className={styles.test} aria-labelledby="microphone-test">
          <h2 id="microphone-test">{check.microphone}</h2>
          <MicrophonePicker microphone={microphone} />
          {ready && !microphone.typed && (
            <SentenceTest key={stream.id} stream={stream} recognize={recognize} onHeard={() => setHeard(true)} />
          )}
        </section>
        <SpeakerTest />
      </div>
      <div className={styles.start}>
        <Button
          id="start"
          kind={heard || microphone.typed ? "primary" : "quiet"}
          size="large"
          disabled={!ready}
          onClick={() => stream && onStart(stream)}
        >
          {check.start}
        </Button>
        <span className={page.muted}>{check.startHint}</span>
        {!microphone.typed && (
          <Button kind="plain" size="small" onClick={() => microphone.typeOnly()}>
            {check.typeOnly}
          </Button>
        )}
      </div>
    </Page>
  );
}

/** Whether the browser would open the microphone without asking. */
async function isAllowed(): Promise<boolean> {
  try {
    return (await navigator.permissions.query({ name: "microphone" })).state === "granted";
  } catch {
    return false;
  }
}
