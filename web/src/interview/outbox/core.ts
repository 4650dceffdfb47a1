// The outbox as a pure machine: what happened goes in, what is to be done comes out. Storage, network, clock and lock are
// adapters (device.ts, browser.ts). testdata/append holds the cases that this machine and the server must agree on.
import { batch, lastWords } from "./batch";
import type { Effect, Entry, Instance, Keeping, OutboxEvent, Outcome, State, Stored } from "./types";

/** Waits after tries that brought nothing; the last one repeats. */
export const AGAIN_MS = [500, 1000, 2000, 5000, 10_000, 30_000];
/** A page whose own entries get no further for so long sends them itself, whoever holds the lock: a frozen tab may hold it. */
export const PATIENCE_MS = 5000;

type Step = [State, Effect[]];

export const empty = (online = true): State => ({
  instances: new Map(),
  told: new Map(),
  storage: "device",
  known: false,
  drains: false,
  online,
});

/** Takes one event at a time in milliseconds. */
export function step(state: State, event: OutboxEvent, now: number): Step {
  const [next, effects] = take(state, event, now);
  return goOn(next, effects, now);
}

function take(state: State, event: OutboxEvent, now: number): Step {
  switch (event.type) {
    case "attend": {
      const known = state.instances.get(event.instance) ?? begun(event.address, now);
      return [put(state, event.instance, { ...known, address: event.address }), []];
    }
    case "saw":
      return saw(state, event.instance, event.entry, now);
    case "written":
      return written(state, event.instance, event.upTo);
    case "unwritten":
      return [change({ ...state, storage: "memory" }, event.instance, { writing: 0 }), []];
    case "loaded":
      return loaded(state, event.stored, now);
    case "denied":
      return [{ ...state, storage: "memory", known: true }, []];
    case "wiped":
      return [wiped(state), []];
    case "locked":
      return [{ ...state, drains: true }, [{ do: "read" }]];
    case "nudged":
      return [state, [{ do: "read" }]];
    case "told":
      return [told(state, event.instance, event.acked, now), []];
    case "answered":
      return answered(state, event.instance, event.outcome, event.lastWords, now);
    case "online":
      return [event.online ? patient({ ...state, online: true }) : { ...state, online: false }, []];
    case "leaving":
      return [state, leaving(state)];
    case "due":
      return [state, []];
  }
}

/** Writes what is not on the device yet, sends what may be sent, and asks to be woken for the rest. */
function goOn(state: State, done: Effect[], now: number): Step {
  let next = state;
  const effects = [...done];
  let wake = Number.POSITIVE_INFINITY;
  for (const [id, instance] of state.instances) {
    if (state.storage === "device" && !effects.some((effect) => effect.do === "write" && effect.instance === id)) {
      const write = toWrite(id, instance);
      if (write) {
        effects.push(write);
        next = change(next, id, { writing: last(instance) });
      }
    }
    const at = sendAt(state, instance);
    if (at > now) {
      wake = Math.min(wake, at);
      continue;
    }
    const entries = batch(instance.entries.slice(instance.acked + 1 - instance.first, sendable(state, instance)));
    const first = instance.acked + 1;
    effects.push({ do: "post", instance: id, address: instance.address, first, entries, lastWords: false });
    next = change(next, id, { sending: true });
  }
  if (Number.isFinite(wake)) effects.push({ do: "wake", at: wake });
  return [next, effects];
}

/** When the next entries of the instance may be sent; never: infinite. */
function sendAt(state: State, instance: Instance): number {
  const never = Number.POSITIVE_INFINITY;
  if (instance.stopped || instance.sending || sendable(state, instance) <= instance.acked + 1 - instance.first)
    return never;
  if (state.drains || (instance.own && state.storage === "memory")) return instance.due;
  return instance.own ? Math.max(instance.due, instance.since + PATIENCE_MS) : never;
}

/** How many of `entries` may be sent: nothing before it is on the device, where there is one. */
function sendable(state: State, instance: Instance): number {
  const upTo = instance.own && state.storage === "device" ? instance.written : last(instance);
  return upTo - instance.first + 1;
}

function toWrite(id: string, instance: Instance): Effect | null {
  const first = instance.written + 1;
  if (!instance.own || instance.stopped || instance.writing > 0 || first > last(instance)) return null;
  const entries = instance.entries.slice(first - instance.first);
  return { do: "write", instance: id, address: instance.address, first, entries };
}

function saw(state: State, id: string, entry: Entry, now: number): Step {
  const instance = state.instances.get(id);
  if (!instance) return [state, []];
  const since = instance.acked === last(instance) ? now : instance.since;
  const grown = { ...instance, entries: [...instance.entries, entry], since };
  // Also where the device refused before: it may have room again.
  const write = state.storage === "memory" ? toWrite(id, grown) : null;
  return [put(state, id, { ...grown, writing: write ? last(grown) : grown.writing }), write ? [write] : []];
}

function written(state: State, id: string, upTo: number): Step {
  const instance = state.instances.get(id);
  if (!instance) return [state, []];
  const next = change({ ...state, storage: "device" }, id, { writing: 0, written: Math.max(upTo, instance.written) });
  // It went out of memory meanwhile, and was already taken.
  const late: Effect[] = instance.acked > 0 ? [{ do: "erase", instance: id, acked: instance.acked }] : [];
  return [next, [...(upTo > instance.acked ? [{ do: "nudge" } as const] : late)]];
}

/** Everything that waits is written again, so that the device never holds entries behind a hole. */
function wiped(state: State): State {
  return each(state, (instance) => (instance.own ? { ...instance, written: instance.acked } : instance));
}

