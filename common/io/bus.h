/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Kafka through librdkafka: an idempotent producer and a group consumer whose offsets live elsewhere (PostgreSQL).
 * Settings and the known defects of 2.0.2 that they step round: see bus.c. Nothing here retries: a fatal producer is
 * thrown away and made anew by the relay, which rewinds.
 */
#ifndef TAICHO_IO_BUS_H
#define TAICHO_IO_BUS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "common/base/arena.h"
#include "common/base/err.h"

struct bus_header {
    const char *name;
    const char *value; /* text in UTF-8 */
};

/* ---- topics and cluster */

struct bus_topic {
    const char *name;
    int partitions;
    const char *const *settings; /* pairs: "cleanup.policy", "compact", ..., NULL */
};
/* bus_topics_make creates what is missing; a topic with another number of partitions is ERR_CONFLICT naming it. */
enum err_code bus_topics_make(const char *brokers, const struct bus_topic *topics, size_t count, int deadline_ms,
                              struct err *reterr) MUST_CHECK;
/* bus_cluster_id writes the cluster's id. */
enum err_code bus_cluster_id(const char *brokers, int deadline_ms, char *ret, size_t size,
                             struct err *reterr) MUST_CHECK;

/* ---- producer */

struct bus_producer;
struct bus_delivery {
    uint64_t opaque;
    bool ok; /* it is stored at the offset; what is confirmed without one may not be */
    int partition;
    int64_t offset;
    char why[128]; /* when not ok */
};
enum err_code bus_producer_new(const char *brokers, const char *client, struct bus_producer **ret,
                               struct err *reterr) MUST_CHECK;
/* bus_producer_warm fetches the metadata of a topic (the first message of an unknown topic waits up to 1 s in 2.0.2)
 * and checks its partition count (0: any). ERR_CONFLICT: it is missing, wrong, or may not be written to. */
enum err_code bus_producer_warm(struct bus_producer *p, const char *topic, int partitions, int deadline_ms,
                                struct err *reterr) MUST_CHECK;
/* bus_produce queues one message (copied). ERR_BUSY: the queue is full, poll and try the same again. An empty value
 * with p == NULL is a tombstone. */
enum err_code bus_produce(struct bus_producer *p, const char *topic, int partition, struct bytes key,
                          struct bytes value, const struct bus_header *headers, size_t header_count, uint64_t opaque,
                          struct err *reterr) MUST_CHECK;
/* bus_producer_poll waits up to timeout_ms for the first delivery report, then takes what is there; returns how many it
 * wrote. */
size_t bus_producer_poll(struct bus_producer *p, int timeout_ms, struct bus_delivery *ret, size_t room);
bool bus_producer_fatal(struct bus_producer *p, char *why, size_t size);
size_t bus_producer_waiting(struct bus_producer *p);
enum err_code bus_producer_cluster(struct bus_producer *p, int deadline_ms, char *ret, size_t size,
                                   struct err *reterr) MUST_CHECK;
enum err_code bus_producer_watermarks(struct bus_producer *p, const char *topic, int partition, int deadline_ms,
                                      int64_t *ret_low, int64_t *ret_high, struct err *reterr) MUST_CHECK;
/* bus_producer_committed asks how far a group says it is in partitions of a topic; -1: it never said. */
enum err_code bus_producer_committed(struct bus_producer *p, const char *group, const char *topic,
                                     const int *partitions, size_t count, int deadline_ms, int64_t *ret,
                                     struct err *reterr) MUST_CHECK;
/* bus_producer_free flushes for at most flush_ms, purges, destroys. NULL is fine. */
void bus_producer_free(struct bus_producer *p, int flush_ms);

/* ---- consumer: a member of a group, range assignor, static membership; partition queues of its own */

