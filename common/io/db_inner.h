/* SPDX-License-Identifier: Apache-2.0 */
/*
 * What the db*.c files share, for them alone. No libpq here: only db.c knows it, the others know PostgreSQL's binary
 * formats. Everything on the wire is big-endian.
 */
#ifndef TAICHO_IO_DB_INNER_H
#define TAICHO_IO_DB_INNER_H

#include <endian.h>
#include <string.h>

#include "common/io/db.h"

/* Object ids of PostgreSQL's own types (pg_type.dat); they never change. */
enum db_oid {
    DB_OID_BOOL = 16,
    DB_OID_BYTEA = 17,
    DB_OID_NAME = 19,
    DB_OID_INT8 = 20,
    DB_OID_INT2 = 21,
    DB_OID_INT4 = 23,
    DB_OID_TEXT = 25,
    DB_OID_OID = 26,
    DB_OID_XID = 28,
    DB_OID_JSON = 114,
    DB_OID_UNKNOWN = 705,
    DB_OID_BPCHAR = 1042,
    DB_OID_VARCHAR = 1043,
    DB_OID_TIMESTAMPTZ = 1184,
    DB_OID_UUID = 2950,
    DB_OID_JSONB = 3802,
    DB_OID_XID8 = 5069,
    DB_OID_FIRST_OWN = 16384 /* types that somebody created: enums and domains among them */
};

#define DB_JSONB_VERSION 1

/* PostgreSQL counts time from 2000-01-01T00:00:00Z. */
#define DB_EPOCH (INT64_C(946684800) * INSTANT_SECOND)

/* instant <-> timestamptz; the ends of the range are PostgreSQL's infinities. */
int64_t db_time_to_wire(instant t);
instant db_time_from_wire(int64_t us);

static inline uint32_t db_read32(const uint8_t *p)
{
    uint32_t v;
    memcpy(&v, p, sizeof v);
    return be32toh(v);
}

static inline uint64_t db_read64(const uint8_t *p)
{
    uint64_t v;
    memcpy(&v, p, sizeof v);
    return be64toh(v);
}

static inline void db_write32(uint8_t *p, uint32_t v)
{
    v = htobe32(v);
    memcpy(p, &v, sizeof v);
}

static inline void db_write64(uint8_t *p, uint64_t v)
{
    v = htobe64(v);
    memcpy(p, &v, sizeof v);
}

/* ---- db_array.c */

size_t db_array_wire_size(const struct db_array *v);
void db_array_wire(const struct db_array *v, uint8_t *ret); /* writes db_array_wire_size bytes */
enum db_oid db_array_oid(const struct db_array *v);         /* of the array's type */
enum db_type db_array_type(const struct db_array *v);

/* ---- db_args.c: the arguments of one statement as libpq wants them, in buffers that are used again and again */

struct db_bound {
    const char *
        *values; /* point into the caller's arguments where the wire form is the same bytes, else into scratch */
    int *lengths;
    int *formats;
    unsigned *types; /* libpq's Oid */
    size_t room;
    uint8_t *scratch;
    size_t scratch_room;
};

/* db_bind fills *b; valid until the next call or until the arguments go. Returns a number that tells types apart. */
uint64_t db_bind(struct db_bound *b, const struct db_arg *args, size_t count);
void db_bound_release(struct db_bound *b);

/* ---- db_known.c: what one connection's server process knows of the program's statements, by name */

struct db_known_stmt {
    const struct db_stmt *stmt; /* NULL: a free slot */
    enum { DB_NOT_PREPARED, DB_BEING_PREPARED, DB_PREPARED } state;
    uint64_t shape; /* of the argument types it was prepared with */
};

struct db_known {
    struct db_known_stmt *slots; /* a hash table, at most three quarters full */
    size_t count, room;
};

void db_known_init(struct db_known *k);
void db_known_release(struct db_known *k);
void db_known_clear(struct db_known *k);
/* db_known finds or adds a statement; the pointer holds until the next call. Two different ones of one name are a bug.
 */
struct db_known_stmt *db_known(struct db_known *k, const struct db_stmt *stmt);

/* ---- db.c */

/* One value as it came. p is NULL for SQL NULL, and otherwise followed by a zero byte that is not counted in n. */
struct db_cell {
    const uint8_t *p;
    size_t n;
    uint32_t type;
};
struct db_cell db_cell(const struct db_answer *q, size_t row, int column);
const char *db_answer_name(const struct db_answer *q); /* of the statement */

/* db_new makes a connection that is not connected yet: db_lost() until db_open_if_lost(). */
struct db *db_new(const char *conninfo, const char *application, const char *search_path, int deadline_ms);
/* db_tidy is for a connection whose next user is somebody else: what is left of the last one is closed. */
void db_tidy(struct db *db);

#endif
