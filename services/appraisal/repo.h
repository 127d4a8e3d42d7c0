/* SPDX-License-Identifier: Apache-2.0 */
/* Every SQL statement of this schema: the dossiers of a batch in and out, and the reads that PostgreSQL answers as
 * JSON. */
#ifndef TAICHO_APPRAISAL_REPO_H
#define TAICHO_APPRAISAL_REPO_H

#include "common/flow/batch.h"
#include "services/appraisal/appraisal.h"

extern const struct db_stmt *const appraisal_statements[]; /* NULL-terminated: for `check` */

void appraisal_repo_ask(struct batch *b);
enum err_code appraisal_repo_take(struct batch *b, struct err *reterr) MUST_CHECK;
void appraisal_repo_save(struct batch *b);

/* repo_parts.c: parts of these, as part of ask, take and save. */
struct db_answer *appraisal_parts_ask(struct batch *b);
enum err_code appraisal_parts_take(struct batch *b, const struct db_answer *q, struct err *reterr) MUST_CHECK;
void appraisal_parts_save(struct batch *b, void *const *dossiers, size_t count);
extern const struct db_stmt appraisal_load_parts, appraisal_save_parts;

/*
 * Reads, each one text column. Arguments of the lists: the unit ("" in the second: of all units), open, state ("":
 * any), procedure ("": any), then the place after which the page begins (due_at, dossier, step, round) and its length.
 */
extern const struct db_stmt appraisal_list_of_unit;
extern const struct db_stmt appraisal_list_of_all;
/* Arguments: dossier, unit ("": any). */
extern const struct db_stmt appraisal_read_one;

#endif
