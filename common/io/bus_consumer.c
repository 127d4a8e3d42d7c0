/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The consumer. Two queues: librdkafka's own, with rebalances and errors of the client, is served on every poll; the
 * partitions' messages are forwarded to a second one, which is read only when there is room. So a slow database never
 * keeps a member from answering the group, and never needs pause and resume, which are broken in 2.0.2.
 *
 * Messages are copied out at once: what the caller holds outlives rebalances and the consumer itself.
 */
#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "common/base/log.h"
#include "common/io/bus_rd.h"

/*
 * queued.min.messages: 2.0.2 rests for a whole second when it has this many, so it must be more than a second's work.
 * check.crcs: a damaged message is left out and shows as a gap in ce_sequence, instead of as a wrong event.
 */
static const struct bus_setting settings[] = {
    {"partition.assignment.strategy", "range"},
    {"session.timeout.ms", "6000"},
    {"heartbeat.interval.ms", "500"},
    {"max.poll.interval.ms", "60000"},
    {"auto.offset.reset", "error"},
    {"enable.auto.commit", "false"},
    {"enable.auto.offset.store", "false"},
    {"allow.auto.create.topics", "false"},
    {"check.crcs", "true"},
    {"fetch.error.backoff.ms", "50"},
    {"queued.min.messages", "100000"},
    {"queued.max.messages.kbytes", "32768"},
};

#define AGAIN         (500 * INSTANT_MS) /* between leaving and joining */
#define SLICE_MS      100                /* the longest that one queue is waited for while the other is not looked at */
#define METADATA_MS   1000
#define FORWARD_EVERY (20 * INSTANT_MS)
#define FORWARD_ALL   INSTANT_SECOND
/* While messages flow, the group's queue is looked at no more often; less than reconnect.backoff.ms. */
#define SERVE_EVERY (5 * INSTANT_MS)

struct part {
    char *topic;
    int partition;
    int64_t next; /* the offset behind the last message given out, or BUS_FROM_BEGINNING */
    bool heard;   /* a message came since it was assigned, so its queue is forwarded */
};

struct bus_consumer {
    rd_kafka_t *rk;
    rd_kafka_queue_t *data;
    struct bus_consumer_ops ops;
    bool member; /* of a group */
    char **topics;
    size_t topic_count;
    struct part *parts; /* assigned now */
    size_t part_count;
    int64_t forward_at; /* when to forward the queues that are still silent */
    int64_t all_at;     /* and when all of them */
    int64_t join_at;    /* 0: joined */
    int64_t served_at;  /* when the group's queue was looked at last */
    uint64_t assignments;
    bool not_now;     /* `assigned` said BUS_NOT_NOW */
    bool lost_sight;  /* all brokers were away since it joined */
    char broken[256]; /* why no work is possible any more, "" otherwise */
};

/* ---- partitions */

static struct part *part(struct bus_consumer *c, const char *topic, int partition)
{
    for (size_t i = 0; i < c->part_count; i++)
        if (c->parts[i].partition == partition && !strcmp(c->parts[i].topic, topic))
            return &c->parts[i];
    return NULL;
}

/* A whole assignment, as it is told to the owner of the offsets. */
struct whole {
    const char **topics;
    int *partitions;
    size_t count;
};

static void whole_add(struct whole *w, const char *topic, int partition)
{
    w->topics = realloc(w->topics, (w->count + 1) * sizeof *w->topics);
    w->partitions = realloc(w->partitions, (w->count + 1) * sizeof *w->partitions);
    BUG_IF(!w->topics || !w->partitions, "out of memory");
    w->topics[w->count] = topic;
    w->partitions[w->count++] = partition;
}

/* Asks the owner of the offsets for one. False: not now. */
static bool add_part(struct bus_consumer *c, const char *topic, int partition)
{
    int64_t next = c->ops.assigned(c->ops.arg, topic, partition);
    if (next == BUS_NOT_NOW)
        return false;
    BUG_IF(next < 0 && next != BUS_FROM_BEGINNING, "offset %lld for %s [%d]", (long long)next, topic, partition);
    c->parts = realloc(c->parts, (c->part_count + 1) * sizeof *c->parts);
    BUG_IF(!c->parts, "out of memory");
    struct part *p = &c->parts[c->part_count++];
    *p = (struct part){.topic = strdup(topic), .partition = partition, .next = next};
    BUG_IF(!p->topic, "out of memory");
    return true;
}

