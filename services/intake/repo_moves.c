/* SPDX-License-Identifier: Apache-2.0 */
/* How the row of a dossier goes on: where it is, when it is due, who has business with it, and what was asked of it. */
#include <string.h>

#include "services/intake/rows.h"

const struct db_stmt intake_put_withdrawals = {
    "intake_put_withdrawals",
    "UPDATE dossier d SET withdrawal = w.state, withdrawal_request = w.request, withdrawal_at = w.at, withdrawal_by = "
    "w.by"
    "  FROM unnest($1::uuid[], $2::text[], $3::uuid[], $4::timestamptz[], $5::text[]) AS w (id, state, request, at, by)"
    " WHERE d.id = w.id"};

const struct db_stmt intake_put_stops = {
    "intake_put_stops",
    "UPDATE dossier d SET stop = s.state, stop_notice = s.notice, stop_ground = s.ground, stop_at = s.at, stop_by = "
    "s.by,"
    "       lapsed_stop_notice = s.lapsed_notice, lapsed_stop_ground = s.lapsed_ground, lapsed_stop_at = s.lapsed_at,"
    "       lapsed_stop_by = s.lapsed_by"
    "  FROM unnest($1::uuid[], $2::text[], $3::uuid[], $4::text[], $5::timestamptz[], $6::text[], $7::uuid[],"
    "              $8::text[], $9::timestamptz[], $10::text[])"
    "    AS s (id, state, notice, ground, at, by, lapsed_notice, lapsed_ground, lapsed_at, lapsed_by)"
    " WHERE d.id = s.id"};

const struct db_stmt intake_put_apologies = {
    "intake_put_apologies",
    "UPDATE dossier d SET apology_due_at = a.due_at FROM unnest($1::uuid[], $2::timestamptz[]) AS a (id, due_at)"
    " WHERE d.id = a.id"};

const struct db_stmt intake_put_extensions = {
    "intake_put_extensions",
    "UPDATE dossier d SET extension = e.state, extension_apology = e.apology, extension_due_at = e.due_at,"
    "       extension_reason = e.reason, extension_by = e.by, extension_asked_at = e.asked_at,"
    "       extension_issued_at = e.issued_at, extension_sealed_at = e.sealed_at, extension_nearest_at = e.nearest_at,"
    "       extension_notice = e.notice"
    "  FROM unnest($1::uuid[], $2::text[], $3::uuid[], $4::timestamptz[], $5::text[], $6::text[], $7::timestamptz[],"
    "              $8::timestamptz[], $9::timestamptz[], $10::timestamptz[], $11::int[])"
    "    AS e (id, state, apology, due_at, reason, by, asked_at, issued_at, sealed_at, nearest_at, notice)"
    " WHERE d.id = e.id"};

const struct db_stmt intake_move_dossiers = {
    "intake_move_dossiers",
    "UPDATE dossier d"
    "   SET state = m.state, outcome = m.outcome, finished_at = m.finished_at, returned_at = m.returned_at,"
    "       returned_by = m.returned_by, broken_off_at = m.broken_off_at, sealed_document = m.sealed"
    "  FROM unnest($1::uuid[], $2::text[], $3::text[], $4::timestamptz[], $5::timestamptz[], $6::text[],"
    "              $7::timestamptz[], $8::uuid[])"
    "    AS m (id, state, outcome, finished_at, returned_at, returned_by, broken_off_at, sealed)"
    " WHERE d.id = m.id"};

