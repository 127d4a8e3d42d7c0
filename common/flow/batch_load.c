/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Claim and load, in one round trip: BEGIN, the offsets' rows, the subjects' rows, the service's own rows unless they
 * are kept (keep.h), the facts, series, keys, timers. What waits, and states whose kept copy proved old, take a second
 * one. The order of the statements is the lock order. A new subject's row is locked last, by the INSERT in save: in the
 * order of ids, and who comes second there runs again, so no two batches wait for each other.
 */
#include <stdlib.h>
#include <string.h>

#include "common/base/crash.h"
#include "common/flow/batch_private.h"

static const struct db_stmt hasten = {"batch_hasten", "SET LOCAL lock_timeout = '100ms'"};
static const struct db_stmt begin = {"batch_begin", "BEGIN ISOLATION LEVEL READ COMMITTED"};

static const struct db_stmt facts = {
    "batch_facts", "SELECT c.offset_us, r.number AS release, pg_current_xact_id()::text::bigint AS xid"
                   "  FROM clock c, catalogue_release r"};

/* A partition whose epoch moved on gives no row: its new owner has it, this batch is fenced. */
static const struct db_stmt lock_offsets = {
    "batch_lock_offsets",
    "SELECT w.ord, c.next_offset, c.next_sequence"
    "  FROM unnest($1::text[], $2::int[], $3::bigint[]) WITH ORDINALITY AS w(topic, \"partition\", epoch, ord)"
    "  JOIN consumed c USING (topic, \"partition\", epoch)"
    " ORDER BY c.topic, c.\"partition\""
    "   FOR UPDATE OF c"};

static const struct db_stmt lock_subjects = {"batch_lock_subjects",
                                             "SELECT id, kind, version, applied, hold, waits, last_act FROM subject"
                                             " WHERE id = ANY ($1::uuid[]) ORDER BY id FOR UPDATE"};

/* Under the subject's lock and in the order of the pieces: the second of two letters sees the first one closed. */
static const struct db_stmt close_dead = {
    "batch_close_dead",
    "UPDATE dead_letter d SET state = $2, state_by = CASE state WHEN 'open' THEN $3::text ELSE state_by END,"
    "       state_why = CASE state WHEN 'open' THEN $4::text ELSE state_why END"
    " WHERE id = $1 AND state IN ('open', $2)"
    " RETURNING NOT EXISTS (SELECT FROM dead_letter o"
    "                        WHERE o.subject = d.subject AND o.state = 'open' AND o.id <> d.id) AS last"};

static const struct db_stmt read_waiting = {
    "batch_read_waiting", "SELECT subject, source, version, event, reason, topic, \"partition\", \"offset\""
                          "  FROM waiting WHERE subject = ANY ($1::uuid[]) ORDER BY subject, source, version"};

static const struct db_stmt make_series = {
    "batch_make_series", "INSERT INTO series_number (key) SELECT key FROM unnest($1::text[]) AS n(key) ORDER BY key"
                         " ON CONFLICT (key) DO NOTHING RETURNING key"};

static const struct db_stmt lock_series = {
    "batch_lock_series", "SELECT key, next FROM series_number WHERE key = ANY ($1::text[]) ORDER BY key FOR UPDATE"};

static const struct db_stmt read_keys = {"batch_read_keys",
                                         "SELECT w.piece, i.body_sha256, i.status, i.answer, i.headers"
                                         "  FROM unnest($1::text[], $2::text[], $3::int[]) AS w(actor, key, piece)"
                                         "  JOIN idempotency i USING (actor, key)"};

static const struct db_stmt read_timers = {
    "batch_read_timers", "SELECT w.piece FROM unnest($1::uuid[], $2::text[], $3::int[]) AS w(subject, act, piece)"
                         "  JOIN timer t USING (subject, act) WHERE t.due_at <= $4"};

/* What is read once more: a log may be read again from its beginning. */
static const struct db_stmt read_letters = {
    "batch_read_letters",
    "SELECT w.piece FROM unnest($1::text[], $2::text[], $3::int[], $4::bigint[], $5::bytea[], $6::int[])"
    "    AS w(cluster, topic, \"partition\", \"offset\", value, piece)"
    "  JOIN dead_letter d USING (cluster, topic, \"partition\", \"offset\")"
    " WHERE d.value IS NOT DISTINCT FROM w.value"};

