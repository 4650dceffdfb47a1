import { afterEach, beforeEach, expect, it, vi } from "vitest";
import type { Outcome } from "../outbox/types";
import { createStore } from "../store";
import { fakeDevice } from "./fakes";
import type { About, Chunk, Post } from "./types";
import { AGAIN_MS, type UploadParts, Uploads } from "./uploads";

const ABOUT: About = { session: "ses_1", key: "key", mediaType: "audio/webm", leg: 1, offsetMs: 0 };
const chunk = (seq: number): Chunk => ({ seq, endMs: seq * 2000, last: false, sound: new ArrayBuffer(8) });
const acked = async ({ chunk: { seq } }: Post): Promise<Outcome> => ({ is: "acked", acked: seq });

function setup(parts: Partial<UploadParts> = {}, device = fakeDevice()) {
  const post = vi.fn<(post: Post) => Promise<Outcome>>(acked);
  const gone = new Map<string, () => Promise<void>>();
  const uploads = new Uploads({
    device: device.device,
    post,
    words: async () => undefined,
    pause: (ms) => new Promise((resolve) => setTimeout(resolve, ms)),
    whenGone: (page, work) => void gone.set(page, work),
    page: "me",
    ...parts,
  });
  const sent = () => post.mock.calls.map(([{ segment, chunk: one }]) => `${segment}${one.seq}`);
  return { uploads, post, sent, gone, held: device.held };
}

beforeEach(() => void vi.useFakeTimers());
afterEach(() => void vi.useRealTimers());
const settle = () => vi.advanceTimersByTimeAsync(0);

it("keeps a chunk on the device until the server has it, and sends one at a time, in order", async () => {
  const answers: ((outcome: Outcome) => void)[] = [];
  const { uploads, post, sent, held } = setup({});
  post.mockImplementation(() => new Promise((resolve) => answers.push(resolve)));
  for (const seq of [1, 2, 3]) void uploads.keep("a", ABOUT, chunk(seq));
  await settle();
  expect(sent()).toEqual(["a1"]);
  expect(held.get("a")?.chunks.map(({ seq }) => seq)).toEqual([1, 2, 3]);
  expect(uploads.store.get()).toMatchObject({ waiting: 3, storage: "device" });
  answers[0]?.({ is: "acked", acked: 1 });
  await settle();
  expect(sent()).toEqual(["a1", "a2"]);
  expect(held.get("a")?.chunks.map(({ seq }) => seq)).toEqual([2, 3]);
});

it("lets words go first", async () => {
  const words = createStore(false, (_, said: boolean) => said);
  const said = new Promise<void>((resolve) => words.subscribe(resolve));
  const { uploads, sent } = setup({ words: () => said });
  void uploads.keep("a", ABOUT, chunk(1));
  await settle();
  expect(sent()).toEqual([]);
  words.dispatch(true);
  await settle();
  expect(sent()).toEqual(["a1"]);
});

it("tries again what was not answered or not allowed, and drops nothing", async () => {
  const { uploads, post, sent, held } = setup();
  post.mockResolvedValueOnce({ is: "later", afterMs: 0 }).mockResolvedValueOnce({ is: "later", afterMs: 30_000 });
  void uploads.keep("a", ABOUT, chunk(1));
  await settle();
  expect(held.get("a")?.chunks).toHaveLength(1);
  await vi.advanceTimersByTimeAsync(AGAIN_MS[0] ?? 0);
  expect(sent()).toEqual(["a1", "a1"]);
  await vi.advanceTimersByTimeAsync(29_000);
  expect(sent()).toHaveLength(2);
  await vi.advanceTimersByTimeAsync(1000);
  expect(sent()).toHaveLength(3);
  expect(uploads.store.get().waiting).toBe(0);
  expect(held.size).toBe(0);
});

it("goes on with the next recorder where the server refuses one for good", async () => {
  const { uploads, post, sent, held } = setup();
  post.mockImplementation(async (one) =>
    one.segment === "a" ? { is: "refused", status: 422, code: "seq_conflict" } : acked(one),
  );
  void uploads.keep("a", ABOUT, chunk(1));
  void uploads.keep("a", ABOUT, chunk(2));
  void uploads.keep("b", ABOUT, chunk(1));
  await settle();
  expect(sent()).toEqual(["a1", "b1"]);
  expect(held.size).toBe(0);
  expect(uploads.store.get()).toMatchObject({ waiting: 0, refused: 2 });
});

it("sends from memory where the browser keeps nothing, and says so", async () => {
  const { uploads, sent } = setup({}, fakeDevice(true));
  void uploads.keep("a", ABOUT, chunk(1));
  await settle();
  expect(sent()).toEqual(["a1"]);
  expect(uploads.store.get()).toMatchObject({ waiting: 0, storage: "memory" });
});

it("sends what a page left once that page is gone, and counts it meanwhile", async () => {
  const device = fakeDevice();
  for (const seq of [4, 5]) await device.device.write("other", "left", ABOUT, chunk(seq));
  const { uploads, gone, sent, held } = setup({}, device);
  await settle();
  expect(uploads.store.get().waiting).toBe(2);
  expect(sent()).toEqual([]);
  await gone.get("other")?.();
  expect(sent()).toEqual(["left4", "left5"]);
  expect([uploads.store.get().waiting, held.size]).toEqual([0, 0]);
});

it("gives a left recorder up whose beginning is nowhere any more", async () => {
  const device = fakeDevice();
  for (const seq of [4, 5]) await device.device.write("other", "left", ABOUT, chunk(seq));
  const { uploads, post, gone, held } = setup({}, device);
  post.mockResolvedValue({ is: "gap", expected: 2 });
  await settle();
  await gone.get("other")?.();
  expect(post).toHaveBeenCalledTimes(1);
  expect(uploads.store.get()).toMatchObject({ waiting: 0, refused: 2 });
  expect(held.size).toBe(0);
});

it("is settled when nothing waits and nothing is recorded, or when the time is over", async () => {
  const { uploads, post } = setup();
  await expect(uploads.settled(1000)).resolves.toBe(true);
  post.mockResolvedValue({ is: "later", afterMs: 60_000 });
  void uploads.keep("a", ABOUT, chunk(1));
  const settled = uploads.settled(5000);
  await vi.advanceTimersByTimeAsync(5000);
  await expect(settled).resolves.toBe(false);
});
