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
# The page about the reference data says of each file how many rows it has.
reference_rows() {
    local file rows real wrong=0
    while IFS='|' read -r _ file rows _; do
        file=${file//[\` ]/} rows=${rows// /}
        real=$(($(wc -l < "deploy/reference/binh-thuan/$file") - 1))
        [ "$rows" = "$real" ] || { echo "deploy/reference/README.md says $rows rows of $file: it has $real"; wrong=1; }
    done < <(grep -E '^\| `[a-z_]+\.csv` \| [0-9]+ \|' deploy/reference/README.md)
    return $wrong
}
# Two migrations of one number are applied in another order where one of them came later; those that are there stay.
twice='audit/029 intake/012 intake/043 return/008'
numbers() {
    local n wrong=0
    for n in $(git ls-files -co --exclude-standard -- 'services/*/db/[0-9]*.sql' | sed -E 's,services/([a-z]+)/db/([0-9]+)_.*,\1/\2,' | sort | uniq -d); do
        case " $twice " in
            *" $n "*) ;;
            *) echo "two migrations have the number $n: the later one takes the next that is free"; wrong=1 ;;
        esac
    done
    return $wrong
}
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
check 'reference data: rows as their page says' reference_rows
check 'a migration has a number of its own' numbers
check 'compose file' compose
check 'nothing left open' unfinished
exit $status