/* Seldom: a pause has moved the date, or says why it will. The lists are in the order of the date. */
const struct db_stmt intake_move_due = {
    "intake_move_due",
    "WITH moved AS ("
    "    UPDATE dossier d SET due_at = m.due_at, promised_at = m.promised_at, due_explained = m.explained,"
    "           due_at_reported = m.reported, release = m.release, calendar_last_year = m.last_year"
    "      FROM unnest($1::uuid[], $2::timestamptz[], $3::timestamptz[], $4::jsonb[], $5::timestamptz[],"
    "                  $6::timestamptz[], $7::bigint[], $8::int[])"
    "        AS m (id, due_at, promised_at, explained, was, reported, release, last_year)"
    "     WHERE d.id = m.id RETURNING d.id, d.unit, d.receiving_unit, d.due_at, m.was) "
    "UPDATE worklist w SET due_at = m.due_at FROM moved m, LATERAL (VALUES (m.unit), (m.receiving_unit)) AS u (unit)"
    " WHERE w.unit = u.unit AND NOT w.closed AND w.due_at = m.was AND w.dossier = m.id"
    "   AND m.due_at <> m.was"};

const struct db_stmt intake_add_due_history = {
    "intake_add_due_history",
    "INSERT INTO due_history (dossier, version, at, why, about, was_legal, was_reported, due_at_legal, due_at_reported)"
    " SELECT * FROM unnest($1::uuid[], $2::bigint[], $3::timestamptz[], $4::text[], $5::text[], $6::timestamptz[],"
    "                      $7::timestamptz[], $8::timestamptz[], $9::timestamptz[])"};

const struct db_stmt intake_ask_units = {"intake_ask_units",
                                         "UPDATE dossier d SET asked_unit = a.unit, part_units = "
                                         "string_to_array(a.parts, ','), step_unit = a.step, silent_units = "
                                         "string_to_array(a.silent, ','),"
                                         "       took_part = ARRAY(SELECT DISTINCT u FROM unnest(d.took_part ||"
                                         "         string_to_array(a.took_part, ',')) AS u ORDER BY u)"
                                         "  FROM unnest($1::uuid[], $2::text[], $3::text[], $4::text[], $5::text[], "
                                         "$6::text[]) AS a (id, unit, parts, step, took_part, silent)"
                                         " WHERE d.id = a.id"};

const struct db_stmt intake_put_collections = {
    "intake_put_collections",
    "UPDATE dossier d SET ready_at = c.ready_at, ready_early = c.early, reminders = c.reminders,"
    "       reminded_at = c.reminded_at, came_back_at = c.came_back_at"
    "  FROM unnest($1::uuid[], $2::timestamptz[], $3::boolean[], $4::int[], $5::timestamptz[], $6::timestamptz[])"
    "    AS c (id, ready_at, early, reminders, reminded_at, came_back_at)"
    " WHERE d.id = c.id"};

const struct db_stmt intake_close_worklist = {
    "intake_close_worklist",
    "UPDATE worklist w SET closed = true"
    "  FROM unnest($1::text[], $2::timestamptz[], $3::uuid[]) AS c (unit, due_at, dossier)"
    " WHERE w.unit = c.unit AND NOT w.closed AND w.due_at = c.due_at AND w.dossier = c.dossier"};

const struct db_stmt intake_reopen_worklist = {
    "intake_reopen_worklist", "UPDATE worklist w SET closed = false"
                              "  FROM unnest($1::text[], $2::timestamptz[], $3::uuid[]) AS c (unit, due_at, dossier)"
                              " WHERE w.unit = c.unit AND w.closed AND w.due_at = c.due_at AND w.dossier = c.dossier"};

static void put_withdrawal(struct rows *r, const struct subject *s, const struct intake_file *f)
{
    const struct intake_withdrawal *w = &f->dossier.withdrawal;

    if (!f->withdrawal_changed)
        return;
    db_array_uuid(r->of[0], s->id);
    db_array_text(r->of[1], withdrawal_name((int)w->state));
    db_array_uuid(r->of[2], w->request);
    db_array_time(r->of[3], w->at);
    db_array_text(r->of[4], w->by);
}

