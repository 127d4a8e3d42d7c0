/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Numbers once more: what the broker lost, or what a listener misses. The ticks that are kept tell every row's number;
 * where to look is found by halving, the rest is looked through in pages; an operator's wish takes one page per step,
 * so that publishing goes on.
 *
 *   R1  A number is never given to another row. Rows may be gone of a tick that is kept (a day was dropped, and audit's
 *       ticks outlive its figures); then the numbers of that lane in that tick cannot be told any more, and are not.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "common/flow/event.h"
#include "common/base/crash.h"
#include "common/flow/relay_private.h"

#define REPLAY_ACK_MS 60000
#define PAGE_TICKS    5000

const struct db_stmt relay_first_tick = {"relay_first_tick", "SELECT coalesce(min(id), 0) AS id FROM tick"};

/* A lane's first number at or soon behind a tick. */
const struct db_stmt relay_probe_tick = {
    "relay_probe_tick",
    "SELECT t.id, l.first FROM (SELECT * FROM tick WHERE id >= $1 ORDER BY id LIMIT 2000) t"
    "  CROSS JOIN LATERAL unnest(t.topics, t.partitions, t.sequences) AS l(topic, \"partition\", first)"
    " WHERE l.topic = $2 AND l.\"partition\" = $3 ORDER BY t.id LIMIT 1"};

/* Of the ticks $1 + 1 to $2: which of them gave numbers that are wanted, to which lanes. */
const struct db_stmt relay_wanted_ticks = {
    "relay_wanted_ticks",
    "SELECT t.id, t.rows, l.topic, l.\"partition\", l.first, l.count FROM tick t"
    "  CROSS JOIN LATERAL unnest(t.topics, t.partitions, t.sequences, t.counts) AS l(topic, \"partition\", first, "
    "count)"
    "  JOIN unnest($3::text[], $4::int[], $5::bigint[], $6::bigint[]) AS w(topic, \"partition\", first, last)"
    "    ON w.topic = l.topic AND w.\"partition\" = l.\"partition\" AND l.first <= w.last AND l.first + l.count > "
    "w.first"
    " WHERE t.id > $1 AND t.id <= $2 AND t.topics && $3::text[] AND t.partitions && $4::int[] ORDER BY t.id"};

/* How many rows of a tick are left, by lane (R1). */
const struct db_stmt relay_count_small = {
    "relay_count_small",
    RELAY_SMALL_ROWS("") "SELECT topic, \"partition\", count(*) AS count FROM fresh GROUP BY topic, \"partition\""};
const struct db_stmt relay_count_big = {
    "relay_count_big",
    "SELECT topic, \"partition\", count(*) AS count FROM outbox WHERE" RELAY_BIG_ROWS " GROUP BY topic, \"partition\""};

/* The numbers that one tick gave to the lanes that want some. */
struct numbered {
    int64_t tick, rows;
    size_t first, count; /* of the page's lanes */
};

struct numbers {
    size_t lane;
    int64_t first, count;
};

struct page {
    struct numbered *ticks;
    size_t count;
    struct numbers *lanes;
};

/* ---- one tick */

/* Publishes what lanes want of one slice; numbers are counted row by row, as when the tick was published first. */
static enum err_code replay_slice(struct relay *r, const struct relay_rows *rows, uint64_t *count, struct err *reterr)
{
    relay_flight_begin(r);
    for (size_t i = 0; i < rows->count; i++) {
        struct lane *lane = relay_row_lane(r, rows, i);
        if (lane->counted == 0)
            continue;
        int64_t number = lane->counted++;
        if (number < lane->from || number > lane->to)
            continue;
        crash_at(CRASH_RELAY_REPLAY);
        enum err_code rc = relay_send(r, rows, i, lane, number, reterr);
        if (rc)
            return rc;
        ++*count;
    }
    return relay_collect(r, REPLAY_ACK_MS, reterr);
}

