# shellcheck shell=bash
# Processes that outlive the script that started them. A pid file holds the pid and the time at which that process
# was born, so that a pid used again by a stranger is never taken for ours, and never ended.

# process_birth PID: when it was started, in clock ticks since boot; nothing when it does not run
process_birth() {
    local stat
    { read -r stat <"/proc/$1/stat"; } 2>/dev/null || return 1
    # The command's name may hold spaces and brackets: count the fields behind the last bracket.
    read -r -a stat <<<"${stat##*) }"
    [ "${stat[0]}" != Z ] && echo "${stat[19]}"
}

# process_note FILE PID: remember a process
process_note() {
    local birth
    birth=$(process_birth "$2") || return 1
    echo "$2 $birth" >"$1.new" && mv "$1.new" "$1"
}

# process_alive FILE: true while the process remembered in FILE runs; its pid is left in PROCESS_PID
process_alive() {
    local birth
    PROCESS_PID=
    [ -s "$1" ] && read -r PROCESS_PID birth <"$1" && [ "$(process_birth "$PROCESS_PID")" = "$birth" ]
}

# process_end FILE SIGNAL SECONDS: ask it to stop, end it by force when it has not after SECONDS
process_end() {
    local tries=$(($3 * 20))
    if process_alive "$1"; then
        kill -s "$2" "$PROCESS_PID" 2>/dev/null
        while process_alive "$1" && [ $tries -gt 0 ]; do
            sleep 0.05
            tries=$((tries - 1))
        done
        if process_alive "$1"; then
            warn "pid $PROCESS_PID did not stop within $3 s and is ended by force"
            kill -s KILL "$PROCESS_PID" 2>/dev/null
            while process_alive "$1"; do sleep 0.05; done
        fi
    fi
    rm -f "$1"
}

# process_spawn FILE LOG COMMAND...: start a command in a session of its own, so that neither Ctrl-C nor the end of
# the terminal reaches it, with none of our open files, so that nobody who waits for our output waits for it too
process_spawn() {
    local file=$1 log=$2
    shift 2
    mkdir -p "$(dirname "$file")" "$(dirname "$log")"
    setsid "$@" </dev/null >>"$log" 2>&1 3>&- 4>&- 5>&- 6>&- 7>&- 8>&- 9>&- &
    process_note "$file" $!
}
