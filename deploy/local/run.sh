#!/bin/bash
# What `make run` starts: PostgreSQL, Kafka, the five services and the gateway; then the reference data and, the first
# time, a working day. What runs already is left alone; what was stored is found again.
#
# A database of your own: PGHOST (with PGPORT, PGUSER, PGPASSWORD, PGDATABASE). A broker of your own: KAFKA_BROKERS.
set -u
. "$(dirname "$0")/settings.sh"
. "$HERE/process.sh"
. "$HERE/port.sh"

BIN=${TAICHO_BIN:-$ROOT/build/bin}
REFERENCE=$ROOT/deploy/reference/binh-thuan
DAY=2019-10-01
SUPERVISE=$HERE/supervise.sh
OPEN=http://localhost:$GATEWAY_PORT

check_folder() {
    mkdir -p "$RUN/pid" "$RUN/log" 2>/dev/null
    [ -w "$RUN/pid" ] ||
        die "$RUN belongs to $(stat -c %U "$RUN"); use sudo as before, or set TAICHO_RUN to another folder"
    exec 9>"$RUN/lock"
    flock -n 9 || die "another make run or make stop is at work in $RUN"
}

# A port that is taken by a stranger is better named now than found in a log.
check_ports() {
    local name
    [ -n "${PGHOST:-}" ] || check_port "$PG_PORT" TAICHO_PG_PORT
    [ $BROKER != kafka ] || check_port "$KAFKA_PORT" TAICHO_KAFKA_PORT
    for name in $SERVICES; do check_port "$(service_port "$name")" TAICHO_SERVICE_PORT; done
    check_port "$GATEWAY_PORT" TAICHO_GATEWAY_PORT
}
check_port() { ! port_answers "$1" || die "port $1 is used by another program; set $2 to a free one"; }

check_programs() {
    local name
    for name in taichoctl taicho-intake taicho-appraisal taicho-approval taicho-return taicho-audit; do
        [ -x "$BIN/$name" ] || die "$BIN/$name is missing; run make first"
    done
}

# Kafka itself, or what stands in where it cannot be had. Sets BROKER to kafka, devbroker or own.
choose_broker() {
    # $RUN/env, read into this shell by hand, names the broker of an earlier run; that is not one of your own.
    [ "${TAICHO_BROKER:-own}" = own ] || KAFKA_BROKERS=
    if [ -n "${KAFKA_BROKERS:-}" ]; then
        BROKER=own
    elif [ "${TAICHO_KAFKA:-on}" != off ] && "$HERE/install.sh" kafka && "$HERE/kafka.sh" fetch; then
        BROKER=kafka
        KAFKA_BROKERS=127.0.0.1:$KAFKA_PORT
    else
        BROKER=devbroker
        say "Kafka cannot be had here: the development broker steps in, which keeps messages in memory only."
    fi
}

# The processes of this run, for the supervisor.
write_table() {
    local name
    {
        [ -n "${PGHOST:-}" ] || row postgres INT:30 - "$HERE/postgres.sh" run
        case $BROKER in
        kafka) row kafka TERM:15 - "$HERE/kafka.sh" run ;;
        devbroker) row devbroker TERM:10 - "$BIN/taicho-devbroker" --run-dir "$RUN/devbroker" ;;
        esac
        for name in $SERVICES; do
            row "$name" TERM:10 "$RUN/secrets/$name.env" "$BIN/taicho-$name" serve
        done
        row gateway QUIT:10 - /usr/sbin/nginx -e stderr -p "$RUN/nginx" -c "$RUN/nginx/nginx.conf" -g 'daemon off;'
    } >"$RUN/processes.new" && mv "$RUN/processes.new" "$RUN/processes"
}
row() {
    printf '%s\t%s\t%s\t' "$1" "$2" "$3"
    shift 3
    printf '%q ' "$@"
    echo
}

start_servers() {
    local names=()
    [ -n "${PGHOST:-}" ] || names+=(postgres)
    [ $BROKER = own ] || names+=("$BROKER")
    [ ${#names[@]} -gt 0 ] || return
    say "starting ${names[*]}"
    mkdir -p "$RUN/devbroker" && rm -f "$RUN/devbroker/bootstrap"
    [ -n "${PGHOST:-}" ] || "$HERE/postgres.sh" prepare || exit 1
    [ $BROKER != kafka ] || "$HERE/kafka.sh" prepare || exit 1
    "$SUPERVISE" start "${names[@]}"
    [ -n "${PGHOST:-}" ] || "$HERE/postgres.sh" ready || give_up postgres
    case $BROKER in
    kafka) "$HERE/kafka.sh" ready || give_up kafka "$RUN/kafka/server.log" ;;
    devbroker)
        wait_for 20 test -s "$RUN/devbroker/bootstrap" || give_up devbroker
        KAFKA_BROKERS=$(cat "$RUN/devbroker/bootstrap")
        ;;
    esac
}

