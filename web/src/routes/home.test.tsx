import { fireEvent, screen, waitFor, within } from "@testing-library/react";
import { expect, it } from "vitest";
import { failure } from "../recruiter/testing/fakeWorld";
import { sampleWorld, show } from "../recruiter/testing/render";
import {
  sampleCandidate,
  sampleInvitation,
  sampleMe,
  sampleSession,
  sampleSessionRow,
} from "../recruiter/testing/sample";

it("shows what waits, each row with its next action", async () => {
  const world = sampleWorld();
  world.sessions = [sampleSession(sampleSessionRow("ses_1", "Mira Okonkwo"))];
  world.candidates.set("pos_1", [sampleCandidate("zoe", "Zoë Ångström", { invitation: sampleInvitation() })]);
  show("/", world);
  const live = within(await screen.findByRole("table", { name: "Live now" }));
  expect(live.getByRole("link", { name: "Watch Mira Okonkwo" }).getAttribute("href")).toBe("/sessions/ses_1");
  const waiting = within(screen.getByRole("table", { name: "No answer yet" }));
  expect(waiting.getByRole("link", { name: "Send again Zoë Ångström" }).getAttribute("href")).toBe(
    "/positions/pos_1/candidates?invite=app_zoe",
  );
  await waitFor(() => expect(document.title).toBe("(1 live) Home · Interview Insights"));
});

it("starts a new company with a position, and goes on to its plan", async () => {
  const { path } = show("/", { ...sampleWorld(), positions: [] });
  fireEvent.click(await screen.findByRole("link", { name: "Create a position" }));
  const dialog = within(await screen.findByRole("dialog", { name: "New position" }));
  fireEvent.click(dialog.getByRole("button", { name: "Create position" }));
  expect(await dialog.findByText("Give the position a title.")).toBeTruthy();
  fireEvent.change(dialog.getByLabelText("Title"), { target: { value: "Data engineer" } });
  fireEvent.click(dialog.getByRole("button", { name: "Create position" }));
  expect(await screen.findByRole("heading", { name: "Data engineer" })).toBeTruthy();
  expect(path()).toBe("/positions/pos_1/plan");
});

it("reminds of the password while there is none", async () => {
  show("/", { ...sampleWorld(), me: { ...sampleMe, has_password: false } });
  expect((await screen.findByRole("link", { name: "Set a password" })).getAttribute("href")).toBe("/settings#password");
});

it("says what happened when the page cannot be loaded, and tries again on demand", async () => {
  const { instead } = show("/positions");
  const restore = instead("GET /v1/positions", failure(403, "forbidden", "Your role does not allow this."));
  expect(await screen.findByText("This page could not be loaded")).toBeTruthy();
  expect(screen.getByText("Your role does not allow this.")).toBeTruthy();
  restore();
  fireEvent.click(screen.getByRole("button", { name: "Try again" }));
  expect(await screen.findByRole("table", { name: "Positions" })).toBeTruthy();
});

it("leads away from an address where nothing is", async () => {
  show("/positions/pos_unknown");
  expect(await screen.findByRole("heading", { name: "Not found" })).toBeTruthy();
  fireEvent.click(screen.getByRole("link", { name: "Go to Home" }));
  const heading = await screen.findByRole("heading", { name: "Home" });
  await waitFor(() => expect(document.activeElement).toBe(heading));
});
