import { useEffect, useRef, useState } from "react";
import { Button } from "../components/ui/Button";
import { CheckIcon, MicIcon } from "../components/ui/icons";
import { Notice } from "../components/ui/Notice";
import { type Failure, failureOf } from "../interview/errors";
import { watchLevel } from "../interview/meter";
import { sentence } from "../interview/sentence";
import { record } from "../interview/wav";
import styles from "./check.module.css";
import { audioContext } from "./sound";
import { check } from "./words";
import { failures } from "./words.problems";

type Test =
  | { is: "idle" | "listening" | "recognizing" }
  | { is: "heard"; text: string }
  | { is: "failed"; failure: Failure };
type SentenceTestProps = {
  stream: MediaStream;
  recognize: (wav: Blob) => Promise<{ text: string }>;
  onHeard: () => void;
};

/** "Please say: I am ready." and what was understood: proves microphone, network and recognition at once. */
export function SentenceTest({ stream, recognize, onHeard }: SentenceTestProps) {
  const [test, setTest] = useState<Test>({ is: "idle" });
  const cancel = useRef<() => void>(() => undefined);
  useEffect(() => () => cancel.current(), []);

  const listen = async () => {
    setTest({ is: "listening" });
    try {
      const wav = await spoken(stream, (stop) => {
        cancel.current = stop;
      });
      if (!wav) return setTest({ is: "failed", failure: { code: "microphone_silent" } });
      setTest({ is: "recognizing" });
      const { text } = await recognize(wav);
      setTest({ is: "heard", text: text.trim() });
      if (text.trim()) onHeard();
    } catch (caught) {
      setTest({ is: "failed", failure: failureOf(caught, Date.now()) });
    }
  };
  const busy = test.is === "listening" || test.is === "recognizing";
  const tried = test.is === "heard" || test.is === "failed";
  return (
    <div className={styles.test}>
      <p>
        {check.say} <q className={styles.sentence}>{check.sentence}</q>
      </p>
      <div className={styles.row}>
        <Button
          kind={test.is === "heard" && test.text ? "quiet" : "primary"}
          icon={<MicIcon />}
          disabled={busy}
          onClick={() => void listen()}
        >
          {busy
            ? test.is === "listening"
              ? check.listening
              : check.recognizing
            : tried
              ? check.sayAgain
              : check.record}
        </Button>
      </div>
      <div role="status">
        <Outcome test={test} />
      </div>
    </div>
  );
}

function Outcome({ test }: { test: Test }) {
  switch (test.is) {
    case "idle":
    case "listening":
    case "recognizing":
      return null;
    case "heard":
      if (!test.text) return <Notice tone="warn">{`${check.heardNothing} ${check.heardNothingHint}`}</Notice>;
      return (
        <Notice tone="ok" icon={<CheckIcon />}>
          <p>
            {check.heard} <q className={styles.heard}>{test.text}</q>
          </p>
          <p>{check.good}</p>
        </Notice>
      );
    case "failed": {
      const page = failures[test.failure.code](null);
      return (
        <Notice tone="warn">
          <strong>{page.title}</strong>
          {page.text}
        </Notice>
      );
    }
  }
}

/** Records until the sentence is over; null when nothing was heard. */
async function spoken(stream: MediaStream, onCancel: (stop: () => void) => void): Promise<Blob | null> {
  const context = audioContext();
  const recording = await record(context, stream);
  return await new Promise((resolve) => {
    const judge = sentence(performance.now());
    const stop = watchLevel(context, stream, (level) => {
      const heard = judge(level, performance.now());
      if (heard !== "done" && heard !== "nothing") return;
      stop();
      const wav = recording.stop();
      resolve(heard === "done" ? wav : null);
    });
    onCancel(() => {
      stop();
      recording.cancel();
    });
  });
}
