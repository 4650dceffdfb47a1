// Plays the shared cases of testdata/append on the machine: its requests are exactly these, and the server, which plays the
// same files in Rust, gives exactly these answers.
import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { ApiError } from "../../api/client";
import { accepted, failed } from "./answer";
import { empty, keeping, step } from "./core";
import type { Address, Effect, Entry, OutboxEvent, Outcome, Post, State, Stored } from "./types";

type Answer = { status: number; code?: string; acked?: number; expected?: number; retry_after_s?: number };
type Step =
  | { do: "load" | "crash" | "freeze" | "leave" | "wait"; page: string }
  | { do: "online"; page: string; online: boolean }
  | { do: "see"; page: string; words: string[] }
  | { do: "wipe" | "database" | "elsewhere" }
  | {
      do: "post";
      by: string;
      of: string;
      first_seq: number;
      words: string[];
      last_words?: true;
      server?: Answer;
      page?: Answer | "nothing";
    }
  | { do: "expect"; device?: Record<string, string[]>; shows?: Record<string, object> };
type Case = { name: string; device?: "denied"; locks?: false; steps: Step[] };

const FOLDER = join(import.meta.dirname, "../../../../testdata/append");
const ADDRESS: Address = { session: "ses_1", key: "key" };
const entryOf = (word: string): Entry => ({ kind: "test", leg: 1, at_ms: 5, body: { word } });
const wordOf = (entry: Entry): string => (entry.body as { word: string }).word;

type Page = { state: State; posts: Post[]; wakeAt: number; frozen: boolean };

/** The pages of one origin, their common device and their lock. */
class Origin {
  readonly pages = new Map<string, Page>();
  readonly device = new Map<string, { entries: Map<number, Entry>; stopped: boolean }>();
  readonly #case: Case;
  #holder: string | null = null;
  #now = 0;

  constructor(given: Case) {
    this.#case = given;
  }

  page(name: string): Page {
    const page = this.pages.get(name);
    if (!page) throw new Error(`page ${name} is not open`);
    return page;
  }

