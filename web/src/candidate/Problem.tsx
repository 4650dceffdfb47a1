import type { ReactNode } from "react";
import type { CandidateView } from "../api/types";
import { Button } from "../components/ui/Button";
import { classes } from "../components/ui/classes";
import { ClockIcon, InfoIcon, LinkIcon, MicOffIcon, OfflineIcon, WarnIcon } from "../components/ui/icons";
import { browserOf } from "../interview/devices";
import type { Failure } from "../interview/errors";
import { hostOf } from "./host";
import { moment } from "./moment";
import { Page } from "./Page";
import styles from "./page.module.css";
import { words } from "./words";
import { allowSteps, failures } from "./words.problems";

type ProblemProps = { failure: Failure; view: CandidateView | null; onAgain?: () => void };

/** A page of its own for what keeps the interview from going on. */
export function Problem({ failure, view, onAgain }: ProblemProps) {
  const page = failures[failure.code](failure.at === undefined ? null : moment(failure.at, Date.now()));
  return (
    <Page
      host={view && hostOf(view)}
      title={page.title}
      above={<span className={classes(styles.symbol, styles.symbolWarn)}>{symbol(failure)}</span>}
    >
      <p className={styles.large}>{failure.said ?? page.text}</p>
      {failure.code === "microphone_blocked" && <AllowSteps />}
      {page.action && onAgain && (
        <div className={styles.actions}>
          <Button kind="primary" size="large" onClick={onAgain}>
            {page.action === "here" ? "Continue here" : words.tryAgain}
          </Button>
        </div>
      )}
      {failure.requestId && <p className={styles.muted}>Number for the people who help you: {failure.requestId}</p>}
    </Page>
  );
}

/** Steps for this browser. */
export function AllowSteps() {
  return (
    <ol className={styles.list}>
      {allowSteps[browserOf(navigator.userAgent)].map((step) => (
        <li key={step}>{step}</li>
      ))}
    </ol>
  );
}

function symbol({ code }: Failure): ReactNode {
  if (code.startsWith("link_")) return code === "link_not_open" ? <ClockIcon size={28} /> : <LinkIcon size={28} />;
  if (code.startsWith("microphone_")) return <MicOffIcon size={28} />;
  if (code.startsWith("engine_")) return <ClockIcon size={28} />;
  if (code === "offline") return <OfflineIcon size={28} />;
  if (code === "open_elsewhere" || code === "finished") return <InfoIcon size={28} />;
  return <WarnIcon size={28} />;
}
