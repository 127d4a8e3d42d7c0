/* SPDX-License-Identifier: Apache-2.0 */
/* The executor: its thread, and what is done when a batch does not go through. */
#include "common/flow/executor.h"

#include <pthread.h>
#include <stdatomic.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "common/base/log.h"
#include "common/flow/batch_private.h"
#include "common/flow/catalogue_store.h"
#include "common/flow/clock.h"
#include "common/flow/queue.h"

#define BATCH_MEMORY   (64u << 20)
#define DEADLINE_MS    10000
#define BACKOFF_MIN_MS 20
#define BACKOFF_MAX_MS 1000
/* A command waits so long for a database that comes back; then it is told 503. Events wait for ever. */
#define COMMAND_PATIENCE_US (2 * INSTANT_SECOND)
#define DOUBT_TRIES         20

struct executor {
    struct executor_config config;
    struct queue *queue;
    struct db *db;
    struct arena *arena;
    pthread_t thread;
    bool threaded;
    atomic_bool stopping, drained;
    atomic_int halted;
    char halt_reason[200];
    void (*fenced)(void *arg, const char *topic, int partition);
    void *fenced_arg;
    int64_t woken_release; /* waiting events were woken up to this release */
    atomic_bool connected;
    _Atomic uint64_t batches, commands, events, timers, refused, repeated, waited, held, dead, fenced_count, retried,
        bisected, commit_us;
};

static const struct db_stmt xact_status = {"executor_xact_status",
                                           "SELECT pg_xact_status($1::bigint::text::xid8) AS status"};
static const struct db_stmt release_waiters = {
    "executor_release_waiters", "SELECT DISTINCT w.subject, s.kind FROM waiting w JOIN subject s ON s.id = w.subject"
                                " WHERE w.reason IN ('release', 'unknown-type') AND w.release <= $1 AND w.subject > $2 "
                                "ORDER BY w.subject LIMIT 64"};
static const struct db_stmt prune_keys = {"executor_prune_keys",
                                          "DELETE FROM idempotency WHERE at < clock_timestamp() - interval '24 hours'"};

const struct db_stmt *const executor_statements[] = {&xact_status, &release_waiters, &prune_keys, NULL};

enum err_code executor_new(const struct executor_config *c, struct executor **ret, struct err *reterr)
{
    struct executor *e = calloc(1, sizeof *e);
    char path[64];

    BUG_IF(!e, "out of memory");
    e->config = *c;
    snprintf(path, sizeof path, "%s, ext", c->service->name);
    enum err_code rc = db_open(c->conninfo, c->application, path, DEADLINE_MS, &e->db, reterr);
    if (rc) {
        free(e);
        return rc;
    }
    atomic_store(&e->connected, true);
    e->queue = queue_new((size_t)c->queue_max);
    e->arena = arena_new(BATCH_MEMORY);
    *ret = e;
    return ERR_OK;
}

void executor_free(struct executor *e)
{
    if (!e)
        return;
    db_close(e->db);
    queue_free(e->queue);
    arena_free(e->arena);
    free(e);
}

void executor_on_fenced(struct executor *e, void (*fenced)(void *arg, const char *topic, int partition), void *arg)
{
    e->fenced = fenced;
    e->fenced_arg = arg;
}

enum err_code executor_submit(struct executor *e, struct work *w, struct err *reterr)
{
    if (atomic_load(&e->halted))
        return err_say(reterr, ERR_UNAVAILABLE, NULL, "dịch vụ tạm dừng: %s", "the service is halted: %s",
                       e->halt_reason);
    if (atomic_load(&e->stopping))
        return err_say(reterr, ERR_UNAVAILABLE, NULL, "dịch vụ đang dừng", "the service is stopping");
    if (!queue_put(e->queue, w))
        return err_say(reterr, ERR_BUSY, NULL, "hàng đợi đã đầy, hãy thử lại", "the queue is full, try again");
    return ERR_OK;
}

size_t executor_room(struct executor *e)
{
    return atomic_load(&e->halted) ? 0 : queue_event_room(e->queue);
}

/* ---- ends of work */

static void finish(struct work *w)
{
    if (w->done)
        w->done(w);
}

static void finish_all(struct work **works, size_t count)
{
    for (size_t i = 0; i < count; i++)
        finish(works[i]);
}

static bool is_command(const struct work *w)
{
    return w->origin == WORK_COMMAND || w->origin == WORK_REDRIVE;
}

/* fail_commands answers the commands among the works with a failure that may pass; returns how many works are left. */
static size_t fail_commands(struct work **works, size_t count, const struct err *why)
{
    size_t left = 0;

    for (size_t i = 0; i < count; i++) {
        if (!is_command(works[i])) {
            works[left++] = works[i];
            continue;
        }
        works[i]->refusal = *why;
        finish(works[i]);
    }
    return left;
}