/* begin_counting sets the first number of each lane whose rows are all left; false: there is none. */
static enum err_code begin_counting(struct relay *r, const struct page *p, const struct numbered *t, bool *ret,
                                    struct err *reterr)
{
    struct db_answer *q;
    for (size_t i = 0; i < r->lane_count; i++)
        r->lanes[i].counted = 0;
    *ret = false;
    enum err_code rc = db_run(r->db, r->arena, t->rows <= RELAY_SMALL_TICK ? &relay_count_small : &relay_count_big,
                              DB_ARGS(db_int8(t->tick)), &q, reterr);
    for (size_t row = 0; !rc && row < db_count(q); row++) {
        const struct lane *lane = relay_find_lane(r, db_get_text(q, row, db_column(q, "topic")),
                                                  (int)db_get_int(q, row, db_column(q, "partition")));
        for (size_t i = t->first; lane && i < t->first + t->count; i++)
            if (p->lanes[i].lane == (size_t)(lane - r->lanes) &&
                p->lanes[i].count == db_get_int(q, row, db_column(q, "count"))) {
                r->lanes[p->lanes[i].lane].counted = p->lanes[i].first;
                *ret = true;
            }
    }
    db_forget(r->db);
    return rc;
}

static enum err_code replay_tick(struct relay *r, const struct page *p, const struct numbered *t, uint64_t *count,
                                 struct err *reterr)
{
    bool any;
    enum err_code rc = begin_counting(r, p, t, &any, reterr);
    for (int64_t after = 0; !rc && any;) {
        struct db_answer *q;
        rc = relay_read(r, t->tick, t->rows, after, &q, reterr);
        if (rc)
            return rc;
        struct relay_rows rows = relay_rows_of(q);
        if (rows.count == 0)
            return ERR_OK;
        rc = relay_throttle(r, &rows, reterr);
        if (rc)
            return rc;
        after = db_get_int(q, rows.count - 1, rows.id);
        rc = replay_slice(r, &rows, count, reterr);
        db_forget(r->db);
        if (!rc && atomic_load(&r->stopping))
            rc = err_set(reterr, ERR_UNAVAILABLE, "stopped in the midst of a replay");
    }
    return rc;
}

/* ---- a page of ticks */

static struct db_answer *ask_page(struct relay *r, int64_t after)
{
    struct db_array *topics = db_array_new(r->arena, DB_TEXT), *partitions = db_array_new(r->arena, DB_INT4);
    struct db_array *first = db_array_new(r->arena, DB_INT8), *last = db_array_new(r->arena, DB_INT8);
    for (size_t i = 0; i < r->lane_count; i++)
        if (r->lanes[i].from <= r->lanes[i].to) {
            db_array_text(topics, r->lanes[i].topic);
            db_array_int(partitions, r->lanes[i].partition);
            db_array_int(first, r->lanes[i].from);
            db_array_int(last, r->lanes[i].to);
        }
    return db_ask(r->db, r->arena, &relay_wanted_ticks,
                  DB_ARGS(db_int8(after), db_int8(after + PAGE_TICKS), db_items(topics), db_items(partitions),
                          db_items(first), db_items(last)));
}

/* All of it is read before the first of its ticks uses the connection. */
static enum err_code read_page(struct relay *r, int64_t after, struct page *ret, struct err *reterr)
{
    struct db_answer *q = ask_page(r, after);
    enum err_code rc = db_flush(r->db, reterr);
    if (rc)
        return rc;
    size_t n = db_count(q);
    *ret = (struct page){.ticks = arena_array(r->arena, n + 1, sizeof *ret->ticks),
                         .lanes = arena_array(r->arena, n + 1, sizeof *ret->lanes)};
    for (size_t i = 0; i < n; i++) {
        int64_t tick = db_get_int(q, i, db_column(q, "id"));
        if (ret->count == 0 || ret->ticks[ret->count - 1].tick != tick)
            ret->ticks[ret->count++] =
                (struct numbered){.tick = tick, .rows = db_get_int(q, i, db_column(q, "rows")), .first = i};
        ret->ticks[ret->count - 1].count++;
        const struct lane *lane = relay_find_lane(r, db_get_text(q, i, db_column(q, "topic")),
                                                  (int)db_get_int(q, i, db_column(q, "partition")));
        ret->lanes[i] = (struct numbers){.lane = (size_t)(lane - r->lanes),
                                         .first = db_get_int(q, i, db_column(q, "first")),
                                         .count = db_get_int(q, i, db_column(q, "count"))};
    }
    db_forget(r->db);
    return ERR_OK;
}

