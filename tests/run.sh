#!/usr/bin/env bash
# Runs the tests: tests/run.sh BUILD [PART-OF-A-NAME]. Every test program and script speaks TAP; a name picks single tests of
# a program too. PostgreSQL and Kafka are the run's own and end with it. Last line: N passed, N failed, N skipped.
# TEST_ONLY="pg/flow_relay e2e/01_straight_chain.py" runs those alone; TEST_WRAP is a command that C programs are run by.
set -u
build=${1:?usage: tests/run.sh BUILD [NAME]}
pick=${2:-}
here=$(dirname "$0")
dir=$(mktemp -d "${TMPDIR:-/tmp}/taicho-test.XXXXXX")
chmod 755 "$dir"
trap '"$here/lib/env.sh" down "$dir/env.d" >/dev/null 2>&1; rm -rf "$dir"' EXIT
trap 'exit 130' INT TERM

export BUILD=$build
export CMOCKA_MESSAGE_OUTPUT=TAP
export ASAN_OPTIONS=${ASAN_OPTIONS:-detect_leaks=1:abort_on_error=0}
export LSAN_OPTIONS=${LSAN_OPTIONS:-suppressions=$here/lib/lsan.supp:print_suppressions=0}
export UBSAN_OPTIONS=${UBSAN_OPTIONS:-print_stacktrace=1}
export TSAN_OPTIONS=${TSAN_OPTIONS:-suppressions=$here/lib/tsan.supp:second_deadlock_stack=1}
ulimit -c 0

# kind name command: the programs by kind, then the executable scripts of the same folders (the whole fault campaign is none).
list() {
    local kind file
    for kind in unit fuzz sim pg bus contract e2e fault; do
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

started=''
environment() {
    [ -n "$started" ] && return
    started=yes
    if "$here/lib/env.sh" up "$dir/env.d" >"$dir/env.log" 2>&1; then
        # shellcheck disable=SC1091
        . "$dir/env.d/env"
    else
        echo "# no PostgreSQL or Kafka for the tests:"
        sed 's/^/# /' "$dir/env.log"
    fi
}

passed=0 failed=0 skipped=0
failures=()
while read -r kind name command; do
    source=$here/$kind/$name
    [ -e "$source" ] || source=$source.c
    chosen "$kind/$name" "$source" || continue
    [[ " unit fuzz sim " == *" $kind "* ]] || environment
    [ -n "$pick" ] && [[ "$kind/$name" != *"$pick"* ]] && export CMOCKA_TEST_FILTER="*$pick*" && export TEST_FILTER="$pick"
    start=$(date +%s)
    wrap=()
    [ -x "$here/$kind/$name" ] || read -ra wrap <<<"${TEST_WRAP:-}"
    timeout --kill-after=10 "${TEST_TIMEOUT:-600}" "${wrap[@]}" "$command" >"$dir/out" 2>"$dir/err"
    rc=$?
    unset CMOCKA_TEST_FILTER TEST_FILTER
    # cmocka says `not ok 3 # SKIP name`.
    sed -i 's/^not \(ok .*# SKIP\)/\1/' "$dir/out"
    ok=$(grep -c '^ok ' "$dir/out")
    bad=$(grep -c '^not ok ' "$dir/out")
    skip=$(grep -ciE '^ok .*# *skip' "$dir/out")
    # A program that dies, or ends badly without a failed line, or that ran nothing at all, has failed.
    if [ $rc -ne 0 ] && [ "$bad" -eq 0 ]; then bad=1; fi
    if [ "$ok" -eq 0 ] && [ "$bad" -eq 0 ]; then bad=1; echo "# $kind/$name ran no test"; fi
    passed=$((passed + ok - skip)) failed=$((failed + bad)) skipped=$((skipped + skip))
    printf '%s %s/%s: %d passed, %d failed, %d skipped (%d s)\n' "$([ "$bad" -eq 0 ] && echo ok || echo FAILED)" \
        "$kind" "$name" $((ok - skip)) "$bad" "$skip" $(($(date +%s) - start))
    if [ "$bad" -ne 0 ]; then
        failures+=("$kind/$name (exit $rc)")
        grep -vE '^ok ' "$dir/out" | tail -n 60 | sed 's/^/    /'
        tail -n 60 "$dir/err" | sed 's/^/    /'
    fi
    grep -iE '^ok .*# *skip' "$dir/out" | sed 's/^/    /' | head -5
done < <(list)

for f in "${failures[@]}"; do echo "failed: $f"; done
echo "$passed passed, $failed failed, $skipped skipped"
[ "$failed" -eq 0 ] && [ "$passed" -gt 0 ]
