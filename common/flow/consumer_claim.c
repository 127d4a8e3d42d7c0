/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Whose partition it is, and what becomes of its messages.
 *
 *   C1  A partition is read only after its row of `consumed` got a new epoch, inside the rebalance callback.
 *   C2  Every message that was read is either submitted with that epoch or read again after the next claim.
 *   C3  Nothing of a new epoch is submitted while pieces of an older one are under way: a fenced batch would take both
 * down.
 *   C4  Reading goes on one message earlier than the stored offset (consumer_place.c).
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "common/base/buf.h"
#include "common/base/crash.h"
#include "common/flow/consumer_private.h"

#define DEADLINE_MS      2000
#define CLUSTER_FRESH_US INSTANT_SECOND
#define HEADERS_MAX      ((size_t)16 * 1024)
/* Decoding may need many times the bytes, so the arena's bound (four times this) is far above any message. */
#define PIECE_ARENA(n) (((size_t)64 << 10) + 64 * (n))

/*
 * A whole assignment at once, in an order that all claims keep. Another cluster: from its log's beginning. The expected
 * sequence stays, so what is lost shows as missing. It waits for the disk: an epoch that a crash takes back would let
 * two owners have the same one.
 */
static const struct db_stmt claim_partitions = {
    "consumer_claim",
    "INSERT INTO consumed AS c (topic, \"partition\", cluster, next_offset, next_sequence, owner, epoch)"
    " SELECT n.topic, n.\"partition\", $3, 0, 1, $4, 1 FROM unnest($1::text[], $2::int[]) AS n(topic, \"partition\")"
    "  ORDER BY n.topic, n.\"partition\""
    " ON CONFLICT (topic, \"partition\") DO UPDATE"
    "   SET epoch = c.epoch + 1, owner = EXCLUDED.owner, at = clock_timestamp(), cluster = EXCLUDED.cluster,"
    "       next_offset = CASE WHEN c.cluster = EXCLUDED.cluster THEN c.next_offset ELSE 0 END"
    " RETURNING topic, \"partition\", next_offset, next_sequence, last_mark, epoch"};
static const struct db_stmt restart_partition = {
    "consumer_restart", "UPDATE consumed SET epoch = epoch + 1, next_offset = 0, at = clock_timestamp()"
                        " WHERE topic = $1 AND \"partition\" = $2 AND epoch = $3 RETURNING epoch"};
static const struct db_stmt take_lock = {
    "consumer_take_lock",
    "SELECT pg_try_advisory_lock(hashtextextended('taicho.consumer.' || current_schema(), 0)) AS mine"};
static const struct db_stmt check_lock = {"consumer_check_lock", "SELECT true AS mine"};

const struct db_stmt *const consumer_statements[] = {&claim_partitions, &restart_partition, &take_lock, &check_lock,
                                                     NULL};

/* ---- partitions; the caller has the lock */

struct part *consumer_part(struct consumer *c, const char *topic, int partition)
{
    for (size_t i = 0; i < c->part_count; i++)
        if (c->parts[i].partition == partition && strcmp(c->parts[i].topic, topic) == 0)
            return &c->parts[i];
    return NULL;
}

static struct part *part_make(struct consumer *c, const char *topic, int partition)
{
    struct part *p = consumer_part(c, topic, partition);
    if (p)
        return p;
    BUG_IF(c->part_count == PARTS_MAX, "more than %zu partitions", PARTS_MAX);
    p = &c->parts[c->part_count++];
    BUG_IF(strlen(topic) >= sizeof(p->topic), "topic %s is too long", topic);
    memcpy(p->topic, topic, strlen(topic) + 1);
    p->partition = partition;
    return p;
}

/* begin_epoch makes what is under way stale. */
static void begin_epoch(struct consumer *c, struct part *p, int64_t epoch, int64_t next_offset)
{
    c->stale += p->under_way;
    p->under_way = 0;
    p->epoch = epoch;
    p->next_offset = p->reported = next_offset;
    p->last_mark = 0;
    p->assigned = true;
}

/* drop_pending: what was read before a claim is read again after it. */
static void drop_pending(struct consumer *c, const struct part *p)
{
    if (c->pending && c->pending->at == (size_t)(p - c->parts)) {
        consumer_drop(c->pending);
        c->pending = NULL;
    }
}

/* ---- claims */

