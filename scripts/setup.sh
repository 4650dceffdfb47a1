#!/usr/bin/env bash
# Installs what this machine lacks. `setup.sh run`: to build and start; `test`: also what the tests need; `bench`: also
# the peers that figures are compared with.
# Does nothing, in a second or so, when everything is there.
set -euo pipefail
. "$(dirname "$0")/lib.sh"
purpose=${1:-run}
cd "$root"

missing=()
have cc || missing+=(build-essential)
have python3 || missing+=(python3)
python3 -m pip --version >/dev/null 2>&1 || missing+=(python3-pip)
have espeak-ng || missing+=(espeak-ng) # pronounces words that the dictionary lacks; a separate process
if [ "$purpose" != run ]; then
  have chromium || missing+=(chromium fonts-dejavu-core)
  have ip || missing+=(iproute2) # network namespaces, to change a browser's network
fi
if [ "$purpose" != run ]; then # of the tests, and a peer to compare with
  [ -x /usr/lib/postgresql/15/bin/initdb ] || ls /usr/lib/postgresql/*/bin/initdb >/dev/null 2>&1 || missing+=(postgresql)
fi
if [ "$purpose" = test ]; then
  python3 -c 'import venv, ensurepip' >/dev/null 2>&1 || missing+=(python3-venv)
fi
if [ "$purpose" = bench ]; then
  [ -x /usr/sbin/nginx ] || missing+=(nginx-light) # a peer to compare with
fi
if [ ${#missing[@]} -gt 0 ]; then apt "${missing[@]}"; fi

have cargo || fail "Rust is missing. Install it from https://rustup.rs, then run this again."
rust=$(cargo --version | cut -d' ' -f2)
at_least "$rust" 1.95.0 || fail "Rust 1.95 or newer is needed, this is $rust. Run: rustup update"
have node || fail "Node.js 20.19 or newer is needed (https://nodejs.org); node was not found."
node=$(node --version | tr -d v)
at_least "$node" 20.19.0 || fail "Node.js 20.19 or newer is needed, this is $node."
if [ "$purpose" = test ] && ! cargo nextest --version >/dev/null 2>&1; then
  say "installing cargo-nextest (the test runner; a few minutes, once)"
  cargo install --locked --quiet cargo-nextest
fi

# The web app's packages, when the lock file has changed since they were installed.
stamp=web/node_modules/.installed
lock=$(sha256sum web/package-lock.json | cut -d' ' -f1)
if [ "$(cat "$stamp" 2>/dev/null || true)" != "$lock" ]; then
  say "installing the web app's packages"
  # Not `npm ci`: it refuses a lock file that was made where other platforms' optional packages cannot be had.
  # `install` takes the locked versions too; the lock file stays as it is.
  (cd web && cp package-lock.json "$INSIGHTS_CACHE/lock.json" && npm install --no-save --no-audit --no-fund --loglevel=error &&
    cp "$INSIGHTS_CACHE/lock.json" package-lock.json)
  echo "$lock" >"$stamp"
fi

models/fetch-models.sh "$INSIGHTS_MODELS"
