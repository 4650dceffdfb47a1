import { useEffect, useState } from "react";
import type { CandidateView } from "../api/types";
import type { Talk as TalkHandle } from "../interview/talk";
import { useInterview } from "../interview-react/useInterview";
import { Problem } from "./Problem";
import { Saving } from "./Saving";
import { Talk } from "./Talk";
import type { MicrophoneControl } from "./useMicrophone";

/** How long the last words of the page's own record may take. */
const LAST_WORDS_MS = 3000;
/** "… saved." stands long enough to be read. */
const READ_MS = 1200;

type ConversationProps = {
  view: CandidateView;
  talk: TalkHandle;
  microphone: MicrophoneControl;
  onOver: () => Promise<void>;
};

/** The talk and what can take its place: a problem, or the saving at its end. */
export function Conversation({ view, talk, microphone, onOver }: ConversationProps) {
  const { connection, saved, ending } = useInterview(talk.store);
  const [done, setDone] = useState(false);
  const over = connection.is === "over";

  const { stream } = microphone;
  useEffect(() => {
    if (stream) void talk.use(stream);
  }, [talk, stream]);
  useEffect(() => {
    const flush = () => talk.flush();
    window.addEventListener("pagehide", flush);
    document.addEventListener("visibilitychange", flush);
    return () => {
      window.removeEventListener("pagehide", flush);
      document.removeEventListener("visibilitychange", flush);
    };
  }, [talk]);
  useEffect(() => {
    if (!over) return;
    let timer: ReturnType<typeof setTimeout> | undefined;
    void talk.settled(LAST_WORDS_MS).then(() => {
      setDone(true);
      timer = setTimeout(() => void onOver(), READ_MS);
    });
    return () => clearTimeout(timer);
  }, [over, talk, onOver]);

  if (over || ending) return <Saving view={view} saved={saved} done={done} />;
  if (connection.is === "elsewhere")
    return <Problem failure={{ code: "open_elsewhere" }} view={view} onAgain={() => talk.retry()} />;
  if (connection.is === "failed")
    return <Problem failure={connection.failure} view={view} onAgain={() => talk.retry()} />;
  return <Talk view={view} talk={talk} microphone={microphone} />;
}
