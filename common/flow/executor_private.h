/* SPDX-License-Identifier: Apache-2.0 */
/* The inside of the executor: executor.c (thread and queues), carry.c (a batch until it is through), wake.c (releases).
 */
#ifndef TAICHO_FLOW_EXECUTOR_PRIVATE_H
#define TAICHO_FLOW_EXECUTOR_PRIVATE_H

#include <pthread.h>
#include <stdatomic.h>

#include "common/flow/batch_private.h"
#include "common/flow/queue.h"

/*
 * A partition of which a piece could not be taken: nothing behind it may be taken either, or the offset would move over
 * it. Its owner claims it anew, with another epoch, and reads the piece again.
 */
#define SET_ASIDE_MAX 256
struct set_aside {
    char topic[64];
    int partition;
    int64_t epoch;
};

struct executor {
    struct executor_config config;
    struct queue *queue;
    struct db *db;
    struct arena *arena;
    struct keep *keep;
    pthread_t thread;
    bool threaded;
    atomic_bool stopping, halted, connected;
    char halt_reason[200];
    void (*fenced)(void *arg, const char *topic, int partition);
    void *fenced_arg;

    struct set_aside aside[SET_ASIDE_MAX];
    size_t aside_next; /* the oldest are forgotten first */

    /* wake.c */
    int64_t wake_release; /* of the pass under way; -1: none yet */
    struct id wake_after;
    bool wake_failed;
    int64_t wake_at, release_at; /* monotonic: the next pass, the next look at the release */
    int64_t refused_release;     /* one whose snapshot could not be built */

    _Atomic uint64_t batches, commands, events, timers, refused, repeated, waited, held, dead, fenced_count, retried,
        bisected, commit_us;
};

/* executor_connect connects anew when the connection is lost; nothing kept survives that. */
enum err_code executor_connect(struct executor *e, struct err *reterr) MUST_CHECK;

/* carry.c: runs works until each of them is through or answered. Resets the executor's arena. */
void executor_carry(struct executor *e, struct work **works, size_t count);
bool executor_is_command(const struct work *w);
void executor_pause_ms(int ms);

/* wake.c: looks at the release when idle or when one was closed, and wakes one chunk of what waits. */
void executor_wake(struct executor *e);
enum run_end executor_use_release(struct executor *e, int64_t release, struct err *reterr);
extern const struct db_stmt *const wake_statements[];

#endif
