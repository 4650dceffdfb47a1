import { expect, it } from "vitest";
import { funnel } from "./Funnel";
import { NOW, sampleCandidate, sampleInvitation, sampleSessionRow } from "./testing/sample";

it("counts each candidate in every step they have reached", () => {
  const invitation = sampleInvitation();
  const reached = funnel([
    sampleCandidate("added", "A"),
    sampleCandidate("invited", "B", { invitation }),
    sampleCandidate("agreed", "C", {
      invitation,
      session: sampleSessionRow("s1", "C", { state: "ready", started_at: null }),
    }),
    sampleCandidate("live", "D", { invitation, session: sampleSessionRow("s2", "D") }),
    sampleCandidate("done", "E", {
      invitation,
      session: sampleSessionRow("s3", "E", { state: "finished", ended_at: NOW }),
    }),
  ]);
  expect(reached.map(({ step, reached: n }) => `${step} ${n}`)).toEqual([
    "Added 5",
    "Invited 4",
    "Agreed 3",
    "Started 2",
    "Finished 1",
  ]);
});
