import { useMutation, useQueryClient } from "@tanstack/react-query";
import { ApiError, call } from "../../api/client";
import type { Plan, PlanDraft, PlanVersion, Position } from "../../api/types";
import { Button } from "../../components/ui/Button";
import { Dialog } from "../../components/ui/Dialog";
import { Notice } from "../../components/ui/Notice";
import { useToast } from "../../components/ui/Toast";
import { words } from "../errors";
import layout from "../layout.module.css";
import { positionQuery, versionsQuery } from "../queries";
import { count } from "../words";
import { ChangeList } from "./ChangeList";
import { changes } from "./diff";

type PublishDialogProps = {
  position: Position;
  plan: Plan;
  /** The newest published version, or null before the first. */
  before: PlanVersion | null;
  onClose: () => void;
  /** Called with what the server said about the draft when it was published or refused. */
  onProblems: (patch: Partial<PlanDraft>) => void;
};

/** Shows what changes against the last version, and publishes. */
export function PublishDialog({ position, plan, before, onClose, onProblems }: PublishDialogProps) {
  const client = useQueryClient();
  const say = useToast();
  const id = position.id;
  const publish = useMutation({
    mutationFn: () => call("POST /v1/positions/{id}/plan/publish", { path: { id } }),
    onSuccess: async ({ number }) => {
      onProblems({ problems: [], changed: false, published_version: number });
      await Promise.all([
        client.invalidateQueries(versionsQuery(id)),
        client.invalidateQueries(positionQuery(id)),
        client.invalidateQueries({ queryKey: ["positions"] }),
      ]);
      say(`Plan v${number} is published.`);
      onClose();
    },
    onError: (error) => {
      if (error instanceof ApiError && error.problems.length > 0) onProblems({ problems: error.problems });
    },
  });
  const next = (before?.number ?? 0) + 1;
  const list = changes(before?.plan ?? null, plan, position.competencies);
  return (
    <Dialog
      actions={
        <>
          <Button onClick={onClose}>Back to the draft</Button>
          <Button busy={publish.isPending} kind="primary" onClick={() => publish.mutate()}>
            Publish v{next}
          </Button>
        </>
      }
      onClose={onClose}
      title={before ? `Publish v${next}: what changes against v${before.number}` : "Publish the first version"}
      wide
    >
      {publish.isError && (
        <Notice role="alert" tone="danger">
          {words(publish.error)}
        </Notice>
      )}
      <p className={layout.muted}>
        {count(list.length, "change")}. A published version stays as it is: people already invited keep the version of
        their invitation, new invitations get this one.
      </p>
      {list.length === 0 ? (
        <p>The words are the same; competencies or their anchors have changed.</p>
      ) : (
        <ChangeList changes={list} />
      )}
    </Dialog>
  );
}
