// IndexedDB without its surprises: it may hang, be deleted under us, or close by itself.

/** Some browsers' databases hang now and then instead of failing. */
const LONGEST_MS = 4000;

/** A database of this name, opened when it is first needed, and again after somebody deleted it: then `onWiped` is called. */
export function database(
  name: string,
  make: (database: IDBDatabase) => void,
  onWiped: () => void,
): () => Promise<IDBDatabase> {
  let opened: Promise<IDBDatabase> | null = null;
  const forget = () => {
    const had = opened !== null;
    opened = null;
    if (had) onWiped();
  };
  return () => {
    opened ??= connect(name, make, forget).catch((error) => {
      opened = null;
      throw error;
    });
    return opened;
  };
}

function connect(name: string, make: (database: IDBDatabase) => void, onGone: () => void): Promise<IDBDatabase> {
  return new Promise((resolve, reject) => {
    const request = indexedDB.open(name, 1);
    request.onupgradeneeded = () => make(request.result);
    request.onerror = () => reject(request.error);
    request.onblocked = () => reject(new Error("another page holds an older database"));
    request.onsuccess = () => {
      const opened = request.result;
      // Whoever wants it gone is not held up by us.
      opened.onversionchange = () => {
        opened.close();
        onGone();
      };
      opened.onclose = onGone;
      resolve(opened);
    };
  });
}

export function completed(transaction: IDBTransaction): Promise<void> {
  return new Promise((resolve, reject) => {
    transaction.oncomplete = () => resolve();
    transaction.onabort = () => reject(transaction.error ?? new Error("the browser gave up"));
  });
}

export async function within<T>(work: () => Promise<T>): Promise<T> {
  let timer: ReturnType<typeof setTimeout> | undefined;
  const late = new Promise<never>((_, reject) => {
    timer = setTimeout(() => reject(new Error("the browser's database does not answer")), LONGEST_MS);
  });
  try {
    return await Promise.race([work(), late]);
  } finally {
    clearTimeout(timer);
  }
}
