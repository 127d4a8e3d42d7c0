/* SPDX-License-Identifier: Apache-2.0 */
/* Save and emit, in one round trip: the service's rows, subjects, what waits, offsets, keys, numbers, timers, outbox,
 * COMMIT. */
#include <string.h>

#include "common/base/crash.h"
#include "common/flow/batch_private.h"
#include "common/io/http.h"

/* At most so many missing numbers are written down for one gap; the alarm says the rest. */
#define MISSING_MAX 10000

static const struct db_stmt save_subjects = {
    "batch_save_subjects",
    "UPDATE subject s SET version = n.version, applied = ARRAY[n.a0, n.a1, n.a2, n.a3], hold = n.hold,"
    "       last_act = n.last_act,"
    "       held_at = CASE WHEN n.hold IS NULL THEN NULL ELSE coalesce(s.held_at, clock_timestamp()) END"
    "  FROM unnest($1::uuid[], $2::bigint[], $3::bigint[], $4::bigint[], $5::bigint[], $6::bigint[], $7::text[],"
    "              $8::timestamptz[]) AS n(id, version, a0, a1, a2, a3, hold, last_act) WHERE s.id = n.id"};
static const struct db_stmt add_subjects = {
    "batch_add_subjects",
    "INSERT INTO subject (id, kind, version, applied, hold, held_at, last_act)"
    " SELECT id, kind, version, ARRAY[a0, a1, a2, a3], hold, CASE WHEN hold IS NOT NULL THEN clock_timestamp() END,"
    "        last_act"
    "   FROM unnest($1::uuid[], $2::text[], $3::bigint[], $4::bigint[], $5::bigint[], $6::bigint[], $7::bigint[],"
    "               $8::text[], $9::timestamptz[]) AS n(id, kind, version, a0, a1, a2, a3, hold, last_act)"};
static const struct db_stmt add_waiting = {
    "batch_add_waiting",
    "INSERT INTO waiting (subject, source, version, type, event, reason, topic, \"partition\", \"offset\", release)"
    " SELECT * FROM unnest($1::uuid[], $2::int[], $3::bigint[], $4::text[], $5::bytea[], $6::text[], $7::text[], "
    "$8::int[],"
    "                      $9::bigint[], $10::bigint[])"
    " ON CONFLICT (subject, source, version) DO UPDATE SET reason = excluded.reason"};
static const struct db_stmt drop_waiting = {
    "batch_drop_waiting",
    "DELETE FROM waiting w USING unnest($1::uuid[], $2::int[], $3::bigint[]) AS g(subject, source, version)"
    " WHERE w.subject = g.subject AND w.source = g.source AND w.version = g.version"};
static const struct db_stmt save_offsets = {
    "batch_save_offsets",
    "UPDATE consumed c SET next_offset = n.next_offset, next_sequence = n.next_sequence, last_mark = n.last, "
    "                      at = clock_timestamp()"
    "  FROM unnest($1::text[], $2::int[], $3::bigint[], $4::bigint[], $5::bigint[])"
    "       AS n(topic, \"partition\", next_offset, next_sequence, last)"
    " WHERE c.topic = n.topic AND c.\"partition\" = n.\"partition\""};
static const struct db_stmt add_missing = {
    "batch_add_missing",
    "INSERT INTO missing_sequence (topic, \"partition\", sequence)"
    " SELECT n.topic, n.\"partition\", g FROM unnest($1::text[], $2::int[], $3::bigint[], $4::bigint[])"
    "        AS n(topic, \"partition\", first, last), generate_series(n.first, n.last) AS g"
    " ON CONFLICT DO NOTHING"};
static const struct db_stmt strike_missing = {
    "batch_strike_missing",
    "DELETE FROM missing_sequence m USING unnest($1::text[], $2::int[], $3::bigint[]) AS g(topic, \"partition\", "
    "sequence)"
    " WHERE m.topic = g.topic AND m.\"partition\" = g.\"partition\" AND m.sequence = g.sequence"};
