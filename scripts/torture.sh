#!/usr/bin/env bash
# torture.sh smoke|full|mutants : builds what the torture suite needs and runs it. `full` and `mutants` write docs/torture.md.
set -euo pipefail
. "$(dirname "$0")/lib.sh"
cd "$root"
case ${1:-smoke} in
  smoke)
    cargo build --locked --quiet --package insights-server --package torture
    exec "$CARGO_TARGET_DIR/debug/torture" run --tier smoke
    ;;
  full)
    scripts/build-web.sh
    cargo build --release --locked --quiet --package insights-server --package torture
    exec "$CARGO_TARGET_DIR/release/torture" run --tier full --record
    ;;
  mutants)
    # Its own place: the binary with seeded faults must never be taken for the product's.
    cargo build --locked --quiet --package insights-server --package torture --features insights-server/mutants,torture/mutants
    mkdir -p "$CARGO_TARGET_DIR/mutants"
    cp "$CARGO_TARGET_DIR"/debug/{insights,torture} "$CARGO_TARGET_DIR/mutants/"
    cargo build --locked --quiet --package insights-server --package torture
    exec "$CARGO_TARGET_DIR/mutants/torture" mutants --record
    ;;
  *) fail "torture.sh smoke|full|mutants" ;;
esac
