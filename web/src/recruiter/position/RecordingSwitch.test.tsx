import { fireEvent, screen, waitFor } from "@testing-library/react";
import { expect, it } from "vitest";
import { show } from "../testing/render";

it("switches the recording off and on, and says what candidates are told", async () => {
  const { asked } = show("/positions/pos_1/settings");
  const recording = await screen.findByRole<HTMLInputElement>("checkbox", { name: "Record the interview" });
  expect(recording.checked).toBe(true);
  expect(screen.getByText(/Candidates are told before they agree/)).toBeTruthy();
  for (const is_recorded of [false, true]) {
    fireEvent.click(recording);
    fireEvent.click(screen.getByRole("button", { name: "Save changes" }));
    await waitFor(() => expect(asked.at(-1)?.body).toMatchObject({ is_recorded }));
    await screen.findByText("Everything is saved.");
  }
});
