// Around every page: what a page not found shows, and where the focus goes when a page is opened.
import type { QueryClient } from "@tanstack/react-query";
import { createRootRouteWithContext, Outlet, useRouterState } from "@tanstack/react-router";
import { useEffect, useRef } from "react";
import { NotFoundPage } from "../recruiter/ProblemPage";

export const rootRoute = createRootRouteWithContext<{ client: QueryClient }>()({
  component: Root,
  notFoundComponent: NowherePage,
});

function NowherePage() {
  return (
    <main>
      <NotFoundPage />
    </main>
  );
}

function Root() {
  useFocusOnNavigation();
  return <Outlet />;
}

/** Moves the focus to the new page's heading; the first page keeps the browser's own focus. */
function useFocusOnNavigation() {
  const path = useRouterState({ select: (state) => state.resolvedLocation?.pathname });
  const hash = useRouterState({ select: (state) => state.resolvedLocation?.hash });
  const before = useRef<string | undefined>(undefined);
  useEffect(() => {
    const moved = before.current !== undefined && before.current !== path;
    before.current = path;
    // An address with a hash leads to a place within the page, which takes the focus itself.
    if (moved && !hash) document.querySelector<HTMLElement>("h1")?.focus({ preventScroll: true });
  }, [path, hash]);
}