static const struct db_stmt add_dead = {
    "batch_add_dead",
    "INSERT INTO dead_letter (cluster, topic, \"partition\", \"offset\", key, value, headers, reason, subject)"
    " VALUES ($1, $2, $3, $4, $5, $6, coalesce($7, '{}'::jsonb), $8, $9)"
    " ON CONFLICT (cluster, topic, \"partition\", \"offset\") DO UPDATE" /* the log was cut, and goes on otherwise */
    "    SET key = excluded.key, value = excluded.value, headers = excluded.headers, reason = excluded.reason,"
    "        subject = excluded.subject, at = excluded.at, state = 'open', state_by = NULL, state_why = NULL"
    "  WHERE dead_letter.value IS DISTINCT FROM excluded.value"};
static const struct db_stmt add_keys = {
    "batch_add_keys", "INSERT INTO idempotency (actor, key, body_sha256, status, answer, headers)"
                      " SELECT * FROM unnest($1::text[], $2::text[], $3::bytea[], $4::int[], $5::text[], $6::text[])"
                      " ORDER BY 1, 2"};
static const struct db_stmt save_series = {"batch_save_series",
                                           "UPDATE series_number s SET next = n.next FROM unnest($1::text[], "
                                           "$2::bigint[]) AS n(key, next) WHERE s.key = n.key"};
static const struct db_stmt drop_series = {"batch_drop_series",
                                           "DELETE FROM series_number WHERE key = ANY ($1::text[])"};
static const struct db_stmt save_timers = {
    "batch_save_timers",
    "INSERT INTO timer (subject, act, due_at) SELECT * FROM unnest($1::uuid[], $2::text[], $3::timestamptz[])"
    " ON CONFLICT (subject, act) DO UPDATE SET due_at = excluded.due_at, tries = 0, retry_at = NULL"};
static const struct db_stmt drop_timers = {"batch_drop_timers",
                                           "DELETE FROM timer t USING unnest($1::uuid[], $2::text[]) AS g(subject, act)"
                                           " WHERE t.subject = g.subject AND t.act = g.act"};
static const struct db_stmt add_outbox = {
    "batch_add_outbox",
    "INSERT INTO outbox_row (topic, \"partition\", key, event_id, type, time, content, trace, value)"
    " SELECT * FROM unnest($1::text[], $2::int[], $3::text[], $4::uuid[], $5::text[], $6::timestamptz[],"
    "                      $7::text[], $8::text[], $9::bytea[])"};
static const struct db_stmt add_references = {
    "batch_add_references",
    "INSERT INTO catalogue_record (kind, id, version, release, digest, record)"
    " SELECT * FROM unnest($1::text[], $2::text[], $3::int[], $4::bigint[], $5::bytea[], $6::bytea[])"
    " ON CONFLICT (kind, id, version) DO NOTHING"};
/* Consumers switch only when every record up to the release is here; the owner passes 0. */
static const struct db_stmt close_release = {
    "batch_close_release", "UPDATE catalogue_release SET number = $1, at = clock_timestamp() WHERE number < $1"
                           "   AND (SELECT count(*) FROM catalogue_record WHERE release <= $1) >= $2"};
static const struct db_stmt commit = {"batch_commit", "COMMIT"};
static const struct db_stmt rollback = {"batch_rollback", "ROLLBACK"};

const struct db_stmt *const batch_save_statements[] = {
    &save_subjects,  &add_subjects,  &add_waiting, &drop_waiting, &save_offsets, &add_missing, &strike_missing,
    &add_dead,       &add_keys,      &save_series, &drop_series,  &save_timers,  &drop_timers, &add_outbox,
    &add_references, &close_release, &commit,      &rollback,     NULL};

/* ---- what a failure means */

/*
 * Only what the data of a piece can cause is worth bisecting: class 22 and 23, errors that our own functions raise, and
 * rows that this release cannot read (no sqlstate). Everything else is the database's state: it waits, commands are
 * told so.
 */
enum run_end run_failure(const struct err *e)
{
    const char *s = e->sqlstate;

    if (e->code == ERR_UNAVAILABLE)
        return RUN_LATER;
    /* Two processes answered the same key, or began the same subject, at once: the other was first, and what it stored
     * is found when this runs again. */
    if (strcmp(s, "23505") == 0 && (strstr(e->en, add_keys.name) || strstr(e->en, add_subjects.name)))
        return RUN_AGAIN;
    if (s[0] == '\0' || strncmp(s, "22", 2) == 0 || strncmp(s, "23", 2) == 0 || strncmp(s, "P0", 2) == 0)
        return RUN_BROKEN;
    return RUN_LATER;
}

