/* SPDX-License-Identifier: Apache-2.0 */
/*
 * One step of the relay, and the thread that repeats it. A step is
 *
 *   connect -> lead -> check the cluster -> take a tick -> publish a slice of it -> collect reports -> save
 *
 * and begins again where the last one stopped: whatever fails, the next step finds the same state or reads it anew.
 */
#include "common/flow/relay.h"

#include <errno.h>
#include <poll.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/eventfd.h>
#include <unistd.h>

#include "common/base/crash.h"
#include "common/base/log.h"
#include "common/flow/relay_private.h"
#include "common/flow/trouble.h"

#define ARENA_MAX ((size_t)16 * 1024 * 1024)
#define IDLE_MS   20
/* Under load the next tick gathers: a request to the broker costs the same for one message as for fifty. Gathering as
 * long as the last tick took doubled the hand-over's latency at half load. */
#define PACE_MS       25
#define PACE_FROM     4
#define PACE_TO       500
#define STANDBY_MS    250
#define MEASURE_EVERY (5 * INSTANT_SECOND)

/* ---- life */

enum err_code relay_new(const struct relay_config *c, struct relay **ret, struct err *reterr)
{
    int wake = eventfd(0, EFD_NONBLOCK | EFD_CLOEXEC);
    if (wake < 0)
        return err_set(reterr, ERR_UNAVAILABLE, "eventfd: %s", strerror(errno));
    struct relay *r = calloc(1, sizeof *r);
    BUG_IF(!r, "out of memory");
    r->config = *c;
    if (r->config.rows_max < 1)
        r->config.rows_max = RELAY_SLICE_ROWS;
    if (r->config.retention_days < 1)
        r->config.retention_days = 7;
    r->wake = wake;
    r->arena = arena_new(ARENA_MAX);
    r->oldest = INSTANT_NONE;
    r->flight.oldest = INSTANT_NONE;
    pthread_mutex_init(&r->step_lock, NULL);
    pthread_mutex_init(&r->stats_lock, NULL);
    *ret = r;
    return ERR_OK;
}

void relay_free(struct relay *r)
{
    if (!r)
        return;
    relay_stop(r, 0);
    bus_producer_free(r->producer, 0);
    db_close(r->db);
    for (size_t i = 0; i < r->lane_count; i++)
        free(r->lanes[i].topic);
    free(r->lanes);
    arena_free(r->arena);
    pthread_mutex_destroy(&r->stats_lock);
    pthread_mutex_destroy(&r->step_lock);
    close(r->wake);
    free(r);
}

void relay_wake(struct relay *r)
{
    uint64_t one = 1;
    if (write(r->wake, &one, sizeof one) < 0)
        return; /* the counter is full: it is awake */
}

/* Waits for a wake-up; false: the time was over. */
static bool wait_for_wake(struct relay *r, int timeout_ms)
{
    struct pollfd p = {.fd = r->wake, .events = POLLIN};
    uint64_t count;
    if (poll(&p, 1, timeout_ms) <= 0)
        return false;
    return read(r->wake, &count, sizeof count) > 0;
}

/* ---- what others may see */

static void note(struct relay *r, size_t published, bool tick_done)
{
    pthread_mutex_lock(&r->stats_lock);
    r->stats.leader = r->leader;
    memcpy(r->stats.leader_name, r->leader_name, sizeof r->leader_name);
    r->stats.published += published;
    r->stats.ticks += tick_done;
    if (!r->leader || !r->tick.open) {
        r->stats.unpublished = 0;
        r->oldest = INSTANT_NONE;
    } else {
        r->stats.unpublished = r->tick.rows - r->tick.done_rows;
        if (r->flight.oldest != INSTANT_NONE)
            r->oldest = r->flight.oldest;
    }
    pthread_mutex_unlock(&r->stats_lock);
}

/* While the brokers do not answer the backlog grows unseen: count it, now and then. */
static void note_failure(struct relay *r)
{
    int64_t now = instant_mono(), count = 0;
    instant oldest = INSTANT_NONE;
    struct err ignored;
    bool measured =
        r->leader && r->db && !db_lost(r->db) && now >= r->measured && !relay_measure(r, &count, &oldest, &ignored);
    if (measured)
        r->measured = now + MEASURE_EVERY;
    pthread_mutex_lock(&r->stats_lock);
    r->stats.failures++;
    r->stats.leader = r->leader;
    if (measured) {
        r->stats.unpublished = count;
        r->oldest = oldest;
    }
    pthread_mutex_unlock(&r->stats_lock);
}

