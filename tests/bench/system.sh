# shellcheck shell=bash
# A taicho of its own for the bench: in a folder on a real disk, on ports of its own, fsync on, real Kafka. Sourced by
# run.sh, which sets BUILD, WORK and ROOT.

export TAICHO_RUN=$WORK/run TAICHO_BIN=$WORK/bin TAICHO_BROKER=kafka
unset KAFKA_BROKERS PGHOST PG_FSYNC
LOCAL=$ROOT/deploy/local
SUPERVISE=$LOCAL/supervise.sh
REFERENCE=$ROOT/deploy/reference/binh-thuan
STAGES="intake appraisal approval return audit"
DAY=2019-10-01

# Six ports in a row that nobody uses: the gateway's and the services'; three more for the servers, one for a second process.
choose_ports() {
    local first p
    # shellcheck source=/dev/null
    . "$LOCAL/port.sh"
    while :; do
        first=$(port_pick)
        for p in 0 1 2 3 4 5 6 7 8 9; do port_free $((first + p)) || continue 2; done
        break
    done
    export TAICHO_GATEWAY_PORT=$first TAICHO_SERVICE_PORT=$((first + 1)) TAICHO_PG_PORT=$((first + 6))
    export TAICHO_KAFKA_PORT=$((first + 7)) TAICHO_KAFKA_CONTROLLER_PORT=$((first + 8))
    # shellcheck disable=SC2034 # run.sh uses it
    SECOND_PORT=$((first + 9))
}

# system_new: everything anew and empty, with the reference data
system_new() {
    system_end
    mkdir -p "$TAICHO_RUN"
    choose_ports
    # No day is played: the system begins empty.
    echo $DAY >"$TAICHO_RUN/played"
    "$LOCAL/run.sh" >"$WORK/start.log" 2>&1 || { tail -n 20 "$WORK/start.log" >&2 && die "the system did not start"; }
    # shellcheck source=/dev/null
    . "$TAICHO_RUN/env"
    sql "CREATE EXTENSION IF NOT EXISTS pg_stat_statements" >/dev/null
    today=$DAY
    [ -z "${BENCH_SETTINGS:-}" ] || try_settings
    say "  a new system in $TAICHO_RUN, services on $TAICHO_SERVICE_PORT and on"
}

# BENCH_SETTINGS="enable_seqscan=off jit=off" tries settings of PostgreSQL for the services' roles, to see their worth.
try_settings() {
    local name setting
    for name in $STAGES; do
        for setting in $BENCH_SETTINGS; do sql "ALTER ROLE taicho_$name SET $setting"; done
    done
    # shellcheck disable=SC2086 # a list of names
    { services_stop $STAGES && services_start $STAGES; }
}

system_end() {
    [ -d "$TAICHO_RUN" ] || return 0
    "$LOCAL/stop.sh" >/dev/null 2>&1
    "$LOCAL/postgres.sh" wipe >/dev/null 2>&1
    rm -rf "$TAICHO_RUN"
}

sql() { psql -X -q -A -t -v ON_ERROR_STOP=1 -d "$TAICHO_ADMIN_DATABASE_URL" -c "$1"; }

pid_of() { cut -d' ' -f1 "$TAICHO_RUN/pid/$1"; }

services_stop() { "$SUPERVISE" stop "$@"; }

# services_start NAME...: and wait until they are ready
services_start() {
    local name port limit=$((SECONDS + 60))
    "$SUPERVISE" start "$@"
    for name in "$@"; do
        port=$(port_of "$name")
        until curl -fs -o /dev/null --max-time 2 "http://127.0.0.1:$port/readyz"; do
            [ $SECONDS -lt $limit ] || die "$name did not become ready"
            sleep 0.1
        done
    done
}

port_of() {
    local port=$TAICHO_SERVICE_PORT name
    for name in $STAGES; do
        [ "$name" = "$1" ] && echo "$port" && return
        port=$((port + 1))
    done
}

# next_day: dossier codes begin anew; weekends are left out
next_day() {
    local days=1
    [ "$(date -d "$today" +%u)" = 5 ] && days=3
    taichoctl clock forward ${days}d >/dev/null || die "the clock did not move"
    today=$(date -d "$today + $days days" +%F)
}

# driver OPTIONS...: the load driver on this system, always in a shell of its own ($() or &), which it takes the place of so
# that it can be ended; prints "name value" lines
driver() {
    local name watch=()
    for name in postgres kafka $STAGES; do
        [ -e "$TAICHO_RUN/pid/$name" ] && watch+=(--watch "$name=$(pid_of "$name")")
    done
    exec "$BUILD/bench/driver" --reference "$REFERENCE" --secrets "$TAICHO_RUN/secrets" --port "$TAICHO_SERVICE_PORT" \
        --day "$today" "${watch[@]}" ${BENCH_VERBOSE:+--verbose} "$@"
}

# status_number SERVICE NAME: the last number of that name in the service's own status
status_number() {
    curl -fsS --max-time 5 -H "Authorization: Bearer $OPERATOR" "http://127.0.0.1:$(port_of "$1")/ops/status" |
        grep -o "\"$2\":[0-9]*" | tail -n 1 | cut -d: -f2
}

topic_bytes() { find "$TAICHO_RUN/kafka/data" -path '*/taicho.*' -name '*.log' -printf '%s\n' | awk '{ n += $1 } END { print n + 0 }'; }
wal_position() { sql "SELECT pg_wal_lsn_diff(pg_current_wal_lsn(), '0/0')"; }
stored_bytes() { sql "SELECT pg_database_size('taicho')"; }
