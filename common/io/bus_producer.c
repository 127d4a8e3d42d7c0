/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The idempotent producer. Delivery reports come as events of one queue, in the order in which the brokers confirmed;
 * an event holds a whole batch, so the rest of one is kept for the next call. One thread at a time.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "common/io/bus_rd.h"

/*
 * message.timeout.ms: a message given up on is a hole in front of those behind it, so a producer does not give up; the
 * relay stops it. linger.ms: the relay gives a slice at once, and what the first request leaves behind makes the next
 * one big; waiting for more would only be late. queue.buffering.max.messages is more than the relay keeps in flight: a
 * full queue is an alarm.
 */
static const struct bus_setting settings[] = {
    {"enable.idempotence", "true"},
    {"acks", "all"},
    {"message.timeout.ms", "3600000"},
    {"linger.ms", "1"},
    {"queue.buffering.max.messages", "200000"},
    {"queue.buffering.max.kbytes", "262144"},
    {"compression.codec", "none"},
};

struct bus_producer {
    rd_kafka_t *rk;
    rd_kafka_queue_t *events;
    rd_kafka_event_t *event;   /* partly read, or NULL */
    size_t waiting;            /* produced and not yet reported to the caller */
    rd_kafka_topic_t **topics; /* handles: looking a topic up by name for each message takes a lock */
    size_t topic_count;
};

enum err_code bus_producer_new(const char *brokers, const char *client, struct bus_producer **ret, struct err *reterr)
{
    rd_kafka_conf_t *conf = bus_conf(brokers, client, settings, COUNT_OF(settings));
    rd_kafka_conf_set_events(conf, RD_KAFKA_EVENT_DR | RD_KAFKA_EVENT_ERROR);
    rd_kafka_t *rk;
    enum err_code rc = bus_client(RD_KAFKA_PRODUCER, conf, &rk, reterr);
    if (rc)
        return rc;
    struct bus_producer *p = calloc(1, sizeof *p);
    BUG_IF(!p, "out of memory");
    p->rk = rk;
    p->events = rd_kafka_queue_get_main(rk);
    *ret = p;
    return ERR_OK;
}

static rd_kafka_topic_t *handle(struct bus_producer *p, const char *topic)
{
    for (size_t i = 0; i < p->topic_count; i++)
        if (!strcmp(rd_kafka_topic_name(p->topics[i]), topic))
            return p->topics[i];
    rd_kafka_topic_t *t = rd_kafka_topic_new(p->rk, topic, NULL);
    BUG_IF(!t, "topic %s: %s", topic, rd_kafka_err2str(rd_kafka_last_error()));
    p->topics = realloc(p->topics, (p->topic_count + 1) * sizeof *p->topics);
    BUG_IF(!p->topics, "out of memory");
    p->topics[p->topic_count++] = t;
    return t;
}

enum err_code bus_producer_warm(struct bus_producer *p, const char *topic, int partitions, int deadline_ms,
                                struct err *reterr)
{
    int is;
    enum err_code rc = bus_partitions(p->rk, handle(p, topic), deadline_ms, &is, reterr);
    if (!rc && partitions > 0 && is != partitions)
        rc = err_set(reterr, ERR_CONFLICT, "kafka: topic %s has %d partitions instead of %d", topic, is, partitions);
    return rc;
}

enum err_code bus_produce(struct bus_producer *p, const char *topic, int partition, struct bytes key,
                          struct bytes value, const struct bus_header *headers, size_t header_count, uint64_t opaque,
                          struct err *reterr)
{
    BUG_IF(partition < 0, "a message for %s without a partition", topic);
    rd_kafka_headers_t *h = rd_kafka_headers_new(header_count);
    for (size_t i = 0; i < header_count; i++)
        rd_kafka_header_add(h, headers[i].name, -1, headers[i].value, -1);

    rd_kafka_resp_err_t rk_err =
        rd_kafka_producev(p->rk, RD_KAFKA_V_RKT(handle(p, topic)), RD_KAFKA_V_PARTITION((int32_t)partition),
                          RD_KAFKA_V_MSGFLAGS(RD_KAFKA_MSG_F_COPY), RD_KAFKA_V_KEY(key.p, key.n),
                          RD_KAFKA_V_VALUE((void *)(uintptr_t)value.p, value.n), RD_KAFKA_V_HEADERS(h),
                          RD_KAFKA_V_OPAQUE((void *)(uintptr_t)opaque), RD_KAFKA_V_END);
    if (!rk_err) {
        p->waiting++;
        return ERR_OK;
    }
    rd_kafka_headers_destroy(h); /* they are ours again */
    return bus_error(rk_err, topic, reterr);
}

