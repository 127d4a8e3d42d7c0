#!/bin/sh
# Writes the gateway's nginx.conf and locations.conf into a folder.
#
#   render.sh FOLDER ROUTES
#
# ROUTES is a file of lines: service TAB what `taicho-SERVICE routes` prints. Settings from the environment:
#   GATEWAY_LISTEN           addresses, separated by spaces         (127.0.0.1:8080)
#   GATEWAY_RATE             requests a second of one client         (100)
#   GATEWAY_BODY             largest body                            (16m)
#   GATEWAY_USER             user of the workers when started as root (none: nginx's own)
#   GATEWAY_INTAKE ... GATEWAY_AUDIT   addresses of a service's processes, separated by spaces (127.0.0.1:8081 ... 8085)
set -eu
here=$(dirname "$0")
folder=$1 routes=$2

mkdir -p "$folder"
awk -f "$here/locations.awk" "$routes" >"$folder/locations.new"
mv "$folder/locations.new" "$folder/locations.conf"

upstream() {
    printf '    upstream %s {\n' "$1"
    for address in $2; do
        # None is given up: with one passed over for some seconds the other may be the one that stops next.
        printf '        server %s max_fails=0;\n' "$address"
    done
    printf '        keepalive 64;\n    }\n'
}

{
    upstream intake "${GATEWAY_INTAKE:-127.0.0.1:8081}"
    upstream appraisal "${GATEWAY_APPRAISAL:-127.0.0.1:8082}"
    upstream approval "${GATEWAY_APPROVAL:-127.0.0.1:8083}"
    upstream return "${GATEWAY_RETURN:-127.0.0.1:8084}"
    upstream audit "${GATEWAY_AUDIT:-127.0.0.1:8085}"
} >"$folder/upstreams.part"

for address in ${GATEWAY_LISTEN:-127.0.0.1:8080}; do
    printf '        listen %s;\n' "$address"
done >"$folder/listen.part"

awk -v run="$folder" -v rate="${GATEWAY_RATE:-100}" -v body="${GATEWAY_BODY:-16m}" -v user="${GATEWAY_USER:-}" '
    /^@USER@$/ { if (user != "") print "user " user ";"; next }
    /^@UPSTREAMS@$/ { while ((getline line < (run "/upstreams.part")) > 0) print line; next }
    /^@LISTEN@$/ { while ((getline line < (run "/listen.part")) > 0) print line; next }
    {
        gsub(/@BODY@/, body)
        gsub(/@RATE@/, rate)
        gsub(/@RUN@/, run)
        print
    }' "$here/nginx.conf.in" >"$folder/nginx.conf"
rm -f "$folder/upstreams.part" "$folder/listen.part"
