#!/usr/bin/env bash
# Builds the web app into web/dist when a source is newer than the build, or always with --force.
set -euo pipefail
. "$(dirname "$0")/lib.sh"
cd "$root/web"
if [ "${1:-}" != --force ] && [ -e dist/.built ] &&
  [ -z "$(find src index.html candidate.html package-lock.json vite*.ts tsconfig*.json -newer dist/.built -print -quit)" ]; then
  exit 0
fi
say "building the web app"
npm run --silent build
touch dist/.built
