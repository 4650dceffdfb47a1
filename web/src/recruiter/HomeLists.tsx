// The lists of Home: who, for what, since when, and the one next action.
import { Link } from "@tanstack/react-router";
import type { ReactNode } from "react";
import type { CandidateRow, SessionRow } from "../api/types";
import { buttonClass } from "../components/ui/Button";
import { type Column, Row, Table } from "../components/ui/Table";
import { Time } from "../components/ui/Time";
import styles from "./layout.module.css";
import { count, INVITATION_STATES, plain } from "./words";

const COLUMNS: readonly Column[] = [
  { name: "Candidate" },
  { name: "Position", wide: true },
  { name: "What", wide: true },
  { name: "When", wide: true },
  { name: "Next", numeric: true, silent: true },
];

type ListProps<T> = { title: string; rows: T[] };

export function SessionList({
  title,
  rows,
  action,
  what,
}: ListProps<SessionRow> & { action: string; what: (row: SessionRow) => ReactNode }) {
  return (
    <List rows={rows} title={title}>
      {(row) => (
        <Row
          cells={[
            <Name key="name" name={row.candidate.name} position={row.position.title} what={what(row)} />,
            <span dir="auto" key="position">
              {row.position.title}
            </span>,
            what(row),
            <When at={row.ended_at ?? row.started_at} key="when" />,
            <Link
              className={buttonClass({ size: "small" })}
              key="next"
              params={{ sessionId: row.id }}
              to="/sessions/$sessionId"
            >
              {action}
              <span className="sr-only"> {row.candidate.name}</span>
            </Link>,
          ]}
          columns={COLUMNS}
          key={row.id}
        />
      )}
    </List>
  );
}

export function WaitingList({ title, rows }: ListProps<CandidateRow>) {
  return (
    <List rows={rows} title={title}>
      {(row) => (
        <Row
          cells={[
            <Name key="name" name={row.candidate.name} position={row.position.title} what={asked(row)} />,
            <span dir="auto" key="position">
              {row.position.title}
            </span>,
            asked(row),
            <When at={row.invitation?.created_at ?? row.created_at} key="when" />,
            <Link
              className={buttonClass({ size: "small" })}
              key="next"
              params={{ positionId: row.position.id }}
              search={{ invite: row.application_id }}
              to="/positions/$positionId/candidates"
            >
              {row.invitation ? "Send again" : "Invite"}
              <span className="sr-only"> {row.candidate.name}</span>
            </Link>,
          ]}
          columns={COLUMNS}
          key={row.application_id}
        />
      )}
    </List>
  );
}

function asked({ invitation }: CandidateRow): string {
  return invitation ? INVITATION_STATES[invitation.state] : "Not invited yet";
}

function List<T>({ title, rows, children }: ListProps<T> & { children: (row: T) => ReactNode }) {
  if (rows.length === 0) return null;
  return (
    <section className={styles.section}>
      <h2>
        {title} <span className={`${styles.muted} ${styles.number}`}>{rows.length}</span>
      </h2>
      <Table columns={COLUMNS} even label={title}>
        {rows.map(children)}
      </Table>
    </section>
  );
}

/** On a phone the rest of the row stands under the name. */
function Name({ name, position, what }: { name: string; position: string; what: ReactNode }) {
  return (
    <>
      <span className={styles.name} dir="auto">
        {name}
      </span>
      <span className={styles.onlyNarrow} dir="auto">
        {position}
      </span>
      <span className={styles.onlyNarrow}>{what}</span>
    </>
  );
}

function When({ at }: { at: number | null }) {
  return at === null ? "" : <Time at={at} />;
}

/** What a recruiter reads about a session in one cell. */
export const ABOUT = {
  live: (row: SessionRow) => (row.state === "interrupted" ? "Interrupted" : count(row.turns, "turn")),
  review: (row: SessionRow) => count(row.turns, "turn"),
  failed: (row: SessionRow) =>
    `Transcript incomplete${row.end_reason ? `: ${plain(row.end_reason).toLowerCase()}` : ""}`,
};
