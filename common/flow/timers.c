/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Rows of `timer` that fell due become work. The executor clears or moves the row in the transaction of the act, so
 * here is only remembered what is under way (not to be submitted twice). What came back unchanged or failed is written
 * down with a time to try it again, ever later: it moves behind the others in the order of the index, so that any
 * number of timers that cannot be carried out starves no other.
 */
#include "common/flow/timers.h"

#include <errno.h>
#include <poll.h>
#include <pthread.h>
#include <stdatomic.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/eventfd.h>
#include <time.h>
#include <unistd.h>

#include "common/base/crash.h"
#include "common/base/log.h"
#include "common/flow/clock.h"
#include "common/flow/trouble.h"
#include "common/io/db.h"

#define DUE_MAX     256
#define KNOWN_MAX   1024
#define RETRY_S     10 /* after the first time, twice as much after each, up to: */
#define RETRY_MAX_S 300
#define DONE_US     (5 * INSTANT_SECOND)
#define DEADLINE_MS 5000
#define STEP_MS     ((int)(TIMERS_SOON / INSTANT_MS))
#define BUSY_MS     20
#define PACE_MS     10 /* commits that set timers due soon wake this; it looks no oftener */

/*
 * Held subjects' timers stay due; so do acts that this release does not know. Those that are under way come again: they
 * are passed over here, for a list of them compared in SQL is quadratic. OFFSET 0 keeps the subject from being joined
 * the other way about: planned while the tables were empty, each look read every subject there was (0.1 s of 30,000).
 */
static const struct db_stmt due_timers = {
    "timers_due", "SELECT t.subject, t.act, t.due_at, s.kind"
                  "  FROM timer t, LATERAL (SELECT kind FROM subject WHERE id = t.subject AND hold IS NULL OFFSET 0) s"
                  " WHERE greatest(t.due_at, t.retry_at) <= $1 AND t.act = ANY ($2::text[])"
                  " ORDER BY greatest(t.due_at, t.retry_at) LIMIT $3"};
static const struct db_stmt next_timer = {"timers_next",
                                          "SELECT greatest(due_at, retry_at) AS due_at FROM timer"
                                          " WHERE greatest(due_at, retry_at) > $1 AND greatest(due_at, retry_at) <= $2"
                                          " ORDER BY greatest(due_at, retry_at) LIMIT 1"};
/* One that was set anew meanwhile is another one. Losing this is harmless, so it does not wait for the disk. */
static const struct db_stmt lightly = {"timers_lightly", "SELECT set_config('synchronous_commit', 'off', true)"};
static const struct db_stmt put_off = {
    "timers_put_off", "UPDATE timer t SET tries = least(t.tries + 1, 30),"
                      "       retry_at = $4 + least($5::int * 2 ^ least(t.tries, 20), $6::int) * interval '1 second'"
                      "  FROM unnest($1::uuid[], $2::text[], $3::timestamptz[]) AS n(subject, act, due_at)"
                      " WHERE t.subject = n.subject AND t.act = n.act AND t.due_at = n.due_at"};
static const struct db_stmt clock_row = {"timers_clock", "SELECT offset_us FROM clock"};

const struct db_stmt *const timer_statements[] = {&due_timers, &next_timer, &clock_row, &lightly, &put_off, NULL};

enum known_state { KNOWN_FREE, KNOWN_UNDER_WAY, KNOWN_DONE, KNOWN_LATER };

/* A timer that was submitted. DONE is kept for a while, to recognise one that did not go away; LATER until it is put
 * off. */
struct known {
    struct timers *timers;
    enum known_state state;
    struct id subject;
    const char *act;
    instant due;
    int64_t until; /* instant_mono: DONE becomes FREE then */
};

struct timers {
    const struct app *app;
    const char *conninfo;
    char application[96];
    struct actor actor;
    struct db *db;
    struct arena *scratch;
    int wake;             /* eventfd */
    pthread_mutex_t lock; /* of known */
    struct known known[KNOWN_MAX];
    size_t under_way;
    int64_t asked_at; /* instant_mono, before the last look: what was done since may still stand in its answer */
    pthread_t thread;
    bool started;
    atomic_bool stopping;
    struct trouble trouble;
};

