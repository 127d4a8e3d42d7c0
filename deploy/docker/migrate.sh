#!/bin/sh
# The one-shot container that comes before the services: token key, schemas and roles, topics, reference data. Each step
# may be repeated. Services get only the public half of the key.
set -eu
keys=/var/lib/taicho/keys
[ -s $keys/token.key ] || taicho token init --dir $keys
cp $keys/jwks.json /var/lib/taicho/jwks/jwks.json
taicho migrate
taicho topics