void relay_stats(struct relay *r, struct relay_stats *ret)
{
    pthread_mutex_lock(&r->stats_lock);
    *ret = r->stats;
    ret->republish_waiting = (int)r->asked_count;
    if (r->oldest != INSTANT_NONE) {
        int64_t age = instant_real() - r->oldest;
        ret->oldest_unpublished_us = age > 0 ? age : 1;
    }
    pthread_mutex_unlock(&r->stats_lock);
}

/* ---- a step */

/* q: the rows, when they came with the tick. */
static enum err_code send_slice(struct relay *r, struct db_answer *q, struct err *reterr)
{
    enum err_code rc = q ? ERR_OK : relay_read(r, r->tick.id, r->tick.rows, r->tick.done_id, &q, reterr);
    if (rc)
        return rc;
    struct relay_rows rows = relay_rows_of(q);
    rc = relay_throttle(r, &rows, reterr);
    if (rc)
        return rc;
    relay_flight_begin(r);
    r->flight.last_id = r->tick.last_id;
    r->flight.rows = rows.count;
    if (rows.count > 0) {
        r->flight.last_id = db_get_int(q, rows.count - 1, rows.id);
        r->flight.oldest = db_get_time(q, 0, rows.recorded_at);
    }
    for (size_t i = 0; i < rows.count; i++) {
        struct err e;
        crash_at(CRASH_RELAY_PRODUCE);
        struct lane *lane = relay_row_lane(r, &rows, i);
        if (relay_send(r, &rows, i, lane, lane->sequence, &e)) {
            snprintf(r->flight.why, sizeof r->flight.why, "%.120s", e.en);
            r->flight.failed = true;
            break;
        }
        lane->sequence++;
        lane->moved = true;
    }
    crash_at(CRASH_RELAY_PRODUCED);
    db_forget(r->db);
    return ERR_OK;
}

/* The reports of what is in flight, then the transaction that says so. */
static enum err_code finish_slice(struct relay *r, int *ret_rows, struct err *reterr)
{
    enum err_code rc = relay_collect(r, RELAY_ACK_MS, reterr);
    if (rc)
        return rc;
    crash_at(CRASH_RELAY_ACKNOWLEDGED);
    r->flight.under_way = true; /* until it is saved: a failing save is tried again */
    size_t done = r->flight.rows, refused = r->flight.refused;
    rc = relay_save(r, reterr);
    if (rc)
        return rc;
    crash_at(CRASH_RELAY_SAVED);
    r->flight.under_way = false;
    r->tick.done_rows += (int64_t)done;
    note(r, done - refused, !r->tick.open);
    pthread_mutex_lock(&r->stats_lock);
    r->stats.refused += refused;
    pthread_mutex_unlock(&r->stats_lock);
    *ret_rows = (int)done;
    return ERR_OK;
}

/* Leads, or finds out who does; *ret tells. */
static enum err_code stand(struct relay *r, int timeout_ms, bool *ret, struct err *reterr)
{
    *ret = r->leader;
    if (r->leader)
        return ERR_OK;
    enum err_code rc = relay_lead(r, ret, reterr);
    if (rc)
        return rc;
    note(r, 0, false);
    if (!*ret) {
        relay_drop_asked(r);
        wait_for_wake(r, timeout_ms);
    }
    return ERR_OK;
}

static enum err_code step(struct relay *r, int timeout_ms, int *ret_rows, struct err *reterr)
{
    bool leads = false;
    struct db_answer *rows = NULL;
    enum err_code rc = relay_connect(r, reterr);
    if (!rc)
        rc = stand(r, timeout_ms, &leads, reterr);
    if (rc || !leads)
        return rc;
    rc = relay_producer(r, reterr);
    if (!rc && !r->checked)
        rc = relay_check_cluster(r, reterr);
    if (rc)
        return rc;
    if (r->flight.under_way)
        return finish_slice(r, ret_rows, reterr);
    rc = relay_days(r, reterr);
    if (!rc)
        rc = relay_serve(r, reterr);
    /* Rows are read with their tick when some are likely: a poll that finds nothing costs half as much without. */
    if (!rc && !r->tick.open)
        rc = relay_take(r, r->busy ? &rows : NULL, reterr);
    r->busy = false;
    if (!rc && !r->tick.open && wait_for_wake(r, timeout_ms))
        rc = relay_take(r, &rows, reterr);
    if (rc || !r->tick.open)
        return rc;
    r->busy = true;
    crash_at(CRASH_RELAY_TICK);
    rc = send_slice(r, rows, reterr);
    if (rc)
        return rc;
    note(r, 0, false);
    return finish_slice(r, ret_rows, reterr);
}

