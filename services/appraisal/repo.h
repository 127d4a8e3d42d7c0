/* SPDX-License-Identifier: Apache-2.0 */
/* Every SQL statement of this schema: the dossiers of a batch in and out, and the reads that PostgreSQL answers as
 * JSON. */
#ifndef TAICHO_APPRAISAL_REPO_H
#define TAICHO_APPRAISAL_REPO_H

#include "common/flow/batch.h"

extern const struct db_stmt *const appraisal_statements[]; /* NULL-terminated: for `check` */

void appraisal_repo_ask(struct batch *b);
enum err_code appraisal_repo_take(struct batch *b, struct err *reterr) MUST_CHECK;
void appraisal_repo_save(struct batch *b);

/*
 * Reads, each one text column. Arguments of the lists: the unit ("" in the second: of all units), open, state ("":
 * any), procedure ("": any), then the place after which the page begins (due_at, dossier, step, round) and its length.
 */
extern const struct db_stmt appraisal_list_of_unit;
extern const struct db_stmt appraisal_list_of_all;
/* Arguments: dossier, unit ("": any). */
extern const struct db_stmt appraisal_read_one;

#endif
