import type { Probe, ProbeRule, Problem, Question } from "../../api/types";
import { Button } from "../../components/ui/Button";
import { TextField } from "../../components/ui/Field";
import { CrossIcon, PlusIcon } from "../../components/ui/icons";
import { Select } from "../../components/ui/Select";
import layout from "../layout.module.css";
import { ListenButton } from "../speech/ListenButton";
import { PROBE_RULES } from "../words";
import { addProbe, changeProbe, removeProbe } from "./edits";
import { problemAt } from "./problems-at";
import styles from "./QuestionCard.module.css";

type ProbeListProps = {
  question: Question;
  path: string;
  problems: readonly Problem[];
  onChange: (patch: Partial<Question>) => void;
};

const RULES = (Object.keys(PROBE_RULES) as ProbeRule[]).map((value) => ({ value, label: PROBE_RULES[value] }));

/** The follow-ups that this question allows: when, and in which words. */
export function ProbeList({ question, path, problems, onChange }: ProbeListProps) {
  return (
    <div className={styles.probes}>
      <h3 className={styles.probesHeading}>Allowed follow-ups</h3>
      {question.probes.map((probe, index) => (
        <ProbeRow
          index={index}
          // biome-ignore lint/suspicious/noArrayIndexKey: a probe has no id; its place is its identity
          key={index}
          onChange={(patch) => onChange(changeProbe(question, index, patch))}
          onRemove={() => onChange(removeProbe(question, index))}
          path={`${path}.probes[${index}]`}
          probe={probe}
          problems={problems}
        />
      ))}
      <div className={layout.row}>
        <Button
          data-path={`${path}.probes`}
          icon={<PlusIcon size={16} />}
          kind="plain"
          onClick={() => onChange(addProbe(question))}
          size="small"
        >
          Add follow-up
        </Button>
        {question.probes.length === 0 && (
          <span className={layout.muted}>Without one, the interviewer goes on after the first answer.</span>
        )}
      </div>
    </div>
  );
}

type ProbeRowProps = {
  probe: Probe;
  index: number;
  path: string;
  problems: readonly Problem[];
  onChange: (patch: Partial<Probe>) => void;
  onRemove: () => void;
};

function ProbeRow({ probe, index, path, problems, onChange, onRemove }: ProbeRowProps) {
  const name = `follow-up ${index + 1}`;
  return (
    <div className={styles.probe}>
      <Select
        data-path={`${path}.when`}
        error={problemAt(problems, `${path}.when`)}
        hideLabel
        label={`When to ask ${name}`}
        onChange={(event) => onChange({ when: event.target.value as ProbeRule })}
        options={RULES}
        value={probe.when}
      />
      <TextField
        className={styles.probeText ?? ""}
        data-path={`${path}.text`}
        dir="auto"
        error={problemAt(problems, `${path}.text`)}
        hideLabel
        label={`Words of ${name}`}
        onChange={(event) => onChange({ text: event.target.value })}
        placeholder="What was your own part in it?"
        rows={1}
        value={probe.text}
      />
      <div className={styles.probeActions}>
        <ListenButton small text={probe.text} what={name} />
        <Button
          aria-label={`Remove ${name}`}
          icon={<CrossIcon size={16} />}
          kind="plain"
          onClick={onRemove}
          size="small"
          square
        />
      </div>
    </div>
  );
}
