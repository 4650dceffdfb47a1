import { useEffect, useState } from "react";
import type { CandidateView } from "../api/types";
import type { Outbox } from "../interview/outbox/outbox";
import type { Recording } from "../interview/recording/types";
import type { Talk as TalkHandle } from "../interview/talk";
import { useInterview } from "../interview-react/useInterview";
import { Problem } from "./Problem";
import { Saving } from "./Saving";
import { Talk } from "./Talk";
import type { MicrophoneControl } from "./useMicrophone";

/** How long the last words of the page's own record may take. */
const LAST_WORDS_MS = 3000;
/** How long the end of the recording is waited for; after that the receipt says what is left. */
const LAST_SOUND_MS = 6000;
/** "… saved." stands long enough to be read. */
const READ_MS = 1200;

type ConversationProps = {
  view: CandidateView;
  talk: TalkHandle;
  outbox: Outbox;
  recording: Recording;
  microphone: MicrophoneControl;
  onOver: () => Promise<void>;
};

/** The talk and what can take its place: a problem, or the saving at its end. */
export function Conversation({ view, talk, outbox, recording, microphone, onOver }: ConversationProps) {
  const { connection, saved, ending } = useInterview(talk.store);
  const keeping = useInterview(outbox.store);
  const sound = useInterview(recording.store);
  const [done, setDone] = useState(false);
  const over = connection.is === "over";

  const { stream } = microphone;
  useEffect(() => {
    if (stream) void talk.use(stream);
  }, [talk, stream]);
  const { online } = keeping;
  useEffect(() => {
    // Without a network there is no receipt either; the page says where the words are until it is back.
    if (!over || !online) return;
    let timer: ReturnType<typeof setTimeout> | undefined;
    let gone = false;
    const finish = async () => {
      const all = await outbox.settled(LAST_WORDS_MS);
      if (gone) return;
      setDone(all);
      // Words first, then the sound.
      if (all) await recording.settled(LAST_SOUND_MS);
      if (gone) return;
      // What still waits is told, and goes on being sent, on the receipt.
      timer = setTimeout(() => void onOver(), all ? READ_MS : 0);
    };
    void finish();
    return () => {
      gone = true;
      clearTimeout(timer);
    };
  }, [over, online, outbox, recording, onOver]);

  if (over || ending) return <Saving view={view} saved={saved} keeping={keeping} sound={sound} done={done} />;
  if (connection.is === "elsewhere")
    return <Problem failure={{ code: "open_elsewhere" }} view={view} onAgain={() => talk.retry()} />;
  if (connection.is === "failed")
    return <Problem failure={connection.failure} view={view} onAgain={() => talk.retry()} />;
  const recorded = sound.recording || (view.records_calls && connection.is === "live");
  return <Talk view={view} talk={talk} keeping={keeping} recorded={recorded} microphone={microphone} />;
}
