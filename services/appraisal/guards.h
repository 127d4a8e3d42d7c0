/* SPDX-License-Identifier: Apache-2.0 */
/* What the rows of lifecycle.c ask before they let an act happen: one file per kind of step. Pure, as the table is. */
#ifndef TAICHO_APPRAISAL_GUARDS_H
#define TAICHO_APPRAISAL_GUARDS_H

#include "common/domain/desk.h"
#include "common/domain/process.h"
#include "common/domain/step_clock.h"
#include "services/appraisal/appraisal.h"

/* Everything a guard looks at. */
struct question {
    const struct appraisal_dossier *d;
    const struct appraisal_command *c;
    const struct appraisal_facts *f;
    const struct process *process;
    const struct process_step *process_step;
    const struct appraisal_step *step; /* latest round; NULL when it is opened by this act */
    struct desk desk;                  /* of a command's actor */
};

/* A guard refuses, or adds to the decision what it found. */
typedef enum err_code guard(struct question *q, struct appraisal_decision *x, struct err *reterr);

/* appraise.c */
guard may_assign, may_reassign, may_conclude;
/* is_head tells whether the actor is the head of the step's unit, by the token and by the post. */
bool is_head(const struct question *q);
/* step_time counts a step's working time from a moment, by the hours of a unit (step_clock.h) and without what is left
 * out by now. ERR_NOT_YET: no calendar. */
enum err_code step_time(const struct question *q, const struct process_step *of, const char *office, instant from,
                        instant *ret, struct err *reterr) MUST_CHECK;
/* step_due counts it from the moment the step was opened, so that a late assignment gives nobody more of it. */
enum err_code step_due(const struct question *q, instant *ret, struct err *reterr) MUST_CHECK;
/* not_an_approver refuses an actor who decided, sent back or signed the dossier (403). */
enum err_code not_an_approver(const struct question *q, struct err *reterr) MUST_CHECK;

/* has_the_step refuses (403) everybody but the officer to whom the step is assigned. */
enum err_code has_the_step(const struct question *q, struct err *reterr) MUST_CHECK;

/* paper_of_kind finds the very paper that the command names by its handle, hash for hash; `field` is where it stands.
 */
enum err_code paper_of_kind(const struct question *q, enum document_kind kind, const char *field,
                            const struct paper **ret, struct err *reterr) MUST_CHECK;

/* verify.c */
guard may_verify;

/* consult.c */
guard may_ask, may_answer, has_lapsed;
/* may_be_asked refuses a unit that there is not, and the step's own. */
enum err_code may_be_asked(const struct question *q, struct err *reterr) MUST_CHECK;

/* silence.c */
guard may_answer_late;
/* may_still_answer refuses (409) a unit that kept silent once it was decided without, or when its answer is there: what
 * it gave by then is not nil. `field` is what the answer is about. */
enum err_code may_still_answer(const struct question *q, bool decided, struct id given, const char *field,
                               const char *unit, struct err *reterr) MUST_CHECK;
/* decides_not_itself refuses (409) the late part of a unit that is to decide. */
enum err_code decides_not_itself(const struct question *q, const struct appraisal_part *p,
                                 struct err *reterr) MUST_CHECK;

/* parts.c */
guard may_ask_opinion, may_contribute, part_draws_near, has_part_lapsed;
/* parts_follow adds to a decision what becomes of the parts of its steps: they open with one, and end with it. */
enum err_code parts_follow(const struct question *q, struct appraisal_decision *x, struct err *reterr) MUST_CHECK;
/* parts_recount moves the time of those that are open to where the calendar in use puts it. */
void parts_recount(const struct question *q, struct appraisal_decision *x);
/* parts_are_in refuses (409, field "parts") while a co-operating unit is waited for, naming it. */
enum err_code parts_are_in(const struct question *q, struct err *reterr) MUST_CHECK;

/* watch.c */
guard step_draws_near, step_has_passed;
/* step_leaves_out moves the open step's time when a period is left out of the dossier's. */
guard step_leaves_out;
/* step_is_recounted moves it, and what other units were given, to where the calendar in use puts it. */
guard step_is_recounted;

/* supplement.c */
guard may_ask_supplement;

/* endorse.c */
guard may_endorse, may_return_draft;

#endif
