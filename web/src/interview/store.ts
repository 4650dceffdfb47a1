// A value, a reducer and listeners: what `useSyncExternalStore` needs, and nothing else.

export interface Readable<State> {
  get(): State;
  subscribe(listener: () => void): () => void;
}

export interface Store<State, Event> extends Readable<State> {
  dispatch(event: Event): void;
}

export function createStore<State, Event>(
  initial: State,
  reduce: (state: State, event: Event) => State,
): Store<State, Event> {
  let state = initial;
  const listeners = new Set<() => void>();
  return {
    get: () => state,
    dispatch(event) {
      const next = reduce(state, event);
      if (next === state) return;
      state = next;
      for (const listener of listeners) listener();
    },
    subscribe(listener) {
      listeners.add(listener);
      return () => listeners.delete(listener);
    },
  };
}
