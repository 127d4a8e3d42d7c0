/* SPDX-License-Identifier: Apache-2.0 */
/*
 * A province's reference data as it stands in its CSV files: rows of texts, each knowing where it stands, with what is
 * wrong collected as file:line:column. deploy/reference/README.md explains files, columns and rules;
 * deploy/reference/check.py checks the same without sharing any code.
 */
#ifndef TAICHO_CTL_CATALOGUE_H
#define TAICHO_CTL_CATALOGUE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "common/base/arena.h"
#include "common/base/buf.h"
#include "common/domain/catalogue.h"

enum table {
    TABLE_UNITS,
    TABLE_COUNTERS,
    TABLE_OFFICERS,
    TABLE_PROCEDURES,
    TABLE_FEES,
    TABLE_PROCESSES,
    TABLE_STEPS,
    TABLE_CALENDAR,
    TABLE_YEARS,
    TABLE_VARIANTS,
    TABLE_EXCLUDED,
    TABLE_TERMS,
    TABLE_MANDATES,
    TABLE_SEALS,
    TABLE_SERIES,
    TABLE_TARGETS,
    TABLE_COMPONENTS,
    TABLE_COUNT
};

#define COLUMNS_MAX 24        /* more than any table has: the list ends with a NULL */
#define FOREVER     INT32_MAX /* the end of what is open */

struct form {
    const char *file;                 /* without ".csv" */
    const char *columns[COLUMNS_MAX]; /* NULL-terminated */
    int keys;                         /* that many columns from the left identify a row */
    bool may_be_empty;                /* a province may have none */
};
extern const struct form forms[TABLE_COUNT];

struct row {
    enum table table;
    int line;
    const char *cells[COLUMNS_MAX];
    int places[COLUMNS_MAX]; /* the column of each cell in its line */
    const char *key;         /* its key columns, with blanks between */
    int32_t from, to;        /* civil days, to exclusive */
    bool broken;             /* a cell was refused: later rules leave the row alone */
};

/* Rows that are not broken, sorted by one text and then by their first day. */
struct shelf {
    const struct row **rows;
    size_t count;
    int column; /* -1: by key */
};

struct complaint {
    enum table table;
    int line, column;
    const char *vi, *en;
};

#define COMPLAINTS_MAX 50

struct reference {
    struct arena *arena;
    const char *folder;
    struct row *rows[TABLE_COUNT];
    size_t counts[TABLE_COUNT];
    struct shelf by_key[TABLE_COUNT];
    bool unread; /* a file is not whole: what refers to it is not looked at */
    struct complaint *complaints;
    size_t complaint_count, complaint_room;
};

/* ---- catalogue.c */
struct reference *reference_read(struct arena *a, const char *folder);
/* reference_of reads the texts of the tables instead, which it keeps; one whose p is NULL could not be had. */
struct reference *reference_of(struct arena *a, const char *folder, const struct bytes *texts);
int reference_column(enum table table, const char *name); /* a name that is none is a bug */
const char *cell(const struct row *r, const char *column);
bool cell_is(const struct row *r, const char *column, const char *value);
bool has_word(const char *list, const char *word); /* words with blanks between */
struct shelf shelf_by(struct reference *ref, enum table table, const char *column);
/* shelf_find gives the rows of a value, as a range in the shelf. */
const struct row *const *shelf_find(const struct shelf *s, const char *value, size_t *ret_count);
bool rows_meet(const struct row *a, const struct row *b);

/* say notes what is wrong with a row's column; both sentences take the same arguments. */
void say(struct reference *ref, const struct row *r, const char *column, const char *vi, const char *en, ...)
    __attribute__((format(printf, 4, 6), format(printf, 5, 6)));
void say_at(struct reference *ref, enum table table, int line, int column, const char *vi, const char *en, ...)
    __attribute__((format(printf, 5, 7), format(printf, 6, 7)));
/* reference_print_complaints prints them in the order of files and lines; false when there are none. */
bool reference_print_complaints(struct reference *ref);

/* ---- catalogue_cells.c */
void check_cells(struct reference *ref, struct row *r);

/* ---- catalogue_check.c, catalogue_chain.c */
void reference_check(struct reference *ref);
void check_processes(struct reference *ref);
/* refer gives the rows that a cell names, after saying that there is none, or on which day none is valid. */
const struct row *const *refer(struct reference *ref, const struct row *r, const char *column, enum table to,
                               size_t *ret_count);
/* refer_to does it for one of the ids in a cell. */
const struct row *const *refer_to(struct reference *ref, const struct row *r, const char *column, const char *key,
                                  enum table to, size_t *ret_count);
/* uncovered gives the first day of [from, to) on which none of the rows is valid; false when every day is covered. The
 * rows are sorted by their first day. */
bool uncovered(int32_t from, int32_t to, const struct row *const *rows, size_t count, int32_t *ret_day);
struct day_text {
    char s[16];
};
struct day_text day_text(int32_t day);
int64_t quarters(const char *hours); /* "0.75" is 3 */

/* ---- catalogue_times.c: variants of a procedure's time, and periods that are left out of it */
/* check_time tells whether the procedure of such a row is there, and the row holds as long as the procedure's do. */
void check_time(struct reference *ref, const struct row *r);
/* add_times puts those of a procedure's row into its record. */
void add_times(struct buf *b, struct reference *ref, const struct row *procedure);

/* ---- catalogue_with.c: the units that co-operate in a step */
/* with_read reads the cell, whose form is right; how many there are. */
size_t with_read(struct arena *a, const char *cell, int step, struct process_with **ret);
/* check_cooperating tells whether these units exist and have somebody with the step's role, every day. */
void check_cooperating(struct reference *ref, const struct row *s, const struct shelf *staff);

/* ---- catalogue_records.c: rows as the JSON that the services take */
/* records_release gives {"records":[...]} of everything that intake owns. */
const char *records_release(struct reference *ref, size_t *ret_count);
/* records_row gives the body of one mandate, seal, series or target. */
const char *records_row(struct reference *ref, const struct row *r);

/* ---- catalogue_send.c */
int reference_send(struct reference *ref);

#endif
