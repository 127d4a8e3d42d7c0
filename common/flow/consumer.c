/* SPDX-License-Identifier: Apache-2.0 */
/* One step of consuming: stay in the group, read while there is room, report, and begin anew when something broke. */
#include "common/flow/consumer.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "common/base/crash.h"
#include "common/base/log.h"
#include "common/flow/consumer_private.h"

#define REPORT_US  INSTANT_SECOND
#define AGAIN_US   (5 * INSTANT_SECOND)
#define CLUSTER_US (5 * INSTANT_SECOND)
#define AWAY_US    INSTANT_SECOND
#define LAG_US     (100 * INSTANT_MS)
#define LOCK_US    (500 * INSTANT_MS)
#define ASK_MS     300
#define FULL_MS    2 /* the executor is full: look again soon */
#define LEAVE_MS   3000
#define STEP_MS    100

static void nap(int ms)
{
    nanosleep(&(struct timespec){.tv_sec = ms / 1000, .tv_nsec = ms % 1000 * 1000000L}, NULL);
}

/* ---- made and freed */

static void choose_topics(struct consumer *c)
{
    const struct service *s = c->config.service;
    size_t n = 0;
    for (int source = 0; source < SOURCE_COUNT; source++) {
        bool listens = false;
        for (size_t i = 0; i < s->projection_count; i++)
            listens = listens || (int)s->projections[i].source == source;
        if (listens)
            c->topics[n++] = source_topic((enum source)source);
    }
    if (!s->catalogue_owner)
        c->topics[n++] = CATALOGUE_TOPIC;
    c->topics[n] = NULL;
}

enum err_code consumer_new(const struct consumer_config *config, struct consumer **ret, struct err *reterr)
{
    struct consumer *c = calloc(1, sizeof(*c));
    BUG_IF(!c, "out of memory");
    c->config = *config;
    c->scratch = arena_new((size_t)64 << 10);
    c->trouble.doing = "consuming";
    pthread_mutex_init(&c->lock, NULL);
    atomic_init(&c->stopping, false);
    (void)snprintf(c->owner, sizeof(c->owner), "taicho-%s-%s", config->service->name, config->instance);
    (void)snprintf(c->group, sizeof(c->group), "taicho-%s", config->service->name);
    choose_topics(c);
    if (!c->topics[0]) {
        consumer_free(c);
        return err_set(reterr, ERR_INVALID, "%s listens to nothing", config->service->name);
    }
    executor_on_fenced(config->executor, consumer_fenced, c);
    *ret = c;
    return ERR_OK;
}

static void connected(struct consumer *c, bool yes)
{
    pthread_mutex_lock(&c->lock);
    c->stats.connected = yes;
    pthread_mutex_unlock(&c->lock);
}

static bool is_connected(struct consumer *c)
{
    pthread_mutex_lock(&c->lock);
    bool yes = c->stats.connected;
    pthread_mutex_unlock(&c->lock);
    return yes;
}

/* leave ends the membership; what is under way stays so, and is stale once its partitions are claimed again. */
static void leave(struct consumer *c)
{
    bus_consumer_free(c->bus, LEAVE_MS);
    c->bus = NULL;
    consumer_drop(c->pending);
    c->pending = NULL;
    pthread_mutex_lock(&c->lock);
    for (size_t i = 0; i < c->part_count; i++)
        c->parts[i].assigned = false;
    c->stats.connected = false;
    c->broken = false;
    pthread_mutex_unlock(&c->lock);
}

void consumer_free(struct consumer *c)
{
    if (!c)
        return;
    if (c->bus)
        leave(c);
    BUG_IF(c->under_way > 0, "%zu pieces are still with the executor: it is stopped first", c->under_way);
    db_close(c->db);
    arena_free(c->scratch);
    pthread_mutex_destroy(&c->lock);
    free(c);
}

/* ---- the group */

static enum err_code join(struct consumer *c, struct err *reterr)
{
    struct bus_consumer_config config = {
        .brokers = c->config.brokers,
        .group = c->group,
        .instance = c->owner,
        .client = c->config.application,
        .topics = c->topics,
        .group_membership = c->config.group_membership,
        .fetch_wait_ms = c->config.fetch_wait_ms,
    };
    struct bus_consumer_ops ops = {
        .arg = c, .assigning = consumer_assigning, .assigned = consumer_assigned, .revoked = consumer_revoked};
    enum err_code rc = bus_consumer_new(&config, &ops, &c->bus, reterr);
    if (rc)
        c->bus = NULL;
    c->cluster_asked = c->cluster_known = c->reported_at = c->report_again_at = 0;
    return rc;
}

static enum err_code join_again(struct consumer *c, struct err *reterr)
{
    pthread_mutex_lock(&c->lock);
    c->broken = false;
    pthread_mutex_unlock(&c->lock);
    consumer_drop(c->pending);
    c->pending = NULL;
    return bus_consumer_rejoin(c->bus, reterr);
}

