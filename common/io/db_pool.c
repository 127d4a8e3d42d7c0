/* SPDX-License-Identifier: Apache-2.0 */
/*
 * A bounded stack of connections. The one given back last is taken first, so a quiet service keeps few server processes
 * warm; a connection that is lost is opened by whoever takes it, outside the lock.
 */
#include <pthread.h>
#include <stdlib.h>
#include <time.h>

#include "common/io/db_inner.h"

struct db_pool {
    pthread_mutex_t lock;
    pthread_cond_t given;
    struct db **all;
    struct db **idle; /* the first idle_count */
    size_t size, idle_count;
    int deadline_ms;
};

enum err_code db_pool_new(const char *conninfo, const char *application, const char *search_path, int size,
                          int deadline_ms, struct db_pool **ret, struct err *reterr)
{
    BUG_IF(size < 1, "a pool of %d", size);
    struct db_pool *p = calloc(1, sizeof *p);
    BUG_IF(!p, "out of memory");
    p->size = (size_t)size;
    p->deadline_ms = deadline_ms;
    p->all = calloc(p->size, sizeof *p->all);
    p->idle = calloc(p->size, sizeof *p->idle);
    BUG_IF(!p->all || !p->idle, "out of memory");

    pthread_condattr_t attr;
    pthread_condattr_init(&attr);
    pthread_condattr_setclock(&attr, CLOCK_MONOTONIC);
    pthread_cond_init(&p->given, &attr);
    pthread_condattr_destroy(&attr);
    pthread_mutex_init(&p->lock, NULL);

    for (size_t i = 0; i < p->size; i++)
        p->all[i] = p->idle[i] = db_new(conninfo, application, search_path, deadline_ms);
    p->idle_count = p->size;

    /* One is opened now, so that a wrong setting shows at the start. */
    enum err_code rc = db_open_if_lost(p->idle[p->size - 1], reterr);
    if (rc)
        db_pool_free(p);
    else
        *ret = p;
    return rc;
}

/* Waits for an idle connection; NULL when the time is over. */
static struct db *take_idle(struct db_pool *p)
{
    struct timespec until;
    clock_gettime(CLOCK_MONOTONIC, &until);
    until.tv_sec += p->deadline_ms / 1000;
    until.tv_nsec += p->deadline_ms % 1000 * 1000000L;
    if (until.tv_nsec >= 1000000000L) {
        until.tv_sec++;
        until.tv_nsec -= 1000000000L;
    }

    struct db *db = NULL;
    pthread_mutex_lock(&p->lock);
    while (p->idle_count == 0 && pthread_cond_timedwait(&p->given, &p->lock, &until) == 0)
        ;
    if (p->idle_count > 0)
        db = p->idle[--p->idle_count];
    pthread_mutex_unlock(&p->lock);
    return db;
}

static void put_idle(struct db_pool *p, struct db *db)
{
    pthread_mutex_lock(&p->lock);
    BUG_IF(p->idle_count == p->size, "a connection was given back twice");
    p->idle[p->idle_count++] = db;
    pthread_cond_signal(&p->given);
    pthread_mutex_unlock(&p->lock);
}

enum err_code db_pool_take(struct db_pool *p, struct db **ret, struct err *reterr)
{
    struct db *db = take_idle(p);
    if (!db)
        return err_set(reterr, ERR_BUSY, "database: all %zu connections of the pool are in use", p->size);
    enum err_code rc = db_open_if_lost(db, reterr);
    if (rc)
        put_idle(p, db);
    else
        *ret = db;
    return rc;
}

void db_pool_give(struct db_pool *p, struct db *db)
{
    if (!db)
        return;
    db_tidy(db);
    put_idle(p, db);
}

void db_pool_free(struct db_pool *p)
{
    if (!p)
        return;
    for (size_t i = 0; i < p->size; i++)
        db_close(p->all[i]);
    pthread_cond_destroy(&p->given);
    pthread_mutex_destroy(&p->lock);
    free(p->idle);
    free(p->all);
    free(p);
}
