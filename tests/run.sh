#!/usr/bin/env bash
# Runs the tests: tests/run.sh BUILD [PART-OF-A-NAME]. Every test program and script speaks TAP; a name picks single tests of
# a program too. PostgreSQL and Kafka are the run's own and end with it. Last line: N passed, N failed, N skipped.
# TEST_ONLY="pg/flow_relay e2e/01_straight_chain.py" runs those alone; TEST_WRAP is a command that C programs are run by.
#
# Two rows go at a time (TEST_ROWS=1: one), each with a PostgreSQL and a Kafka: programs, and scripts that drive the services.
# Behind both, one by one, scripts with a line `# Runs alone: why`.
set -u
build=${1:?usage: tests/run.sh BUILD [NAME]}
pick=${2:-}
here=$(dirname "$0")
dir=$(mktemp -d "${TMPDIR:-/tmp}/taicho-test.XXXXXX")
chmod 755 "$dir"
down() {
    local env
    for env in "$dir"/env.*.d; do "$here/lib/env.sh" down "$env" >/dev/null 2>&1; done
    rm -rf "$dir"
}
trap down EXIT
# shellcheck disable=SC2046
trap 'kill $(jobs -p) 2>/dev/null; wait; exit 130' INT TERM

export BUILD=$build
export CMOCKA_MESSAGE_OUTPUT=TAP
export ASAN_OPTIONS=${ASAN_OPTIONS:-detect_leaks=1:abort_on_error=0}
export LSAN_OPTIONS=${LSAN_OPTIONS:-suppressions=$here/lib/lsan.supp:print_suppressions=0}
export UBSAN_OPTIONS=${UBSAN_OPTIONS:-print_stacktrace=1}
export TSAN_OPTIONS=${TSAN_OPTIONS:-suppressions=$here/lib/tsan.supp:second_deadlock_stack=1}
ulimit -c 0

