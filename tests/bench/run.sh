#!/bin/bash
# Measures the figures that the system promises: run.sh BUILD. A table for people, $BUILD/bench.json for others; see README.md.
#
#   BENCH_ONLY="NAME .." only these figures (with those that come out of the same runs)
#   BENCH_SECONDS=N     the length of the chain's run (120); all others follow it
#   BENCH_RUNS=N        runs of each figure, the median counts (3)
#   BENCH_FILL=N        finished dossiers for rate_at_1m_vs_empty (1000000)
#   BENCH_OPEN=N        open dossiers for holiday_dry_run_s and holiday_apply_s (100000)
#   BENCH_CASES=N       random cases for clock_oracle_differences (1000000)
#   BENCH_FLIGHT=N      dossiers under way at once when as fast as possible (1600)
#   BENCH_CONNECTIONS=N connections of the driver when as fast as possible (256)
#   BENCH_RATE=N        dossiers a second that count as full load, instead of measuring it
#   BENCH_DIR=DIR       where it works, on a real disk (/var/tmp); BENCH_KEEP=1 leaves the system running
#   BENCH_SETTINGS="NAME=VALUE ..."   settings of PostgreSQL to try for the services' roles
#   BENCH_VERBOSE=1     every second of every run
#   BENCH_PROFILE=1     what each statement cost in the chain's runs and at half load: $BUILD/bench.profile
set -u
BUILD=$(cd "${1:-build}" && pwd -P) || exit 2
ROOT=$(cd "$(dirname "$0")/../.." && pwd -P)
HERE=$ROOT/tests/bench
SECONDS_FULL=${BENCH_SECONDS:-120}
RUNS=${BENCH_RUNS:-3}
FILL=${BENCH_FILL:-1000000}
OPEN=${BENCH_OPEN:-100000}
CASES=${BENCH_CASES:-1000000}
FLIGHT=${BENCH_FLIGHT:-1600}
CONNECTIONS=${BENCH_CONNECTIONS:-256}
ONLY=${BENCH_ONLY:-}

say() { printf '%s\n' "$*" >&2; }
# What ends the run; its last words stand below the table. A shell inside this one leaves them for it.
die() {
    printf 'bench: %s\n' "$*" >&2
    [ ! -d "${WORK:-}" ] || echo "$*" >>"$WORK/died"
    exit 1
}

WORK=$(mktemp -d "${BENCH_DIR:-/var/tmp}/taicho-bench-XXXXXX") || exit 1
chmod 755 "$WORK"
# shellcheck source=system.sh
. "$HERE/system.sh"
# shellcheck source=profile.sh
. "$HERE/profile.sh"

# What was measured is told however the run ends: an hour's figures are not lost by what fails in the next one.
finish() {
    local status=$?
    trap - EXIT
    trap '' INT TERM
    if [ -n "${MEASURING:-}" ] && ! results && [ $status -eq 0 ]; then status=1; fi
    load_end
    second_end
    if [ -n "${BENCH_KEEP:-}" ]; then
        say "the system runs on: TAICHO_RUN=$TAICHO_RUN deploy/local/stop.sh"
    else
        system_end
        rm -rf "$WORK"
    fi
    exit $status
}
LOAD='' SECOND='' # a driver, and a second process of appraisal, while they run beside
trap finish EXIT
trap 'exit 130' INT TERM

