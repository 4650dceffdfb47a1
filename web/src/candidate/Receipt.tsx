import { useState } from "react";
import type { CandidateView, TurnView } from "../api/types";
import { Button, buttonClass } from "../components/ui/Button";
import { classes } from "../components/ui/classes";
import { CheckIcon, DownloadIcon } from "../components/ui/icons";
import { clock, length } from "../components/ui/times";
import type { Talk } from "../interview/talk";
import { useInterview } from "../interview-react/useInterview";
import { hostOf } from "./host";
import { Page } from "./Page";
import page from "./page.module.css";
import styles from "./receipt.module.css";
import { receipt, talk as words } from "./words";

/** What was saved, what happens next, and the candidate's own transcript. */
export function Receipt({ view, talk }: { view: CandidateView; talk: Talk }) {
  const { turns } = useInterview(talk.store);
  const [reading, setReading] = useState(false);
  const answers = turns.filter((turn) => turn.kind === "answer" || turn.kind === "typed").length;
  const lengthMs = turns.reduce((longest, turn) => Math.max(longest, turn.ended_ms), 0);
  return (
    <Page
      host={hostOf(view)}
      title={receipt.title}
      above={
        <span className={classes(page.symbol, page.symbolOk)}>
          <CheckIcon size={28} />
        </span>
      }
    >
      <dl className={styles.figures}>
        <Figure name={receipt.length} value={length(lengthMs)} />
        <Figure name={receipt.answers} value={String(answers)} />
        <Figure name={receipt.entries} value={String(Math.max(view.turns_saved, turns.length))} />
      </dl>
      <section className={page.stack}>
        {view.end_reason === "budget_minutes" && <p>{receipt.timeUp}</p>}
        <h2>{receipt.next}</h2>
        <p>{receipt.nextText(view.company, view.position)}</p>
        <p>{receipt.questions(view.contact_email)}</p>
      </section>
      <section className={page.card}>
        <h2>{receipt.transcript}</h2>
        <div className={page.actions}>
          <Button aria-expanded={reading} onClick={() => setReading(!reading)}>
            {reading ? receipt.hide : receipt.read}
          </Button>
          <a className={buttonClass({ kind: "quiet" })} href="/v1/candidate/transcript?format=text" download>
            <DownloadIcon size={16} /> {receipt.download}
          </a>
        </div>
        {reading && <Transcript turns={turns} />}
      </section>
      <p className={page.muted}>{receipt.close}</p>
    </Page>
  );
}

function Figure({ name, value }: { name: string; value: string }) {
  return (
    <div className={styles.figure}>
      <dt>{name}</dt>
      <dd>{value}</dd>
    </div>
  );
}

function Transcript({ turns }: { turns: TurnView[] }) {
  return (
    <ol className={styles.transcript}>
      {turns.map((turn) => (
        <li key={turn.item} className={classes(styles.turn, turn.speaker === "candidate" && styles.you)}>
          <span className={styles.who}>
            {turn.speaker === "candidate" ? words.you : words.interviewer}
            <span className={styles.at}>{clock(turn.started_ms)}</span>
          </span>
          <p dir="auto">
            {turn.status === "missing" ? <em>{receipt.missing}</em> : turn.text}
            {turn.cut && <em className={styles.at}> ({receipt.cut})</em>}
          </p>
        </li>
      ))}
    </ol>
  );
}
