#!/bin/bash
# Installs what is missing on a Debian 12 machine, by groups: install.sh [build] [run] [kafka] [lint] [test] [fuzz] [valgrind]
#
# Only what is missing: a program that is there counts, whoever installed it. Nothing that is installed here is left
# running or is started at boot, and Debian's own PostgreSQL cluster is not made: taicho starts its own servers.
set -u

# A bare word is a package; PROGRAM:PACKAGE names the package that brings a program.
# shellcheck disable=SC2034 # the groups are chosen by name
build="gcc:gcc make:make pkg-config:pkg-config protoc:protobuf-compiler protoc-gen-c:protobuf-c-compiler libc6-dev
    libprotobuf-c-dev libpq-dev librdkafka-dev libcjson-dev libmicrohttpd-dev librhonabwy-dev liborcania-dev
    libjansson-dev libutf8proc-dev libssl-dev libcurl4-openssl-dev"
# shellcheck disable=SC2034
run="postgresql-15 nginx:nginx-light curl:curl"
# shellcheck disable=SC2034
kafka="java:openjdk-17-jre-headless mvn:maven"
# shellcheck disable=SC2034
lint="clang:clang clang-format:clang-format clang-tidy:clang-tidy shellcheck:shellcheck node:nodejs npm:npm jq:jq
    python3:python3 git:git docker-compose:docker-compose"
# shellcheck disable=SC2034
fuzz="$build clang:clang libclang-rt-14-dev"
# libc6-dbg: without libc's symbols valgrind does not start
# shellcheck disable=SC2034
valgrind="valgrind:valgrind libc6-dbg"
# shellcheck disable=SC2034
test="$build $run $kafka libcmocka-dev jq:jq python3:python3"

missing() {
    local item packages=()
    for item in "$@"; do
        case $item in
        *:*) command -v "${item%:*}" >/dev/null || [ -x "/usr/sbin/${item%:*}" ] || echo "${item#*:}" ;;
        *) packages+=("$item") ;;
        esac
    done
    [ ${#packages[@]} -eq 0 ] && return
    # One question for all packages; those that dpkg has never heard of are not in its answer.
    dpkg-query -W -f '${Package} ${db:Status-Status}\n' "${packages[@]}" 2>/dev/null |
        awk -v want="${packages[*]}" '$2 == "installed" { have[$1] = 1 }
            END { n = split(want, w, " "); for (i = 1; i <= n; i++) if (!(w[i] in have)) print w[i] }'
}

as_root() {
    if [ "$(id -u)" -eq 0 ]; then
        env DEBIAN_FRONTEND=noninteractive "$@"
    else
        sudo env DEBIAN_FRONTEND=noninteractive "$@"
    fi
}

# The packages' scripts start their services unless a policy forbids it. Ours forbids just the two that come with us,
# and only while we install; a machine that has a policy keeps it.
POLICY=/usr/sbin/policy-rc.d
NO_CLUSTER=/etc/postgresql-common/createcluster.d/taicho.conf
MADE=()

guard() {
    if [ ! -e $POLICY ]; then
        MADE+=("$POLICY")
        as_root tee $POLICY >/dev/null <<'END' && as_root chmod 755 $POLICY
#!/bin/sh
# Made by taicho's deploy/local/install.sh, which removes it when it ends. If you find it later, remove it.
case $1 in
nginx* | postgresql*) exit 101 ;;
esac
exit 0
END
    fi
    if [ ! -e $NO_CLUSTER ]; then
        MADE+=("$NO_CLUSTER")
        as_root mkdir -p "${NO_CLUSTER%/*}" && echo 'create_main_cluster = false' | as_root tee $NO_CLUSTER >/dev/null
    fi
    trap unguard EXIT
    trap 'exit 130' INT TERM
}

# shellcheck disable=SC2317 # called by the trap
unguard() {
    [ ${#MADE[@]} -eq 0 ] || as_root rm -f "${MADE[@]}"
}

install() {
    as_root apt-get -o DPkg::Lock::Timeout=600 install -y -q --no-install-recommends "$@"
}

[ $# -gt 0 ] || set -- build run kafka
items=
for group in "$@"; do
    case $group in
    build | run | kafka | lint | test | fuzz | valgrind) items="$items ${!group}" ;;
    *) echo "usage: install.sh [build] [run] [kafka] [lint] [test] [fuzz] [valgrind]" >&2 && exit 2 ;;
    esac
done

# shellcheck disable=SC2086 # a list of words
wanted=$(missing $items | sort -u | tr '\n' ' ')
[ -n "$wanted" ] || exit 0

if ! command -v apt-get >/dev/null || { [ "$(id -u)" -ne 0 ] && ! command -v sudo >/dev/null; }; then
    echo "install.sh: these packages are missing and cannot be installed without apt-get and root or sudo: $wanted" >&2
    exit 1
fi
echo "installing $wanted"
guard
log=$(mktemp)
# The list of packages may never have been fetched, or be too old: fetch it when the first try fails.
# shellcheck disable=SC2086 # a list of words
install $wanted >"$log" 2>&1 ||
    { as_root apt-get -o DPkg::Lock::Timeout=600 update -q >>"$log" 2>&1 && install $wanted >>"$log" 2>&1; } ||
    { tail -n 20 "$log" >&2 && echo "install.sh: installing failed, see $log" >&2 && exit 1; }
rm -f "$log"
case " $wanted " in
*" nginx-light "*) as_root update-rc.d nginx disable >/dev/null 2>&1 ;;
esac
exit 0