/* For a single service a connection that was lost took the lock with it, so it is not opened here. */
static enum err_code ready_db(struct consumer *c, struct err *reterr)
{
    if (c->config.service->single && (!c->db || db_lost(c->db)))
        return err_set(reterr, ERR_UNAVAILABLE, "the lock of the active process is lost");
    arena_reset(c->scratch);
    if (c->db)
        return db_open_if_lost(c->db, reterr);
    return db_open(c->config.conninfo, c->config.application,
                   arena_printf(c->scratch, "%s,ext", c->config.service->name), DEADLINE_MS, &c->db, reterr);
}

static enum err_code ask_cluster(struct consumer *c, struct err *reterr)
{
    int64_t now = instant_mono();
    if (c->cluster[0] && c->cluster_known && now - c->cluster_known < CLUSTER_FRESH_US)
        return ERR_OK;
    enum err_code rc = bus_consumer_cluster(c->bus, DEADLINE_MS, c->cluster, sizeof(c->cluster), reterr);
    c->cluster_known = rc ? 0 : now;
    return rc;
}

static void take_claim(struct consumer *c, const char *topic, int partition, const struct db_answer *q, size_t row)
{
    struct part *p = part_make(c, topic, partition);
    drop_pending(c, p);
    begin_epoch(c, p, db_get_int(q, row, db_column(q, "epoch")), db_get_int(q, row, db_column(q, "next_offset")));
    p->assigned = false; /* until the consumer takes it */
    p->claimed = true;
    p->next_sequence = db_get_int(q, row, db_column(q, "next_sequence"));
    p->last_mark = p->next_offset > 0 ? db_get_int(q, row, db_column(q, "last_mark")) : 0;
    c->stats.rebalances++;
}

static enum err_code claim(struct consumer *c, const char *const *topics, const int *partitions, size_t count,
                           struct err *reterr)
{
    enum err_code rc = ready_db(c, reterr);
    if (!rc)
        rc = ask_cluster(c, reterr);
    if (rc)
        return rc;
    struct db_array *names = db_array_new(c->scratch, DB_TEXT), *numbers = db_array_new(c->scratch, DB_INT4);
    for (size_t i = 0; i < count; i++) {
        db_array_text(names, topics[i]);
        db_array_int(numbers, partitions[i]);
    }
    struct db_answer *q;
    crash_at(CRASH_CONSUMER_CLAIM);
    rc = db_run(c->db, c->scratch, &claim_partitions,
                DB_ARGS(db_items(names), db_items(numbers), db_text(c->cluster), db_text(c->owner)), &q, reterr);
    if (rc)
        return rc;
    crash_at(CRASH_CONSUMER_CLAIMED);
    pthread_mutex_lock(&c->lock);
    for (size_t row = 0; row < db_count(q); row++)
        take_claim(c, db_get_text(q, row, db_column(q, "topic")), (int)db_get_int(q, row, db_column(q, "partition")), q,
                   row);
    pthread_mutex_unlock(&c->lock);
    db_forget(c->db);
    return ERR_OK;
}

bool consumer_assigning(void *arg, const char *const *topics, const int *partitions, size_t count)
{
    struct consumer *c = arg;
    struct err e = {0};
    pthread_mutex_lock(&c->lock);
    for (size_t i = 0; i < c->part_count; i++)
        c->parts[i].claimed = false;
    pthread_mutex_unlock(&c->lock);
    if (claim(c, topics, partitions, count, &e) == ERR_OK)
        return true;
    (void)snprintf(c->notice, sizeof(c->notice),
                   "%zu partitions, %.60s [%d] first, cannot be claimed now, joining again: %.100s", count, topics[0],
                   partitions[0], e.en);
    return false;
}

int64_t consumer_assigned(void *arg, const char *topic, int partition)
{
    struct consumer *c = arg;
    pthread_mutex_lock(&c->lock);
    struct part *p = consumer_part(c, topic, partition);
    BUG_IF(!p || !p->claimed, "%s [%d] is assigned without a claim", topic, partition);
    p->claimed = false;
    p->assigned = true;
    p->assigned_at = instant_mono();
    int64_t offset = p->last_mark > 0 ? p->next_offset - 1 : p->next_offset;
    pthread_mutex_unlock(&c->lock);
    crash_at(CRASH_CONSUMER_ASSIGNED);
    /* 0 was never read from: the log may begin later by now. */
    return offset > 0 ? offset : BUS_FROM_BEGINNING;
}