enum err_code timers_new(const struct app *app, const char *conninfo, struct timers **ret, struct err *reterr)
{
    struct timers *t = calloc(1, sizeof(*t));
    BUG_IF(!t, "out of memory");
    t->app = app;
    t->conninfo = conninfo;
    (void)snprintf(t->application, sizeof(t->application), "taicho-%s-timers", app->service->name);
    (void)snprintf(t->actor.subject, sizeof(t->actor.subject), "service:%s", app->service->name);
    t->scratch = arena_new((size_t)1 << 20);
    t->trouble.doing = "looking for due timers";
    pthread_mutex_init(&t->lock, NULL);
    t->wake = eventfd(0, EFD_NONBLOCK | EFD_CLOEXEC);
    if (t->wake < 0) {
        timers_free(t);
        return err_set(reterr, ERR_UNAVAILABLE, "no eventfd: %s", strerror(errno));
    }
    *ret = t;
    return ERR_OK;
}

void timers_free(struct timers *t)
{
    if (!t)
        return;
    BUG_IF(t->under_way > 0, "%zu timers are still with the executor: it is stopped first", t->under_way);
    db_close(t->db);
    arena_free(t->scratch);
    if (t->wake >= 0)
        close(t->wake);
    pthread_mutex_destroy(&t->lock);
    free(t);
}

void timers_wake(struct timers *t)
{
    uint64_t one = 1;
    /* Full means that it is awake already. */
    ssize_t n = write(t->wake, &one, sizeof(one));
    (void)n;
}

static bool wait_wake(struct timers *t, int ms)
{
    struct pollfd p = {.fd = t->wake, .events = POLLIN};
    uint64_t n;
    return poll(&p, 1, ms) > 0 && read(t->wake, &n, sizeof(n)) > 0;
}

/* ---- what is known; the caller has the lock */

static const struct timer_act *act_of(const struct service *s, const char *name)
{
    for (const struct timer_act *a = s->ops->timer_acts; a && a->name; a++)
        if (strcmp(a->name, name) == 0)
            return a;
    return NULL;
}

static void expire(struct timers *t)
{
    int64_t now = instant_mono();
    for (size_t i = 0; i < KNOWN_MAX; i++)
        if (t->known[i].state == KNOWN_DONE && t->known[i].until <= now)
            t->known[i].state = KNOWN_FREE;
}

static struct known *known_of(struct timers *t, struct id subject, const char *act)
{
    for (size_t i = 0; i < KNOWN_MAX; i++)
        if (t->known[i].state != KNOWN_FREE && id_eq(t->known[i].subject, subject) && strcmp(t->known[i].act, act) == 0)
            return &t->known[i];
    return NULL;
}

/* room_for gives a place: a free one, else one that is done. NULL when all are under way or to be put off. */
static struct known *room_for(struct timers *t)
{
    struct known *done = NULL;
    for (size_t i = 0; i < KNOWN_MAX; i++) {
        if (t->known[i].state == KNOWN_FREE)
            return &t->known[i];
        if (t->known[i].state == KNOWN_DONE)
            done = &t->known[i];
    }
    return done;
}

/* ---- submitting */

static void timer_done(struct work *w)
{
    struct known *k = w->done_arg;
    struct timers *t = k->timers;
    crash_at(CRASH_TIMER_DONE);
    pthread_mutex_lock(&t->lock);
    bool failed = w->refusal.code != ERR_OK;
    k->state = failed ? KNOWN_LATER : KNOWN_DONE;
    k->until = instant_mono() + DONE_US;
    t->under_way--;
    bool last = t->under_way == 0;
    pthread_mutex_unlock(&t->lock);
    arena_free(w->arena);
    if (last)
        timers_wake(t);
}

