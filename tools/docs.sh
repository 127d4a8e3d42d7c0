#!/usr/bin/env bash
# Writes the documents that the programs print of themselves: tools/docs.sh BUILD. With --check: says which are stale instead.
set -eu
build=${1:?usage: tools/docs.sh BUILD [--check]}
mode=${2:-}
status=0

put() {
    local file=$1 text
    text=$(cat)
    if [ "$mode" = --check ]; then
        [ -e "$file" ] && [ "$text" = "$(cat "$file")" ] || { echo "$file is stale: run make docs"; status=1; }
    else
        printf '%s\n' "$text" >"$file"
    fi
}

for s in intake appraisal approval return audit; do
    [ $s = audit ] || put services/$s/lifecycle.mmd < <("$build/bin/taicho-$s" fsm --mermaid)
done

configuration() {
    echo '# Settings'
    echo
    echo 'Printed by the programs (`taicho-X config`); written by `make docs`. A missing or wrong setting: the service refuses to start and names it.'
    for s in intake appraisal approval return audit; do
        printf '\n## %s\n\n' "$s"
        "$build/bin/taicho-$s" config
    done
}
put deploy/CONFIGURATION.md < <(configuration)

api() {
    echo '# HTTP API'
    echo
    echo 'Printed by the programs (`taicho-X routes`); written by `make docs`. Rights are the roles a token may carry; `public` needs none.'
    echo
    cat <<'END'
Headers of a `POST`:

| header | for |
|---|---|
| `Idempotency-Key` | always: 1 to 128 printable characters; the same key again gives the same answer (24 h), with another method, path, body or late entry it is refused. Best a UUIDv7 (RFC 9562, 5.7): the id of what a command creates takes its time, and what is new stands together in every index |
| `Taicho-Seen: intake=5, approval=2` | what the client was told by other stages: a stage that has not applied it yet answers 409 `not-yet` |
| `Taicho-Late-Entry: occurred_at=2019-10-01T09:10:00+07:00, reason=power, superior=H11.35.21-pd01` | of an act on a dossier that was done on paper while the system was away (common/README.md says by which rules) |
| `traceparent` | goes on into the events |
END
    for s in intake appraisal approval return audit; do
        printf '\n## %s\n\n| method | path | rights | what it does |\n|---|---|---|---|\n' "$s"
        "$build/bin/taicho-$s" routes | awk -F'\t' '{ printf "| %s | `%s` | %s | %s |\n", $1, $2, $3, $4 }'
    done
}
put deploy/API.md < <(api)

if [ "$mode" != --check ]; then
    events=$("$(dirname "$0")/events.sh" "$build")
    awk -v table="$events" '/^<!-- events -->/{print; print table; off=1} /^<!-- end -->/{off=0} !off{if(!/^<!-- events -->/)print}' proto/README.md >proto/README.md.new
    mv proto/README.md.new proto/README.md
fi
exit $status