static void drop_parts(struct bus_consumer *c, bool lost)
{
    for (size_t i = 0; i < c->part_count; i++) {
        c->ops.revoked(c->ops.arg, c->parts[i].topic, c->parts[i].partition, lost);
        free(c->parts[i].topic);
    }
    c->part_count = 0;
}

/* Asks for all, then frees the list. False: not now, and none is assigned. */
static bool add_whole(struct bus_consumer *c, struct whole *w)
{
    bool now = w->count == 0 || !c->ops.assigning || c->ops.assigning(c->ops.arg, w->topics, w->partitions, w->count);
    for (size_t i = 0; i < w->count && now; i++)
        now = add_part(c, w->topics[i], w->partitions[i]);
    if (!now)
        drop_parts(c, false);
    free(w->topics);
    free(w->partitions);
    return now;
}

static void broken(struct bus_consumer *c, const char *doing, rd_kafka_resp_err_t rk_err)
{
    snprintf(c->broken, sizeof c->broken, "%s: %s", doing, rd_kafka_err2str(rk_err));
}

/*
 * Sends what partitions fetch to the data queue. Stopping a partition clears this, at some time of librdkafka's
 * choosing after rd_kafka_assign returned; its messages then wait in the partition's own queue. So it is done again and
 * again until a message of the partition was heard, which cannot be before it was stopped and started. (An error of a
 * partition can, it seems: while a broker was restarted, three of 24 partitions were taken for heard and were silent
 * from then on.) And now and then of all: a queue that is forwarded already stays so, and gives what it has.
 */
static void forward(struct bus_consumer *c)
{
    int64_t now = instant_mono();
    bool all = now >= c->all_at;

    c->forward_at = now + FORWARD_EVERY;
    if (all)
        c->all_at = now + FORWARD_ALL;
    for (size_t i = 0; i < c->part_count; i++) {
        const struct part *p = &c->parts[i];
        rd_kafka_queue_t *q = p->heard && !all ? NULL : rd_kafka_queue_get_partition(c->rk, p->topic, p->partition);
        if (q) {
            rd_kafka_queue_forward(q, c->data);
            rd_kafka_queue_destroy(q);
        }
    }
}

/*
 * Waits until what an assignment stops has stopped. librdkafka stops a partition a second time when another assignment
 * comes while the first stop is on its way, and the second one's end aborts the program (its issue 5573, in 2.0.2 as in
 * 2.15.0; seen as a wiped broker put two partitions out of range at once). Its main thread serves requests in order:
 * the stops stand before the first of ours, their ends before the second.
 */
static void settle(rd_kafka_t *rk)
{
    for (int i = 0; i < 2; i++) {
        rd_kafka_topic_partition_list_t *list = NULL;
        if (!rd_kafka_assignment(rk, &list))
            rd_kafka_topic_partition_list_destroy(list);
    }
}

/*
 * Tells librdkafka what c->parts says, offsets included. A full assignment stops each partition and starts it again,
 * with a new version number, so no message fetched before comes out afterwards; it also wakes a partition that stopped
 * at an offset out of range, which rd_kafka_seek refuses to do. Forwarding comes first: nothing reaches the group's
 * queue.
 */
static void assign(struct bus_consumer *c)
{
    rd_kafka_topic_partition_list_t *list = rd_kafka_topic_partition_list_new((int)c->part_count);
    for (size_t i = 0; i < c->part_count; i++) {
        struct part *p = &c->parts[i];
        p->heard = false;
        rd_kafka_topic_partition_list_add(list, p->topic, p->partition)->offset =
            p->next == BUS_FROM_BEGINNING ? RD_KAFKA_OFFSET_BEGINNING : p->next;
    }
    forward(c);
    c->assignments++;
    rd_kafka_resp_err_t rk_err = rd_kafka_assign(c->rk, list);
    rd_kafka_topic_partition_list_destroy(list);
    if (rk_err)
        broken(c, "assigning partitions", rk_err);
    settle(c->rk);
}