# The driver is no part of the product: built here, with the product's own rules. The programs are copied, so that a
# build that goes on beside cannot change what is measured.
build_tools() {
    local names="driver dossier desk wire meter agenda histogram" name objects=() libs
    libs=$(pkg-config --libs libpq rdkafka libcjson libmicrohttpd librhonabwy liborcania jansson libutf8proc libprotobuf-c libcrypto libcurl)
    for name in $names executor clock; do objects+=("$BUILD/obj/tests/bench/$name.o"); done
    (cd "$ROOT" && make -s BUILD="$BUILD" "${objects[@]}" "$BUILD/libtaicho.a" "$BUILD/tests/oracle/worktime_cases") ||
        die "the tools were not built"
    mkdir -p "$BUILD/bench" "$WORK/bin"
    objects=()
    for name in $names; do objects+=("$BUILD/obj/tests/bench/$name.o"); done
    # shellcheck disable=SC2086 # a list of words
    gcc -pie -o "$BUILD/bench/driver" "${objects[@]}" "$BUILD/libtaicho.a" $libs -lm -pthread || exit 1
    # shellcheck disable=SC2086
    gcc -pie -o "$BUILD/bench/executor" "$BUILD/obj/tests/bench/executor.o" "$BUILD/obj/tests/bench/meter.o" \
        "$BUILD/libtaicho.a" $libs -lm -pthread || exit 1
    # shellcheck disable=SC2086
    gcc -pie -o "$BUILD/bench/clock" "$BUILD/obj/tests/bench/clock.o" "$BUILD/libtaicho.a" $libs -lm -pthread || exit 1
    cp "$BUILD"/bin/taicho* "$WORK/bin/"
}

# ---- figures

# One line per measured value: name value. The median of a name is what counts.
note() {
    echo "$1 $2" >>"$WORK/values"
    say "    $1 $2"
}
value() { awk -v name="$2" '$1 == name { v = $2 } END { print v }' <<<"$1"; }
median() {
    awk -v name="$1" '$1 == name { print $2 }' "$WORK/values" 2>/dev/null | sort -g |
        awk '{ v[NR] = $1 } END { if (NR) print (NR % 2 ? v[(NR + 1) / 2] : (v[NR / 2] + v[NR / 2 + 1]) / 2) }'
}
calc() { awk "BEGIN { printf \"%.3f\", $1 }"; }
at_least() { awk "BEGIN { print ($1 > $2) ? $1 : $2 }"; }

# A bare return would give what the shell had before its trap, where the results ask.
wanted() {
    [ -z "$ONLY" ] && return 0
    local name
    for name in "$@"; do [[ " $ONLY " == *" $name "* ]] && return 0; done
    return 1
}

# The most resident memory of a service, in MiB.
rss_of_largest() {
    local name
    for name in $STAGES; do awk '/VmRSS/ { print $2 / 1024 }' "/proc/$(pid_of "$name")/status"; done | sort -g | tail -n 1
}
rss_in() { for name in $STAGES; do value "$1" "rss_${name}_mib"; done | sort -g | tail -n 1; }

# Idle: each time anew, some seconds after all are ready.
idle() {
    local i
    for ((i = 1; i <= RUNS; i++)); do
        # shellcheck disable=SC2086 # a list of names
        [ $i = 1 ] || { services_stop $STAGES && services_start $STAGES; }
        sleep 5
        note rss_idle_mib "$(rss_of_largest)"
    done
}

chain() {
    local i out wal topic stored n
    say "the whole chain, as fast as it goes, $SECONDS_FULL s"
    for ((i = 1; i <= RUNS; i++)); do
        if [ $i = 1 ]; then
            system_measured
            idle
            warm_up
        fi
        next_day
        wal=$(wal_position) topic=$(topic_bytes) stored=$(stored_bytes)
        profile_begin
        out=$(driver --seconds "$SECONDS_FULL" --flight "$FLIGHT" --connections "$CONNECTIONS" --drain) || die "the driver failed: $out"
        n=$(value "$out" dossiers)
        profile_end "the chain as fast as it goes" "$n"
        note chain_dossiers_per_s "$(value "$out" dossiers_per_s)"
        note cpu_ms_per_dossier "$(value "$out" cpu_ms_per_dossier)"
        note cpu_driver_ms_per_dossier "$(value "$out" cpu_driver_ms_per_dossier)"
        for name in postgres kafka $STAGES; do note "cpu_${name}_ms_per_dossier" "$(value "$out" "cpu_${name}_ms_per_dossier")"; done
        note wal_bytes_per_dossier "$(calc "($(wal_position) - $wal) / $n")"
        note topic_bytes_per_dossier "$(calc "($(topic_bytes) - $topic) / $n")"
        note stored_bytes_per_dossier "$(calc "($(stored_bytes) - $stored) / $n")"
        note rss_full_mib "$(rss_in "$out")"
        note not_yet_per_dossier "$(calc "$(value "$out" not_yet) / $n")"
    done
}

