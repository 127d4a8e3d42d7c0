#!/bin/bash
# Stops what run.sh started, in the reverse order, and nothing else. What was stored stays.
set -u
. "$(dirname "$0")/settings.sh"

[ -s "$RUN/processes" ] || { say "nothing runs here" && exit 0; }
act_as_owner "$@"
[ -w "$RUN/pid" ] || die "$RUN belongs to $(stat -c %U "$RUN"); use sudo as before"
exec 9>>"$RUN/lock"
flock -w 120 9 || die "another make run or make stop is at work in $RUN"
"$HERE/supervise.sh" status >/dev/null || [ -n "$(find "$RUN/pid" -type f -print -quit)" ] || {
    say "nothing runs here"
    exit 0
}
"$HERE/supervise.sh" stop
say "stopped; make run finds everything as it was"
