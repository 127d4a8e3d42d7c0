/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Kafka -> executor. A member of the service's group; for each partition it is given, it takes the row of `consumed`
 * with a new epoch inside the rebalance callback and starts at the stored offset. Bytes become work by the service's
 * projections; what cannot be read becomes WORK_DEAD. Reads only while the executor has room, never stops polling.
 */
#ifndef TAICHO_FLOW_CONSUMER_H
#define TAICHO_FLOW_CONSUMER_H

#include "common/flow/projection.h"

struct consumer;
struct consumer_config {
    const struct service *service;
    struct executor *executor;
    const char *conninfo, *application, *brokers, *instance;
    bool group_membership;
    int fetch_wait_ms;
};
struct consumer_partition {
    char topic[64];
    int partition;
    int64_t next_offset, high, epoch;
};
struct consumer_stats {
    bool connected;
    uint64_t messages, dead, rebalances, gaps;
    size_t partition_count;
    struct consumer_partition partitions[64];
};

enum err_code consumer_new(const struct consumer_config *c, struct consumer **ret, struct err *reterr) MUST_CHECK;
/* consumer_step polls once; returns 1 when it submitted something, 0 when not, -1 with *reterr. */
int consumer_step(struct consumer *c, int timeout_ms, struct err *reterr);
void consumer_stats(struct consumer *c, struct consumer_stats *ret);
enum err_code consumer_start(struct consumer *c, struct err *reterr) MUST_CHECK;
void consumer_stop(struct consumer *c, int limit_ms);
void consumer_free(struct consumer *c);

extern const struct db_stmt *const consumer_statements[];

#endif
