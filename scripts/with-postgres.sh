#!/usr/bin/env bash
# with-postgres.sh COMMAND... : runs COMMAND beside a throw-away PostgreSQL cluster on a free port.
# COMMAND finds TEST_POSTGRES_URL, the URL of a superuser; each test makes a database of its own. Its programs are in PATH.
# POSTGRES_FSYNC=on: commits wait for the disk, as they do where data counts.
set -euo pipefail
. "$(dirname "$0")/lib.sh"
bin=$(ls -d /usr/lib/postgresql/*/bin 2>/dev/null | sort -V | tail -n1)
[ -n "$bin" ] || fail "PostgreSQL is missing: run this through make test"
dir=$(mktemp -d)
# PostgreSQL refuses to run as root: root hands it to the packaged user.
as=()
if [ "$(id -u)" -eq 0 ]; then as=(runuser -u postgres --); chown postgres "$dir"; fi
chmod 700 "$dir"
port=$(python3 -c 'import socket; s = socket.socket(); s.bind(("127.0.0.1", 0)); print(s.getsockname()[1])')
stop() { "${as[@]}" "$bin/pg_ctl" -D "$dir/data" -m immediate -s stop >/dev/null 2>&1 || true; rm -rf "$dir"; }
trap stop EXIT
cd "$dir"
"${as[@]}" "$bin/initdb" -D "$dir/data" -U postgres -A trust -E UTF8 --locale=C --no-sync >/dev/null
"${as[@]}" "$bin/pg_ctl" -D "$dir/data" -s -w -l "$dir/log" -o "-p $port -c listen_addresses=127.0.0.1 -c unix_socket_directories=$dir -c max_connections=300 -c fsync=${POSTGRES_FSYNC:-off}" start
cd "$root"
PATH="$bin:$PATH" TEST_POSTGRES_URL="postgres://postgres@127.0.0.1:$port/postgres" "$@"
