/* SPDX-License-Identifier: Apache-2.0 */
#include "services/audit/repo_pause.h"

#include <string.h>

const struct db_stmt audit_add_pauses = {
    "audit_add_pauses",
    "INSERT INTO pause (number, day, kind, code, superior, basis, from_at, until_at)"
    " SELECT number, DATE '1970-01-01' + day, kind, code, superior, basis, from_at, until_at"
    "   FROM unnest($1::bigint[], $2::int[], $3::text[], $4::text[], $5::text[], $6::text[], $7::timestamptz[],"
    "               $8::timestamptz[])"
    "     AS n(number, day, kind, code, superior, basis, from_at, until_at)"};

const struct db_stmt audit_add_pause_ends = {
    "audit_add_pause_ends", "INSERT INTO pause_end (number, code, from_at, until_at)"
                            " SELECT * FROM unnest($1::bigint[], $2::text[], $3::timestamptz[], $4::timestamptz[])"};

/*
 * $1 $2 days on which they began, $3 unit ("": all), $4 how many at most, $5 now. One that nothing has ended goes on,
 * unless its dossier has ended meanwhile. A period that ended early is shown as long as it was, with until when it was
 * recorded. Days are days of the calendar.
 */
const struct db_stmt audit_read_pauses = {
    "audit_read_pauses",
    "SELECT json_build_object('items', coalesce(json_agg(json_build_object('code', code, 'unit', unit, 'procedure', "
    "procedure,"
    "        'kind', kind, 'period', CASE WHEN kind = 'excluded' THEN pause_code END,"
    "        'ground', CASE WHEN kind = 'supplement' THEN nullif(pause_code, '') END, 'superior', nullif(superior, ''),"
    "        'basis', nullif(basis, ''), 'from', civil(from_at), 'to', civil(ended_at), 'recorded_to', civil(recorded_to), 'days',"
    "        round(extract(epoch FROM length) / 86400, 1)) ORDER BY length DESC, number), '[]'))::text"
    "  FROM (SELECT y.*, greatest(coalesce(ended_at, $5) - from_at, interval '0') AS length"
    "          FROM (SELECT p.number, p.kind, p.code AS pause_code, p.superior, p.basis, p.from_at, f.code, f.unit,"
    "                       f.procedure, coalesce(w.until_at, p.until_at, z.occurred_at, f.ended_at) AS ended_at,"
    "                       CASE WHEN w.until_at IS NOT NULL THEN p.until_at END AS recorded_to"
    "                  FROM pause p JOIN entry e USING (number) JOIN fact f ON f.dossier = e.subject"
    "                  LEFT JOIN LATERAL (SELECT x.occurred_at FROM entry x"
    "                                      WHERE x.subject = e.subject AND x.source = e.source"
    "                                        AND x.version > e.version AND p.until_at IS NULL"
    "                                        AND x.type = CASE p.kind WHEN 'supplement' THEN 'SupplementReceived'"
    "                                                                 ELSE 'ObligationMet' END"
    "                                      ORDER BY x.version LIMIT 1) z ON true"
    "                  LEFT JOIN LATERAL (SELECT n.until_at FROM entry x JOIN pause_end n USING (number)"
    "                                      WHERE x.subject = e.subject AND x.source = e.source"
    "                                        AND x.version > e.version AND p.kind = 'excluded'"
    "                                        AND n.code = p.code AND n.from_at = p.from_at"
    "                                      ORDER BY x.version LIMIT 1) w ON true"
    "                 WHERE p.day BETWEEN DATE '1970-01-01' + $1::int AND DATE '1970-01-01' + $2::int"
    "                   AND ($3::text = '' OR f.unit = $3)) y"
    "         ORDER BY length DESC, number LIMIT $4::int) x"};