static enum err_code replay_page(struct relay *r, int64_t *after, uint64_t *count, struct err *reterr)
{
    struct page p;
    arena_reset(r->arena);
    enum err_code rc = read_page(r, *after, &p, reterr);
    for (size_t i = 0; i < p.count && !rc; i++)
        rc = replay_tick(r, &p, &p.ticks[i], count, reterr);
    if (!rc)
        *after += PAGE_TICKS;
    return rc;
}

/* A lane's numbers rise with the ticks: halves the range until one page is left, or nothing is found to go by. */
static enum err_code before_lane(struct relay *r, const struct lane *lane, int64_t low, int64_t *ret,
                                 struct err *reterr)
{
    for (int64_t high = r->tick.id; high - low > PAGE_TICKS;) {
        int64_t middle = low + (high - low) / 2;
        struct db_answer *q;
        enum err_code rc = db_run(r->db, r->arena, &relay_probe_tick,
                                  DB_ARGS(db_int8(middle), db_text(lane->topic), db_int4(lane->partition)), &q, reterr);
        if (rc)
            return rc;
        bool found = db_count(q) > 0;
        int64_t id = found ? db_get_int(q, 0, db_column(q, "id")) : 0;
        bool later = found && db_get_int(q, 0, db_column(q, "first")) > lane->from;
        db_forget(r->db);
        if (!found || (!later && id > high))
            break;
        if (later)
            high = middle;
        else
            low = id - 1; /* that one may have it */
    }
    *ret = low;
    return ERR_OK;
}

/* before_first gives a tick behind which all that is wanted lies. */
static enum err_code before_first(struct relay *r, int64_t *ret, struct err *reterr)
{
    struct db_answer *q;
    enum err_code rc = db_run(r->db, r->arena, &relay_first_tick, DB_NO_ARGS, &q, reterr);
    if (rc)
        return rc;
    int64_t oldest = db_get_int(q, 0, db_column(q, "id")) - 1;
    db_forget(r->db);
    *ret = INT64_MAX;
    for (size_t i = 0; i < r->lane_count && !rc; i++) {
        int64_t low = oldest;
        if (r->lanes[i].from > r->lanes[i].to)
            continue;
        rc = before_lane(r, &r->lanes[i], oldest, &low, reterr);
        if (low < *ret)
            *ret = low;
    }
    if (*ret == INT64_MAX)
        *ret = oldest;
    return rc;
}

static bool wants(struct relay *r)
{
    for (size_t i = 0; i < r->lane_count; i++)
        if (r->lanes[i].from <= r->lanes[i].to)
            return true;
    return false;
}

static void want_nothing(struct relay *r)
{
    for (size_t i = 0; i < r->lane_count; i++) {
        r->lanes[i].from = 1;
        r->lanes[i].to = 0;
    }
}

enum err_code relay_replay(struct relay *r, uint64_t *ret_count, struct err *reterr)
{
    int64_t after;
    *ret_count = 0;
    enum err_code rc = wants(r) ? before_first(r, &after, reterr) : ERR_OK;
    while (!rc && wants(r) && after < r->tick.id)
        rc = replay_page(r, &after, ret_count, reterr);
    want_nothing(r);
    if (rc)
        relay_rewind(r);
    return rc;
}

/* ---- what operators ask for */

enum err_code relay_republish(struct relay *r, const char *topic, int partition, int64_t from, int64_t to,
                              struct err *reterr)
{
    struct republish wish = {.partition = partition, .from = from, .to = to, .after = -1};
    if (from < 1 || to < from || partition < 0 || strlen(topic) >= sizeof wish.topic)
        return err_set(reterr, ERR_INVALID, "numbers %lld to %lld of %.60s/%d", (long long)from, (long long)to, topic,
                       partition);
    if (relay_is_dead_topic(topic))
        return err_set(reterr, ERR_INVALID, "%s: dead letters have no numbers; they are in the table", topic);
    if (strcmp(topic, KPI_TOPIC) == 0)
        return err_set(reterr, ERR_INVALID, "%s is compacted: an old record behind a newer one would win", topic);
    memcpy(wish.topic, topic, strlen(topic) + 1);

