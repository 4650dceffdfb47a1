#!/usr/bin/env bash
# Lets the vendors' official clients talk with the voice engine and with the simulated provider, each on free ports.
set -euo pipefail
. "$(dirname "$0")/lib.sh"
cd "$root"
cargo build --locked --quiet --package insights-server
dir=$(mktemp -d)
key=sk-conformance-$RANDOM$RANDOM
mkfifo "$dir/hold"
exec 9<>"$dir/hold" # an engine whose standard input closes would stop
INSIGHTS__VOICE__KEY=$key INSIGHTS__VOICE__READY_FILE="$dir/ready.json" INSIGHTS__SERVER__DATA_DIR="$dir/data" \
  "$CARGO_TARGET_DIR/debug/insights" voice --bind 127.0.0.1:0 <&9 >"$dir/log" 2>&1 &
engine=$!
INSIGHTS__SERVER__DATA_DIR="$dir/data" "$CARGO_TARGET_DIR/debug/insights" sim --key "$key" --bind 127.0.0.1:0 \
  --control-bind 127.0.0.1:0 --udp 127.0.0.1:0 --ledger "$dir/ledger.jsonl" >"$dir/sim" 2>"$dir/sim.log" &
simulator=$!
trap 'kill $engine $simulator 2>/dev/null || true; rm -rf "$dir"' EXIT
for _ in $(seq 300); do grep -q '^control' "$dir/sim" && break; kill -0 $simulator 2>/dev/null || { cat "$dir/sim.log"; fail "the simulator did not start"; }; sleep 0.1; done
say "against the simulated provider"
conformance/run.sh "$(awk '/^base/ {print $3}' "$dir/sim")" "$key" "$(awk '/^control/ {print $3}' "$dir/sim")"
say "against the voice engine"
for _ in $(seq 300); do [ -s "$dir/ready.json" ] && break; kill -0 $engine 2>/dev/null || { cat "$dir/log"; fail "the engine did not start"; }; sleep 0.1; done
url=$(python3 -c 'import json, sys; print(json.load(open(sys.argv[1]))["url"])' "$dir/ready.json")
failed=0
conformance/run.sh "$url" "$key" || failed=1
# The chat endpoint that plays a local model in the tests is held to the official client too.
cargo build --workspace --locked --quiet --example chat
"$CARGO_TARGET_DIR/debug/examples/chat" <&9 >"$dir/chat" &
chat=$!
trap 'kill $engine $simulator $chat 2>/dev/null || true; rm -rf "$dir"' EXIT
for _ in $(seq 100); do [ -s "$dir/chat" ] && break; sleep 0.1; done
echo chat.mjs
node conformance/chat.mjs "$(cat "$dir/chat")" sk-chat || failed=1
exit $failed