void consumer_revoked(void *arg, const char *topic, int partition, bool lost)
{
    struct consumer *c = arg;
    pthread_mutex_lock(&c->lock);
    struct part *p = consumer_part(c, topic, partition);
    if (p) {
        p->assigned = false;
        drop_pending(c, p);
    }
    pthread_mutex_unlock(&c->lock);
    crash_at(CRASH_CONSUMER_REVOKED);
}

/*
 * Pieces of an epoch that is over say nothing about the living one, and what is refused after the partition went to
 * another member is that member's: joining again for it would unsettle the group for nothing.
 */
void consumer_fenced(void *arg, const char *topic, int partition)
{
    struct consumer *c = arg;
    pthread_mutex_lock(&c->lock);
    const struct part *p = consumer_part(c, topic, partition);
    if (p && p->assigned && c->stale == 0)
        c->broken = true;
    pthread_mutex_unlock(&c->lock);
}

enum err_code consumer_restart(struct consumer *c, const char *topic, int partition, struct err *reterr)
{
    pthread_mutex_lock(&c->lock);
    struct part *p = consumer_part(c, topic, partition);
    int64_t epoch = p ? p->epoch : 0;
    pthread_mutex_unlock(&c->lock);
    enum err_code rc = ready_db(c, reterr);
    struct db_answer *q;
    if (!rc)
        rc = db_run(c->db, c->scratch, &restart_partition, DB_ARGS(db_text(topic), db_int4(partition), db_int8(epoch)),
                    &q, reterr);
    if (rc)
        return rc;
    bool mine = db_count(q) > 0;
    int64_t fresh = mine ? db_get_int(q, 0, 0) : 0;
    db_forget(c->db);
    if (!mine)
        return err_set(reterr, ERR_CONFLICT, "%s [%d] has another owner by now", topic, partition);
    pthread_mutex_lock(&c->lock);
    drop_pending(c, p);
    begin_epoch(c, p, fresh, 0);
    pthread_mutex_unlock(&c->lock);
    return ERR_OK;
}

enum err_code consumer_lock(struct consumer *c, bool *ret_active, struct err *reterr)
{
    enum err_code rc;
    *ret_active = false;
    arena_reset(c->scratch);
    if (!c->db)
        rc = db_open(c->config.conninfo, c->config.application,
                     arena_printf(c->scratch, "%s,ext", c->config.service->name), DEADLINE_MS, &c->db, reterr);
    else if (db_lost(c->db) && c->active)
        return err_set(reterr, ERR_UNAVAILABLE, "the lock of the active process is lost");
    else
        rc = db_open_if_lost(c->db, reterr);
    struct db_answer *q;
    if (!rc)
        rc = db_run(c->db, c->scratch, c->active ? &check_lock : &take_lock, DB_NO_ARGS, &q, reterr);
    if (rc)
        return rc;
    *ret_active = db_get_bool(q, 0, 0);
    if (*ret_active)
        crash_at(CRASH_CONSUMER_ACTIVE);
    db_forget(c->db);
    return ERR_OK;
}

/* ---- messages */

/* piece_done is called on the executor's thread once the outcome is certain. */
static void piece_done(struct work *w)
{
    struct piece *piece = w->done_arg;
    struct consumer *c = piece->consumer;
    pthread_mutex_lock(&c->lock);
    struct part *p = &c->parts[piece->at];
    if (piece->epoch != p->epoch) {
        c->stale--;
    } else {
        p->under_way--;
        if (w->refusal.code != ERR_OK)
            c->broken = c->broken || p->assigned;
        else if (w->place.offset >= p->next_offset)
            p->next_offset = w->place.offset + 1;
    }
    c->under_way--;
    pthread_mutex_unlock(&c->lock);
    arena_free(w->arena);
}

static const char *header(const struct bus_message *m, const char *name)
{
    for (size_t i = 0; i < m->header_count; i++)
        if (strcmp(m->headers[i].name, name) == 0)
            return m->headers[i].value;
    return NULL;
}

int64_t consumer_sequence_of(const struct bus_message *m)
{
    const char *text = header(m, "ce_sequence");
    size_t n = text ? strspn(text, "0123456789") : 0;
    return n > 0 && n <= 18 && !text[n] ? strtoll(text, NULL, 10) : 0;
}

static const char *headers_json(const struct bus_message *m, struct arena *a)
{
    struct buf b;
    buf_init(&b, HEADERS_MAX);
    buf_str(&b, "{");
    for (size_t i = 0; i < m->header_count; i++) {
        buf_str(&b, i > 0 ? "," : "");
        buf_json_str(&b, m->headers[i].name);
        buf_str(&b, ":");
        buf_json_str(&b, m->headers[i].value);
    }
    buf_str(&b, "}");
    const char *json = b.full ? "{}" : arena_strdup(a, buf_cstr(&b));
    buf_release(&b);
    return json;
}

