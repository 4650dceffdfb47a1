import { Button } from "../components/ui/Button";
import { MicOffIcon, OfflineIcon, SpeakerIcon } from "../components/ui/icons";
import { Notice } from "../components/ui/Notice";
import type { Failure } from "../interview/errors";
import type { TalkState } from "../interview/machine";
import type { Keeping } from "../interview/outbox/types";
import styles from "./talk.module.css";
import type { MicrophoneControl } from "./useMicrophone";
import { failures } from "./words.problems";
import { keeping as kept, talk as words } from "./words.talk";

type NoticesProps = {
  state: TalkState;
  keeping: Keeping;
  microphone: MicrophoneControl;
  /** A request that did not get through. */
  asked: Failure | null;
  onSound: () => void;
  onMicrophone: () => void;
};

/** What is wrong right now, what is safe, and how to mend it: at most a line each. */
export function Notices({ state, keeping, microphone, asked, onSound, onMicrophone }: NoticesProps) {
  const gone = microphone.failure;
  return (
    <div className={styles.notices} role="alert">
      {!keeping.online && (
        <Notice tone="warn" icon={<OfflineIcon />}>
          {keeping.waiting > 0 ? kept.offlineNow(keeping.storage === "memory") : sentence({ code: "offline" })}
        </Notice>
      )}
      {keeping.storage === "memory" && <Notice tone="warn">{kept.denied}</Notice>}
      {keeping.refused > 0 && <Notice tone="warn">{kept.refused(keeping.refused)}</Notice>}
      {state.trouble?.code === "sound_blocked" && (
        <Notice tone="warn" icon={<SpeakerIcon />}>
          {words.soundBlocked}
          <div>
            <Button size="small" kind="primary" onClick={onSound}>
              {words.soundOn}
            </Button>
          </div>
        </Notice>
      )}
      {gone && <MicrophoneNotice failure={gone} onMicrophone={onMicrophone} />}
      {!gone && state.trouble?.code === "microphone_silent" && (
        <MicrophoneNotice failure={state.trouble} onMicrophone={onMicrophone} />
      )}
      {state.muted && (
        <Notice tone="accent" icon={<MicOffIcon />}>
          {words.mutedHint}
        </Notice>
      )}
      {asked && <Notice tone="warn">{asked.code === "offline" ? sentence(asked) : words.askFailed}</Notice>}
    </div>
  );
}

function MicrophoneNotice({ failure, onMicrophone }: { failure: Failure; onMicrophone: () => void }) {
  return (
    <Notice tone="warn" icon={<MicOffIcon />}>
      {sentence(failure)}
      <div>
        <Button size="small" onClick={onMicrophone}>
          {words.changeMicrophone}
        </Button>
      </div>
    </Notice>
  );
}

function sentence(failure: Failure): string {
  const page = failures[failure.code](null);
  return `${page.title}. ${page.text}`;
}
