import { useMutation, useQueryClient } from "@tanstack/react-query";
import { useEffect, useMemo, useRef, useState } from "react";
import { call } from "../../api/client";
import type { Session } from "../../api/types";
import { Button } from "../../components/ui/Button";
import { Dialog } from "../../components/ui/Dialog";
import { EmptyState } from "../../components/ui/EmptyState";
import { ArrowDownIcon, ClockIcon } from "../../components/ui/icons";
import { Notice } from "../../components/ui/Notice";
import { words } from "../errors";
import { lines } from "../live/feed";
import { useLive } from "../live/useLive";
import { usePinned } from "../live/usePinned";
import { sessionQuery } from "../queries";
import { Chapters } from "./Chapters";
import { Cost } from "./Cost";
import { chaptersOf } from "./chapters-of";
import { Integrity } from "./Integrity";
import { LiveStatus } from "./LiveStatus";
import { SessionHeading } from "./SessionHeading";
import styles from "./session.module.css";
import { Transcript } from "./Transcript";

/** A session while it runs: who speaks, where the talk is, and the transcript line by line. */
export function LiveSession({ session }: { session: Session }) {
  const client = useQueryClient();
  const { feed, link } = useLive(session);
  const [asking, setAsking] = useState(false);
  const box = useRef<HTMLDivElement>(null);
  const shown = useMemo(() => lines(feed), [feed]);
  const chapters = useMemo(() => chaptersOf(shown, session.plan), [shown, session.plan]);
  const { unseen, follow } = usePinned(box, shown.length, feed);
  const { ended } = feed;

  useEffect(() => {
    if (ended !== null) void client.invalidateQueries(sessionQuery(session.id));
  }, [ended, client, session.id]);

  return (
    <>
      <SessionHeading
        actions={
          <Button kind="danger" onClick={() => setAsking(true)}>
            End interview
          </Button>
        }
        session={session}
        state={feed.state?.session_state ?? session.state}
        turns={feed.turns.length}
      />
      <LiveStatus link={link} saved={feed.state?.saved ?? feed.turns.length} view={feed.state ?? session.view} />
      <Integrity events={session.integrity} />
      <Cost id={session.id} running />
      <div className={styles.columns}>
        <Chapters chapters={chapters} current={feed.state?.question?.index ?? null} plan={session.plan} />
        {shown.length === 0 ? (
          <EmptyState icon={<ClockIcon size={28} />} title="Waiting for the first words">
            Lines appear here as they are said, grey while they are heard and black once they are saved.
          </EmptyState>
        ) : (
          <Transcript
            box={box}
            chapters={chapters}
            legs={session.legs}
            over={
              unseen > 0 && (
                <button className={styles.newBelow} onClick={follow} type="button">
                  {unseen} new <ArrowDownIcon size={16} />
                </button>
              )
            }
          />
        )}
      </div>
      {asking && <EndDialog onClose={() => setAsking(false)} session={session} />}
    </>
  );
}

function EndDialog({ session, onClose }: { session: Session; onClose: () => void }) {
  const end = useMutation({
    mutationFn: () => call("POST /v1/sessions/{id}/end", { path: { id: session.id } }),
    onSuccess: onClose,
  });
  return (
    <Dialog
      actions={
        <>
          <Button onClick={onClose}>Let it go on</Button>
          <Button busy={end.isPending} kind="danger" onClick={() => end.mutate()}>
            End interview
          </Button>
        </>
      }
      onClose={onClose}
      title={`End the interview with ${session.candidate.name}?`}
    >
      <p>
        The interviewer says goodbye and the call ends. All that was said is kept. The candidate cannot come back to it.
      </p>
      {end.isError && (
        <Notice role="alert" tone="danger">
          {words(end.error)}
        </Notice>
      )}
    </Dialog>
  );
}
