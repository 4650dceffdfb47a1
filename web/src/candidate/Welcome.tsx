import type { CandidateView } from "../api/types";
import { Button } from "../components/ui/Button";
import { CheckIcon, ClockIcon, HeadphonesIcon, InfoIcon, MicIcon, PeopleIcon } from "../components/ui/icons";
import { Stepper } from "../components/ui/Stepper";
import { hostOf } from "./host";
import { moment } from "./moment";
import { Page } from "./Page";
import styles from "./page.module.css";
import { welcome, words } from "./words";

/** Who invites, for what, how long, and that an AI asks. */
export function Welcome({ view, onContinue }: { view: CandidateView; onContinue: () => void }) {
  const facts = welcome.facts(view.minutes, view.questions);
  const icons = [<PeopleIcon key="people" />, <CheckIcon key="check" />, <ClockIcon key="clock" />];
  return (
    <Page
      host={hostOf(view)}
      title={welcome.hello(view.candidate)}
      above={<Stepper label="Steps" steps={words.steps} current={0} />}
    >
      <p className={styles.large}>{welcome.invites(view.company, view.position)}</p>
      <div className={styles.facts}>
        <span className={styles.fact}>
          <ClockIcon size={16} /> {facts.length}
        </span>
        <span className={styles.fact}>
          <MicIcon size={16} /> {facts.questions}
        </span>
        <span className={styles.fact}>
          <InfoIcon size={16} /> {welcome.until(moment(view.expires_at, Date.now()))}
        </span>
      </div>
      <div className={styles.card}>
        <h2>{welcome.how}</h2>
        <ul className={styles.points}>
          {welcome.points(view.company).map((point, index) => (
            <li key={point} className={styles.point}>
              {icons[index]}
              <p>{point}</p>
            </li>
          ))}
        </ul>
      </div>
      <p className={styles.need}>
        <HeadphonesIcon /> <span>{welcome.need}</span>
      </p>
      <div className={styles.actions}>
        <Button kind="primary" size="large" onClick={onContinue}>
          {words.goOn}
        </Button>
      </div>
    </Page>
  );
}