/* Runs inside rd_kafka_consumer_poll, on the caller's thread. */
static void on_rebalance(rd_kafka_t *rk, rd_kafka_resp_err_t what, rd_kafka_topic_partition_list_t *list, void *arg)
{
    struct bus_consumer *c = arg;
    drop_parts(c, what != RD_KAFKA_RESP_ERR__REVOKE_PARTITIONS || rd_kafka_assignment_lost(rk));
    if (what != RD_KAFKA_RESP_ERR__ASSIGN_PARTITIONS) {
        rd_kafka_assign(rk, NULL);
        return;
    }
    if (c->join_at == 0) {
        struct whole w = {0};
        for (int i = 0; i < list->cnt; i++)
            whole_add(&w, list->elems[i].topic, list->elems[i].partition);
        c->not_now = !add_whole(c, &w);
    }
    assign(c);
}

/* Runs inside rd_kafka_consumer_poll, before any message that came after it. */
static void on_error(rd_kafka_t *rk, int rk_err, const char *reason, void *arg)
{
    struct bus_consumer *c = arg;
    log_debug("kafka: %s", reason);
    if (rk_err == RD_KAFKA_RESP_ERR__ALL_BROKERS_DOWN)
        c->lost_sight = true;
}

/* ---- joining and leaving */

static void leave(struct bus_consumer *c)
{
    c->not_now = false;
    c->join_at = instant_mono() + AGAIN;
    if (c->member)
        rd_kafka_unsubscribe(c->rk); /* the group is told, although membership is static: only closing keeps silent */
    else
        assign(c);
}

static void subscribe(struct bus_consumer *c)
{
    rd_kafka_topic_partition_list_t *list = rd_kafka_topic_partition_list_new((int)c->topic_count);
    for (size_t i = 0; i < c->topic_count; i++)
        rd_kafka_topic_partition_list_add(list, c->topics[i], RD_KAFKA_PARTITION_UA);
    rd_kafka_resp_err_t rk_err = rd_kafka_subscribe(c->rk, list);
    rd_kafka_topic_partition_list_destroy(list);
    if (rk_err)
        broken(c, "joining the group", rk_err);
}

/* Without a group: every partition of every topic. False: the brokers or the offsets are away, try again. */
static bool take_all(struct bus_consumer *c)
{
    struct whole w = {0};
    for (size_t i = 0; i < c->topic_count; i++) {
        rd_kafka_topic_t *t = rd_kafka_topic_new(c->rk, c->topics[i], NULL);
        BUG_IF(!t, "topic %s: %s", c->topics[i], rd_kafka_err2str(rd_kafka_last_error()));
        int count = 0;
        enum err_code rc = bus_partitions(c->rk, t, METADATA_MS, &count, NULL);
        rd_kafka_topic_destroy(t);
        if (rc) {
            free(w.topics);
            free(w.partitions);
            return false;
        }
        for (int k = 0; k < count; k++)
            whole_add(&w, c->topics[i], k);
    }
    if (!add_whole(c, &w))
        return false;
    assign(c);
    return true;
}

static void serve_membership(struct bus_consumer *c)
{
    if (c->not_now)
        leave(c);
    if (instant_mono() >= c->forward_at)
        forward(c);
    if (c->join_at == 0 || instant_mono() < c->join_at)
        return;
    c->join_at = 0;
    if (c->member)
        subscribe(c);
    else if (!take_all(c))
        c->join_at = instant_mono() + AGAIN;
}

enum err_code bus_consumer_new(const struct bus_consumer_config *c, const struct bus_consumer_ops *ops,
                               struct bus_consumer **ret, struct err *reterr)
{
    rd_kafka_conf_t *conf = bus_conf(c->brokers, c->client, settings, COUNT_OF(settings));
    char wait[16];
    snprintf(wait, sizeof wait, "%d", c->fetch_wait_ms);
    bus_conf_set(conf, "fetch.wait.max.ms", wait);
    bus_conf_set(conf, "group.id", c->group);
    if (c->group_membership && c->instance)
        bus_conf_set(conf, "group.instance.id", c->instance);

    struct bus_consumer *b = calloc(1, sizeof *b);
    BUG_IF(!b, "out of memory");
    rd_kafka_conf_set_rebalance_cb(conf, on_rebalance);
    rd_kafka_conf_set_error_cb(conf, on_error);
    rd_kafka_conf_set_opaque(conf, b);
    enum err_code rc = bus_client(RD_KAFKA_CONSUMER, conf, &b->rk, reterr);
    if (rc) {
        free(b);
        return rc;
    }
    rd_kafka_poll_set_consumer(b->rk);
    b->data = rd_kafka_queue_new(b->rk);
    b->ops = *ops;
    b->member = c->group_membership;
    while (c->topics[b->topic_count])
        b->topic_count++;
    b->topics = calloc(b->topic_count, sizeof *b->topics);
    BUG_IF(!b->topics, "out of memory");
    for (size_t i = 0; i < b->topic_count; i++) {
        b->topics[i] = strdup(c->topics[i]);
        BUG_IF(!b->topics[i], "out of memory");
    }
    b->join_at = instant_mono(); /* in the first poll, so that callbacks come from there only */
    *ret = b;
    return ERR_OK;
}

