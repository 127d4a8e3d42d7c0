#!/usr/bin/env bash
# A path has one owner: no two services answer the same method and path pattern.
set -eu
build=${1:?}
for s in intake appraisal approval return audit; do
    "$build/bin/taicho-$s" routes | awk -F'\t' -v s="$s" '{ path = $2; gsub(/:[a-z_]+/, ":", path); print $1 " " path "\t" s }'
done | sort | awk -F'\t' '$1 == last { print $1 " is answered by " owner " and " $2; bad = 1 } { last = $1; owner = $2 } END { exit bad }'