void run_rollback(struct run *r)
{
    struct err err;

    if (db_lost(r->batch.db))
        return;
    db_ask(r->batch.db, r->batch.arena, &rollback, DB_NO_ARGS);
    if (db_flush(r->batch.db, &err))
        return; /* a lost connection has rolled back by itself */
}

/* ---- subjects and what waits */

/* A new subject that nothing came of gets no row: no version, nothing applied, nothing waits, no state. */
static bool unused(const struct slot *s)
{
    if (s->subject.changed || s->subject.version || s->subject.state)
        return false;
    for (const struct waiter *w = s->waiters; w; w = w->next)
        if (!w->gone)
            return false;
    return true;
}

/* Rows of subject as columns. */
struct subject_rows {
    struct db_array *ids, *kinds, *versions, *applied[SOURCE_COUNT], *holds, *last_acts;
};

static struct subject_rows subject_rows_new(struct arena *a)
{
    struct subject_rows n = {db_array_new(a, DB_UUID), db_array_new(a, DB_TEXT), db_array_new(a, DB_INT8), {0},
                             db_array_new(a, DB_TEXT), db_array_new(a, DB_TIME)};

    for (int source = 0; source < SOURCE_COUNT; source++)
        n.applied[source] = db_array_new(a, DB_INT8);
    return n;
}

static void subject_rows_add(struct subject_rows *n, const struct subject *s)
{
    db_array_uuid(n->ids, s->id);
    db_array_text(n->kinds, s->kind);
    db_array_int(n->versions, s->version);
    for (int source = 0; source < SOURCE_COUNT; source++)
        db_array_int(n->applied[source], s->applied[source]);
    db_array_text(n->holds, s->hold);
    db_array_time(n->last_acts, s->last_act);
}

/* In front of the service's own rows: who loses a race for a subject finds out here, where it means "again". */
static void ask_new_subjects(struct run *r)
{
    struct arena *a = r->batch.arena;
    struct subject_rows n = subject_rows_new(a);

    for (size_t i = 0; i < r->batch.subject_count; i++)
        if (r->slots[i].stub && !unused(&r->slots[i]))
            subject_rows_add(&n, &r->slots[i].subject);
    if (db_array_count(n.ids))
        db_ask(r->batch.db, a, &add_subjects,
               DB_ARGS(db_items(n.ids), db_items(n.kinds), db_items(n.versions), db_items(n.applied[0]),
                       db_items(n.applied[1]), db_items(n.applied[2]), db_items(n.applied[3]), db_items(n.holds),
                       db_items(n.last_acts)));
}

static void ask_subjects(struct run *r)
{
    struct arena *a = r->batch.arena;
    struct subject_rows n = subject_rows_new(a);

    for (size_t i = 0; i < r->batch.subject_count; i++)
        if (!r->slots[i].stub && r->slots[i].subject.changed)
            subject_rows_add(&n, &r->slots[i].subject);
    if (db_array_count(n.ids))
        db_ask(r->batch.db, a, &save_subjects,
               DB_ARGS(db_items(n.ids), db_items(n.versions), db_items(n.applied[0]), db_items(n.applied[1]),
                       db_items(n.applied[2]), db_items(n.applied[3]), db_items(n.holds), db_items(n.last_acts)));
}

