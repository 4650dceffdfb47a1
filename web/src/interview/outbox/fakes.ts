// Stand-ins for an outbox's ports: a device in memory, a server that is told what to answer.
import type { Device } from "./device";
import { Outbox, type OutboxParts } from "./outbox";
import type { Entry, Outcome, Post } from "./types";

/** A device that keeps what it is given; `refuses` makes it the device of a browser that keeps nothing. */
export function fakeDevice(refuses = false) {
  const held = new Map<string, Map<number, Entry>>();
  const may = async () => {
    if (refuses) throw new DOMException("", "SecurityError");
  };
  const device: Device = {
    async write(instance, _address, first, entries) {
      await may();
      const rows = held.get(instance) ?? new Map<number, Entry>();
      entries.forEach((entry, at) => void rows.set(first + at, entry));
      held.set(instance, rows);
    },
    async read() {
      await may();
      return [];
    },
    async erase(instance, acked) {
      await may();
      for (const seq of [...(held.get(instance)?.keys() ?? [])]) if (seq <= acked) held.get(instance)?.delete(seq);
      if (held.get(instance)?.size === 0) held.delete(instance);
    },
    stop: may,
  };
  return { device, held };
}

/** Takes everything at once. */
export const takes = async ({ first, entries }: Post): Promise<Outcome> => ({
  is: "acked",
  acked: first + entries.length - 1,
});

/** An outbox alone on its origin. */
export function fakeOutbox(parts: Partial<OutboxParts> = {}): Outbox {
  return new Outbox({
    device: () => fakeDevice().device,
    post: takes,
    lock: (held) => held(),
    join: () => () => undefined,
    now: () => performance.now(),
    random: () => "ab".repeat(16),
    online: true,
    ...parts,
  });
}
