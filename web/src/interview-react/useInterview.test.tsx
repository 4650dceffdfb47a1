import { createRoot } from "react-dom/client";
import { expect, it, vi } from "vitest";
import { createStore } from "../interview/store";
import { act } from "../testing/act";
import { useInterview } from "./useInterview";

const store = createStore(1, (_: number, next: number) => next);
function Shown() {
  return <b>{useInterview(store)}</b>;
}

it("renders again when the value changes, and no longer listens when gone", async () => {
  vi.stubGlobal("IS_REACT_ACT_ENVIRONMENT", true);
  const host = document.createElement("div");
  const root = createRoot(host);
  await act(async () => root.render(<Shown />));
  await act(async () => store.dispatch(7));
  expect(host.textContent).toBe("7");
  await act(async () => root.unmount());
  store.dispatch(8);
  expect(host.textContent).toBe("");
  vi.unstubAllGlobals();
});
