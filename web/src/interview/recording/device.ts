// The recording's place in the browser: a database of its own, so that sound never stands in the way of words. `segments`
// holds each recorder's key and, sealed, where its chunks go; `chunks` holds them, sealed.
import { newKey, open, openBytes, type Sealed, seal, sealBytes } from "../outbox/cipher";
import { completed, database as openDatabase, within } from "../outbox/idb";
import type { About, Chunk } from "./types";

export interface Device {
  /** Resolves when the chunk would survive a crash of the machine. */
  write(page: string, segment: string, about: About, chunk: Chunk): Promise<void>;
  /** The segments that pages of the origin left here. */
  segments(): Promise<Left[]>;
  /** The oldest chunk of a segment; null: it is another's, or there is none. */
  first(segment: string): Promise<Chunk | null>;
  /** Removes chunks up to this place; with its last one the segment goes, its key with it. */
  erase(segment: string, upTo: number): Promise<void>;
}

/** What a page left. */
export type Left = { segment: string; page: string; about: About; chunks: number };

type Head = { segment: string; page: string; key: CryptoKey; about: Sealed };
type Row = { segment: string; seq: number; endMs: number; last: boolean; sound: Sealed };

const NAME = "recording";
const all = (segment: string, upTo = Number.POSITIVE_INFINITY) => IDBKeyRange.bound([segment, 0], [segment, upTo]);

export function device(): Device {
  const keys = new Map<string, Promise<CryptoKey>>();
  const database = openDatabase(
    NAME,
    (made) => {
      made.createObjectStore("segments", { keyPath: "segment" });
      made.createObjectStore("chunks", { keyPath: ["segment", "seq"] });
    },
    // What was deleted is still in the memory of the page that recorded it.
    () => undefined,
  );
  const keyOf = (segment: string) => {
    const key = keys.get(segment) ?? newKey();
    keys.set(segment, key);
    return key;
  };
  const begin = async (mode: IDBTransactionMode) =>
    (await database()).transaction(["segments", "chunks"], mode, { durability: "strict" });

  return {
    write: (page, segment, about, { seq, endMs, last, sound }) =>
      within(async () => {
        const key = await keyOf(segment);
        // Sealed first: a transaction ends while it waits for anything else.
        const head: Head = { segment, page, key, about: await seal(key, segment, about) };
        const row: Row = { segment, seq, endMs, last, sound: await sealBytes(key, `${segment}:${seq}`, sound) };
        const transaction = await begin("readwrite");
        transaction.objectStore("segments").put(head);
        transaction.objectStore("chunks").put(row);
        await completed(transaction);
      }),
    segments: () =>
      within(async () => {
        const transaction = await begin("readonly");
        const heads = transaction.objectStore("segments").getAll() as IDBRequest<Head[]>;
        const places = transaction.objectStore("chunks").getAllKeys() as IDBRequest<unknown> as IDBRequest<
          [string, number][]
        >;
        await completed(transaction);
        const left = heads.result.map(async ({ segment, page, key, about }): Promise<Left | null> => {
          try {
            const chunks = places.result.filter(([of]) => of === segment).length;
            return { segment, page, chunks, about: (await open(key, segment, about)) as About };
          } catch {
            // Another's bytes in our store. They stay where they are, and stand in nobody's way.
            return null;
          }
        });
        return (await Promise.all(left)).filter((one) => one !== null);
      }),
    first: (segment) =>
      within(async () => {
        const transaction = await begin("readonly");
        const head = transaction.objectStore("segments").get(segment) as IDBRequest<Head | undefined>;
        const row = transaction.objectStore("chunks").get(all(segment)) as IDBRequest<Row | undefined>;
        await completed(transaction);
        if (!head.result || !row.result) return null;
        const { seq, endMs, last, sound } = row.result;
        const opened = openBytes(head.result.key, `${segment}:${seq}`, sound).catch(() => null);
        const bytes = await opened;
        return bytes && { seq, endMs, last, sound: bytes };
      }),
    erase: (segment, upTo) =>
      within(async () => {
        const transaction = await begin("readwrite");
        const chunks = transaction.objectStore("chunks");
        chunks.delete(all(segment, upTo));
        const left = chunks.count(all(segment));
        left.onsuccess = () => {
          if (left.result === 0) transaction.objectStore("segments").delete(segment);
        };
        await completed(transaction);
      }),
  };
}
