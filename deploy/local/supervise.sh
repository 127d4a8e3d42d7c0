#!/bin/bash
# A small supervisor: one keeper per process starts it, starts it again when it dies, and keeps its log bounded.
#
#   supervise.sh start [NAME...]     those that do not run yet, in the table's order
#   supervise.sh stop [NAME...]      in the reverse order; only what was started here
#   supervise.sh status [NAME...]    fails when one of them does not run
#
# The table $RUN/processes has a line per process, its fields separated by tabs:
#   name   signal:seconds to stop it with   file of settings (or -)   command
set -u
. "$(dirname "$0")/settings.sh"
. "$HERE/process.sh"

TABLE=$RUN/processes
LOG_LIMIT=$((8 * 1024 * 1024))

# A process that lived this long had started well: the next pause is the shortest again.
WELL=10
PAUSES=(0.2 0.4 0.8 1.6 3.2 5)

# row NAME: sets STOP_SIGNAL, STOP_SECONDS, SETTINGS and COMMAND
row() {
    local name stop
    while IFS=$'\t' read -r name stop SETTINGS COMMAND; do
        STOP_SIGNAL=${stop%:*} STOP_SECONDS=${stop#*:}
        [ "$name" = "$1" ] && return
    done <"$TABLE"
    die "$TABLE has no process $1"
}

names() {
    if [ $# -gt 0 ]; then printf '%s\n' "$@"; else cut -f1 "$TABLE" 2>/dev/null; fi
}

# Copied and emptied, not renamed: the process goes on writing to the file that it has open.
bound_log() {
    [ "$(stat -c %s "$1" 2>/dev/null || echo 0)" -lt $LOG_LIMIT ] || { cp "$1" "$1.1" && : >"$1"; }
}

launch() {
    trap - TERM HUP INT
    set -a
    # shellcheck source=/dev/null
    [ "$SETTINGS" = - ] || . "$SETTINGS"
    set +a
    eval "exec $COMMAND"
}

keep() {
    local name=$1 log=$RUN/log/$1.log pidfile=$RUN/pid/$1 failures=0 born child rc pause sleeper=
    row "$name"
    trap 'process_end "$pidfile" "$STOP_SIGNAL" "$STOP_SECONDS" 2>&1; kill $sleeper; rm -f "$pidfile.keeper"; exit 0' TERM
    trap '' HUP INT
    # The shell's own word on who was killed adds nothing to what is said below.
    exec 2>/dev/null
    while :; do
        bound_log "$log"
        launch 2>&1 &
        child=$!
        process_note "$pidfile" $child
        born=$SECONDS
        while process_alive "$pidfile"; do
            sleep 10 &
            sleeper=$!
            wait -n $child $sleeper
            kill $sleeper
            bound_log "$log"
        done
        wait $child
        rc=$?
        [ $((SECONDS - born)) -ge $WELL ] && failures=0
        pause=${PAUSES[failures]}
        [ $failures -ge $((${#PAUSES[@]} - 1)) ] || failures=$((failures + 1))
        say "supervise: $name ended with status $rc after $((SECONDS - born)) s, started again in $pause s"
        sleep "$pause" &
        sleeper=$!
        wait $sleeper
    done
}

start() {
    local name tries
    mkdir -p "$RUN/pid" "$RUN/log"
    for name in $(names "$@"); do
        process_alive "$RUN/pid/$name.keeper" && continue
        row "$name"
        # A keeper that was killed leaves its process behind. It cannot be waited for, so it makes way.
        process_end "$RUN/pid/$name" "$STOP_SIGNAL" "$STOP_SECONDS"
        process_spawn "$RUN/pid/$name.keeper" "$RUN/log/$name.log" "$HERE/supervise.sh" keep "$name"
        tries=100
        until [ -e "$RUN/pid/$name" ] || [ $((tries -= 1)) -eq 0 ]; do sleep 0.02; done
    done
}

stop() {
    local name
    for name in $(names "$@" | tac); do
        row "$name"
        # The keeper stops its process; the second line is for a process whose keeper was killed.
        process_end "$RUN/pid/$name.keeper" TERM $((STOP_SECONDS + 2))
        process_end "$RUN/pid/$name" "$STOP_SIGNAL" "$STOP_SECONDS"
    done
}

status() {
    local name bad=0
    for name in $(names "$@"); do
        if process_alive "$RUN/pid/$name"; then
            printf '%-12s runs (pid %s)' "$name" "$PROCESS_PID"
            process_alive "$RUN/pid/$name.keeper" || printf ', unsupervised'
        else
            printf '%-12s does not run' "$name"
            process_alive "$RUN/pid/$name.keeper" && printf ', is being started again: %s' "$RUN/log/$name.log"
            bad=3
        fi
        echo
    done
    return $bad
}

case ${1:-} in
start | stop | status | keep) "$@" ;;
*) die "usage: supervise.sh start|stop|status [NAME...]" ;;
esac