/* ---- messages */

/* One thing that came on the data queue. */
static enum bus_event take(struct bus_consumer *c, const rd_kafka_message_t *m, struct bus_message *ret)
{
    if (!m->rkt) {
        log_debug("kafka: %s", rd_kafka_message_errstr(m));
        return BUS_NOTHING;
    }
    struct part *p = part(c, rd_kafka_topic_name(m->rkt), m->partition);
    if (!p)
        return BUS_NOTHING; /* it was revoked meanwhile */
    if (m->err == RD_KAFKA_RESP_ERR__AUTO_OFFSET_RESET) {
        *ret = (struct bus_message){.topic = p->topic, .partition = p->partition, .offset = p->next};
        return BUS_OUT_OF_RANGE;
    }
    if (m->err) {
        log_debug("kafka: %s [%d]: %s", p->topic, p->partition, rd_kafka_message_errstr(m));
        return BUS_NOTHING;
    }
    p->heard = true;
    if (m->offset < p->next)
        return BUS_NOTHING;
    p->next = m->offset + 1;
    bus_message_copy(m, ret);
    return BUS_MESSAGE;
}

/* Rebalances happen in here. Errors that come this way pass by themselves, but for the fatal ones. */
static void serve_group(struct bus_consumer *c, int wait_ms)
{
    c->served_at = instant_mono();
    rd_kafka_message_t *m = rd_kafka_consumer_poll(c->rk, wait_ms);
    if (!m)
        return;
    BUG_IF(!m->err, "a message of %s [%d] came on the wrong queue", rd_kafka_topic_name(m->rkt), m->partition);
    log_debug("kafka: %s", rd_kafka_message_errstr(m));
    rd_kafka_message_destroy(m);
}

static bool is_serving_due(const struct bus_consumer *c)
{
    return instant_mono() - c->served_at >= SERVE_EVERY;
}

static void serve(struct bus_consumer *c, int wait_ms)
{
    serve_membership(c);
    serve_group(c, wait_ms);
    if (!c->broken[0])
        rd_kafka_fatal_error(c->rk, c->broken, sizeof c->broken);
}

/*
 * One message. That the brokers were away, or that partitions were assigned anew, is heard before what came after it:
 * coming back takes longer than SERVE_EVERY. What was taken out meanwhile is read again.
 */
static rd_kafka_message_t *receive(struct bus_consumer *c, int wait_ms)
{
    uint64_t before = c->assignments;
    rd_kafka_message_t *m = c->lost_sight ? NULL : rd_kafka_consume_queue(c->data, wait_ms);
    if (!m || !is_serving_due(c))
        return m;
    serve(c, 0);
    if (!c->lost_sight && !c->broken[0] && c->assignments == before)
        return m;
    rd_kafka_message_destroy(m);
    return NULL;
}

enum bus_event bus_consumer_poll(struct bus_consumer *c, bool want, int timeout_ms, struct bus_message *ret,
                                 struct err *reterr)
{
    int64_t until = instant_mono() + timeout_ms * INSTANT_MS;
    for (;;) {
        int left = bus_ms_until(until);
        int slice = left < SLICE_MS ? left : SLICE_MS;
        if (!want || is_serving_due(c))
            serve(c, want && !c->lost_sight ? 0 : slice);
        if (c->broken[0]) {
            drop_parts(c, true);
            err_set(reterr, ERR_UNAVAILABLE, "kafka: consumer: %s", c->broken);
            return BUS_FATAL;
        }
        rd_kafka_message_t *m = want ? receive(c, slice) : NULL;
        if (m) {
            enum bus_event event = take(c, m, ret);
            rd_kafka_message_destroy(m);
            if (event != BUS_NOTHING)
                return event;
        }
        if (left == 0 && !m)
            return BUS_NOTHING;
    }
}

/* ---- positions */

