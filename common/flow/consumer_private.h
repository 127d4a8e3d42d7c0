/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The inside of the consumer, shared by consumer.c (polling, thread), consumer_claim.c (partitions, messages, database)
 * and consumer_place.c (is it still the log that was read).
 */
#ifndef TAICHO_FLOW_CONSUMER_PRIVATE_H
#define TAICHO_FLOW_CONSUMER_PRIVATE_H

#include <pthread.h>
#include <stdatomic.h>

#include "common/flow/consumer.h"
#include "common/flow/trouble.h"
#include "common/io/bus.h"
#include "common/io/db.h"

#define PARTS_MAX COUNT_OF(((struct consumer_stats *)0)->partitions)

/* A partition that this process has, or had. Slots are never given up: pieces under way name them by number. */
struct part {
    char topic[64];
    int partition;
    bool assigned;
    bool claimed; /* with the whole assignment, and not asked for yet */
    int64_t epoch;
    int64_t next_offset;   /* behind what the executor committed */
    int64_t next_sequence; /* behind what was read; for counting gaps only */
    int64_t last_mark;     /* C4: of the message before next_offset, which is looked at first; 0: nothing is */
    int64_t assigned_at;   /* instant_mono */
    int64_t high, reported;
    size_t under_way; /* pieces of this epoch that the executor has */
};

/* One message on its way through the executor; lives in the arena of its work. */
struct piece {
    struct consumer *consumer;
    size_t at; /* of its part */
    int64_t epoch;
    struct work work;
};

struct consumer {
    struct consumer_config config;
    char owner[96], group[64];
    const char *topics[SOURCE_COUNT + 2];

    struct db *db;         /* claims; for a `single` service also the lock of the one who is active */
    struct arena *scratch; /* of one conversation with the database */
    bool active;           /* single: this process has the lock */
    int64_t lock_checked;
    struct bus_consumer *bus;
    char cluster[64];
    struct piece *pending; /* read, but the executor was full */
    int64_t reported_at, report_again_at, cluster_asked, cluster_known, lag_asked;
    char notice[400]; /* something to tell at the thread's edge */

    pthread_mutex_t lock; /* all below: the executor's thread and readers of statistics come here too */
    struct part parts[PARTS_MAX];
    size_t part_count;
    size_t under_way, stale; /* pieces that the executor has; those of an epoch that is over */
    bool broken;             /* a piece of a living epoch was not taken in: join again and read it again */
    struct consumer_stats stats;

    pthread_t thread;
    bool started;
    atomic_bool stopping;
    struct trouble trouble;
};

/* ---- consumer_claim.c */

/* The rebalance callbacks, on the thread that polls. */
bool consumer_assigning(void *arg, const char *const *topics, const int *partitions, size_t count);
int64_t consumer_assigned(void *arg, const char *topic, int partition);
void consumer_revoked(void *arg, const char *topic, int partition, bool lost);

/* consumer_fenced is the executor's callback, on its thread. */
void consumer_fenced(void *arg, const char *topic, int partition);

/* consumer_restart begins a partition's log anew: its stored offset is outside of it. */
enum err_code consumer_restart(struct consumer *c, const char *topic, int partition, struct err *reterr) MUST_CHECK;

/* consumer_lock takes or checks the lock of a single service; *ret_active tells who this is. */
enum err_code consumer_lock(struct consumer *c, bool *ret_active, struct err *reterr) MUST_CHECK;

/* consumer_piece makes work of a message. */
struct piece *consumer_piece(struct consumer *c, const struct bus_message *m);

/* consumer_submit gives a piece to the executor; false: it is full, or an older epoch is under way: try again. */
bool consumer_submit(struct piece *p);

/* ce_sequence of a message, 0 when it has none. */
int64_t consumer_sequence_of(const struct bus_message *m);

/* consumer_part finds a slot; NULL: it was never assigned. The caller has the lock. */
struct part *consumer_part(struct consumer *c, const char *topic, int partition);

/* consumer_drop forgets a piece that was never submitted. */
void consumer_drop(struct piece *p);

/* ---- consumer_place.c */

/* What tells a message from any other that may stand at its offset; kept beside the stored offset as last_mark. */
int64_t consumer_mark_of(const struct bus_message *m);

/* consumer_look_back compares the first message behind a claim with the one that was read before (C4). */
enum look_back { LOOK_NEW, LOOK_SAME, LOOK_CHANGED };
enum look_back consumer_look_back(struct consumer *c, const struct bus_message *m);

/* consumer_find_cut names a partition whose log ends before the message that is looked for. */
bool consumer_find_cut(struct consumer *c, struct bus_message *ret);

/* consumer_begin_anew reads a partition from its log's beginning; 0, or -1 with *reterr: it joins again. */
int consumer_begin_anew(struct consumer *c, const struct bus_message *m, const char *why, struct err *reterr);

#endif
