/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The relay's SQL. All of it runs on the connection that holds the lock, so a relay that lost the lock saves nothing.
 *
 * Snapshots never leave the server: a tick begins where the one with the number before it ended.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "common/base/crash.h"
#include "common/flow/relay_private.h"

#define DEADLINE_MS 120000 /* a backlog of tens of millions is counted in one statement */

/*
 * One relay reads a few rows at the end of a big table: always by index, and planned once. (Turned-off
 * plan types cost 1e10, which would wake the JIT compiler.) A backlog of millions may take longer than a command may.
 */
static const struct db_stmt session = {
    "relay_session", "SELECT set_config('enable_seqscan', 'off', false), set_config('enable_bitmapscan', 'off', false),"
                     "       set_config('jit', 'off', false),"
                     "       set_config('plan_cache_mode', 'force_generic_plan', false), "
                     "set_config('statement_timeout', '110s', false)"};

static const struct db_stmt lead = {
    "relay_lead", "SELECT pg_try_advisory_lock(k.key) AS leads,"
                  "       (SELECT a.application_name FROM pg_locks l JOIN pg_stat_activity a ON a.pid = l.pid"
                  "         WHERE l.locktype = 'advisory' AND l.granted AND a.datname = current_database()"
                  "           AND (l.classid::bigint << 32 | l.objid::bigint) = k.key LIMIT 1) AS leader"
                  "  FROM (SELECT hashtextextended('taicho relay ' || current_schema(), 0) AS key) k"};

static const struct db_stmt load_relay = {"relay_load", "SELECT cluster FROM relay"};
static const struct db_stmt load_lanes = {
    "relay_load_lanes",
    "SELECT topic, \"partition\", next_sequence, last_offset FROM published ORDER BY topic, \"partition\""};
static const struct db_stmt load_tick = {
    "relay_load_tick", "SELECT id, rows, last_id, done_id, acknowledged,"
                       "       pg_snapshot_xmax(pg_current_snapshot()) < pg_snapshot_xmax(s2) AS backwards"
                       "  FROM tick ORDER BY id DESC LIMIT 1"};

/*
 * What this statement sees is S2; what S1 saw is left out. Nothing new: no row, and not even a transaction id is used.
 * Rows at or after xmax(S1), and those that were under way in S1: two ranges of the index on xid.
 */
static const struct db_stmt take = {
    "relay_take",
    "INSERT INTO tick (id, s1, s2, topics, partitions, sequences, counts, rows, first_id, last_id)"
    " SELECT $1, coalesce((SELECT s2 FROM tick WHERE id = $1 - 1), '1:1:'), pg_current_snapshot(),"
    "        array_agg(n.topic ORDER BY n.topic, n.\"partition\"),"
    "        array_agg(n.\"partition\" ORDER BY n.topic, n.\"partition\"),"
    "        array_agg(coalesce(p.next_sequence, 1) ORDER BY n.topic, n.\"partition\"),"
    "        array_agg(n.count ORDER BY n.topic, n.\"partition\"), sum(n.count), min(n.first_id), max(n.last_id)"
    "   FROM (SELECT topic, \"partition\", count(*) AS count, min(id) AS first_id, max(id) AS last_id"
    "           FROM (SELECT id, topic, \"partition\" FROM outbox"
    "                  WHERE xid >= (SELECT pg_snapshot_xmax(coalesce((SELECT s2 FROM tick WHERE id = $1 - 1), "
    "'1:1:')))"
    "                 UNION ALL"
    "                 SELECT id, topic, \"partition\" FROM outbox"
    "                  WHERE xid = ANY (ARRAY(SELECT pg_snapshot_xip(s2) FROM tick WHERE id = $1 - 1))) fresh"
    "          GROUP BY topic, \"partition\") n"
    "   LEFT JOIN published p ON p.topic = n.topic AND p.\"partition\" = n.\"partition\""
    " HAVING count(*) > 0"
    " RETURNING rows, last_id"};

/*
 * A tick's rows behind an id, in order, until there are enough of them or enough bytes; at least one. Rows of one id
 * (audit's view has two sources) are never cut apart.
 */
#define SLICE_OF(rows_)                                                                                                \
    "SELECT id, topic, \"partition\", key, event_id, type, time, content, trace, value, recorded_at"                   \
    "  FROM (SELECT o.*, sum(coalesce(octet_length(value), 0) + 300) OVER w AS bytes, rank() OVER w AS place"          \
    "          FROM (" rows_ " ORDER BY id FETCH FIRST $3 ROWS WITH TIES) o WINDOW w AS (ORDER BY id)) s"              \
    " WHERE bytes <= $4 OR place = 1"