  load(name: string): void {
    this.pages.set(name, { state: empty(), posts: [], wakeAt: Number.NaN, frozen: false });
    this.take(name, { type: "attend", instance: name, address: ADDRESS });
    this.#run(name, { do: "read" });
    if (this.#case.locks === false) this.take(name, { type: "locked" });
    else this.#pass();
  }

  crash(name: string): void {
    this.pages.delete(name);
    if (this.#holder === name) this.#holder = null;
    this.#pass();
  }

  wait(name: string): void {
    this.#now = this.page(name).wakeAt;
    this.take(name, { type: "due" });
  }

  wipe(): void {
    this.device.clear();
    for (const name of this.pages.keys()) this.take(name, { type: "wiped" });
  }

  take(name: string, event: OutboxEvent): void {
    const page = this.page(name);
    if (page.frozen) return;
    const [state, effects] = step(page.state, event, this.#now);
    page.state = state;
    for (const effect of effects) this.#run(name, effect);
  }

  /** What lies on the device: words by instance. */
  words(): Record<string, string[]> {
    const inOrder = (entries: Map<number, Entry>) => [...entries].sort(([a], [b]) => a - b).map(([, entry]) => entry);
    return Object.fromEntries([...this.device].map(([id, { entries }]) => [id, inOrder(entries).map(wordOf)]));
  }

  #pass(): void {
    const [next] = this.pages.keys();
    if (this.#holder !== null || this.#case.locks === false || next === undefined) return;
    this.#holder = next;
    this.take(next, { type: "locked" });
  }

  #run(name: string, effect: Effect): void {
    const denied = this.#case.device === "denied";
    const others = [...this.pages.keys()].filter((other) => other !== name);
    switch (effect.do) {
      case "post":
        this.page(name).posts.push(effect);
        break;
      case "wake":
        this.page(name).wakeAt = effect.at;
        break;
      case "read":
        this.take(name, denied ? { type: "denied" } : { type: "loaded", stored: this.#stored() });
        break;
      case "write": {
        const { instance, first, entries } = effect;
        if (denied) {
          this.take(name, { type: "unwritten", instance });
          break;
        }
        const held = this.device.get(instance) ?? { entries: new Map(), stopped: false };
        entries.forEach((entry, at) => void held.entries.set(first + at, entry));
        this.device.set(instance, held);
        this.take(name, { type: "written", instance, upTo: first + entries.length - 1 });
        break;
      }
      case "erase": {
        const held = this.device.get(effect.instance);
        for (const seq of [...(held?.entries.keys() ?? [])]) if (seq <= effect.acked) held?.entries.delete(seq);
        if (held?.entries.size === 0) this.device.delete(effect.instance);
        break;
      }
      case "stop": {
        const held = this.device.get(effect.instance);
        if (held) held.stopped = true;
        break;
      }
      case "tell":
        for (const other of others) this.take(other, { type: "told", instance: effect.instance, acked: effect.acked });
        break;
      case "nudge":
        for (const other of others) this.take(other, { type: "nudged" });
        break;
    }
  }

  #stored(): Stored[] {
    return [...this.device].map(([instance, { entries, stopped }]) => {
      const seqs = [...entries.keys()].sort((a, b) => a - b);
      const first = seqs[0] ?? 1;
      const run = seqs.filter((seq, at) => seq === first + at).map((seq) => entries.get(seq) as Entry);
      return { instance, address: ADDRESS, first, entries: run, stopped };
    });
  }
}

function outcomeOf(answer: Answer | "nothing"): Outcome {
  if (answer === "nothing") return failed(new ApiError(0, { code: "offline" }));
  if (answer.status === 200) return accepted({ acked: answer.acked, head: "h" });
  return failed(new ApiError(answer.status, answer as object, answer.retry_after_s ?? null));
}

function play(origin: Origin, now: Step): void {
  switch (now.do) {
    case "load":
    case "crash":
    case "wait":
      origin[now.do](now.page);
      return;
    case "freeze":
      origin.page(now.page).frozen = true;
      return;
    case "leave":
      origin.take(now.page, { type: "leaving" });
      return;
    case "online":
      origin.take(now.page, { type: "online", online: now.online });
      return;
    case "see":
      for (const word of now.words) origin.take(now.page, { type: "saw", instance: now.page, entry: entryOf(word) });
      return;
    case "wipe":
      origin.wipe();
      return;
    case "post": {
      const post = origin.page(now.by).posts.shift();
      expect(post && { of: post.instance, first_seq: post.first, words: post.entries.map(wordOf) }).toEqual({
        of: now.of,
        first_seq: now.first_seq,
        words: now.words,
      });
      const lastWords = now.last_words ?? false;
      expect(post).toMatchObject({ lastWords, address: ADDRESS });
      const outcome = outcomeOf(now.page ?? now.server ?? "nothing");
      origin.take(now.by, { type: "answered", instance: now.of, outcome, lastWords });
      return;
    }
    case "expect":
      if (now.device) expect(origin.words()).toEqual(now.device);
      for (const [page, shows] of Object.entries(now.shows ?? {}))
        expect(keeping(origin.page(page).state, ADDRESS.session)).toMatchObject({ ...shows, known: true });
      return;
    // The server's affairs.
    case "database":
    case "elsewhere":
      return;
  }
}

describe("the cases that the server agrees on", () => {
  const files = readdirSync(FOLDER).filter((file) => file.endsWith(".json"));
  const cases = files.map((file): [string, Case] => [file, JSON.parse(readFileSync(join(FOLDER, file), "utf8"))]);
  it.each(cases)("%s", (_file, given) => {
    const origin = new Origin(given);
    for (const now of given.steps) play(origin, now);
    for (const page of origin.pages.values()) expect(page.posts).toEqual([]);
  });
});
