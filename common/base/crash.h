/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Named places where a test may end the process. TAICHO_CRASH=NAME:NTH makes it kill itself (SIGKILL: nothing is
 * flushed, closed or told to anybody) when it passes the place of that name for the NTH time. Not set, a place costs
 * one comparison of an integer. `taicho-X crash-points` prints the table.
 */
#ifndef TAICHO_BASE_CRASH_H
#define TAICHO_BASE_CRASH_H

#include <stdbool.h>
#include <stdio.h>

#include "common/base/attr.h"
#include "common/base/err.h"

/* clang-format off */
/*  symbol               name                   where it is                                                             */
#define CRASH_POINTS(X)                                                                                                 \
    X(BATCH_BEGIN,        "batch-begin",         "work was taken from the queue; before BEGIN")                          \
    X(BATCH_LOADED,       "batch-loaded",        "rows are locked and read, nothing is decided")                         \
    X(BATCH_SAVED,        "batch-saved",         "everything is written in the transaction; before COMMIT is sent")      \
    X(COMMIT_SENT,        "commit-sent",         "COMMIT is sent, its answer is not read")                               \
    X(COMMIT_DONE,        "commit-done",         "COMMIT stands; nobody is answered, the relay is not woken")            \
    X(ANSWER,             "answer",              "COMMIT stands; before one of the batch's waiters is answered")         \
    X(COMMAND_ANSWER,     "command-answer",      "COMMIT stands; before a client that waits by HTTP is answered")        \
    X(RELEASE,            "release",             "another reference release was found, before it is loaded")            \
    X(TIMER_DUE,          "timer-due",           "due timers were read, before one is submitted")                        \
    X(TIMER_DONE,         "timer-done",          "a timer's act is through")                                             \
    X(RELAY_LED,          "relay-led",           "the relay got the lock and read its state")                            \
    X(RELAY_DAYS,         "relay-days",          "the outbox's days were made ahead, before old ones are dropped")       \
    X(RELAY_TICK,         "relay-tick",          "a tick is saved, nothing of it is published")                          \
    X(RELAY_PRODUCE,      "relay-produce",       "before a row is given to the producer")                                \
    X(RELAY_PRODUCED,     "relay-produced",      "a slice is with the producer, before reports are read")                \
    X(RELAY_ACKNOWLEDGED, "relay-acknowledged",  "a slice is acknowledged, before the cursor is saved")                  \
    X(RELAY_SAVED,        "relay-saved",         "the cursor is saved")                                                  \
    X(RELAY_LOSS,         "relay-loss",          "the broker lost data; that is saved, nothing is published again")      \
    X(RELAY_REPLAY,       "relay-replay",        "before a row is published again under its old number")                 \
    X(RELAY_CLUSTER,      "relay-cluster",       "everything lost is published again, before that is saved")             \
    X(CONSUMER_ACTIVE,    "consumer-active",     "audit: the lock of the active process is held, nothing is read")       \
    X(CONSUMER_CLAIM,     "consumer-claim",      "in the rebalance callback, before partitions are claimed")             \
    X(CONSUMER_CLAIMED,   "consumer-claimed",    "in the rebalance callback, their rows carry the new epoch")            \
    X(CONSUMER_ASSIGNED,  "consumer-assigned",   "at the end of the rebalance callback of one partition")                \
    X(CONSUMER_REVOKED,   "consumer-revoked",    "a partition was taken away")                                           \
    X(CONSUMER_POLLED,    "consumer-polled",     "a message was read, before it is submitted")                           \
    X(CONSUMER_REPORT,    "consumer-report",     "before offsets are reported to Kafka")                                 \
    X(MIGRATE_STEP,       "migrate-step",        "before a migration is run")                                            \
    X(MIGRATE_DONE,       "migrate-done",        "a migration stands")                                                   \
    X(STOP_BEGUN,         "stop-begun",          "the stop began; no new connections")                                   \
    X(STOP_ANSWERED,      "stop-answered",       "the executor has ended and answered all, before HTTP ends")            \
    X(STOP_FLUSHED,       "stop-flushed",        "the relay has published what it could, before it all is freed")
/* clang-format on */

#define CRASH_ENUM(symbol, name, where) CRASH_##symbol,
enum crash_point { CRASH_NONE, CRASH_POINTS(CRASH_ENUM) CRASH_COUNT };
#undef CRASH_ENUM

/*
 * crash_set arms one point, before any thread is started; NULL or "" arms none. ERR_INVALID for a name that is not in
 * the table (they are logged) and for an NTH below 1; without ":NTH" it is the first time.
 */
enum err_code crash_set(const char *setting, struct err *reterr) MUST_CHECK;
/* crash_print writes one line per point: name, tab, where. */
void crash_print(FILE *out);

extern enum crash_point crash_armed; /* by crash_set only */

/* crash_count counts a pass of the armed point; true at the NTH. Safe from any thread. */
bool crash_count(void);
void crash_now(void) NORETURN;

/* crash_due is for places that do something first: if (crash_due(CRASH_X)) { ...; crash_now(); } */
static inline bool crash_due(enum crash_point p)
{
    return crash_armed == p && crash_count();
}

static inline void crash_at(enum crash_point p)
{
    if (crash_due(p))
        crash_now();
}

#endif
