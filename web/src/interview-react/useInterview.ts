import { useSyncExternalStore } from "react";
import type { Store } from "../interview/store";

/** A store's value in a component; it renders again when the value changes. */
export function useInterview<State, Event>(store: Store<State, Event>): State {
  return useSyncExternalStore(store.subscribe, store.get);
}
