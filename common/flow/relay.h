/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Outbox -> Kafka, in order per subject. One relay per service publishes (session advisory lock; the others stand by).
 * Reads snapshot ticks (DESIGN "Outbox and relay"): what snapshot S2 sees and S1 did not, by id. A tick is saved before
 * it is published, so a repeat is identical, ce_sequence included.
 */
#ifndef TAICHO_FLOW_RELAY_H
#define TAICHO_FLOW_RELAY_H

#include <stdbool.h>
#include <stdint.h>

#include "common/base/err.h"

struct db_stmt;
struct relay;
struct relay_config {
    const char *service; /* ce_source */
    const char *conninfo, *application, *brokers;
    bool read_only_view; /* audit: rows are its entries, which stay: their ticks are kept for ever */
    int retention_days;  /* 7 */
    int rows_max;        /* of a tick: 5000 */
    /*
     * Development broker only: the services, separated by commas, that read what this one publishes. No partition gets
     * more than 4 MiB that one of them has not read. NULL or "": no limit.
     */
    const char *readers;
};
struct relay_stats {
    bool leader;
    bool connected; /* the brokers answered last time; a relay that stands by does not ask them */
    bool database;  /* its connection lives */
    uint64_t published, ticks, failures, recreated;
    uint64_t refused;              /* dead letters whose topic takes none: they are in the table only */
    int64_t oldest_unpublished_us; /* age, real time; 0 when nothing waits */
    int64_t unpublished;
    char leader_name[64]; /* application_name of the process that publishes, as far as known */
    uint64_t republished;
    int republish_waiting;
    char republish_last[256]; /* how the last one ended, "" before the first */
};

enum err_code relay_new(const struct relay_config *c, struct relay **ret, struct err *reterr) MUST_CHECK;
/* relay_step publishes at most one slice of a tick; waits at most timeout_ms for a wake-up when there is nothing.
 * Returns rows published, or -1 with *reterr (it goes on by itself next time). */
int relay_step(struct relay *r, int timeout_ms, struct err *reterr);
/* relay_wake is called after COMMIT from any thread (eventfd). */
void relay_wake(struct relay *r);
/*
 * relay_republish asks for the numbers of one partition to be published again from the outbox (replay of missing ones);
 * the relay's own steps do it, and its statistics tell how it ended. ERR_CONFLICT naming who publishes, when that is
 * another process; ERR_BUSY when too many were asked for; ERR_INVALID for a topic that is no log: in a compacted one an
 * old record behind a newer one would win, and dead letters have no numbers. The catalogue is compacted, too: of it all
 * is written anew, from the table, whatever the numbers.
 */
enum err_code relay_republish(struct relay *r, const char *topic, int partition, int64_t from, int64_t to,
                              struct err *reterr) MUST_CHECK;
void relay_stats(struct relay *r, struct relay_stats *ret);
enum err_code relay_start(struct relay *r, struct err *reterr) MUST_CHECK; /* its thread */
void relay_stop(struct relay *r, int limit_ms);
void relay_free(struct relay *r);

extern const struct db_stmt *const relay_statements[];

#endif
