/* SPDX-License-Identifier: Apache-2.0 */
/* One thread wakes who hangs: when the revision moved, or when the wait is over. */
#include "common/flow/watch.h"

#include <pthread.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <time.h>

#define WAITERS_MOST 256
#define WAIT_US      (25 * INSTANT_SECOND)
#define TOGETHER_US  (200 * INSTANT_MS)

struct waiting {
    struct http_exchange *exchange;
    int64_t after, until;
};

struct watch {
    pthread_mutex_t lock;
    pthread_cond_t moved;
    pthread_t thread;
    int64_t revision, told_at;
    struct waiting waiting[WAITERS_MOST];
    size_t count;
    bool stopping;
};

static void answer(struct http_exchange *x, int64_t revision)
{
    char json[64];

    snprintf(json, sizeof json, "{\"revision\":%lld}", (long long)revision);
    http_reply_json(x, 200, json);
    http_resume(x);
}

/* take moves out who is to be answered now; the answering itself is done without the lock. */
static size_t take(struct watch *w, int64_t now, struct http_exchange **ret)
{
    bool tell = w->stopping || now - w->told_at >= TOGETHER_US;
    size_t n = 0, kept = 0;

    for (size_t i = 0; i < w->count; i++) {
        struct waiting *x = &w->waiting[i];

        if (w->stopping || now >= x->until || (tell && x->after != w->revision))
            ret[n++] = x->exchange;
        else
            w->waiting[kept++] = *x;
    }
    w->count = kept;
    if (n)
        w->told_at = now;
    return n;
}

static void *run(void *arg)
{
    struct watch *w = arg;
    struct http_exchange *ready[WAITERS_MOST];

    pthread_mutex_lock(&w->lock);
    while (!w->stopping || w->count) {
        size_t n = take(w, instant_mono(), ready);
        int64_t revision = w->revision;

        pthread_mutex_unlock(&w->lock);
        for (size_t i = 0; i < n; i++)
            answer(ready[i], revision);
        pthread_mutex_lock(&w->lock);
        if (w->stopping)
            continue;

        int64_t until = instant_mono() + (w->count ? TOGETHER_US : INSTANT_SECOND);
        struct timespec t = {.tv_sec = until / 1000000, .tv_nsec = until % 1000000 * 1000};

        pthread_cond_timedwait(&w->moved, &w->lock, &t);
    }
    pthread_mutex_unlock(&w->lock);
    return NULL;
}

enum err_code watch_new(struct watch **ret, struct err *reterr)
{
    struct watch *w = calloc(1, sizeof *w);
    pthread_condattr_t attr;

    BUG_IF(!w, "out of memory");
    pthread_mutex_init(&w->lock, NULL);
    pthread_condattr_init(&attr);
    pthread_condattr_setclock(&attr, CLOCK_MONOTONIC);
    pthread_cond_init(&w->moved, &attr);
    pthread_condattr_destroy(&attr);
    if (pthread_create(&w->thread, NULL, run, w)) {
        free(w);
        return err_set(reterr, ERR_UNAVAILABLE, "cannot start the watch's thread");
    }
    *ret = w;
    return ERR_OK;
}

enum err_code watch_wait(struct watch *w, struct http_exchange *x, int64_t after, struct err *reterr)
{
    enum err_code rc = ERR_OK;
    bool now = false;
    int64_t revision;

    http_suspend(x); /* before anybody can resume it */
    pthread_mutex_lock(&w->lock);
    revision = w->revision;
    if (w->stopping || after != revision)
        now = true;
    else if (w->count == WAITERS_MOST)
        rc = err_say(reterr, ERR_BUSY, NULL, "quá nhiều trang đang chờ", "too many pages are waiting");
    else
        w->waiting[w->count++] = (struct waiting){x, after, instant_mono() + WAIT_US};
    pthread_mutex_unlock(&w->lock);
    if (now)
        answer(x, revision);
    return rc;
}

void watch_changed(struct watch *w)
{
    pthread_mutex_lock(&w->lock);
    w->revision++;
    if (w->count)
        pthread_cond_signal(&w->moved);
    pthread_mutex_unlock(&w->lock);
}

void watch_stop(struct watch *w)
{
    pthread_mutex_lock(&w->lock);
    w->stopping = true;
    pthread_cond_signal(&w->moved);
    pthread_mutex_unlock(&w->lock);
}

void watch_free(struct watch *w)
{
    if (!w)
        return;
    watch_stop(w);
    pthread_join(w->thread, NULL);
    pthread_cond_destroy(&w->moved);
    pthread_mutex_destroy(&w->lock);
    free(w);
}