static void put_stop(struct rows *r, const struct subject *s, const struct intake_file *f)
{
    const struct intake_dossier *d = &f->dossier;
    const struct intake_stop *x = &d->stop, *lapsed = &d->lapsed_stop;
    bool none = lapsed->state == STOP_NONE;

    if (!f->stop_changed)
        return;
    db_array_uuid(r->of[0], s->id);
    db_array_text(r->of[1], stop_name((int)x->state));
    db_array_uuid(r->of[2], x->notice);
    db_array_text(r->of[3], stop_ground_name((int)x->ground));
    db_array_time(r->of[4], x->at);
    db_array_text(r->of[5], x->by);
    db_array_uuid_or_null(r->of[6], lapsed->notice);
    db_array_text(r->of[7], none ? NULL : stop_ground_name((int)lapsed->ground));
    db_array_time(r->of[8], none ? INSTANT_NONE : lapsed->at);
    db_array_text(r->of[9], none ? NULL : lapsed->by);
}

static void put_apology(struct rows *r, const struct subject *s, const struct intake_file *f)
{
    if (!f->apology_changed)
        return;
    db_array_uuid(r->of[0], s->id);
    db_array_time(r->of[1], f->dossier.apology_due_at);
}

static void put_extension(struct rows *r, const struct subject *s, const struct intake_file *f)
{
    const struct intake_extension *e = &f->dossier.extension;

    if (!f->extension_changed)
        return;
    db_array_uuid(r->of[0], s->id);
    db_array_text(r->of[1], extension_name((int)e->state));
    db_array_uuid(r->of[2], e->apology);
    db_array_time(r->of[3], e->due_at);
    db_array_text(r->of[4], e->reason);
    db_array_text(r->of[5], e->by);
    db_array_time(r->of[6], e->asked_at);
    db_array_time(r->of[7], e->issued_at);
    db_array_time(r->of[8], e->judged.sealed_at);
    db_array_time(r->of[9], e->judged.nearest);
    rows_put_number_or_null(r->of[10], e->judged.notice);
}

static void put_moved(struct rows *r, const struct subject *s, const struct intake_file *f)
{
    const struct intake_dossier *d = &f->dossier;

    if (!f->changed || f->created)
        return;
    db_array_uuid(r->of[0], s->id);
    db_array_text(r->of[1], intake_state_names[d->state]);
    db_array_text(r->of[2], rows_word_or_null(outcome_name((int)d->outcome)));
    db_array_time(r->of[3], d->finished_at);
    db_array_time(r->of[4], d->returned_at);
    db_array_text(r->of[5], d->returned_by);
    db_array_time(r->of[6], d->broken_off_at);
    db_array_uuid_or_null(r->of[7], d->sealed);
}

static void put_due(struct rows *r, const struct subject *s, const struct intake_file *f)
{
    if (!f->due_moved)
        return;
    db_array_uuid(r->of[0], s->id);
    db_array_time(r->of[1], f->dossier.due_at);
    db_array_time(r->of[2], f->dossier.promised_at);
    db_array_text(r->of[3], f->dossier.due_explained);
    db_array_time(r->of[4], f->due_was);
    db_array_time(r->of[5], f->dossier.due_reported);
    db_array_int(r->of[6], f->dossier.release);
    rows_put_number_or_null(r->of[7], f->dossier.calendar_last_year);
}

static void put_due_history(struct rows *r, const struct subject *s, const struct intake_file *f)
{
    for (const struct intake_due_moved *m = f->due_moves; m; m = m->next) {
        db_array_uuid(r->of[0], s->id);
        db_array_int(r->of[1], m->version);
        db_array_time(r->of[2], m->at);
        db_array_text(r->of[3], m->why);
        db_array_text(r->of[4], m->about);
        db_array_time(r->of[5], m->was_legal);
        db_array_time(r->of[6], m->was_reported);
        db_array_time(r->of[7], m->legal);
        db_array_time(r->of[8], m->reported);
    }
}

