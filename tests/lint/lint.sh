#!/usr/bin/env bash
# Every check that needs no running system: tests/lint/lint.sh BUILD. Each line of the table is a check; all run, any failure fails.
set -u
build=${1:?usage: tests/lint/lint.sh BUILD}
here=$(dirname "$0")
status=0

check() {
    local name=$1
    shift
    local out
    if out=$("$@" 2>&1); then
        printf 'ok    %s\n' "$name"
    else
        printf 'FAIL  %s\n' "$name"
        printf '%s\n' "$out" | head -40 | sed 's/^/      /'
        status=1
    fi
}

sources() { git ls-files -co --exclude-standard -- '*.c' '*.h'; }
formatted() { sources | xargs clang-format --dry-run -Werror; }
includes() { sources | xargs awk -f "$here/includes.awk"; }
service_memory() { ! git ls-files -co --exclude-standard -- 'services/*.c' | grep -v '^services/ctl/' | xargs grep -nE '\b(malloc|calloc|realloc|free|strdup)\(' ; }
scripts() { git ls-files -co --exclude-standard -- '*.sh' .ci/run | xargs shellcheck -x -S warning; }
contract_lint() { cd proto && { [ -x node_modules/.bin/buf ] || npm ci --silent; } && node_modules/.bin/buf lint; }
contract_breaking() { cd proto && node_modules/.bin/buf breaking --against released.binpb; }
contract_table() { "$here/events.sh" "$build"; }
documents() { tools/docs.sh "$build" --check; }
reference() { python3 deploy/reference/check.py deploy/reference/binh-thuan; }
compose() { docker-compose -f docker-compose.yml config -q; }
routes() { "$here/routes.sh" "$build"; }
unfinished() { ! git grep -nE '\b(TODO|FIXME|XXX|HACK)\b' -- common services proto deploy tools tests ':!tests/lint/lint.sh'; }

check 'format (make fmt mends it)' formatted
check 'layers: who includes whom' includes
check 'services never allocate' service_memory
check 'shell scripts' scripts
check 'contract: buf lint' contract_lint
check 'contract: nothing of the last release is broken' contract_breaking
check 'contract: the event table is what the services say' contract_table
check 'a path has one owner' routes
check 'generated documents are fresh (make docs)' documents
check 'reference data' reference
check 'compose file' compose
check 'nothing left open' unfinished
exit $status
