import { expect, it, vi } from "vitest";
import { witness } from "./log";

const event = (type: string, rest: object) => JSON.stringify({ type, ...rest });
const TRANSCRIBED = "conversation.item.input_audio_transcription.completed";

it("keeps final words only, whole, with leg and time", () => {
  const see = vi.fn();
  const log = witness({ see, fin: vi.fn() }, () => 12.6);
  log.see(1, event("response.output_audio_transcript.delta", { delta: "x" }));
  log.see(1, "not json");
  log.see(1, "null");
  log.see(1, event("session.created", {}));
  expect(see).not.toHaveBeenCalled();
  log.see(2, event(TRANSCRIBED, { item_id: "i", transcript: "one" }));
  const body = { type: TRANSCRIBED, item_id: "i", transcript: "one" };
  expect(see).toHaveBeenCalledExactlyOnceWith({ kind: TRANSCRIBED, leg: 2, at_ms: 13, body });
});

it("says once that it is over, and hears nothing after it", () => {
  const [see, fin] = [vi.fn(), vi.fn()];
  const log = witness({ see, fin }, () => 12.6);
  log.see(2, event(TRANSCRIBED, { item_id: "i", transcript: "one" }));
  log.end();
  log.end();
  log.see(2, event(TRANSCRIBED, { item_id: "j", transcript: "two" }));
  expect(fin).toHaveBeenCalledExactlyOnceWith(2, 13);
  expect(see).toHaveBeenCalledTimes(1);
});

it("has nothing to end where it saw nothing", () => {
  const fin = vi.fn();
  witness({ see: vi.fn(), fin }, () => 0).end();
  expect(fin).not.toHaveBeenCalled();
});
