import { fireEvent, screen, waitFor, within } from "@testing-library/react";
import { expect, it } from "vitest";
import { failure } from "../recruiter/testing/fakeWorld";
import { sampleWorld, show } from "../recruiter/testing/render";
import { sampleCandidate, sampleInvitation } from "../recruiter/testing/sample";

const CANDIDATES = "/positions/pos_1/candidates";

function withCandidate(...rows: ReturnType<typeof sampleCandidate>[]) {
  const world = sampleWorld();
  world.candidates.set("pos_1", rows);
  return world;
}

async function add(name: string, email: string) {
  fireEvent.click(await screen.findByRole("button", { name: "Add candidate" }));
  const dialog = within(await screen.findByRole("dialog", { name: "Add a candidate" }));
  fireEvent.change(dialog.getByLabelText("Name"), { target: { value: name } });
  fireEvent.change(dialog.getByLabelText("E-mail"), { target: { value: email } });
  fireEvent.click(dialog.getByRole("button", { name: "Add candidate" }));
  return dialog;
}

it("says beside the field that an e-mail is taken, and keeps what was typed", async () => {
  show(CANDIDATES, withCandidate(sampleCandidate("mira", "Mira Okonkwo")));
  const dialog = await add("Mira O.", "mira@mail.example");
  const error = await dialog.findByText("This e-mail is already a candidate of this position.");
  const email = dialog.getByLabelText<HTMLInputElement>("E-mail");
  expect(email.getAttribute("aria-invalid")).toBe("true");
  expect(email.getAttribute("aria-describedby")?.split(" ")).toContain(error.id);
  expect(email.value).toBe("mira@mail.example");
  expect(dialog.getByLabelText<HTMLInputElement>("Name").value).toBe("Mira O.");
});

it("goes on to the invitation, shows the link once, and never again", async () => {
  show(CANDIDATES);
  await add("Zoë Ångström", "zoe@mail.example");
  const dialog = within(await screen.findByRole("dialog", { name: "Invite Zoë Ångström" }));
  fireEvent.change(dialog.getByLabelText("The link stays open for"), { target: { value: "7" } });
  fireEvent.click(dialog.getByRole("button", { name: "Create the link" }));
  const link = await dialog.findByLabelText<HTMLInputElement>("Invitation link");
  expect(link.value).toContain("/i#inv_app_new1.");
  expect(document.activeElement).toBe(link);
  fireEvent.click(dialog.getByRole("button", { name: "Done" }));
  await waitFor(() => expect(screen.queryByRole("dialog")).toBeNull());
  fireEvent.click(screen.getByRole("button", { name: "Link Zoë Ångström" }));
  expect(await screen.findByText(/The link itself was shown once/)).toBeTruthy();
  expect(screen.queryByLabelText("Invitation link")).toBeNull();
});

it("sends expiry and e-mail as chosen", async () => {
  const row = sampleCandidate("mira", "Mira Okonkwo");
  const { asked } = show(`${CANDIDATES}?invite=app_mira`, withCandidate(row));
  const dialog = within(await screen.findByRole("dialog"));
  fireEvent.change(dialog.getByLabelText("The link stays open for"), { target: { value: "30" } });
  fireEvent.click(dialog.getByRole("checkbox"));
  fireEvent.click(dialog.getByRole("button", { name: "Create and e-mail the link" }));
  expect(await dialog.findByText("It is on its way to mira@mail.example.")).toBeTruthy();
  expect(asked).toEqual([
    { route: "POST /v1/applications/app_mira/invitations", body: { expires_in_days: 30, send_mail: true } },
  ]);
});

it("leads to the plan when there is nothing to invite to yet", async () => {
  const { instead } = show(`${CANDIDATES}?invite=app_mira`, withCandidate(sampleCandidate("mira", "Mira Okonkwo")));
  instead("POST /v1/applications/app_mira/invitations", failure(422, "plan_not_published", "No plan."));
  fireEvent.click(await screen.findByRole("button", { name: "Create the link" }));
  const link = await screen.findByRole<HTMLAnchorElement>("link", { name: "Publish the plan" });
  expect(link.getAttribute("href")).toBe("/positions/pos_1/plan");
});

it("revokes an open link and offers a new one", async () => {
  const row = sampleCandidate("mira", "Mira Okonkwo", { invitation: sampleInvitation() });
  show(`${CANDIDATES}?invite=app_mira`, withCandidate(row));
  fireEvent.click(await screen.findByRole("button", { name: "Revoke the link" }));
  expect(await screen.findByText("The last link was revoked.")).toBeTruthy();
  expect(screen.queryByRole("button", { name: "Revoke the link" })).toBeNull();
  expect(screen.getByRole("button", { name: "Create a new link" })).toBeTruthy();
});
