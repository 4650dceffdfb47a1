// A position at a glance: how far its candidates are, what to do next, which plans were published.
import { useSuspenseQuery } from "@tanstack/react-query";
import { createRoute } from "@tanstack/react-router";
import { Funnel } from "../recruiter/Funnel";
import { Title } from "../recruiter/Heading";
import styles from "../recruiter/layout.module.css";
import { NextStep } from "../recruiter/NextStep";
import { candidatesQuery, planQuery, positionQuery, versionsQuery } from "../recruiter/queries";
import { Versions } from "../recruiter/Versions";
import { positionRoute } from "./position";

export const overviewRoute = createRoute({
  getParentRoute: () => positionRoute,
  path: "/",
  loader: ({ context: { client }, params: { positionId } }) =>
    Promise.all([
      client.ensureQueryData(candidatesQuery(positionId)),
      client.ensureQueryData(planQuery(positionId)),
      client.ensureQueryData(versionsQuery(positionId)),
    ]),
  component: OverviewPage,
});

function OverviewPage() {
  const { positionId } = overviewRoute.useParams();
  const { data: position } = useSuspenseQuery(positionQuery(positionId));
  const { data: candidates } = useSuspenseQuery(candidatesQuery(positionId));
  const { data: draft } = useSuspenseQuery(planQuery(positionId));
  const { data: versions } = useSuspenseQuery(versionsQuery(positionId));
  return (
    <>
      <Title>{position.title}</Title>
      <NextStep candidates={candidates} draft={draft} position={position} />
      <Funnel candidates={candidates} />
      <Versions versions={versions} />
      {position.description && (
        <section className={styles.section}>
          <h2>About the role</h2>
          <p className={styles.prose} dir="auto">
            {position.description}
          </p>
        </section>
      )}
    </>
  );
}
