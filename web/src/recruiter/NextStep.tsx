import { Link } from "@tanstack/react-router";
import type { ReactNode } from "react";
import type { CandidateRow, PlanDraft, Position } from "../api/types";
import { Notice } from "../components/ui/Notice";
import { count } from "./words";

type NextStepProps = { position: Position; draft: PlanDraft; candidates: readonly CandidateRow[] };

/** The one thing that would bring this position forward, if there is one. */
export function NextStep(props: NextStepProps) {
  const step = nextStep(props);
  return step && <Notice tone="accent">{step}</Notice>;
}

function nextStep({ position, draft, candidates }: NextStepProps): ReactNode {
  const params = { positionId: position.id };
  if (draft.plan.questions.length === 0) {
    return (
      <span>
        Next:{" "}
        <Link params={params} to="/positions/$positionId/plan">
          write the interview plan
        </Link>
        .
      </span>
    );
  }
  if (position.published_version === null) {
    return (
      <span>
        Next:{" "}
        <Link params={params} to="/positions/$positionId/plan">
          publish the plan
        </Link>
        {draft.problems.length > 0 && `; ${count(draft.problems.length, "problem")} to solve first`}.
      </span>
    );
  }
  if (draft.changed) {
    return (
      <span>
        The draft has changes that candidates do not hear yet.{" "}
        <Link params={params} to="/positions/$positionId/plan">
          Review and publish them
        </Link>
        .
      </span>
    );
  }
  if (candidates.length === 0) {
    return (
      <span>
        Next:{" "}
        <Link params={params} to="/positions/$positionId/candidates">
          add your first candidate
        </Link>
        .
      </span>
    );
  }
  return null;
}
