#!/bin/sh
# The broker of docker-compose.yml: the same settings as the local one, for other containers instead of the loopback
# address. The cluster's id is drawn when the volume is new, so that consumers notice when the old log is gone; the
# image's own start would give every cluster the same id.
set -eu
data=/var/lib/kafka/data
config=/tmp/server.properties
{
    cat /etc/taicho/kafka.properties
    echo
    echo "listeners=PLAINTEXT://:9092,CONTROLLER://localhost:9093"
    echo "advertised.listeners=PLAINTEXT://kafka:9092"
    echo "controller.quorum.voters=1@localhost:9093"
    echo "log.dirs=$data"
} >$config
[ -e $data/meta.properties ] ||
    /opt/kafka/bin/kafka-storage.sh format -t "$(/opt/kafka/bin/kafka-storage.sh random-uuid)" -c $config
exec /opt/kafka/bin/kafka-server-start.sh $config
