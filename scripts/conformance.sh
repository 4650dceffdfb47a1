#!/usr/bin/env bash
# Starts the voice engine on a free port and lets the vendors' official clients talk with it.
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
trap 'kill $engine 2>/dev/null || true; rm -rf "$dir"' EXIT
for _ in $(seq 300); do [ -s "$dir/ready.json" ] && break; kill -0 $engine 2>/dev/null || { cat "$dir/log"; fail "the engine did not start"; }; sleep 0.1; done
url=$(python3 -c 'import json, sys; print(json.load(open(sys.argv[1]))["url"])' "$dir/ready.json")
conformance/run.sh "$url" "$key"