/* begin notes a due timer; NULL: it came back unchanged, or there is no room. */
static struct known *begin(struct timers *t, struct id subject, const struct timer_act *act, instant due)
{
    pthread_mutex_lock(&t->lock);
    struct known *k = known_of(t, subject, act->name);
    bool stale = k && k->state == KNOWN_DONE && k->until - DONE_US >= t->asked_at;
    if (k && k->state == KNOWN_DONE && k->due == due && !stale)
        k->state = KNOWN_LATER;
    if (stale || (k && k->state != KNOWN_DONE)) {
        k = NULL;
    } else {
        k = k ? k : room_for(t);
        if (k) {
            *k =
                (struct known){.timers = t, .state = KNOWN_UNDER_WAY, .subject = subject, .act = act->name, .due = due};
            t->under_way++;
        }
    }
    pthread_mutex_unlock(&t->lock);
    return k;
}

static bool submit(struct timers *t, struct id subject, const char *kind, const struct timer_act *act, instant due,
                   struct err *reterr)
{
    struct known *k = begin(t, subject, act, due);
    if (!k)
        return false;
    struct arena *a = arena_new((size_t)16 << 10);
    struct work *w = ARENA_NEW(a, struct work);
    w->origin = WORK_TIMER;
    w->arena = a;
    w->subject = subject;
    w->subject_kind = arena_strdup(a, kind);
    w->act = act->act;
    w->actor = t->actor;
    w->place.partition = -1;
    w->done = timer_done;
    w->done_arg = k;
    if (executor_submit(t->app->executor, w, reterr) == ERR_OK)
        return true;
    arena_free(a);
    pthread_mutex_lock(&t->lock);
    k->state = KNOWN_FREE;
    t->under_way--;
    pthread_mutex_unlock(&t->lock);
    return false;
}

/* ---- the step */

static enum err_code open_db(struct timers *t, struct err *reterr)
{
    if (t->db)
        return db_open_if_lost(t->db, reterr);
    return db_open_by_key(t->conninfo, t->application, arena_printf(t->scratch, "%s,ext", t->app->service->name),
                          DEADLINE_MS, &t->db, reterr);
}

/* set_clock takes the offset over: an idle executor would not notice that it was moved forward. */
static enum err_code set_clock(struct timers *t, struct err *reterr)
{
    struct db_answer *q;
    enum err_code rc = db_run(t->db, t->scratch, &clock_row, DB_NO_ARGS, &q, reterr);
    if (!rc && db_count(q) > 0)
        clock_set(t->app->clock, db_get_int(q, 0, 0));
    return rc;
}

/* put_off_late writes down when those are tried again that came back; they are forgotten here only when that stands. */
static enum err_code put_off_late(struct timers *t, struct err *reterr)
{
    struct arena *a = t->scratch;
    struct db_array *subjects = db_array_new(a, DB_UUID), *acts = db_array_new(a, DB_TEXT),
                    *dues = db_array_new(a, DB_TIME);
    struct known *late[KNOWN_MAX];
    size_t n = 0;
    pthread_mutex_lock(&t->lock);
    for (size_t i = 0; i < KNOWN_MAX; i++) {
        if (t->known[i].state != KNOWN_LATER)
            continue;
        late[n++] = &t->known[i];
        db_array_uuid(subjects, t->known[i].subject);
        db_array_text(acts, t->known[i].act);
        db_array_time(dues, t->known[i].due);
    }
    pthread_mutex_unlock(&t->lock);
    if (n == 0)
        return ERR_OK;
    db_ask(t->db, a, &lightly, DB_NO_ARGS);
    db_ask(t->db, a, &put_off,
           DB_ARGS(db_items(subjects), db_items(acts), db_items(dues), db_time(clock_now(t->app->clock)),
                   db_int4(RETRY_S), db_int4(RETRY_MAX_S)));
    enum err_code rc = db_flush(t->db, reterr);
    pthread_mutex_lock(&t->lock);
    for (size_t i = 0; i < n && !rc; i++) /* only this thread moves one out of LATER */
        late[i]->state = KNOWN_FREE;
    pthread_mutex_unlock(&t->lock);
    return rc;
}

struct found {
    struct db_answer *due, *next;
    instant now;
};