# kind name command: the programs by kind, then the executable scripts of the same folders (the whole fault campaign is none). What takes
# longest comes early, so that no row waits for it in the end.
list() {
    local kind file
    for kind in sim unit fuzz pg bus contract fault e2e; do
        for file in "$here/$kind"/*.c; do
            [ -e "$file" ] && echo "$kind $(basename "$file" .c) $build/tests/$kind/$(basename "$file" .c)"
        done
        for file in "$here/$kind"/*.sh "$here/$kind"/*.py; do
            [ -x "$file" ] && echo "$kind $(basename "$file") $file"
        done
    done
}

# A program is run when its name fits, or when one of its tests does (then only that test).
chosen() {
    local program=$1 source=$2
    [ -z "${TEST_ONLY:-}" ] || [[ " $TEST_ONLY " == *" $program "* ]] || return 1
    [ -z "$pick" ] || [[ $program == *"$pick"* ]] || grep -qs -- "$pick" "$source"
}

source_of() {
    local source=$here/$1/$2
    [ -e "$source" ] || source=$source.c
    echo "$source"
}

# Three rows of what was chosen.
rows() {
    local kind name command source row
    : >"$dir/programs" && : >"$dir/scripts" && : >"$dir/alone"
    while read -r kind name command; do
        source=$(source_of "$kind" "$name")
        chosen "$kind/$name" "$source" || continue
        row=programs
        [[ " contract e2e fault " == *" $kind "* ]] && row=scripts
        grep -qs '^# Runs alone: ' "$source" && row=alone
        echo "$kind $name $command" >>"$dir/$row"
    done < <(list)
}

# The next one of a row, which more than one process may take from.
next_of() {
    (
        flock 9
        head -n 1 "$dir/$1"
        sed -i 1d "$dir/$1"
    ) 9>"$dir/lock"
}

# A PostgreSQL and a Kafka for this row.
started=''
environment() {
    local env=$dir/env.$BASHPID
    [ -n "$started" ] && return
    started=yes
    if TEST_PARENT=$BASHPID flock "$dir/lock.env" "$here/lib/env.sh" up "$env.d" >"$env.log" 2>&1; then
        # shellcheck disable=SC1090,SC1091
        . "$env.d/env"
    else
        echo "# no PostgreSQL or Kafka for the tests:"
        sed 's/^/# /' "$env.log"
    fi
}

# run KIND NAME COMMAND: prints a line of it, and what failed; adds to the results.
run() {
    local kind=$1 name=$2 command=$3 out=$dir/out.$BASHPID err=$dir/err.$BASHPID start rc ok bad skip wrap=()
    [[ " unit fuzz sim " == *" $kind "* ]] || environment
    [ -n "$pick" ] && [[ "$kind/$name" != *"$pick"* ]] && export CMOCKA_TEST_FILTER="*$pick*" && export TEST_FILTER="$pick"
    start=$(date +%s)
    [ -x "$here/$kind/$name" ] || read -ra wrap <<<"${TEST_WRAP:-}"
    # A shell's jobs ignore SIGINT, which PostgreSQL and others must hear.
    env --default-signal=INT,QUIT timeout --kill-after=10 "${TEST_TIMEOUT:-600}" "${wrap[@]}" "$command" >"$out" 2>"$err" &
    child=$!
    wait "$child"
    rc=$?
    unset CMOCKA_TEST_FILTER TEST_FILTER
    # cmocka says `not ok 3 # SKIP name`.
    sed -i 's/^not \(ok .*# SKIP\)/\1/' "$out"
    ok=$(grep -c '^ok ' "$out")
    bad=$(grep -c '^not ok ' "$out")
    skip=$(grep -ciE '^ok .*# *skip' "$out")
    # A program that dies, or ends badly without a failed line, or that ran nothing at all, has failed.
    if [ $rc -ne 0 ] && [ "$bad" -eq 0 ]; then bad=1; fi
    if [ "$ok" -eq 0 ] && [ "$bad" -eq 0 ]; then bad=1; echo "# $kind/$name ran no test"; fi
    printf '%s %s/%s: %d passed, %d failed, %d skipped (%d s)\n' "$([ "$bad" -eq 0 ] && echo ok || echo FAILED)" \
        "$kind" "$name" $((ok - skip)) "$bad" "$skip" $(($(date +%s) - start))
    if [ "$bad" -ne 0 ]; then
        grep '^not ok ' "$out" | sed 's/^/    /'
        grep -vE '^ok ' "$out" | tail -n 60 | sed 's/^/    /'
        # What a test said stands at the head, what a sanitizer says of it behind.
        head -n 20 "$err" | sed 's/^/    /'
        tail -n +21 "$err" | tail -n 50 | sed 's/^/    /'
    fi
    grep -iE '^ok .*# *skip' "$out" | sed 's/^/    /' | head -5
    echo "$((ok - skip)) $bad $skip $rc $kind/$name" >>"$dir/results.$BASHPID"
}

# work ROW...: all of these rows, one by one; what a program has to say comes in one piece.
work() {
    local row kind name command
    for row in "$@"; do
        while read -r kind name command < <(next_of "$row"); do
            run "$kind" "$name" "$command" >"$dir/said.$BASHPID"
            flock "$dir/lock" cat "$dir/said.$BASHPID"
        done
    done
}

rows
beside=''
if [ "${TEST_ROWS:-2}" -gt 1 ]; then
    (
        trap 'kill "$child" 2>/dev/null; exit 130' TERM
        child=''
        work scripts
    ) &
    beside=$!
fi
work programs scripts
[ -z "$beside" ] || wait "$beside"
work alone

passed=0 failed=0 skipped=0
while read -r ok bad skip rc name; do
    passed=$((passed + ok)) failed=$((failed + bad)) skipped=$((skipped + skip))
    [ "$bad" -eq 0 ] || echo "failed: $name (exit $rc)"
done < <(cat "$dir"/results.* 2>/dev/null)
echo "$passed passed, $failed failed, $skipped skipped"
[ "$failed" -eq 0 ] && [ "$passed" -gt 0 ]
