import { Link } from "@tanstack/react-router";
import type { CandidateRow } from "../../api/types";
import { Badge, type Tone } from "../../components/ui/Badge";
import { Button, buttonClass } from "../../components/ui/Button";
import { type Column, Row, Table } from "../../components/ui/Table";
import { Time } from "../../components/ui/Time";
import layout from "../layout.module.css";
import { SessionState } from "../SessionBadges";
import { INVITATION_STATES } from "../words";

type CandidateTableProps = {
  candidates: readonly CandidateRow[];
  /** Opens the invitation of an application. */
  onInvite: (application: string) => void;
};

const COLUMNS: readonly Column[] = [
  { name: "Candidate" },
  { name: "E-mail", wide: true },
  { name: "State", brief: true, wide: true },
  { name: "Turns", numeric: true, wide: true },
  { name: "Since", wide: true, brief: true },
  { name: "Next", numeric: true, silent: true },
];

/** One row per candidate with the one next action. */
export function CandidateTable({ candidates, onInvite }: CandidateTableProps) {
  return (
    <Table columns={COLUMNS} label="Candidates">
      {candidates.map((row) => (
        <Row cells={cells(row, onInvite)} columns={COLUMNS} key={row.application_id} />
      ))}
    </Table>
  );
}

function cells(row: CandidateRow, onInvite: CandidateTableProps["onInvite"]) {
  const { candidate, session, invitation } = row;
  const since = session?.ended_at ?? session?.started_at ?? invitation?.created_at ?? row.created_at;
  return [
    <span key="name">
      <span className={layout.name} dir="auto">
        {candidate.name}
      </span>
      <span className={layout.onlyNarrow}>{candidate.email}</span>
      <span className={layout.onlyNarrow}>
        <State row={row} />
      </span>
    </span>,
    <span className={layout.email} key="email">
      {candidate.email}
    </span>,
    <State key="state" row={row} />,
    session ? session.turns : "",
    <Time at={since} key="since" />,
    <span className={`${layout.row} ${layout.end}`} key="next">
      {session && (
        <Link className={buttonClass({ size: "small" })} params={{ sessionId: session.id }} to="/sessions/$sessionId">
          {session.state === "live" ? "Watch" : "Read"}
          <span className="sr-only"> {candidate.name}</span>
        </Link>
      )}
      {session?.state !== "finished" && (
        <Button onClick={() => onInvite(row.application_id)} size="small">
          {invitation ? "Link" : "Invite"}
          <span className="sr-only"> {candidate.name}</span>
        </Button>
      )}
    </span>,
  ];
}

const TONES: Record<keyof typeof INVITATION_STATES, Tone> = {
  open: "neutral",
  not_yet_open: "neutral",
  finished: "neutral",
  expired: "warn",
  revoked: "warn",
};

function State({ row: { session, invitation } }: { row: CandidateRow }) {
  if (session && session.state !== "ready") return <SessionState state={session.state} />;
  if (!invitation) return <Badge>Not invited</Badge>;
  if (session && invitation.state === "open") return <Badge>Agreed, not started</Badge>;
  return <Badge tone={TONES[invitation.state]}>{INVITATION_STATES[invitation.state]}</Badge>;
}
