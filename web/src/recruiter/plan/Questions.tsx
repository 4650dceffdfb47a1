// The questions as a list to add to, remove from and reorder, by mouse and by keyboard alike.
import { useEffect, useRef, useState } from "react";
import type { Competency, Question } from "../../api/types";
import { Button } from "../../components/ui/Button";
import { PlusIcon } from "../../components/ui/icons";
import { Notice } from "../../components/ui/Notice";
import layout from "../layout.module.css";
import { addQuestion, changeQuestion, moveQuestion, removeQuestion, restoreQuestion } from "./edits";
import { focusPath, problemAt } from "./problems-at";
import { QuestionCard } from "./QuestionCard";
import type { Draft } from "./useDraft";

type QuestionsProps = { draft: Draft; competencies: readonly Competency[] };

export function Questions({ draft, competencies }: QuestionsProps) {
  const { plan, checked, change } = draft;
  const list = useRef<HTMLDivElement>(null);
  const [removed, setRemoved] = useState<{ index: number; question: Question } | null>(null);
  const [said, setSaid] = useState("");
  const [focus, setFocus] = useState<string | null>(null);

  useEffect(() => {
    if (focus && list.current) focusPath(focus, list.current);
    setFocus(null);
  }, [focus]);

  const move = (from: number, to: number) => {
    if (to < 0 || to >= plan.questions.length) return;
    change((before) => moveQuestion(before, from, to));
    setSaid(`Question ${from + 1} is now question ${to + 1}.`);
    setFocus(`questions[${to}]`);
  };
  const add = () => {
    const index = plan.questions.length;
    change((before) => addQuestion(before, `q_${crypto.randomUUID().slice(0, 8)}`));
    setRemoved(null);
    setFocus(`questions[${index}].text`);
  };
  const remove = (index: number, question: Question) => {
    change((before) => removeQuestion(before, index));
    setRemoved({ index, question });
  };
  const undo = () => {
    if (!removed) return;
    change((before) => restoreQuestion(before, removed.index, removed.question));
    setRemoved(null);
    setFocus(`questions[${removed.index}].text`);
  };

  return (
    <div className={layout.stack} ref={list}>
      {plan.questions.map((question, index) => (
        <QuestionCard
          competencies={competencies}
          count={plan.questions.length}
          index={index}
          key={question.id}
          onChange={(patch) => change((before) => changeQuestion(before, index, patch))}
          onMove={(to) => move(index, to)}
          onRemove={() => remove(index, question)}
          problems={checked.problems}
          question={question}
        />
      ))}
      {removed && (
        <Notice role="status">
          <span className={layout.row}>
            Question {removed.index + 1} was removed.
            <Button onClick={undo} size="small">
              Undo
            </Button>
          </span>
        </Notice>
      )}
      <div className={layout.row}>
        <Button data-path="questions" icon={<PlusIcon size={16} />} onClick={add}>
          Add question
        </Button>
        <span className={layout.muted}>{problemAt(checked.problems, "questions")}</span>
      </div>
      <div aria-live="polite" className="sr-only">
        {said}
      </div>
    </div>
  );
}
