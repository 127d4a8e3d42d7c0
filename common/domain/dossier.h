/* SPDX-License-Identifier: Apache-2.0 */
/*
 * What every stage behind the counter keeps of a dossier, and how it refuses what cannot be: the facts of its receipt,
 * the process it is bound to, and the officers who may not act here any more.
 */
#ifndef TAICHO_DOMAIN_DOSSIER_H
#define TAICHO_DOMAIN_DOSSIER_H

#include <stdbool.h>
#include <stddef.h>

#include "common/base/arena.h"
#include "common/base/err.h"
#include "common/base/id.h"
#include "common/base/instant.h"
#include "common/base/role.h"
#include "common/domain/left_out.h"
#include "common/domain/paper.h"
#include "common/domain/process.h"
#include "common/domain/step_watch.h"
#include "common/domain/words.h"

#define DOSSIER "dossier" /* the kind of its subject */

/*
 * What the officer at the counter did at once, with the receipt (D61 Art. 17(4), (5)): he has the opinion and the
 * draft, and where he has a mandate the decision, too; and then perhaps he has numbered, sealed and handed it over. A
 * stage takes it as his act, by its own rules.
 */
struct same_day_return {
    const char *series, *seal;
    int delivery, who, paper; /* enum delivery, collector, proof */
};

struct same_day {
    const char *officer;
    uint32_t roles; /* of his token */
    int opinion;    /* for or against */
    const char **reasons;
    size_t reason_count;
    struct document_handle draft;
    const char *mandate;                    /* NULL: the decision is left to an approver */
    const struct same_day_return *returned; /* NULL: issuing it is left to the clerk */
};

/* same_day_may refuses (ERR_FORBIDDEN, field "same_day") what the token of the receipt had no role for; a route asks
 * the token of its command the same. */
enum err_code same_day_may(const struct same_day *s, enum role role, struct err *reterr) MUST_CHECK;

/* same_day_draft is its paper, which is new with it. */
struct paper same_day_draft(const struct same_day *s);

/* The facts of Received. Only the due date moves, when a pause of the clock is over or a period is left out; papers may
 * come to files; and a dossier may be withdrawn, or stopped. */
struct dossier_facts {
    struct id id;
    const char *code;
    const char *unit; /* the competent one */
    const char *receiving_unit, *counter, *procedure, *process, *origin_reference;
    int process_version;
    enum route route;
    bool electronic;     /* all of it came as files, as far as is known here */
    bool filed_online;   /* a citizen filed it on the public service portal, as far as is known here */
    instant received_at; /* INSTANT_NONE: received before it was kept here */
    instant due_at;
    enum withdrawal withdrawal; /* approval: of the latest request; elsewhere only granted: the dossier has ended */
    bool received;              /* not stored yet */
    bool due_moved;             /* the due date, or that papers have come, is not stored yet */
    struct left_out left_out;
    bool leaves_out;          /* that is not stored yet */
    enum extension extension; /* approval: of the latest apology */
    struct id apology;        /* the paper */
    enum stop stop;           /* approval: of the latest request; elsewhere only signed: the dossier has ended */
    enum stop_ground stop_ground;
    struct id notice;           /* the paper */
    enum correction correction; /* approval alone: of the latest one */
    enum correction_cause correction_cause;
    struct id correction_paper;
    const char *forbidden; /* what a rule forbade of a same-day act, and why, as JSON; NULL: nothing */
    bool noted;            /* one of these is not stored yet */
};

/* facts_move_due moves the due date in the state; flow/facts.c stores it, in the work lists too. */
void facts_move_due(struct dossier_facts *f, instant due_at);

/* facts_come_on_paper notes that a supplement has brought papers: it is not files alone from now on; stored likewise.
 */
void facts_come_on_paper(struct dossier_facts *f);

/* facts_leave_out adds a period that is left out (no more than LEFT_OUT_MAX come); stored likewise. */
void facts_leave_out(struct dossier_facts *f, struct left_out_period p);
/* facts_leave_out_only notes that from now on `all` is left out, and nothing else: a period has ended early. */
void facts_leave_out_only(struct dossier_facts *f, const struct left_out *all);