# wait_for SECONDS COMMAND...: repeat it until it succeeds
wait_for() {
    local until=$((SECONDS + $1))
    shift
    until "$@" >/dev/null 2>&1; do
        [ $SECONDS -lt $until ] || return 1
        sleep 0.1
    done
}

# give_up NAME [LOG]: says why a process did not start, stops what was started, ends
give_up() {
    local log=${2:-$RUN/log/$1.log}
    warn "$1 did not become ready. The end of $log:"
    tail -n 20 "$log" >&2
    "$SUPERVISE" stop
    exit 1
}

# A Unix socket spares both sides the way through TCP. The server has none where the path would be too long, and a space
# in it would end the word.
database_host() {
    local folder
    folder=$(readlink -f "$RUN/pg")/socket
    if [ -S "$folder/.s.PGSQL.$PG_PORT" ] && [[ $folder != *[[:space:]]* ]]; then echo "$folder"; else echo 127.0.0.1; fi
}

# Where the database is: SERVER_CONNINFO for everybody, ADMIN_CONNINFO for taichoctl.
locate_database() {
    if [ -n "${PGHOST:-}" ]; then
        # A server that is new to taicho has no such database yet.
        psql -X -q -d "${PGDATABASE:-taicho}" -c '' 2>/dev/null ||
            psql -X -q -d postgres -c "CREATE DATABASE \"${PGDATABASE:-taicho}\"" ||
            { "$SUPERVISE" stop && die "the database at $PGHOST cannot be used; see PGPORT, PGUSER, PGPASSWORD, PGDATABASE"; }
        SERVER_CONNINFO="host=$PGHOST port=${PGPORT:-5432} dbname=${PGDATABASE:-taicho}"
        ADMIN_CONNINFO="$SERVER_CONNINFO user=${PGUSER:-$(id -un)}${PGPASSWORD:+ password=$PGPASSWORD}"
    else
        SERVER_CONNINFO="host=$(database_host) port=$PG_PORT dbname=taicho"
        ADMIN_CONNINFO=$(sed "s|host=127.0.0.1|host=$(database_host)|" "$RUN/secrets/pg.conninfo")
    fi
}

# Settings: one file per service, and $RUN/env for people: `. .run/env` makes taichoctl work in any shell.
setting() { printf 'export %s=%q\n' "$1" "$2"; }

shared_settings() {
    setting KAFKA_BROKERS "$KAFKA_BROKERS"
    setting TAICHO_BROKER "$BROKER"
    setting TAICHO_JWKS "$RUN/secrets/jwks.json"
    setting TAICHO_TOKEN_ISSUER "${TAICHO_TOKEN_ISSUER:-taicho-local}"
    setting TAICHO_TOKEN_AUDIENCE "${TAICHO_TOKEN_AUDIENCE:-taicho}"
}

service_settings() {
    shared_settings
    setting TAICHO_DATABASE_URL "$SERVER_CONNINFO user=taicho_$1 password=$(secret "$1.password")"
    setting TAICHO_LISTEN "127.0.0.1:$(service_port "$1")"
    setting TAICHO_INSTANCE "${TAICHO_INSTANCE:-1}"
    setting TAICHO_LOG_LEVEL "${TAICHO_LOG_LEVEL:-info}"
    # The development broker keeps no groups, and wakes no fetch that waits: one process takes all, and asks often.
    [ "$BROKER" != devbroker ] || setting TAICHO_GROUP off
    [ "$BROKER" != devbroker ] || setting TAICHO_FETCH_WAIT_MS 5
    # It also throws the oldest away, read or not: a service's relay waits for those who read from it.
    [ "$BROKER" != devbroker ] || setting TAICHO_THROTTLE "$(readers "$1")"
}

# readers NAME: the services that listen to it
readers() {
    local name
    for name in $SERVICES; do
        "$BIN/taicho-$name" consumes | cut -f1 | grep -qx "$1" && echo "$name"
    done | paste -sd, -
}

ctl_settings() {
    local name
    shared_settings
    setting TAICHO_RUN "$RUN"
    setting TAICHO_ADMIN_DATABASE_URL "$ADMIN_CONNINFO"
    setting TAICHO_GATEWAY "http://127.0.0.1:$GATEWAY_PORT"
    setting TAICHO_TOKEN_KEY "$RUN/secrets/token.key"
    for name in $SERVICES; do
        setting "TAICHO_PASSWORD_${name^^}" "$(secret "$name.password")"
        setting "TAICHO_URL_${name^^}" "http://127.0.0.1:$(service_port "$name")"
    done
    # shellcheck disable=SC2016 # for the shell that reads the file
    printf 'case :$PATH: in *:%q:*) ;; *) PATH=%q:$PATH ;; esac\n' "$BIN" "$BIN"
}

