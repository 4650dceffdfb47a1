/**
 * Saves a changing value a moment after each change, one request at a time, the newest value last.
 *
 * No React. A failed save keeps the value, says so, and tries again with the next change or when asked; nothing typed
 * is dropped silently.
 */
export type SaveStatus =
  | { kind: "saved" }
  | { kind: "waiting" }
  | { kind: "saving" }
  | { kind: "failed"; error: unknown };

export type Autosave<T> = {
  /** Takes a new value; it is saved after the delay unless a newer one comes first. */
  change(value: T): void;
  /** Saves what is waiting now and resolves when nothing is left to save: true if all is saved. */
  flush(): Promise<boolean>;
};

export type AutosaveOptions<T> = {
  save: (value: T) => Promise<void>;
  onStatus: (status: SaveStatus) => void;
  /** Quiet time after the last change before a save begins. */
  delay_ms: number;
};

export function createAutosave<T>({ save, onStatus, delay_ms }: AutosaveOptions<T>): Autosave<T> {
  let pending: { value: T } | null = null;
  let timer: ReturnType<typeof setTimeout> | undefined;
  let running: Promise<void> | null = null;

  async function drain(): Promise<void> {
    while (pending) {
      const { value } = pending;
      pending = null;
      onStatus({ kind: "saving" });
      try {
        await save(value);
      } catch (error) {
        pending ??= { value };
        onStatus({ kind: "failed", error });
        return;
      }
    }
    onStatus({ kind: "saved" });
  }

  function start(): Promise<void> {
    clearTimeout(timer);
    running ??= drain().finally(() => {
      running = null;
    });
    return running;
  }

  return {
    change(value) {
      pending = { value };
      clearTimeout(timer);
      if (!running) onStatus({ kind: "waiting" });
      timer = setTimeout(() => void start(), delay_ms);
    },
    async flush() {
      if (pending !== null || running !== null) await start();
      return pending === null;
    },
  };
}
