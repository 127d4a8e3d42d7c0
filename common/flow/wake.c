/* SPDX-License-Identifier: Apache-2.0 */
/* Following the release: an idle service too loads a new one, and wakes what waited for it, a chunk per step. */
#include <string.h>

#include "common/base/crash.h"
#include "common/base/log.h"
#include "common/flow/catalogue_store.h"
#include "common/flow/executor_private.h"

#define CHUNK      64
#define LOOK_EVERY INSTANT_SECOND
/* What an older process stored as unknown, or a lost wake-up left behind, is looked for again now and then. */
#define AGAIN_EVERY INSTANT_MINUTE

static const struct db_stmt release_now = {"wake_release", "SELECT number FROM catalogue_release"};
static const struct db_stmt waiters = {
    "wake_waiters", "SELECT DISTINCT w.subject, s.kind FROM waiting w JOIN subject s ON s.id = w.subject"
                    " WHERE w.reason IN ('release', 'unknown-type') AND w.release <= $1 AND w.subject > $2"
                    " ORDER BY w.subject LIMIT 64"};

const struct db_stmt *const wake_statements[] = {&release_now, &waiters, NULL};

/*
 * executor_use_release makes a release the one in use. One whose snapshot cannot be built is alarmed once and left
 * alone: work goes on with the one before, so that a corrective import can be made.
 */
enum run_end executor_use_release(struct executor *e, int64_t release, struct err *reterr)
{
    if (release == catalogue_store_release(e->config.catalogue) || release == e->refused_release)
        return RUN_DONE;
    crash_at(CRASH_RELEASE);
    if (catalogue_store_load(e->config.catalogue, e->db, release, reterr) == ERR_OK)
        return RUN_AGAIN;
    if (db_lost(e->db) || reterr->sqlstate[0])
        return RUN_LATER;
    e->refused_release = release;
    log_err(LOG_ERROR, reterr, "building the snapshot of a release, going on with the one before");
    return RUN_DONE;
}

static void look_at_release(struct executor *e)
{
    int64_t now = instant_mono();
    struct db_answer *q;
    struct err err = {.code = ERR_OK};

    if (now < e->release_at || db_lost(e->db))
        return;
    e->release_at = now + LOOK_EVERY;
    arena_reset(e->arena);
    if (db_run(e->db, e->arena, &release_now, DB_NO_ARGS, &q, &err) == ERR_OK && db_count(q) == 1)
        (void)executor_use_release(e, db_get_int(q, 0, 0), &err); /* a failure is met again by the next batch */
    db_forget(e->db);
}

static size_t wake_chunk(struct executor *e)
{
    struct arena *a = arena_new(1u << 20);
    struct work *works[CHUNK], *kept[CHUNK];
    struct db_answer *q;
    struct err err;
    size_t n = 0;

    if (db_run(e->db, a, &waiters, DB_ARGS(db_int8(e->wake_release), db_uuid(e->wake_after)), &q, &err)) {
        e->wake_failed = true;
        arena_free(a);
        return 0;
    }
    for (; n < db_count(q) && n < CHUNK; n++) {
        works[n] = kept[n] = ARENA_NEW(a, struct work);
        *works[n] = (struct work){.origin = WORK_REDRIVE,
                                  .arena = a,
                                  .subject = db_get_uuid(q, n, 0),
                                  .subject_kind = arena_strdup(a, db_get_text(q, n, 1)),
                                  .place = {.partition = -1}};
        e->wake_after = works[n]->subject;
    }
    if (n)
        executor_carry(e, works, n);
    for (size_t i = 0; i < n; i++)
        e->wake_failed = e->wake_failed || kept[i]->refusal.code;
    arena_free(a);
    return n;
}

void executor_wake(struct executor *e)
{
    int64_t now = instant_mono(), release;

    look_at_release(e);
    release = catalogue_store_release(e->config.catalogue);
    if (release != e->wake_release) {
        e->wake_release = release;
        e->wake_after = id_nil;
        e->wake_at = now;
    }
    if (now < e->wake_at || db_lost(e->db))
        return;
    if (wake_chunk(e) == CHUNK)
        return; /* the next chunk comes with the next step: the counter is not kept waiting */
    e->wake_at = now + (e->wake_failed ? INSTANT_SECOND : AGAIN_EVERY);
    e->wake_after = id_nil;
    e->wake_failed = false;
}
