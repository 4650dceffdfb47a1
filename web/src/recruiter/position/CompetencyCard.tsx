import type { Competency } from "../../api/types";
import { Badge } from "../../components/ui/Badge";
import { Button } from "../../components/ui/Button";
import { Field, TextField } from "../../components/ui/Field";
import { TrashIcon } from "../../components/ui/icons";
import layout from "../layout.module.css";
import styles from "./CompetencyCard.module.css";
import { anchorAt, ENOUGH_ANCHORS, LEVELS, withAnchor } from "./competencies";

type CompetencyCardProps = {
  competency: Competency;
  /** 1-based place. */
  number: number;
  onChange: (competency: Competency) => void;
  onRemove: () => void;
};

const EXAMPLES: Record<number, string> = {
  1: "Blames others; names no own action",
  3: "Names the disagreement and what they did about it",
  5: "Shows how they changed their mind or another's by facts",
};

/** One competency with the behavior that stands for each level. */
export function CompetencyCard({ competency, number, onChange, onRemove }: CompetencyCardProps) {
  const count = competency.anchors.filter(({ text }) => text.trim() !== "").length;
  return (
    <section aria-label={`Competency ${number}`} className={layout.card}>
      <div className={styles.head}>
        <Field
          autoFocus={competency.name === "" && competency.anchors.length === 0}
          dir="auto"
          label="Name"
          onChange={(event) => onChange({ ...competency, name: event.target.value })}
          placeholder="Working with others"
          value={competency.name}
        />
        <Field
          dir="auto"
          label="Description"
          onChange={(event) => onChange({ ...competency, description: event.target.value })}
          value={competency.description}
        />
        <Button
          aria-label={`Remove competency ${competency.name || number}`}
          icon={<TrashIcon size={16} />}
          kind="plain"
          onClick={onRemove}
          square
        />
      </div>
      <fieldset className={styles.anchors}>
        <legend className={styles.legend}>
          Anchors{" "}
          <Badge tone={count >= ENOUGH_ANCHORS ? "ok" : "warn"}>
            {count >= ENOUGH_ANCHORS ? `${count} of 5 written` : `${count} of ${ENOUGH_ANCHORS} needed`}
          </Badge>
        </legend>
        {LEVELS.map((level) => (
          <div className={styles.anchor} key={level}>
            <span aria-hidden="true" className={styles.level}>
              {level}
            </span>
            <TextField
              className={styles.text ?? ""}
              dir="auto"
              hideLabel
              label={`Level ${level}`}
              onChange={(event) =>
                onChange({ ...competency, anchors: withAnchor(competency.anchors, level, event.target.value) })
              }
              placeholder={EXAMPLES[level]}
              rows={1}
              value={anchorAt(competency.anchors, level)}
            />
          </div>
        ))}
      </fieldset>
    </section>
  );
}
