/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Every SQL statement of this schema: the dossiers and mandates of a batch in and out (repo.c, repo_mandate.c), and the
 * reads that PostgreSQL answers as JSON (repo_reads.c).
 */
#ifndef TAICHO_APPROVAL_REPO_H
#define TAICHO_APPROVAL_REPO_H

#include "common/flow/batch.h"
#include "services/approval/mandate.h"

struct approval_mandates;

extern const struct db_stmt *const approval_statements[]; /* NULL-terminated: for `check` */

/* What the service keeps in a batch, from prepare to save. */
struct approval_scratch {
    struct approval_mandates *mandates;                    /* NULL: none is named */
    struct db_answer *facts, *papers, *appraisers, *steps; /* asked, not taken yet */
};
struct approval_scratch *approval_scratch(struct batch *b);

void approval_repo_ask(struct batch *b);
enum err_code approval_repo_take(struct batch *b, struct err *reterr) MUST_CHECK;
void approval_repo_save(struct batch *b);

/* ---- mandates of a batch: those that its commands name, found by code */

/* approval_mandates_need names one, before anything is loaded. */
void approval_mandates_need(struct batch *b, const char *code);
/* approval_mandates_find gives it as it is now in this batch; NULL: there is none. */
const struct approval_mandate *approval_mandates_find(const struct batch *b, const char *code);
/* approval_mandates_put records one: what follows in this batch sees it, save stores it. */
void approval_mandates_put(struct batch *b, struct subject *s, const struct approval_mandate *m);

void approval_mandates_ask(struct batch *b); /* locks FOR SHARE, in the order of their codes */
enum err_code approval_mandates_take(struct batch *b, struct err *reterr) MUST_CHECK;
void approval_mandates_save(struct batch *b);

/*
 * Reads, each one text column. Arguments of the lists: the unit ("" in the second: of all units), open, state ("":
 * any), procedure ("": any), then the place after which the page begins (due_at, dossier, step, round) and its length.
 */
extern const struct db_stmt approval_list_of_unit;
extern const struct db_stmt approval_list_of_all;
/* Arguments: dossier, unit ("": any). */
extern const struct db_stmt approval_read_one;
/* Arguments: unit ("": any), officer ("": any), the code after which the page begins, its length. */
extern const struct db_stmt approval_list_mandates;

extern const struct db_stmt approval_load_mandates, approval_save_mandates;

#endif
