/* SPDX-License-Identifier: Apache-2.0 */
/*
 * What a service sees of a batch: the subjects it loads and saves, the facts it decides with, and the calls by which a
 * decision leaves marks (events, numbers, timers, publications). Nothing here does I/O but ask/take/save through db.
 */
#ifndef TAICHO_FLOW_BATCH_H
#define TAICHO_FLOW_BATCH_H

#include "common/domain/catalogue.h"
#include "common/flow/work.h"
#include "common/io/db.h"

/* One locked subject. `state` is the service's own, hung in by take; NULL: the service has nothing stored of it. */
struct subject {
    struct id id;
    const char *kind;
    int64_t version; /* of this service's own events */
    int64_t applied[SOURCE_COUNT];
    const char *hold;
    instant last_act; /* when something was last done to it, as far as is known here; INSTANT_NONE: nothing is */
    void *state;
    bool known;   /* it had a row before this batch */
    bool changed; /* set by the executor when a version or applied moved */
    bool touched; /* set by the service when its state must be saved */
    size_t index; /* its place in batch->subjects */
};

struct batch {
    struct db *db;
    struct arena *arena; /* goes with the batch */
    const struct catalogue *catalogue;
    int64_t
        release; /* as the database has it, read behind the locks; the snapshot's, unless that one cannot be built */
    /* Business time. now: when what is being decided is done; of a late entry, and of what follows from one, the moment
     * on paper. recorded_at: when the batch is, for what lies ahead from today: timers. */
    instant now, recorded_at;
    struct subject **subjects; /* in the order of their ids */
    size_t subject_count;
    const struct db_array *subject_ids; /* uuid[] of those whose state is needed, for = ANY($1) */
    void *service;                      /* the service's scratch for ask/take/save */
    bool names;                         /* set by prepare: the work names a row that ask_named has not asked for yet */
    bool noted; /* set by decide: save has something beside the subjects, which a refused piece may leave, too */
};

/* batch_subject finds one of the batch's subjects by id; asking for another is a bug. */
struct subject *batch_subject(const struct batch *b, struct id id);
/*
 * batch_loaded finds the subject whose state a row belongs to; NULL: leave the row out. Each statement of READ
 * COMMITTED sees what others committed before it, so the rows of a subject that another process has just begun may be
 * there, all or some of them, although its own row was not when the subjects were locked. It is not here yet.
 */
struct subject *batch_loaded(const struct batch *b, struct id id);

/* batch_touched gives the states of a kind that must be saved. */
void **batch_touched(const struct batch *b, const char *kind, size_t *ret_count);

/* One piece of work being decided. */
struct item {
    struct batch *batch;
    struct work *work; /* for an event: work->event and work->command */
    struct subject *subject;
    struct id told; /* the latest event that it has emitted */
};

/*
 * item_try lets a decision change the state before it is known whether anything is to be told; item_give_up puts back
 * what was there, timers too, when nothing is: a state that changes without an event is one that other processes would
 * not read anew (keep.h). Of a state that the batch has changed already all that was tried stays, for that
 * change has its event.
 */
struct trial {
    void *state;
    bool touched;
    size_t timers; /* how many had been set or cleared in the batch, and those of the subject: */
    struct timer_was {
        size_t at;
        instant due;
    } * was;
    size_t was_count;
};

struct trial item_try(struct item *i);
void item_give_up(struct item *i, const struct trial *t);

/* What a decision says happened. The executor adds ids, version, seen, actor and times. */
struct emission {
    const char *type; /* "Received": must be the message name that encode sets */
    const void *body; /* the service's own, in the batch's arena */
    const char *dossier_code, *place, *unit, *procedure, *process, *origin_reference;
    enum route route;
    int process_version, step, round;
    struct id document;
    struct id command; /* the batch that made it, where no command did; nil: none */
    bool last;
    const struct step_clock *clock; /* of the step that it ends; NULL: none */
    /* Who did it and when, where an event tells of acts of its actor. NULL: whose work it is, and now. */
    const char *actor;
    instant occurred_at; /* read with actor only */
    bool follows;        /* from the event before it, in the same decision: that is its cause, and it is nobody's act */
    bool notice;         /* it says what the clock says, nobody did anything: a late entry may lie before it */
};

/* item_emit adds an event of this subject; its version is the subject's next. Only after the decision stands. */
void item_emit(struct item *i, const struct emission *e);

/* item_answer sets status and JSON of a command's answer. */
void item_answer(struct item *i, int status, const char *json);

/*
 * Series: prepare names the row, decide takes its next number. A refused item takes none. ERR_INVALID above `most`.
 * The row is locked after the subjects, sorted with all others of the batch.
 */
void batch_need_series(struct batch *b, const char *key);
enum err_code item_take_number(struct item *i, const char *key, int64_t most, int64_t *ret,
                               struct err *reterr) MUST_CHECK;

/* Timers of the subject, in business time; setting one anew moves it. `act` is a name of executor_ops.timer_acts. */
void item_set_timer(struct item *i, const char *act, instant due);
void item_clear_timer(struct item *i, const char *act);
/* item_move_timer moves a watch's timer from when it looked next (`was`) to when it does now; INSTANT_NONE: not at all.
 * One that has `fired` is set anew. */
void item_move_timer(struct item *i, const char *act, instant was, instant next, bool fired);

/* item_publish adds a message that is no lifecycle event (catalogue, audit). value.p NULL: a tombstone. */
void item_publish(struct item *i, const char *topic, int partition, const char *key, const char *type,
                  const char *content, struct bytes value);

/*
 * item_catalogue_record stores a reference record in this service's copy and publishes it (intake only);
 * item_catalogue_release closes the release: everyone switches to it.
 */
void item_catalogue_record(struct item *i, const char *kind, const char *id, int version, int64_t release,
                           const struct digest *digest, struct bytes record);
void item_catalogue_release(struct item *i, int64_t release, struct bytes record);

#endif
