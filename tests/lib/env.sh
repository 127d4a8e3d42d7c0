#!/bin/bash
# A throw-away PostgreSQL and Kafka for tests, on free ports of the loopback address.
#
#   env.sh with [--no-kafka] DIR COMMAND...   start them, run the command with their addresses, stop them; its status
#   env.sh up   [--no-kafka] DIR              start them; they also end when the caller does
#   env.sh down DIR                           stop them and remove DIR
#
# The command's environment, and DIR/env to be sourced after `up`, hold
#   TEST_PG       superuser conninfo of an empty database taicho (fsync off, unless PG_FSYNC says on: a crash of the machine loses it)
#   TEST_KAFKA    bootstrap address; empty with --no-kafka, and where Kafka cannot be had (tests that need it are skipped)
# TEST_PARENT=PID names another process than the caller to end with.
set -u
local_scripts=$(cd "$(dirname "${BASH_SOURCE[0]}")/../../deploy/local" && pwd -P)
# shellcheck disable=SC1091
. "$local_scripts/process.sh"

warn() { printf '%s\n' "$*" >&2; }
usage() {
    warn "usage: env.sh with|up [--no-kafka] DIR [COMMAND...] | down DIR"
    exit 2
}

verb=${1:-}
[ $# -gt 0 ] && shift
kafka=yes
[ "${1:-}" = --no-kafka ] && kafka= && shift
[ $# -gt 0 ] || usage
mkdir -p "$1" || exit 1
dir=$(cd "$1" && pwd -P)
shift
export TAICHO_RUN=$dir PG_FSYNC=${PG_FSYNC:-off} TAICHO_PG_PORT=0 TAICHO_KAFKA_PORT=0

# Nothing here is worth a clean stop: PostgreSQL's immediate one, and KILL for a broker that takes two seconds to leave.
down() {
    [ -n "$dir" ] || return
    process_end "$dir/pid/kafka" KILL 5
    process_end "$dir/pid/postgres" QUIT 5
    "$local_scripts/postgres.sh" wipe
    rm -rf "$dir"
}

up() {
    local bootstrap='' starting=
    # What a killed run left in this folder goes first.
    [ ! -e "$dir/pid" ] || down
    mkdir -p "$dir"
    if [ -n "$kafka" ]; then
        "$local_scripts/kafka.sh" fetch >&2 || { kafka= && warn "Kafka cannot be had here: tests that need it are skipped"; }
    fi
    # Both at once: the broker takes the longer.
    if [ -n "$kafka" ]; then
        # A test run starts it many times.
        "$local_scripts/kafka.sh" train >&2
        "$local_scripts/kafka.sh" start &
        starting=$!
    fi
    if ! "$local_scripts/postgres.sh" start; then
        [ -z "$starting" ] || wait $starting
        down
        return 1
    fi
    if [ -n "$starting" ]; then
        wait $starting || { down && return 1; }
        bootstrap=$(cat "$dir/kafka/bootstrap")
    fi
    printf 'export TEST_PG=%q TEST_KAFKA=%q\n' "$(cat "$dir/secrets/pg.conninfo")" "$bootstrap" >"$dir/env"
}

# watch PID BIRTH: when that process is gone, whatever killed it, so are its servers
watch() {
    while [ "$(process_birth "$1")" = "$2" ] && [ -e "$dir/env" ]; do sleep 1; done
    # Somebody may have begun anew in this folder meanwhile: then it has a watcher of its own.
    [ "$(cat "$dir/watched" 2>/dev/null)" = "$1 $2" ] && down
}

start_watch() {
    local birth
    birth=$(process_birth "$1")
    echo "$1 $birth" >"$dir/watched"
    setsid "${BASH_SOURCE[0]}" watch "$dir" "$1" "$birth" </dev/null >/dev/null 2>&1 3>&- 4>&- 5>&- 6>&- 7>&- 8>&- 9>&- &
}

case $verb in
up)
    up || exit 1
    start_watch "${TEST_PARENT:-$PPID}"
    ;;
with)
    [ $# -gt 0 ] || usage
    trap down EXIT
    trap 'exit 130' INT
    trap 'exit 143' TERM HUP
    up || exit 1
    start_watch $$
    # shellcheck source=/dev/null
    . "$dir/env"
    "$@"
    exit
    ;;
down) down ;;
watch) watch "$1" "$2" ;;
*) usage ;;
esac
