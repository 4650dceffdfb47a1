import { useMutation, useQueryClient } from "@tanstack/react-query";
import { useNavigate } from "@tanstack/react-router";
import { type FormEvent, useId } from "react";
import { call } from "../api/client";
import { Button } from "../components/ui/Button";
import { Dialog } from "../components/ui/Dialog";
import { Field, TextField } from "../components/ui/Field";
import { Notice } from "../components/ui/Notice";
import { fieldError, formError } from "./errors";
import { formText } from "./formText";
import styles from "./layout.module.css";
import { positionsQuery } from "./queries";

/** Asks for the title of a new position, then goes on to its plan. */
export function CreatePosition({ onClose }: { onClose: () => void }) {
  const form = useId();
  const client = useQueryClient();
  const navigate = useNavigate();
  const create = useMutation({
    mutationFn: (body: { title: string; description: string }) => call("POST /v1/positions", { body }),
    onSuccess: async ({ id }) => {
      await client.invalidateQueries(positionsQuery);
      await navigate({ to: "/positions/$positionId/plan", params: { positionId: id } });
    },
  });
  const submit = (event: FormEvent<HTMLFormElement>) => {
    event.preventDefault();
    const text = formText(event.currentTarget);
    create.mutate({ title: text("title").trim(), description: text("description").trim() });
  };
  const wrong = formError(create.error, ["title", "description"]);
  return (
    <Dialog
      actions={
        <>
          <Button onClick={onClose}>Cancel</Button>
          <Button busy={create.isPending} form={form} kind="primary" type="submit">
            Create position
          </Button>
        </>
      }
      onClose={onClose}
      title="New position"
    >
      <form className={styles.stack} id={form} noValidate onSubmit={submit}>
        {wrong && (
          <Notice role="alert" tone="danger">
            {wrong}
          </Notice>
        )}
        <Field
          autoComplete="off"
          dir="auto"
          error={fieldError(create.error, "title")}
          hint="Candidates read it: “Backend engineer”."
          label="Title"
          name="title"
        />
        <TextField
          dir="auto"
          error={fieldError(create.error, "description")}
          hint="For your team: what the role is about. Optional."
          label="Description"
          name="description"
          rows={4}
        />
      </form>
    </Dialog>
  );
}
