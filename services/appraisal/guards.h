/* SPDX-License-Identifier: Apache-2.0 */
/* What the rows of lifecycle.c ask before they let an act happen: one file per kind of step. Pure, as the table is. */
#ifndef TAICHO_APPRAISAL_GUARDS_H
#define TAICHO_APPRAISAL_GUARDS_H

#include "common/domain/desk.h"
#include "common/domain/process.h"
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

#endif