/* id + 0: never along the ids, however small a day looks. */
static const struct db_stmt read_small = {"relay_read_small",
                                          RELAY_SMALL_ROWS(" AND id + 0 > $2") SLICE_OF("SELECT * FROM fresh")};
static const struct db_stmt read_big = {"relay_read_big", SLICE_OF(OUTBOX " WHERE id > $2 AND" RELAY_BIG_ROWS)};

/* Losing this is harmless: the same rows go out again under the same numbers. So it does not wait for the disk. */
static const struct db_stmt lightly = {"relay_lightly", "SELECT set_config('synchronous_commit', 'off', true)"};
static const struct db_stmt save_tick = {"relay_save_tick",
                                         "UPDATE tick SET done_id = $2, acknowledged = $3 WHERE id = $1"};
static const struct db_stmt save_lanes = {
    "relay_save_lanes", "INSERT INTO published (topic, \"partition\", next_sequence, last_offset)"
                        " SELECT * FROM unnest($1::text[], $2::int[], $3::bigint[], $4::bigint[])"
                        " ON CONFLICT (topic, \"partition\") DO UPDATE SET next_sequence = excluded.next_sequence,"
                        "                                                last_offset = excluded.last_offset"};
static const struct db_stmt save_cluster = {"relay_save_cluster", "UPDATE relay SET cluster = $1"};

/* What is not acknowledged. Asked only while the brokers do not answer. */
static const struct db_stmt measure = {
    "relay_measure",
    "SELECT count(*) AS count, min(recorded_at) AS oldest FROM outbox"
    " WHERE xid >= (SELECT coalesce((SELECT pg_snapshot_xmin(CASE WHEN acknowledged THEN s2 ELSE s1 END)"
    "                                  FROM tick ORDER BY id DESC LIMIT 1), '1'))"
    "   AND NOT pg_visible_in_snapshot(xid, (SELECT coalesce((SELECT CASE WHEN acknowledged THEN s2 ELSE s1 END"
    "                                                           FROM tick ORDER BY id DESC LIMIT 1), '1:1:')))"
    "   AND id + 0 > (SELECT coalesce((SELECT CASE WHEN acknowledged THEN 0 ELSE done_id END"
    "                                FROM tick ORDER BY id DESC LIMIT 1), 0))"};

const struct db_stmt *const relay_statements[] = {&session,
                                                  &lead,
                                                  &load_relay,
                                                  &load_lanes,
                                                  &load_tick,
                                                  &take,
                                                  &read_small,
                                                  &read_big,
                                                  &lightly,
                                                  &save_tick,
                                                  &save_lanes,
                                                  &save_cluster,
                                                  &measure,
                                                  &relay_make_days,
                                                  &relay_drop_day,
                                                  &relay_prune_rest,
                                                  &relay_prune_ticks,
                                                  &relay_first_tick,
                                                  &relay_probe_tick,
                                                  &relay_wanted_ticks,
                                                  &relay_count_small,
                                                  &relay_count_big,
                                                  &relay_catalogue_begin,
                                                  &relay_catalogue_lock,
                                                  &relay_catalogue_newest,
                                                  &relay_catalogue_release,
                                                  &relay_catalogue_add_records,
                                                  &relay_catalogue_add_others,
                                                  &relay_catalogue_commit,
                                                  &relay_catalogue_rollback,
                                                  NULL};

/* ---- lanes */

bool relay_is_dead_topic(const char *topic)
{
    size_t n = strlen(topic);
    return n > 4 && strcmp(topic + n - 4, ".dlq") == 0;
}

struct lane *relay_find_lane(struct relay *r, const char *topic, int partition)
{
    for (size_t i = 0; i < r->lane_count; i++)
        if (r->lanes[i].partition == partition && !strcmp(r->lanes[i].topic, topic))
            return &r->lanes[i];
    return NULL;
}

struct lane *relay_lane(struct relay *r, const char *topic, int partition)
{
    struct lane *known = relay_find_lane(r, topic, partition);
    if (known)
        return known;
    r->lanes = realloc(r->lanes, (r->lane_count + 1) * sizeof *r->lanes);
    BUG_IF(!r->lanes, "out of memory");
    struct lane *l = &r->lanes[r->lane_count++];
    *l = (struct lane){.topic = strdup(topic),
                       .partition = partition,
                       .next_sequence = 1,
                       .sequence = 1,
                       .last_offset = -1,
                       .offset = -1,
                       .lost_at = -1,
                       .from = 1,
                       .dead = relay_is_dead_topic(topic)};
    BUG_IF(!l->topic, "out of memory");
    for (const struct lane *other = r->lanes; other < l; other++)
        if (l->dead && !strcmp(other->topic, topic)) {
            l->refused_until = other->refused_until;
            l->told = other->told;
        }
    return l;
}

