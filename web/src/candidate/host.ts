import type { CandidateView } from "../api/types";

/** What the header says of who invites. */
export function hostOf(view: CandidateView): { company: string; position: string; contact: string | null } {
  return { company: view.company, position: view.position, contact: view.contact_email };
}
