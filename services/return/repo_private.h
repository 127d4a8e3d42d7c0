/* SPDX-License-Identifier: Apache-2.0 */
/* What the files of the repository share: dossiers (repo.c), registers (repo_register.c), refused acts
 * (repo_refused.c), reads (repo_read.c). */
#ifndef TAICHO_RETURN_REPO_PRIVATE_H
#define TAICHO_RETURN_REPO_PRIVATE_H

#include "services/return/evidence.h"
#include "services/return/repo.h"

struct series_row {
    struct series_row *next;
    struct return_series value;
};

struct seal_row {
    struct seal_row *next;
    struct return_seal value;
};

struct refused_row {
    struct id id; /* of the command */
    struct return_attempt attempt;
};

/* The batch's scratch: what was named and asked for, then what was found. */
struct loaded {
    struct db_answer *facts, *brought, *documents, *fees;
    struct db_array *series_codes, *seal_codes;                            /* NULL: none was named */
    struct db_answer *own_series, *own_seals, *named_series, *named_seals; /* NULL: not asked for */
    struct series_row *series;
    struct seal_row *seals;
    struct refused_row *refused;
    size_t refused_count, refused_room;
};

struct loaded *return_repo_loaded(struct batch *b);

/* repo_owed.c: what is to be paid */
extern const struct db_stmt return_load_fees, return_save_fees;
void return_repo_ask_fees(struct batch *b);
enum err_code return_repo_take_fees(struct batch *b, struct err *reterr) MUST_CHECK;
void return_repo_save_fees(struct batch *b, void *const *dossiers, size_t count);

void return_repo_save_registers(struct batch *b);
void return_repo_save_refused(struct batch *b);

extern const struct db_stmt return_load_own_series, return_load_own_seals, return_load_named_series,
    return_load_named_seals, return_save_series, return_save_seals, return_save_refused;

#endif
