/* SPDX-License-Identifier: Apache-2.0 */
/*
 * PostgreSQL through libpq: prepared statements, binary parameters and results, pipeline mode.
 *
 * A conversation is: db_ask(...) any number of times, then db_flush(), then read each answer. Asking only queues;
 * db_flush sends everything with one Sync and collects all results in one round trip. Arguments are bound while asking,
 * so their memory may go afterwards. Answers belong to the arena given and to the connection until db_forget(). A
 * connection belongs to one thread. A lost connection fails the flush with ERR_UNAVAILABLE and is opened anew by the
 * next db_open_if_lost(). Waits are bounded by the deadline given to db_open.
 */
#ifndef TAICHO_IO_DB_H
#define TAICHO_IO_DB_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "common/base/arena.h"
#include "common/base/err.h"
#include "common/base/id.h"
#include "common/base/instant.h"

struct db;        /* a connection */
struct db_answer; /* the rows of one statement */
struct db_array;  /* a one-dimensional array being built, in an arena */

enum db_type { DB_BOOL, DB_INT4, DB_INT8, DB_TEXT, DB_BYTES, DB_UUID, DB_TIME, DB_JSON };

/* A named statement: a constant, prepared once per connection, checked by `taicho-X check`. */
struct db_stmt {
    const char *name; /* unique within the program, <= 60 bytes */
    const char *sql;  /* $1, $2 ...; no schema name: search_path is the service's schema, then ext */
};

/* One argument. Made by the constructors below. */
struct db_arg {
    enum db_type type;
    bool null, array;
    union {
        bool b;
        int64_t i;
        const char *text;
        struct bytes bytes;
        struct id id;
        const struct db_array *items;
    } u;
};

struct db_arg db_bool(bool v);
struct db_arg db_int4(int32_t v);
struct db_arg db_int8(int64_t v);
struct db_arg db_text(const char *v);   /* NULL is SQL NULL */
struct db_arg db_json(const char *v);   /* bound as jsonb; NULL is SQL NULL */
struct db_arg db_bytes(struct bytes v); /* p == NULL is SQL NULL */
struct db_arg db_uuid(struct id v);
struct db_arg db_uuid_or_null(struct id v);       /* the nil id is SQL NULL */
struct db_arg db_time(instant v);                 /* INSTANT_NONE is SQL NULL; bound as timestamptz */
struct db_arg db_items(const struct db_array *v); /* bound as the array type of its items */

struct db_array *db_array_new(struct arena *a, enum db_type type);
void db_array_bool(struct db_array *v, bool x);
void db_array_int(struct db_array *v, int64_t x);      /* DB_INT4, DB_INT8 */
void db_array_text(struct db_array *v, const char *x); /* DB_TEXT, DB_JSON; NULL is a null item */
void db_array_bytes(struct db_array *v, struct bytes x);
void db_array_uuid(struct db_array *v, struct id x);
void db_array_uuid_or_null(struct db_array *v, struct id x);
void db_array_time(struct db_array *v, instant x); /* INSTANT_NONE is a null item */
void db_array_null(struct db_array *v);
size_t db_array_count(const struct db_array *v);

#define DB_ARGS(...) (const struct db_arg[]){__VA_ARGS__}, COUNT_OF(((const struct db_arg[]){__VA_ARGS__}))
#define DB_NO_ARGS   NULL, 0

/* ---- connections */

/*
 * db_open connects with `conninfo` (libpq), sets application_name and search_path, and enters pipeline mode.
 * deadline_ms bounds connecting and each later flush.
 */
enum err_code db_open(const char *conninfo, const char *application, const char *search_path, int deadline_ms,
                      struct db **ret, struct err *reterr) MUST_CHECK;
/*
 * db_open_by_key is db_open for one who finds every row by its key, a few among millions: each statement is planned
 * once, and never to read a whole table because statistics were taken when it was empty (measured: half of PostgreSQL's
 * work for a dossier).
 */
enum err_code db_open_by_key(const char *conninfo, const char *application, const char *search_path, int deadline_ms,
                             struct db **ret, struct err *reterr) MUST_CHECK;
void db_close(struct db *db); /* NULL is fine */
bool db_lost(const struct db *db);
/* db_drop closes a connection that answers but is of no use any more (a server that turned read-only); it then counts
 * as lost. */
void db_drop(struct db *db);
enum err_code db_open_if_lost(struct db *db, struct err *reterr) MUST_CHECK;
int db_socket(const struct db *db);

