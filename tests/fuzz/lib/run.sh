#!/usr/bin/env bash
# Runs every fuzz target for FUZZ_SECONDS (60) from its kept corpus: tests/fuzz/lib/run.sh BUILD [TARGET ...]. Says how many
# inputs were tried and what they reached beyond the kept ones; FUZZ_JOBS (1) targets at a time. An input that breaks something is left in
# BUILD/fuzz/found, and shown again by BUILD/fuzz/TARGET FILE; it goes into the corpus under a name that says what it
# shows, so that `make test` keeps it mended.
set -u
build=${1:?usage: tests/fuzz/lib/run.sh BUILD [TARGET ...]}
shift
here=$(dirname "$0")/..
seconds=${FUZZ_SECONDS:-60}
mkdir -p "$build/fuzz/found"
export ASAN_OPTIONS=${ASAN_OPTIONS:-detect_leaks=1} UBSAN_OPTIONS=${UBSAN_OPTIONS:-print_stacktrace=1}
ulimit -c 0

[ $# -gt 0 ] || for source in "$here"/*.c; do set -- "$@" "$(basename "$source" .c)"; done

# field LOG LINE NAME: libFuzzer says "#7 INITED cov: 12 ft: 34 ..."
field() { sed -n "s/^#[0-9]*[[:space:]]*$2 .*$3: \([0-9]*\).*/\1/p" "$1" | tail -n 1; }

# fuzz TARGET: its row of the table, and why when it broke; fails when it did
fuzz() {
    local target=$1 new=$build/fuzz/new/$1 log=$build/fuzz/$1.log outcome=clean before after options
    mkdir -p "$new"
    options=(-max_total_time="$seconds" -max_len=8192 -len_control=20 -timeout=10 -rss_limit_mb=2048 -print_final_stats=1
        -artifact_prefix="$build/fuzz/found/$target-")
    [ -e "$here/dict/$target" ] && options+=(-dict="$here/dict/$target")
    # What an earlier run has found goes first, as a second corpus.
    "$build/fuzz/$target" "${options[@]}" "$new" "$here/corpus/$target" >"$log" 2>&1 || outcome=BROKEN
    before=$(field "$log" INITED cov) after=$(field "$log" DONE cov)
    printf '%-10s %12s %7s %7s %7s\n' "$target" "$(sed -n 's/^stat::number_of_executed_units: //p' "$log")" \
        "${after:-${before:-?}}" "$((${after:-${before:-0}} - ${before:-0}))" "$outcome"
    [ "$outcome" = clean ] && return
    grep -E '^BUG|runtime error|ERROR: (Addr|Leak|libFuzzer)|^SUMMARY|Test unit written' "$log" | head -n 8 | sed 's/^/    /'
    return 1
}

failed=0
printf '%-10s %12s %7s %7s %7s\n' target executions edges new outcome
for target in "$@"; do
    # A row comes when its target is done, in one piece.
    while [ "$(jobs -rp | wc -l)" -ge "${FUZZ_JOBS:-1}" ]; do wait -n || failed=1; done
    (row=$(fuzz "$target"); rc=$?; printf '%s\n' "$row"; exit $rc) &
done
while [ -n "$(jobs -p)" ]; do wait -n || { [ $? -ne 127 ] && failed=1; }; done
exit $failed
