#!/bin/bash
# A private PostgreSQL cluster under .run/pg. It shares nothing with the clusters that Debian's scripts manage.
#
#   postgres.sh start     start it in the background and make the database; port 0 means any free one
#   postgres.sh prepare   make what the first start needs, without starting
#   postgres.sh run       run it in the foreground, for the supervisor
#   postgres.sh ready     wait until it answers and make the database
#   postgres.sh stop | status | wipe
#
# PG_FSYNC=off trades safety for speed: for tests only.
# $RUN/secrets/pg.conninfo tells how to connect as its superuser.
set -u
. "$(dirname "$0")/settings.sh"
. "$HERE/process.sh"
. "$HERE/port.sh"

BASE=$RUN/pg
PIDFILE=$RUN/pid/postgres
LOG=$RUN/log/postgres.log
CONNINFO=$RUN/secrets/pg.conninfo

# PostgreSQL refuses to run as root: then it runs as whoever owns its data, the user postgres to begin with.
# What is in AS goes before a command.
choose_owner() {
    local owner=postgres
    AS=()
    [ -e "$BASE/data" ] && owner=$(stat -L -c %U "$BASE/data")
    if [ "$(id -u)" -eq 0 ]; then
        id "$owner" >/dev/null 2>&1 || die "there is no user $owner; deploy/local/install.sh run"
        AS=(setpriv --reuid="$owner" --regid="$(id -g "$owner")" --init-groups --)
    elif [ -e "$BASE/data" ] && [ ! -O "$BASE/data" ]; then
        die "$BASE belongs to $owner; use sudo as before, or set TAICHO_RUN to another folder"
    fi
}

# The programs of the version that made the data, else the newest.
find_programs() {
    local version
    version=$(cat "$BASE/data/PG_VERSION" 2>/dev/null) ||
        version=$(find /usr/lib/postgresql -mindepth 1 -maxdepth 1 -printf '%f\n' 2>/dev/null | sort -n | tail -1)
    PGBIN=/usr/lib/postgresql/${version:-15}/bin
    [ -x "$PGBIN/postgres" ] || die "PostgreSQL ${version:-15} is not installed; deploy/local/install.sh run"
}

# A folder that the server's user can enter: .run/pg, or one under /var/lib/taicho with a link to it.
make_folder() {
    local place
    [ -e "$BASE/data" ] && return
    rm -f "$BASE" 2>/dev/null
    if [ "$(id -u)" -eq 0 ] && ! "${AS[@]}" test -x "$RUN"; then
        mkdir -p /var/lib/taicho
        place=$(mktemp -d /var/lib/taicho/pg-XXXXXX) || exit 1
        ln -s "$place" "$BASE"
    fi
    mkdir -p "$BASE/"
    chmod 755 "$BASE/"
    mkdir -m 700 "$BASE/data"
    mkdir -m 755 "$BASE/socket"
    [ "$(id -u)" -ne 0 ] || chown postgres: "$BASE/" "$BASE/data" "$BASE/socket"
}

# as_owner_write FILE: adds standard input to a file that only the owner may read
as_owner_write() {
    # shellcheck disable=SC2016 # for the inner shell
    "${AS[@]}" sh -c 'umask 077; cat >>"$1"' sh "$1"
}

make_cluster() {
    local nosync=
    [ -s "$BASE/data/PG_VERSION" ] && [ ! -e "$BASE/password" ] && return
    # A first start that was cut off leaves half a cluster: begin again.
    find "$BASE/data/" -mindepth 1 -delete
    [ "${PG_FSYNC:-on}" = off ] && nosync=--no-sync
    rm -f "$BASE/password"
    secret pg.password | as_owner_write "$BASE/password"
    # The order of text must not depend on the machine: C.UTF-8. Where Vietnamese order is wanted, the SQL says so.
    (cd / && "${AS[@]}" "$PGBIN/initdb" -D "$BASE/data" -U postgres --pwfile="$BASE/password" --data-checksums \
        --encoding=UTF8 --locale=C.UTF-8 --auth=scram-sha-256 $nosync) >>"$LOG" 2>&1 || die "initdb failed, see $LOG"
    # initdb's own file stays: it holds what was found out about this machine's shared memory.
    echo "include 'taicho.conf'" | as_owner_write "$BASE/data/postgresql.conf"
    rm -f "$BASE/password"
}