static void count_run(struct executor *e, const struct run *r)
{
    for (size_t i = 0; i < r->count; i++)
        atomic_fetch_add(r->works[i]->origin == WORK_TIMER ? &e->timers
                         : is_command(r->works[i])         ? &e->commands
                                                           : &e->events,
                         1);
    atomic_fetch_add(&e->batches, 1);
    atomic_fetch_add(&e->refused, r->n_refused);
    atomic_fetch_add(&e->repeated, r->n_repeated);
    atomic_fetch_add(&e->waited, r->n_waited);
    atomic_fetch_add(&e->held, r->n_held);
    atomic_fetch_add(&e->dead, r->n_dead);
}

/* Alarms are raised here, after COMMIT, so that a batch that is run again does not raise them twice. */
static void raise_alarms(const struct run *r)
{
    for (size_t i = 0; i < r->batch.subject_count; i++)
        if (r->slots[i].hold_moved && r->slots[i].subject.hold)
            log_error("subject %s is on hold: %s", id_text(r->slots[i].subject.id).s, r->slots[i].subject.hold);
    for (size_t i = 0; i < r->dead.count; i++)
        log_error("dead letter %s/%d@%lld: %s", r->dead.items[i]->place.topic, r->dead.items[i]->place.partition,
                  (long long)r->dead.items[i]->place.offset, r->dead.items[i]->reason);
    for (size_t i = 0; i < r->missing_of.count; i++)
        log_error("numbers %lld to %lld are missing in %s/%d", (long long)r->missing_from.items[i],
                  (long long)r->missing_of.items[i]->place.sequence - 1, r->missing_of.items[i]->place.topic,
                  r->missing_of.items[i]->place.partition);
}

static void committed(struct executor *e, struct run *r)
{
    count_run(e, r);
    raise_alarms(r);
    if (r->service->ops->committed)
        r->service->ops->committed(&r->batch);
    finish_all(r->works, r->count);
    if (e->config.committed)
        e->config.committed(e->config.committed_arg, r->publications.count > 0, r->timers.count > 0);
}

/* ---- one attempt */

/*
 * current tells whether the batch was prepared with the business time and the reference data that its claim saw. If
 * not, they are brought up to date and the batch is prepared anew: series and due times were asked for by the old ones.
 */
static enum run_end current(struct executor *e, const struct run *r, struct err *reterr)
{
    enum run_end end = RUN_DONE;

    if (r->clock_offset != clock_offset(e->config.clock)) {
        clock_set(e->config.clock, r->clock_offset);
        end = RUN_AGAIN;
    }
    if (r->release != catalogue_store_release(e->config.catalogue)) {
        if (catalogue_store_load(e->config.catalogue, e->db, r->release, reterr))
            return run_failure(reterr);
        end = RUN_AGAIN;
    }
    return end;
}

/* settle_doubt asks the database what became of a COMMIT whose answer was lost. */
static enum run_end settle_doubt(struct executor *e, const struct run *r)
{
    for (int try = 0; try < DOUBT_TRIES; try++) {
        struct db_answer *q;
        struct err err;

        if (try)
            nanosleep(&(struct timespec){.tv_nsec = 100 * 1000 * 1000}, NULL);
        if (db_open_if_lost(e->db, &err) ||
            db_run(e->db, r->batch.arena, &xact_status, DB_ARGS(db_int8(r->xid)), &q, &err))
            continue;
        const char *status = db_count(q) ? db_get_text(q, 0, 0) : NULL;

        if (status && strcmp(status, "committed") == 0)
            return RUN_DONE;
        if (status && strcmp(status, "aborted") == 0)
            return RUN_LATER;
    }
    return RUN_IN_DOUBT;
}

static enum run_end attempt(struct executor *e, struct run *r, struct err *reterr)
{
    if (db_open_if_lost(e->db, reterr))
        return RUN_LATER;
    r->batch.db = e->db;
    enum run_end end = run_load(r, reterr);
    if (end == RUN_DONE)
        end = current(e, r, reterr);
    if (end == RUN_DONE) {
        run_decide(r);
        if (r->halt) {
            err_set(reterr, ERR_UNAVAILABLE, "%s", r->halt);
            end = RUN_HALT;
        } else
            end = run_save(r, reterr);
    }
    if (end == RUN_IN_DOUBT)
        end = settle_doubt(e, r);
    else if (end != RUN_DONE)
        run_rollback(r);
    if (end == RUN_IN_DOUBT)
        err_say(reterr, ERR_IN_DOUBT, NULL, "chưa rõ kết quả; hãy gửi lại với cùng khóa",
                "the outcome is unknown; repeat with the same key");
    atomic_store(&e->connected, !db_lost(e->db));
    return end;
}

/* ---- a batch until it is through */

static void carry(struct executor *e, struct work **works, size_t count);

