# shellcheck shell=bash
# Where the time of a run goes, statement by statement (BENCH_PROFILE=1): what pg_stat_statements counted between begin and
# end, by service and for a dossier. Sourced by run.sh; $BUILD/bench.profile has all runs of the bench.

profile_begin() {
    [ -n "${BENCH_PROFILE:-}" ] || return 0
    sql "SELECT pg_stat_statements_reset()" >/dev/null
}

# profile_end TITLE DOSSIERS
profile_end() {
    [ -n "${BENCH_PROFILE:-}" ] || return 0
    {
        printf '\n== %s: %s dossiers\n' "$1" "$2"
        profile_table "SELECT regexp_replace(rolname, '^taicho_', '') AS service,
                round(sum(calls) / $2::numeric, 2) AS calls, round((sum(total_exec_time) / $2)::numeric, 3) AS ms,
                round((1000 * sum(total_exec_time) / sum(calls))::numeric, 1) AS us_a_call,
                round(sum(wal_records) / $2::numeric, 1) AS wal_records, round(sum(wal_bytes) / $2) AS wal_bytes
            FROM pg_stat_statements JOIN pg_roles r ON r.oid = userid
            WHERE rolname LIKE 'taicho%' GROUP BY 1 ORDER BY 3 DESC"
        profile_table "SELECT regexp_replace(rolname, '^taicho_', '') AS service,
                round(calls / $2::numeric, 3) AS calls, round((total_exec_time / $2)::numeric, 4) AS ms,
                round((1000 * mean_exec_time)::numeric, 1) AS us_a_call, round(rows / $2::numeric, 2) AS rows,
                left(regexp_replace(query, '\s+', ' ', 'g'), 150) AS statement
            FROM pg_stat_statements JOIN pg_roles r ON r.oid = userid
            WHERE rolname LIKE 'taicho%' ORDER BY total_exec_time DESC LIMIT ${BENCH_PROFILE_TOP:-40}"
    } >>"$BUILD/bench.profile"
    say "  where its time went: $BUILD/bench.profile"
}

profile_table() { psql -X -v ON_ERROR_STOP=1 -P border=1 -P footer=off -d "$TAICHO_ADMIN_DATABASE_URL" -c "$1"; }
