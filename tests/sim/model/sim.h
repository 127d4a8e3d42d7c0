/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The simulated world: four services of two processes each, a database per service, topics, relays, people.
 *
 * Real: the deciders, tables and events of the services, projection_work, run_new, which subjects a batch may begin and
 * whose state it needs, run_decide, inbox_judge, the bytes.
 * Modelled: PostgreSQL (what a batch loads, locks, and commits whole or not at all), Kafka, the relay's and the
 * consumer's steps, and everything that may go wrong between two of them. One thread, one seed, no clock, no I/O.
 */
#ifndef TAICHO_TESTS_SIM_H
#define TAICHO_TESTS_SIM_H

#include "common/flow/batch_private.h"

#define SERVICES     SOURCE_COUNT /* a service's index is its source */
#define PROCESSES    2            /* of each service */
#define PARTITIONS   STAGE_PARTITIONS
#define DOSSIERS_MAX 8
#define QUEUE_MAX    48
#define BATCH_MAX    12
#define KEEP_MAX     5        /* less than there are dossiers, so that some are forgotten */
#define FIRST_DAY    18170    /* 2019-10-01, a Tuesday */
#define FIRST_HOUR   (8 * 60) /* a day begins */
#define ERRANDS      2        /* that one dossier's people are at, at a time */

/* Wrong rules that the checks must notice. */
#define BREAK_MAP(X)                                                                                                   \
    X(NOTHING, "nothing")                                                                                              \
    X(SEEN, "skip-seen")               /* an event is applied though what its emitter had seen is not */               \
    X(ORDER, "skip-order")             /* a later version is applied before an earlier one */                          \
    X(WAITING, "waiting-is-applied")   /* what waits counts as applied */                                              \
    X(OFFSET, "offset-without-effect") /* a batch that rolled back moves its offsets */                                \
    X(CURSOR, "cursor-before-publish") /* the relay saves that a tick is out before it is */                           \
    X(NUMBERS, "new-numbers")          /* a tick that was interrupted is taken anew, under other numbers */            \
    X(LAST_ID, "outbox-by-last-id") /* the relay reads on after the greatest id, as if ids were committed in order */  \
    X(KEYS, "forgotten-keys")       /* an answer is not stored under its Idempotency-Key */                            \
    X(HOLD, "hold-is-ignored")      /* a subject on hold goes on */                                                    \
    X(RELEASE, "release-with-work-only") /* a process without work does not look whether there is a new release */     \
    X(RACE, "second-row")                /* who loses a race for a new subject stores over the row of who won */       \
    X(STATE, "unread-state")             /* what waits is applied though its subject's state was not read */           \
    X(KEEP, "kept-is-trusted")           /* a state that was kept counts though another process was at its subject */  \
    X(PLACE, "place-is-trusted") /* reading goes on at the stored offset, whatever became of the log before it */

enum sim_break {
#define X(symbol, name) BREAK_##symbol,
    BREAK_MAP(X)
#undef X
        BREAK_COUNT
};
extern const char *const sim_break_names[];

/* A result that nobody comes for is told of at once, and again, so often. */
#define SIM_REMINDERS 2

