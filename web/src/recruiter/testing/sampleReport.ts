// What the fake server says about completeness: sealed once, whole, and witnessed by the page.
import type { CompletenessReport } from "../../api/types";
import { NOW } from "./sample";

type Revision = CompletenessReport["revisions"][number];

export function sampleRevision(revision: number, patch: Partial<Revision> = {}): Revision {
  const [root, key] = ["5dc9da79a70659a9".repeat(4), "xL8YkZkq3a1yM0n9cVQO2nq9mN0y9xWb6J1zqk0T8uE="];
  return { revision, sealed_at: NOW, outcome: "complete", root, signature: "c2lnbmVk", key, ...patch };
}

export function sampleReport(patch: Partial<CompletenessReport> = {}): CompletenessReport {
  const words = "The candidate’s page has told everything that it saw.";
  return {
    state: "complete",
    reasons: [],
    root: sampleRevision(1).root,
    revisions: [sampleRevision(1)],
    sources: [{ source: "S", instance: "leg-1", rows: 120 }],
    page: { state: "complete", words, confirmed: 14, divergent: [], server_only: 0, page_only: [] },
    recovered: null,
    interruptions: [],
    ...patch,
  };
}
