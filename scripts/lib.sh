# Shared by the scripts: messages, and installing what is missing. Sourced, not run.
root=$(cd "$(dirname "${BASH_SOURCE[0]}")/.." && pwd)
: "${INSIGHTS_CACHE:=${XDG_CACHE_HOME:-$HOME/.cache}/insights}"
: "${INSIGHTS_MODELS:=$INSIGHTS_CACHE/models}"
: "${CARGO_TARGET_DIR:=$INSIGHTS_CACHE/target}"
export INSIGHTS_CACHE INSIGHTS_MODELS CARGO_TARGET_DIR
mkdir -p "$INSIGHTS_CACHE"

say() { printf '\033[1m==>\033[0m %s\n' "$*" >&2; }
fail() { printf '\033[1;31mstopped:\033[0m %s\n' "$*" >&2; exit 1; }
have() { command -v "$1" >/dev/null 2>&1; }

# apt PACKAGE... : installs Debian packages, as root or through sudo.
apt() {
  local as=()
  if [ "$(id -u)" -ne 0 ]; then
    have sudo || fail "these Debian packages are missing and there is no root to install them: $*"
    as=(sudo)
  fi
  have apt-get || fail "these packages are missing; install them with your package manager: $*"
  say "installing $* (Debian packages)"
  "${as[@]}" apt-get update -qq
  DEBIAN_FRONTEND=noninteractive "${as[@]}" apt-get install -y -qq --no-install-recommends "$@" >"$INSIGHTS_CACHE/apt.log" 2>&1 \
    || { tail -n 20 "$INSIGHTS_CACHE/apt.log" >&2; fail "apt-get could not install: $*"; }
}

# at_least HAVE WANT : true when version HAVE is WANT or newer.
at_least() { [ "$(printf '%s\n%s\n' "$2" "$1" | sort -V | head -n1)" = "$2" ]; }
