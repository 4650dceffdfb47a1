#!/usr/bin/env bash
# Formatting, lints, types and dead code, for both languages.
set -euo pipefail
. "$(dirname "$0")/lib.sh"
cd "$root"
say "rustfmt"
cargo fmt --all --check
say "clippy"
cargo clippy --workspace --all-targets --locked --quiet -- -D warnings
say "web: lint, types"
(cd web && npm run --silent lint && npm run --silent types)
