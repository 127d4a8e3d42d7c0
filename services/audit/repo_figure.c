/* SPDX-License-Identifier: Apache-2.0 */
#include "services/audit/repo_figure.h"

#include <string.h>

#include "common/base/hash.h"
#include "services/audit/repo_fee.h"

/* The columns that count something: a delta's own, and those that audit.h lists. */
#define OWN(X)                                                                                                         \
    X(received)                                                                                                        \
    X(refused)                                                                                                         \
    X(early)                                                                                                           \
    X(on_time)                                                                                                         \
    X(late)                                                                                                            \
    X(withdrawn)                                                                                                       \
    X(stopped)                                                                                                         \
    X(on_the_spot)                                                                                                     \
    X(overdue)                                                                                                         \
    X(extended)                                                                                                        \
    X(breaches)                                                                                                        \
    X(late_entries)                                                                                                    \
    X(guided)                                                                                                          \
    X(guided_again)                                                                                                    \
    X(supplement_late)
#define COUNTED(X) OWN(X) AUDIT_LISTED(X)

#define COLUMN(name)    ", " #name
#define ADDED(name)     ", " #name " = k." #name " + excluded." #name
#define MEMBER(name)    ",\"" #name "\":%s"
#define VALUE(name)     ", k." #name
#define FEE_VALUE(name) ", coalesce(f." #name ", 0)"
#define COLUMNS         COUNTED(COLUMN)
#define ALL_ADDED       COUNTED(ADDED)
#define MEMBERS         COUNTED(MEMBER)
#define VALUES          COUNTED(VALUE)
#define FEE_MEMBERS     AUDIT_FEES(MEMBER)
#define FEE_VALUES      AUDIT_FEES(FEE_VALUE)
#define ONE(name)       +1
_Static_assert((0 COUNTED(ONE)) == 47, "the parameters of the statement are $7 to $53");
_Static_assert((0 COUNTED(ONE)) < 90, "format takes no more than a hundred values");

/*
 * The figures after this batch go out as they are stored, each column a member: one statement counts and publishes. The
 * fees are those of the very row (fees_sum is for any days and units). The text is put together here: to_jsonb looks up
 * the type of every column of every row, and took longer than to count.
 */
const struct db_stmt audit_save_figures = {
    "audit_save_figures",
    "WITH moved AS ("
    " INSERT INTO kpi AS k (unit, procedure, day, as_of, \"partition\"" COLUMNS ")"
    " SELECT * FROM unnest($2::text[], $3::text[], $4::text[]::date[], $5::bigint[], $6::int[],"
    "               $7::int[], $8::int[], $9::int[], $10::int[], $11::int[], $12::int[], $13::int[], $14::int[],"
    "               $15::int[], $16::int[], $17::int[], $18::int[], $19::int[], $20::int[], $21::int[], $22::int[],"
    "               $23::int[], $24::int[], $25::int[], $26::int[], $27::int[], $28::int[], $29::int[], $30::int[],"
    "               $31::int[], $32::int[], $33::int[], $34::int[], $35::int[], $36::int[], $37::int[], $38::int[],"
    "               $39::int[], $40::int[], $41::int[], $42::int[], $43::int[], $44::int[], $45::int[],"
    "               $46::int[], $47::int[], $48::int[], $49::int[], $50::int[], $51::int[], $52::int[], $53::int[])"
    " ON CONFLICT (unit, procedure, day)"
    " DO UPDATE SET as_of = excluded.as_of, \"partition\" = excluded.\"partition\"" ALL_ADDED
    " RETURNING *, to_char(day, 'YYYY-MM-DD') AS date)"
    " INSERT INTO outbox_row (topic, \"partition\", key, event_id, type, time, content, value)"
    " SELECT 'taicho.audit.kpi.v1', k.\"partition\", k.unit || '/' || k.procedure || '/' || k.date, gen_random_uuid(),"
    "        'audit.Kpi', $1, 'application/json',"
    "        convert_to("
    "            format('{\"unit\":%s,\"procedure\":%s,\"day\":\"%s\",\"as_of\":%s,\"in_process\":%s" MEMBERS "',"
    "                   to_json(k.unit), to_json(k.procedure), k.date, k.as_of,"
    "                   k.received - k.early - k.on_time - k.late - k.withdrawn - k.stopped" VALUES ")"
    "            || ',\"fees\":{' || substr(format('" FEE_MEMBERS "'" FEE_VALUES "), 2) || '}}', 'UTF8')"
    "   FROM moved k LEFT JOIN fee_kpi f ON f.unit = k.unit AND f.procedure = k.procedure AND f.day = k.day"};

static void send(struct batch *b, const struct audit_figure *figures, size_t count)
{
    struct arena *a = b->arena;
    struct db_array *unit = db_array_new(a, DB_TEXT), *procedure = db_array_new(a, DB_TEXT),
                    *day = db_array_new(a, DB_TEXT), *as_of = db_array_new(a, DB_INT8),
                    *partition = db_array_new(a, DB_INT4);
    struct {
#define X(name) struct db_array *name;
        COUNTED(X)
#undef X
    } counted = {
#define X(name) .name = db_array_new(a, DB_INT4),
        COUNTED(X)
#undef X
    };

    for (size_t i = 0; i < count; i++) {
        const struct audit_delta *d = &figures[i].delta;
        struct civil c = instant_day_civil(d->day);
        const char *date = arena_printf(a, "%04d-%02d-%02d", c.year, c.month, c.day);
        const char *name = arena_printf(a, "%s/%s/%s", d->unit, d->procedure, date);

        db_array_text(unit, d->unit);
        db_array_text(procedure, d->procedure);
        db_array_text(day, date);
        db_array_int(as_of, figures[i].as_of);
        db_array_int(partition, hash_partition(name, strlen(name), STAGE_PARTITIONS));
#define X(name) db_array_int(counted.name, d->name);
        OWN(X)
#undef X
#define X(name) db_array_int(counted.name, d->voices.name);
        AUDIT_VOICES(X)
#undef X
#define X(name) db_array_int(counted.name, d->ways.name);
        AUDIT_WAYS(X)
#undef X
#define X(name) db_array_int(counted.name, d->losses.name);
        AUDIT_LOSSES(X)
#undef X
#define X(name) db_array_int(counted.name, d->filings.name);
        AUDIT_FILINGS(X)
#undef X
#define X(name) db_array_int(counted.name, d->lates.name);
        AUDIT_LATES(X)
#undef X
#define X(name) db_array_int(counted.name, d->contacts.name);
        AUDIT_CONTACTS(X)
#undef X
    }
#define ITEMS(name) , db_items(counted.name)
    db_ask(b->db, a, &audit_save_figures,
           DB_ARGS(db_time(b->now), db_items(unit), db_items(procedure), db_items(day), db_items(as_of),
                   db_items(partition) COUNTED(ITEMS)));
#undef ITEMS
}

void audit_figures_save(struct batch *b, const struct audit_figure *figures, size_t count)
{
    const struct audit_delta **deltas = ARENA_ARRAY(b->arena, count + 1, const struct audit_delta *);

    for (size_t i = 0; i < count; i++)
        deltas[i] = &figures[i].delta;
    audit_fees_save(b, deltas, count); /* first: they are published with the figures */
    if (count)
        send(b, figures, count);
}
