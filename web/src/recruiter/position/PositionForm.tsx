import { useMutation, useQueryClient } from "@tanstack/react-query";
import { useBlocker } from "@tanstack/react-router";
import { type FormEvent, useState } from "react";
import { ApiError, call } from "../../api/client";
import type { Position } from "../../api/types";
import { Button } from "../../components/ui/Button";
import { Field, TextField } from "../../components/ui/Field";
import { PlusIcon } from "../../components/ui/icons";
import { Notice } from "../../components/ui/Notice";
import { useToast } from "../../components/ui/Toast";
import { fieldError, formError } from "../errors";
import layout from "../layout.module.css";
import { positionQuery } from "../queries";
import { CompetencyCard } from "./CompetencyCard";
import { type Facts, facts, isSame, newCompetency, written } from "./competencies";
import { RecordingSwitch } from "./RecordingSwitch";

/** Title, description and competencies; saved together by the button. */
export function PositionForm({ position }: { position: Position }) {
  const client = useQueryClient();
  const say = useToast();
  const [edited, setEdited] = useState<Facts>(() => facts(position));
  const dirty = !isSame(edited, facts(position));
  const save = useMutation({
    mutationFn: () => call("PUT /v1/positions/{id}", { path: { id: position.id }, body: written(edited) }),
    onSuccess: async (saved) => {
      client.setQueryData(positionQuery(position.id).queryKey, saved);
      setEdited(facts(saved));
      await client.invalidateQueries({ queryKey: ["positions"] });
      await client.invalidateQueries({ queryKey: ["plan", position.id] });
      say("Saved.");
    },
  });
  useBlocker({
    shouldBlockFn: () => dirty && !window.confirm("Your changes are not saved. Leave the page and lose them?"),
    enableBeforeUnload: dirty,
  });
  const submit = (event: FormEvent) => {
    event.preventDefault();
    save.mutate();
  };
  const { competencies } = edited;
  const wrong = formError(save.error, ["title", "description"]);
  const where = competencyOf(save.error);
  return (
    <form className={layout.stack} noValidate onSubmit={submit}>
      <div className={layout.form}>
        <Field
          dir="auto"
          error={fieldError(save.error, "title")}
          label="Title"
          onChange={(event) => setEdited({ ...edited, title: event.target.value })}
          value={edited.title}
        />
        <TextField
          dir="auto"
          error={fieldError(save.error, "description")}
          label="Description"
          onChange={(event) => setEdited({ ...edited, description: event.target.value })}
          rows={3}
          value={edited.description}
        />
      </div>
      <RecordingSwitch checked={edited.is_recorded} onChange={(is_recorded) => setEdited({ ...edited, is_recorded })} />
      <section className={layout.section}>
        <h2>Competencies</h2>
        <p className={layout.muted}>
          What the interview measures. Write at least three anchors for each: what a candidate does at that level.
          Everyone is rated against the same words.
        </p>
        {competencies.map((competency, index) => (
          <CompetencyCard
            competency={competency}
            key={competency.id}
            number={index + 1}
            onChange={(next) => setEdited({ ...edited, competencies: competencies.with(index, next) })}
            onRemove={() => setEdited({ ...edited, competencies: competencies.toSpliced(index, 1) })}
          />
        ))}
        <div className={layout.row}>
          <Button
            icon={<PlusIcon size={16} />}
            onClick={() =>
              setEdited({ ...edited, competencies: [...competencies, newCompetency(crypto.randomUUID())] })
            }
          >
            Add competency
          </Button>
        </div>
      </section>
      {wrong && (
        <Notice role="alert" tone="danger">
          {where}
          {wrong}
        </Notice>
      )}
      <div className={layout.saveBar}>
        <span className={layout.muted}>{dirty ? "Changes are not saved yet." : "Everything is saved."}</span>
        <Button busy={save.isPending} disabled={!dirty} kind="primary" type="submit">
          Save changes
        </Button>
      </div>
    </form>
  );
}

/** "Competency 2: " when the error is about one of them. */
function competencyOf(error: unknown): string {
  const index = error instanceof ApiError ? /^competencies\[(\d+)\]/.exec(error.field ?? "")?.[1] : undefined;
  return index === undefined ? "" : `Competency ${Number(index) + 1}: `;
}