const struct db_stmt *const batch_load_statements[] = {
    &begin,       &hasten,      &facts,     &lock_offsets, &lock_subjects, &close_dead, &read_waiting,
    &make_series, &lock_series, &read_keys, &read_timers,  &read_letters,  NULL};

/* ---- asking */

static void ask_claims(struct run *r)
{
    struct arena *a = r->batch.arena;
    struct db_array *topics = db_array_new(a, DB_TEXT), *partitions = db_array_new(a, DB_INT4),
                    *epochs = db_array_new(a, DB_INT8);

    if (r->claims.count == 0)
        return;
    for (size_t i = 0; i < r->claims.count; i++) {
        db_array_text(topics, r->claims.items[i].topic);
        db_array_int(partitions, r->claims.items[i].partition);
        db_array_int(epochs, r->claims.items[i].epoch);
    }
    r->asked_claims =
        db_ask(r->batch.db, a, &lock_offsets, DB_ARGS(db_items(topics), db_items(partitions), db_items(epochs)));
}

static void ask_subjects(struct run *r)
{
    struct arena *a = r->batch.arena;
    struct db_array *all = db_array_new(a, DB_UUID);

    if (r->batch.subject_count == 0)
        return;
    for (size_t i = 0; i < r->batch.subject_count; i++)
        db_array_uuid(all, r->slots[i].subject.id);
    r->asked_subjects = db_ask(r->batch.db, a, &lock_subjects, DB_ARGS(db_items(all)));
}

static void ask_closings(struct run *r)
{
    for (size_t i = 0; i < r->count; i++) {
        const struct closing *c = r->works[i]->closes;

        if (c)
            r->closed[i] = db_ask(r->batch.db, r->batch.arena, &close_dead,
                                  DB_ARGS(db_int8(c->letter), db_text(c->state), db_text(c->by), db_text(c->why)));
    }
}

/* Most series exist: they are locked at once, and made only when the lock finds one missing (run_load). */
static void ask_series(struct run *r)
{
    struct arena *a = r->batch.arena;
    struct db_array *keys = db_array_new(a, DB_TEXT);

    if (r->series.count == 0)
        return;
    for (size_t i = 0; i < r->series.count; i++)
        db_array_text(keys, r->series.items[i].key);
    r->asked_series = db_ask(r->batch.db, a, &lock_series, DB_ARGS(db_items(keys)));
}

void run_ask_keys(struct run *r, bool (*which)(const struct work *))
{
    struct arena *a = r->batch.arena;
    struct db_array *actors = db_array_new(a, DB_TEXT), *keys = db_array_new(a, DB_TEXT),
                    *pieces = db_array_new(a, DB_INT4);

    for (size_t i = 0; i < r->count; i++) {
        const struct work *w = r->works[i];

        if (w->origin != WORK_COMMAND || !w->idempotency_key || (which && !which(w)))
            continue;
        db_array_text(actors, w->actor.subject);
        db_array_text(keys, w->idempotency_key);
        db_array_int(pieces, (int64_t)i);
    }
    if (db_array_count(keys))
        r->asked_keys = db_ask(r->batch.db, a, &read_keys, DB_ARGS(db_items(actors), db_items(keys), db_items(pieces)));
}

static void ask_timers(struct run *r)
{
    struct arena *a = r->batch.arena;
    struct db_array *subjects = db_array_new(a, DB_UUID), *acts = db_array_new(a, DB_TEXT),
                    *pieces = db_array_new(a, DB_INT4);

    for (size_t i = 0; i < r->count; i++) {
        const struct work *w = r->works[i];

        if (w->origin != WORK_TIMER)
            continue;
        db_array_uuid(subjects, w->subject);
        db_array_text(acts, run_timer_name(r->service, w->act));
        db_array_int(pieces, (int64_t)i);
    }
    if (db_array_count(subjects))
        r->asked_timers = db_ask(r->batch.db, a, &read_timers,
                                 DB_ARGS(db_items(subjects), db_items(acts), db_items(pieces), db_time(r->batch.now)));
}

