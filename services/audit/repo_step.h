/* SPDX-License-Identifier: Apache-2.0 */
/* How steps went, as it is stored: beside each entry that ends one, by dossier those that were late, and figures. */
#ifndef TAICHO_AUDIT_REPO_STEP_H
#define TAICHO_AUDIT_REPO_STEP_H

#include "common/flow/batch.h"
#include "services/audit/step.h"

extern const struct db_stmt audit_step_load, audit_step_save_late, audit_step_save_figures;
extern const struct db_stmt audit_step_read_figures; /* from day, to day, unit ("": any), business now */
extern const struct db_stmt audit_step_read_dossier; /* code, unit ("": any) */

/* The late steps of the batch's dossiers, hung into their facts. */
struct db_answer *audit_step_ask(struct batch *b);
enum err_code audit_step_take(struct batch *b, const struct db_answer *q, struct err *reterr) MUST_CHECK;

/* Marks of a batch: deltas of the same (unit, kind, day) are added up. */
struct audit_step_marks {
    struct audit_step_delta *deltas;
    size_t count, room;
};
struct audit_step_marks *audit_repo_steps(struct batch *b); /* repo.c keeps them with its own */
void audit_step_add(struct batch *b, const struct audit_step_delta *d);
void audit_step_save(struct batch *b);

/* The columns of an entry; NULL where the event ends no step that has a clock. */
struct audit_step_columns {
    struct db_array *unit, *opened_at, *due_at, *ended_at, *minutes_used, *minutes_late, *timing;
};
struct audit_step_columns audit_step_columns_new(struct arena *a);
void audit_step_columns_add(struct audit_step_columns *c, const struct work *w);

/* audit_step_end_of gives what an event says of the end of a step. */
struct audit_step_end audit_step_end_of(const struct event *e, const struct audit_record *r);

#endif
