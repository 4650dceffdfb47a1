import { useState } from "react";
import type { CandidateView } from "../api/types";
import { Button } from "../components/ui/Button";
import { Notice } from "../components/ui/Notice";
import { Stepper } from "../components/ui/Stepper";
import type { Failure } from "../interview/errors";
import { hostOf } from "./host";
import { Page } from "./Page";
import styles from "./page.module.css";
import { consent, words } from "./words";
import { failures } from "./words.problems";

type ConsentProps = {
  view: CandidateView;
  /** Records the consent to this version; gives the failure to show, or null. */
  onAgree: (version: string) => Promise<Failure | null>;
  onDecline: () => void;
};

/** What is recorded and who reads it. Agreeing is an act of its own. */
export function Consent({ view, onAgree, onDecline }: ConsentProps) {
  const [busy, setBusy] = useState(false);
  const [failure, setFailure] = useState<Failure | null>(null);
  const agree = async () => {
    setBusy(true);
    setFailure(await onAgree(view.notice.version));
    setBusy(false);
  };
  return (
    <Page host={hostOf(view)} title={consent.title} above={<Stepper label="Steps" steps={words.steps} current={1} />}>
      <p className={styles.lead}>{consent.lead}</p>
      <div className={styles.card}>
        {view.notice.items.map((item) => (
          <section key={item.heading} className={styles.tight}>
            <h2>{item.heading}</h2>
            <p className={styles.text}>{item.text}</p>
          </section>
        ))}
      </div>
      {failure && (
        <Notice tone="warn" role="alert">
          {failure.code === "consent_changed" ? consent.changed : failures[failure.code](null).text}
        </Notice>
      )}
      <div className={styles.actions}>
        <Button kind="primary" size="large" busy={busy} onClick={() => void agree()}>
          {consent.agree}
        </Button>
        <Button kind="plain" size="large" onClick={onDecline}>
          {consent.decline}
        </Button>
      </div>
    </Page>
  );
}

/** No is an answer too. */
export function Declined({ view, onBack }: { view: CandidateView; onBack: () => void }) {
  return (
    <Page host={hostOf(view)} title={consent.declinedTitle}>
      <p className={styles.large}>{consent.declined(view.company, view.contact_email)}</p>
      <div className={styles.actions}>
        <Button onClick={onBack}>{words.back}</Button>
      </div>
    </Page>
  );
}
