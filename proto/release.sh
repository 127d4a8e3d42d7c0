#!/bin/sh
# Makes today's contract the released one: the image that `buf breaking` compares with from now on.
set -eu
cd "$(dirname "$0")"
[ -x node_modules/.bin/buf ] || npm ci --silent
node_modules/.bin/buf lint
node_modules/.bin/buf build -o released.binpb
echo "released.binpb is the contract as of today; commit it together with its release"