/* drop_fenced takes the events of partitions that are not owned any more out of the works. */
static size_t drop_fenced(struct executor *e, const struct run *r, struct work **works, size_t count)
{
    size_t left = 0;

    for (size_t i = 0; i < count; i++) {
        struct work *w = works[i];
        bool lost = false;

        for (size_t c = 0; !is_command(w) && w->origin != WORK_TIMER && w->place.partition >= 0 && c < r->claims.count;
             c++) {
            const struct claim *k = &r->claims.items[c];

            lost = lost || (!k->owned && k->partition == w->place.partition && k->epoch == w->place.epoch &&
                            strcmp(k->topic, w->place.topic) == 0);
        }
        if (!lost) {
            works[left++] = w;
            continue;
        }
        err_set(&w->refusal, ERR_CONFLICT, "fenced");
        finish(w);
    }
    return left;
}

static void fenced(struct executor *e, struct run *r)
{
    atomic_fetch_add(&e->fenced_count, 1);
    for (size_t i = 0; e->fenced && i < r->claims.count; i++)
        if (!r->claims.items[i].owned)
            e->fenced(e->fenced_arg, r->claims.items[i].topic, r->claims.items[i].partition);
}

/* broken: something in the batch cannot be stored. Halves are tried in order; a single piece ends here. */
static void broken(struct executor *e, struct work **works, size_t count, const struct err *why)
{
    atomic_fetch_add(&e->bisected, 1);
    if (count > 1) {
        carry(e, works, count / 2);
        carry(e, works + count / 2, count - count / 2);
        return;
    }
    struct work *w = works[0];

    log_err(LOG_ERROR, why, "storing one piece of work");
    if (is_command(w) || w->origin == WORK_TIMER || w->poison) {
        err_set(&w->refusal, ERR_BUG, "%s", why->en);
        finish(w);
        return;
    }
    /* An event that cannot be stored as decided is held with this reason; the rest of its partition flows on. */
    w->poison = arena_printf(w->arena, "storing failed: %s", why->en);
    carry(e, works, 1);
}

static void halt(struct executor *e, struct work **works, size_t count, const struct err *why)
{
    snprintf(e->halt_reason, sizeof e->halt_reason, "%.199s", why->en);
    atomic_store(&e->halted, 1);
    log_err(LOG_ERROR, why, "refusing to run until an operator decides");
    for (size_t i = 0; i < count; i++) {
        works[i]->refusal = *why;
        finish(works[i]);
    }
}

static void pause_ms(int ms)
{
    nanosleep(&(struct timespec){.tv_sec = ms / 1000, .tv_nsec = (ms % 1000) * 1000000L}, NULL);
}

/* carry runs works until each of them is through or answered. */
static void carry(struct executor *e, struct work **works, size_t count)
{
    int64_t patience = instant_mono() + COMMAND_PATIENCE_US;
    int backoff = BACKOFF_MIN_MS;
    bool said = false;

    while (count) {
        struct err err = {.code = ERR_OK};
        int64_t start = instant_mono();

        db_forget(e->db);
        arena_reset(e->arena);
        const struct catalogue *catalogue = catalogue_store_hold(e->config.catalogue);
        struct run *r = run_new(e->arena, e->config.service, works, count, clock_now(e->config.clock), catalogue);
        enum run_end end = attempt(e, r, &err);
        atomic_fetch_add(&e->commit_us, (uint64_t)(instant_mono() - start));
        if (end == RUN_DONE)
            committed(e, r);
        catalogue_store_drop(e->config.catalogue, catalogue);
        switch (end) {
        case RUN_DONE:
            return;
        case RUN_FENCED:
            fenced(e, r);
            count = drop_fenced(e, r, works, count);
            break;
        case RUN_AGAIN:
            atomic_fetch_add(&e->retried, 1);
            break;
        case RUN_BROKEN:
            broken(e, works, count, &err);
            return;
        case RUN_HALT:
            halt(e, works, count, &err);
            return;
        case RUN_IN_DOUBT:
            count = fail_commands(works, count, &err);
            break;
        case RUN_LATER:
            atomic_fetch_add(&e->retried, 1);
            if (!said)
                log_err(LOG_WARN, &err, "storing a batch, trying again");
            said = true;
            if (instant_mono() > patience || atomic_load(&e->stopping)) {
                err_say(&err, ERR_UNAVAILABLE, NULL, "cơ sở dữ liệu tạm thời không phục vụ được",
                        "the database is not available now");
                count = fail_commands(works, count, &err);
            }
            if (atomic_load(&e->stopping)) {
                for (size_t i = 0; i < count; i++)
                    works[i]->refusal = err;
                finish_all(works, count); /* events stay in Kafka: their offsets did not move */
                return;
            }
            pause_ms(backoff);
            backoff = backoff * 2 > BACKOFF_MAX_MS ? BACKOFF_MAX_MS : backoff * 2;
            break;
        }
    }
}