static void ask_waiting(struct run *r)
{
    struct arena *a = r->batch.arena;
    struct db_array *subjects = db_array_new(a, DB_UUID), *sources = db_array_new(a, DB_INT4),
                    *versions = db_array_new(a, DB_INT8), *types = db_array_new(a, DB_TEXT),
                    *events = db_array_new(a, DB_BYTES), *reasons = db_array_new(a, DB_TEXT),
                    *topics = db_array_new(a, DB_TEXT), *partitions = db_array_new(a, DB_INT4),
                    *offsets = db_array_new(a, DB_INT8), *releases = db_array_new(a, DB_INT8),
                    *gone_s = db_array_new(a, DB_UUID), *gone_o = db_array_new(a, DB_INT4),
                    *gone_v = db_array_new(a, DB_INT8);

    for (size_t i = 0; i < r->batch.subject_count; i++)
        for (const struct waiter *w = r->slots[i].waiters; w; w = w->next) {
            const struct event *e = &w->work->event;

            if (w->gone && w->stored) {
                db_array_uuid(gone_s, r->slots[i].subject.id);
                db_array_int(gone_o, (int)e->source);
                db_array_int(gone_v, e->version);
            }
            if (w->gone || (w->stored && w->reason && w->stored_reason && strcmp(w->reason, w->stored_reason) == 0))
                continue;
            db_array_uuid(subjects, r->slots[i].subject.id);
            db_array_int(sources, (int)e->source);
            db_array_int(versions, e->version);
            db_array_text(types, e->type ? e->type : "");
            db_array_bytes(events, w->work->raw);
            db_array_text(reasons, w->reason);
            db_array_text(topics, w->work->place.topic ? w->work->place.topic : "");
            db_array_int(partitions, w->work->place.partition);
            db_array_int(offsets, w->work->place.offset);
            db_array_int(releases, e->release);
        }
    if (db_array_count(subjects))
        db_ask(r->batch.db, a, &add_waiting,
               DB_ARGS(db_items(subjects), db_items(sources), db_items(versions), db_items(types), db_items(events),
                       db_items(reasons), db_items(topics), db_items(partitions), db_items(offsets),
                       db_items(releases)));
    if (db_array_count(gone_s))
        db_ask(r->batch.db, a, &drop_waiting, DB_ARGS(db_items(gone_s), db_items(gone_o), db_items(gone_v)));
}

/* ---- offsets, missing numbers, dead letters */

static void ask_offsets(struct run *r)
{
    struct arena *a = r->batch.arena;
    struct db_array *topics = db_array_new(a, DB_TEXT), *partitions = db_array_new(a, DB_INT4),
                    *offsets = db_array_new(a, DB_INT8), *sequences = db_array_new(a, DB_INT8),
                    *last = db_array_new(a, DB_INT8);

    for (size_t i = 0; i < r->claims.count; i++) {
        const struct claim *c = &r->claims.items[i];

        if (!c->moved)
            continue;
        db_array_text(topics, c->topic);
        db_array_int(partitions, c->partition);
        db_array_int(offsets, c->next_offset);
        db_array_int(sequences, c->next_sequence);
        db_array_int(last, c->last_mark);
    }
    if (db_array_count(topics))
        db_ask(r->batch.db, a, &save_offsets,
               DB_ARGS(db_items(topics), db_items(partitions), db_items(offsets), db_items(sequences), db_items(last)));
}

static void ask_missing(struct run *r)
{
    struct arena *a = r->batch.arena;
    struct db_array *topics = db_array_new(a, DB_TEXT), *partitions = db_array_new(a, DB_INT4),
                    *first = db_array_new(a, DB_INT8), *last = db_array_new(a, DB_INT8);

    for (size_t i = 0; i < r->missing_of.count; i++) {
        const struct work *w = r->missing_of.items[i];
        int64_t from = r->missing_from.items[i], to = w->place.sequence - 1;

        if (to - from >= MISSING_MAX)
            from = to - MISSING_MAX + 1;
        db_array_text(topics, w->place.topic);
        db_array_int(partitions, w->place.partition);
        db_array_int(first, from);
        db_array_int(last, to);
    }
    if (db_array_count(topics))
        db_ask(r->batch.db, a, &add_missing,
               DB_ARGS(db_items(topics), db_items(partitions), db_items(first), db_items(last)));

    topics = db_array_new(a, DB_TEXT), partitions = db_array_new(a, DB_INT4), first = db_array_new(a, DB_INT8);
    for (size_t i = 0; i < r->struck.count; i++) {
        db_array_text(topics, r->struck.items[i]->place.topic);
        db_array_int(partitions, r->struck.items[i]->place.partition);
        db_array_int(first, r->struck.items[i]->place.sequence);
    }
    if (db_array_count(topics))
        db_ask(r->batch.db, a, &strike_missing, DB_ARGS(db_items(topics), db_items(partitions), db_items(first)));
}