/* What a run should have met; a simulator that meets nothing proves nothing. */
#define SAW_MAP(X)                                                                                                     \
    X(KILLED, "processes killed")                                                                                      \
    X(KILLED_MIDST, "killed between load and COMMIT")                                                                  \
    X(KILLED_UNTOLD, "killed between COMMIT and the last answer")                                                      \
    X(FROZEN, "processes frozen")                                                                                      \
    X(SHARED, "groups shared anew")                                                                                    \
    X(FENCED, "batches fenced")                                                                                        \
    X(LOCKED, "batches that waited for a lock")                                                                        \
    X(RACED, "races for a new subject lost")                                                                           \
    X(LACKED, "batches run again for a state")                                                                         \
    X(KEPT, "states kept from the last time")                                                                          \
    X(READ, "states read")                                                                                             \
    X(AGAIN, "batches run again")                                                                                      \
    X(DOUBT_STORED, "COMMITs in doubt, stored")                                                                        \
    X(DOUBT_GONE, "COMMITs in doubt, gone")                                                                            \
    X(DATABASE, "databases lost in a batch")                                                                           \
    X(UNANSWERED, "answers lost")                                                                                      \
    X(WITHDRAWN, "withdrawn dossiers")                                                                                 \
    X(STOPPED, "stopped dossiers")                                                                                     \
    X(CORRECTED, "results that were corrected")                                                                        \
    X(ON_PAPER, "acts entered late")                                                                                   \
    X(RATED, "rated dossiers")                                                                                         \
    X(PAID, "fees paid")                                                                                               \
    X(COMPLAINED, "complaints")                                                                                        \
    X(PAPERS_LOST, "papers lost")                                                                                      \
    X(PAPERS_BROUGHT_BACK, "papers brought back to the counter")                                                       \
    X(ONLINE, "dossiers from the portal")                                                                              \
    X(IN_TURN, "dossiers that went from unit to unit")                                                                 \
    X(AT_ONCE, "dossiers that went to all units at once")                                                              \
    X(BESIDE, "co-operating units that were warned")                                                                   \
    X(REPLAYED, "answers given again")                                                                                 \
    X(LEADERS, "relays taken over")                                                                                    \
    X(TICK_AGAIN, "ticks begun again")                                                                                 \
    X(RECOVERED, "logs refilled")                                                                                      \
    X(LOST, "messages lost")                                                                                           \
    X(CUT, "messages cut short")                                                                                       \
    X(DOUBLED, "messages doubled")                                                                                     \
    X(OLD, "old messages again")                                                                                       \
    X(WIPED, "brokers wiped")                                                                                          \
    X(TORN, "logs torn")                                                                                               \
    X(CHANGED, "places found changed")                                                                                 \
    X(SET_BACK, "offsets set back")                                                                                    \
    X(WAITS_ORDER, "events that wait for an earlier one")                                                              \
    X(WAITS_SEEN, "for what was seen")                                                                                 \
    X(WAITS_RELEASE, "for a release")                                                                                  \
    X(WAITS_HELD, "for a redrive")                                                                                     \
    X(DEAD, "dead letters")                                                                                            \
    X(MISSING, "missing numbers")

enum sim_saw {
#define X(symbol, name) SAW_##symbol,
    SAW_MAP(X)
#undef X
        SAW_COUNT
};
extern const char *const sim_saw_names[];

/* ---- Kafka */

struct out;

struct message {
    int64_t sequence, mark;
    struct bytes value;
    const struct out *row;
};

struct lane {
    struct message *items;
    int64_t count, room; /* offsets are 0 .. count - 1 */
};

/* ---- a database */

struct parked {
    struct parked *next; /* by (source, version) */
    enum source source;
    int64_t version, release, offset;
    struct bytes event;
    const char *reason, *topic;
    int partition;
};

struct applied {
    enum source source;
    int64_t version;
};

struct row {
    struct id id;
    const char *kind, *hold;
    const struct node *locked;
    int64_t version, applied[SOURCE_COUNT];
    instant last_act;
    void *state;
    struct parked *waiting;
    struct applied *ledger; /* events that decide took, in the order of their commits */
    size_t ledger_count, ledger_room;
};

struct offset {
    bool exists;
    int64_t next_offset, next_sequence, last_mark, epoch;
    int cluster;
    const struct node *locked;
};

struct key {
    const char *actor, *key, *answer;
    struct digest body;
    int status;
    int64_t version;
};

struct series {
    const char *key;
    int64_t next;
    const struct node *locked;
};

struct timer {
    struct id subject;
    const char *act;
    instant due;
};

/* One row of the outbox. */
struct out {
    int64_t id, number, first_number; /* number: its ce_sequence, 0 until a tick took it */
    int partition, sent;              /* sent: how often the relay handed it to Kafka */
    bool dropped;                     /* Kafka took it and lost it, and nobody has replayed it since */
    struct id subject;
    int64_t version;
    instant recorded;
    struct id event_id, cause;
    const char *type;
    struct bytes value;
};

