// What the fake server says about cost: one call of our own engine, and a quiet day.
import type { DayUsage, SessionCost } from "../../api/types";

type LegCost = SessionCost["legs"][number];

export function sampleLegCost(patch: Partial<LegCost> = {}): LegCost {
  return {
    leg: 1,
    is_own: true,
    model: "gpt-realtime",
    is_price_known: true,
    used_ms: 374_000,
    cost_micros: 0,
    tokens: { input: 0, cached: 0, output: 0 },
    ...patch,
  };
}

export function sampleCost(patch: Partial<SessionCost> = {}): SessionCost {
  return {
    is_own: true,
    is_price_known: true,
    used_ms: 374_000,
    cost_micros: 0,
    tokens: { input: 0, cached: 0, output: 0 },
    limit_ms: 5_400_000,
    limit_legs: 8,
    legs: [sampleLegCost()],
    refusals: [],
    ...patch,
  };
}

export const sampleUsage: DayUsage = {
  day: "2026-11-22",
  cost_micros: 3_204_000,
  held_micros: 1_130_000,
  limit_micros: 100_000_000,
  left_micros: 95_666_000,
  used_ms: 1_860_000,
  legs: 4,
  live: 1,
  limit_live: 25,
};
