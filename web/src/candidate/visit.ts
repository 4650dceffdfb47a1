// Where the visit stands, decided by what the server says. Pure.
import type { CandidateView } from "../api/types";
import type { Failure } from "../interview/errors";

export type Visit =
  | { at: "loading" }
  | { at: "problem"; failure: Failure; view: CandidateView | null }
  | { at: "welcome" | "consent" | "declined" | "check" | "resume" | "talk" | "receipt"; view: CandidateView };

/** The page that this state of the application begins with. */
export function enter(view: CandidateView): Visit {
  switch (view.status) {
    case "welcome":
      return { at: "welcome", view };
    case "ready":
      return { at: "check", view };
    case "live":
    case "interrupted":
      return { at: "resume", view };
    case "finished":
      return { at: "receipt", view };
  }
}