struct missing {
    int source, partition;
    int64_t sequence;
};

struct dead {
    int source, partition;
    int64_t sequence;
    bool replayed;
};

struct base {
    enum source source;
    int64_t release;
    LIST(struct row *) rows;
    struct offset offsets[SOURCE_COUNT][PARTITIONS];
    LIST(struct key) keys;
    LIST(struct series) series;
    LIST(struct timer) timers;
    LIST(struct out *) outbox; /* committed, in the order of commits */
    LIST(struct missing) missing;
    LIST(struct dead) dead;
    int64_t next_out;
    /* the relay's tables */
    int relay_cluster;
    struct {
        int64_t next_sequence, last_offset;
    } published[PARTITIONS];
    int64_t tick, tick_done; /* the newest tick, and how many of its rows are known to be out */
    bool tick_open;
    LIST(struct out *) ticked;   /* rows of the newest tick, by id */
    LIST(struct out *) numbered; /* rows of all ticks, in the order of publishing */
    int64_t greatest_id;         /* for BREAK_LAST_ID only */
};

/* ---- a process */

enum phase { PHASE_IDLE, PHASE_WAITING, PHASE_DECIDED, PHASE_SAVED };

struct part {
    bool mine;
    int64_t epoch, position;
    int64_t last_mark; /* of the message at position, which was read before the claim; 0: it is a new one */
};

struct node {
    int service, index;
    bool alive, frozen, broken;
    int cluster;    /* that it knows */
    int generation; /* of the group, that it was told of */
    int64_t skew;
    struct part parts[SOURCE_COUNT][PARTITIONS];
    struct work *queue[QUEUE_MAX];
    size_t queued;
    struct work *works[BATCH_MAX];
    size_t count;
    enum phase phase;
    struct run *run;
    struct arena *arena;
    struct keep *keep;
    LIST(struct subject) kept_as; /* for BREAK_KEEP only: what its subjects were like when they were kept */
    int64_t first_out;
    int64_t release, woken_release; /* of its snapshot; up to which waiting events were woken */
    LIST(struct applied) taken;     /* by decide, in this batch */
    LIST(size_t) taken_of;          /* index of the row's subject in the batch */
};

struct relay {
    struct node *leader;
    bool checked, lost_data;
    int64_t at, slice; /* the next row of the tick; how many are out since the last save */
    struct {
        int64_t sequence, offset, lost_at, from, to;
        bool moved, lost;
    } lanes[PARTITIONS];
    bool recovering;
    size_t recovered; /* rows of the outbox that were looked at */
};

struct group {
    int generation;
    int owner[SOURCE_COUNT][PARTITIONS]; /* index of a process; -1: nobody */
};

/* ---- people */

#define SIM_LISTED 2 /* papers in the list of each request form */

struct filing {
    struct document_handle handle;
    int kind;
    const char *unit; /* whose officer filed it */
    int64_t version;  /* of intake, that filed it */
};

struct errand {
    struct dossier *dossier;
    int service, act;
    struct id subject;
    const void *command;
    const struct officer *actor;
    const struct late_entry *late; /* NULL: done now */
    const char *key;
    bool creates, answered;
    struct digest body;
    int64_t wants[SOURCE_COUNT];
    int under_way, effects;
    enum err_code code;
    int status;
    const char *answer;
    int64_t version;
    struct filing filing; /* what it files */
};

struct dossier {
    struct id id;
    const char *counter, *procedure;
    bool submitted, accepted, refused; /* acknowledged */
    int tries, sent_back;
    struct errand *errands[ERRANDS];
    LIST(struct filing) filings;
};

struct promise { /* an acknowledged command */
    int service;
    struct id subject;
    int64_t version;
    const char *actor, *key, *answer;
};

/* ---- the world */

