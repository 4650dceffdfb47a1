import { describe, expect, it } from "vitest";
import { levelOf, silenceWatch } from "./meter";
import { LIMITS, sentence } from "./sentence";

describe("levelOf", () => {
  it("follows the ear from silence to loud", () => {
    const level = (amplitude: number) => levelOf(new Float32Array(100).fill(amplitude));
    expect(level(0)).toBe(0);
    expect(level(0.0005)).toBe(0);
    expect(level(0.03)).toBeGreaterThan(0.5);
    expect(level(0.03)).toBeLessThan(0.7);
    expect(level(1)).toBe(1);
  });
});

describe("silenceWatch", () => {
  it("calls a microphone dead only after the whole time without a sound", () => {
    const dead = silenceWatch(1000);
    expect([dead(0, 0), dead(0, 900), dead(0.4, 950), dead(0, 1900), dead(0, 1950), dead(0.1, 2000)]).toEqual([
      false,
      false,
      false,
      false,
      true,
      false,
    ]);
  });
});

describe("sentence", () => {
  it("is over after a silence that follows speech, not after a pause within", () => {
    const heard = sentence(0);
    expect(heard(0, 500)).toBe("waiting");
    expect(heard(0.6, 1000)).toBe("speaking");
    expect(heard(0, 1000 + LIMITS.silenceMs - 1)).toBe("speaking");
    expect(heard(0.6, 2200)).toBe("speaking");
    expect(heard(0, 2200 + LIMITS.silenceMs)).toBe("done");
  });

  it("is nothing when nobody spoke, and ends when somebody never stops", () => {
    expect(sentence(0)(0, LIMITS.nothingMs)).toBe("nothing");
    const heard = sentence(0);
    heard(0.6, 100);
    expect(heard(0.6, 100 + LIMITS.longestMs)).toBe("done");
  });
});
