/* SPDX-License-Identifier: Apache-2.0 */
/*
 * When the broker is another one or has lost data: what is left of each partition tells where to go on, and what
 * is missing behind that is published again (relay_replay.c).
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "common/flow/event.h"
#include "common/base/crash.h"
#include "common/flow/relay_private.h"

#define CLUSTER_MS   5000
#define WATERMARK_MS 5000
#define TAIL         (RELAY_SLICE_ROWS + 50) /* messages read of a partition's end: more than what was in flight at once */
#define TAIL_MS      10000

/* ---- the number of the last message left in a partition */

struct tail {
    const char *topic;
    int partition;
    int64_t from;
};

static int64_t tail_assigned(void *arg, const char *topic, int partition)
{
    const struct tail *t = arg;
    return !strcmp(t->topic, topic) && t->partition == partition ? t->from : BUS_FROM_BEGINNING;
}

static void tail_revoked(void *arg, const char *topic, int partition, bool lost)
{
}

static int64_t number_of(const struct bus_message *m)
{
    for (size_t i = 0; i < m->header_count; i++)
        if (!strcmp(m->headers[i].name, "ce_sequence"))
            return strtoll(m->headers[i].value, NULL, 10);
    return 0;
}

/* What a stretch of a log says: its first number, and the one that is to be followed by the next. */
struct numbers {
    bool compacted; /* numbers are missing by design */
    int64_t first, last;
};

/* Reference data and figures: only the newest message of a key is kept. */
static bool is_compacted(const char *topic)
{
    return strcmp(topic, CATALOGUE_TOPIC) == 0 || strcmp(topic, KPI_TOPIC) == 0;
}

/*
 * A number goes on, or is published again (then from there on). One that skips some came early: a producer sends what
 * was in flight to whoever answers, also to a broker that has lost what lies before it.
 */
static void follow(struct numbers *n, int64_t number)
{
    if (n->first == 0)
        n->first = n->last = number;
    else if (n->compacted ? number > n->last : number <= n->last + 1)
        n->last = number;
}

/* Reads until the message before `high` came. */
static enum err_code read_stretch(struct relay *r, struct bus_consumer *c, const struct tail *t, int64_t high,
                                  struct numbers *ret, struct err *reterr)
{
    int64_t until = instant_mono() + TAIL_MS * INSTANT_MS;
    *ret = (struct numbers){.compacted = is_compacted(t->topic)};
    while (instant_mono() < until && !atomic_load(&r->stopping)) {
        struct bus_message m;
        enum bus_event event = bus_consumer_poll(c, true, 100, &m, reterr);
        if (event == BUS_FATAL) /* it stays so, and says so at once each time */
            return reterr && reterr->code ? reterr->code : err_set(reterr, ERR_UNAVAILABLE, "kafka: consumer");
        if (event != BUS_MESSAGE)
            continue;
        bool ours = !strcmp(m.topic, t->topic) && m.partition == t->partition;
        int64_t offset = m.offset, number = ours && offset < high ? number_of(&m) : 0;
        bus_message_done(&m);
        if (number > 0)
            follow(ret, number);
        if (ours && offset >= high - 1)
            return ERR_OK;
    }
    return err_set(reterr, ERR_UNAVAILABLE, "kafka: the end of %s/%d could not be read", t->topic, t->partition);
}

static enum err_code numbers_of(struct relay *r, const struct lane *lane, int64_t from, int64_t high,
                                struct numbers *ret, struct err *reterr)
{
    char name[80];
    struct tail t = {.topic = lane->topic, .partition = lane->partition, .from = from};
    struct bus_consumer_ops ops = {.arg = &t, .assigned = tail_assigned, .revoked = tail_revoked};
    snprintf(name, sizeof name, "%s-relay-tail", r->config.service);
    struct bus_consumer_config config = {.brokers = r->config.brokers,
                                         .group = name,
                                         .instance = name,
                                         .client = name,
                                         .topics = (const char *const[]){lane->topic, NULL},
                                         .group_membership = false,
                                         .fetch_wait_ms = 10};
    struct bus_consumer *c;
    enum err_code rc = bus_consumer_new(&config, &ops, &c, reterr);
    if (rc)
        return rc;
    rc = read_stretch(r, c, &t, high, ret, reterr);
    bus_consumer_free(c, 1000);
    return rc;
}

