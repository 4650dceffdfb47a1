// Home: what waits for the recruiter today, each row with its one next action.
import { useSuspenseQuery } from "@tanstack/react-query";
import { createRoute, Link } from "@tanstack/react-router";
import type { Home } from "../api/types";
import { buttonClass } from "../components/ui/Button";
import { EmptyState } from "../components/ui/EmptyState";
import { BriefcaseIcon, CheckIcon } from "../components/ui/icons";
import { Notice } from "../components/ui/Notice";
import { Heading, Title } from "../recruiter/Heading";
import { ABOUT, SessionList, WaitingList } from "../recruiter/HomeLists";
import styles from "../recruiter/layout.module.css";
import { homeQuery, meQuery, positionsQuery } from "../recruiter/queries";
import { insideRoute } from "./inside";

export const homeRoute = createRoute({
  getParentRoute: () => insideRoute,
  path: "/",
  loader: ({ context: { client } }) =>
    Promise.all([client.ensureQueryData(homeQuery), client.ensureQueryData(positionsQuery)]),
  component: HomePage,
});

function HomePage() {
  const { data: home } = useSuspenseQuery(homeQuery);
  return (
    <div className={styles.page}>
      <Title>{home.live.length > 0 ? `(${home.live.length} live) Home` : "Home"}</Title>
      <Heading>Home</Heading>
      <PasswordNotice />
      {isQuiet(home) ? <Quiet /> : <Lists home={home} />}
    </div>
  );
}

function Lists({ home }: { home: Home }) {
  return (
    <>
      <SessionList action="Watch" rows={home.live} title="Live now" what={ABOUT.live} />
      <SessionList action="See why" rows={home.failed} title="Something went wrong" what={ABOUT.failed} />
      <SessionList action="Read" rows={home.needs_review} title="Needs review" what={ABOUT.review} />
      <WaitingList rows={home.waiting} title="No answer yet" />
    </>
  );
}

function Quiet() {
  const { data: positions } = useSuspenseQuery(positionsQuery);
  if (positions.length === 0) {
    return (
      <EmptyState
        action={
          <Link className={buttonClass({ kind: "primary" })} search={{ create: true }} to="/positions">
            Create a position
          </Link>
        }
        icon={<BriefcaseIcon size={28} />}
        title="Start with a position"
      >
        A position holds the interview plan and its candidates. Write the questions, publish the plan, then invite
        people by link.
      </EmptyState>
    );
  }
  return (
    <EmptyState
      action={
        <Link className={buttonClass({ kind: "primary" })} to="/positions">
          Go to the positions
        </Link>
      }
      icon={<CheckIcon size={28} />}
      title="Nothing waits for you"
    >
      Interviews that run, finish or need a look appear here. Invite candidates from their position.
    </EmptyState>
  );
}

function PasswordNotice() {
  const { data: me } = useSuspenseQuery(meQuery);
  if (me.has_password) return null;
  return (
    <Notice tone="warn">
      <span>
        You have no password yet, and a sign-in link works once.{" "}
        <Link hash="password" to="/settings">
          Set a password
        </Link>{" "}
        so that you can come back.
      </span>
    </Notice>
  );
}

function isQuiet({ live, needs_review, waiting, failed }: Home): boolean {
  return [live, needs_review, waiting, failed].every((rows) => rows.length === 0);
}
