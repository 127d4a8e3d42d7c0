/* SPDX-License-Identifier: Apache-2.0 */
/* SQL of this schema: the dossiers and registers of a batch in and out, and the reads that PostgreSQL answers as JSON.
 */
#ifndef TAICHO_RETURN_REPO_H
#define TAICHO_RETURN_REPO_H

#include "common/flow/batch.h"
#include "services/return/evidence.h"
#include "services/return/register.h"

extern const struct db_stmt *const return_statements[]; /* NULL-terminated: for `check` */

void return_repo_ask(struct batch *b);
enum err_code return_repo_take(struct batch *b, struct err *reterr) MUST_CHECK;
void return_repo_save(struct batch *b);

/* The series and seals that are named, and those that are recorded. */
void return_repo_ask_registers(struct batch *b);
enum err_code return_repo_take_registers(struct batch *b, struct err *reterr) MUST_CHECK;

/*
 * Series and seals that commands of the batch name: named before the batch is asked for, then read FOR SHARE behind the
 * subjects. Found after take, as the batch has left them; NULL when there is none.
 */
void return_repo_name_series(struct batch *b, const char *code);
void return_repo_name_seal(struct batch *b, const char *code);
const struct return_series *return_repo_series(const struct batch *b, const char *code);
const struct return_seal *return_repo_seal(const struct batch *b, const char *code);
/* return_repo_put_... keeps a recorded one for the rest of the batch; gives the state of its subject. */
struct return_series *return_repo_put_series(struct batch *b, const struct return_series *s);
struct return_seal *return_repo_put_seal(struct batch *b, const struct return_seal *s);

/* return_repo_note_refused keeps what was tried without its evidence: once per dossier, document, act, officer and day.
 */
void return_repo_note_refused(struct batch *b, struct id command, const struct return_attempt *x);

/*
 * Reads, each one text column. Arguments of the lists: the unit ("" in the second: of all units), open, state ("":
 * any), procedure ("": any), then the place after which the page begins (due_at, dossier, step, round) and its length.
 */
extern const struct db_stmt return_list_of_unit;
extern const struct db_stmt return_list_of_all;
/* Arguments: dossier, unit ("": any). */
extern const struct db_stmt return_read_one;
/* Arguments: unit ("": any), the code after which the page begins, its length. */
extern const struct db_stmt return_list_series;
extern const struct db_stmt return_list_seals;
/* The book of a seal. Arguments: its code, unit ("": any), the place after which the page begins (at, document), its
 * length. */
extern const struct db_stmt return_list_seal_uses;
/* Arguments: unit ("": any), the place after which the page begins (at, id), its length. */
extern const struct db_stmt return_list_refused;

#endif
