/* SPDX-License-Identifier: Apache-2.0 */
/*
 * What a batch changed of its dossiers, written by one statement per table: its parameters are the columns as arrays,
 * with one item per row.
 */
#ifndef TAICHO_INTAKE_ROWS_H
#define TAICHO_INTAKE_ROWS_H

#include "services/intake/repo.h"

#define ROWS_COLUMNS_MAX 21

struct rows {
    struct arena *arena;
    struct db_array *of[ROWS_COLUMNS_MAX]; /* in the order of the parameters */
};

struct rows_write {
    const struct db_stmt *stmt;
    /* put adds the rows of one dossier, if it has any. */
    void (*put)(struct rows *r, const struct subject *s, const struct intake_file *f);
    size_t count;
    enum db_type types[ROWS_COLUMNS_MAX];
};
#define ROWS(stmt_, put_, ...)                                                                                         \
    {                                                                                                                  \
        .stmt = &(stmt_), .put = (put_), .count = COUNT_OF(((const enum db_type[]){__VA_ARGS__})), .types = {          \
            __VA_ARGS__                                                                                                \
        }                                                                                                              \
    }

/* rows_save sends the statements in their order, each only when there is a row for it. */
void rows_save(struct batch *b, const struct rows_write *writes, size_t count);

void rows_put_number_or_null(struct db_array *v, int64_t x); /* 0: none */
const char *rows_word_or_null(const char *name);             /* "": none */

#endif
