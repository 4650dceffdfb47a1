// One session: the transcript as it grows, and afterwards as it is read.
import { useSuspenseQuery } from "@tanstack/react-query";
import { createRoute } from "@tanstack/react-router";
import { Title } from "../recruiter/Heading";
import layout from "../recruiter/layout.module.css";
import { sessionQuery } from "../recruiter/queries";
import { isRunning } from "../recruiter/SessionBadges";
import { LiveSession } from "../recruiter/session/LiveSession";
import { ReadSession } from "../recruiter/session/ReadSession";
import { insideRoute } from "./inside";

export const sessionRoute = createRoute({
  getParentRoute: () => insideRoute,
  path: "/sessions/$sessionId",
  // The live stream goes on after what this read returns, so it must be fresh.
  loader: ({ context: { client }, params }) => client.fetchQuery({ ...sessionQuery(params.sessionId), staleTime: 0 }),
  component: SessionPage,
});

function SessionPage() {
  const { sessionId } = sessionRoute.useParams();
  const { data: session } = useSuspenseQuery(sessionQuery(sessionId));
  const running = isRunning(session);
  return (
    <div className={layout.page}>
      <Title>{`${running ? "● " : ""}${session.candidate.name} · ${session.position.title}`}</Title>
      {running ? <LiveSession key={sessionId} session={session} /> : <ReadSession key={sessionId} session={session} />}
    </div>
  );
}