static void put_units(struct rows *r, const struct subject *s, const struct intake_file *f)
{
    if (!f->asked_changed)
        return;
    db_array_uuid(r->of[0], s->id);
    db_array_text(r->of[1], f->dossier.asked_unit);
    db_array_text(r->of[2], f->dossier.part_units);
    db_array_text(r->of[3], f->dossier.step_unit);
    db_array_text(r->of[4], f->took_part);
    db_array_text(r->of[5], f->dossier.silent_units);
}

static void put_collection(struct rows *r, const struct subject *s, const struct intake_file *f)
{
    const struct intake_collection *k = &f->dossier.collection;

    if (!f->collection_changed)
        return;
    db_array_uuid(r->of[0], s->id);
    db_array_time(r->of[1], k->ready_at);
    db_array_bool(r->of[2], k->early);
    db_array_int(r->of[3], k->reminders);
    db_array_time(r->of[4], k->reminded_at);
    db_array_time(r->of[5], k->came_back_at);
}

/* put_listed names the rows of a dossier on the work lists. */
static void put_listed(struct rows *r, const struct subject *s, const struct intake_dossier *d)
{
    bool two = strcmp(d->unit, d->receiving_unit) != 0;

    for (int i = 0; i < 1 + two; i++) {
        db_array_text(r->of[0], i ? d->receiving_unit : d->unit);
        db_array_time(r->of[1], d->due_at);
        db_array_uuid(r->of[2], s->id);
    }
}

static bool is_closed(const struct intake_file *f)
{
    return f->closed_now && intake_is_closed(f->dossier.state);
}

static void put_closed(struct rows *r, const struct subject *s, const struct intake_file *f)
{
    if (is_closed(f))
        put_listed(r, s, &f->dossier);
}

static void put_reopened(struct rows *r, const struct subject *s, const struct intake_file *f)
{
    if (f->reopened_now && !is_closed(f))
        put_listed(r, s, &f->dossier);
}

/* Requests come before the moves, so that a row is never withdrawn, or stopped, without one. */
static const struct rows_write writes[] = {
    ROWS(intake_put_withdrawals, put_withdrawal, DB_UUID, DB_TEXT, DB_UUID, DB_TIME, DB_TEXT),
    ROWS(intake_put_stops, put_stop, DB_UUID, DB_TEXT, DB_UUID, DB_TEXT, DB_TIME, DB_TEXT, DB_UUID, DB_TEXT, DB_TIME,
         DB_TEXT),
    ROWS(intake_put_apologies, put_apology, DB_UUID, DB_TIME),
    ROWS(intake_put_extensions, put_extension, DB_UUID, DB_TEXT, DB_UUID, DB_TIME, DB_TEXT, DB_TEXT, DB_TIME, DB_TIME,
         DB_TIME, DB_TIME, DB_INT4),
    ROWS(intake_move_dossiers, put_moved, DB_UUID, DB_TEXT, DB_TEXT, DB_TIME, DB_TIME, DB_TEXT, DB_TIME, DB_UUID),
    ROWS(intake_move_due, put_due, DB_UUID, DB_TIME, DB_TIME, DB_JSON, DB_TIME, DB_TIME, DB_INT8, DB_INT4),
    ROWS(intake_add_due_history, put_due_history, DB_UUID, DB_INT8, DB_TIME, DB_TEXT, DB_TEXT, DB_TIME, DB_TIME,
         DB_TIME, DB_TIME),
    ROWS(intake_ask_units, put_units, DB_UUID, DB_TEXT, DB_TEXT, DB_TEXT, DB_TEXT, DB_TEXT),
    ROWS(intake_put_collections, put_collection, DB_UUID, DB_TIME, DB_BOOL, DB_INT4, DB_TIME, DB_TIME),
    ROWS(intake_close_worklist, put_closed, DB_TEXT, DB_TIME, DB_UUID),
    ROWS(intake_reopen_worklist, put_reopened, DB_TEXT, DB_TIME, DB_UUID),
};

void intake_moves_save(struct batch *b)
{
    rows_save(b, writes, COUNT_OF(writes));
}
