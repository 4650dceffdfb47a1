// Runs the outbox's machine: does what it wants done and tells it what came of it.
import { createStore, type Readable, type Store } from "../store";
import { empty, keeping, last, step } from "./core";
import type { Device } from "./device";
import type { Address, Effect, Entry, Keeping, OutboxEvent, Outcome, Post, State } from "./types";

/** What the other pages of the origin are told. */
export type Message = { is: "told"; instance: string; acked: number } | { is: "nudge" };

export type OutboxParts = {
  device(onWiped: () => void): Device;
  /** Sends one append; an answer of any kind, or none, is an outcome. */
  post(post: Post): Promise<Outcome>;
  /** Calls back once this page alone drains; at once where that cannot be known. */
  lock(held: () => void): void;
  /** Joins the origin's pages; gives the way to tell them something. */
  join(hear: (message: Message) => void): (message: Message) => void;
  /** Milliseconds of a clock that does not jump. */
  now(): number;
  /** 128 random bits as 32 hexadecimal digits. */
  random(): string;
  online: boolean;
};

/** One page load's outbox. It drains what earlier pages left from the moment it is made. */
export class Outbox {
  readonly #parts: OutboxParts;
  readonly #device: Device;
  readonly #tell: (message: Message) => void;
  readonly #shown: Store<Keeping, Keeping>;
  #state: State;
  #mine: { instance: string; address: Address } | null = null;
  #timer: ReturnType<typeof setTimeout> | undefined;

  constructor(parts: OutboxParts) {
    this.#parts = parts;
    this.#state = empty(parts.online);
    this.#shown = createStore(keeping(this.#state, null), (old, next) => (same(old, next) ? old : next));
    this.#device = parts.device(() => this.#take({ type: "wiped" }));
    this.#tell = parts.join((message) =>
      this.#take(message.is === "nudge" ? { type: "nudged" } : { ...message, type: "told" }),
    );
    this.#run({ do: "read" });
    parts.lock(() => this.#take({ type: "locked" }));
  }

  /** What a person may be told about the session that is attended. */
  get store(): Readable<Keeping> {
    return this.#shown;
  }

  /** Begins this page's own row for a session; again with the same one, only its key is renewed. */
  attend(address: Address): void {
    const same = this.#mine?.address.session === address.session;
    this.#mine = { instance: (same && this.#mine?.instance) || this.#parts.random(), address };
    this.#take({ type: "attend", ...this.#mine });
  }

  /** Keeps one entry: on the device first, then with the server. */
  see(entry: Entry): void {
    if (this.#mine) this.#take({ type: "saw", instance: this.#mine.instance, entry });
  }

  /** Ends this page's row: the entry says its own place, so that the server knows that it has all of them. */
  fin(leg: number, at_ms: number): void {
    const instance = this.#mine && this.#state.instances.get(this.#mine.instance);
    if (!instance) return;
    const last_seq = last(instance) + 1;
    this.see({ kind: "fin", leg, at_ms, body: { type: "fin", last_seq } });
  }

  /** The page is hidden, or goes away. */
  leave(): void {
    this.#take({ type: "leaving" });
  }

  /** The page is looked at again: timers may have slept. */
  wake(): void {
    this.#take({ type: "due" });
  }

  online(online: boolean): void {
    this.#take({ type: "online", online });
  }

  /** Resolves when the server has everything of the session, or after `ms`. True when it has. */
  settled(ms: number): Promise<boolean> {
    return new Promise((resolve) => {
      const end = () => {
        forget();
        clearTimeout(timer);
        resolve(isSaved(this.#shown.get()));
      };
      const forget = this.#shown.subscribe(() => isSaved(this.#shown.get()) && end());
      const timer = setTimeout(end, ms);
      if (isSaved(this.#shown.get())) end();
    });
  }

  #take(event: OutboxEvent): void {
    const [state, effects] = step(this.#state, event, this.#parts.now());
    this.#state = state;
    for (const effect of effects) this.#run(effect);
    this.#shown.dispatch(keeping(this.#state, this.#mine?.address.session ?? null));
  }

  #run(effect: Effect): void {
    switch (effect.do) {
      case "write":
        void this.#write(effect);
        break;
      case "read":
        this.#device.read().then(
          (stored) => this.#take({ type: "loaded", stored }),
          () => this.#take({ type: "denied" }),
        );
        break;
      case "erase":
        this.#device.erase(effect.instance, effect.acked).catch(stays);
        break;
      case "stop":
        this.#device.stop(effect.instance).catch(stays);
        break;
      case "post":
        void this.#post(effect);
        break;
      case "tell":
        this.#tell({ is: "told", instance: effect.instance, acked: effect.acked });
        break;
      case "nudge":
        this.#tell({ is: "nudge" });
        break;
      case "wake":
        clearTimeout(this.#timer);
        this.#timer = setTimeout(() => this.#take({ type: "due" }), Math.max(0, effect.at - this.#parts.now()));
        break;
    }
  }

  async #write({ instance, address, first, entries }: Extract<Effect, { do: "write" }>): Promise<void> {
    try {
      await this.#device.write(instance, address, first, entries);
      this.#take({ type: "written", instance, upTo: first + entries.length - 1 });
    } catch {
      this.#take({ type: "unwritten", instance });
    }
  }

  async #post(post: Post): Promise<void> {
    const outcome = await this.#parts.post(post);
    this.#take({ type: "answered", instance: post.instance, outcome, lastWords: post.lastWords });
  }
}

/** The server has everything that was ever seen of the session. */
export function isSaved({ known, waiting, refused }: Keeping): boolean {
  return known && waiting === 0 && refused === 0;
}

function same(a: Keeping, b: Keeping): boolean {
  return (Object.keys(a) as (keyof Keeping)[]).every((key) => a[key] === b[key]);
}

/** What could not be removed is sent once more by a later page, and acknowledged again. */
const stays = () => undefined;
