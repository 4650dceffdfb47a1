import { screen, within } from "@testing-library/react";
import { expect, it } from "vitest";
import type { CompletenessReport } from "../../api/types";
import { sampleWorld, show } from "../testing/render";
import { NOW, sampleSession, sampleSessionRow } from "../testing/sample";
import { sampleReport, sampleRevision } from "../testing/sampleReport";

async function panel(report: CompletenessReport) {
  const world = sampleWorld();
  const row = sampleSessionRow("ses_1", "Mira", { state: "finished", ended_at: NOW, completeness: "complete" });
  world.sessions = [sampleSession(row)];
  world.reports.set("ses_1", report);
  show("/sessions/ses_1", world);
  return within(await screen.findByRole("region", { name: "Completeness" }));
}

it("says that the record is sealed, and offers the file that proves it", async () => {
  const proof = await panel(sampleReport());
  expect(proof.getByText("Sealed", { selector: "summary *" })).toBeTruthy();
  expect(proof.getByText("every word is there")).toBeTruthy();
  expect(proof.getByText("14 turns confirmed by the candidate’s page")).toBeTruthy();
  const file = proof.getByRole("link", { hidden: true, name: "Evidence file" });
  expect(file.getAttribute("href")).toBe("/v1/sessions/ses_1/evidence");
  expect(proof.queryByText(/amended/)).toBeNull();
});

it("tells what came later, what was heard differently, and whose fault an interruption was", async () => {
  const divergent = [{ item: "i", server: "I bake bread", page: "I bake Fred" }];
  const words = "The server that held the call was lost. It costs the candidate no connection.";
  const proof = await panel(
    sampleReport({
      state: "amended",
      revisions: [sampleRevision(1), sampleRevision(2, { root: "ab".repeat(32) })],
      page: { ...sampleReport().page, divergent },
      interruptions: [{ leg: 1, at: NOW, away_ms: 4000, party: "us", reason: "lease_lost", words }],
    }),
  );
  expect(proof.getByText(/The record was amended/)).toBeTruthy();
  expect(proof.getByText("every word is there · 1 turn heard differently · 1 interruption")).toBeTruthy();
  expect(proof.getByText("I bake Fred").tagName).toBe("Q");
  expect(proof.getByText(/^Connection 1, our side: The server .* It went on after 4 s\.$/)).toBeTruthy();
  expect(proof.getByText(`Root ${"ab".repeat(32)}`)).toBeTruthy();
});

it("says what is missing, and that the device is still awaited", async () => {
  const reason = { code: "channel_gap", leg: 1, words: "Connection 1 was interrupted." } as const;
  const page = { ...sampleReport().page, state: "awaiting", words: "Awaiting the candidate’s device." } as const;
  const proof = await panel(sampleReport({ state: "incomplete", reasons: [reason], page }));
  expect(proof.getByText("1 reason to doubt · awaiting the candidate’s device")).toBeTruthy();
  expect(proof.getByText("Connection 1 was interrupted.")).toBeTruthy();
});

it("says before the seal that something may still arrive", async () => {
  const proof = await panel(sampleReport({ state: "draining", revisions: [], root: null }));
  expect(proof.getByText("Saving the last entries")).toBeTruthy();
  expect(proof.queryByRole("link", { hidden: true })).toBeNull();
});

it("says what was not heard live, and how much of it came out of the recording", async () => {
  const reason = {
    code: "recovery_failed",
    leg: null,
    words: "2 s of speech in the recording were not heard live and not recognized since.",
  } as const;
  const recovered = { spans: 3, voiced_ms: 9000, recovered_spans: 2, recovered_ms: 7200, reasons: [reason] };
  const proof = await panel(
    sampleReport({ state: "amended", revisions: [sampleRevision(1), sampleRevision(2)], recovered }),
  );
  expect(proof.getByText(/speech that was not heard live was found in the recording/)).toBeTruthy();
  expect(proof.getByText("every word that was heard live is there · 2 of 3 unheard stretches recovered")).toBeTruthy();
  expect(proof.getByText("3 stretches of speech in the recording, 9 s; recovered from audio: 2, 7 s.")).toBeTruthy();
  expect(proof.getByText(reason.words)).toBeTruthy();
});
