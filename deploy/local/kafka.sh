#!/bin/bash
# One Kafka node in KRaft mode on the loopback address, its data under .run/kafka.
#
#   kafka.sh fetch     get the broker's jars (kafka/pom.xml) into build/, once
#   kafka.sh train     start it once for nothing, to keep its classes as the JVM wants them: later starts take half the work
#   kafka.sh start     start it in the background; port 0 means any free one
#   kafka.sh prepare   make what the first start needs, without starting
#   kafka.sh run       run it in the foreground, for the supervisor
#   kafka.sh ready     wait until it serves clients
#   kafka.sh stop | status | wipe
#
# $RUN/kafka/bootstrap holds the address for clients. KAFKA_OVERRIDE="NAME=VALUE ..." goes before what server.properties says.
set -u
. "$(dirname "$0")/settings.sh"
. "$HERE/process.sh"
. "$HERE/port.sh"

BASE=$RUN/kafka
PIDFILE=$RUN/pid/kafka
LOG=$RUN/log/kafka.log
POM=$HERE/kafka/pom.xml
VERSION=$(sed -n 's:.*<kafka.version>\(.*\)</kafka.version>.*:\1:p' "$POM")
JARS=$ROOT/build/kafka-$VERSION

# With this heap the process takes 210 MiB when idle and 230 MiB after 300 thousand messages at 118 thousand a second.
# Compiling with C2 stays on: it costs the start nothing that could be measured.
JVM=(-Xms64m "-Xmx${TAICHO_KAFKA_HEAP:-256m}" -XX:+UseSerialGC -XX:MaxDirectMemorySize=128m -XX:+ExitOnOutOfMemoryError
    -XX:-UsePerfData -Djava.awt.headless=true)

fetch() {
    command -v java >/dev/null || { warn "Kafka needs Java 17; deploy/local/install.sh run" && return 1; }
    # A changed pom means other jars.
    [ "$(cat "$JARS/.pom" 2>/dev/null)" = "$(cksum <"$POM")" ] && return
    command -v mvn >/dev/null || { warn "Kafka's jars are fetched by Maven; deploy/local/install.sh run" && return 1; }
    mkdir -p "$ROOT/build"
    (
        flock 9
        [ "$(cat "$JARS/.pom" 2>/dev/null)" = "$(cksum <"$POM")" ] && exit 0
        say "fetching Apache Kafka $VERSION"
        rm -rf "$JARS" "$JARS.new"
        mvn -B -q -f "$POM" dependency:copy-dependencies -DoutputDirectory="$JARS.new" >"$ROOT/build/kafka-fetch.log" 2>&1 &&
            cksum <"$POM" >"$JARS.new/.pom" && mv "$JARS.new" "$JARS"
    ) 9>"$ROOT/build/.kafka.lock" && return
    grep -m 3 ERROR "$ROOT/build/kafka-fetch.log" >&2
    warn "Kafka's jars could not be fetched, see build/kafka-fetch.log"
    return 1
}

# Without the archive everything works as well, only slower; the JVM ignores one that does not fit.
train() {
    local archive=$JARS/kafka.jsa
    [ ! -e "$archive" ] && fetch || return 0
    (
        flock 9
        [ -e "$archive" ] && exit
        TAICHO_RUN=$(mktemp -d) && export TAICHO_RUN
        TAICHO_KAFKA_PORT=0 KAFKA_ARCHIVE=$archive.new "$0" start
        "$0" stop
        [ ! -s "$archive.new" ] || mv "$archive.new" "$archive"
        rm -rf "$TAICHO_RUN"
    ) 9>"$ROOT/build/.kafka.train"
}

