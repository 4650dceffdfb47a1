// All sessions, filtered by state; the filter is in the URL so that a list can be shared.
import { useSuspenseQuery } from "@tanstack/react-query";
import { createRoute, Link } from "@tanstack/react-router";
import type { SessionRow } from "../api/types";
import { EmptyState } from "../components/ui/EmptyState";
import { PeopleIcon } from "../components/ui/icons";
import { type Column, Row, Table } from "../components/ui/Table";
import { Time } from "../components/ui/Time";
import { length } from "../components/ui/times";
import { Heading, Title } from "../recruiter/Heading";
import layout from "../recruiter/layout.module.css";
import { sessionsQuery } from "../recruiter/queries";
import { CompletenessBadge, SessionState } from "../recruiter/SessionBadges";
import tabs from "../recruiter/TabLinks.module.css";
import { insideRoute } from "./inside";

const FILTERS = [
  { state: undefined, label: "All" },
  { state: "live", label: "Live" },
  { state: "interrupted", label: "Interrupted" },
  { state: "finished", label: "Finished" },
] as const;

export const sessionsRoute = createRoute({
  getParentRoute: () => insideRoute,
  path: "/sessions",
  validateSearch: (search: Record<string, unknown>): { state?: string | undefined } => ({
    state: FILTERS.find(({ state }) => state === search.state)?.state,
  }),
  loaderDeps: ({ search }) => search,
  loader: ({ context: { client }, deps }) => client.ensureQueryData(sessionsQuery(deps.state)),
  component: SessionsPage,
});

const COLUMNS: readonly Column[] = [
  { name: "Candidate" },
  { name: "Position", wide: true },
  { name: "State", brief: true },
  { name: "Transcript", wide: true },
  { name: "Turns", numeric: true, wide: true },
  { name: "Length", numeric: true, wide: true },
  { name: "Started", wide: true, brief: true },
];

function SessionsPage() {
  const { state } = sessionsRoute.useSearch();
  const { data: sessions } = useSuspenseQuery(sessionsQuery(state));
  return (
    <div className={layout.page}>
      <Title>Sessions</Title>
      <Heading>Sessions</Heading>
      <nav aria-label="Filter by state" className={tabs.tabs}>
        {FILTERS.map((filter) => (
          <Link
            activeOptions={{ includeSearch: true, explicitUndefined: true }}
            aria-current={filter.state === state ? "page" : undefined}
            className={filter.state === state ? `${tabs.tab} ${tabs.here}` : tabs.tab}
            key={filter.label}
            search={filter.state ? { state: filter.state } : {}}
            to="/sessions"
          >
            {filter.label}
          </Link>
        ))}
      </nav>
      {sessions.length === 0 ? (
        <EmptyState icon={<PeopleIcon size={28} />} title={state ? "None in this state" : "No sessions yet"}>
          {state ? (
            <Link to="/sessions">Show all sessions</Link>
          ) : (
            "A session begins when a candidate opens the link and agrees."
          )}
        </EmptyState>
      ) : (
        <Table columns={COLUMNS} label="Sessions">
          {sessions.map((row) => (
            <Row cells={cells(row)} columns={COLUMNS} key={row.id} />
          ))}
        </Table>
      )}
    </div>
  );
}

function cells(row: SessionRow) {
  const { started_at, ended_at } = row;
  return [
    <span key="name">
      <Link className={layout.name} dir="auto" params={{ sessionId: row.id }} to="/sessions/$sessionId">
        {row.candidate.name}
      </Link>
      <span className={layout.onlyNarrow} dir="auto">
        {row.position.title}
      </span>
    </span>,
    <span dir="auto" key="position">
      {row.position.title}
    </span>,
    <SessionState key="state" state={row.state} />,
    <CompletenessBadge completeness={row.completeness} key="completeness" short />,
    row.turns,
    started_at !== null && ended_at !== null ? length(ended_at - started_at) : "",
    started_at === null ? "" : <Time at={started_at} key="started" />,
  ];
}