# A broker that just began compiles its own code on the cores that are to be measured.
warm_up() {
    (driver --seconds $(((SECONDS_FULL + 1) / 2)) --flight "$FLIGHT" --connections "$CONNECTIONS" --drain) >"$WORK/warm" ||
        die "warming up failed"
}

# Sets HALF, half of the chain's rate: what was measured, what is given, or a short run. In this shell, since a system that
# is made for it stays, and a failure must end the run.
half_rate() {
    local rate=${BENCH_RATE:-$(median chain_dossiers_per_s)} out
    if [ -z "$rate" ]; then
        [ -e "$TAICHO_RUN/env" ] || system_measured
        out=$(driver --warm 5 --seconds $(((SECONDS_FULL + 3) / 4)) --flight "$FLIGHT" --connections "$CONNECTIONS" --drain) || die "the driver failed: $out"
        rate=$(value "$out" dossiers_per_s)
        say "  full load: $rate dossiers a second"
    fi
    HALF=$(calc "$rate / 2")
}

half() {
    local i out name
    half_rate
    say "half of that load, $HALF dossiers a second"
    [ -e "$TAICHO_RUN/env" ] || { system_measured && warm_up; }
    for ((i = 1; i <= RUNS; i++)); do
        next_day
        profile_begin
        out=$(driver --rate "$HALF" --warm 5 --seconds $((SECONDS_FULL / 2 + 1)) --probes 10 --connections 64) || die "the driver failed: $out"
        profile_end "half of that load, $HALF a second" "$(value "$out" dossiers)"
        for name in intake_p50_ms intake_p99_ms handoff_p50_ms handoff_p99_ms intake_appraisal_p99_ms \
            appraisal_approval_p99_ms approval_return_p99_ms whole_p50_ms cut_pages; do
            note $name "$(value "$out" $name)"
        done
        # Whether that load was reached at all, and what was answered with 503 or 429 (busy) or lost with its connection (broken).
        note half_wanted_per_s "$HALF"
        for name in reached_per_s busy broken; do note half_$name "$(value "$out" $name)"; done
    done
}

# The same with what else happens to dossiers.
mixed() {
    local i out
    say "the chain with a mix of 85 % straight, 8 % supplement, 4 % refusal, 3 % extension, $SECONDS_FULL s"
    system_measured
    warm_up
    for ((i = 1; i <= RUNS; i++)); do
        next_day
        out=$(driver --mode mixed --seconds "$SECONDS_FULL" --flight "$FLIGHT" --connections "$CONNECTIONS" --drain) || die "the driver failed: $out"
        note mixed_chain_dossiers_per_s "$(value "$out" dossiers_per_s)"
        note mixed_cpu_ms_per_dossier "$(value "$out" cpu_ms_per_dossier)"
    done
}

# A new system, and what its machine can do at this hour: rates of different hours are compared by their ratio to it.
system_measured() {
    local base
    system_new
    base=$(baseline 10)
    [ -n "$base" ] || die "pgbench failed: $(tail -n 3 "$WORK/pgbench.log")"
    note pgbench_per_s "$base"
}

baseline() {
    local url=${TAICHO_ADMIN_DATABASE_URL/dbname=taicho/dbname=bench}
    if [ -z "$(sql "SELECT 1 FROM pg_database WHERE datname = 'bench'")" ]; then
        sql "CREATE DATABASE bench"
    fi
    psql -X -q -d "$url" -c "DROP TABLE IF EXISTS bench_dossier, bench_outbox" \
        -c "CREATE TABLE bench_dossier (id uuid PRIMARY KEY, code text NOT NULL, state text NOT NULL, body text NOT NULL, at timestamptz NOT NULL DEFAULT now())" \
        -c "CREATE TABLE bench_outbox (id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY, topic text NOT NULL, part int NOT NULL, key text NOT NULL, body bytea NOT NULL, at timestamptz NOT NULL DEFAULT now())" 2>/dev/null
    # The tables are vacuumed as pgbench would: not at all, they are ours.
    pgbench -n -M prepared -c 32 -j 2 -T "$1" -f "$HERE/pgbench.sql" "$url" 2>"$WORK/pgbench.log" |
        awk '/^tps/ { print $3 }'
}

