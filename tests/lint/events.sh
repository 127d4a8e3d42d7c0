#!/usr/bin/env bash
# The event table of proto/README.md is what the services say of themselves: type, emitter, consumers.
set -eu
build=${1:?}
printed=$(tools/events.sh "$build")
committed=$(awk '/^<!-- events -->/{on=1;next} /^<!-- end -->/{on=0} on' proto/README.md)
[ "$printed" = "$committed" ] && exit 0
echo "proto/README.md is stale: run make docs"
diff <(printf '%s\n' "$committed") <(printf '%s\n' "$printed") | head -20
exit 1
