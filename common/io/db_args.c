/* SPDX-License-Identifier: Apache-2.0 */
/* Arguments: the constructors, and their translation to PostgreSQL's binary formats. */
#include <limits.h>
#include <stdlib.h>

#include "common/io/db_inner.h"

#define FORMAT_TEXT   0
#define FORMAT_BINARY 1

struct db_arg db_bool(bool v)
{
    return (struct db_arg){.type = DB_BOOL, .u.b = v};
}

struct db_arg db_int4(int32_t v)
{
    return (struct db_arg){.type = DB_INT4, .u.i = v};
}

struct db_arg db_int8(int64_t v)
{
    return (struct db_arg){.type = DB_INT8, .u.i = v};
}

struct db_arg db_text(const char *v)
{
    return (struct db_arg){.type = DB_TEXT, .null = !v, .u.text = v};
}

struct db_arg db_json(const char *v)
{
    return (struct db_arg){.type = DB_JSON, .null = !v, .u.text = v};
}

struct db_arg db_bytes(struct bytes v)
{
    return (struct db_arg){.type = DB_BYTES, .null = !v.p, .u.bytes = v};
}

struct db_arg db_uuid(struct id v)
{
    return (struct db_arg){.type = DB_UUID, .u.id = v};
}

struct db_arg db_uuid_or_null(struct id v)
{
    return (struct db_arg){.type = DB_UUID, .null = id_is_nil(v), .u.id = v};
}

struct db_arg db_time(instant v)
{
    return (struct db_arg){.type = DB_TIME, .null = v == INSTANT_NONE, .u.i = v};
}

struct db_arg db_items(const struct db_array *v)
{
    BUG_IF(!v, "no array");
    return (struct db_arg){.type = db_array_type(v), .array = true, .u.items = v};
}

int64_t db_time_to_wire(instant t)
{
    return t == INT64_MAX || t < INT64_MIN + DB_EPOCH ? t : t - DB_EPOCH;
}

instant db_time_from_wire(int64_t us)
{
    if (us == INT64_MIN)
        return INT64_MIN + 1; /* -infinity is a time, INSTANT_NONE is none */
    return us > INT64_MAX - DB_EPOCH ? INT64_MAX : us + DB_EPOCH;
}

/* Texts go without a type: PostgreSQL takes it from the statement, as `check` does, so one argument serves enum, date
 * and numeric too. */
static unsigned scalar_oid(enum db_type t)
{
    switch (t) {
    case DB_BOOL:
        return DB_OID_BOOL;
    case DB_INT4:
        return DB_OID_INT4;
    case DB_INT8:
        return DB_OID_INT8;
    case DB_TEXT:
        return 0;
    case DB_BYTES:
        return DB_OID_BYTEA;
    case DB_UUID:
        return DB_OID_UUID;
    case DB_TIME:
        return DB_OID_TIMESTAMPTZ;
    case DB_JSON:
        return DB_OID_JSONB;
    }
    BUG_IF(true, "argument type %d", (int)t);
    return 0;
}

/* How many bytes of scratch an argument needs; 0 when it is sent from where it lies. */
static size_t scratch_size(const struct db_arg *v)
{
    if (v->null)
        return 0;
    if (v->array)
        return db_array_wire_size(v->u.items);
    switch (v->type) {
    case DB_BOOL:
        return 1;
    case DB_INT4:
        return 4;
    case DB_INT8:
    case DB_TIME:
        return 8;
    case DB_JSON:
        return 1 + strlen(v->u.text);
    case DB_TEXT:
    case DB_BYTES:
    case DB_UUID:
        return 0;
    }
    return 0;
}

static void scratch_write(const struct db_arg *v, size_t size, uint8_t *ret)
{
    if (v->array) {
        db_array_wire(v->u.items, ret);
        return;
    }
    switch (v->type) {
    case DB_BOOL:
        *ret = v->u.b;
        return;
    case DB_INT4:
        db_write32(ret, (uint32_t)v->u.i);
        return;
    case DB_INT8:
        db_write64(ret, (uint64_t)v->u.i);
        return;
    case DB_TIME:
        db_write64(ret, (uint64_t)db_time_to_wire(v->u.i));
        return;
    case DB_JSON:
        *ret = DB_JSONB_VERSION;
        memcpy(ret + 1, v->u.text, size - 1);
        return;
    case DB_TEXT:
    case DB_BYTES:
    case DB_UUID:
        return;
    }
}

static void make_room(struct db_bound *b, size_t count, size_t scratch)
{
    if (count > b->room) {
        b->room = count < 16 ? 16 : count * 2;
        b->values = realloc(b->values, b->room * sizeof *b->values);
        b->lengths = realloc(b->lengths, b->room * sizeof *b->lengths);
        b->formats = realloc(b->formats, b->room * sizeof *b->formats);
        b->types = realloc(b->types, b->room * sizeof *b->types);
        BUG_IF(!b->values || !b->lengths || !b->formats || !b->types, "out of memory");
    }
    if (scratch > b->scratch_room) {
        b->scratch_room = scratch < 4096 ? 4096 : scratch + scratch / 2;
        free(b->scratch); /* nothing in it is needed any more */
        b->scratch = malloc(b->scratch_room);
        BUG_IF(!b->scratch, "out of memory");
    }
}

uint64_t db_bind(struct db_bound *b, const struct db_arg *args, size_t count)
{
    size_t total = 0;
    for (size_t i = 0; i < count; i++)
        total += scratch_size(&args[i]);
    make_room(b, count, total);

    uint64_t shape = UINT64_C(14695981039346656037); /* FNV-1a */
    uint8_t *at = b->scratch;
    for (size_t i = 0; i < count; i++) {
        const struct db_arg *v = &args[i];
        b->types[i] = v->array ? (unsigned)db_array_oid(v->u.items) : scalar_oid(v->type);
        b->formats[i] = v->type == DB_TEXT && !v->array ? FORMAT_TEXT : FORMAT_BINARY;
        shape = (shape ^ (b->types[i] + 1)) * UINT64_C(1099511628211);

        size_t size = scratch_size(v);
        if (v->null) {
            b->values[i] = NULL;
        } else if (v->array || size > 0) {
            scratch_write(v, size, at);
            b->values[i] = (const char *)at;
            at += size;
        } else if (v->type == DB_BYTES) {
            b->values[i] = (const char *)v->u.bytes.p;
            size = v->u.bytes.n;
        } else if (v->type == DB_UUID) {
            b->values[i] = (const char *)v->u.id.b;
            size = sizeof v->u.id.b;
        } else {
            b->values[i] = v->u.text;
        }
        BUG_IF(size > INT_MAX, "argument %zu has %zu bytes", i + 1, size);
        b->lengths[i] = (int)size;
    }
    return shape;
}

void db_bound_release(struct db_bound *b)
{
    free(b->values);
    free(b->lengths);
    free(b->formats);
    free(b->types);
    free(b->scratch);
    *b = (struct db_bound){0};
}
