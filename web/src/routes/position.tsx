// One position: its name, the tabs, and the tab that is open.
import { useSuspenseQuery } from "@tanstack/react-query";
import { createRoute, Link, Outlet } from "@tanstack/react-router";
import { Badge } from "../components/ui/Badge";
import { Heading } from "../recruiter/Heading";
import styles from "../recruiter/layout.module.css";
import { positionQuery } from "../recruiter/queries";
import tabs from "../recruiter/TabLinks.module.css";
import { insideRoute } from "./inside";

export const positionRoute = createRoute({
  getParentRoute: () => insideRoute,
  path: "/positions/$positionId",
  loader: ({ context: { client }, params }) => client.ensureQueryData(positionQuery(params.positionId)),
  component: PositionPage,
});

const TABS = [
  { to: "/positions/$positionId", label: "Overview" },
  { to: "/positions/$positionId/plan", label: "Plan" },
  { to: "/positions/$positionId/candidates", label: "Candidates" },
  { to: "/positions/$positionId/settings", label: "Settings" },
] as const;

function PositionPage() {
  const { positionId } = positionRoute.useParams();
  const { data: position } = useSuspenseQuery(positionQuery(positionId));
  return (
    <div className={styles.page}>
      <div className={styles.tight}>
        <Link className={styles.back} to="/positions">
          Positions
        </Link>
        <Heading
          actions={
            position.published_version === null ? (
              <Badge>Plan not published</Badge>
            ) : (
              <Badge tone="ok">Plan v{position.published_version} published</Badge>
            )
          }
        >
          {position.title}
        </Heading>
      </div>
      <nav aria-label="Position" className={tabs.tabs}>
        {TABS.map(({ to, label }) => (
          <Link
            activeOptions={{ exact: true, includeSearch: false }}
            activeProps={{ className: tabs.here }}
            className={tabs.tab}
            key={to}
            params={{ positionId }}
            to={to}
          >
            {label}
          </Link>
        ))}
      </nav>
      <Outlet />
    </div>
  );
}
