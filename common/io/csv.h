/* SPDX-License-Identifier: Apache-2.0 */
/*
 * CSV after RFC 4180, read whole into an arena; every cell knows the line and column where it stands, in characters
 * from
 * 1. Stricter than the RFC: UTF-8 without a byte order mark, lines end in LF, the last one too.
 */
#ifndef TAICHO_IO_CSV_H
#define TAICHO_IO_CSV_H

#include <stddef.h>

#include "common/base/arena.h"
#include "common/base/err.h"

struct csv_cell {
    const char *text; /* NUL-terminated; without NUL inside */
    int line, column;
};

struct csv_row {
    const struct csv_cell *cells;
    size_t count;
    int line;
};

struct csv {
    const struct csv_row *rows; /* the first is the header; empty lines are rows of one empty cell */
    size_t count;
};

/* csv_read gives the rows; a wrong file is ERR_MALFORMED, with the place in ret_line and ret_column. */
enum err_code csv_read(struct arena *a, const void *text, size_t n, struct csv *ret, int *ret_line, int *ret_column,
                       struct err *reterr) MUST_CHECK;

#endif
