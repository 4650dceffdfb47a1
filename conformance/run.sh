#!/usr/bin/env bash
# Lets official and independent clients talk with a running voice engine, or with a simulator.
# Usage: conformance/run.sh BASE_URL KEY [CONTROL_URL of the simulator]
set -euo pipefail
cd "$(dirname "$0")"
base=${1:?usage: run.sh BASE_URL KEY [CONTROL_URL]}
key=${2:?usage: run.sh BASE_URL KEY [CONTROL_URL]}
control=${3:-}
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

runs=("node ws.mjs" "$venv/bin/python ws.py" "$venv/bin/python call.py")
# These need a model that calls tools, or a script; and pages may speak with OpenAI's door directly only in tests.
[ -z "$control" ] || runs+=("node agents-session.mjs" "$venv/bin/python agents_session.py" "node browser.mjs")
failures=0
for run in "${runs[@]}"; do
  echo "${run##*/}"
  $run "$base" "$key" $control || failures=$((failures + 1))
done
exit "$failures"