intake() {
    local i out seconds=$(((SECONDS_FULL + 3) / 4)) base rate
    say "intake alone against pgbench, 32 connections, $seconds s each"
    system_new
    services_stop appraisal approval return audit
    for ((i = 1; i <= RUNS; i++)); do
        next_day_alone
        base=$(baseline "$seconds")
        [ -n "$base" ] || die "pgbench failed: $(tail -n 3 "$WORK/pgbench.log")"
        out=$(driver --mode intake --warm 2 --seconds "$seconds" --flight 32 --connections 32) || die "the driver failed: $out"
        rate=$(value "$out" dossiers_per_s)
        note pgbench_per_s "$base"
        note intake_per_s "$rate"
        note intake_full_p99_ms "$(value "$out" receive_p99_ms)"
        note intake_vs_pgbench "$(calc "$rate / $base")"
    done
}
next_day_alone() { [ "$i" = 1 ] || next_day; }

# Dossiers that a stage knows, or intake has accepted: the tables are asked, since a consumer that is just coming back does
# not know how far it is behind.
known() {
    case $1 in
    intake) sql "SELECT count(*) FROM intake.dossier WHERE code IS NOT NULL" ;;
    audit) sql "SELECT count(*) FROM audit.fact" ;;
    *) sql "SELECT count(*) FROM \"$1\".dossier" ;;
    esac
}

# has_all RATE STAGE...: no more than are under way anyway at that rate
has_all() {
    local rate=$1 accepted name
    shift
    for name in "$@"; do
        accepted=$(known intake)
        awk -v n="$((accepted - $(known "$name")))" -v rate="$rate" 'BEGIN { exit n > rate / 4 }' || return 1
    done
}

# A driver beside what is measured; it is ended when that is done, or with the bench.
load_end() {
    [ -n "$LOAD" ] || return 0
    kill "$LOAD" 2>/dev/null
    wait "$LOAD" 2>/dev/null
    LOAD=''
}

drain() {
    local i rate out stop=$((SECONDS_FULL * 5)) start before now
    half_rate
    rate=$HALF
    say "appraisal stopped for $stop s at $rate dossiers a second, then drained while they go on coming"
    system_measured
    for ((i = 1; i <= RUNS; i++)); do
        next_day_alone
        # Dossiers are handed in all the time; it is ended by force when appraisal has caught up.
        driver --mode intake --rate "$rate" --seconds $((stop * 4 + 60)) --connections 32 >"$WORK/drain" 2>&1 &
        LOAD=$!
        services_stop appraisal
        sleep "$stop"
        before=$(known appraisal) start=$(date +%s.%N)
        note drain_waiting "$(($(known intake) - before))"
        services_start appraisal
        until has_all "$rate" appraisal; do
            kill -0 "$LOAD" 2>/dev/null || die "the driver ended before it was drained"
            sleep 0.5
        done
        now=$(date +%s.%N) out=$(($(known appraisal) - before))
        load_end
        note drain_s "$(calc "$now - $start")"
        note drain_dossiers_per_s "$(calc "$out / ($now - $start)")"
        note drain_vs_arrival "$(calc "$out / ($now - $start) / $rate")"
    done
}

# ---- a second process of appraisal that joins, and dies

SESSION=6 # session.timeout.ms of the consumers

# Partitions of the stages' topics, without the catalogue's, that a process has: no two may have one.
partitions_of() {
    sql "SELECT count(*) FROM appraisal.consumed WHERE owner = 'taicho-appraisal-$1' AND topic IN ('taicho.intake.v1', 'taicho.approval.v1')"
}

