#!/usr/bin/env bash
# Figures of this machine, in one run: start, memory, models, reply latency, page weight, hand-over. Not a test: nothing fails here.
set -euo pipefail
. "$(dirname "$0")/../scripts/lib.sh"
cd "$root"
say "building (release)"
cargo build --release --locked --quiet --package insights-server
cargo build --release --locked --quiet --package insights-voice --example measure
cargo build --release --locked --quiet --package insights-testkit --example load
node bench/product.mjs
say "speed of each model (real-time factor: seconds of work for a second of sound)"
"$CARGO_TARGET_DIR/release/examples/measure" --best
say "the candidate's page"
(cd web && node scripts/budget.mjs)
say "hand-over at the provider's hour, in a browser"
INSIGHTS_BIN="$CARGO_TARGET_DIR/release/insights" INSIGHTS__LOG__LEVEL=error node bench/handover.mjs
say "the way into the talk, beside nginx and a Node proxy"
(cd bench/sdp && npm install --no-save --no-audit --no-fund --loglevel=error)
node bench/sdp/run.mjs
say "durable appends, beside pgbench and one transaction for each event"
POSTGRES_FSYNC=on scripts/with-postgres.sh node bench/append/run.mjs
say "the same where a flush takes 2 ms more, as on a disk behind a network: for all of them"
slow=$(mktemp -d)
trap 'rm -rf "$slow"' EXIT
cc -shared -fPIC -O2 -o "$slow/slow_disk.so" bench/append/slow_disk.c -ldl
chmod 755 "$slow"
LD_PRELOAD="$slow/slow_disk.so" FLUSH_MS=2 POSTGRES_FSYNC=on scripts/with-postgres.sh node bench/append/run.mjs
say "an interview of an hour, by a scaled clock"
node bench/hour/scaled.mjs
say "live interviews without sound: what each costs the server"
node bench/live/run.mjs