/* Behind the locks of the subjects: whoever closes a letter has done so, or waits for this batch. */
static void ask_letters(struct run *r)
{
    struct arena *a = r->batch.arena;
    struct db_array *clusters = db_array_new(a, DB_TEXT), *topics = db_array_new(a, DB_TEXT),
                    *partitions = db_array_new(a, DB_INT4), *offsets = db_array_new(a, DB_INT8),
                    *values = db_array_new(a, DB_BYTES), *pieces = db_array_new(a, DB_INT4);

    for (size_t i = 0; i < r->count; i++) {
        const struct work *w = r->works[i];

        if (w->origin != WORK_DEAD || w->place.partition < 0)
            continue;
        db_array_text(clusters, w->place.cluster ? w->place.cluster : "");
        db_array_text(topics, w->place.topic ? w->place.topic : "");
        db_array_int(partitions, w->place.partition);
        db_array_int(offsets, w->place.offset);
        db_array_bytes(values, w->raw);
        db_array_int(pieces, (int64_t)i);
    }
    if (db_array_count(pieces))
        r->asked_letters = db_ask(r->batch.db, a, &read_letters,
                                  DB_ARGS(db_items(clusters), db_items(topics), db_items(partitions), db_items(offsets),
                                          db_items(values), db_items(pieces)));
}

/* ---- taking */

static bool take_claims(struct run *r)
{
    size_t owned = 0;

    for (size_t row = 0; r->asked_claims && row < db_count(r->asked_claims); row++) {
        struct claim *c = &r->claims.items[db_get_int(r->asked_claims, row, db_column(r->asked_claims, "ord")) - 1];

        c->next_offset = db_get_int(r->asked_claims, row, db_column(r->asked_claims, "next_offset"));
        c->next_sequence = db_get_int(r->asked_claims, row, db_column(r->asked_claims, "next_sequence"));
        c->owned = true;
        owned++;
    }
    return owned == r->claims.count;
}

/* New subjects only by events and creating commands: a command on an unknown subject must find nothing. */
static bool may_begin(const struct work *w)
{
    return w->origin == WORK_EVENT || (w->origin == WORK_COMMAND && w->creates);
}

void run_begin_subjects(struct run *r)
{
    for (size_t i = 0; i < r->count; i++) {
        struct slot *s = run_slot_of(r, i);

        if (!s || s->stub || !may_begin(r->works[i]))
            continue;
        s->stub = true; /* where there is no row yet */
        /* Its kind is said by the first that may begin it: other pieces only name a subject, perhaps a wrong one. */
        s->subject.kind = r->works[i]->subject_kind ? r->works[i]->subject_kind : "";
    }
}

static void take_subjects(struct run *r)
{
    struct db_answer *q = r->asked_subjects;

    run_begin_subjects(r);
    if (!q)
        return;
    int id = db_column(q, "id"), kind = db_column(q, "kind"), version = db_column(q, "version"),
        applied = db_column(q, "applied"), hold = db_column(q, "hold"), waits = db_column(q, "waits"),
        last_act = db_column(q, "last_act");
    for (size_t row = 0; row < db_count(q); row++) {
        struct slot *s = run_slot(r, db_get_uuid(q, row, id));

        s->subject.kind = db_get_text(q, row, kind);
        s->subject.version = db_get_int(q, row, version);
        db_get_ints(q, row, applied, s->subject.applied, SOURCE_COUNT);
        s->subject.hold = db_get_text(q, row, hold);
        s->subject.last_act = db_get_time(q, row, last_act);
        s->subject.known = true;
        s->waits = db_get_bool(q, row, waits);
        s->was = s->subject;
        s->stub = false;
    }
}

static void ask_waiting(struct run *r)
{
    struct db_array *ids = db_array_new(r->batch.arena, DB_UUID);

    for (size_t i = 0; i < r->batch.subject_count; i++)
        if (r->slots[i].waits)
            db_array_uuid(ids, r->slots[i].subject.id);
    if (db_array_count(ids))
        r->asked_waiting = db_ask(r->batch.db, r->batch.arena, &read_waiting, DB_ARGS(db_items(ids)));
}

