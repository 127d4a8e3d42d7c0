/* SPDX-License-Identifier: Apache-2.0 */
/* What the rows of lifecycle.c ask before they let an act happen, where it is not about the decision itself. Pure, as
 * the table is. */
#ifndef TAICHO_APPROVAL_GUARDS_H
#define TAICHO_APPROVAL_GUARDS_H

#include "common/domain/desk.h"
#include "common/domain/process.h"
#include "services/approval/approval.h"

/* Everything a guard looks at; a guard refuses, or adds to the decision what it found. */
struct question {
    const struct approval_dossier *d;
    const struct approval_command *c;
    const struct approval_facts *f;
    const struct process *process;
    const struct process_step *process_step;
    const struct approval_step *step; /* latest round; NULL when it is opened by this act */
    struct desk desk;                 /* of a command's actor */
};

typedef enum err_code guard(struct question *q, struct approval_decision *x, struct err *reterr);

/* lifecycle.c. may_decide holds for every act of an approver: the step is his, the mandate covers it, he has not
 * appraised it. check_reasons takes the reasons of the command over, at least one and all of them known. */
guard may_decide, check_reasons;

/* withdrawal.c */
guard may_grant_withdrawal, may_refuse_withdrawal;

/* letter.c: papers that are signed beside the result, the apology and the stop notice, and behind it: the correction */
guard may_sign_apology, may_refuse_extension, may_sign_stop, may_refuse_stop, may_sign_correction,
    may_refuse_correction;

/* watch.c */
guard decision_draws_near, decision_has_passed;
/* decision_leaves_out moves the time of the step that lies before the approver when a period is left out of the
 * dossier's. */
guard decision_leaves_out;
/* decision_is_recounted moves it to where the calendar in use puts it. */
guard decision_is_recounted;

#endif
