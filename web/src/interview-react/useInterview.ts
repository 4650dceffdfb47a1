import { useSyncExternalStore } from "react";
import type { Readable } from "../interview/store";

/** A store's value in a component; it renders again when the value changes. */
export function useInterview<State>(store: Readable<State>): State {
  return useSyncExternalStore(store.subscribe, store.get);
}