/* stand_by tells whether this process may read. One that lost its connection lost the lock: it leaves the group at
 * once. */
static enum err_code stand_by(struct consumer *c, bool *ret_active, struct err *reterr)
{
    int64_t now = instant_mono();
    if (now - c->lock_checked >= LOCK_US) {
        c->lock_checked = now;
        bool active;
        enum err_code rc = consumer_lock(c, &active, reterr);
        if (rc || !active) {
            if (c->bus)
                leave(c);
            /* Closed, not kept: another process may have the lock before this one connects again. */
            if (rc) {
                db_close(c->db);
                c->db = NULL;
            }
        }
        if (active != c->active)
            (void)snprintf(c->notice, sizeof(c->notice), "%s",
                           active ? "this process is the active one" : "standing by");
        c->active = active;
        if (rc)
            return rc;
        if (!active)
            connected(c, true);
    }
    *ret_active = c->active;
    return ERR_OK;
}

/* ---- what is done now and then */

/* The development broker's relays wait for this word (throttle.c), and one that is lost would not be said again. */
static bool report_again(struct consumer *c)
{
    if (c->config.group_membership || instant_mono() < c->report_again_at)
        return false;
    c->report_again_at = instant_mono() + AGAIN_US;
    return true;
}

static void report(struct consumer *c)
{
    struct part parts[PARTS_MAX];
    bool again = report_again(c);
    pthread_mutex_lock(&c->lock);
    size_t n = c->part_count;
    for (size_t i = 0; i < n; i++) {
        parts[i] = c->parts[i];
        c->parts[i].reported = c->parts[i].next_offset;
    }
    pthread_mutex_unlock(&c->lock);
    for (size_t i = 0; i < n; i++)
        if (parts[i].assigned && (again || parts[i].next_offset > parts[i].reported)) {
            crash_at(CRASH_CONSUMER_REPORT);
            bus_consumer_report(c->bus, parts[i].topic, parts[i].partition, parts[i].next_offset);
        }
}

/*
 * ask_cluster notices a broker that came back as another cluster: its offsets mean something else. One that was away
 * and comes back as the same may have lost the ends of logs: every place is claimed anew, and looked at (C4).
 */
static enum err_code ask_cluster(struct consumer *c, struct err *reterr)
{
    char id[sizeof(c->cluster)];
    enum err_code rc = bus_consumer_cluster(c->bus, ASK_MS, id, sizeof(id), reterr);
    connected(c, rc == ERR_OK);
    bool other = c->cluster[0] && strcmp(id, c->cluster) != 0;
    if (rc || (!other && !bus_consumer_lost_sight(c->bus)))
        return rc;
    if (other)
        (void)snprintf(c->notice, sizeof(c->notice), "the cluster is %s, was %s: from the logs' beginning", id,
                       c->cluster);
    else
        (void)snprintf(c->notice, sizeof(c->notice), "the brokers were away: all places are claimed anew");
    c->cluster_known = 0;
    return join_again(c, reterr);
}

static void look_at_lag(struct consumer *c)
{
    pthread_mutex_lock(&c->lock);
    for (size_t i = 0; i < c->part_count; i++) {
        struct part *p = &c->parts[i];
        int64_t high = p->assigned ? bus_consumer_high(c->bus, p->topic, p->partition) : -1;
        if (high >= 0)
            p->high = high;
    }
    pthread_mutex_unlock(&c->lock);
}

static enum err_code housekeeping(struct consumer *c, struct err *reterr)
{
    int64_t now = instant_mono();
    if (now - c->reported_at >= REPORT_US) {
        c->reported_at = now;
        report(c);
    }
    if (now - c->lag_asked >= LAG_US) {
        c->lag_asked = now;
        look_at_lag(c);
        struct bus_message cut;
        if (consumer_find_cut(c, &cut) && consumer_begin_anew(c, &cut, "lies behind the end of the log", reterr) < 0)
            return reterr->code;
    }
    bool usual = is_connected(c) && !bus_consumer_lost_sight(c->bus);
    if (now - c->cluster_asked >= (usual ? CLUSTER_US : AWAY_US)) {
        c->cluster_asked = now;
        return ask_cluster(c, reterr);
    }
    return ERR_OK;
}

/* ---- the step */

static bool is_broken(struct consumer *c)
{
    pthread_mutex_lock(&c->lock);
    bool broken = c->broken;
    pthread_mutex_unlock(&c->lock);
    return broken;
}

static bool has_room(struct consumer *c)
{
    pthread_mutex_lock(&c->lock);
    bool stale = c->stale > 0;
    pthread_mutex_unlock(&c->lock);
    return !stale && !c->pending && executor_room(c->config.executor) > 0;
}