static enum err_code ask_due(struct timers *t, struct found *ret, struct err *reterr)
{
    struct arena *a = t->scratch;
    struct db_array *acts = db_array_new(a, DB_TEXT);
    int64_t known = 0;
    for (const struct timer_act *act = t->app->service->ops->timer_acts; act && act->name; act++)
        db_array_text(acts, act->name);
    pthread_mutex_lock(&t->lock);
    expire(t);
    for (size_t i = 0; i < KNOWN_MAX; i++)
        known += t->known[i].state == KNOWN_UNDER_WAY || t->known[i].state == KNOWN_LATER;
    pthread_mutex_unlock(&t->lock);
    t->asked_at = instant_mono();
    ret->now = clock_now(t->app->clock);
    ret->due = db_ask(t->db, a, &due_timers, DB_ARGS(db_time(ret->now), db_items(acts), db_int8(DUE_MAX + known)));
    ret->next = db_ask(t->db, a, &next_timer, DB_ARGS(db_time(ret->now), db_time(ret->now + STEP_MS * INSTANT_MS)));
    return db_flush(t->db, reterr);
}

/* submit_due gives how many were submitted; *ret_full: the executor or the list of known ones has no room. */
static int submit_due(struct timers *t, const struct found *f, bool *ret_full)
{
    int n = 0;
    *ret_full = false;
    for (size_t row = 0; row < db_count(f->due); row++) {
        const struct timer_act *act = act_of(t->app->service, db_get_text(f->due, row, db_column(f->due, "act")));
        struct err e = {.code = ERR_OK};
        if (!act)
            continue;
        if (submit(t, db_get_uuid(f->due, row, db_column(f->due, "subject")),
                   db_get_text(f->due, row, db_column(f->due, "kind")), act,
                   db_get_time(f->due, row, db_column(f->due, "due_at")), &e))
            n++;
        else if (e.code != ERR_OK) {
            *ret_full = true;
            break;
        }
    }
    return n;
}

int timers_step(struct timers *t, int timeout_ms, struct err *reterr)
{
    arena_reset(t->scratch);
    enum err_code rc = open_db(t, reterr);
    if (!rc)
        rc = set_clock(t, reterr);
    struct found f = {0};
    int n = 0, wait_ms = timeout_ms < STEP_MS ? timeout_ms : STEP_MS;
    if (!rc && t->app->service->ops->timer_acts) {
        rc = put_off_late(t, reterr);
        if (!rc)
            rc = ask_due(t, &f, reterr);
        if (!rc) {
            bool full;
            if (db_count(f.due) > 0)
                crash_at(CRASH_TIMER_DUE);
            n = submit_due(t, &f, &full);
            instant next = db_count(f.next) > 0 ? db_get_time(f.next, 0, 0) : INSTANT_NONE;
            if (next != INSTANT_NONE && next - clock_now(t->app->clock) < wait_ms * INSTANT_MS)
                wait_ms =
                    next > clock_now(t->app->clock) ? (int)((next - clock_now(t->app->clock)) / INSTANT_MS) + 1 : 0;
            if (full && wait_ms > BUSY_MS)
                wait_ms = BUSY_MS;
        }
    }
    if (t->db)
        db_forget(t->db);
    if (rc)
        return -1;
    /* A full answer means that more are due: the last of these to be done wakes this. */
    if (wait_ms > 0)
        (void)wait_wake(t, wait_ms);
    return n;
}

/* ---- its thread */

static void *run(void *arg)
{
    struct timers *t = arg;
    log_push("thread", "timers");
    while (!atomic_load(&t->stopping)) {
        struct err e = {0};
        if (timers_step(t, STEP_MS, &e) < 0)
            (void)wait_wake(t, trouble_note(&t->trouble, &e));
        else
            trouble_none(&t->trouble);
        nanosleep(&(struct timespec){.tv_nsec = PACE_MS * 1000000L}, NULL);
    }
    log_pop();
    return NULL;
}

enum err_code timers_start(struct timers *t, struct err *reterr)
{
    int rc = pthread_create(&t->thread, NULL, run, t);
    if (rc)
        return err_set(reterr, ERR_UNAVAILABLE, "no thread for the timers: %s", strerror(rc));
    t->started = true;
    return ERR_OK;
}

void timers_stop(struct timers *t)
{
    atomic_store(&t->stopping, true);
    timers_wake(t);
    if (t->started)
        pthread_join(t->thread, NULL);
    t->started = false;
}