static void forget_lanes(struct relay *r)
{
    for (size_t i = 0; i < r->lane_count; i++)
        free(r->lanes[i].topic);
    r->lane_count = 0;
}

/* ---- leading */

enum err_code relay_connect(struct relay *r, struct err *reterr)
{
    if (r->db && !db_lost(r->db))
        return ERR_OK;
    if (r->leader) { /* the lock went with the connection: another relay may be publishing */
        r->leader = false;
        relay_producer_drop(r);
    }
    enum err_code rc = r->db
                           ? db_open_if_lost(r->db, reterr)
                           : db_open(r->config.conninfo, r->config.application,
                                     arena_printf(r->arena, "%s,ext", r->config.service), DEADLINE_MS, &r->db, reterr);
    if (rc)
        return rc;
    rc = db_run(r->db, r->arena, &session, DB_NO_ARGS, NULL, reterr);
    if (rc) { /* a living connection without these settings would be taken for one that has them */
        db_close(r->db);
        r->db = NULL;
    }
    return rc;
}

static void take_lanes(struct relay *r, const struct db_answer *q)
{
    forget_lanes(r);
    for (size_t i = 0; i < db_count(q); i++) {
        struct lane *l =
            relay_lane(r, db_get_text(q, i, db_column(q, "topic")), (int)db_get_int(q, i, db_column(q, "partition")));
        l->next_sequence = l->sequence = db_get_int(q, i, db_column(q, "next_sequence"));
        l->last_offset = l->offset = db_get_int(q, i, db_column(q, "last_offset"));
    }
}

static enum err_code load(struct relay *r, struct err *reterr)
{
    struct db_answer *relay = db_ask(r->db, r->arena, &load_relay, DB_NO_ARGS);
    struct db_answer *lanes = db_ask(r->db, r->arena, &load_lanes, DB_NO_ARGS);
    struct db_answer *newest = db_ask(r->db, r->arena, &load_tick, DB_NO_ARGS);
    enum err_code rc = db_flush(r->db, reterr);
    if (rc)
        return rc;

    const char *cluster = db_count(relay) ? db_get_text(relay, 0, db_column(relay, "cluster")) : "";
    snprintf(r->cluster, sizeof r->cluster, "%s", cluster);
    take_lanes(r, lanes);
    r->tick = (struct tick){0};
    if (db_count(newest) == 0)
        return ERR_OK;
    if (db_get_bool(newest, 0, db_column(newest, "backwards")))
        return err_set(
            reterr, ERR_CONFLICT,
            "the transaction ids of this database are older than the last tick: it was restored from a dump; "
            "delete from tick and set xid of the outbox's rows to DEFAULT: all of them go out once more");
    r->tick.id = db_get_int(newest, 0, db_column(newest, "id"));
    r->tick.open = !db_get_bool(newest, 0, db_column(newest, "acknowledged"));
    r->tick.rows = db_get_int(newest, 0, db_column(newest, "rows"));
    r->tick.last_id = db_get_int(newest, 0, db_column(newest, "last_id"));
    r->tick.done_id = db_get_int(newest, 0, db_column(newest, "done_id"));
    return ERR_OK;
}

enum err_code relay_lead(struct relay *r, bool *ret, struct err *reterr)
{
    struct db_answer *q;
    enum err_code rc = db_run(r->db, r->arena, &lead, DB_NO_ARGS, &q, reterr);
    if (rc)
        return rc;
    *ret = db_get_bool(q, 0, db_column(q, "leads"));
    const char *leader = db_get_text(q, 0, db_column(q, "leader"));
    snprintf(r->leader_name, sizeof r->leader_name, "%s", *ret ? r->config.application : leader ? leader : "");
    if (!*ret)
        return ERR_OK;
    r->checked = r->broker = false;
    r->days_due = r->made_due = 0;
    relay_rewind(r);
    rc = load(r, reterr);
    if (rc) /* the lock is counted: taken again by the next step, or gone with the connection */
        return rc;
    r->leader = true;
    crash_at(CRASH_RELAY_LED);
    return ERR_OK;
}

/* ---- ticks */

static struct db_answer *ask_read(struct relay *r, const struct db_stmt *how, int64_t tick, int64_t after)
{
    int64_t most = r->config.rows_max < RELAY_SLICE_ROWS ? r->config.rows_max : RELAY_SLICE_ROWS;
    return db_ask(r->db, r->arena, how,
                  DB_ARGS(db_int8(tick), db_int8(after), db_int8(most), db_int8(RELAY_SLICE_BYTES)));
}

