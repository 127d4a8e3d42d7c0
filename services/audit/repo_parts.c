/* SPDX-License-Identifier: Apache-2.0 */
#include "services/audit/repo_parts.h"

const struct db_stmt audit_count_parts = {
    "audit_count_parts",
    "INSERT INTO part_figure AS f (unit, procedure, day, given, late, lapsed)"
    " SELECT unit, procedure, DATE '1970-01-01' + day, count(*) FILTER (WHERE given), count(*) FILTER (WHERE late),"
    "        count(*) FILTER (WHERE NOT given)"
    "   FROM unnest($1::text[], $2::text[], $3::int[], $4::bool[], $5::bool[]) AS n(unit, procedure, day, given, late)"
    "  GROUP BY 1, 2, 3 ORDER BY 1, 2, 3"
    " ON CONFLICT (unit, procedure, day) DO UPDATE SET given = f.given + excluded.given,"
    "    late = f.late + excluded.late, lapsed = f.lapsed + excluded.lapsed"};

/* $1 $2 days, $3 unit ("": all), $4 how many at most */
const struct db_stmt audit_read_parts = {
    "audit_read_parts",
    "SELECT json_build_object('items', coalesce(json_agg(json_build_object('unit', unit, 'procedure', procedure, "
    "'given', given, 'late', late, 'lapsed', lapsed) ORDER BY unit, procedure), '[]'))::text"
    "  FROM (SELECT unit, procedure, sum(given) AS given, sum(late) AS late, sum(lapsed) AS lapsed FROM part_figure"
    "         WHERE day BETWEEN DATE '1970-01-01' + $1::int AND DATE '1970-01-01' + $2::int"
    "           AND ($3::text = '' OR unit = $3) GROUP BY unit, procedure ORDER BY unit, procedure LIMIT $4::int) x"};

void audit_parts_save(struct batch *b, const struct audit_entry *entries, size_t count)
{
    struct arena *a = b->arena;
    struct db_array *unit = db_array_new(a, DB_TEXT), *procedure = db_array_new(a, DB_TEXT),
                    *day = db_array_new(a, DB_INT4), *given = db_array_new(a, DB_BOOL),
                    *late = db_array_new(a, DB_BOOL);

    for (size_t i = 0; i < count; i++) {
        const struct event *e = &entries[i].work->event;
        const struct audit_record *r = entries[i].work->command;

        if (!r || !r->part_unit)
            continue;
        db_array_text(unit, r->part_unit);
        db_array_text(procedure, e->procedure);
        db_array_int(day, instant_day(e->occurred_at));
        db_array_bool(given, r->part_given);
        db_array_bool(late, r->part_given && e->occurred_at > r->due_at);
    }
    if (db_array_count(unit))
        db_ask(b->db, a, &audit_count_parts,
               DB_ARGS(db_items(unit), db_items(procedure), db_items(day), db_items(given), db_items(late)));
}
