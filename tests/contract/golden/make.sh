#!/bin/sh
# Makes NAME.bin of every NAME.txt, the golden bytes of an event. A released event's bytes never change: a new field is a
# new file beside the old one, and the old one still decodes.
set -eu
cd "$(dirname "$0")"
for f in *.txt; do
    protoc --proto_path=../../../proto --deterministic_output --encode=taicho.v1.LifecycleEvent taicho/v1/lifecycle.proto <"$f" >"${f%.txt}.bin"
done
