import { Link } from "@tanstack/react-router";
import type { Problem } from "../../api/types";
import { CheckIcon, WarnIcon } from "../../components/ui/icons";
import { count } from "../words";
import styles from "./Problems.module.css";
import { focusPath } from "./problems-at";

/** Where "Publish" sends the focus while something blocks it. */
export const PROBLEMS_ID = "plan-problems";

/** What blocks publishing, each with a link to the place where it is solved. */
export function Problems({ position, problems }: { position: string; problems: readonly Problem[] }) {
  if (problems.length === 0) {
    return (
      <p className={styles.ready}>
        <CheckIcon size={16} /> Nothing blocks publishing.
      </p>
    );
  }
  return (
    <section aria-labelledby={PROBLEMS_ID} className={styles.problems}>
      <h2 className={styles.heading} id={PROBLEMS_ID} tabIndex={-1}>
        <WarnIcon size={16} /> {count(problems.length, "problem")} before publishing
      </h2>
      <ul className={styles.list}>
        {problems.map((problem) => (
          <li key={`${problem.path} ${problem.code}`}>
            {problem.path.startsWith("competenc") ? (
              <Link className={styles.link} params={{ positionId: position }} to="/positions/$positionId/settings">
                {problem.message}
              </Link>
            ) : (
              <button className={styles.link} onClick={() => focusPath(problem.path)} type="button">
                <span className={styles.place}>{place(problem.path)}</span> {problem.message}
              </button>
            )}
          </li>
        ))}
      </ul>
    </section>
  );
}

/** `questions[2].text` → "Question 3:". */
function place(path: string): string {
  const question = /^questions\[(\d+)\]/.exec(path)?.[1];
  return question === undefined ? "" : `Question ${Number(question) + 1}:`;
}
