/* SPDX-License-Identifier: Apache-2.0 */
/*
 * One-dimensional arrays, encoded while they are built: items in PostgreSQL's wire form in a list of chunks. Chunks
 * instead of one growing block, because an arena gives nothing back and a doubled block would count several times.
 */
#include "common/io/db_inner.h"

#define CHUNK_FIRST 256
#define CHUNK_MOST  (64 * 1024)
#define NULL_ITEM   UINT32_C(0xffffffff)

/* number of dimensions, has nulls, type of items, then length and lower bound of the one dimension */
#define HEAD_EMPTY 12
#define HEAD_ONE   20

struct chunk {
    struct chunk *next;
    size_t n, room;
    uint8_t p[];
};

struct db_array {
    struct arena *arena;
    enum db_type type;
    bool has_null;
    size_t count;
    size_t bytes; /* of all items */
    struct chunk *first, *last;
};

struct db_array *db_array_new(struct arena *a, enum db_type type)
{
    struct db_array *v = ARENA_NEW(a, struct db_array);
    v->arena = a;
    v->type = type;
    return v;
}

static void add(struct db_array *v, const void *data, size_t n)
{
    const uint8_t *p = data;
    v->bytes += n;
    while (n > 0) {
        struct chunk *c = v->last;
        if (!c || c->n == c->room) {
            size_t room = c ? c->room * 2 : CHUNK_FIRST;
            if (room > CHUNK_MOST)
                room = CHUNK_MOST;
            c = arena_alloc(v->arena, sizeof *c + room);
            c->room = room;
            if (v->last)
                v->last->next = c;
            else
                v->first = c;
            v->last = c;
        }
        size_t part = c->room - c->n < n ? c->room - c->n : n;
        memcpy(c->p + c->n, p, part);
        c->n += part;
        p += part;
        n -= part;
    }
}

static void item(struct db_array *v, const void *p, size_t n)
{
    BUG_IF(n > INT32_MAX, "an array item of %zu bytes", n);
    uint8_t length[4];
    db_write32(length, (uint32_t)n);
    add(v, length, sizeof length);
    add(v, p, n);
    v->count++;
}

void db_array_null(struct db_array *v)
{
    uint8_t length[4];
    db_write32(length, NULL_ITEM);
    add(v, length, sizeof length);
    v->count++;
    v->has_null = true;
}

void db_array_bool(struct db_array *v, bool x)
{
    BUG_IF(v->type != DB_BOOL, "an array of type %d", (int)v->type);
    uint8_t b = x;
    item(v, &b, 1);
}

void db_array_int(struct db_array *v, int64_t x)
{
    uint8_t b[8];
    if (v->type == DB_INT4) {
        BUG_IF(x > INT32_MAX || x < INT32_MIN, "%lld does not fit int4", (long long)x);
        db_write32(b, (uint32_t)x);
        item(v, b, 4);
        return;
    }
    BUG_IF(v->type != DB_INT8, "an array of type %d", (int)v->type);
    db_write64(b, (uint64_t)x);
    item(v, b, 8);
}

void db_array_text(struct db_array *v, const char *x)
{
    BUG_IF(v->type != DB_TEXT && v->type != DB_JSON, "an array of type %d", (int)v->type);
    if (!x) {
        db_array_null(v);
        return;
    }
    if (v->type == DB_TEXT) {
        item(v, x, strlen(x));
        return;
    }
    size_t n = strlen(x);
    BUG_IF(n >= INT32_MAX, "an array item of %zu bytes", n);
    uint8_t head[5];
    db_write32(head, (uint32_t)n + 1);
    head[4] = DB_JSONB_VERSION;
    add(v, head, sizeof head);
    add(v, x, n);
    v->count++;
}

void db_array_bytes(struct db_array *v, struct bytes x)
{
    BUG_IF(v->type != DB_BYTES, "an array of type %d", (int)v->type);
    if (x.p)
        item(v, x.p, x.n);
    else
        db_array_null(v);
}

void db_array_uuid(struct db_array *v, struct id x)
{
    BUG_IF(v->type != DB_UUID, "an array of type %d", (int)v->type);
    item(v, x.b, sizeof x.b);
}

void db_array_uuid_or_null(struct db_array *v, struct id x)
{
    BUG_IF(v->type != DB_UUID, "an array of type %d", (int)v->type);
    if (id_is_nil(x))
        db_array_null(v);
    else
        item(v, x.b, sizeof x.b);
}

void db_array_time(struct db_array *v, instant x)
{
    BUG_IF(v->type != DB_TIME, "an array of type %d", (int)v->type);
    if (x == INSTANT_NONE) {
        db_array_null(v);
        return;
    }
    uint8_t b[8];
    db_write64(b, (uint64_t)db_time_to_wire(x));
    item(v, b, sizeof b);
}

size_t db_array_count(const struct db_array *v)
{
    return v->count;
}

enum db_type db_array_type(const struct db_array *v)
{
    return v->type;
}

/* The array type and its item type. */
static const struct {
    uint32_t array, item;
} oids[] = {
    [DB_BOOL] = {1000, DB_OID_BOOL},        [DB_INT4] = {1007, DB_OID_INT4},   [DB_INT8] = {1016, DB_OID_INT8},
    [DB_TEXT] = {1009, DB_OID_TEXT},        [DB_BYTES] = {1001, DB_OID_BYTEA}, [DB_UUID] = {2951, DB_OID_UUID},
    [DB_TIME] = {1185, DB_OID_TIMESTAMPTZ}, [DB_JSON] = {3807, DB_OID_JSONB},
};

enum db_oid db_array_oid(const struct db_array *v)
{
    return (enum db_oid)oids[v->type].array;
}

size_t db_array_wire_size(const struct db_array *v)
{
    return v->count == 0 ? HEAD_EMPTY : HEAD_ONE + v->bytes;
}

void db_array_wire(const struct db_array *v, uint8_t *ret)
{
    BUG_IF(v->count > INT32_MAX, "%zu items", v->count);
    db_write32(ret, v->count == 0 ? 0 : 1);
    db_write32(ret + 4, v->has_null);
    db_write32(ret + 8, oids[v->type].item);
    if (v->count == 0)
        return;
    db_write32(ret + 12, (uint32_t)v->count);
    db_write32(ret + 16, 1);
    ret += HEAD_ONE;
    for (const struct chunk *c = v->first; c; c = c->next) {
        memcpy(ret, c->p, c->n);
        ret += c->n;
    }
}
