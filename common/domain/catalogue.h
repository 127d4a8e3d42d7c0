/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Reference data as one immutable snapshot: units, counters, officers, procedures, processes, calendar, each with its
 * validity. A lookup takes the civil day on which the record must be valid. Built by flow/catalogue_store.c from the
 * service's own copy; shared read-only by all threads until the next release replaces it.
 */
#ifndef TAICHO_DOMAIN_CATALOGUE_H
#define TAICHO_DOMAIN_CATALOGUE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "common/base/arena.h"
#include "common/base/instant.h"
#include "common/domain/words.h"
#include "common/domain/worktime.h"

#define CATALOGUE_ANY_DAY INT32_MIN /* whichever version is newest */

/* Every record begins like this. valid_to is exclusive; 0 means open. Texts live as long as the snapshot. */
struct record {
    const char *id;
    int version;
    int32_t valid_from, valid_to;
};

struct unit {
    struct record record;
    const char *agency_code; /* QCVN 102:2016: "000.21.35.H11" */
    const char *name;
    enum level level;
    const char *parent;          /* "" for the province */
    struct worktime_hours hours; /* of its office; none: the usual ones */
};

struct counter {
    struct record record;
    const char *unit, *name;
    bool shared;
    struct worktime_hours hours; /* of its office; none: the usual ones */
};

struct officer {
    struct record record;
    const char *unit, *counter, *title;
    uint32_t roles; /* base/role.h */
};

/* What is found of a dossier and gives it another time: common/domain/deadline.h counts it. */
#define PROCEDURE_VARIANTS_MAX 16
struct time_variant {
    const char *finding; /* a code */
    bool replaces;       /* this time holds instead of the statutory one; else it is added to it */
    enum time_unit unit;
    int64_t amount;    /* as the procedure's statutory */
    const char *basis; /* the law that says so */
};

/* A period that the law leaves out of the statutory time. */
#define PROCEDURE_EXCLUDED_MAX 16
struct excluded_period {
    const char *period; /* a code */
    bool reported;      /* the national portal knows it as a pause: the reported clock leaves it out, too */
    const char *basis;
};

#define PROCEDURE_FEES_MOST 8

/* A rule of what is to be paid for a procedure, with a validity of its own: fees change more often than procedures. */
struct fee_rule {
    const char *code;
    int kind;                       /* enum fee_kind */
    int64_t amounts[CHANNEL_COUNT]; /* whole VND by enum channel of the filing; 0: nothing is to be paid */
    int due;                        /* enum fee_due */
    uint32_t refund, exemptions;    /* bit per enum fee_refund, fee_exemption */
    const char *basis;              /* the law that says so */
    bool verified;
    int32_t valid_from, valid_to; /* valid_to is exclusive; 0: open */
};

#define PROCEDURE_COMPONENTS_MOST 40
#define LISTED_CODE_MOST          32

/* A paper of the published list of a procedure (thành phần hồ sơ), with a validity of its own. Nothing else may be
 * asked for (D61 Art. 5). How many of each kind are to be brought is told to the citizen; an original is as good as a
 * copy. */
struct listed_component {
    const char *code, *name;
    bool always; /* else only in some cases, as its name says: the officer knows which */
    int originals, certified, copies;
    const char *basis; /* the law that says so */
    bool verified;
    int32_t valid_from, valid_to; /* valid_to is exclusive; 0: open */
};

struct procedure {
    struct record record;
    const char *name, *field;
    uint32_t levels;   /* bit per enum level */
    int64_t statutory; /* minutes when time_unit is hours, else a count of the unit */
    enum time_unit time_unit;
    int64_t fee_vnd;
    bool on_the_spot, same_day;
    bool one_officer;    /* same-day acts of the counter's officer: who appraised may also decide (D61 Art. 17(5)) */
    int cutoff_minute;   /* 900: received after 15:00, the next working day; 0: none */
    int supplement_wait; /* days to wait for a supplement before the dossier may be stopped; 0: no rule is known */
    const char *supplement_basis; /* the law that says so; "" */
    const struct time_variant *variants;
    int variant_count;
    const struct excluded_period *excluded;
    int excluded_count;
    const struct fee_rule *fees;
    int fee_count;
    const struct listed_component *components; /* none on a day: no list is known, and what to bring the officer says */
    int component_count;
};