# shared FIRST SECOND SECONDS: until the two processes have so many of them
shared() {
    local limit=$((SECONDS + $3))
    until [ "$(partitions_of 1)" = "$1" ] && [ "$(partitions_of 2)" = "$2" ]; do
        [ $SECONDS -lt $limit ] || die "the partitions of appraisal did not move within $3 s: $(partitions_of 1) and $(partitions_of 2)"
        sleep 0.02
    done
}

# So far that it has lasted: who joins may move the same partitions once more.
rest() {
    local i
    for ((i = 0; i < 3; i++)); do
        sleep 1
        shared "$1" "$2" 20
    done
}

# It is no process of the supervisor's, which would start it again.
second_start() {
    (
        set -a
        # shellcheck source=/dev/null
        . "$TAICHO_RUN/secrets/appraisal.env"
        export TAICHO_INSTANCE=2 TAICHO_LISTEN=127.0.0.1:$SECOND_PORT
        exec "$WORK/bin/taicho-appraisal" serve
    ) >>"$WORK/second.log" 2>&1 &
    SECOND=$!
}

second_ready() {
    local limit=$((SECONDS + 60))
    until curl -fs -o /dev/null --max-time 2 "http://127.0.0.1:$SECOND_PORT/readyz"; do
        kill -0 "$SECOND" 2>/dev/null || die "the second process ended: $(tail -n 3 "$WORK/second.log")"
        [ $SECONDS -lt $limit ] || die "the second process did not become ready"
        sleep 0.02
    done
}

second_end() {
    [ -n "$SECOND" ] || return 0
    kill -KILL "$SECOND" 2>/dev/null
    wait "$SECOND" 2>/dev/null
    SECOND=''
}

# From its answer to /readyz until it has its half, and from kill -9 until the first one has all, while dossiers go through.
moves() {
    local i begun all
    half_rate
    say "a second process of appraisal joins, and dies, at $HALF dossiers a second"
    system_measured
    warm_up
    next_day
    all=$(partitions_of 1)
    [ "$all" -gt 1 ] || die "appraisal has no partitions"
    # More than it takes; it is ended when all moves are done.
    driver --rate "$HALF" --seconds $((RUNS * 120)) --connections 64 >"$WORK/moves" 2>&1 &
    LOAD=$!
    sleep 5
    for ((i = 1; i <= RUNS; i++)); do
        second_start
        second_ready
        begun=$(date +%s.%N)
        shared $((all / 2)) $((all / 2)) $((SESSION + 20))
        note appraisal_join_s "$(calc "$(date +%s.%N) - $begun")"
        rest $((all / 2)) $((all / 2))
        begun=$(date +%s.%N)
        second_end
        shared "$all" 0 $((SESSION + 20))
        note appraisal_leave_s "$(calc "$(date +%s.%N) - $begun")"
        rest "$all" 0
        kill -0 "$LOAD" 2>/dev/null || die "the driver ended before the moves were done: $(tail -n 3 "$WORK/moves")"
    done
    load_end
}