# Everything up to the command that is the server, left in SERVER.
prepare() {
    local sockets
    mkdir -p "$RUN/pid" "$RUN/log" || die "cannot write to $RUN"
    choose_owner
    make_folder
    # Where .run is closed to the server's user, so is the link in it.
    BASE=$(readlink -f "$BASE")
    sockets=$BASE/socket
    find_programs
    make_cluster
    # Copied, since the server's user may not be able to read the checkout.
    rm -f "$BASE/data/taicho.conf"
    as_owner_write "$BASE/data/taicho.conf" <"$ROOT/deploy/postgres/postgresql.conf"
    # The path of a Unix socket has at most 107 bytes; without one there is still TCP.
    [ ${#sockets} -le 85 ] || sockets=
    SERVER=("${AS[@]}" "$PGBIN/postgres" -D "$BASE/data" -c port="$PG_PORT" -c unix_socket_directories="$sockets"
        -c fsync="${PG_FSYNC:-on}")
    [ -e "${PGBIN%/bin}/lib/pg_stat_statements.so" ] && SERVER+=(-c shared_preload_libraries=pg_stat_statements)
    (umask 077 && echo "host=127.0.0.1 port=$PG_PORT dbname=taicho user=postgres password=$(secret pg.password)" \
        >"$CONNINFO")
    cd / || exit 1
}

superuser() {
    "$PGBIN/psql" -X -q -A -t -v ON_ERROR_STOP=1 -c "$1" "$(sed 's/dbname=taicho/dbname=postgres/' "$CONNINFO")"
}

ready() {
    local tries=600 port
    find_programs
    port=$(sed 's/.* port=\([0-9]*\).*/\1/' "$CONNINFO") || return 1
    until "$PGBIN/pg_isready" -q -h 127.0.0.1 -p "$port"; do
        tries=$((tries - 1))
        [ $tries -gt 0 ] && process_alive "$PIDFILE" || return 1
        sleep 0.1
    done
    # Connecting with our password also shows that it is our server that listens there.
    if [ "$(superuser "SELECT count(*) FROM pg_database WHERE datname = 'taicho'")" != 1 ]; then
        superuser 'CREATE DATABASE taicho'
    fi
}

start() {
    local tries=1 any=
    process_alive "$PIDFILE" && say "PostgreSQL runs already (pid $PROCESS_PID)" && return
    [ "$PG_PORT" = 0 ] && any=yes && tries=3
    while [ $tries -gt 0 ]; do
        [ -n "$any" ] && PG_PORT=$(port_pick)
        port_answers "$PG_PORT" && die "port $PG_PORT is used by another program; set TAICHO_PG_PORT"
        prepare
        process_spawn "$PIDFILE" "$LOG" "${SERVER[@]}"
        ready && return
        process_end "$PIDFILE" INT 10
        tries=$((tries - 1))
    done
    tail -n 20 "$LOG" >&2
    die "PostgreSQL did not start, see $LOG"
}

case ${1:-} in
start) start ;;
prepare) prepare ;;
run) prepare && exec "${SERVER[@]}" ;;
ready) ready ;;
# INT is PostgreSQL's fast stop: it does not wait for clients to leave.
stop) process_end "$PIDFILE" INT 30 ;;
status)
    process_alive "$PIDFILE" || { say "PostgreSQL does not run" && exit 3; }
    say "PostgreSQL runs (pid $PROCESS_PID)"
    ;;
wipe)
    process_alive "$PIDFILE" && die "PostgreSQL still runs"
    place=$(readlink -f "$BASE")
    rm -rf "$place" && rm -f "$BASE"
    ;;
*) die "usage: postgres.sh start|prepare|run|ready|stop|status|wipe" ;;
esac