struct process_step {
    enum step_kind kind;
    uint32_t roles;       /* the role that does it */
    int minutes;          /* working time allowed */
    int near_minutes;     /* how much of it is left when the step is warned of; 0: a fifth */
    const char *unit_ref; /* "own", "receiving" or a unit's id */
    bool at_counter;
};

/* A unit that co-operates in an appraise step, which the step's own unit leads (D61 Art. 19(6), (7)). */
#define PROCESS_WITH_MAX 8 /* in one step */
struct process_with {
    int step;         /* its number */
    const char *unit; /* a unit's id */
    int minutes;      /* working time allowed, from the moment it is the unit's turn */
};

struct process {
    struct record record;
    const char *procedure;
    enum level level;
    enum route route;
    int total_minutes;
    const struct process_step *steps; /* step n is steps[n - 1] */
    int step_count;
    const struct process_with *with; /* in the order of the steps, and of the units' turns in one */
    int with_count;
};

/* A number of the law that holds for every procedure; its id is a word of TERM_MAP. Read by common/domain/term.h. */
struct legal_term {
    struct record record;
    int value; /* in the unit of the term */
};

struct worktime_calendar;

struct catalogue {
    int64_t release;                          /* 0: nothing was imported yet */
    const struct worktime_calendar *calendar; /* NULL before the first release */
    int calendar_last_year;
    struct catalogue_index *index; /* private to catalogue.c */
};

/* NULL when there is no such record or it is not valid on that day. */
const struct unit *catalogue_unit(const struct catalogue *c, const char *id, int32_t day);
const struct counter *catalogue_counter(const struct catalogue *c, const char *id, int32_t day);
/* These give the office hours of a unit and of a counter on a day; the usual ones where none are known. */
struct worktime_hours catalogue_unit_hours(const struct catalogue *c, const char *id, int32_t day);
struct worktime_hours catalogue_counter_hours(const struct catalogue *c, const char *id, int32_t day);
/* catalogue_counter_of gives a counter of a unit on that day, of several the first one by its id that is shared. */
const struct counter *catalogue_counter_of(const struct catalogue *c, const char *unit, int32_t day);
const struct officer *catalogue_officer(const struct catalogue *c, const char *id, int32_t day);
/* catalogue_head gives the head of a unit on that day, of several the one at the counter; NULL when it has none. */
const struct officer *catalogue_head(const struct catalogue *c, const char *unit, const char *counter, int32_t day);
const struct procedure *catalogue_procedure(const struct catalogue *c, const char *id, int32_t day);
/* procedure_fee gives the rule of a code that is valid on that day; NULL when there is none. */
const struct fee_rule *procedure_fee(const struct procedure *p, const char *code, int32_t day);
bool fee_rule_holds(const struct fee_rule *r, int32_t day);
/* procedure_component gives the paper of a code that the list has on that day; NULL when it has none. */
const struct listed_component *procedure_component(const struct procedure *p, const char *code, int32_t day);
bool listed_component_holds(const struct listed_component *c, int32_t day);
/* catalogue_process gives the process of a procedure at a level that is valid on that day. */
const struct process *catalogue_process_for(const struct catalogue *c, const char *procedure, enum level level,
                                            int32_t day);
const struct legal_term *catalogue_term(const struct catalogue *c, const char *id, int32_t day);
/* catalogue_process_version gives exactly the version a dossier was bound to. */
const struct process *catalogue_process_version(const struct catalogue *c, const char *id, int version);

/* ---- building: add records in any order, then seal. All memory is the arena's; records are copied by pointer. */
struct catalogue *catalogue_new(struct arena *a, int64_t release);
void catalogue_add_unit(struct catalogue *c, const struct unit *r);
void catalogue_add_counter(struct catalogue *c, const struct counter *r);
void catalogue_add_officer(struct catalogue *c, const struct officer *r);
void catalogue_add_procedure(struct catalogue *c, const struct procedure *r);
void catalogue_add_process(struct catalogue *c, const struct process *r);
void catalogue_add_term(struct catalogue *c, const struct legal_term *r);
void catalogue_seal(struct catalogue *c);

#endif
