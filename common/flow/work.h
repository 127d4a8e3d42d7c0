/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Everything that can change something is work: a command from HTTP, an event from another service, a timer that fell
 * due. All work of a service goes one way, through its executor.
 */
#ifndef TAICHO_FLOW_WORK_H
#define TAICHO_FLOW_WORK_H

#include <stdbool.h>
#include <stdint.h>

#include "common/base/arena.h"
#include "common/base/err.h"
#include "common/base/id.h"
#include "common/domain/late_entry.h"
#include "common/flow/event.h"
#include "common/io/digest.h"
#include "common/io/token.h"

enum work_origin {
    WORK_COMMAND, /* HTTP */
    WORK_EVENT,   /* an event of another service, from Kafka or resubmitted by an operator */
    WORK_TIMER,
    WORK_RECORD, /* a record of the catalogue topic; ACT_SKIP: a tombstone, of which only its place counts */
    WORK_DEAD,   /* bytes that cannot be read: a dead letter in the making */
    WORK_REDRIVE /* an operator clears a hold and lets the waiting events run again */
};

/* Where an event came from. partition < 0: not from Kafka (replay), no offset moves. */
struct work_place {
    const char *topic;
    int partition;
    int64_t offset;
    int64_t sequence; /* ce_sequence; 0 when the topic has none */
    int64_t mark;     /* tells it from any other message that may stand at this offset (consumer_place.c) */
    int64_t epoch;    /* of the owner that read it */
    const char *cluster;
};

/*
 * The dead letter that a redrive closes, in the transaction of the redrive. A hold for dead letters goes with the last
 * one of its subject; a hold for anything else stays. Closed the same way again, it is found and changes no more.
 */
struct closing {
    int64_t letter;
    const char *state, *by, *why;
};

struct work {
    struct work *next; /* the executor's, while queued */
    uint64_t arrival;  /* the executor's: the order in which work came */
    /* The executor's, when storing failed: it is taken by itself, then held with this reason instead of applied. */
    bool alone, moved;
    const char *poison;
    bool lifts, lifted; /* the executor's: this run of it lifts the hold; one for it, piece by piece, has done so */
    bool doubtful;      /* the executor's: a COMMIT that had it in was not answered, so it may stand */
    bool whole;         /* the executor's: the subject's state is read although this event itself needs none of it */
    enum work_origin origin;
    struct arena *arena;      /* the work's memory */
    size_t weight;            /* bytes that it brings: a request with its paper, an event. 0: hardly any */
    struct id subject;        /* nil for WORK_RECORD */
    const char *subject_kind; /* "dossier" */
    int act;                  /* the service's own number: what is to be done */
    const void *command;      /* the service's own struct for this act, in the arena */

    /* WORK_COMMAND */
    bool creates; /* the subject may not exist yet */
    struct actor actor;
    const char *idempotency_key;
    struct digest body_digest;
    struct id command_id;
    int64_t wants[SOURCE_COUNT]; /* Taicho-Seen: what must have been applied here before */
    const char *trace;
    const struct late_entry *late; /* Taicho-Late-Entry: done on paper before; NULL: done now */

    /* WORK_EVENT, WORK_DEAD, WORK_RECORD */
    struct work_place place;
    struct event event;
    struct bytes raw, key;
    const char *reason; /* WORK_DEAD: why; WORK_REDRIVE: who and why */

    const struct closing *closes; /* WORK_REDRIVE; NULL: it lifts whatever hold there is */

    /* The outcome, filled before done: refusal.code ERR_OK means done, with status and answer. */
    struct err refusal;
    int status;
    const char *answer; /* JSON, in the arena */
    int64_t version;    /* of the subject after this work, 0 when unknown */

    void (*done)(struct work *w); /* called once, on the executor's thread, after the outcome is certain */
    void *done_arg;
};

#endif
