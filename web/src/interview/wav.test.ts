import { describe, expect, it } from "vitest";
import { encodeWav, resample } from "./wav";

const tone = (rate: number, hz: number, seconds: number) =>
  Float32Array.from({ length: rate * seconds }, (_, index) => Math.sin((2 * Math.PI * hz * index) / rate));
const rms = (samples: Float32Array) =>
  Math.sqrt(samples.reduce((sum, value) => sum + value * value, 0) / samples.length);
const bytes = async (blob: Blob) => new DataView(await blob.arrayBuffer());

describe("resample", () => {
  it("keeps the length in seconds and the loudness of a voice's tones", () => {
    for (const rate of [44_100, 48_000]) {
      const out = resample(tone(rate, 300, 1), rate, 16_000);
      expect(out.length).toBe(16_000);
      expect(rms(out)).toBeCloseTo(Math.SQRT1_2, 1);
    }
  });

  it("leaves the right rate alone", () => {
    const samples = tone(16_000, 300, 0.1);
    expect(resample(samples, 16_000, 16_000)).toBe(samples);
  });
});

describe("encodeWav", () => {
  it("writes a header that says what follows", async () => {
    const view = await bytes(encodeWav(new Float32Array([0, 1, -1, 2]), 16_000));
    const text = (at: number) => String.fromCharCode(...[0, 1, 2, 3].map((index) => view.getUint8(at + index)));
    expect([text(0), text(8), text(12), text(36)]).toEqual(["RIFF", "WAVE", "fmt ", "data"]);
    expect(view.getUint32(4, true)).toBe(view.byteLength - 8);
    expect([
      view.getUint16(20, true),
      view.getUint16(22, true),
      view.getUint32(24, true),
      view.getUint16(34, true),
    ]).toEqual([1, 1, 16_000, 16]);
    expect(view.getUint32(40, true)).toBe(8);
  });

  it("limits samples that are too loud", async () => {
    const view = await bytes(encodeWav(new Float32Array([0, 1, -1, 2]), 16_000));
    expect([0, 1, 2, 3].map((index) => view.getInt16(44 + index * 2, true))).toEqual([0, 32767, -32767, 32767]);
  });
});
