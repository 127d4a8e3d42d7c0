/* SPDX-License-Identifier: Apache-2.0 */
/* The executor: its thread, what it is given, what it tells of itself. */
#include "common/flow/executor.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "common/base/log.h"
#include "common/flow/executor_private.h"

#define BATCH_MEMORY (64u << 20)
#define DEADLINE_MS  10000
#define STEP_MS      200

static const struct db_stmt prune_keys = {
    "executor_prune_keys", "DELETE FROM idempotency WHERE (actor, key) IN (SELECT actor, key FROM idempotency"
                           " WHERE at < clock_timestamp() - interval '24 hours' ORDER BY at LIMIT 5000)"};
const struct db_stmt *const prune_statements[] = {&prune_keys, NULL};

enum err_code executor_new(const struct executor_config *c, struct executor **ret, struct err *reterr)
{
    struct executor *e = calloc(1, sizeof *e);
    char path[64];

    BUG_IF(!e, "out of memory");
    e->config = *c;
    snprintf(path, sizeof path, "%s, ext", c->service->name);
    enum err_code rc = db_open_by_key(c->conninfo, c->application, path, DEADLINE_MS, &e->db, reterr);
    if (rc) {
        free(e);
        return rc;
    }
    atomic_store(&e->connected, true);
    e->queue = queue_new((size_t)c->queue_max);
    e->arena = arena_new(BATCH_MEMORY);
    e->keep = keep_new((size_t)c->keep_max, c->service->ops->copy);
    e->wake_release = -1;
    e->refused_release = -1;
    *ret = e;
    return ERR_OK;
}

void executor_free(struct executor *e)
{
    if (!e)
        return;
    db_close(e->db);
    queue_free(e->queue);
    keep_free(e->keep);
    arena_free(e->arena);
    free(e);
}

enum err_code executor_connect(struct executor *e, struct err *reterr)
{
    if (db_lost(e->db))
        keep_clear(e->keep);
    return db_open_if_lost(e->db, reterr);
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

/* ---- thread */

size_t executor_step(struct executor *e, int timeout_ms)
{
    struct work *works[BATCH_PIECES_MAX];
    size_t most = (size_t)e->config.batch_max < BATCH_PIECES_MAX ? (size_t)e->config.batch_max : BATCH_PIECES_MAX;
    size_t n = queue_take(e->queue, works, most, timeout_ms);

    if (n)
        executor_carry(e, works, n);
    if (!atomic_load(&e->stopping))
        executor_wake(e);
    return n;
}

/* prune forgets some answers older than 24 h; true: there may be more. */
static bool prune(struct executor *e)
{
    struct db_answer *q;
    struct err err;
    bool more = false;

    if (db_lost(e->db))
        return false;
    arena_reset(e->arena);
    if (db_run(e->db, e->arena, &prune_keys, DB_NO_ARGS, &q, &err))
        log_err(LOG_WARN, &err, "forgetting answers older than 24 h, trying again in a minute");
    else
        more = db_affected(q) > 0;
    db_forget(e->db);
    return more;
}

static void *run_thread(void *arg)
{
    struct executor *e = arg;
    int64_t prune_at = instant_mono();

    log_push("part", "executor");
    for (;;) {
        size_t n = executor_step(e, atomic_load(&e->stopping) ? 0 : STEP_MS);

        if (n == 0 && atomic_load(&e->stopping))
            break;
        if (instant_mono() >= prune_at)
            prune_at = instant_mono() + (prune(e) ? INSTANT_SECOND : INSTANT_MINUTE);
        /* Without work nobody notices that the database is back; readiness should. */
        if (n == 0 && db_lost(e->db)) {
            struct err err;

            atomic_store(&e->connected, executor_connect(e, &err) == ERR_OK);
        }
    }
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

void executor_stop(struct executor *e)
{
    struct work *works[256];
    struct err err;
    size_t n;

    atomic_store(&e->stopping, true);
    queue_close(e->queue); /* takes still empty it; nothing is added any more */
    if (e->threaded)
        pthread_join(e->thread, NULL);
    e->threaded = false;
    /* Only without a thread, or when it ended early, is something left. */
    err_say(&err, ERR_UNAVAILABLE, NULL, "dịch vụ đang dừng", "the service is stopping");
    while ((n = queue_take(e->queue, works, COUNT_OF(works), 0)) > 0)
        for (size_t i = 0; i < n; i++) {
            works[i]->refusal = err;
            if (works[i]->done)
                works[i]->done(works[i]);
        }
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
        .halted = atomic_load(&e->halted),
    };
    queue_counts(e->queue, &ret->command_queue, &ret->event_queue);
    snprintf(ret->halt_reason, sizeof ret->halt_reason, "%s", ret->halted ? e->halt_reason : "");
}
