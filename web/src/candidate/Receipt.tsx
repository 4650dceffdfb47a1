import { type ReactNode, useState } from "react";
import type { CandidateView, TurnView } from "../api/types";
import { Button, buttonClass } from "../components/ui/Button";
import { classes } from "../components/ui/classes";
import { CheckIcon, ClockIcon, DownloadIcon, WarnIcon } from "../components/ui/icons";
import { clock, length } from "../components/ui/times";
import { isSaved, type Outbox } from "../interview/outbox/outbox";
import type { Keeping } from "../interview/outbox/types";
import type { Recording, Saving } from "../interview/recording/types";
import type { Talk } from "../interview/talk";
import { useInterview } from "../interview-react/useInterview";
import { hostOf } from "./host";
import { Page } from "./Page";
import page from "./page.module.css";
import styles from "./receipt.module.css";
import { receipt } from "./words";
import { keeping as kept, talk as words } from "./words.talk";

type ReceiptProps = { view: CandidateView; talk: Talk; outbox: Outbox; recording: Recording };

/** What was saved, what happens next, and the candidate's own transcript. */
export function Receipt({ view, talk, outbox, recording }: ReceiptProps) {
  const keeping = useInterview(outbox.store);
  const sound = useInterview(recording.store);
  const { turns } = useInterview(talk.store);
  const [reading, setReading] = useState(false);
  const answers = turns.filter((turn) => turn.kind === "answer" || turn.kind === "typed").length;
  const hasSound = sound.waiting === 0 && sound.refused === 0;
  const lengthMs = turns.reduce((longest, turn) => Math.max(longest, turn.ended_ms), 0);
  return (
    <Page
      host={hostOf(view)}
      title={keeping.waiting > 0 ? receipt.titleWaiting : receipt.title}
      above={
        <span className={classes(page.symbol, isSaved(keeping) ? page.symbolOk : page.symbolWarn)}>
          {symbol(keeping)}
        </span>
      }
    >
      <Kept keeping={keeping} hasSound={hasSound} />
      <Sound sound={sound} />
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
      {isSaved(keeping) && sound.waiting === 0 && <p className={page.muted}>{receipt.close}</p>}
    </Page>
  );
}

function symbol(keeping: Keeping): ReactNode {
  if (isSaved(keeping)) return <CheckIcon size={28} />;
  return keeping.waiting === 0 && keeping.refused > 0 ? <WarnIcon size={28} /> : <ClockIcon size={28} />;
}

/** Where the page's own record is: all of it with the server, or not yet. */
function Kept({ keeping, hasSound }: { keeping: Keeping; hasSound: boolean }) {
  const { waiting, refused, online } = keeping;
  const memory = keeping.storage === "memory";
  return (
    <div className={classes(page.stack, page.large)} role="status" data-waiting={waiting}>
      {isSaved(keeping) && <p>{hasSound ? kept.all : kept.answers}</p>}
      {waiting > 0 && (
        <>
          <p>{online ? kept.behind(waiting, memory) : kept.offline(waiting, memory)}</p>
          <p>{kept.stay(memory)}</p>
        </>
      )}
      {refused > 0 && <p>{kept.refused(refused)}</p>}
    </div>
  );
}

/** What of the recording is still on its way, and what never gets there. */
function Sound({ sound: { waiting, refused, storage } }: { sound: Saving }) {
  return (
    <div role="status" data-sound-waiting={waiting}>
      {waiting > 0 && <p>{kept.soundWaiting(waiting, storage === "memory")}</p>}
      {refused > 0 && <p>{kept.soundRefused(refused)}</p>}
    </div>
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
            {turn.status === "missing" || turn.status === "voiced" ? <em>{receipt.missing}</em> : turn.text}
            {turn.status === "recovered" && <em className={styles.at}> ({receipt.recovered})</em>}
            {turn.cut && <em className={styles.at}> ({receipt.cut})</em>}
          </p>
        </li>
      ))}
    </ol>
  );
}
