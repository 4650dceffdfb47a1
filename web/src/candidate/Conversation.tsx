import { useEffect, useState } from "react";
import type { CandidateView } from "../api/types";
import type { Outbox } from "../interview/outbox/outbox";
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
  outbox: Outbox;
  microphone: MicrophoneControl;
  onOver: () => Promise<void>;
};

/** The talk and what can take its place: a problem, or the saving at its end. */
export function Conversation({ view, talk, outbox, microphone, onOver }: ConversationProps) {
  const { connection, saved, ending } = useInterview(talk.store);
  const keeping = useInterview(outbox.store);
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
    void outbox.settled(LAST_WORDS_MS).then((all) => {
      if (gone) return;
      setDone(all);
      // What still waits is told, and goes on being sent, on the receipt.
      timer = setTimeout(() => void onOver(), all ? READ_MS : 0);
    });
    return () => {
      gone = true;
      clearTimeout(timer);
    };
  }, [over, online, outbox, onOver]);

  if (over || ending) return <Saving view={view} saved={saved} keeping={keeping} done={done} />;
  if (connection.is === "elsewhere")
    return <Problem failure={{ code: "open_elsewhere" }} view={view} onAgain={() => talk.retry()} />;
  if (connection.is === "failed")
    return <Problem failure={connection.failure} view={view} onAgain={() => talk.retry()} />;
  return <Talk view={view} talk={talk} keeping={keeping} microphone={microphone} />;
}
