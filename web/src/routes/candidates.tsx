// The candidates of a position: who was invited, how far each is, and the link to send.
import { useSuspenseQuery } from "@tanstack/react-query";
import { createRoute, useNavigate } from "@tanstack/react-router";
import { useState } from "react";
import { Button } from "../components/ui/Button";
import { EmptyState } from "../components/ui/EmptyState";
import { PeopleIcon, PlusIcon } from "../components/ui/icons";
import { AddCandidate } from "../recruiter/candidates/AddCandidate";
import { CandidateTable } from "../recruiter/candidates/CandidateTable";
import { InvitationDialog } from "../recruiter/candidates/InvitationDialog";
import { Title } from "../recruiter/Heading";
import layout from "../recruiter/layout.module.css";
import { candidatesQuery, positionQuery } from "../recruiter/queries";
import { count } from "../recruiter/words";
import { positionRoute } from "./position";

export const candidatesRoute = createRoute({
  getParentRoute: () => positionRoute,
  path: "candidates",
  validateSearch: (search: Record<string, unknown>): { invite?: string | undefined } => ({
    invite: typeof search.invite === "string" ? search.invite : undefined,
  }),
  loader: ({ context: { client }, params: { positionId } }) => client.ensureQueryData(candidatesQuery(positionId)),
  component: CandidatesPage,
});

function CandidatesPage() {
  const { positionId } = candidatesRoute.useParams();
  const { invite } = candidatesRoute.useSearch();
  const navigate = useNavigate();
  const { data: position } = useSuspenseQuery(positionQuery(positionId));
  const { data: candidates } = useSuspenseQuery(candidatesQuery(positionId));
  const [adding, setAdding] = useState(false);
  const invited = candidates.find((row) => row.application_id === invite);
  const showInvitation = (application: string | null) =>
    void navigate({
      to: "/positions/$positionId/candidates",
      params: { positionId },
      search: application ? { invite: application } : {},
    });
  const add = (
    <Button icon={<PlusIcon size={16} />} kind="primary" onClick={() => setAdding(true)}>
      Add candidate
    </Button>
  );
  return (
    <>
      <Title>{`Candidates · ${position.title}`}</Title>
      {candidates.length === 0 ? (
        <EmptyState action={add} icon={<PeopleIcon size={28} />} title="No candidates yet">
          Add a person by name and e-mail, then send the link. They need no account and no app.
        </EmptyState>
      ) : (
        <section className={layout.section}>
          <div className={layout.row}>
            <span className={layout.grow}>{count(candidates.length, "candidate")}</span>
            {add}
          </div>
          <CandidateTable candidates={candidates} onInvite={showInvitation} />
        </section>
      )}
      {adding && (
        <AddCandidate
          onAdded={(row) => {
            setAdding(false);
            showInvitation(row.application_id);
          }}
          onClose={() => setAdding(false)}
          position={positionId}
        />
      )}
      {invited && !adding && (
        <InvitationDialog
          key={invited.application_id}
          onClose={() => showInvitation(null)}
          position={position}
          row={invited}
        />
      )}
    </>
  );
}