/*
 * db_cancel_all ends what every connection of this process waits for, from any thread and at once: it fails with
 * ERR_UNAVAILABLE, its connection lost, and so does whatever is asked afterwards. It asks no server, since it is for a
 * process that stops while its database hangs. `no` lets connections be used again, for tests.
 */
void db_cancel_all(bool yes);

/* ---- pipeline */

/* db_ask queues a statement. The answer is filled by the next db_flush. Never NULL. */
struct db_answer *db_ask(struct db *db, struct arena *a, const struct db_stmt *stmt, const struct db_arg *args,
                         size_t count);

/*
 * db_flush sends what was asked and waits for all of it. The first failing statement is in *reterr with SQLSTATE and
 * its name, those behind it were not run; then the caller sends a ROLLBACK. Codes: ERR_UNAVAILABLE (connection lost,
 * 08, 57, 53), ERR_CONFLICT with sqlstate for the rest (40xxx, 55P03, 23505 ...): the executor decides by sqlstate.
 */
enum err_code db_flush(struct db *db, struct err *reterr) MUST_CHECK;

/*
 * db_push gives what was asked to the network and waits for no answer: the server runs it, whatever becomes of this
 * process. For one who ends behind it; db_flush does the same by itself.
 */
void db_push(struct db *db);

/* db_forget frees the results of all answers read so far. */
void db_forget(struct db *db);

/* db_run is one statement by itself: ask, flush. */
enum err_code db_run(struct db *db, struct arena *a, const struct db_stmt *stmt, const struct db_arg *args,
                     size_t count, struct db_answer **ret, struct err *reterr) MUST_CHECK;

/* db_script runs text with many statements in the simple protocol (migrations); outside a pipeline. */
enum err_code db_script(struct db *db, const char *sql, struct err *reterr) MUST_CHECK;

/* db_check prepares every statement against the live schema and reports the first that fails by name. */
enum err_code db_check(struct db *db, const struct db_stmt *const *stmts, size_t count, struct err *reterr) MUST_CHECK;

/* A COMMIT that the server answers with ROLLBACK, since a statement before it had failed, is an error: 25P02. */

/* ---- reading an answer: rows in order, columns by name. Texts and bytes live until db_forget. */

size_t db_count(const struct db_answer *q);                 /* rows returned */
int64_t db_affected(const struct db_answer *q);             /* rows changed */
int db_column(const struct db_answer *q, const char *name); /* a missing column is a bug */
bool db_is_null(const struct db_answer *q, size_t row, int column);
bool db_get_bool(const struct db_answer *q, size_t row, int column);        /* NULL: false */
int64_t db_get_int(const struct db_answer *q, size_t row, int column);      /* int2, int4, int8; NULL: 0 */
const char *db_get_text(const struct db_answer *q, size_t row, int column); /* text, varchar, json, jsonb; NULL: NULL */
/* db_get_word turns a stored name into its number by `parse` (-1: unknown); one that this release does not know is
 * ERR_BUG, a fault of the table. */
enum err_code db_get_word(const struct db_answer *q, size_t row, int column, int (*parse)(const char *name), int *ret,
                          struct err *reterr) MUST_CHECK;
struct bytes db_get_bytes(const struct db_answer *q, size_t row, int column);
struct id db_get_uuid(const struct db_answer *q, size_t row, int column); /* NULL: nil */
instant db_get_time(const struct db_answer *q, size_t row, int column);   /* NULL: INSTANT_NONE */
/* db_get_ints copies an int8[] or int4[] into ret, at most `room`; returns how many there are. */
size_t db_get_ints(const struct db_answer *q, size_t row, int column, int64_t *ret, size_t room);
/* db_get_texts gives a text[] in the arena. */
const char **db_get_texts(const struct db_answer *q, size_t row, int column, struct arena *a, size_t *ret_count);

/* ---- a small pool for reads outside the executor; take waits at most the deadline, else ERR_BUSY */
struct db_pool;
enum err_code db_pool_new(const char *conninfo, const char *application, const char *search_path, int size,
                          int deadline_ms, struct db_pool **ret, struct err *reterr) MUST_CHECK;
enum err_code db_pool_take(struct db_pool *p, struct db **ret, struct err *reterr) MUST_CHECK;
void db_pool_give(struct db_pool *p, struct db *db);
void db_pool_free(struct db_pool *p);

#endif
