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
