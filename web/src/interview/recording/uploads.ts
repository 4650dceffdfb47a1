// Keeps chunks on the device until the server has them, and sends them one after the other, after the words.
import type { Outcome } from "../outbox/types";
import { createStore, type Store } from "../store";
import type { Device, Left } from "./device";
import { type About, type Chunk, NOTHING, type Post, type Saving } from "./types";

/** Waits after tries that brought nothing; the last one repeats. */
export const AGAIN_MS = [500, 1000, 2000, 5000, 10_000, 30_000];

export type UploadParts = {
  device: Device;
  /** Sends one chunk; an answer of any kind, or none, is an outcome. */
  post(post: Post): Promise<Outcome>;
  /** Resolves when no words wait, or after a while: sound never goes before them. */
  words(): Promise<unknown>;
  /** Resolves after `ms`, or when the network is back. */
  pause(ms: number): Promise<void>;
  /** Runs the work once the page of this name is gone; its chunks are then ours to send. */
  whenGone(page: string, work: () => Promise<void>): void;
  /** This page's name: 32 hexadecimal digits. */
  page: string;
};

type Own = { about: About; chunks: Chunk[] };

/** One page load's uploads. It sends what earlier pages left from the moment it is made. */
export class Uploads {
  readonly store: Store<Saving, Partial<Saving>>;
  readonly #parts: UploadParts;
  /** By segment: what the server does not have yet. Also in memory, where the device refuses or forgets. */
  readonly #own = new Map<string, Own>();
  #left = 0;
  #sending = false;

  constructor(parts: UploadParts) {
    this.#parts = parts;
    this.store = createStore<Saving, Partial<Saving>>(NOTHING, (old, change) => ({ ...old, ...change }));
    parts.device.segments().then(
      (left) => this.#adopt(left),
      () => this.store.dispatch({ storage: "memory" }),
    );
  }

  /** Keeps a chunk: on the device first, then with the server. */
  async keep(segment: string, about: About, chunk: Chunk): Promise<void> {
    const own = this.#own.get(segment) ?? { about, chunks: [] };
    own.chunks.push(chunk);
    this.#own.set(segment, own);
    this.#tell();
    try {
      await this.#parts.device.write(this.#parts.page, segment, about, chunk);
      this.store.dispatch({ storage: "device" });
    } catch {
      this.store.dispatch({ storage: "memory" });
    }
    await this.#send();
  }

  /** Resolves when the server has everything, or after `ms`. True when it has. */
  settled(ms: number): Promise<boolean> {
    const isSaved = () => this.store.get().waiting === 0 && !this.store.get().recording;
    return new Promise((resolve) => {
      const end = () => {
        forget();
        clearTimeout(timer);
        resolve(isSaved());
      };
      const forget = this.store.subscribe(() => isSaved() && end());
      const timer = setTimeout(end, ms);
      if (isSaved()) end();
    });
  }

  /** Sends this page's chunks, one at a time, until none is left. */
  async #send(): Promise<void> {
    if (this.#sending) return;
    this.#sending = true;
    let losses = 0;
    for (let next = this.#next(); next; next = this.#next()) {
      await this.#parts.words();
      const { segment, chunk } = next;
      const outcome = await this.#parts.post(next);
      if (outcome.is === "acked") this.#drop(segment, Math.max(outcome.acked, chunk.seq));
      else if (isHopeless(outcome, chunk)) this.#refuse(segment);
      else await this.#parts.pause(wait(outcome, losses));
      losses = outcome.is === "acked" ? 0 : losses + 1;
    }
    this.#sending = false;
  }

  #next(): Post | null {
    for (const [segment, { about, chunks }] of this.#own) {
      const chunk = chunks[0];
      if (chunk) return { segment, about, chunk };
    }
    return null;
  }

  #drop(segment: string, upTo: number): void {
    const own = this.#own.get(segment);
    if (own) own.chunks = own.chunks.filter(({ seq }) => seq > upTo);
    this.#parts.device.erase(segment, upTo).catch(stays);
    this.#tell();
  }

  /** The sound of this recorder that is here is lost, and that is told. */
  #refuse(segment: string): void {
    this.#lost(this.#own.get(segment)?.chunks.length ?? 0);
    this.#drop(segment, Number.MAX_SAFE_INTEGER);
  }

  #lost(chunks: number): void {
    this.store.dispatch({ refused: this.store.get().refused + chunks });
  }

  #tell(): void {
    let waiting = this.#left;
    for (const { chunks } of this.#own.values()) waiting += chunks.length;
    this.store.dispatch({ waiting });
  }

  /** Takes over what pages left that are gone, each page's once it is. */
  #adopt(left: Left[]): void {
    const others = left.filter(({ page }) => page !== this.#parts.page);
    this.#left = others.reduce((sum, { chunks }) => sum + chunks, 0);
    this.#tell();
    for (const page of new Set(others.map((one) => one.page))) {
      const mine = others.filter((one) => one.page === page);
      this.#parts.whenGone(page, async () => {
        for (const one of mine) await this.#finish(one);
      });
    }
  }

  async #finish({ segment, about, chunks }: Left): Promise<void> {
    const { device, post, words, pause } = this.#parts;
    let left = chunks;
    let losses = 0;
    for (;;) {
      const chunk = await device.first(segment).catch(() => null);
      if (!chunk) break;
      await words();
      const outcome = await post({ segment, about, chunk });
      if (outcome.is === "acked" || isHopeless(outcome, chunk)) {
        const upTo = outcome.is === "acked" ? Math.max(outcome.acked, chunk.seq) : Number.MAX_SAFE_INTEGER;
        await device.erase(segment, upTo).catch(stays);
        const fewer = outcome.is === "acked" ? 1 : left;
        if (outcome.is !== "acked") this.#lost(left);
        this.#left -= Math.min(fewer, left);
        left -= Math.min(fewer, left);
        losses = 0;
        this.#tell();
      } else {
        await pause(wait(outcome, losses));
        losses += 1;
      }
    }
    this.#left -= left;
    this.#tell();
  }
}

/** Refused for good, or what is before it is nowhere any more. */
const isHopeless = (outcome: Outcome, chunk: Chunk) =>
  outcome.is === "refused" || (outcome.is === "gap" && outcome.expected < chunk.seq);

function wait(outcome: Outcome, losses: number): number {
  const again = AGAIN_MS[Math.min(losses, AGAIN_MS.length - 1)] ?? 0;
  return outcome.is === "later" ? Math.max(again, outcome.afterMs) : again;
}

/** What could not be removed is sent once more by a later page, and acknowledged again. */
const stays = () => undefined;
