// The door: a one-time link (`/signin#<token>`, exchanged after the page is loaded, so that a link preview spends
// nothing), or e-mail and password.
import { useMutation, useQueryClient } from "@tanstack/react-query";
import { createRoute, useRouter } from "@tanstack/react-router";
import { useEffect } from "react";
import { call } from "../api/client";
import type { Me } from "../api/types";
import { Notice } from "../components/ui/Notice";
import { words } from "../recruiter/errors";
import { Title } from "../recruiter/Heading";
import { Mark } from "../recruiter/Mark";
import { meQuery } from "../recruiter/queries";
import { SignInForm } from "../recruiter/SignInForm";
import styles from "../recruiter/SignInForm.module.css";
import { rootRoute } from "./root";

export const signInRoute = createRoute({
  getParentRoute: () => rootRoute,
  path: "/signin",
  validateSearch: (search: Record<string, unknown>): { to?: string | undefined } => ({ to: ownPath(search.to) }),
  component: SignInPage,
});

function SignInPage() {
  const { to = "/" } = signInRoute.useSearch();
  const enter = useEnter(to);
  const link = useMutation({
    mutationFn: (token: string) => call("POST /v1/sign-in/link", { body: { token } }),
    onSuccess: enter,
  });
  const { mutate } = link;

  // The token leaves the address at once, so that it is exchanged once and kept in no history.
  useEffect(() => {
    const exchange = () => {
      const token = decodeURIComponent(window.location.hash.slice(1));
      if (!token) return;
      window.history.replaceState(window.history.state, "", window.location.pathname + window.location.search);
      mutate(token);
    };
    exchange();
    window.addEventListener("hashchange", exchange);
    return () => window.removeEventListener("hashchange", exchange);
  }, [mutate]);

  return (
    <main className={styles.page}>
      <Title>Sign in</Title>
      <h1 className={styles.heading} tabIndex={-1}>
        <Mark /> Interview Insights
      </h1>
      {link.isPending || link.isSuccess ? (
        <p role="status">Signing you in…</p>
      ) : (
        <>
          {link.isError && (
            <Notice role="alert" tone="danger">
              <p>{words(link.error)}</p>
              <p>You can also sign in with your password.</p>
            </Notice>
          )}
          <SignInForm onDone={enter} />
        </>
      )}
    </main>
  );
}

/** Keeps who signed in and goes on: to the settings while there is no password, else to where the person wanted to be. */
function useEnter(to: string) {
  const client = useQueryClient();
  const router = useRouter();
  return async (me: Me) => {
    client.setQueryData(meQuery.queryKey, me);
    if (me.has_password) await router.navigate({ href: to, replace: true });
    else await router.navigate({ to: "/settings", hash: "password", replace: true });
  };
}

/** An address of this app; anything else, such as `//elsewhere.example`, is not followed. */
function ownPath(to: unknown): string | undefined {
  return typeof to === "string" && /^\/(?![/\\])/.test(to) ? to : undefined;
}
