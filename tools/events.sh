#!/usr/bin/env bash
# Prints the event catalogue as a table, from what the five programs say: tools/events.sh BUILD.
set -eu
build=${1:?usage: tools/events.sh BUILD}
services='intake appraisal approval return'
echo '| event | emitter | what happened | taken up by |'
echo '|---|---|---|---|'
for s in $services; do
    "$build/bin/taicho-$s" emits | while IFS=$'\t' read -r type what _; do
        takers=''
        for c in $services audit; do
            [ "$c" = "$s" ] && continue
            act=$("$build/bin/taicho-$c" consumes | awk -F'\t' -v s="$s" -v t="$type" '$1 == s && $2 == t { print $3 }')
            [ -n "$act" ] && [ "$act" != skip ] && takers="$takers, $c"
        done
        echo "| $type | $s | $what | ${takers#, } |"
    done
done