/* ---- what waited for a release */

/* wake_waiters lets subjects whose events waited for the current release run again, in chunks, through this executor.
 */
static void wake_waiters(struct executor *e)
{
    int64_t release = catalogue_store_release(e->config.catalogue);
    struct id after = id_nil;

    if (release == e->woken_release)
        return;
    for (;;) {
        struct arena *a = arena_new(1u << 20);
        struct db_answer *q;
        struct err err;
        struct work *works[64];
        size_t n = 0;

        if (db_lost(e->db) || db_run(e->db, a, &release_waiters, DB_ARGS(db_int8(release), db_uuid(after)), &q, &err)) {
            arena_free(a);
            return; /* tried again after the next batch */
        }
        for (; n < db_count(q) && n < COUNT_OF(works); n++) {
            works[n] = ARENA_NEW(a, struct work);
            *works[n] = (struct work){.origin = WORK_REDRIVE,
                                      .arena = a,
                                      .subject = db_get_uuid(q, n, 0),
                                      .subject_kind = arena_strdup(a, db_get_text(q, n, 1)),
                                      .occurred_at = INSTANT_NONE,
                                      .place = {.partition = -1}};
            after = works[n]->subject;
        }
        if (n)
            carry(e, works, n);
        arena_free(a);
        if (n < COUNT_OF(works))
            break;
    }
    e->woken_release = release;
}

/* ---- thread */

size_t executor_step(struct executor *e, int timeout_ms)
{
    struct work *works[BATCH_PIECES_MAX];
    size_t most = (size_t)e->config.batch_max < BATCH_PIECES_MAX ? (size_t)e->config.batch_max : BATCH_PIECES_MAX;
    size_t n = queue_take(e->queue, works, most, timeout_ms);

    if (n)
        carry(e, works, n);
    wake_waiters(e);
    return n;
}

static void prune(struct executor *e)
{
    struct db_answer *q;
    struct err err;

    if (db_lost(e->db))
        return;
    arena_reset(e->arena);
    if (db_run(e->db, e->arena, &prune_keys, DB_NO_ARGS, &q, &err))
        log_err(LOG_WARN, &err, "forgetting answers older than 24 h, trying again in a minute");
    db_forget(e->db);
}

static void *run_thread(void *arg)
{
    struct executor *e = arg;
    int64_t pruned = instant_mono();

    log_push("part", "executor");
    for (;;) {
        size_t n = executor_step(e, atomic_load(&e->stopping) ? 0 : 200);

        if (n == 0 && atomic_load(&e->stopping))
            break;
        if (instant_mono() - pruned > INSTANT_MINUTE) {
            prune(e);
            pruned = instant_mono();
        }
        /* Without work nobody notices that the database is back; readiness should. */
        if (n == 0 && db_lost(e->db)) {
            struct err err;

            atomic_store(&e->connected, db_open_if_lost(e->db, &err) == ERR_OK);
        }
    }
    atomic_store(&e->drained, true);
    log_pop();
    return NULL;
}

enum err_code executor_start(struct executor *e, struct err *reterr)
{
    if (pthread_create(&e->thread, NULL, run_thread, e))
        return err_set(reterr, ERR_UNAVAILABLE, "cannot start the executor's thread");
    e->threaded = true;
    return ERR_OK;
}

void executor_stop(struct executor *e, int limit_ms)
{
    int64_t end = instant_mono() + limit_ms * INT64_C(1000);

    atomic_store(&e->stopping, true);
    if (!e->threaded)
        return;
    while (!atomic_load(&e->drained) && instant_mono() < end)
        pause_ms(5);
    queue_close(e->queue);
    pthread_join(e->thread, NULL);
    e->threaded = false;
}

void executor_stats(struct executor *e, struct executor_stats *ret)
{
    *ret = (struct executor_stats){
        .batches = atomic_load(&e->batches),
        .commands = atomic_load(&e->commands),
        .events = atomic_load(&e->events),
        .timers = atomic_load(&e->timers),
        .refused = atomic_load(&e->refused),
        .repeated = atomic_load(&e->repeated),
        .waited = atomic_load(&e->waited),
        .held = atomic_load(&e->held),
        .dead = atomic_load(&e->dead),
        .fenced = atomic_load(&e->fenced_count),
        .retried = atomic_load(&e->retried),
        .bisected = atomic_load(&e->bisected),
        .commit_us = atomic_load(&e->commit_us),
        .connected = atomic_load(&e->connected),
        .halted = atomic_load(&e->halted) != 0,
    };
    queue_counts(e->queue, &ret->command_queue, &ret->event_queue);
    snprintf(ret->halt_reason, sizeof ret->halt_reason, "%s", ret->halted ? e->halt_reason : "");
}