static int take(struct consumer *c, struct bus_message *m)
{
    struct piece *p = consumer_piece(c, m);
    bus_message_done(m);
    crash_at(CRASH_CONSUMER_POLLED);
    if (!consumer_submit(p)) {
        c->pending = p;
        return 0;
    }
    return 1;
}

static int take_message(struct consumer *c, struct bus_message *m, struct err *reterr)
{
    enum look_back seen = consumer_look_back(c, m);
    if (seen == LOOK_NEW)
        return take(c, m);
    int rc = seen == LOOK_SAME ? 0 : consumer_begin_anew(c, m, "has another message before it than was read", reterr);
    bus_message_done(m);
    return rc;
}

static int poll_once(struct consumer *c, int timeout_ms, struct err *reterr)
{
    struct bus_message m;
    struct err why = {0};
    bool want = has_room(c);
    switch (bus_consumer_poll(c->bus, want, want ? timeout_ms : FULL_MS, &m, &why)) {
    case BUS_MESSAGE:
        return take_message(c, &m, reterr);
    case BUS_OUT_OF_RANGE:
        return consumer_begin_anew(c, &m, "is outside of the log", reterr);
    case BUS_FATAL:
        leave(c);
        *reterr = why;
        if (!reterr->code)
            err_set(reterr, ERR_UNAVAILABLE, "the consumer is unusable");
        return -1;
    case BUS_NOTHING:
        break;
    }
    return 0;
}

int consumer_step(struct consumer *c, int timeout_ms, struct err *reterr)
{
    struct err unused;
    struct err *e = reterr ? reterr : &unused;
    if (c->config.service->single) {
        bool active = false;
        if (stand_by(c, &active, e) != ERR_OK)
            return -1;
        if (!active) {
            nap(timeout_ms < STEP_MS ? timeout_ms : STEP_MS);
            return 0;
        }
    }
    if (!c->bus && join(c, e) != ERR_OK)
        return -1;
    if (is_broken(c) && join_again(c, e) != ERR_OK) {
        leave(c);
        return -1;
    }
    bool took = false;
    if (c->pending && consumer_submit(c->pending)) {
        c->pending = NULL;
        took = true;
    }
    int rc = poll_once(c, took ? 0 : timeout_ms, e);
    if (rc < 0)
        return -1;
    if (housekeeping(c, e) != ERR_OK)
        return -1;
    return rc > 0 || took;
}

void consumer_stats(struct consumer *c, struct consumer_stats *ret)
{
    pthread_mutex_lock(&c->lock);
    *ret = c->stats;
    ret->partition_count = 0;
    for (size_t i = 0; i < c->part_count; i++) {
        const struct part *p = &c->parts[i];
        if (!p->assigned)
            continue;
        struct consumer_partition *at = &ret->partitions[ret->partition_count++];
        memcpy(at->topic, p->topic, sizeof(at->topic));
        at->partition = p->partition;
        at->next_offset = p->next_offset;
        at->high = p->high;
        at->epoch = p->epoch;
    }
    pthread_mutex_unlock(&c->lock);
}

/* ---- its thread */

static void *run(void *arg)
{
    struct consumer *c = arg;
    log_push("thread", "consumer");
    while (!atomic_load(&c->stopping)) {
        struct err e = {0};
        int rc = consumer_step(c, STEP_MS, &e);
        if (c->notice[0]) {
            log_warn("%s", c->notice);
            c->notice[0] = '\0';
        }
        if (rc >= 0) {
            if (is_connected(c))
                trouble_none(&c->trouble);
            continue;
        }
        int pause = trouble_note(&c->trouble, &e);
        /* A member of a group must go on polling; only without one is there time to pause. */
        for (; !c->bus && pause > 0 && !atomic_load(&c->stopping); pause -= STEP_MS)
            nap(STEP_MS);
    }
    log_pop();
    return NULL;
}

enum err_code consumer_start(struct consumer *c, struct err *reterr)
{
    int rc = pthread_create(&c->thread, NULL, run, c);
    if (rc)
        return err_set(reterr, ERR_UNAVAILABLE, "no thread for the consumer: %s", strerror(rc));
    c->started = true;
    return ERR_OK;
}

void consumer_stop(struct consumer *c, int limit_ms)
{
    atomic_store(&c->stopping, true);
    if (c->started)
        pthread_join(c->thread, NULL);
    c->started = false;
    /* What the executor has may still be committed: then the next owner starts behind it. */
    for (int64_t until = instant_mono() + limit_ms * INSTANT_MS / 2; instant_mono() < until; nap(2)) {
        pthread_mutex_lock(&c->lock);
        bool done = c->under_way == 0;
        pthread_mutex_unlock(&c->lock);
        if (done)
            break;
    }
    if (!c->bus)
        return;
    report(c);
    bus_consumer_free(c->bus, limit_ms / 2 + 1);
    c->bus = NULL;
    leave(c);
}