static void take_waiting(struct run *r)
{
    struct db_answer *q = r->asked_waiting;
    struct arena *a = r->batch.arena;

    for (size_t row = q ? db_count(q) : 0; row-- > 0;) {
        struct slot *s = run_slot(r, db_get_uuid(q, row, db_column(q, "subject")));
        struct waiter *w = ARENA_NEW(a, struct waiter);
        struct err err;

        w->work = ARENA_NEW(a, struct work);
        w->work->arena = a;
        w->work->raw = db_get_bytes(q, row, db_column(q, "event"));
        w->work->place = (struct work_place){.topic = db_get_text(q, row, db_column(q, "topic")),
                                             .partition = (int)db_get_int(q, row, db_column(q, "partition")),
                                             .offset = db_get_int(q, row, db_column(q, "offset"))};
        w->stored = true;
        w->stored_reason = w->reason = db_get_text(q, row, db_column(q, "reason"));

        struct bytes raw = w->work->raw;
        struct work_place place = w->work->place;
        /* It was readable when it was stored; an older release may not read what a newer one stored: then it goes on
         * waiting. */
        if (projection_work(r->service, raw, a, w->work, &err)) {
            w->work->act = ACT_UNKNOWN;
            w->work->event.source = (enum source)db_get_int(q, row, db_column(q, "source"));
            w->work->event.version = db_get_int(q, row, db_column(q, "version"));
        }
        w->work->raw = raw;
        w->work->place = place;
        w->work->arena = a;
        w->next = s->waiters; /* rows are walked from the last, so the list is in order */
        s->waiters = w;
    }
}

static struct series_row *series_of(struct run *r, const char *key)
{
    for (size_t i = 0; i < r->series.count; i++)
        if (strcmp(r->series.items[i].key, key) == 0)
            return &r->series.items[i];
    BUG_IF(true, "series %s was not asked for", key);
}

static void take_series(struct run *r, const struct db_answer *q)
{
    for (size_t row = 0; row < db_count(q); row++) {
        struct series_row *s = series_of(r, db_get_text(q, row, 0));

        s->first = s->next = db_get_int(q, row, 1);
    }
}

/*
 * make_missing_series makes the rows that the lock did not find, in the order of their keys; another process may have
 * made one meanwhile, so they are locked like the others.
 */
static enum run_end make_missing_series(struct run *r, struct err *reterr)
{
    struct arena *a = r->batch.arena;
    struct db_array *keys = db_array_new(a, DB_TEXT);

    for (size_t i = 0; i < r->series.count; i++)
        if (r->series.items[i].first == 0)
            db_array_text(keys, r->series.items[i].key);
    if (db_array_count(keys) == 0)
        return RUN_DONE;

    struct db_answer *made = db_ask(r->batch.db, a, &make_series, DB_ARGS(db_items(keys)));
    struct db_answer *locked = db_ask(r->batch.db, a, &lock_series, DB_ARGS(db_items(keys)));

    if (db_flush(r->batch.db, reterr))
        return run_failure(reterr);
    for (size_t row = 0; row < db_count(made); row++)
        series_of(r, db_get_text(made, row, 0))->made = true;
    take_series(r, locked);
    return RUN_DONE;
}

/* A stored answer is given again when the body is the same; another body under the same key is refused. */
void run_take_keys(struct run *r)
{
    struct db_answer *q = r->asked_keys;

    for (size_t row = 0; q && row < db_count(q); row++) {
        size_t i = (size_t)db_get_int(q, row, db_column(q, "piece"));
        struct work *w = r->works[i];
        struct bytes body = db_get_bytes(q, row, db_column(q, "body_sha256"));

        r->replayed[i] = true;
        r->n_repeated++;
        if (body.n != DIGEST_SIZE || memcmp(body.p, w->body_digest.b, DIGEST_SIZE) != 0) {
            err_say(&w->refusal, ERR_KEY_REUSED, "Idempotency-Key", "khóa \"%s\" đã dùng cho một nội dung khác",
                    "key \"%s\" was used for another body", w->idempotency_key);
            continue;
        }
        w->refusal.code = ERR_OK;
        w->status = (int)db_get_int(q, row, db_column(q, "status"));
        w->answer = arena_strdup(w->arena, db_get_text(q, row, db_column(q, "answer")));
        w->version = strtoll(db_get_text(q, row, db_column(q, "headers")), NULL, 10);
    }
}

