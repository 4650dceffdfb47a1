// What pages append to their sessions' logs, seen from outside, and what of it the server has.
import assert from "node:assert/strict";

/** Watches every page of a browser's context from now on: each entry that was sent, whether it arrived or not. */
export const appends = (context, server) => {
  /** By instance: the entries by place, the key, and the pages that sent them. */
  const rows = new Map();
  context.on("request", (request) => {
    const path = new URL(request.url()).pathname;
    if (request.method() !== "POST" || !/^\/v1\/s\/[^/]+\/log$/.test(path)) return;
    const { instance, first_seq, events } = request.postDataJSON();
    const row = rows.get(instance) ?? { path, entries: new Map(), pages: new Set() };
    row.authorization = request.headers().authorization;
    row.pages.add(request.frame().page());
    events.forEach((event, at) => {
      row.entries.set(first_seq + at, event);
    });
    rows.set(instance, row);
  });
  const append = (row, body) =>
    fetch(server.url + row.path, {
      method: "POST",
      headers: { "content-type": "application/json", authorization: row.authorization },
      body: JSON.stringify(body),
    });
  return {
    rows,
    /** The candidate's words in everything that was sent. */
    heard: () =>
      [...rows.values()]
        .flatMap((row) => [...row.entries.values()])
        .filter((entry) => entry.kind.endsWith("input_audio_transcription.completed"))
        .map((entry) => entry.body.transcript),
    /** Whether the server has exactly these entries: nothing behind them, and each word for word the same. */
    kept: async () => {
      for (const [instance, row] of rows) {
        const last = Math.max(...row.entries.keys());
        const cursor = await append(row, { instance, first_seq: last + 1, events: [] });
        if (!cursor.ok || (await cursor.json()).acked !== last) return false;
        const events = [...row.entries].sort(([a], [b]) => a - b).map(([, event]) => event);
        assert.equal(events.length, last, "every place is filled");
        // Another content at a known place would be refused.
        const again = await append(row, { instance, first_seq: 1, events });
        assert.equal(again.status, 200, await again.text());
      }
      return rows.size > 0;
    },
  };
};

/** Everything that lies in a page's outbox, as text, with the state of its keys. */
export const onDevice = (page) =>
  page.evaluate(async () => {
    const database = await new Promise((resolve, reject) => {
      const request = indexedDB.open("outbox");
      request.onsuccess = () => resolve(request.result);
      request.onerror = () => reject(request.error);
    });
    const all = (store) =>
      new Promise((resolve, reject) => {
        const request = database.transaction(store).objectStore(store).getAll();
        request.onsuccess = () => resolve(request.result);
        request.onerror = () => reject(request.error);
      });
    const [instances, entries] = [await all("instances"), await all("entries")];
    database.close();
    const text = (value) => new TextDecoder().decode(value);
    return {
      instances: instances.length,
      entries: entries.length,
      extractable: instances.some(({ key }) => key.extractable),
      text: [...instances.map(({ address }) => address), ...entries.map(({ entry }) => entry)]
        .map(({ data }) => text(data))
        .join("\n"),
    };
  });