# Everything up to the command that is the broker, left in SERVER.
prepare() {
    local id setting
    fetch || exit 1
    mkdir -p "$BASE" "$RUN/pid" "$RUN/log" || die "cannot write to $RUN"
    {
        cat "$HERE/kafka/server.properties"
        echo
        echo "listeners=PLAINTEXT://127.0.0.1:$KAFKA_PORT,CONTROLLER://127.0.0.1:$KAFKA_CONTROLLER_PORT"
        echo "advertised.listeners=PLAINTEXT://127.0.0.1:$KAFKA_PORT"
        echo "controller.quorum.voters=1@127.0.0.1:$KAFKA_CONTROLLER_PORT"
        echo "log.dirs=$BASE/data"
    } >"$BASE/server.properties"
    [ -e "$JARS/kafka.jsa" ] && JVM+=(-XX:SharedArchiveFile="$JARS/kafka.jsa")
    [ -z "${KAFKA_ARCHIVE:-}" ] || JVM+=(-XX:ArchiveClassesAtExit="$KAFKA_ARCHIVE")
    JAVA=(java "${JVM[@]}" -Dlog4j2.configurationFile="$HERE/kafka/log4j2.properties" -cp "$JARS/*")
    if [ ! -s "$BASE/data/meta.properties" ]; then
        # A random id in Kafka's spelling: 22 letters of base64. A leading '-' would look like an option, and the last
        # letter has four spare bits that must be zero; hence the two that are fixed.
        id=$(head -c 15 /dev/urandom | base64 | tr '+/' '-_')
        "${JAVA[@]}" -Dtaicho.kafka.log="$BASE/format.log" -XX:TieredStopAtLevel=1 kafka.tools.StorageTool \
            format -t "T${id}A" -c "$BASE/server.properties" >>"$LOG" 2>&1 || die "Kafka's storage was not made, see $LOG"
    fi
    # Ready is read from the log: begin a new one.
    [ ! -e "$BASE/server.log" ] || mv "$BASE/server.log" "$BASE/server.log.1"
    echo "127.0.0.1:$KAFKA_PORT" >"$BASE/bootstrap"
    SERVER=("${JAVA[@]}" -Dtaicho.kafka.log="$BASE/server.log" kafka.Kafka "$BASE/server.properties")
    for setting in ${KAFKA_OVERRIDE:-}; do SERVER+=(--override "$setting"); done
}

ready() {
    local tries=600
    until grep -qs 'Kafka Server started' "$BASE/server.log"; do
        tries=$((tries - 1))
        [ $tries -gt 0 ] && process_alive "$PIDFILE" || return 1
        sleep 0.1
    done
}

start() {
    local tries=1 any=
    process_alive "$PIDFILE" && say "Kafka runs already (pid $PROCESS_PID)" && return
    [ "$KAFKA_PORT" = 0 ] && any=yes && tries=3
    while [ $tries -gt 0 ]; do
        [ -n "$any" ] && KAFKA_PORT=$(port_pick) && KAFKA_CONTROLLER_PORT=$(port_pick)
        port_answers "$KAFKA_PORT" && die "port $KAFKA_PORT is used by another program; set TAICHO_KAFKA_PORT"
        prepare
        process_spawn "$PIDFILE" "$LOG" "${SERVER[@]}"
        ready && return
        process_end "$PIDFILE" TERM 10
        tries=$((tries - 1))
    done
    tail -n 20 "$LOG" "$BASE/server.log" >&2
    die "Kafka did not start, see $BASE/server.log"
}

case ${1:-} in
fetch) fetch ;;
train) train ;;
start) start ;;
prepare) prepare ;;
run) prepare && exec "${SERVER[@]}" ;;
ready) ready ;;
stop) process_end "$PIDFILE" TERM 15 ;;
status)
    process_alive "$PIDFILE" || { say "Kafka does not run" && exit 3; }
    say "Kafka $VERSION runs at $(cat "$BASE/bootstrap") (pid $PROCESS_PID)"
    ;;
wipe)
    process_alive "$PIDFILE" && die "Kafka still runs"
    rm -rf "$BASE"
    ;;
*) die "usage: kafka.sh fetch|train|start|prepare|run|ready|stop|status|wipe" ;;
esac
