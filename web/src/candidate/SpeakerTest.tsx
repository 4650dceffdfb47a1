import { useState } from "react";
import { Button } from "../components/ui/Button";
import { CheckIcon, SpeakerIcon } from "../components/ui/icons";
import { Notice } from "../components/ui/Notice";
import { chime } from "../interview/chime";
import styles from "./check.module.css";
import { audioContext } from "./sound";
import { check } from "./words";

type Answer = "none" | "asked" | "yes" | "no";

/** Two notes, and whether they were heard. */
export function SpeakerTest() {
  const [answer, setAnswer] = useState<Answer>("none");
  const play = () => {
    setAnswer("asked");
    void chime(audioContext());
  };
  return (
    <section className={styles.test} aria-labelledby="speaker-test">
      <h2 id="speaker-test">{check.speaker}</h2>
      <div className={styles.row}>
        <Button icon={<SpeakerIcon />} onClick={play}>
          {answer === "none" ? check.chime : check.chimeAgain}
        </Button>
        {answer === "asked" && (
          <span className={styles.row}>
            {check.didYouHear}
            <Button size="small" onClick={() => setAnswer("yes")}>
              {check.yes}
            </Button>
            <Button size="small" onClick={() => setAnswer("no")}>
              {check.no}
            </Button>
          </span>
        )}
        {answer === "yes" && (
          <span className={styles.good} role="status">
            <CheckIcon /> {check.speakerGood}
          </span>
        )}
      </div>
      {answer === "no" && (
        <Notice tone="warn" role="status">
          {check.speakerHelp}
        </Notice>
      )}
      <p className={styles.muted}>{check.headphones}</p>
    </section>
  );
}
