// The plan of a position: edited at the left, heard in order at the right, published as an immutable version.
import { useSuspenseQuery } from "@tanstack/react-query";
import { createRoute } from "@tanstack/react-router";
import { Title } from "../recruiter/Heading";
import { PlanEditor } from "../recruiter/plan/PlanEditor";
import { meQuery, planQuery, positionQuery, versionsQuery } from "../recruiter/queries";
import { positionRoute } from "./position";

export const planRoute = createRoute({
  getParentRoute: () => positionRoute,
  path: "plan",
  loader: {
    handler: ({ context: { client }, params: { positionId } }) =>
      Promise.all([
        client.fetchQuery({ ...planQuery(positionId), staleTime: 0 }),
        client.ensureQueryData(versionsQuery(positionId)),
      ]),
    // The editor starts from the server's draft, never from an older copy that is refreshed behind it.
    staleReloadMode: "blocking",
  },
  component: PlanPage,
});

function PlanPage() {
  const { positionId } = planRoute.useParams();
  const { data: me } = useSuspenseQuery(meQuery);
  const { data: position } = useSuspenseQuery(positionQuery(positionId));
  const { data: draft } = useSuspenseQuery(planQuery(positionId));
  const { data: versions } = useSuspenseQuery(versionsQuery(positionId));
  return (
    <>
      <Title>{`Plan · ${position.title}`}</Title>
      <PlanEditor company={me.tenant.name} key={positionId} loaded={draft} position={position} versions={versions} />
    </>
  );
}