static void take_timers(struct run *r)
{
    for (size_t row = 0; r->asked_timers && row < db_count(r->asked_timers); row++)
        r->timer_due[db_get_int(r->asked_timers, row, 0)] = true;
}

static void take_letters(struct run *r)
{
    for (size_t row = 0; r->asked_letters && row < db_count(r->asked_letters); row++)
        r->letter_known[db_get_int(r->asked_letters, row, 0)] = true;
}

/* What waited names rows of its own; they are locked behind those of the batch, a deadlock runs again. */
static enum run_end load_named(struct run *r, struct err *reterr)
{
    const struct executor_ops *ops = r->service->ops;
    struct batch *b = &r->batch;

    b->names = false;
    for (size_t i = 0; ops->prepare && i < b->subject_count; i++)
        for (const struct waiter *w = r->slots[i].waiters; w; w = w->next)
            if (w->work->act != ACT_UNKNOWN && w->work->act != ACT_SKIP)
                ops->prepare(b, w->work);
    if (!b->names)
        return RUN_DONE;
    ops->ask_named(b);
    if (db_flush(b->db, reterr) || ops->take_named(b, reterr))
        return run_failure(reterr);
    return RUN_DONE;
}

/* load_rest reads what only the subjects' rows could say: what waits of them, and states whose kept copy is old. */
static enum run_end load_rest(struct run *r, struct err *reterr)
{
    struct batch *b = &r->batch;
    struct db_array *old = run_use_kept(r);

    ask_waiting(r);
    if (db_array_count(old)) {
        b->subject_ids = old;
        r->service->ops->ask(b);
    }
    if (!r->asked_waiting && !db_array_count(old))
        return RUN_DONE;
    if (db_flush(b->db, reterr))
        return run_failure(reterr);
    if (db_array_count(old) && r->service->ops->take(b, reterr))
        return run_failure(reterr);
    take_waiting(r);
    return run_lacks_state(r) ? RUN_AGAIN : load_named(r, reterr);
}

enum run_end run_load(struct run *r, struct err *reterr)
{
    struct batch *b = &r->batch;

    crash_at(CRASH_BATCH_BEGIN);
    db_ask(b->db, b->arena, &begin, DB_NO_ARGS);
    if (r->hasty)
        db_ask(b->db, b->arena, &hasten, DB_NO_ARGS);
    ask_claims(r);
    ask_subjects(r);
    ask_closings(r);
    run_ask_states(r);
    /* Behind the locks: a release that was closed while this batch waited for them is seen. */
    r->asked_facts = db_ask(b->db, b->arena, &facts, DB_NO_ARGS);
    ask_series(r);
    if (r->careful)
        run_ask_keys(r, NULL);
    ask_timers(r);
    ask_letters(r);
    if (db_flush(b->db, reterr))
        return run_failure(reterr);

    if (db_count(r->asked_facts) != 1) {
        err_set(reterr, ERR_UNAVAILABLE, "no business clock in this database: run `taichoctl migrate`");
        return RUN_LATER;
    }
    crash_at(CRASH_BATCH_LOADED);
    r->clock_offset = db_get_int(r->asked_facts, 0, db_column(r->asked_facts, "offset_us"));
    r->release = b->release = db_get_int(r->asked_facts, 0, db_column(r->asked_facts, "release"));
    r->xid = db_get_int(r->asked_facts, 0, db_column(r->asked_facts, "xid"));
    if (!take_claims(r))
        return RUN_FENCED;
    take_subjects(r);
    if (run_take_states(r, reterr))
        return run_failure(reterr);
    enum run_end end = load_rest(r, reterr);
    if (end != RUN_DONE)
        return end;
    if (r->asked_series)
        take_series(r, r->asked_series);
    run_take_keys(r);
    take_timers(r);
    take_letters(r);
    return make_missing_series(r, reterr);
}