static void ask_dead(struct run *r)
{
    for (size_t i = 0; i < r->dead.count; i++) {
        const struct work *w = r->dead.items[i];
        const struct slot *s = run_slot(r, w->subject);

        db_ask(r->batch.db, r->batch.arena, &add_dead,
               DB_ARGS(db_text(w->place.cluster ? w->place.cluster : ""), db_text(w->place.topic ? w->place.topic : ""),
                       db_int4(w->place.partition), db_int8(w->place.offset), db_bytes(w->key), db_bytes(w->raw),
                       db_json(w->origin == WORK_DEAD ? (const char *)w->command : NULL),
                       db_text(w->reason ? w->reason : "unreadable"),
                       db_uuid_or_null(s && (s->subject.known || s->subject.changed) ? w->subject : id_nil)));
    }
}

/* ---- answers, numbers, timers */

/* Domain refusals are answers too and are given again; what may pass by itself (held, not-yet, busy) is not kept. */
static bool keeps_answer(const struct work *w)
{
    return w->refusal.code == ERR_OK || w->refusal.code == ERR_INVALID || w->refusal.code == ERR_ILLEGAL_MOVE ||
           w->refusal.code == ERR_CONFLICT;
}

/* What is refused and kept nowhere may be the repeat of what was done: then that is the answer. */
static bool may_be_repeat(const struct work *w)
{
    return !keeps_answer(w);
}

static void ask_keys(struct run *r)
{
    struct arena *a = r->batch.arena;
    struct db_array *actors = db_array_new(a, DB_TEXT), *keys = db_array_new(a, DB_TEXT),
                    *bodies = db_array_new(a, DB_BYTES), *statuses = db_array_new(a, DB_INT4),
                    *answers = db_array_new(a, DB_TEXT), *versions = db_array_new(a, DB_TEXT);

    for (size_t i = 0; i < r->count; i++) {
        const struct work *w = r->works[i];

        if (w->origin != WORK_COMMAND || !w->idempotency_key || r->replayed[i] || !keeps_answer(w))
            continue;
        db_array_text(actors, w->actor.subject);
        db_array_text(keys, w->idempotency_key);
        db_array_bytes(bodies, (struct bytes){w->body_digest.b, DIGEST_SIZE});
        db_array_int(statuses, w->refusal.code ? err_row(w->refusal.code)->http : w->status);
        db_array_text(answers, w->refusal.code ? http_problem_json(a, &w->refusal) : w->answer);
        db_array_text(versions, arena_printf(a, "%lld", (long long)w->version));
    }
    if (db_array_count(actors))
        db_ask(r->batch.db, a, &add_keys,
               DB_ARGS(db_items(actors), db_items(keys), db_items(bodies), db_items(statuses), db_items(answers),
                       db_items(versions)));
}

static void ask_series(struct run *r)
{
    struct arena *a = r->batch.arena;
    struct db_array *keys = db_array_new(a, DB_TEXT), *next = db_array_new(a, DB_INT8),
                    *unused_keys = db_array_new(a, DB_TEXT);

    for (size_t i = 0; i < r->series.count; i++) {
        const struct series_row *row = &r->series.items[i];
        bool moved = row->taken && row->next > row->first;

        if (moved) {
            db_array_text(keys, row->key);
            db_array_int(next, row->next);
        } else if (row->made) /* every act that named it was refused: nothing of them stays */
            db_array_text(unused_keys, row->key);
    }
    if (db_array_count(unused_keys))
        db_ask(r->batch.db, a, &drop_series, DB_ARGS(db_items(unused_keys)));
    if (db_array_count(keys))
        db_ask(r->batch.db, a, &save_series, DB_ARGS(db_items(keys), db_items(next)));
}

static void ask_timers(struct run *r)
{
    struct arena *a = r->batch.arena;
    struct db_array *set = db_array_new(a, DB_UUID), *set_acts = db_array_new(a, DB_TEXT),
                    *due = db_array_new(a, DB_TIME), *cleared = db_array_new(a, DB_UUID),
                    *cleared_acts = db_array_new(a, DB_TEXT);

    for (size_t i = 0; i < r->timers.count; i++) {
        const struct timer_row *t = &r->timers.items[i];

        db_array_uuid(t->due == INSTANT_NONE ? cleared : set, t->subject);
        db_array_text(t->due == INSTANT_NONE ? cleared_acts : set_acts, t->act);
        if (t->due != INSTANT_NONE)
            db_array_time(due, t->due);
    }
    if (db_array_count(set))
        db_ask(r->batch.db, a, &save_timers, DB_ARGS(db_items(set), db_items(set_acts), db_items(due)));
    if (db_array_count(cleared))
        db_ask(r->batch.db, a, &drop_timers, DB_ARGS(db_items(cleared), db_items(cleared_acts)));
}

