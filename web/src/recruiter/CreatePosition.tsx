import { useMutation, useQueryClient } from "@tanstack/react-query";
import { useNavigate } from "@tanstack/react-router";
import { call } from "../api/client";
import { Field, TextField } from "../components/ui/Field";
import { fieldError } from "./errors";
import { FormDialog } from "./Form";
import { positionsQuery } from "./queries";

/** Asks for the title of a new position, then goes on to its plan. */
export function CreatePosition({ onClose }: { onClose: () => void }) {
  const client = useQueryClient();
  const navigate = useNavigate();
  const create = useMutation({
    mutationFn: (body: { title: string; description: string }) => call("POST /v1/positions", { body }),
    onSuccess: async ({ id }) => {
      await client.invalidateQueries(positionsQuery);
      await navigate({ to: "/positions/$positionId/plan", params: { positionId: id } });
    },
  });
  return (
    <FormDialog
      action="Create position"
      busy={create.isPending}
      error={create.error}
      fields={["title", "description"]}
      onClose={onClose}
      onSubmit={(text) => create.mutate({ title: text("title").trim(), description: text("description").trim() })}
      title="New position"
    >
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
    </FormDialog>
  );
}
