import { useEffect, useRef, useState } from "react";
import type { CandidateView } from "../api/types";
import { Button } from "../components/ui/Button";
import type { Failure } from "../interview/errors";
import { lines, shown } from "../interview/machine";
import type { Keeping } from "../interview/outbox/types";
import type { Talk as Conversation } from "../interview/talk";
import { useInterview } from "../interview-react/useInterview";
import { Captions } from "./Captions";
import { Controls } from "./Controls";
import { hostOf } from "./host";
import { Notices } from "./Notices";
import { Orb } from "./Orb";
import { Header } from "./Page";
import { QuestionText } from "./QuestionText";
import { Recorded, Saved } from "./Saved";
import { EndDialog, MicrophoneDialog } from "./TalkDialogs";
import { TypeAnswer } from "./TypeAnswer";
import styles from "./talk.module.css";
import type { MicrophoneControl } from "./useMicrophone";
import { useNetwork, usePauseWithout, useSilence, useVisibleHeight, useWakeLock } from "./useTalking";
import { talk as words } from "./words.talk";

type TalkProps = {
  view: CandidateView;
  talk: Conversation;
  keeping: Keeping;
  recorded: boolean;
  microphone: MicrophoneControl;
};

/** The interview itself. */
export function Talk({ view, talk, keeping, recorded, microphone }: TalkProps) {
  const state = useInterview(talk.store);
  const [open, setOpen] = useState<"end" | "microphone" | null>(null);
  const [typing, setTyping] = useState(microphone.typed);
  const [draft, setDraft] = useState("");
  const [larger, setLarger] = useState(false);
  const [showTime, setShowTime] = useState(false);
  const [asked, setAsked] = useState<Failure | null>(null);
  const now = shown(state);
  useNetwork(talk);
  useWakeLock();
  useVisibleHeight();
  useSilence(talk, microphone.stream, now === "listening" && !state.muted && !microphone.typed);
  usePauseWithout(talk, microphone.is === "on" ? "on" : microphone.is === "failed" ? "gone" : "unsure");
  const main = useRef<HTMLElement>(null);
  useEffect(() => {
    if (document.activeElement === document.body) main.current?.focus();
  }, []);
  useEffect(() => {
    document.title = `${words.state[now]} · ${view.company}`;
  }, [now, view.company]);

  const ask = async (kind: "repeat" | "moment" | "pause" | "resume" | "end") => setAsked(await talk.ask(kind));
  const question = state.view?.question ?? null;
  const left = question ? question.total - question.index - 1 : view.questions;
  return (
    <div className={styles.talk}>
      <Header host={hostOf(view)}>
        {recorded && <Recorded />}
        <Saved saved={state.saved} keeping={keeping} />
        <Button kind="danger" size="small" aria-label={words.endLong} onClick={() => setOpen("end")}>
          {words.end}
        </Button>
      </Header>
      <main className={styles.main} ref={main} tabIndex={-1}>
        <div>
          <Notices
            state={state}
            keeping={keeping}
            microphone={microphone}
            asked={asked}
            onSound={() => void talk.unblockSound()}
            onMicrophone={() => setOpen("microphone")}
          />
          <Orb shown={now} stream={microphone.stream} />
        </div>
        <QuestionText state={state} showTime={showTime} />
        <Captions lines={lines(state, 2)} larger={larger} />
      </main>
      <footer className={styles.foot}>
        {typing && (
          <TypeAnswer
            draft={draft}
            onDraft={setDraft}
            onSend={(text) => talk.ask("type", text)}
            onClose={() => setTyping(false)}
          />
        )}
        <Controls
          shown={now}
          muted={state.muted}
          typing={typing}
          onRepeat={() => void ask("repeat")}
          onMoment={() => void ask("moment")}
          onType={() => setTyping(!typing)}
          onMute={() => talk.mute(!state.muted)}
          onPause={() => void ask("pause")}
          onGoOn={() => void ask("resume")}
          more={[
            { label: showTime ? words.hideTimeLeft : words.timeLeft, onSelect: () => setShowTime(!showTime) },
            { label: larger ? words.smaller : words.larger, onSelect: () => setLarger(!larger) },
            { label: words.changeMicrophone, onSelect: () => setOpen("microphone") },
            { label: words.endLong, danger: true, onSelect: () => setOpen("end") },
          ]}
        />
      </footer>
      {open === "end" && <EndDialog left={left} onEnd={() => void ask("end")} onClose={() => setOpen(null)} />}
      {open === "microphone" && <MicrophoneDialog microphone={microphone} onClose={() => setOpen(null)} />}
    </div>
  );
}