/* $1 $2 days of receipt, $3 unit ("": all), $4 how many at most */
const struct db_stmt audit_read_supplements = {
    "audit_read_supplements",
    "SELECT json_build_object('items', coalesce(json_agg(json_build_object('code', code, 'unit', unit, 'procedure', "
    "procedure, 'day', day, 'supplements', supplements, 'supplement_late', supplement_late, 'result', result, 'timing', nullif(timing, ''), 'asked',"
    "        (SELECT coalesce(json_agg(json_build_object('at', civil(e.occurred_at), 'ground', nullif(p.code, ''),"
    "                                  'superior', nullif(p.superior, '')) ORDER BY e.version), '[]')"
    "           FROM entry e JOIN pause p USING (number)"
    "          WHERE e.subject = f.dossier AND p.kind = 'supplement')) ORDER BY day, code), '[]'))::text"
    "  FROM (SELECT * FROM fact WHERE (supplements > 1 OR supplement_late) AND day BETWEEN DATE '1970-01-01' + $1::int AND DATE "
    "'1970-01-01' + $2::int AND ($3::text = '' OR unit = $3) ORDER BY day, code LIMIT $4::int) f"};

/* basis_of gives the law by which a period is left out, as the reference data have it of the day of receipt. */
static const char *basis_of(const struct batch *b, const struct event *e, const struct audit_pause *pause)
{
    const struct audit_fact *f = batch_subject(b, e->subject)->state;
    const struct procedure *p = f && b->catalogue ? catalogue_procedure(b->catalogue, f->procedure, f->day) : NULL;

    for (int i = 0; p && pause->kind == AUDIT_PAUSE_EXCLUDED && i < p->excluded_count; i++)
        if (strcmp(p->excluded[i].period, pause->code) == 0)
            return p->excluded[i].basis;
    return "";
}

static void save_ends(struct batch *b, const struct audit_entry *entries, size_t count)
{
    struct arena *a = b->arena;
    struct db_array *number = db_array_new(a, DB_INT8), *code = db_array_new(a, DB_TEXT),
                    *from = db_array_new(a, DB_TIME), *until = db_array_new(a, DB_TIME);

    for (size_t i = 0; i < count; i++) {
        const struct audit_record *r = entries[i].work->command;

        if (!r || r->pause.kind == AUDIT_PAUSE_NONE || !r->pause.ended)
            continue;
        db_array_int(number, entries[i].number);
        db_array_text(code, r->pause.code);
        db_array_time(from, r->pause.from);
        db_array_time(until, r->pause.until);
    }
    if (db_array_count(number))
        db_ask(b->db, a, &audit_add_pause_ends,
               DB_ARGS(db_items(number), db_items(code), db_items(from), db_items(until)));
}

void audit_pauses_save(struct batch *b, const struct audit_entry *entries, size_t count)
{
    struct arena *a = b->arena;
    struct db_array *number = db_array_new(a, DB_INT8), *day = db_array_new(a, DB_INT4),
                    *kind = db_array_new(a, DB_TEXT), *code = db_array_new(a, DB_TEXT),
                    *superior = db_array_new(a, DB_TEXT), *basis = db_array_new(a, DB_TEXT),
                    *from = db_array_new(a, DB_TIME), *until = db_array_new(a, DB_TIME);

    for (size_t i = 0; i < count; i++) {
        const struct event *e = &entries[i].work->event;
        const struct audit_record *r = entries[i].work->command;

        if (!r || r->pause.kind == AUDIT_PAUSE_NONE || r->pause.ended)
            continue;
        db_array_int(number, entries[i].number);
        db_array_int(day, instant_day(r->pause.from));
        db_array_text(kind, audit_pause_names[r->pause.kind]);
        db_array_text(code, r->pause.code);
        db_array_text(superior, r->pause.superior);
        db_array_text(basis, basis_of(b, e, &r->pause));
        db_array_time(from, r->pause.from);
        db_array_time(until, r->pause.until);
    }
    if (db_array_count(number))
        db_ask(b->db, a, &audit_add_pauses,
               DB_ARGS(db_items(number), db_items(day), db_items(kind), db_items(code), db_items(superior),
                       db_items(basis), db_items(from), db_items(until)));
    save_ends(b, entries, count);
}
