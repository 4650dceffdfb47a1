import type { Competency, Problem, Question, QuestionKind } from "../../api/types";
import { Select } from "../../components/ui/Select";
import { length } from "../../components/ui/times";
import { QUESTION_KINDS } from "../words";
import { problemAt } from "./problems-at";
import styles from "./QuestionCard.module.css";

type QuestionRulesProps = {
  question: Question;
  path: string;
  competencies: readonly Competency[];
  problems: readonly Problem[];
  onChange: (patch: Partial<Question>) => void;
};

const KINDS = (Object.keys(QUESTION_KINDS) as QuestionKind[]).map((value) => ({ value, label: QUESTION_KINDS[value] }));
const LIMITS_S = [30, 45, 60, 90, 120, 180, 240, 300, 360, 480, 600, 900, 1200, 1800];

/** What kind of question it is, what it measures, and how long it may take. */
export function QuestionRules({ question, path, competencies, problems, onChange }: QuestionRulesProps) {
  return (
    <div className={styles.rules}>
      <Select
        data-path={`${path}.kind`}
        label="Type"
        onChange={(event) => onChange({ kind: event.target.value as QuestionKind })}
        options={KINDS}
        value={question.kind}
      />
      <Select
        data-path={`${path}.competency_id`}
        error={problemAt(problems, `${path}.competency_id`)}
        label="Competency"
        onChange={(event) => onChange({ competency_id: event.target.value || null })}
        options={competencyOptions(competencies, question.competency_id)}
        value={question.competency_id ?? ""}
      />
      <Select
        data-path={`${path}.time_limit_s`}
        error={problemAt(problems, `${path}.time_limit_s`)}
        label="Time limit"
        onChange={(event) => onChange({ time_limit_s: Number(event.target.value) })}
        options={limitOptions(question.time_limit_s)}
        value={question.time_limit_s}
      />
      <Select
        data-path={`${path}.max_probes`}
        disabled={question.probes.length === 0}
        error={problemAt(problems, `${path}.max_probes`)}
        label="Follow-ups at most"
        onChange={(event) => onChange({ max_probes: Number(event.target.value) })}
        options={[0, 1, 2, 3]
          .filter((n) => n <= Math.max(question.probes.length, question.max_probes))
          .map((n) => ({ value: String(n), label: n === 0 ? "None" : String(n) }))}
        value={question.max_probes}
      />
    </div>
  );
}

/** The position's competencies; one that is gone stays visible so that it can be replaced. */
function competencyOptions(competencies: readonly Competency[], chosen: string | null) {
  const known = competencies.map(({ id, name }) => ({ value: id, label: name || "Unnamed competency" }));
  const gone = chosen !== null && !competencies.some(({ id }) => id === chosen);
  return [{ value: "", label: "None" }, ...known, ...(gone ? [{ value: chosen, label: "Removed competency" }] : [])];
}

/** The usual limits and the one that is set. */
function limitOptions(chosen_s: number) {
  const limits = LIMITS_S.includes(chosen_s) ? LIMITS_S : [...LIMITS_S, chosen_s].toSorted((a, b) => a - b);
  return limits.map((limit_s) => ({ value: String(limit_s), label: length(limit_s * 1000) }));
}
