/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Reading answers. A column of another type than the caller reads is a bug of the statement, found the first time it
 * runs, and never a wrong value: sum(bigint), for one, is numeric and has to be cast.
 */
#include "common/io/db_inner.h"

#define ARRAY_HEAD 12
#define ARRAY_DIM  8
#define NULL_ITEM  UINT32_C(0xffffffff)

static void refuse(const struct db_answer *q, int column, struct db_cell c, const char *wanted)
{
    err_bug(__FILE__, __LINE__, "column type",
            "statement %s, column %d has type oid %u and %zu bytes, read as %s: cast it", db_answer_name(q), column,
            c.type, c.n, wanted);
}

bool db_is_null(const struct db_answer *q, size_t row, int column)
{
    return !db_cell(q, row, column).p;
}

bool db_get_bool(const struct db_answer *q, size_t row, int column)
{
    struct db_cell c = db_cell(q, row, column);
    if (!c.p)
        return false;
    if (c.type != DB_OID_BOOL || c.n != 1)
        refuse(q, column, c, "bool");
    return *c.p != 0;
}

static bool integer(uint32_t type, const uint8_t *p, size_t n, int64_t *ret)
{
    switch (type) {
    case DB_OID_INT2:
        *ret = (int16_t)((p[0] << 8) | p[1]);
        return n == 2;
    case DB_OID_INT4:
        *ret = (int32_t)db_read32(p);
        return n == 4;
    case DB_OID_OID:
    case DB_OID_XID:
        *ret = db_read32(p);
        return n == 4;
    case DB_OID_INT8:
    case DB_OID_XID8:
        *ret = (int64_t)db_read64(p);
        return n == 8;
    default:
        return false;
    }
}

int64_t db_get_int(const struct db_answer *q, size_t row, int column)
{
    struct db_cell c = db_cell(q, row, column);
    int64_t v = 0;
    if (c.p && !integer(c.type, c.p, c.n, &v))
        refuse(q, column, c, "integer");
    return v;
}

static bool is_text(uint32_t type)
{
    switch (type) {
    case DB_OID_TEXT:
    case DB_OID_VARCHAR:
    case DB_OID_BPCHAR:
    case DB_OID_NAME:
    case DB_OID_JSON:
    case DB_OID_UNKNOWN:
        return true;
    default:
        return type >= DB_OID_FIRST_OWN; /* enums */
    }
}

const char *db_get_text(const struct db_answer *q, size_t row, int column)
{
    struct db_cell c = db_cell(q, row, column);
    if (!c.p)
        return NULL;
    if (c.type == DB_OID_JSONB && c.n > 0 && c.p[0] == DB_JSONB_VERSION)
        return (const char *)c.p + 1;
    if (!is_text(c.type))
        refuse(q, column, c, "text");
    return (const char *)c.p;
}

enum err_code db_get_word(const struct db_answer *q, size_t row, int column, int (*parse)(const char *name), int *ret,
                          struct err *reterr)
{
    const char *name = db_get_text(q, row, column);
    int number = parse(name);
    if (number < 0)
        return err_set(reterr, ERR_BUG, "%s: column %d holds \"%s\", which this release does not know",
                       db_answer_name(q), column + 1, name ? name : "NULL");
    *ret = number;
    return ERR_OK;
}

struct bytes db_get_bytes(const struct db_answer *q, size_t row, int column)
{
    struct db_cell c = db_cell(q, row, column);
    if (c.p && c.type != DB_OID_BYTEA && !is_text(c.type))
        refuse(q, column, c, "bytes");
    return (struct bytes){.p = c.p, .n = c.n};
}

struct id db_get_uuid(const struct db_answer *q, size_t row, int column)
{
    struct db_cell c = db_cell(q, row, column);
    struct id v = {{0}};
    if (!c.p)
        return v;
    if (c.type != DB_OID_UUID || c.n != sizeof v.b)
        refuse(q, column, c, "uuid");
    memcpy(v.b, c.p, sizeof v.b);
    return v;
}

instant db_get_time(const struct db_answer *q, size_t row, int column)
{
    struct db_cell c = db_cell(q, row, column);
    if (!c.p)
        return INSTANT_NONE;
    if (c.type != DB_OID_TIMESTAMPTZ || c.n != 8)
        refuse(q, column, c, "timestamptz");
    return db_time_from_wire((int64_t)db_read64(c.p));
}

/* ---- arrays */

struct items {
    const uint8_t *at, *end;
    size_t count;
    uint32_t type;
};

/* SQL NULL and the empty array both have no items. */
static struct items items_of(const struct db_answer *q, size_t row, int column, struct db_cell c)
{
    struct items s = {0};
    if (!c.p)
        return s;
    if (c.n < ARRAY_HEAD)
        refuse(q, column, c, "array");
    uint32_t dimensions = db_read32(c.p);
    s.type = db_read32(c.p + 8);
    if (dimensions == 0)
        return s;
    if (dimensions != 1 || c.n < ARRAY_HEAD + ARRAY_DIM)
        refuse(q, column, c, "array of one dimension");
    s.count = db_read32(c.p + ARRAY_HEAD);
    s.at = c.p + ARRAY_HEAD + ARRAY_DIM;
    s.end = c.p + c.n;
    if (s.count > (c.n - ARRAY_HEAD - ARRAY_DIM) / 4)
        refuse(q, column, c, "array");
    return s;
}

/* p is NULL for a null item; the bytes are not followed by a zero. */
static bool items_next(struct items *s, struct bytes *ret)
{
    if (s->end - s->at < 4)
        return false;
    uint32_t n = db_read32(s->at);
    s->at += 4;
    *ret = (struct bytes){0};
    if (n == NULL_ITEM)
        return true;
    if ((size_t)(s->end - s->at) < n)
        return false;
    *ret = (struct bytes){.p = s->at, .n = n};
    s->at += n;
    return true;
}

size_t db_get_ints(const struct db_answer *q, size_t row, int column, int64_t *ret, size_t room)
{
    struct db_cell c = db_cell(q, row, column);
    struct items s = items_of(q, row, column, c);
    for (size_t i = 0; i < s.count && i < room; i++) {
        struct bytes b;
        ret[i] = 0;
        if (!items_next(&s, &b) || (b.p && !integer(s.type, b.p, b.n, &ret[i])))
            refuse(q, column, c, "array of integers");
    }
    return s.count;
}

const char **db_get_texts(const struct db_answer *q, size_t row, int column, struct arena *a, size_t *ret_count)
{
    struct db_cell c = db_cell(q, row, column);
    struct items s = items_of(q, row, column, c);
    if (s.count > 0 && !is_text(s.type))
        refuse(q, column, c, "array of texts");
    const char **v = ARENA_ARRAY(a, s.count + 1, const char *); /* one more: NULL-terminated as well */
    for (size_t i = 0; i < s.count; i++) {
        struct bytes b;
        if (!items_next(&s, &b))
            refuse(q, column, c, "array of texts");
        v[i] = b.p ? arena_strndup(a, (const char *)b.p, b.n) : NULL;
    }
    *ret_count = s.count;
    return v;
}