# A new holiday over open dossiers of five days and more, three working days after they came in: the dry run, and the batch
# until the last dossier has had its turn; beside it when the other services had heard of the last one.
HOLIDAYS="2019-10-04 2019-10-07 2019-10-08"
holiday() {
    local i day begun out release
    say "a new holiday over $OPEN open dossiers"
    system_measured
    until [ "$(known intake)" -ge "$OPEN" ]; do
        (driver --mode intake --seconds 15 --flight 64 --connections 64) >"$WORK/open" || die "the driver failed"
    done
    until has_all 1 appraisal approval return audit; do sleep 1; done
    cp -r "$REFERENCE" "$WORK/reference"
    i=0
    for day in $HOLIDAYS; do
        [ $((i += 1)) -le "$RUNS" ] || break
        sed "s/^vn,2019-09-02,/vn,$day,/;t;d" "$REFERENCE/calendar.csv" >>"$WORK/reference/calendar.csv"
        taichoctl catalogue import "$WORK/reference" >>"$WORK/import.log" 2>&1 || die "the calendar was not imported: $(tail -n 3 "$WORK/import.log")"
        sleep 3
        begun=$(date +%s.%N)
        out=$(taichoctl deadlines check | tail -n 1) || die "the dry run failed"
        note holiday_dry_run_s "$(calc "$(date +%s.%N) - $begun")"
        note holiday_dates "$(grep -o '[0-9]* dates would move' <<<"$out" | cut -d' ' -f1)"
        begun=$(date +%s.%N)
        release=$(sed -n 's/.* by release \([0-9]*\) .*/\1/p' <<<"$out")
        out=$(taichoctl deadlines move --release "$release" --batch "bench-$day" --reason bench) || die "the batch failed: $out"
        note holiday_apply_s "$(sed -n 's/.* counted again by batch .* in \([0-9.]*\) s .*/\1/p' <<<"$out")"
        until [ "$(sql "SELECT count(*) FROM intake.dossier i JOIN appraisal.dossier a USING (id) JOIN approval.dossier p USING (id)
            JOIN \"return\".dossier r USING (id) JOIN audit.fact f ON f.dossier = i.id
            WHERE i.due_at NOT IN (a.due_at) OR i.due_at NOT IN (p.due_at) OR i.due_at NOT IN (r.due_at) OR i.due_at NOT IN (f.due_at)")" = 0 ]; do
            sleep 0.5
        done
        note holiday_everywhere_s "$(calc "$(date +%s.%N) - $begun")"
    done
}

# The engine alone, on one core; and against its second implementation, once.
clocks() {
    local i out
    say "the working-time engine"
    for ((i = 1; i <= RUNS; i++)); do
        out=$(cd "$ROOT" && "$BUILD/bench/clock" 3 2>/dev/null) || die "the clock failed"
        note clock_due_dates_per_s "$(value "$out" clock_due_dates_per_s)"
        note clock_dossiers_per_s "$(value "$out" clock_dossiers_per_s)"
    done
}

oracle() {
    local out
    say "$CASES random cases against the second implementation"
    out=$(cd "$ROOT/tests/oracle" && "$BUILD/tests/oracle/worktime_cases" calendar.csv "$CASES" | ./clock.py calendar.csv)
    [ "$(value "$out" clock_oracle_cases)" = "$CASES" ] || die "not all cases were compared: $out"
    note clock_oracle_differences "$(value "$out" clock_oracle_differences)"
}

AWAY_RATE=300  # one event a dossier
AWAY_DRAIN=150 # how long they go on coming while it is drained
AWAY_LIMIT=600 # then it is given up; no limit of the figure

away() {
    local i out start stop=$((SECONDS_FULL * 5)) published='' now
    say "the broker away for $stop s while $AWAY_RATE dossiers a second are received"
    system_measured
    # shellcheck disable=SC2034 # system.sh uses it
    OPERATOR=$(taichoctl token --role operator --unit H11)
    for ((i = 1; i <= RUNS; i++)); do
        next_day_alone
        driver --mode intake --rate "$AWAY_RATE" --seconds $((stop + AWAY_DRAIN)) --connections 32 >"$WORK/away" &
        LOAD=$!
        sleep 5
        "$SUPERVISE" stop kafka
        sleep "$stop"
        start=$(date +%s.%N) published=''
        "$SUPERVISE" start kafka
        until [ -n "$published" ] && has_all "$AWAY_RATE" appraisal approval return audit; do
            [ "$(date +%s)" -lt $((${start%.*} + AWAY_LIMIT)) ] || die "not drained within $AWAY_LIMIT s"
            sleep 0.5
            [ -n "$published" ] || { few "$(status_number intake unpublished)" && published=$(date +%s.%N); }
        done
        now=$(date +%s.%N)
        wait "$LOAD" || die "the driver failed"
        LOAD=''
        out=$(cat "$WORK/away")
        note away_published_s "$(calc "$published - $start")"
        note away_drained_s "$(calc "$now - $start")"
        note away_accepted "$(value "$out" dossiers)"
        note away_not_accepted "$(calc "$(value "$out" refused) + $(value "$out" busy) + $(value "$out" broken) + $(value "$out" lost)")"
        note away_intake_p99_ms "$(value "$out" receive_p99_ms)"
    done
}

