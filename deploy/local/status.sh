#!/bin/bash
# What runs, and how far each stage is.
set -u
. "$(dirname "$0")/settings.sh"

[ -s "$RUN/processes" ] || { say "nothing runs here" && exit 3; }
"$HERE/supervise.sh" status || exit
# shellcheck source=/dev/null
. "$RUN/env"
echo
exec taichoctl status
