// All routes in one list, and the two objects that every page shares.
import { QueryCache, QueryClient } from "@tanstack/react-query";
import { createRouter, type RouterHistory } from "@tanstack/react-router";
import { isStatus } from "./recruiter/errors";
import { LoadingPage } from "./recruiter/LoadingPage";
import { ProblemPage } from "./recruiter/ProblemPage";
import { candidatesRoute } from "./routes/candidates";
import { homeRoute } from "./routes/home";
import { insideRoute } from "./routes/inside";
import { overviewRoute } from "./routes/overview";
import { planRoute } from "./routes/plan";
import { positionRoute } from "./routes/position";
import { positionSettingsRoute } from "./routes/position-settings";
import { positionsRoute } from "./routes/positions";
import { rootRoute } from "./routes/root";
import { sessionRoute } from "./routes/session";
import { sessionsRoute } from "./routes/sessions";
import { settingsRoute } from "./routes/settings";
import { signInRoute } from "./routes/sign-in";
import { voiceRoute } from "./routes/voice";

const routeTree = rootRoute.addChildren([
  signInRoute,
  insideRoute.addChildren([
    homeRoute,
    positionsRoute,
    positionRoute.addChildren([overviewRoute, planRoute, candidatesRoute, positionSettingsRoute]),
    sessionsRoute,
    sessionRoute,
    settingsRoute,
    voiceRoute,
  ]),
]);

/** A page is shown with what was read in the last seconds, and reads again behind it. */
const FRESH_MS = 2000;
/** A page that loads faster than this shows no skeleton. */
const PENDING_MS = 200;

/** Client and router. `history` is for tests; the app uses the browser's. */
export function createApp(history?: RouterHistory) {
  const client: QueryClient = new QueryClient({
    queryCache: new QueryCache({ onError: (error) => isStatus(error, 401) && signedOut() }),
    defaultOptions: { queries: { staleTime: FRESH_MS, retry: (tries, error) => tries < 2 && !isAnswered(error) } },
  });
  const router = createRouter({
    routeTree,
    context: { client },
    defaultPreload: "intent",
    defaultPreloadStaleTime: 0,
    defaultPendingMs: PENDING_MS,
    defaultPendingMinMs: 0,
    defaultPendingComponent: LoadingPage,
    defaultErrorComponent: ProblemPage,
    scrollRestoration: true,
    ...(history && { history }),
  });

  /** The cookie is gone: back to the door, and afterwards back to this page. */
  function signedOut(): void {
    const { pathname, href } = router.state.location;
    if (pathname === "/signin" || router.state.status === "pending") return;
    client.removeQueries({ queryKey: ["me"] });
    void router.navigate({ to: "/signin", search: { to: href } });
  }

  return { client, router };
}

/** Whether asking again would give the same answer. */
function isAnswered(error: unknown): boolean {
  return [400, 401, 403, 404, 409, 410, 422].some((status) => isStatus(error, status));
}

declare module "@tanstack/react-router" {
  interface Register {
    router: ReturnType<typeof createApp>["router"];
  }
}