write_settings() {
    local name
    (
        umask 077
        ctl_settings >"$RUN/env"
        for name in $SERVICES; do service_settings "$name" >"$RUN/secrets/$name.env"; done
    )
    # shellcheck source=/dev/null
    . "$RUN/env"
}

# The live figures ask for a role; the token behind the address is for this machine's own key and twelve hours.
say_open() {
    local token
    say "open $OPEN"
    token=$("$BIN/taichoctl" token --role dashboard --unit H11 --for 43200 2>/dev/null) &&
        say "  the figures, with a token of twelve hours: $OPEN/#token=$token"
}

step() {
    say "$1"
    shift
    "$@" || { warn "this failed: $*" && "$SUPERVISE" stop && exit 1; }
}

start_services() {
    local name limit=$((SECONDS + 60))
    say "starting $SERVICES"
    # shellcheck disable=SC2086 # a list of names
    "$SUPERVISE" start $SERVICES
    for name in $SERVICES; do
        wait_for $((limit - SECONDS)) curl -fsS -o /dev/null --max-time 2 "http://127.0.0.1:$(service_port "$name")/readyz" || give_up "$name"
    done
}

start_gateway() {
    local name listen="127.0.0.1:$GATEWAY_PORT"
    # Browsers may try ::1 first for localhost.
    grep -qs '^0\{31\}1 ' /proc/net/if_inet6 && listen="$listen [::1]:$GATEWAY_PORT"
    mkdir -p "$RUN/nginx"
    for name in $SERVICES; do
        "$BIN/taicho-$name" routes | sed "s/^/$name\t/"
        export "GATEWAY_${name^^}=127.0.0.1:$(service_port "$name")"
    done >"$RUN/nginx/routes"
    export GATEWAY_LISTEN=$listen GATEWAY_RATE=${GATEWAY_RATE:-100000}
    [ "$(id -u)" -ne 0 ] || export GATEWAY_USER="nobody nogroup"
    "$ROOT/deploy/nginx/render.sh" "$RUN/nginx" "$RUN/nginx/routes" || give_up gateway
    "$SUPERVISE" start gateway
    # Any answer will do: the front page may need a token.
    wait_for 10 curl -sS -o /dev/null --max-time 2 "http://127.0.0.1:$GATEWAY_PORT/" || give_up gateway
}

# The import is repeatable; an unchanged folder that was taken whole need not be read again.
load_reference() {
    local sum
    sum=$(cat "$REFERENCE"/* | cksum)
    [ "$(cat "$RUN/imported" 2>/dev/null)" = "$sum" ] && return
    step "loading the reference data" "$BIN/taichoctl" catalogue import "$REFERENCE"
    echo "$sum" >"$RUN/imported"
}

# The day's dates are counted again by the second engine where there is a python3; the books say whether they were.
play_day() {
    [ "$(cat "$RUN/played" 2>/dev/null)" = $DAY ] && return
    say "playing $DAY: ${TAICHO_DOSSIERS:-500} dossiers"
    { "$BIN/taichoctl" simulate --day $DAY --dossiers "${TAICHO_DOSSIERS:-500}" &&
        "$BIN/taichoctl" report; } ||
        die "the day was not played to its end; everything still runs, see $RUN/log"
    echo $DAY >"$RUN/played"
}

act_as_owner "$@"
check_folder
if [ -s "$RUN/processes" ] && "$SUPERVISE" status >/dev/null; then
    say "taicho runs already:"
    "$SUPERVISE" status
    say_open
    exit 0
fi
"$HERE/install.sh" run || exit 1
check_programs
# What is left of a run that was cut off is stopped in order first.
[ ! -s "$RUN/processes" ] || "$SUPERVISE" stop
choose_broker
check_ports
write_table
start_servers
locate_database
write_settings
[ -s "$RUN/secrets/token.key" ] || step "making the token key" "$BIN/taichoctl" token init --dir "$RUN/secrets"
# The business clock begins in the morning of the day that is played; only the first migration reads this.
TAICHO_CLOCK_START="${DAY}T07:30:00+07:00" step "preparing the database" "$BIN/taichoctl" migrate
step "preparing the topics" "$BIN/taichoctl" topics
start_services
start_gateway
load_reference
play_day
say_open
