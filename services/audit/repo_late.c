/* SPDX-License-Identifier: Apache-2.0 */
#include "services/audit/repo_late.h"

const struct db_stmt audit_add_late_entries = {
    "audit_add_late_entries", "INSERT INTO late_entry (number, day, reason, superior, entered_at)"
                              " SELECT number, DATE '1970-01-01' + day, reason, superior, entered_at"
                              "   FROM unnest($1::bigint[], $2::int[], $3::text[], $4::text[], $5::timestamptz[])"
                              "     AS n(number, day, reason, superior, entered_at)"};

/* $1 $2 days on which they were done, $3 unit ("": all), $4 how many at most */
const struct db_stmt audit_read_late_entries = {
    "audit_read_late_entries",
    "SELECT json_build_object('items', coalesce(json_agg(json_build_object('number', number, 'code', dossier_code, "
    "'type',"
    "        type, 'unit', unit, 'actor', actor, 'place', place, 'occurred_at', civil(occurred_at), 'entered_at',"
    "        civil(entered_at), 'reason', reason, 'superior', superior) ORDER BY day, number), '[]'))::text"
    "  FROM (SELECT l.number, l.day, l.reason, l.superior, l.entered_at, e.dossier_code, e.type, e.unit, e.actor, "
    "e.place,"
    "               e.occurred_at FROM late_entry l JOIN entry e USING (number)"
    "         WHERE l.day BETWEEN DATE '1970-01-01' + $1::int AND DATE '1970-01-01' + $2::int"
    "           AND ($3::text = '' OR e.unit = $3) ORDER BY l.day, l.number LIMIT $4::int) x"};

bool audit_is_late_entry(const struct event *e)
{
    return event_is_late(e) && !id_is_nil(e->command);
}

void audit_late_save(struct batch *b, const struct audit_entry *entries, size_t count)
{
    struct arena *a = b->arena;
    struct db_array *number = db_array_new(a, DB_INT8), *day = db_array_new(a, DB_INT4),
                    *reason = db_array_new(a, DB_TEXT), *superior = db_array_new(a, DB_TEXT),
                    *entered_at = db_array_new(a, DB_TIME);

    for (size_t i = 0; i < count; i++) {
        const struct event *e = &entries[i].work->event;

        if (!audit_is_late_entry(e))
            continue;
        db_array_int(number, entries[i].number);
        db_array_int(day, instant_day(e->occurred_at));
        db_array_text(reason, e->late_reason);
        db_array_text(superior, e->late_superior);
        db_array_time(entered_at, e->recorded_at);
    }
    if (db_array_count(number))
        db_ask(b->db, a, &audit_add_late_entries,
               DB_ARGS(db_items(number), db_items(day), db_items(reason), db_items(superior), db_items(entered_at)));
}
