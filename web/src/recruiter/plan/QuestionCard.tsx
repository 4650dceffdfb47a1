import type { KeyboardEvent } from "react";
import type { Competency, Problem, Question } from "../../api/types";
import { Button } from "../../components/ui/Button";
import { classes } from "../../components/ui/classes";
import { TextField } from "../../components/ui/Field";
import { ArrowDownIcon, ArrowUpIcon, TrashIcon } from "../../components/ui/icons";
import layout from "../layout.module.css";
import { ListenButton } from "../speech/ListenButton";
import { ProbeList } from "./ProbeList";
import { problemAt } from "./problems-at";
import styles from "./QuestionCard.module.css";
import { QuestionRules } from "./QuestionRules";

type QuestionCardProps = {
  question: Question;
  /** 0-based place, and how many there are. */
  index: number;
  count: number;
  competencies: readonly Competency[];
  problems: readonly Problem[];
  onChange: (patch: Partial<Question>) => void;
  onMove: (to: number) => void;
  onRemove: () => void;
};

/** One question with its rules and follow-ups. Alt ↑ and Alt ↓ move it. */
export function QuestionCard(props: QuestionCardProps) {
  const { question, index, count, competencies, problems, onChange, onMove, onRemove } = props;
  const path = `questions[${index}]`;
  const number = index + 1;
  const onKeyDown = (event: KeyboardEvent) => {
    if (!event.altKey || (event.key !== "ArrowUp" && event.key !== "ArrowDown")) return;
    event.preventDefault();
    onMove(event.key === "ArrowUp" ? index - 1 : index + 1);
  };
  return (
    <section aria-label={`Question ${number}`} className={layout.card} onKeyDown={onKeyDown}>
      <header className={layout.cardHead}>
        <h2 className={classes(layout.cardTitle, styles.number)} data-path={path} tabIndex={-1}>
          Question {number} <span className={layout.muted}>of {count}</span>
        </h2>
        <ListenButton text={question.text} what={`question ${number}`} />
        <Button
          aria-label={`Move question ${number} up`}
          disabled={index === 0}
          icon={<ArrowUpIcon size={16} />}
          kind="plain"
          onClick={() => onMove(index - 1)}
          size="small"
          square
        />
        <Button
          aria-label={`Move question ${number} down`}
          disabled={index === count - 1}
          icon={<ArrowDownIcon size={16} />}
          kind="plain"
          onClick={() => onMove(index + 1)}
          size="small"
          square
        />
        <Button
          aria-label={`Remove question ${number}`}
          icon={<TrashIcon size={16} />}
          kind="plain"
          onClick={onRemove}
          size="small"
          square
        />
      </header>
      <TextField
        data-path={`${path}.text`}
        dir="auto"
        error={problemAt(problems, `${path}.text`)}
        hint="Asked word for word, the same for everyone."
        hideLabel
        label={`Text of question ${number}`}
        onChange={(event) => onChange({ text: event.target.value })}
        rows={2}
        value={question.text}
      />
      <QuestionRules
        competencies={competencies}
        onChange={onChange}
        path={path}
        problems={problems}
        question={question}
      />
      <ProbeList onChange={onChange} path={path} problems={problems} question={question} />
    </section>
  );
}
