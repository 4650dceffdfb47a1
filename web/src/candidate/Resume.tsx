import { useState } from "react";
import type { CandidateView } from "../api/types";
import { Button } from "../components/ui/Button";
import { hostOf } from "./host";
import { MicrophonePicker } from "./MicrophonePicker";
import { Page } from "./Page";
import page from "./page.module.css";
import type { MicrophoneControl } from "./useMicrophone";
import { check, resume } from "./words";

type ResumeProps = { view: CandidateView; microphone: MicrophoneControl; onGo: (stream: MediaStream) => void };

/** The same link, opened again: one button, because sound and microphone need a gesture. */
export function Resume({ view, microphone, onGo }: ResumeProps) {
  const [busy, setBusy] = useState(false);
  const go = async () => {
    setBusy(true);
    const stream = microphone.stream ?? (await microphone.open());
    setBusy(false);
    if (stream) onGo(stream);
  };
  return (
    <Page host={hostOf(view)} title={resume.title(view.candidate)}>
      <p className={page.large}>{resume.saved(view.turns_saved)}</p>
      <p>{resume.how}</p>
      {microphone.failure && <MicrophonePicker microphone={microphone} />}
      <div className={page.actions}>
        <Button id="resume" kind="primary" size="large" busy={busy} onClick={() => void go()}>
          {resume.go}
        </Button>
        {microphone.failure && (
          <Button kind="plain" onClick={() => onGo(microphone.typeOnly())}>
            {check.typeOnly}
          </Button>
        )}
      </div>
    </Page>
  );
}
