import type { Problem } from "../../api/types";
import { TextField } from "../../components/ui/Field";
import layout from "../layout.module.css";
import { ListenButton } from "../speech/ListenButton";
import { filled, type Names } from "./hearing";
import { problemAt } from "./problems-at";

type PlanTextProps = {
  label: string;
  names: Names;
  hint: string;
  /** Where in the plan: a problem with this path is shown here. */
  path: string;
  value: string;
  problems: readonly Problem[];
  onChange: (value: string) => void;
};

/** A text that the interviewer says outside the questions. */
export function PlanText({ label, names, hint, path, value, problems, onChange }: PlanTextProps) {
  return (
    <section aria-label={label} className={layout.card}>
      <header className={layout.cardHead}>
        <h2 className={layout.cardTitle}>{label}</h2>
        <ListenButton text={filled(value, names)} what={label.toLowerCase()} />
      </header>
      <TextField
        data-path={path}
        dir="auto"
        error={problemAt(problems, path)}
        hideLabel
        hint={hint}
        label={label}
        onChange={(event) => onChange(event.target.value)}
        rows={2}
        value={value}
      />
    </section>
  );
}