enum err_code bus_consumer_seek(struct bus_consumer *c, const char *topic, int partition, int64_t offset,
                                struct err *reterr)
{
    BUG_IF(offset < 0 && offset != BUS_FROM_BEGINNING, "offset %lld for %s [%d]", (long long)offset, topic, partition);
    struct part *p = part(c, topic, partition);
    if (!p)
        return err_set(reterr, ERR_CONFLICT, "kafka: %s [%d] is not assigned here", topic, partition);
    p->next = offset;
    assign(c);
    return c->broken[0] ? err_set(reterr, ERR_UNAVAILABLE, "kafka: %s", c->broken) : ERR_OK;
}

void bus_consumer_report(struct bus_consumer *c, const char *topic, int partition, int64_t next_offset)
{
    rd_kafka_topic_partition_list_t *list = rd_kafka_topic_partition_list_new(1);
    rd_kafka_topic_partition_list_add(list, topic, partition)->offset = next_offset;
    rd_kafka_commit(c->rk, list, 1);
    rd_kafka_topic_partition_list_destroy(list);
}

enum err_code bus_consumer_rejoin(struct bus_consumer *c, struct err *reterr)
{
    if (c->broken[0])
        return err_set(reterr, ERR_UNAVAILABLE, "kafka: consumer: %s", c->broken);
    c->lost_sight = false;
    drop_parts(c, true);
    leave(c);
    return ERR_OK;
}

bool bus_consumer_lost_sight(const struct bus_consumer *c)
{
    return c->lost_sight;
}

enum err_code bus_consumer_cluster(struct bus_consumer *c, int deadline_ms, char *ret, size_t size, struct err *reterr)
{
    return bus_cluster(c->rk, deadline_ms, ret, size, reterr);
}

enum err_code bus_consumer_watermarks(struct bus_consumer *c, const char *topic, int partition, int deadline_ms,
                                      int64_t *ret_low, int64_t *ret_high, struct err *reterr)
{
    return bus_watermarks(c->rk, topic, partition, deadline_ms, ret_low, ret_high, reterr);
}

int64_t bus_consumer_high(struct bus_consumer *c, const char *topic, int partition)
{
    int64_t low, high;
    if (rd_kafka_get_watermark_offsets(c->rk, topic, partition, &low, &high) || high < 0)
        return -1;
    return high;
}

/* ---- the end */

static void *destroy(void *rk)
{
    rd_kafka_destroy_flags(rk, RD_KAFKA_DESTROY_F_NO_CONSUMER_CLOSE);
    return NULL;
}

/* Leaving may hang in 2.0.2, and destroying too: what is not done in time goes on in a thread that nobody waits for. */
void bus_consumer_free(struct bus_consumer *c, int deadline_ms)
{
    if (!c)
        return;
    int64_t until = instant_mono() + deadline_ms * INSTANT_MS;
    drop_parts(c, false);
    c->join_at = INT64_MAX; /* an assignment that comes now is declined */

    rd_kafka_queue_t *closing = rd_kafka_queue_new(c->rk);
    rd_kafka_error_t *e = rd_kafka_consumer_close_queue(c->rk, closing);
    while (!e && !rd_kafka_consumer_closed(c->rk) && bus_ms_until(until) > 0) {
        rd_kafka_message_t *m = rd_kafka_consume_queue(closing, 20); /* serves the last rebalance */
        if (m)
            rd_kafka_message_destroy(m);
    }
    if (e)
        rd_kafka_error_destroy(e);
    rd_kafka_queue_destroy(closing);
    rd_kafka_queue_destroy(c->data);

    /* The callback's argument is freed below: should librdkafka still be at it, it finds nobody to poll. */
    pthread_t thread;
    struct timespec limit;
    clock_gettime(CLOCK_REALTIME, &limit);
    int64_t ns = limit.tv_nsec + (bus_ms_until(until) + 100) * INT64_C(1000000);
    limit.tv_sec += ns / 1000000000;
    limit.tv_nsec = ns % 1000000000;
    BUG_IF(pthread_create(&thread, NULL, destroy, c->rk) != 0, "no thread");
    if (pthread_timedjoin_np(thread, NULL, &limit) != 0)
        pthread_detach(thread);

    for (size_t i = 0; i < c->topic_count; i++)
        free(c->topics[i]);
    free(c->topics);
    free(c->parts);
    free(c);
}
