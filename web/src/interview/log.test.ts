import { expect, it, vi } from "vitest";
import { witness } from "./log";

const event = (type: string, rest: object) => JSON.stringify({ type, ...rest });
const TRANSCRIBED = "conversation.item.input_audio_transcription.completed";

it("keeps final words only, whole, with leg and time", () => {
  const see = vi.fn();
  const log = witness({ see }, () => 12.6);
  log.see(1, event("response.output_audio_transcript.delta", { delta: "x" }));
  log.see(1, "not json");
  log.see(1, "null");
  log.see(1, event("session.created", {}));
  expect(see).not.toHaveBeenCalled();
  log.see(2, event(TRANSCRIBED, { item_id: "i", transcript: "one" }));
  const body = { type: TRANSCRIBED, item_id: "i", transcript: "one" };
  expect(see).toHaveBeenCalledExactlyOnceWith({ kind: TRANSCRIBED, leg: 2, at_ms: 13, body });
});