struct world {
    uint64_t seed, random;
    enum sim_break broken;
    struct arena *arena;
    instant now;
    int cluster;
    bool calm; /* the faults have stopped */
    long steps, faults, events, batches;
    long saw[SAW_COUNT], types[256];       /* types: by event_types */
    const struct catalogue *catalogues[3]; /* by release */
    struct base bases[SERVICES];
    struct node nodes[SERVICES][PROCESSES];
    struct relay relays[SERVICES];
    struct group groups[SERVICES];
    struct lane logs[SOURCE_COUNT][PARTITIONS];
    struct dossier dossiers[DOSSIERS_MAX];
    int dossier_count;
    long serial, appended;
    LIST(struct promise) promises;
    char failure[700];
    bool trace;
};

extern struct world world;

uint64_t sim_random(uint64_t below);
bool sim_chance(int per_mille);
void sim_fail(const char *fmt, ...) PRINTF_LIKE(1, 2);
void sim_trace(const char *fmt, ...) PRINTF_LIKE(1, 2);
struct id sim_id(const char *what);
void sim_saw(enum sim_saw what);
struct node *sim_anyone(void);

/* world.c: one seed from its birth to its checks. False: world.failure says what was wrong. */
bool sim_run(uint64_t seed, enum sim_break broken, bool trace);

/* reference.c */
void reference_make(void);
const struct officer *reference_officer(const char *unit, uint32_t roles, const char *counter, bool any);
const char *reference_mandate(const struct officer *o);
const char *reference_series(const char *unit, int outcome);
const char *reference_seal(const char *unit, bool second, const struct officer **ret_keeper);

/* state.c: what the repositories store of a service's state, and what they give back of it. */
void *state_load(enum source s, const void *stored, struct arena *a);
void *state_save(enum source s, const struct row *row, const void *state);

/* ---- loss.c: the cases of lost papers of a stored dossier, and the ways of its original back to the counter */
struct intake_file;
struct intake_gone_way;
struct intake_way;
/* ways_save puts a batch's ways before the stored ones; way_newest is as the newest one stands, NULL: there was none.
 */
void ways_save(struct intake_file *stored, const struct intake_gone_way *added);
const struct intake_way *way_newest(const struct intake_file *f);
struct intake_case;
struct intake_loss;
/* loss_save puts a batch's cases before the stored ones. */
void loss_save(struct intake_file *stored, const struct intake_case *added);
int loss_count(const struct intake_file *f);
/* loss_open gives the newest one that waits to be settled; NULL when none does. */
const struct intake_loss *loss_open(const struct intake_file *f);

/* watch.c */
extern struct service sim_services[SERVICES];
void watch_services(void);
void watch_begin(struct node *p); /* its batch decides next */

/* base.c */

struct row *base_row(struct base *b, struct id id);
enum base_end { BASE_LOADED, BASE_LOCKED, BASE_FENCED, BASE_AGAIN };
enum base_end base_load(struct base *b, struct node *p, struct run *r);
/* base_raced: another has stored a row or a key that this batch found missing; it runs again. */
bool base_raced(struct base *b, const struct run *r);
void base_commit(struct base *b, struct node *p, struct run *r);
void base_rollback(struct base *b, struct node *p, struct run *r);

/* node.c */
void node_step(struct node *p);    /* the executor: one phase of a batch */
void node_consume(struct node *p); /* the consumer: be told, claim, read */
void node_crash(struct node *p);
void node_start(struct node *p);
void node_database_lost(struct node *p);
bool node_submit(struct node *p, struct work *w);
bool node_idle(const struct node *p);
void group_share(int service);

/* relay.c */
void relay_model_step(int service);
void relay_model_append(int service, struct out *row, bool faults);
bool relay_model_idle(int service);

/* fault.c */
void fault_break(void);
void fault_operate(void);
void fault_remind(void);
void fault_recount(void);

/* people.c */
void people_step(struct dossier *d);
void people_done(struct work *w);
bool people_finished(const struct dossier *d);

/* check.c */
void check_all(void);

#endif
