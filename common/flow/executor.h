/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The one way of all work: take what waits (at most 256 pieces), one transaction, lock and load, decide each piece,
 * save, emit, COMMIT, answer. See DESIGN "One command"; the rules of versions, waiting and holds are in inbox.h.
 *
 * Two bounded queues, commands and events, each sure of a quarter of a batch (queue.h). A batch begins when the one
 * before is done, and with the first command; events alone wait for 64 or 5 ms, and under load all wait up to 8 ms for
 * others, to share what a transaction costs.
 *
 * Lock order: offsets, subjects (sorted), the service's other rows, series (sorted), idempotency keys.
 */
#ifndef TAICHO_FLOW_EXECUTOR_H
#define TAICHO_FLOW_EXECUTOR_H

#include "common/flow/batch.h"
#include "common/flow/keep.h"

struct service;
struct clock;
struct catalogue_store;
struct executor;

/* A service's part. All are called on the executor's thread; decide and encode do no I/O and read no clock. */
struct executor_ops {
    /*
     * prepare names the series a piece of work may take numbers from, and the rows that ask_named is to read: those
     * before anything is locked; of an event that waited, once it is read. May be NULL.
     */
    void (*prepare)(struct batch *b, const struct work *w);
    /*
     * ask queues the SELECTs of the states of batch->subject_ids (they are locked already); take reads them into
     * subject->state. A second time, for others, when what was kept of them proves old.
     */
    void (*ask)(struct batch *b);
    enum err_code (*take)(struct batch *b, struct err *reterr);
    /* The kind of subjects of which there is nothing but what ask and take read: of one that is to begin now they are
     * called only when it proves to be there already. NULL: of none. */
    const char *begins;
    /* copy makes the copy of a state that is kept (keep.h). May be NULL. */
    keep_copy *copy;
    /* ask_named and take_named do the same for rows that commands name: mandates, seals. Once, and once more for all of
     * them when an event that waited names some. May be NULL. */
    void (*ask_named)(struct batch *b);
    enum err_code (*take_named)(struct batch *b, struct err *reterr);
    /*
     * decide does one piece: command, event or timer. On a refusal the subject's state is untouched and nothing was
     * emitted. For an event a refusal puts the subject on hold.
     */
    enum err_code (*decide)(struct item *i, struct err *reterr);
    /* save queues INSERTs and UPDATEs of the touched states. */
    void (*save)(struct batch *b);
    /* encode sets body and body_case of the generated message from e->body. */
    void (*encode)(const struct emission *e, struct arena *a, struct Taicho__V1__LifecycleEvent *ret);
    /* timer_acts maps timer names to acts: pairs in the order of `act`; NULL-terminated. May be NULL. */
    const struct timer_act *timer_acts;
    /* committed is told that the batch is durable, before its waiters are answered. May be NULL. */
    void (*committed)(struct batch *b);
};

struct timer_act {
    const char *name;
    int act;
};

struct executor_config {
    const struct service *service;
    const char *conninfo, *application;
    struct clock *clock;
    struct catalogue_store *catalogue;
    int batch_max; /* 256 */
    int queue_max; /* of each queue */
    int keep_max;  /* subjects whose states are kept; 0: none */
    /* Wakes the relay, and the timers when one was set that is due soon (TIMERS_SOON). */
    void (*committed)(void *arg, bool published, bool soon);
    void *committed_arg;
};

struct executor_stats {
    uint64_t batches, commands, events, timers, refused, repeated, waited, held, dead, fenced, retried, bisected;
    uint64_t commit_us; /* total time of batches */
    size_t command_queue, event_queue;
    bool connected;
    bool halted; /* another service knows more of this one than its own database: an operator decides */
    char halt_reason[200];
};

enum err_code executor_new(const struct executor_config *c, struct executor **ret, struct err *reterr) MUST_CHECK;
enum err_code executor_start(struct executor *e, struct err *reterr) MUST_CHECK; /* its thread */
/* executor_submit queues work; ERR_BUSY when the bound is reached, ERR_UNAVAILABLE while stopping. On failure done is
 * not called. */
enum err_code executor_submit(struct executor *e, struct work *w, struct err *reterr) MUST_CHECK;
/* executor_room tells how many event pieces may be submitted now, were they small; of one it is sure. */
size_t executor_room(struct executor *e);
/* executor_step does one batch; for tests. Returns how many pieces it did; waits at most timeout_ms for the first. */
size_t executor_step(struct executor *e, int timeout_ms);
void executor_stats(struct executor *e, struct executor_stats *ret);
/* executor_stop takes no new work, finishes what is queued, and answers the rest with 503 when its thread has ended
 * early. It waits as long as that takes: whoever stops a process calls waits for the database off in time
 * (db_cancel_all). */
void executor_stop(struct executor *e);
void executor_free(struct executor *e);

/*
 * Ownership of partitions, by the consumer: an epoch per (topic, partition). A batch whose epoch is not the row's is
 * fenced: rolled back, the partition's events dropped, `fenced` called, the rest runs again.
 */
void executor_on_fenced(struct executor *e, void (*fenced)(void *arg, const char *topic, int partition), void *arg);

/* For `check`, each NULL-terminated. */
extern const struct db_stmt *const executor_statements[],
    *const batch_load_statements[], *const batch_save_statements[], *const wake_statements[], *const prune_statements[];

#endif
