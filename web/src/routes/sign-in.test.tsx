import { fireEvent, screen, waitFor } from "@testing-library/react";
import { afterEach, expect, it } from "vitest";
import { sampleWorld, show } from "../recruiter/testing/render";
import { sampleMe } from "../recruiter/testing/sample";

afterEach(() => window.history.replaceState(null, "", "/"));

function outside() {
  return { ...sampleWorld(), signedIn: false };
}

function fill(password: string) {
  fireEvent.change(screen.getByLabelText("E-mail"), { target: { value: "rosa@acme.example" } });
  fireEvent.change(screen.getByLabelText("Password"), { target: { value: password } });
  fireEvent.click(screen.getByRole("button", { name: "Sign in" }));
}

it("asks who is there and goes back to where the person wanted to be", async () => {
  const { path } = show("/positions", outside());
  await screen.findByRole("button", { name: "Sign in" });
  fill("wrong");
  expect(await screen.findByText("E-mail address and password do not match.")).toBeTruthy();
  fill("right");
  expect(await screen.findByRole("heading", { name: "Positions" })).toBeTruthy();
  expect(path()).toBe("/positions");
});

it("takes a one-time link, removes it from the address, and asks for a first password", async () => {
  window.history.replaceState(null, "", "/signin#good");
  const { asked } = show("/signin", { ...outside(), me: { ...sampleMe, has_password: false } });
  expect(await screen.findByRole("heading", { name: "Settings" })).toBeTruthy();
  expect(asked).toEqual([{ route: "POST /v1/sign-in/link", body: { token: "good" } }]);
  expect(window.location.hash).toBe("");

  const password = screen.getByLabelText("Password", { selector: "input" });
  await waitFor(() => expect(document.activeElement).toBe(password));
  fireEvent.change(password, { target: { value: "short" } });
  fireEvent.click(screen.getByRole("button", { name: "Set password" }));
  expect(await screen.findByText("Use at least 10 characters.")).toBeTruthy();
  fireEvent.change(password, { target: { value: "four words in mind" } });
  fireEvent.click(screen.getByRole("button", { name: "Set password" }));
  expect(await screen.findByText("Password set.")).toBeTruthy();
});

it("says that a used link is used and offers the password", async () => {
  window.history.replaceState(null, "", "/signin#used");
  show("/signin", outside());
  expect(await screen.findByText(/This link was used already/)).toBeTruthy();
  expect(screen.getByRole("button", { name: "Sign in" })).toBeTruthy();
});

it("takes a link that is pasted into the open page", async () => {
  show("/signin", outside());
  await screen.findByRole("button", { name: "Sign in" });
  window.location.hash = "#good";
  expect(await screen.findByRole("heading", { name: "Home" })).toBeTruthy();
});

it("does not follow an address of another site after signing in", async () => {
  const { path } = show("/signin?to=%2F%2Fevil.example", outside());
  await screen.findByRole("button", { name: "Sign in" });
  fill("right");
  expect(await screen.findByRole("heading", { name: "Home" })).toBeTruthy();
  expect(path()).toBe("/");
});
