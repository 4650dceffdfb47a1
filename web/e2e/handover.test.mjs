// The provider's hour, twenty times in one interview: the silence that a candidate hears.
import assert from "node:assert/strict";
import { test } from "node:test";
import { handovers, listening, manyCalls, percentile, summary } from "./lib/handovers.mjs";
import { stage } from "./lib/stage.mjs";

const s = stage({ script: listening, env: manyCalls });

test("the next call goes on within four seconds when the provider's hour is over", { timeout: 300_000 }, async (t) => {
  const { calls, heard } = await handovers(s, 20);
  t.diagnostic(`from the end of a call to the next one's first sound: ${summary(calls)}`);
  t.diagnostic(`silence in the page: ${summary(heard)}`);
  assert.ok(percentile(calls, 0.95) <= 4000 && percentile(heard, 0.95) <= 4000);
  const session = await s.session();
  assert.deepEqual(
    session.legs.map(({ end_reason }) => end_reason),
    [...calls.map(() => "expired"), null],
  );
});
