/* SPDX-License-Identifier: Apache-2.0 */
/* Seldom: without a correction in the batch, no statement is sent. */
#include "services/audit/repo_correction.h"

#include <string.h>

#include "services/audit/audit.h"

const struct db_stmt audit_add_corrections = {
    "audit_add_corrections",
    "INSERT INTO correction (dossier, document, number, unit, cause, reported_by, asked_at)"
    " SELECT * FROM unnest($1::uuid[], $2::uuid[], $3::int[], $4::text[], $5::text[], $6::text[], $7::timestamptz[])"};

const struct db_stmt audit_end_corrections = {
    "audit_end_corrections", "INSERT INTO correction_end (dossier, document, how, at)"
                             " SELECT * FROM unnest($1::uuid[], $2::uuid[], $3::text[], $4::timestamptz[])"};

/* $1 $2 days of receipt, $3 unit at fault ("": all), $4 how many at most */
const struct db_stmt audit_read_corrections = {
    "audit_read_corrections",
    "SELECT json_build_object('items', coalesce(json_agg(json_build_object('code', code, 'procedure', procedure, 'day',"
    "        day, 'unit', unit, 'number', number, 'at_fault', at_fault, 'cause', cause, 'reported_by', reported_by,"
    "        'asked_at', civil(asked_at), 'ended', how, 'ended_at', civil(at)) ORDER BY day, code, number), "
    "'[]'))::text"
    "  FROM (SELECT f.code, f.procedure, f.day, f.unit, c.number, c.unit AS at_fault, c.cause, c.reported_by,"
    "               c.asked_at, e.how, e.at"
    "          FROM correction c JOIN fact f USING (dossier) LEFT JOIN correction_end e USING (dossier, document)"
    "         WHERE f.day BETWEEN DATE '1970-01-01' + $1::int AND DATE '1970-01-01' + $2::int"
    "           AND ($3::text = '' OR c.unit = $3) ORDER BY f.day, f.code, c.number LIMIT $4::int) x"};

static const char *end_of(const char *type)
{
    return strcmp(type, "CorrectionIssued") == 0 ? "issued" : strcmp(type, "CorrectionRefused") == 0 ? "refused" : NULL;
}

static void save_asked(struct batch *b, const struct audit_entry *entries, size_t count)
{
    struct arena *a = b->arena;
    struct db_array *dossier = db_array_new(a, DB_UUID), *document = db_array_new(a, DB_UUID),
                    *number = db_array_new(a, DB_INT4), *unit = db_array_new(a, DB_TEXT),
                    *cause = db_array_new(a, DB_TEXT), *reported_by = db_array_new(a, DB_TEXT),
                    *asked_at = db_array_new(a, DB_TIME);

    for (size_t i = 0; i < count; i++) {
        const struct event *e = &entries[i].work->event;
        const struct audit_record *r = entries[i].work->command;

        if (strcmp(e->type, "CorrectionRequested") != 0)
            continue;
        db_array_uuid(dossier, e->subject);
        db_array_uuid(document, e->document);
        db_array_int(number, r->correction);
        db_array_text(unit, r->at_fault);
        db_array_text(cause, correction_cause_name(r->cause));
        db_array_text(reported_by, reporter_name(r->reported_by));
        db_array_time(asked_at, e->occurred_at);
    }
    if (db_array_count(dossier))
        db_ask(b->db, a, &audit_add_corrections,
               DB_ARGS(db_items(dossier), db_items(document), db_items(number), db_items(unit), db_items(cause),
                       db_items(reported_by), db_items(asked_at)));
}

static void save_ended(struct batch *b, const struct audit_entry *entries, size_t count)
{
    struct arena *a = b->arena;
    struct db_array *dossier = db_array_new(a, DB_UUID), *document = db_array_new(a, DB_UUID),
                    *how = db_array_new(a, DB_TEXT), *at = db_array_new(a, DB_TIME);

    for (size_t i = 0; i < count; i++) {
        const struct event *e = &entries[i].work->event;
        const char *end = end_of(e->type);

        if (!end)
            continue;
        db_array_uuid(dossier, e->subject);
        db_array_uuid(document, e->document);
        db_array_text(how, end);
        db_array_time(at, e->occurred_at);
    }
    if (db_array_count(dossier))
        db_ask(b->db, a, &audit_end_corrections,
               DB_ARGS(db_items(dossier), db_items(document), db_items(how), db_items(at)));
}

void audit_corrections_save(struct batch *b, const struct audit_entry *entries, size_t count)
{
    save_asked(b, entries, count);
    save_ended(b, entries, count);
}