/* facts_withdraw, facts_extend and facts_stop note how far a withdrawal, an extension or a stop is; stored by
 * flow/facts.c, too. facts_ask_stop begins one. */
void facts_withdraw(struct dossier_facts *f, enum withdrawal how);
void facts_extend(struct dossier_facts *f, enum extension how, struct id apology);
void facts_ask_stop(struct dossier_facts *f, enum stop how, enum stop_ground ground, struct id notice);
void facts_stop(struct dossier_facts *f, enum stop how);
/* facts_ask_correction and facts_correct: likewise of a correction, behind the end. */
void facts_ask_correction(struct dossier_facts *f, enum correction_cause cause, struct id paper);
void facts_correct(struct dossier_facts *f, enum correction how);

/* facts_ended tells whether approval has ended the dossier without a result: it was withdrawn, or is stopped. */
bool facts_ended(const struct dossier_facts *f);

/* facts_forbid notes that an act of the officer at the counter was left to the queue; `act` by its name. */
void facts_forbid(struct dossier_facts *f, const char *act, const struct err *why, struct arena *a);

/* facts_copy makes a copy with its own texts, of facts that are stored. */
struct dossier_facts facts_copy(const struct dossier_facts *f, struct arena *a);

/* dossier_process finds the process that a dossier is bound to: ERR_CONFLICT when the catalogue has no such version. */
enum err_code dossier_process(const struct dossier_facts *f, const struct catalogue *c, const struct process **ret,
                              struct err *reterr) MUST_CHECK;

/* dossier_leave_out tells what a period that is left out does to the open step, which is counted by the minutes of its
 * process from `opened` on; step 0: none is. *ret_moved: *w is how it is watched from then on. ERR_CONFLICT: more is
 * left out than can be. With `all`, the period is what is counted again, and that is all that is left out since. */
enum err_code dossier_leave_out(const struct dossier_facts *f, const struct catalogue *c, struct left_out_period p,
                                const struct left_out *all, int step, instant opened, instant now, struct step_watch *w,
                                bool *ret_moved, struct err *reterr) MUST_CHECK;

/* dossier_office gives the unit that has a step of the process in hands. */
const char *dossier_office(const struct dossier_facts *f, const struct process_step *s);

/* dossier_recount tells what the calendar in use does to the open step; step 0: none is. asked: the unit that has it in
 * hands meanwhile; NULL: the one of the process. */
enum err_code dossier_recount(const struct dossier_facts *f, const struct catalogue *c, int step, const char *asked,
                              instant opened, instant now, struct step_watch *w, bool *ret_moved,
                              struct err *reterr) MUST_CHECK;

/* dossier_unknown refuses what is about a dossier that was never received here: an event, or a command (404). */
enum err_code dossier_unknown(bool from_event, struct err *reterr);

/* dossier_untrue refuses an event that contradicts what is known here, which is said in both languages. */
enum err_code dossier_untrue(struct err *reterr, const char *vi, const char *en, int step);

/* reasons_known refuses a reason (field "reasons") that is not among the codes; `codes` ends with NULL. */
enum err_code reasons_known(const char *const *codes, const char *const *reasons, size_t count,
                            struct err *reterr) MUST_CHECK;

/*
 * Officers who did the one of the two acts, appraising and approving, that bars them from the other: nobody does both
 * for one dossier. Each of the two stages keeps the other's.
 */
struct barred {
    const char **officers;
    size_t count, room;
    size_t stored; /* how many of them, from the first, are stored */
};

bool barred_has(const struct barred *b, const char *officer);
/* barred_add notes an officer; one who is noted already changes nothing. */
void barred_add(struct barred *b, const char *officer, struct arena *a);
/* barred_copy makes a copy with its own texts; all of them are stored. */
struct barred barred_copy(const struct barred *b, struct arena *a);

#endif
