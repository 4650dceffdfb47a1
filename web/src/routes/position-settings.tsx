// A position's own facts: title, description, and what matters in it: the competencies with their anchors.
import { useSuspenseQuery } from "@tanstack/react-query";
import { createRoute } from "@tanstack/react-router";
import { Title } from "../recruiter/Heading";
import { PositionForm } from "../recruiter/position/PositionForm";
import { positionQuery } from "../recruiter/queries";
import { positionRoute } from "./position";

export const positionSettingsRoute = createRoute({
  getParentRoute: () => positionRoute,
  path: "settings",
  loader: {
    handler: ({ context: { client }, params: { positionId } }) =>
      client.fetchQuery({ ...positionQuery(positionId), staleTime: 0 }),
    // The form starts from what is stored, never from an older copy that is refreshed behind it.
    staleReloadMode: "blocking",
  },
  component: PositionSettingsPage,
});

function PositionSettingsPage() {
  const { positionId } = positionSettingsRoute.useParams();
  const { data: position } = useSuspenseQuery(positionQuery(positionId));
  return (
    <>
      <Title>{`Settings · ${position.title}`}</Title>
      <PositionForm key={positionId} position={position} />
    </>
  );
}