# few N: no more than are under way anyway at that rate
few() { [ -n "$1" ] && awk -v n="$1" -v rate="$AWAY_RATE" 'BEGIN { exit n > rate / 4 }'; }

fill() {
    local copies templates
    say "  storing $FILL finished dossiers"
    # shellcheck disable=SC2086 # a list of names
    services_stop $STAGES
    "$SUPERVISE" stop postgres
    PG_FSYNC=off postgres_start
    for setting in "full_page_writes = off" "max_wal_size = '16GB'" "autovacuum = off"; do sql "ALTER SYSTEM SET $setting"; done
    sql "SELECT pg_reload_conf()" >/dev/null
    fill_part 0 1
    templates=$(sql "SELECT count(*) FROM public.bench_template")
    [ "$templates" -gt 0 ] || die "no dossier is finished"
    copies=$(((FILL + templates - 1) / templates))
    fill_part 1 $copies &
    fill_part 2 $copies
    wait $! || die "filling failed"
    for setting in full_page_writes max_wal_size autovacuum; do sql "ALTER SYSTEM RESET $setting"; done
    sql "VACUUM (FREEZE, ANALYZE)"
    sql CHECKPOINT
    "$SUPERVISE" stop postgres
    sync
    postgres_start
    # shellcheck disable=SC2086 # a list of names
    services_start $STAGES
    note stored_gib "$(calc "$(stored_bytes) / 1073741824")"
}
postgres_start() {
    "$SUPERVISE" start postgres
    "$LOCAL/postgres.sh" ready || die "PostgreSQL did not start"
}
fill_part() {
    psql -X -q -d "$TAICHO_ADMIN_DATABASE_URL" -v part="$1" -v copies="$2" -f "$HERE/fill.sql" >>"$WORK/fill.log" 2>&1 ||
        { tail -n 5 "$WORK/fill.log" >&2 && die "filling failed"; }
}

grown() {
    local i out base seconds=$((SECONDS_FULL / 2 + 1)) when
    say "the chain on an empty system and with $FILL dossiers, $seconds s each"
    system_measured
    warm_up
    for when in empty 1m; do
        if [ $when = 1m ]; then
            fill
            warm_up
        fi
        # The two are half an hour apart: what the machine gave each of them stands beside the ratio.
        base=$(baseline 10)
        note "pgbench_${when}_per_s" "$base"
        for ((i = 1; i <= RUNS; i++)); do
            next_day
            out=$(driver --seconds "$seconds" --flight "$FLIGHT" --connections "$CONNECTIONS" --drain) || die "the driver failed: $out"
            note rate_$when "$(value "$out" dossiers_per_s)"
        done
    done
    note rate_at_1m_vs_empty "$(calc "$(median rate_1m) / $(median rate_empty)")"
}

# ---- what came out: name, unit, limit, aim, better is (more or less)
FIGURES="pgbench_per_s|1/s|||more
intake_vs_pgbench|x|1.2|1.5|more
chain_dossiers_per_s|1/s|500|1000|more
intake_p50_ms|ms|5|2|less
intake_p99_ms|ms|20|8|less
handoff_p99_ms|ms|60|30|less
cpu_ms_per_dossier|ms|3.0|1.3|less
wal_bytes_per_dossier|bytes|||less
topic_bytes_per_dossier|bytes|||less
stored_bytes_per_dossier|bytes|||less
rss_idle_mib|MiB|64|32|less
rss_full_mib|MiB|256|128|less
mixed_chain_dossiers_per_s|1/s|450||more
clock_due_dates_per_s|1/s|1000000||more
clock_oracle_differences||0|0|less
holiday_dry_run_s|s|10||less
holiday_apply_s|s|60||less
rate_at_1m_vs_empty|x|0.9|1.0|more
drain_vs_arrival|x|2|3|more
appraisal_join_s|s|2||less
appraisal_leave_s|s|$((SESSION + 2))||less
away_drained_s|s|60|30|less
away_not_accepted||0|0|less"