/*
 * "Duplicate sequence" librdkafka (2.0.2) takes for success without an offset. It is none when the first request to a
 * partition is refused for a moment (a topic just made, whose partitions are not open yet) and a later one is not: the
 * broker knows nothing of the producer there, takes any number as its first, and calls what is repeated a duplicate of
 * what it never had (measured: 3 of 14 times with 40 ms for a partition to open, the first one or two messages gone).
 */
static void report(const rd_kafka_message_t *m, struct bus_delivery *ret)
{
    *ret = (struct bus_delivery){.opaque = (uint64_t)(uintptr_t)m->_private,
                                 .ok = !m->err && m->offset >= 0,
                                 .partition = m->partition,
                                 .offset = m->offset};
    if (!m->err && !ret->ok)
        snprintf(ret->why, sizeof ret->why, "confirmed without an offset: it may not be stored");
    if (m->err) {
        bool maybe = rd_kafka_message_status(m) == RD_KAFKA_MSG_STATUS_POSSIBLY_PERSISTED;
        snprintf(ret->why, sizeof ret->why, "%s%s", rd_kafka_err2str(m->err), maybe ? " (may be stored)" : "");
    }
}

size_t bus_producer_poll(struct bus_producer *p, int timeout_ms, struct bus_delivery *ret, size_t room)
{
    int64_t until = instant_mono() + timeout_ms * INSTANT_MS;
    size_t n = 0;
    while (n < room) {
        if (!p->event) {
            p->event = rd_kafka_queue_poll(p->events, n > 0 ? 0 : bus_ms_until(until));
            if (!p->event)
                break;
        }
        /* Errors of the client have no messages: a fatal one is asked for by bus_producer_fatal, others pass. */
        const rd_kafka_message_t *m = rd_kafka_event_message_next(p->event);
        if (m) {
            report(m, &ret[n++]);
            p->waiting--;
            continue;
        }
        rd_kafka_event_destroy(p->event);
        p->event = NULL;
    }
    return n;
}

bool bus_producer_fatal(struct bus_producer *p, char *why, size_t size)
{
    return rd_kafka_fatal_error(p->rk, why, size) != RD_KAFKA_RESP_ERR_NO_ERROR;
}

size_t bus_producer_waiting(struct bus_producer *p)
{
    return p->waiting;
}

enum err_code bus_producer_cluster(struct bus_producer *p, int deadline_ms, char *ret, size_t size, struct err *reterr)
{
    return bus_cluster(p->rk, deadline_ms, ret, size, reterr);
}

enum err_code bus_producer_watermarks(struct bus_producer *p, const char *topic, int partition, int deadline_ms,
                                      int64_t *ret_low, int64_t *ret_high, struct err *reterr)
{
    return bus_watermarks(p->rk, topic, partition, deadline_ms, ret_low, ret_high, reterr);
}

enum err_code bus_producer_committed(struct bus_producer *p, const char *group, const char *topic,
                                     const int *partitions, size_t count, int deadline_ms, int64_t *ret,
                                     struct err *reterr)
{
    return bus_committed(p->rk, group, topic, partitions, count, deadline_ms, ret, reterr);
}

/* rd_kafka_flush does not read reports that come as events, so it would never see the end. */
static void drain(struct bus_producer *p, int ms)
{
    int64_t until = instant_mono() + ms * INSTANT_MS;
    while (rd_kafka_outq_len(p->rk) > 0 && bus_ms_until(until) > 0) {
        rd_kafka_event_t *e = rd_kafka_queue_poll(p->events, 20);
        if (e)
            rd_kafka_event_destroy(e);
    }
}

#define PURGE_MS 1000

void bus_producer_free(struct bus_producer *p, int flush_ms)
{
    if (!p)
        return;
    if (p->event)
        rd_kafka_event_destroy(p->event);
    drain(p, flush_ms);
    if (rd_kafka_outq_len(p->rk) > 0) {
        rd_kafka_purge(p->rk, RD_KAFKA_PURGE_F_QUEUE | RD_KAFKA_PURGE_F_INFLIGHT);
        drain(p, PURGE_MS);
    }
    for (size_t i = 0; i < p->topic_count; i++)
        rd_kafka_topic_destroy(p->topics[i]);
    rd_kafka_queue_destroy(p->events);
    rd_kafka_destroy(p->rk);
    free(p->topics);
    free(p);
}
