// The outbox's place in the browser: one database, two stores. `instances` holds each page load's key and, sealed, where its
// entries go; `entries` holds them, sealed. With its last entry an instance goes too, its key with it.
import { newKey, open, type Sealed, seal } from "./cipher";
import { completed, database as openDatabase, within } from "./idb";
import type { Address, Entry, Stored } from "./types";

export interface Device {
  /** Resolves when the entries would survive a crash of the machine. */
  write(instance: string, address: Address, first: number, entries: readonly Entry[]): Promise<void>;
  /** Everything that any page of the origin left here. */
  read(): Promise<Stored[]>;
  /** Removes what the server has. */
  erase(instance: string, acked: number): Promise<void>;
  /** Remembers that the instance is not to be tried again. */
  stop(instance: string): Promise<void>;
}

type Head = { instance: string; key: CryptoKey; address: Sealed; stopped?: true };
type Row = { instance: string; seq: number; entry: Sealed };

const NAME = "outbox";
/** `onWiped` is called when somebody else deletes the database; it is made anew with the next write. */
export function device(onWiped: () => void): Device {
  const keys = new Map<string, Promise<CryptoKey>>();
  const database = openDatabase(
    NAME,
    (made) => {
      made.createObjectStore("instances", { keyPath: "instance" });
      made.createObjectStore("entries", { keyPath: ["instance", "seq"] });
    },
    onWiped,
  );
  const keyOf = (instance: string) => {
    const key = keys.get(instance) ?? newKey();
    keys.set(instance, key);
    return key;
  };

  return {
    write: (instance, address, first, entries) =>
      within(async () => {
        const key = await keyOf(instance);
        // Sealed first: a transaction ends while it waits for anything else.
        const head: Head = { instance, key, address: await seal(key, instance, address) };
        const rows: Row[] = await Promise.all(
          entries.map(async (entry, at) => {
            const seq = first + at;
            return { instance, seq, entry: await seal(key, `${instance}:${seq}`, entry) };
          }),
        );
        const transaction = (await database()).transaction(["instances", "entries"], "readwrite", {
          durability: "strict",
        });
        transaction.objectStore("instances").put(head);
        for (const row of rows) transaction.objectStore("entries").put(row);
        await completed(transaction);
      }),
    read: () =>
      within(async () => {
        const transaction = (await database()).transaction(["instances", "entries"]);
        const heads = transaction.objectStore("instances").getAll() as IDBRequest<Head[]>;
        const rows = transaction.objectStore("entries").getAll() as IDBRequest<Row[]>;
        await completed(transaction);
        const all = await Promise.all(heads.result.map((head) => stored(head, rows.result)));
        return all.filter((one) => one !== null);
      }),
    erase: (instance, acked) =>
      within(async () => {
        const transaction = (await database()).transaction(["instances", "entries"], "readwrite");
        const entries = transaction.objectStore("entries");
        entries.delete(IDBKeyRange.bound([instance, 0], [instance, acked]));
        const left = entries.count(IDBKeyRange.bound([instance, 0], [instance, Number.POSITIVE_INFINITY]));
        left.onsuccess = () => {
          if (left.result === 0) transaction.objectStore("instances").delete(instance);
        };
        await completed(transaction);
      }),
    stop: (instance) =>
      within(async () => {
        const transaction = (await database()).transaction("instances", "readwrite");
        const heads = transaction.objectStore("instances");
        const head = heads.get(instance) as IDBRequest<Head | undefined>;
        head.onsuccess = () => {
          if (head.result) heads.put({ ...head.result, stopped: true });
        };
        await completed(transaction);
      }),
  };
}

/** Opens one instance's rows as far as they are contiguous; null when they are not ours to read. */
async function stored(head: Head, rows: Row[]): Promise<Stored | null> {
  const { instance, key } = head;
  const mine = rows.filter((row) => row.instance === instance).sort((a, b) => a.seq - b.seq);
  const first = mine[0]?.seq ?? 1;
  const run = mine.filter((row, at) => row.seq === first + at);
  try {
    const address = (await open(key, instance, head.address)) as Address;
    const entries = await Promise.all(run.map((row) => open(key, `${instance}:${row.seq}`, row.entry)));
    return { instance, address, first, entries: entries as Entry[], stopped: head.stopped ?? false };
  } catch {
    // Another's bytes in our store. They stay where they are, and stand in nobody's way.
    return null;
  }
}
