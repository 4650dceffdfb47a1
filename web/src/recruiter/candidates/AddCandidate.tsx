import { useMutation, useQueryClient } from "@tanstack/react-query";
import { type FormEvent, useId } from "react";
import { call } from "../../api/client";
import type { CandidateRow } from "../../api/types";
import { Button } from "../../components/ui/Button";
import { Dialog } from "../../components/ui/Dialog";
import { Field } from "../../components/ui/Field";
import { Notice } from "../../components/ui/Notice";
import { fieldError, formError } from "../errors";
import { formText } from "../formText";
import layout from "../layout.module.css";
import { candidatesQuery } from "../queries";

type AddCandidateProps = { position: string; onClose: () => void; onAdded: (row: CandidateRow) => void };

/** Asks for a name and an e-mail; what is wrong with one of them stands beside it. */
export function AddCandidate({ position, onClose, onAdded }: AddCandidateProps) {
  const form = useId();
  const client = useQueryClient();
  const add = useMutation({
    mutationFn: (body: { name: string; email: string }) =>
      call("POST /v1/positions/{id}/candidates", { path: { id: position }, body }),
    onSuccess: async (row) => {
      await client.invalidateQueries(candidatesQuery(position));
      onAdded(row);
    },
  });
  const submit = (event: FormEvent<HTMLFormElement>) => {
    event.preventDefault();
    const text = formText(event.currentTarget);
    add.mutate({ name: text("name").trim(), email: text("email").trim() });
  };
  const wrong = formError(add.error, ["name", "email"]);
  return (
    <Dialog
      actions={
        <>
          <Button onClick={onClose}>Cancel</Button>
          <Button busy={add.isPending} form={form} kind="primary" type="submit">
            Add candidate
          </Button>
        </>
      }
      onClose={onClose}
      title="Add a candidate"
    >
      <form className={layout.stack} id={form} noValidate onSubmit={submit}>
        {wrong && (
          <Notice role="alert" tone="danger">
            {wrong}
          </Notice>
        )}
        <Field
          autoComplete="off"
          dir="auto"
          error={fieldError(add.error, "name")}
          hint="The interviewer says this name."
          label="Name"
          name="name"
        />
        <Field
          autoComplete="off"
          error={fieldError(add.error, "email")}
          inputMode="email"
          label="E-mail"
          name="email"
          type="email"
        />
      </form>
    </Dialog>
  );
}
