// Stand-ins for a recording and its ports.
import { createStore } from "../store";
import type { Device, Left } from "./device";
import { type About, type Chunk, NOTHING, type Recording, type Saving, type TalkRecorder } from "./types";

/** A recording that is as far as a test says. */
export function fakeRecording() {
  const store = createStore<Saving, Partial<Saving>>(NOTHING, (old, change) => ({ ...old, ...change }));
  const recorder: TalkRecorder = {
    ready: (_leg, tell) => tell(),
    use: () => store.dispatch({ recording: true }),
    stop: () => store.dispatch({ recording: false }),
  };
  const asked: string[] = [];
  const recording: Recording = {
    store,
    settled: async () => store.get().waiting === 0,
    recorder: (session) => {
      asked.push(session);
      return recorder;
    },
  };
  return { ...recording, asked, set: (saving: Partial<Saving>) => store.dispatch(saving) };
}

/** A device in memory; `refuses` makes it the device of a browser that keeps nothing. */
export function fakeDevice(refuses = false) {
  const held = new Map<string, { page: string; about: About; chunks: Chunk[] }>();
  const may = async () => {
    if (refuses) throw new DOMException("", "SecurityError");
  };
  const device: Device = {
    async write(page, segment, about, chunk) {
      await may();
      const known = held.get(segment) ?? { page, about, chunks: [] };
      held.set(segment, { ...known, chunks: [...known.chunks, chunk] });
    },
    async segments() {
      await may();
      return [...held].map(
        ([segment, { page, about, chunks }]): Left => ({ segment, page, about, chunks: chunks.length }),
      );
    },
    async first(segment) {
      await may();
      return held.get(segment)?.chunks[0] ?? null;
    },
    async erase(segment, upTo) {
      await may();
      const known = held.get(segment);
      if (!known) return;
      known.chunks = known.chunks.filter(({ seq }) => seq > upTo);
      if (known.chunks.length === 0) held.delete(segment);
    },
  };
  return { device, held };
}
