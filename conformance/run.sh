#!/usr/bin/env bash
# Lets official and independent clients talk with a running voice engine.
# Usage: conformance/run.sh BASE_URL KEY
set -euo pipefail
cd "$(dirname "$0")"
base=${1:?usage: run.sh BASE_URL KEY}
key=${2:?usage: run.sh BASE_URL KEY}
cache=${INSIGHTS_CACHE:-$HOME/.cache/insights}
venv=$cache/conformance-venv

if ! cmp -s requirements.txt "$venv/installed.txt"; then
  echo "installing the Python clients"
  python3 -m venv "$venv"
  "$venv/bin/pip" install --quiet --disable-pip-version-check -r requirements.txt
  cp requirements.txt "$venv/installed.txt"
fi
if ! cmp -s package-lock.json node_modules/.installed.json; then
  echo "installing the npm client"
  npm ci --silent --no-audit --no-fund
  cp package-lock.json node_modules/.installed.json
fi

failures=0
for run in "node ws.mjs" "$venv/bin/python ws.py" "$venv/bin/python call.py"; do
  echo "${run##*/}"
  $run "$base" "$key" || failures=$((failures + 1))
done
exit "$failures"