/* One transaction: its rows come when the tick is on the disk. */
enum err_code relay_take(struct relay *r, struct db_answer **ret_rows, struct err *reterr)
{
    struct db_answer *q = db_ask(r->db, r->arena, &take, DB_ARGS(db_int8(r->tick.id + 1)));
    struct db_answer *rows = ret_rows ? ask_read(r, &read_small, r->tick.id + 1, 0) : NULL;
    enum err_code rc = db_flush(r->db, reterr);
    if (ret_rows)
        *ret_rows = NULL;
    if (rc || db_count(q) == 0)
        return rc;
    r->tick = (struct tick){.id = r->tick.id + 1,
                            .open = true,
                            .rows = db_get_int(q, 0, db_column(q, "rows")),
                            .last_id = db_get_int(q, 0, db_column(q, "last_id"))};
    if (ret_rows && r->tick.rows <= RELAY_SMALL_TICK)
        *ret_rows = rows;
    return ERR_OK;
}

enum err_code relay_read(struct relay *r, int64_t tick, int64_t rows, int64_t after, struct db_answer **ret,
                         struct err *reterr)
{
    *ret = ask_read(r, rows <= RELAY_SMALL_TICK ? &read_small : &read_big, tick, after);
    return db_flush(r->db, reterr);
}

/* A lane that is lost is saved with an offset that no broker reaches. */
static void ask_save_lanes(struct relay *r, bool lost)
{
    struct db_array *topics = db_array_new(r->arena, DB_TEXT), *partitions = db_array_new(r->arena, DB_INT4);
    struct db_array *sequences = db_array_new(r->arena, DB_INT8), *offsets = db_array_new(r->arena, DB_INT8);
    for (size_t i = 0; i < r->lane_count; i++)
        if (r->lanes[i].moved) {
            db_array_text(topics, r->lanes[i].topic);
            db_array_int(partitions, r->lanes[i].partition);
            db_array_int(sequences, r->lanes[i].sequence);
            db_array_int(offsets, lost ? INT64_MAX : r->lanes[i].offset);
        }
    if (db_array_count(topics) > 0)
        db_ask(r->db, r->arena, &save_lanes,
               DB_ARGS(db_items(topics), db_items(partitions), db_items(sequences), db_items(offsets)));
}

static void lanes_saved(struct relay *r)
{
    for (size_t i = 0; i < r->lane_count; i++) {
        struct lane *l = &r->lanes[i];
        l->next_sequence = l->sequence;
        l->last_offset = l->offset;
        l->lost_at = -1;
        l->lost = l->rewrite = false;
        l->moved = false;
    }
}

enum err_code relay_save(struct relay *r, struct err *reterr)
{
    bool whole = r->flight.last_id >= r->tick.last_id;
    db_ask(r->db, r->arena, &lightly, DB_NO_ARGS);
    ask_save_lanes(r, false);
    db_ask(r->db, r->arena, &save_tick, DB_ARGS(db_int8(r->tick.id), db_int8(r->flight.last_id), db_bool(whole)));
    enum err_code rc = db_flush(r->db, reterr);
    if (rc)
        return rc;
    lanes_saved(r);
    r->tick.done_id = r->flight.last_id;
    r->tick.open = !whole;
    return ERR_OK;
}

enum err_code relay_save_cluster(struct relay *r, const char *cluster, bool lost, struct err *reterr)
{
    bool anew = false;
    enum err_code rc = ERR_OK;
    for (size_t i = 0; i < r->lane_count && !lost; i++)
        anew |= r->lanes[i].rewrite;
    if (anew)
        rc = relay_begin_catalogue(r, reterr);
    if (rc)
        return rc;
    ask_save_lanes(r, lost);
    db_ask(r->db, r->arena, &save_cluster, DB_ARGS(db_text(cluster)));
    rc = anew ? relay_commit_catalogue(r, reterr) : db_flush(r->db, reterr);
    if (rc || lost)
        return rc;
    lanes_saved(r);
    snprintf(r->cluster, sizeof r->cluster, "%s", cluster);
    return ERR_OK;
}

/* ---- how much waits */

enum err_code relay_measure(struct relay *r, int64_t *ret_count, instant *ret_oldest, struct err *reterr)
{
    struct db_answer *q;
    enum err_code rc = db_run(r->db, r->arena, &measure, DB_NO_ARGS, &q, reterr);
    if (rc)
        return rc;
    *ret_count = db_get_int(q, 0, db_column(q, "count"));
    *ret_oldest = db_get_time(q, 0, db_column(q, "oldest"));
    return ERR_OK;
}
