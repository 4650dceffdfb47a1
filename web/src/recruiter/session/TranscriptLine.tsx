import type { TurnView } from "../../api/types";
import { Badge } from "../../components/ui/Badge";
import { classes } from "../../components/ui/classes";
import { clock } from "../../components/ui/times";
import type { Line } from "../live/feed";
import { TURN_KINDS } from "../words";
import { cutAtMatches, isMatch } from "./matches";
import styles from "./session.module.css";

type TranscriptLineProps = {
  line: Line;
  search: string;
  /** There is a recording to listen to. */
  canHear?: boolean;
  /** It is heard now. */
  isHeard?: boolean;
};

/** One line: when, who, what. Saved words are black, words being heard are grey. */
export function TranscriptLine({ line, search, canHear = false, isHeard = false }: TranscriptLineProps) {
  const { turn, speaker, hearing } = line;
  const who = speaker === "interviewer" ? "Interviewer" : "Candidate";
  return (
    <div
      aria-current={isHeard ? "true" : undefined}
      className={classes(styles.line, speaker === "interviewer" ? styles.interviewer : styles.candidate)}
      data-line=""
      data-ms={canHear && turn ? turn.started_ms : undefined}
      data-match={isMatch(line, search) ? "" : undefined}
      tabIndex={-1}
    >
      <span className={styles.time}>{turn && <When canHear={canHear} ms={turn.started_ms} />}</span>
      <span className={styles.speaker}>
        {who}
        {turn && kindShown(turn) && <span className={styles.kind}>{TURN_KINDS[turn.kind]}</span>}
      </span>
      <p className={styles.words} dir="auto">
        {turn && <Found search={search} text={turn.text} />}
        {hearing && (
          <span className={styles.hearing}>
            {" "}
            {hearing}
            <span className="sr-only"> (being heard, not saved yet)</span>
          </span>
        )}
        {turn && isMarked(turn) && (
          <span className={styles.mark}>
            <Marks turn={turn} />
          </span>
        )}
      </p>
    </div>
  );
}

/** When it was said; where there is a recording, the way to hear it. */
function When({ ms, canHear }: { ms: number; canHear: boolean }) {
  const time = <time dateTime={`PT${(ms / 1000).toFixed(1)}S`}>{clock(ms)}</time>;
  if (!canHear) return time;
  // What a click does is decided for the whole line.
  return (
    <button className={styles.hear} title="Play from here" type="button">
      <span className="sr-only">Play from </span>
      {time}
    </button>
  );
}

function Found({ text, search }: { text: string; search: string }) {
  return cutAtMatches(text, search).map((part, index) =>
    // biome-ignore lint/suspicious/noArrayIndexKey: the parts of one text have no identity but their place
    index % 2 === 1 ? <mark key={index}>{part}</mark> : part,
  );
}

function isMarked({ status, cut, planned }: TurnView): boolean {
  return cut || status !== "final" || planned !== null;
}

/** What is not whole about a turn, in words. */
function Marks({ turn }: { turn: TurnView }) {
  return (
    <>
      {turn.status === "missing" && <Badge tone="warn">Words missing: they could not be recognized</Badge>}
      {turn.status === "empty" && <Badge>No words</Badge>}
      {turn.status === "recovered" && <Badge>Not heard live; recovered from audio</Badge>}
      {turn.status === "voiced" && (
        <>
          <Badge tone="warn">Speech that was not heard live</Badge>
          <span className={styles.planned}>No words could be recovered from audio.</span>
        </>
      )}
      {turn.planned !== null && (
        <>
          <Badge tone="warn">Other words than planned</Badge>
          <span className={styles.planned}>
            The plan says: <q dir="auto">{turn.planned}</q>
          </span>
        </>
      )}
      {turn.cut && <Badge>{turn.speaker === "interviewer" ? "Cut off here" : "Not finished"}</Badge>}
    </>
  );
}

/** Greeting, question, answer and closing are clear from their place. */
function kindShown({ kind }: TurnView): boolean {
  switch (kind) {
    case "greeting":
    case "question":
    case "answer":
    case "closing":
      return false;
    case "probe":
    case "follow_up":
    case "acknowledgement":
    case "repeat":
    case "reassurance":
    case "transition":
    case "request":
    case "typed":
      return true;
  }
}