/* ---- outbox and reference data */

static void ask_outbox(struct run *r)
{
    struct arena *a = r->batch.arena;
    struct db_array *topics = db_array_new(a, DB_TEXT), *partitions = db_array_new(a, DB_INT4),
                    *keys = db_array_new(a, DB_TEXT), *ids = db_array_new(a, DB_UUID),
                    *types = db_array_new(a, DB_TEXT), *times = db_array_new(a, DB_TIME),
                    *contents = db_array_new(a, DB_TEXT), *traces = db_array_new(a, DB_TEXT),
                    *values = db_array_new(a, DB_BYTES);

    if (r->publications.count == 0)
        return;
    for (size_t i = 0; i < r->publications.count; i++) {
        const struct publication *p = &r->publications.items[i];

        db_array_text(topics, p->topic);
        db_array_int(partitions, p->partition);
        db_array_text(keys, p->key);
        db_array_uuid(ids, p->event_id);
        db_array_text(types, p->type);
        db_array_time(times, p->time);
        db_array_text(contents, p->content);
        db_array_text(traces, p->trace);
        db_array_bytes(values, p->value);
    }
    db_ask(r->batch.db, a, &add_outbox,
           DB_ARGS(db_items(topics), db_items(partitions), db_items(keys), db_items(ids), db_items(types),
                   db_items(times), db_items(contents), db_items(traces), db_items(values)));
}

static void ask_references(struct run *r)
{
    struct arena *a = r->batch.arena;
    struct db_array *kinds = db_array_new(a, DB_TEXT), *ids = db_array_new(a, DB_TEXT),
                    *versions = db_array_new(a, DB_INT4), *releases = db_array_new(a, DB_INT8),
                    *digests = db_array_new(a, DB_BYTES), *records = db_array_new(a, DB_BYTES);

    for (size_t i = 0; i < r->references.count; i++) {
        const struct reference_row *row = &r->references.items[i];

        db_array_text(kinds, row->kind);
        db_array_text(ids, row->id);
        db_array_int(versions, row->version);
        db_array_int(releases, row->release);
        db_array_bytes(digests, (struct bytes){row->digest.b, DIGEST_SIZE});
        db_array_bytes(records, row->record);
    }
    if (r->references.count)
        db_ask(r->batch.db, a, &add_references,
               DB_ARGS(db_items(kinds), db_items(ids), db_items(versions), db_items(releases), db_items(digests),
                       db_items(records)));
    if (r->closes_release)
        db_ask(r->batch.db, a, &close_release, DB_ARGS(db_int8(r->closes_release), db_int8(r->release_records)));
}

enum run_end run_save(struct run *r, struct err *reterr)
{
    bool touched = r->batch.noted;

    for (size_t i = 0; i < r->batch.subject_count; i++)
        touched = touched || r->slots[i].subject.touched;
    ask_new_subjects(r);
    if (touched)
        r->service->ops->save(&r->batch);
    ask_subjects(r);
    ask_waiting(r);
    ask_offsets(r);
    ask_missing(r);
    ask_dead(r);
    ask_references(r);
    ask_series(r);
    ask_timers(r);
    ask_keys(r);
    if (!r->careful)
        run_ask_keys(r, may_be_repeat);
    ask_outbox(r);
    if (crash_due(CRASH_BATCH_SAVED)) {
        if (!db_flush(r->batch.db, reterr))
            crash_now();
        return run_failure(reterr);
    }
    db_ask(r->batch.db, r->batch.arena, &commit, DB_NO_ARGS);
    if (crash_due(CRASH_COMMIT_SENT)) {
        db_push(r->batch.db);
        crash_now();
    }
    if (db_flush(r->batch.db, reterr) == ERR_OK) {
        if (!r->careful)
            run_take_keys(r);
        return RUN_DONE;
    }
    /* The connection went while COMMIT was or was not under way: what stands shows when the batch runs again. */
    return db_lost(r->batch.db) ? RUN_IN_DOUBT : run_failure(reterr);
}