# The table and bench.json; what was wanted and not measured is named, with null as its value, and fails.
results() {
    local name unit limit aim better v first=1 verdict why missing=()
    printf '\n%-28s %12s %-6s %10s %10s\n' figure median unit limit aim
    echo "[" >"$BUILD/bench.json.new"
    while IFS='|' read -r name unit limit aim better; do
        v=$(median "$name")
        if [ -z "$v" ]; then
            wanted "$name" || continue
            missing+=("$name")
        fi
        verdict=
        if [ -z "$v" ]; then
            verdict="NOT MEASURED"
        elif [ -n "$limit" ]; then
            verdict=$(awk -v v="$v" -v l="$limit" -v a="$aim" -v b="$better" 'BEGIN {
                more = b == "more"; ok = more ? v >= l : v <= l; best = more ? v >= a : v <= a
                print a != "" && best ? "aim reached" : ok ? "holds" : "MISSED" }')
        fi
        printf '%-28s %12s %-6s %10s %10s  %s\n' "$name" "${v:--}" "$unit" "${limit:--}" "${aim:--}" "$verdict"
        [ $first = 1 ] || echo "," >>"$BUILD/bench.json.new"
        first=0
        printf '  {"name": "%s", "value": %s, "unit": "%s", "limit": %s}' "$name" "${v:-null}" "$unit" "${limit:-null}" >>"$BUILD/bench.json.new"
    done <<<"$FIGURES"
    printf '\n]\n' >>"$BUILD/bench.json.new"
    mv "$BUILD/bench.json.new" "$BUILD/bench.json"
    touch "$WORK/values"
    cp "$WORK/values" "$BUILD/bench.values"
    echo
    echo "beside them (medians):"
    cut -d' ' -f1 "$WORK/values" | awk '!seen[$0]++' | while read -r name; do
        grep -q "^$name|" <<<"$FIGURES" || printf '  %-34s %12s\n' "$name" "$(median "$name")"
    done
    printf '\n%s, %s cores, %s; load of others when it began: %s\n' "$(uname -sr)" "$(nproc)" \
        "$(awk '/MemTotal/ { printf "%.1f GiB", $2 / 1048576 }' /proc/meminfo)" "$OTHERS"
    if [ -z "${COMPLETE:-}" ]; then
        why=$(head -n 1 "$WORK/died" 2>/dev/null)
        printf 'ENDED EARLY: %s; what was being measured then may have fewer runs than %s\n' "${why:-interrupted}" "$RUNS"
    fi
    [ ${#missing[@]} -eq 0 ] || printf 'COULD NOT BE MEASURED: %s\n' "${missing[*]}"
    [ ${#missing[@]} -eq 0 ] && [ -n "${COMPLETE:-}" ]
}

# Names that are no figures are told before hours are spent.
for name in $ONLY; do
    grep -q "^$name|" <<<"$FIGURES" || die "there is no figure called $name"
done
OTHERS=$(cut -d' ' -f1-3 /proc/loadavg)
build_tools
MEASURING=1
wanted chain_dossiers_per_s cpu_ms_per_dossier wal_bytes_per_dossier topic_bytes_per_dossier stored_bytes_per_dossier \
    rss_idle_mib rss_full_mib && chain
wanted intake_p50_ms intake_p99_ms handoff_p99_ms && half
wanted mixed_chain_dossiers_per_s && mixed
wanted intake_vs_pgbench && intake
wanted drain_vs_arrival && drain
wanted appraisal_join_s appraisal_leave_s && moves
wanted away_drained_s away_not_accepted && away
wanted clock_due_dates_per_s && clocks
wanted clock_oracle_differences && oracle
wanted holiday_dry_run_s holiday_apply_s && holiday
wanted rate_at_1m_vs_empty && grown
COMPLETE=1