function loaded(state: State, stored: Stored[], now: number): Step {
  const next = stored.reduce<State>((all, one) => merge(all, one, now), { ...state, known: true });
  // Whoever drains may not know of what a page left that died before it could tell. Once: a nudge makes others read.
  const left = [...next.instances.values()].some((instance) => !instance.own && last(instance) > instance.acked);
  return [next, !state.known && left && !state.drains ? [{ do: "nudge" }] : []];
}

function told(state: State, id: string, acked: number, now: number): State {
  if (state.instances.has(id)) return progress(state, id, acked, now);
  // What was read before that may still be on its way to us.
  return { ...state, told: new Map(state.told).set(id, acked) };
}

/** Takes over what the device holds of another page. */
function merge(state: State, stored: Stored, now: number): State {
  const { instance: id, address, first, entries, stopped } = stored;
  const known = state.instances.get(id);
  if (known?.own || (entries.length === 0 && !stopped)) return state;
  const upTo = first + entries.length - 1;
  // What is in memory reaches as far, or the device has lost what comes between.
  if (known && (last(known) >= upTo || first > known.acked + 1)) return state;
  const acked = Math.max(known?.acked ?? 0, first - 1, Math.min(state.told.get(id) ?? 0, upTo));
  const base = known ?? { ...begun(address, now), own: false };
  return put(state, id, { ...base, address, first, entries, acked, written: upTo, stopped: stopped || base.stopped });
}

function answered(state: State, id: string, outcome: Outcome, lastWordsOnly: boolean, now: number): Step {
  const instance = state.instances.get(id);
  if (!instance) return [state, []];
  const free = lastWordsOnly ? state : change(state, id, { sending: false });
  const effects: Effect[] = [];
  if (outcome.is === "acked" && outcome.acked > instance.acked) {
    const { acked } = outcome;
    effects.push({ do: "erase", instance: id, acked }, { do: "tell", instance: id, acked });
    return [progress({ ...free, online: true }, id, acked, now), effects];
  }
  // Sent beside the row's own request, which finds out the same.
  if (lastWordsOnly) return [free, effects];
  if (outcome.is === "refused") return [change(free, id, { stopped: true }), [{ do: "stop", instance: id }]];
  const losses = instance.losses + 1;
  const wait = AGAIN_MS[Math.min(losses, AGAIN_MS.length) - 1] ?? 0;
  if (outcome.is === "gap" && outcome.expected - 1 < instance.acked && outcome.expected >= instance.first) {
    const acked = outcome.expected - 1;
    // At once the first time; a server that goes back and forth is not followed in a tight circle.
    const due = instance.losses === 0 ? now : now + wait;
    return [change(free, id, { acked, written: Math.min(instance.written, acked), losses, due }), effects];
  }
  const afterMs = outcome.is === "later" ? outcome.afterMs : 0;
  return [change(free, id, { losses, due: now + Math.max(wait, afterMs) }), effects];
}

/** One request for each own instance, beside whatever is under way: the answer to that may never be heard. */
function leaving(state: State): Effect[] {
  const effects: Effect[] = [];
  for (const [id, instance] of state.instances) {
    if (!instance.own || instance.stopped) continue;
    // Also what is just being written: the page may not live to see the end of it.
    const entries = lastWords(instance.entries.slice(instance.acked));
    const { address, acked } = instance;
    if (entries.length > 0)
      effects.push({ do: "post", instance: id, address, first: acked + 1, entries, lastWords: true });
  }
  return effects;
}

function progress(state: State, id: string, acked: number, now: number): State {
  const instance = state.instances.get(id);
  if (!instance || acked <= instance.acked) return state;
  // Of another page's row the server may have more than this one was shown: what comes behind that is taken over then.
  const ahead = !instance.own && acked > last(instance);
  const upTo = ahead ? acked : Math.min(acked, last(instance));
  return put(state, id, {
    ...instance,
    ...(ahead && { first: acked + 1, entries: [] }),
    acked: upTo,
    written: Math.max(instance.written, upTo),
    losses: 0,
    due: 0,
    since: now,
  });
}

/** A network that is back is tried at once. */
const patient = (state: State): State => each(state, (instance) => ({ ...instance, losses: 0, due: 0 }));

const begun = (address: Instance["address"], now: number): Instance => ({
  address,
  own: true,
  first: 1,
  entries: [],
  acked: 0,
  written: 0,
  writing: 0,
  sending: false,
  losses: 0,
  due: 0,
  since: now,
  stopped: false,
});

/** The place of the newest entry; 0 before the first. */
export const last = (instance: Instance): number => instance.first + instance.entries.length - 1;

const put = (state: State, id: string, instance: Instance): State => ({
  ...state,
  instances: new Map(state.instances).set(id, instance),
});

function change(state: State, id: string, changes: Partial<Instance>): State {
  const instance = state.instances.get(id);
  return instance ? put(state, id, { ...instance, ...changes }) : state;
}

const each = (state: State, to: (instance: Instance) => Instance): State => ({
  ...state,
  instances: new Map([...state.instances].map(([id, instance]) => [id, to(instance)])),
});

/** What may be said about a session's entries, of this page and of those before. */
export function keeping(state: State, session: string | null): Keeping {
  let waiting = 0;
  let refused = 0;
  for (const instance of state.instances.values()) {
    if (instance.address.session !== session) continue;
    const left = last(instance) - instance.acked;
    if (instance.stopped) refused += left;
    else waiting += left;
  }
  const { known, storage, online } = state;
  return { known, waiting, refused, storage, online };
}