int relay_step(struct relay *r, int timeout_ms, struct err *reterr)
{
    int rows = 0;
    pthread_mutex_lock(&r->step_lock);
    arena_reset(r->arena);
    enum err_code rc = step(r, timeout_ms, &rows, reterr);
    if (rc)
        note_failure(r);
    if (r->db)
        db_forget(r->db);
    pthread_mutex_lock(&r->stats_lock);
    r->stats.connected = !r->leader || r->broker;
    r->stats.database = r->db && !db_lost(r->db);
    pthread_mutex_unlock(&r->stats_lock);
    pthread_mutex_unlock(&r->step_lock);
    return rc ? -1 : rows;
}

/* ---- its thread */

/* What is no failure of a step, but must be known. */
static void tell(struct relay *r)
{
    char notice[sizeof r->notice];
    pthread_mutex_lock(&r->stats_lock);
    memcpy(notice, r->notice, sizeof notice);
    r->notice[0] = 0;
    pthread_mutex_unlock(&r->stats_lock);
    if (notice[0])
        log_info("%s", notice);
    for (size_t i = 0; i < r->lane_count; i++) {
        struct lane *l = &r->lanes[i];
        if (l->refused_until == 0 || l->told)
            continue;
        log_error("dead letters do not go to %s: %s; they are kept in the table only", l->topic, l->refused_why);
        for (size_t k = 0; k < r->lane_count; k++)
            if (!strcmp(r->lanes[k].topic, l->topic))
                r->lanes[k].told = true;
    }
}

static void pause_ms(struct relay *r, int ms)
{
    for (int64_t until = instant_mono() + ms * INSTANT_MS; instant_mono() < until && !atomic_load(&r->stopping);)
        poll(NULL, 0, ms < 20 ? ms : 20);
}

static void *run(void *arg)
{
    struct relay *r = arg;
    struct trouble trouble = {.doing = "publishing"};
    struct relay_stats s;
    bool led = false;
    log_push("part", "relay");
    while (!atomic_load(&r->stopping)) {
        struct err e = {0};
        int rows = relay_step(r, IDLE_MS, &e);
        tell(r);
        if (rows < 0) {
            if (!atomic_load(&r->stopping))
                pause_ms(r, trouble_note(&trouble, &e));
            continue;
        }
        trouble_none(&trouble);
        relay_stats(r, &s);
        if (s.leader != led)
            log_info(s.leader ? "this process publishes" : "another process publishes; standing by");
        led = s.leader;
        if (!led)
            pause_ms(r, STANDBY_MS);
        else if (rows > PACE_FROM && rows < PACE_TO)
            pause_ms(r, PACE_MS);
    }
    log_pop();
    return NULL;
}

enum err_code relay_start(struct relay *r, struct err *reterr)
{
    atomic_store(&r->stopping, false);
    int rc = pthread_create(&r->thread, NULL, run, r);
    if (rc)
        return err_set(reterr, ERR_UNAVAILABLE, "thread of the relay: %s", strerror(rc));
    r->started = true;
    return ERR_OK;
}

void relay_stop(struct relay *r, int limit_ms)
{
    if (!r->started)
        return;
    /* What is in the outbox may still go out, within the limit. */
    struct relay_stats s;
    int64_t until = instant_mono() + limit_ms * INSTANT_MS;
    for (relay_stats(r, &s); s.leader && s.unpublished > 0 && instant_mono() < until; relay_stats(r, &s))
        poll(NULL, 0, 5);
    atomic_store(&r->stopping, true);
    relay_wake(r);
    pthread_join(r->thread, NULL);
    r->started = false;
    /* The lock goes with the connection: a standby may take over at once. */
    pthread_mutex_lock(&r->step_lock);
    relay_producer_drop(r);
    db_close(r->db);
    r->db = NULL;
    r->leader = false;
    pthread_mutex_unlock(&r->step_lock);
}
