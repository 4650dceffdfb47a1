import { useMutation, useQueryClient } from "@tanstack/react-query";
import { Link } from "@tanstack/react-router";
import { useState } from "react";
import { ApiError, call } from "../../api/client";
import type { CandidateRow, Position } from "../../api/types";
import { Button } from "../../components/ui/Button";
import { Dialog } from "../../components/ui/Dialog";
import { Notice } from "../../components/ui/Notice";
import { Select } from "../../components/ui/Select";
import { words } from "../errors";
import layout from "../layout.module.css";
import { candidatesQuery } from "../queries";
import styles from "./InvitationDialog.module.css";
import { InvitationFacts } from "./InvitationFacts";
import { NewLink } from "./NewLink";

type InvitationDialogProps = { row: CandidateRow; position: Position; onClose: () => void };

const EXPIRIES_DAYS = [3, 7, 14, 30, 60];
const USUAL_DAYS = 14;

/** The link of one candidate: make it, send it, take it back. A link is shown once, because only its hash is kept. */
export function InvitationDialog({ row, position, onClose }: InvitationDialogProps) {
  const client = useQueryClient();
  const { invitation, candidate } = row;
  const [days, setDays] = useState(USUAL_DAYS);
  const [mail, setMail] = useState(false);
  const refresh = () => client.invalidateQueries(candidatesQuery(position.id));
  const invite = useMutation({
    mutationFn: () =>
      call("POST /v1/applications/{id}/invitations", {
        path: { id: row.application_id },
        body: { expires_in_days: days, send_mail: mail },
      }),
    onSuccess: refresh,
  });
  const revoke = useMutation({
    mutationFn: (id: string) => call("POST /v1/invitations/{id}/revoke", { path: { id } }),
    onSuccess: async () => {
      invite.reset();
      await refresh();
    },
  });
  const isOpen = invitation?.state === "open" || invitation?.state === "not_yet_open";
  const error = invite.error ?? revoke.error;

  return (
    <Dialog
      actions={
        invite.data ? (
          <Button kind="primary" onClick={onClose}>
            Done
          </Button>
        ) : (
          <>
            {isOpen && (
              <Button busy={revoke.isPending} kind="danger" onClick={() => revoke.mutate(invitation.id)}>
                Revoke the link
              </Button>
            )}
            <Button busy={invite.isPending} kind="primary" onClick={() => invite.mutate()}>
              {createLabel(invitation !== null, mail)}
            </Button>
          </>
        )
      }
      onClose={onClose}
      title={`Invite ${candidate.name}`}
    >
      {error && (
        <Notice role="alert" tone="danger">
          <Refusal error={error} position={position.id} />
        </Notice>
      )}
      {invite.data ? (
        <NewLink
          email={candidate.email}
          link={invite.data.link}
          mailed={mail}
          expiresAt={invite.data.invitation.expires_at}
        />
      ) : (
        <>
          {invitation && <InvitationFacts invitation={invitation} />}
          <div className={layout.stack}>
            <Select
              label={invitation ? "A new link stays open for" : "The link stays open for"}
              onChange={(event) => setDays(Number(event.target.value))}
              options={EXPIRIES_DAYS.map((n) => ({ value: String(n), label: `${n} days` }))}
              value={days}
            />
            <label className={styles.check}>
              <input checked={mail} onChange={(event) => setMail(event.target.checked)} type="checkbox" />
              <span>
                Send it by e-mail to <strong>{candidate.email}</strong>
              </span>
            </label>
          </div>
        </>
      )}
    </Dialog>
  );
}

function createLabel(again: boolean, mail: boolean): string {
  if (mail) return again ? "Create and e-mail a new link" : "Create and e-mail the link";
  return again ? "Create a new link" : "Create the link";
}

function Refusal({ error, position }: { error: unknown; position: string }) {
  if (!(error instanceof ApiError) || error.code !== "plan_not_published") return words(error);
  return (
    <span>
      The plan is not published yet, so there is nothing to ask.{" "}
      <Link params={{ positionId: position }} to="/positions/$positionId/plan">
        Publish the plan
      </Link>{" "}
      first.
    </span>
  );
}
