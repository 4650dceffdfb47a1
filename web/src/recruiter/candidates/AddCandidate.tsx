import { useMutation, useQueryClient } from "@tanstack/react-query";
import { call } from "../../api/client";
import type { CandidateRow } from "../../api/types";
import { Field } from "../../components/ui/Field";
import { fieldError } from "../errors";
import { FormDialog } from "../Form";
import { candidatesQuery } from "../queries";

type AddCandidateProps = { position: string; onClose: () => void; onAdded: (row: CandidateRow) => void };

/** Asks for a name and an e-mail; what is wrong with one of them stands beside it. */
export function AddCandidate({ position, onClose, onAdded }: AddCandidateProps) {
  const client = useQueryClient();
  const add = useMutation({
    mutationFn: (body: { name: string; email: string }) =>
      call("POST /v1/positions/{id}/candidates", { path: { id: position }, body }),
    onSuccess: async (row) => {
      await client.invalidateQueries(candidatesQuery(position));
      onAdded(row);
    },
  });
  return (
    <FormDialog
      action="Add candidate"
      busy={add.isPending}
      error={add.error}
      fields={["name", "email"]}
      onClose={onClose}
      onSubmit={(text) => add.mutate({ name: text("name").trim(), email: text("email").trim() })}
      title="Add a candidate"
    >
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
    </FormDialog>
  );
}
