import { expect, it, vi } from "vitest";
import { createStore } from "./store";

it("tells its listeners of changes only, until they leave", () => {
  const store = createStore(1, (state: number, event: number) => state + event);
  const listener = vi.fn();
  const leave = store.subscribe(listener);
  store.dispatch(0);
  expect(listener).not.toHaveBeenCalled();
  store.dispatch(2);
  expect([store.get(), listener.mock.calls.length]).toEqual([3, 1]);
  leave();
  store.dispatch(1);
  expect(listener).toHaveBeenCalledOnce();
});
