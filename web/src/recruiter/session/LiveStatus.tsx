import type { View } from "../../api/types";
import { Badge } from "../../components/ui/Badge";
import { CheckIcon, OfflineIcon } from "../../components/ui/icons";
import { clock } from "../../components/ui/times";
import type { Link } from "../live/stream";
import styles from "./session.module.css";
import { useTicking } from "./useTicking";

type LiveStatusProps = { view: View | null; link: Link; saved: number };

/** One line of now: who has the turn, where the talk is, for how long, and that it is saved. */
export function LiveStatus({ view, link, saved }: LiveStatusProps) {
  const runs = view !== null && ["greeting", "question", "closing"].includes(view.stage);
  const elapsed_ms = useTicking(view?.elapsed_ms ?? 0, runs);
  const left_ms = useTicking(view?.question_left_ms ?? 0, runs, -1);
  return (
    <div className={styles.status}>
      <span aria-live="polite" className={styles.now}>
        <Badge dot tone={runs ? "accent" : "warn"}>
          {view ? now(view) : "Waiting"}
        </Badge>
      </span>
      {view?.question && (
        <span>
          Question {view.question.index + 1} of {view.question.total}
        </span>
      )}
      <span className={styles.figure}>{clock(elapsed_ms)}</span>
      {view?.question_left_ms != null && <span className={styles.figure}>{clock(left_ms)} left for this question</span>}
      <span className={styles.capture}>
        {link === "lost" ? (
          <>
            <OfflineIcon size={16} /> Connection lost, trying again. The interview goes on and is saved.
          </>
        ) : (
          <>
            <CheckIcon size={16} /> Saved {saved}
          </>
        )}
      </span>
    </div>
  );
}

/** What happens now, in words. */
function now(view: View): string {
  switch (view.stage) {
    case "waiting":
      return "Waiting for the candidate";
    case "paused":
      return "Paused by the candidate";
    case "interrupted":
      return "Interrupted, waiting for the candidate";
    case "ended":
      return "Ended";
    case "greeting":
    case "question":
    case "closing":
      return doing(view);
  }
}

function doing({ phase, speaker }: View): string {
  switch (phase) {
    case "speaking":
      return "Interviewer speaks";
    case "listening":
      return speaker === "candidate" ? "Candidate speaks" : "Listening";
    case "thinking":
      return "Thinking";
    case "reconnecting":
      return "Reconnecting";
    case "paused":
      return "Paused by the candidate";
  }
}
