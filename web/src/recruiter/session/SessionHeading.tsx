import { Link } from "@tanstack/react-router";
import type { ReactNode } from "react";
import type { Session } from "../../api/types";
import { Time } from "../../components/ui/Time";
import { length } from "../../components/ui/times";
import { Heading } from "../Heading";
import layout from "../layout.module.css";
import { CompletenessBadge, SessionState } from "../SessionBadges";
import { count, reason } from "../words";

type SessionHeadingProps = { session: Session; state: string; turns: number; actions: ReactNode };

/** Who, for what, by which plan, in which state, how long. */
export function SessionHeading({ session, state, turns, actions }: SessionHeadingProps) {
  const { started_at, ended_at, end_reason, position } = session;
  return (
    <div className={layout.tight}>
      <Link className={layout.back} to="/sessions">
        Sessions
      </Link>
      <Heading
        actions={actions}
        facts={
          <>
            <Link
              className={layout.quietLink}
              dir="auto"
              params={{ positionId: position.id }}
              to="/positions/$positionId"
            >
              {position.title}
            </Link>
            <span>plan v{session.plan_number}</span>
            <SessionState state={state} />
            <CompletenessBadge completeness={session.completeness} />
            <span className={layout.number}>{count(turns, "turn")}</span>
            {started_at !== null && (
              <span>
                started <Time at={started_at} />
              </span>
            )}
            {started_at !== null && ended_at !== null && <span>{length(ended_at - started_at)}</span>}
            {end_reason && <span>{reason(end_reason)}</span>}
            {session.consent && (
              <span>
                consent <Time at={session.consent.accepted_at} /> (notice {session.consent.version})
              </span>
            )}
          </>
        }
      >
        {session.candidate.name}
      </Heading>
    </div>
  );
}
