#!/usr/bin/env bash
# Everything that must hold: checks, the Rust suites, the web app's suite, the official clients, the browser.
set -euo pipefail
. "$(dirname "$0")/lib.sh"
cd "$root"
began=$SECONDS
step() { say "[$((SECONDS - began)) s] $*"; }

scripts/check.sh
step "building the web app"
scripts/build-web.sh
step "building the server and its tests"
cargo build --workspace --locked --quiet
step "Rust tests"
scripts/with-postgres.sh cargo nextest run --workspace --locked
step "torture, in small"
scripts/torture.sh smoke
step "what must not compile"
cargo test --doc --package insights-server --locked --quiet
step "documentation builds"
RUSTDOCFLAGS="-D warnings -A rustdoc::private_intra_doc_links" cargo doc --workspace --no-deps --locked --quiet
step "web tests"
(cd web && npm run --silent test)
step "official clients against the engine"
scripts/conformance.sh
step "browser tests"
(cd web && node --test --test-concurrency=1 --test-reporter=spec e2e/*.test.mjs)
step "all passed"
