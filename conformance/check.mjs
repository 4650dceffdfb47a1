// Counts what holds and what does not; the process fails if anything does not.

let passed = 0;
let failed = 0;

/** Records one claim. */
export function check(holds, claim) {
  if (holds) {
    passed += 1;
    console.log(`  ok   ${claim}`);
  } else {
    failed += 1;
    console.log(`  FAIL ${claim}`);
  }
}

/** Prints the sum and ends the process. */
export function finish() {
  console.log(`${passed} passed, ${failed} failed`);
  process.exit(failed === 0 && passed > 0 ? 0 : 1);
}

/** Sets the script of a simulator's next calls; against a real engine (no control URL) it does nothing. */
export async function play(control, script) {
  if (!control) return;
  const headers = { "content-type": "application/json" };
  const answer = await fetch(`${control}/script`, { method: "PUT", headers, body: JSON.stringify(script) });
  if (answer.status !== 204) throw new Error(`the script was refused: ${answer.status} ${await answer.text()}`);
}
