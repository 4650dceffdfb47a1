// All positions, and the dialog that creates one.
import { useSuspenseQuery } from "@tanstack/react-query";
import { createRoute, Link, useNavigate } from "@tanstack/react-router";
import type { PositionRow } from "../api/types";
import { Badge } from "../components/ui/Badge";
import { Button } from "../components/ui/Button";
import { EmptyState } from "../components/ui/EmptyState";
import { BriefcaseIcon, PlusIcon } from "../components/ui/icons";
import { type Column, Row, Table } from "../components/ui/Table";
import { Time } from "../components/ui/Time";
import { CreatePosition } from "../recruiter/CreatePosition";
import { Heading, Title } from "../recruiter/Heading";
import styles from "../recruiter/layout.module.css";
import { positionsQuery } from "../recruiter/queries";
import { insideRoute } from "./inside";

export const positionsRoute = createRoute({
  getParentRoute: () => insideRoute,
  path: "/positions",
  validateSearch: (search: Record<string, unknown>): { create?: true | undefined } => ({
    create: search.create ? true : undefined,
  }),
  loader: ({ context: { client } }) => client.ensureQueryData(positionsQuery),
  component: PositionsPage,
});

const COLUMNS: readonly Column[] = [
  { name: "Position" },
  { name: "Plan", brief: true },
  { name: "Candidates", numeric: true },
  { name: "Finished", numeric: true, wide: true },
  { name: "Created", wide: true, brief: true },
];

function PositionsPage() {
  const { data: positions } = useSuspenseQuery(positionsQuery);
  const { create } = positionsRoute.useSearch();
  const navigate = useNavigate();
  const show = (shown: boolean) => void navigate({ to: "/positions", search: shown ? { create: true } : {} });
  const button = (
    <Button icon={<PlusIcon size={16} />} kind="primary" onClick={() => show(true)}>
      New position
    </Button>
  );
  return (
    <div className={styles.page}>
      <Title>Positions</Title>
      <Heading actions={positions.length > 0 && button}>Positions</Heading>
      {positions.length === 0 ? (
        <EmptyState action={button} icon={<BriefcaseIcon size={28} />} title="No positions yet">
          A position is the role you hire for: what matters in it, the interview plan, and the candidates.
        </EmptyState>
      ) : (
        <Table columns={COLUMNS} label="Positions">
          {positions.map((row) => (
            <Row cells={cells(row)} columns={COLUMNS} key={row.id} />
          ))}
        </Table>
      )}
      {create && <CreatePosition onClose={() => show(false)} />}
    </div>
  );
}

function cells(row: PositionRow) {
  return [
    <Link className={styles.name} dir="auto" key="title" params={{ positionId: row.id }} to="/positions/$positionId">
      {row.title}
    </Link>,
    row.published_version === null ? (
      <Badge key="plan">Draft</Badge>
    ) : (
      <Badge key="plan" tone="ok">
        Published v{row.published_version}
      </Badge>
    ),
    row.candidates,
    row.finished,
    <Time at={row.created_at} key="created" />,
  ];
}
