import type { CandidateRow } from "../api/types";
import { Progress } from "../components/ui/Meter";
import styles from "./Funnel.module.css";
import layout from "./layout.module.css";
import { count } from "./words";

/** How many candidates have come how far. */
export function Funnel({ candidates }: { candidates: readonly CandidateRow[] }) {
  return (
    <section className={layout.section}>
      <h2>Candidates so far</h2>
      <ol className={styles.steps}>
        {funnel(candidates).map(({ step, reached }) => (
          <li className={styles.step} key={step}>
            <span>{step}</span>
            <span className={styles.number}>{reached}</span>
            <Progress
              done={reached}
              label={`${step}: ${reached} of ${count(candidates.length, "candidate")}`}
              total={candidates.length}
            />
          </li>
        ))}
      </ol>
    </section>
  );
}

/** Each step counts those who came at least that far. */
export function funnel(candidates: readonly CandidateRow[]): { step: string; reached: number }[] {
  const those = (reached: (row: CandidateRow) => boolean) => candidates.filter(reached).length;
  return [
    { step: "Added", reached: candidates.length },
    { step: "Invited", reached: those((row) => row.invitation !== null || row.session !== null) },
    { step: "Agreed", reached: those((row) => row.session !== null) },
    { step: "Started", reached: those((row) => row.session?.started_at != null) },
    { step: "Finished", reached: those((row) => row.session?.state === "finished") },
  ];
}