struct bus_consumer;
struct bus_message {
    const char *topic;
    int partition;
    int64_t offset;
    int64_t time_ms;                  /* as Kafka has it, ms since the epoch; 0: it has none */
    struct bytes key, value;          /* value.p NULL: a tombstone */
    const struct bus_header *headers; /* values are NUL-terminated; a value that is not text is given as "" */
    size_t header_count;
    void *handle; /* give it back with bus_message_done */
};

struct bus_consumer_ops {
    void *arg;
    /*
     * assigning, when it is not NULL, is told the whole assignment before `assigned` is asked for each of its
     * partitions, so that one conversation with a database does for all. False: not now.
     */
    bool (*assigning)(void *arg, const char *const *topics, const int *partitions, size_t count);
    /*
     * assigned is called inside the rebalance callback, once per partition; it returns the offset to start at, or
     * BUS_FROM_BEGINNING, or BUS_NOT_NOW (the database is away: the consumer leaves and joins again).
     */
    int64_t (*assigned)(void *arg, const char *topic, int partition);
    void (*revoked)(void *arg, const char *topic, int partition, bool lost);
};
#define BUS_FROM_BEGINNING (-2)
#define BUS_NOT_NOW        (-99)

struct bus_consumer_config {
    const char *brokers, *group, *instance, *client;
    const char *const *topics; /* NULL-terminated */
    bool group_membership;     /* false: assign all partitions to itself (development broker) */
    int fetch_wait_ms;         /* fetch.wait.max.ms */
};

enum bus_event {
    BUS_NOTHING,
    BUS_MESSAGE,
    BUS_OUT_OF_RANGE, /* the stored offset is outside the log: topic and partition are in the message, no data */
    BUS_FATAL         /* this member was fenced or the client is unusable: free it and make a new one */
};

enum err_code bus_consumer_new(const struct bus_consumer_config *c, const struct bus_consumer_ops *ops,
                               struct bus_consumer **ret, struct err *reterr) MUST_CHECK;
/*
 * bus_consumer_poll serves rebalances and, when want is true, gives one message. It must be called often (below 1 s)
 * even when there is no room for messages (want = false): never stop polling. Blocks at most timeout_ms.
 */
enum bus_event bus_consumer_poll(struct bus_consumer *c, bool want, int timeout_ms, struct bus_message *ret,
                                 struct err *reterr);
void bus_message_done(struct bus_message *m);
/*
 * bus_consumer_lost_sight tells that all brokers were away: one that comes back may have lost the end of a log. No
 * message is given out from then on, until bus_consumer_rejoin.
 */
bool bus_consumer_lost_sight(const struct bus_consumer *c);
/* bus_consumer_seek continues a partition elsewhere (BUS_FROM_BEGINNING allowed). */
enum err_code bus_consumer_seek(struct bus_consumer *c, const char *topic, int partition, int64_t offset,
                                struct err *reterr) MUST_CHECK;
/* bus_consumer_report commits an offset to Kafka asynchronously, for lag tools only. */
void bus_consumer_report(struct bus_consumer *c, const char *topic, int partition, int64_t next_offset);
/* bus_consumer_rejoin leaves the group and joins again (fenced by the database). */
enum err_code bus_consumer_rejoin(struct bus_consumer *c, struct err *reterr) MUST_CHECK;
enum err_code bus_consumer_cluster(struct bus_consumer *c, int deadline_ms, char *ret, size_t size,
                                   struct err *reterr) MUST_CHECK;
enum err_code bus_consumer_watermarks(struct bus_consumer *c, const char *topic, int partition, int deadline_ms,
                                      int64_t *ret_low, int64_t *ret_high, struct err *reterr) MUST_CHECK;
/*
 * bus_consumer_high gives the end of an assigned partition's log as the last fetch told it, -1 when none did. It asks
 * nobody: asking for watermarks hangs in 2.0.2 for as long as the leader is away.
 */
int64_t bus_consumer_high(struct bus_consumer *c, const char *topic, int partition);
void bus_consumer_free(struct bus_consumer *c, int deadline_ms);

#endif