    enum err_code rc = ERR_OK;
    pthread_mutex_lock(&r->stats_lock);
    if (!r->stats.leader)
        rc = err_set(reterr, ERR_CONFLICT, "this process does not publish; ask %s",
                     r->stats.leader_name[0] ? r->stats.leader_name : "the one that does");
    else if (r->asked_count == REPUBLISH_MAX)
        rc = err_set(reterr, ERR_BUSY, "%d replays wait already", REPUBLISH_MAX);
    else
        r->asked[r->asked_count++] = wish;
    pthread_mutex_unlock(&r->stats_lock);
    if (!rc)
        relay_wake(r);
    return rc;
}

/* The first wish is done with: text says how it ended, for the log and the statistics. */
static void end_first(struct relay *r, const char *text)
{
    pthread_mutex_lock(&r->stats_lock);
    memmove(&r->asked[0], &r->asked[1], (REPUBLISH_MAX - 1) * sizeof r->asked[0]);
    r->asked_count--;
    snprintf(r->stats.republish_last, sizeof r->stats.republish_last, "%s", text);
    snprintf(r->notice, sizeof r->notice, "replay: %s", text);
    pthread_mutex_unlock(&r->stats_lock);
}

void relay_drop_asked(struct relay *r)
{
    pthread_mutex_lock(&r->stats_lock);
    bool any = r->asked_count > 0;
    r->asked_count = any ? 1 : 0;
    pthread_mutex_unlock(&r->stats_lock);
    if (any)
        end_first(r, "given up, because another process publishes now; ask that one");
}

/* The catalogue goes out as a whole, as new rows, whichever of its numbers were asked for. */
static enum err_code serve_catalogue(struct relay *r, struct err *reterr)
{
    enum err_code rc = relay_begin_catalogue(r, reterr);
    if (!rc)
        rc = relay_commit_catalogue(r, reterr);
    if (!rc)
        end_first(r, CATALOGUE_TOPIC ": all of it is published anew, from the table");
    return rc;
}

enum err_code relay_serve(struct relay *r, struct err *reterr)
{
    char text[256];
    pthread_mutex_lock(&r->stats_lock);
    bool any = r->asked_count > 0;
    struct republish wish = r->asked[0];
    pthread_mutex_unlock(&r->stats_lock);
    if (!any)
        return ERR_OK;
    struct lane *lane = relay_find_lane(r, wish.topic, wish.partition);
    if (!lane) {
        snprintf(text, sizeof text, "%s/%d: this service never wrote to it", wish.topic, wish.partition);
        end_first(r, text);
        return ERR_OK;
    }
    if (strcmp(wish.topic, CATALOGUE_TOPIC) == 0)
        return serve_catalogue(r, reterr);
    uint64_t before = wish.count;
    lane->from = wish.from;
    lane->to = wish.to < lane->next_sequence ? wish.to : lane->next_sequence - 1;
    enum err_code rc = wish.after < 0 ? before_first(r, &wish.after, reterr) : ERR_OK;
    if (!rc && wish.after < r->tick.id)
        rc = replay_page(r, &wish.after, &wish.count, reterr);
    want_nothing(r);
    if (rc) {
        relay_rewind(r);
        return rc; /* this page again, by the next step */
    }
    pthread_mutex_lock(&r->stats_lock);
    r->asked[0] = wish;
    r->stats.republished += wish.count - before;
    pthread_mutex_unlock(&r->stats_lock);
    bool all = wish.count >= (uint64_t)(wish.to - wish.from + 1);
    if (wish.after < r->tick.id && !all)
        return ERR_OK;
    snprintf(text, sizeof text, "%s/%d: %llu of the numbers %lld to %lld were published again%s", wish.topic,
             wish.partition, (unsigned long long)wish.count, (long long)wish.from, (long long)wish.to,
             !all ? "; the others are not in the outbox any more" : "");
    end_first(r, text);
    return ERR_OK;
}
