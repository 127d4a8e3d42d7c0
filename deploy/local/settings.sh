# shellcheck shell=bash
# shellcheck disable=SC2034 # used by those who source it
# Where the local system keeps its things and which ports it uses; sourced by every script of this folder.
# A setting that is already in the environment wins.

ROOT=$(cd "$(dirname "${BASH_SOURCE[0]}")/../.." && pwd -P)
HERE=$ROOT/deploy/local

RUN=${TAICHO_RUN:-$ROOT/.run}
case $RUN in
/*) ;;
*) RUN=$PWD/$RUN ;;
esac

PG_PORT=${TAICHO_PG_PORT:-5439}
KAFKA_PORT=${TAICHO_KAFKA_PORT:-9092}
KAFKA_CONTROLLER_PORT=${TAICHO_KAFKA_CONTROLLER_PORT:-9093}
GATEWAY_PORT=${TAICHO_GATEWAY_PORT:-8080}
# The services listen on the five ports that follow the gateway's default one, in the order of SERVICES.
SERVICE_PORT=${TAICHO_SERVICE_PORT:-8081}
SERVICES="intake appraisal approval return audit"

export TAICHO_RUN=$RUN

say() { printf '%s\n' "$*"; }
warn() { printf '%s\n' "$*" >&2; }
die() {
    printf '%s: %s\n' "$(basename "$0")" "$*" >&2
    exit 1
}

# service_port NAME: the port of a service
service_port() {
    local port=$SERVICE_PORT name
    for name in $SERVICES; do
        [ "$name" = "$1" ] && echo "$port" && return
        port=$((port + 1))
    done
    die "no service is called $1"
}

# secret NAME: the random text kept in $RUN/secrets/NAME, made on first use
secret() {
    local file=$RUN/secrets/$1
    mkdir -p "$RUN"
    [ -d "$RUN/secrets" ] || mkdir -m 700 "$RUN/secrets"
    if [ ! -s "$file" ]; then
        (umask 077 && od -An -N24 -tx1 /dev/urandom | tr -d ' \n' >"$file.new" && mv "$file.new" "$file")
    fi
    cat "$file"
}

# act_as_owner ARGUMENTS...: root in somebody's run folder begins again as that person, so that nothing in it becomes
# root's and is out of the person's reach the next time
act_as_owner() {
    local owner
    [ "$(id -u)" -eq 0 ] && [ -d "$RUN" ] && [ ! -O "$RUN" ] || return
    owner=$(stat -c %U "$RUN")
    exec setpriv --reuid="$owner" --regid="$(id -g "$owner")" --init-groups -- \
        env HOME="$(getent passwd "$owner" | cut -d: -f6)" "$0" "$@"
}