/*
 * The number behind which publishing goes on; 0: from the oldest event kept. A log that begins with a later number than
 * 1 holds only what came early, unless publishing anew is under way in it already.
 */
static enum err_code last_number(struct relay *r, const struct lane *lane, int64_t low, int64_t high, int64_t *ret,
                                 struct err *reterr)
{
    struct numbers end, head;
    int64_t from = high - TAIL > low ? high - TAIL : low;
    *ret = 0;
    if (low >= high)
        return ERR_OK;
    enum err_code rc = numbers_of(r, lane, from, high, &end, reterr);
    head = end;
    if (!rc && from > 0 && low == 0 && !end.compacted)
        rc = numbers_of(r, lane, 0, 1, &head, reterr);
    if (rc)
        return rc;
    bool early = low == 0 && !end.compacted && head.first > 1 && end.last >= head.first;
    *ret = early ? 0 : end.last;
    return ERR_OK;
}

/* ---- the check */

/*
 * Finds out whether a lane's partition lost what was acknowledged; then its missing numbers are wanted again. lost_at:
 * a report gave an offset a second time, so what lies before that offset is what had been left. What is left of a
 * compacted one does not tell what it lost, and a number that came early looks like one behind many that are gone by
 * design: all of it goes out again, in order, so that each key ends with its newest message.
 */
static enum err_code check_lane(struct relay *r, struct lane *lane, bool other_cluster, struct err *reterr)
{
    int64_t low, high, have;
    if (lane->next_sequence == 1 || lane->dead)
        return ERR_OK; /* nothing to lose; dead letters are in the table, and others write there too */
    enum err_code rc =
        bus_producer_watermarks(r->producer, lane->topic, lane->partition, WATERMARK_MS, &low, &high, reterr);
    if (rc)
        return rc;
    lane->lost = other_cluster || lane->lost_at >= 0 || high <= lane->last_offset;
    if (!lane->lost)
        return ERR_OK;
    rc = last_number(r, lane, low, lane->lost_at >= 0 && lane->lost_at < high ? lane->lost_at : high, &have, reterr);
    if (rc)
        return rc;
    lane->offset = high - 1;
    lane->from = is_compacted(lane->topic) ? 1 : have + 1;
    lane->to = lane->next_sequence - 1;
    lane->rewrite = !strcmp(lane->topic, CATALOGUE_TOPIC) && lane->from <= lane->to;
    if (lane->rewrite)
        lane->to = 0;
    if (have >= lane->next_sequence && !r->tick.open)
        lane->next_sequence = lane->sequence = have + 1;
    return ERR_OK;
}

/* Saved before the first message goes out, so that a crash in the midst of it is seen as a loss again. */
static enum err_code save_loss(struct relay *r, struct err *reterr)
{
    for (size_t i = 0; i < r->lane_count; i++)
        r->lanes[i].moved = r->lanes[i].lost;
    return relay_save_cluster(r, r->cluster, true, reterr);
}

enum err_code relay_check_cluster(struct relay *r, struct err *reterr)
{
    char now[RELAY_CLUSTER_SIZE];
    uint64_t count;
    bool lost = false;
    relay_rewind(r);
    enum err_code rc = bus_producer_cluster(r->producer, CLUSTER_MS, now, sizeof now, reterr);
    r->broker = rc == ERR_OK;
    if (rc)
        return rc;
    bool other = r->cluster[0] && strcmp(r->cluster, now) != 0;
    for (size_t i = 0; i < r->lane_count; i++) {
        rc = check_lane(r, &r->lanes[i], other, reterr);
        if (rc)
            return rc;
        lost = lost || r->lanes[i].lost;
    }
    if (lost)
        rc = save_loss(r, reterr);
    if (!rc && lost) {
        crash_at(CRASH_RELAY_LOSS);
        rc = relay_replay(r, &count, reterr);
        if (!rc)
            crash_at(CRASH_RELAY_CLUSTER);
    }
    for (size_t i = 0; i < r->lane_count && !rc; i++)
        r->lanes[i].moved = r->lanes[i].lost;
    if (!rc && (lost || strcmp(r->cluster, now) != 0))
        rc = relay_save_cluster(r, now, false, reterr);
    r->checked = !rc;
    return rc;
}