/* read_event fills the work of a message on a stage topic, or says why it cannot be read. */
static enum err_code read_event(const struct consumer *c, const struct bus_message *m, struct work *w,
                                struct err *reterr)
{
    struct bytes raw = w->raw;
    enum err_code rc = projection_work(c->config.service, raw, w->arena, w, reterr);
    if (!rc && w->event.source != source_of_topic(m->topic))
        rc = err_set(reterr, ERR_MALFORMED, "an event of %s does not belong to %s", source_name(w->event.source),
                     m->topic);
    if (!rc)
        return ERR_OK;
    /* A dead letter is about the subject that its key names, if it names one. */
    char key[ID_TEXT_SIZE] = "";
    if (w->key.n == sizeof(key) - 1)
        memcpy(key, w->key.p, sizeof(key) - 1);
    if (!id_parse(key, &w->subject))
        w->subject = id_nil;
    w->origin = WORK_DEAD;
    w->raw = raw;
    w->event = (struct event){0};
    w->act = ACT_SKIP;
    w->subject_kind = "dossier";
    w->command = headers_json(m, w->arena);
    w->reason = arena_strdup(w->arena, reterr->en);
    return rc;
}

struct piece *consumer_piece(struct consumer *c, const struct bus_message *m)
{
    bool record = strcmp(m->topic, CATALOGUE_TOPIC) == 0;
    struct arena *a = arena_new(PIECE_ARENA(m->value.n + m->key.n));
    struct piece *piece = ARENA_NEW(a, struct piece);
    struct work *w = &piece->work;
    const char *trace = header(m, "traceparent");
    piece->consumer = c;
    w->arena = a;
    w->raw = arena_bytes(a, m->value.p, m->value.n);
    w->key = arena_bytes(a, m->key.p, m->key.n);
    w->weight = w->raw.n + w->key.n;
    w->trace = trace && strlen(trace) == 55 ? arena_strdup(a, trace) : NULL;
    w->command_id = id_nil;
    w->done = piece_done;
    w->done_arg = piece;
    struct err e = {0};
    bool dead = false;
    if (record) {
        w->origin = WORK_RECORD;
        w->act = m->value.p ? ACT_NONE : ACT_SKIP; /* a tombstone: only the offset moves over it */
    } else
        dead = read_event(c, m, w, &e) != ERR_OK;

    pthread_mutex_lock(&c->lock);
    struct part *p = consumer_part(c, m->topic, m->partition);
    BUG_IF(!p, "a message of %s [%d], which was never assigned", m->topic, m->partition);
    piece->at = (size_t)(p - c->parts);
    piece->epoch = p->epoch;
    /* A compacted topic has gaps by its nature. */
    w->place = (struct work_place){.topic = p->topic,
                                   .partition = p->partition,
                                   .offset = m->offset,
                                   .sequence = record ? 0 : consumer_sequence_of(m),
                                   .mark = consumer_mark_of(m),
                                   .epoch = p->epoch,
                                   .cluster = arena_strdup(a, c->cluster)};
    c->stats.messages++;
    c->stats.dead += dead;
    if (w->place.sequence > p->next_sequence)
        c->stats.gaps++;
    if (w->place.sequence >= p->next_sequence)
        p->next_sequence = w->place.sequence + 1;
    pthread_mutex_unlock(&c->lock);
    return piece;
}

bool consumer_submit(struct piece *piece)
{
    struct consumer *c = piece->consumer;
    struct part *p = &c->parts[piece->at];
    /* C3. A claim and the first message behind it may come out of one poll. Counted first: it may be done at once. */
    pthread_mutex_lock(&c->lock);
    bool stale = c->stale > 0;
    p->under_way += !stale;
    c->under_way += !stale;
    pthread_mutex_unlock(&c->lock);
    if (stale)
        return false;
    if (executor_submit(c->config.executor, &piece->work, NULL) == ERR_OK)
        return true;
    pthread_mutex_lock(&c->lock);
    p->under_way--;
    c->under_way--;
    pthread_mutex_unlock(&c->lock);
    return false;
}

void consumer_drop(struct piece *p)
{
    if (p)
        arena_free(p->work.arena);
}
