/* SPDX-License-Identifier: Apache-2.0 */
/* A snapshot is never changed; the store counts its holders and lets it go when the last one is done with it. */
#include "common/flow/catalogue_store.h"

#include <pthread.h>
#include <stdlib.h>

#include "common/flow/catalogue_read.h"
#include "taicho/v1/catalogue.pb-c.h"

#define SNAPSHOT_MAX ((size_t)256 * 1024 * 1024)

struct snapshot {
    struct snapshot *next; /* of those that are still held */
    struct arena *arena;
    struct catalogue *catalogue;
    int holders; /* the store itself is one while it is current */
};

struct catalogue_store {
    pthread_mutex_t lock;
    struct snapshot *current; /* the first of the list */
};

static const struct db_stmt all_records = {
    "catalogue_all", "SELECT record FROM catalogue_record WHERE release <= $1 ORDER BY kind, id, version"};

const struct db_stmt *const catalogue_statements[] = {&all_records, NULL};

/* ---- snapshots */

static struct snapshot *snapshot_new(int64_t release)
{
    struct snapshot *s = calloc(1, sizeof *s);
    BUG_IF(!s, "out of memory");
    s->arena = arena_new(SNAPSHOT_MAX);
    s->catalogue = catalogue_new(s->arena, release);
    s->holders = 1;
    return s;
}

static void snapshot_free(struct snapshot *s)
{
    arena_free(s->arena);
    free(s);
}

/* Called with the lock; gives what is to be freed without it. */
static struct snapshot *let_go(struct catalogue_store *s, struct snapshot *gone)
{
    if (--gone->holders > 0)
        return NULL;
    struct snapshot **p = &s->current;
    while (*p != gone)
        p = &(*p)->next;
    *p = gone->next;
    return gone;
}

static enum err_code read_records(struct snapshot *s, const struct db_answer *q, struct err *reterr)
{
    size_t n = db_count(q), calendars = 0;
    const Taicho__V1__CatalogueRecord **calendar = ARENA_ARRAY(s->arena, n + 1, const Taicho__V1__CatalogueRecord *);
    for (size_t i = 0; i < n; i++) {
        const Taicho__V1__CatalogueRecord *m;
        enum err_code rc = catalogue_decode(db_get_bytes(q, i, db_column(q, "record")), s->arena, &m, reterr);
        if (rc)
            return rc;
        if (m->body_case == TAICHO__V1__CATALOGUE_RECORD__BODY_CALENDAR)
            calendar[calendars++] = m;
        else
            catalogue_put(s->catalogue, s->arena, m);
    }
    return catalogue_set_calendar(s->catalogue, s->arena, calendar, calendars, reterr);
}

static enum err_code snapshot_read(struct snapshot *s, struct db *db, struct err *reterr)
{
    struct db_answer *q;
    enum err_code rc = ERR_OK;
    if (s->catalogue->release > 0) {
        rc = db_run(db, s->arena, &all_records, DB_ARGS(db_int8(s->catalogue->release)), &q, reterr);
        if (!rc)
            rc = read_records(s, q, reterr);
    }
    if (!rc && arena_overflown(s->arena))
        rc = err_set(reterr, ERR_TOO_LARGE, "the reference data take more than %zu bytes", SNAPSHOT_MAX);
    if (!rc)
        catalogue_seal(s->catalogue);
    return rc;
}

/* ---- the store */

struct catalogue_store *catalogue_store_new(void)
{
    struct catalogue_store *s = calloc(1, sizeof *s);
    BUG_IF(!s, "out of memory");
    pthread_mutex_init(&s->lock, NULL);
    s->current = snapshot_new(0);
    catalogue_seal(s->current->catalogue);
    return s;
}

void catalogue_store_free(struct catalogue_store *s)
{
    if (!s)
        return;
    BUG_IF(s->current->next || s->current->holders != 1, "a snapshot is still held");
    snapshot_free(s->current);
    pthread_mutex_destroy(&s->lock);
    free(s);
}

enum err_code catalogue_store_load(struct catalogue_store *s, struct db *db, int64_t release, struct err *reterr)
{
    if (catalogue_store_release(s) == release)
        return ERR_OK;
    struct snapshot *made = snapshot_new(release);
    enum err_code rc = snapshot_read(made, db, reterr);
    if (rc) {
        snapshot_free(made);
        return rc;
    }
    pthread_mutex_lock(&s->lock);
    struct snapshot *old = s->current;
    made->next = old;
    s->current = made;
    old = let_go(s, old);
    pthread_mutex_unlock(&s->lock);
    if (old)
        snapshot_free(old);
    return ERR_OK;
}

int64_t catalogue_store_release(struct catalogue_store *s)
{
    pthread_mutex_lock(&s->lock);
    int64_t release = s->current->catalogue->release;
    pthread_mutex_unlock(&s->lock);
    return release;
}

const struct catalogue *catalogue_store_hold(struct catalogue_store *s)
{
    pthread_mutex_lock(&s->lock);
    s->current->holders++;
    const struct catalogue *c = s->current->catalogue;
    pthread_mutex_unlock(&s->lock);
    return c;
}

void catalogue_store_drop(struct catalogue_store *s, const struct catalogue *c)
{
    pthread_mutex_lock(&s->lock);
    struct snapshot *held = s->current;
    while (held && held->catalogue != c)
        held = held->next;
    BUG_IF(!held, "a snapshot that this store does not know");
    struct snapshot *gone = let_go(s, held);
    pthread_mutex_unlock(&s->lock);
    if (gone)
        snapshot_free(gone);
}
