import { screen, within } from "@testing-library/react";
import { expect, it } from "vitest";
import type { SessionCost } from "../../api/types";
import { sampleWorld, show } from "../testing/render";
import { NOW, sampleSession, sampleSessionRow } from "../testing/sample";
import { sampleCost, sampleLegCost } from "../testing/sampleCost";
import { money } from "../words";

async function page(cost: SessionCost) {
  const world = sampleWorld();
  const row = sampleSessionRow("ses_1", "Mira", { state: "finished", ended_at: NOW, completeness: "complete" });
  world.sessions = [sampleSession(row)];
  world.costs.set("ses_1", cost);
  show("/sessions/ses_1", world);
  return within(await screen.findByRole("region", { name: "Cost" }));
}

it("says that our own engine costs nothing", async () => {
  const cost = await page(sampleCost());
  expect(cost.getByText(/^No provider cost · 6 min 14 s of 90 min in 1 connection of 8$/)).toBeTruthy();
  expect(cost.queryByText("By connection")).toBeNull();
});

it("says what the provider took, which part was cached, and by which connection", async () => {
  const tokens = { input: 20_000, cached: 12_200, output: 9_000 };
  const paid = { is_own: false, model: "gpt-realtime-2.1", used_ms: 374_000, cost_micros: 1_234_000, tokens };
  const cost = await page(
    sampleCost({ ...paid, is_price_known: false, legs: [sampleLegCost(paid), sampleLegCost({ leg: 2 })] }),
  );
  expect(cost.getByText(/Provider cost \$1\.23 · .* in 2 connections of 8 · 61% of what the model read/)).toBeTruthy();
  expect(cost.getByText(/a model has no price here/)).toBeTruthy();
  const [first, second] = cost.getAllByRole("listitem", { hidden: true });
  expect(first?.textContent).toBe("1: gpt-realtime-2.1, $1.23, 6 min 14 s, 20,000 tokens in (61% cached), 9,000 out");
  expect(second?.textContent).toContain("2: own voice engine, no cost");
});

it("says why a connection was refused", async () => {
  const refusals = [{ code: "budget_money", times: 3, last_at: NOW }];
  const cost = await page(sampleCost({ refusals }));
  expect(cost.getByText(/The day’s money was spent: 3 connections were refused, last/)).toBeTruthy();
});

it("names money in dollars, and what rounds to nothing", () => {
  expect([0, 4, 10_000, 1_234_567_000].map(money)).toEqual(["$0.00", "less than $0.01", "$0.01", "$1,234.57"]);
});
