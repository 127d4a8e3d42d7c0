/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The inside of a batch, shared by the files that carry one through: batch.c (marks a decision leaves), batch_load.c
 * (claim and load), batch_states.c (the states), batch_decide.c (each piece), batch_save.c (save, emit, commit). Nobody
 * else includes it.
 */
#ifndef TAICHO_FLOW_BATCH_PRIVATE_H
#define TAICHO_FLOW_BATCH_PRIVATE_H

#include "common/flow/inbox.h"
#include "common/flow/projection.h"

#define BATCH_PIECES_MAX 1024

/* An event of a subject that is not applied yet: stored before this batch, or arrived in it. */
struct waiter {
    struct waiter *next; /* of the same subject, by (source, version) */
    struct work *work;   /* envelope, act, command */
    bool stored;         /* has a row */
    bool gone;           /* applied: the row goes */
    const char *reason;  /* why it waits now */
    const char *stored_reason;
};

struct slot {
    struct subject subject; /* what the service sees; first: run_slot_of */
    struct waiter *waiters;
    bool stub;          /* it has no row yet; a piece of this batch may begin it */
    bool asked;         /* its state is needed: read, or kept from the last time */
    bool fresh;         /* a piece of this batch is to begin it: its state is read only when it has a row already */
    struct subject was; /* as it was read */
    bool waits;         /* something of it waits, stored */
    bool hold_moved;
};

/* One partition that this batch takes events from. */
struct claim {
    const char *topic, *cluster;
    int partition;
    int64_t epoch;
    int64_t next_offset, next_sequence; /* as stored, then as they will be */
    int64_t last_mark;                  /* of the message before next_offset, once moved */
    bool owned, moved;
};

struct series_row {
    const char *key;
    int64_t first, next; /* as stored, and as it will be */
    bool made, taken;    /* its row was made by this batch; a number was taken */
};

struct timer_row {
    struct id subject;
    const char *act;
    instant due; /* INSTANT_NONE: cleared */
};

struct publication {
    struct id event_id;
    const char *topic, *key, *type, *content, *trace;
    int partition;
    instant time;
    struct bytes value;
};

struct reference_row {
    const char *kind, *id;
    int version;
    int64_t release;
    struct digest digest;
    struct bytes record;
};

/* A growing array in the batch's arena. */
#define LIST(type)                                                                                                     \
    struct {                                                                                                           \
        type *items;                                                                                                   \
        size_t count, room;                                                                                            \
    }
#define LIST_ADD(arena, list)                                                                                          \
    ((list)->items = arena_room((arena), (list)->items, (list)->count, &(list)->room, sizeof *(list)->items),          \
     &(list)->items[(list)->count++])

struct run {
    struct batch batch; /* first: the service's view */
    const struct service *service;
    struct inbox_self self;
    struct keep *keep;
    struct work **works;
    size_t count;
    struct item *items;

    struct slot *slots; /* batch.subject_count of them, sorted by id */
    LIST(struct claim) claims;
    LIST(struct series_row) series;
    LIST(struct timer_row) timers;
    LIST(struct publication) publications;
    LIST(struct reference_row) references;
    LIST(struct work *) dead;
    LIST(struct work *) missing_of; /* events that showed a gap: expected in missing_from */
    LIST(int64_t) missing_from;
    LIST(struct work *) struck; /* events that may strike out a missing number */
    bool careful;               /* it ran before, or may stand: answers given before are looked for first */
    bool hasty;                 /* it waited long enough: rows that somebody else holds are not waited for once more */
    bool named;                 /* the service was told to ask for what commands name */
    int64_t closes_release;     /* 0: none */
    int64_t release_records;

    /* facts of the claim */
    int64_t clock_offset, release;
    int64_t xid;
    instant cause_recorded;    /* of the event being applied; INSTANT_NONE else */
    struct work *current;      /* the piece being decided */
    LIST(size_t) taken;        /* series it took numbers from, to be put back when it is refused */
    const char *oversize;      /* an event that no listener could take: the batch cannot be stored */
    bool *timer_due;           /* per work */
    bool *letter_known;        /* per work: it was stored before, whatever has become of it since */
    const char *halt;          /* I5: why */
    bool *replayed;            /* per work: answered from the stored keys */
    struct db_answer **closed; /* per work: the row of the dead letter that it closes */

    struct db_answer *asked_facts, *asked_claims, *asked_subjects, *asked_waiting, *asked_series, *asked_keys,
        *asked_timers, *asked_letters;
    uint64_t n_repeated, n_waited, n_held, n_dead, n_refused;
};

/* What became of an attempt to carry a batch through. */
enum run_end {
    RUN_DONE,
    RUN_FENCED,   /* some claims are not owned any more: claim.owned tells */
    RUN_AGAIN,    /* facts moved (clock, release, keys): run it again at once */
    RUN_LATER,    /* the database is away or asks for a repeat: again, with back-off */
    RUN_BROKEN,   /* something in it cannot be stored: bisect */
    RUN_IN_DOUBT, /* the connection went while COMMIT was under way; run->xid tells */
    RUN_HALT      /* I5 */
};

/* batch.c */
/* catalogue is the snapshot in use; when the claim sees another release, that one is loaded and the batch is made anew.
 */
struct run *run_new(struct arena *a, const struct service *service, struct work **works, size_t count, instant now,
                    const struct catalogue *catalogue);
/* run_moved_timer gives the row of a timer that a piece of the batch has set or cleared; NULL: none has. */
struct timer_row *run_moved_timer(struct run *r, struct id subject, const char *act);
struct slot *run_slot(struct run *r, struct id id);
struct slot *run_slot_of(const struct run *r, size_t piece); /* NULL: it has no subject */
int run_act_of_timer(const struct service *s, const char *name);
const char *run_timer_name(const struct service *s, int act);
void run_publish_dead(struct run *r, const struct work *w);
/* run_note_act remembers of a subject when something was done to it, if that is the newest. */
void run_note_act(struct subject *s, instant occurred_at);
/* run_decide_one calls the service's decide at the moment that counts for the piece; a refusal leaves nothing behind.
 */
enum err_code run_decide_one(struct run *r, struct item *i, struct err *reterr);

/* batch_load.c */
enum run_end run_load(struct run *r, struct err *reterr);
/* run_begin_subjects marks as stubs the slots that a piece may begin, of the kind that it says; where a row is, it is
 * no stub. */
void run_begin_subjects(struct run *r);
/*
 * run_ask_keys asks for the answers that were given before to commands (NULL: to all), run_take_keys gives them again.
 * A first run does not ask: a command that is a repeat shows when its key is stored (then the batch runs again,
 * carefully), or is refused.
 */
void run_ask_keys(struct run *r, bool (*which)(const struct work *));
void run_take_keys(struct run *r);
/* batch_states.c */
/* run_choose_states marks the slots whose state is needed. */
void run_choose_states(struct run *r);
/* run_ask_states asks for the states that are needed and not kept, and for what the commands name; run_take_states
 * reads them. */
void run_ask_states(struct run *r);
enum err_code run_take_states(struct run *r, struct err *reterr) MUST_CHECK;
/* run_use_kept hangs in the kept states of subjects that are as they were left; gives the others, and those that were
 * to begin and are there already. */
struct db_array *run_use_kept(struct run *r);
/*
 * run_lacks_state: what waits of a subject may be next after an event that only counts, and its state was not read.
 * Then the batch runs again, with it (work.whole).
 */
bool run_lacks_state(struct run *r);
/* run_keep keeps the states as they were committed. */
void run_keep(struct run *r);

/* batch_decide.c */
void run_decide(struct run *r);

/* batch_save.c */
enum run_end run_save(struct run *r, struct err *reterr);
enum run_end run_failure(const struct err *e);
void run_rollback(struct run *r);

#endif
