/* SPDX-License-Identifier: Apache-2.0 */
/* What a batch changed, written: at most one statement per table, its columns as arrays with one item per row. */
#include <string.h>

#include "services/intake/repo.h"

static const struct db_stmt add_dossiers = {
    "intake_add_dossiers",
    "INSERT INTO dossier (id, code, state, channel, counter, receiving_unit, unit, procedure, process, "
    "process_version, route,"
    "       received_by, received_at, due_at, due_rule, due_explained, release, calendar_last_year, component_count,"
    "       origin_reference, due_at_reported)"
    " SELECT * FROM unnest($1::uuid[], $2::text[], $3::text[], $4::text[], $5::text[], $6::text[], $7::text[], "
    "$8::text[],"
    "       $9::text[], $10::int[], $11::text[], $12::text[], $13::timestamptz[], $14::timestamptz[], $15::text[],"
    "       $16::jsonb[], $17::bigint[], $18::int[], $19::int[], $20::text[], $21::timestamptz[])"};

static const struct db_stmt add_worklist = {
    "intake_add_worklist", "INSERT INTO worklist (unit, closed, due_at, dossier, own)"
                           " SELECT w.unit, d.code IS NULL, coalesce(d.due_at, d.received_at), d.id, w.unit = d.unit"
                           "   FROM dossier d, LATERAL (SELECT d.unit UNION SELECT d.receiving_unit) AS w (unit)"
                           "  WHERE d.id = ANY ($1)"};

static const struct db_stmt add_applicants = {
    "intake_add_applicants",
    "INSERT INTO applicant (dossier, name, identity_number, phone, email, address, content)"
    " SELECT * FROM unnest($1::uuid[], $2::text[], $3::text[], $4::text[], $5::text[], $6::text[], $7::text[])"};

static const struct db_stmt add_refusals = {
    "intake_add_refusals", "INSERT INTO refusal (dossier, reasons, explanation)"
                           " SELECT dossier, string_to_array(reasons, ','), explanation"
                           "   FROM unnest($1::uuid[], $2::text[], $3::text[]) AS r (dossier, reasons, explanation)"};

static const struct db_stmt add_documents = {
    "intake_add_documents",
    "INSERT INTO document (id, dossier, kind, media_type, pages, sha256, content, filed_by, filed_at)"
    " SELECT * FROM unnest($1::uuid[], $2::uuid[], $3::text[], $4::text[], $5::int[], $6::bytea[], $7::bytea[], "
    "$8::text[],"
    "       $9::timestamptz[])"};

static const struct db_stmt put_transfers = {
    "intake_put_transfers",
    "INSERT INTO transfer (dossier, step, round, state, from_unit, to_unit, due_at, given_by, given_at, answered_by,"
    "       answered_at, reason, opened_at, supplement, near_at, warning)"
    " SELECT * FROM unnest($1::uuid[], $2::int[], $3::int[], $4::text[], $5::text[], $6::text[], $7::timestamptz[],"
    "       $8::text[], $9::timestamptz[], $10::text[], $11::timestamptz[], $12::text[], $13::timestamptz[], "
    "$14::int[], $15::timestamptz[], $16::text[])"
    " ON CONFLICT (dossier, supplement, step, round) DO UPDATE"
    "    SET state = excluded.state, to_unit = excluded.to_unit, given_by = excluded.given_by, given_at = "
    "excluded.given_at,"
    "        answered_by = excluded.answered_by, answered_at = excluded.answered_at, reason = excluded.reason,"
    "        due_at = excluded.due_at, near_at = excluded.near_at, warning = excluded.warning"};

static const struct db_stmt put_obligations = {
    "intake_put_obligations",
    "INSERT INTO obligation (dossier, step, round, state, notice, opened_by, notified_at, met_by, met_at,"
    "       opened_at, due_at, near_at, warning)"
    " SELECT * FROM unnest($1::uuid[], $2::int[], $3::int[], $4::text[], $5::text[], $6::text[], $7::timestamptz[],"
    "       $8::text[], $9::timestamptz[], $10::timestamptz[], $11::timestamptz[], $12::timestamptz[], $13::text[])"
    " ON CONFLICT (dossier, step, round) DO UPDATE"
    "    SET state = excluded.state, warning = excluded.warning, notice = excluded.notice, opened_by = "
    "excluded.opened_by,"
    "        notified_at = excluded.notified_at, met_by = excluded.met_by, met_at = excluded.met_at,"
    "        due_at = excluded.due_at, near_at = excluded.near_at"};

/* Seldom: a pause has moved the date, or says why it will. The lists are in the order of the date. */
static const struct db_stmt move_due = {
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

static const struct db_stmt move_dossiers = {
    "intake_move_dossiers",
    "UPDATE dossier d"
    "   SET state = m.state, outcome = m.outcome, finished_at = m.finished_at, returned_at = m.returned_at,"
    "       returned_by = m.returned_by, broken_off_at = m.broken_off_at"
    "  FROM unnest($1::uuid[], $2::text[], $3::text[], $4::timestamptz[], $5::timestamptz[], $6::text[],"
    "              $7::timestamptz[])"
    "    AS m (id, state, outcome, finished_at, returned_at, returned_by, broken_off_at)"
    " WHERE d.id = m.id"};

static const struct db_stmt ask_units = {"intake_ask_units",
                                         "UPDATE dossier d SET asked_unit = a.unit, part_units = "
                                         "string_to_array(a.parts, ','), step_unit = a.step,"
                                         "       took_part = ARRAY(SELECT DISTINCT u FROM unnest(d.took_part ||"
                                         "         string_to_array(a.took_part, ',')) AS u ORDER BY u)"
                                         "  FROM unnest($1::uuid[], $2::text[], $3::text[], $4::text[], $5::text[])"
                                         "    AS a (id, unit, parts, step, took_part) WHERE d.id = a.id"};

static const struct db_stmt put_withdrawals = {
    "intake_put_withdrawals",
    "UPDATE dossier d SET withdrawal = w.state, withdrawal_request = w.request, withdrawal_at = w.at, withdrawal_by = "
    "w.by"
    "  FROM unnest($1::uuid[], $2::text[], $3::uuid[], $4::timestamptz[], $5::text[]) AS w (id, state, request, at, by)"
    " WHERE d.id = w.id"};

static const struct db_stmt put_extensions = {
    "intake_put_extensions",
    "UPDATE dossier d SET extension = e.state, extension_apology = e.apology, extension_due_at = e.due_at,"
    "       extension_reason = e.reason, extension_by = e.by, extension_asked_at = e.asked_at,"
    "       extension_issued_at = e.issued_at"
    "  FROM unnest($1::uuid[], $2::text[], $3::uuid[], $4::timestamptz[], $5::text[], $6::text[], $7::timestamptz[],"
    "              $8::timestamptz[]) AS e (id, state, apology, due_at, reason, by, asked_at, issued_at)"
    " WHERE d.id = e.id"};

static const struct db_stmt put_apologies = {
    "intake_put_apologies",
    "UPDATE dossier d SET apology_due_at = a.due_at FROM unnest($1::uuid[], $2::timestamptz[]) AS a (id, due_at)"
    " WHERE d.id = a.id"};

static const struct db_stmt put_stops = {
    "intake_put_stops",
    "UPDATE dossier d SET stop = s.state, stop_notice = s.notice, stop_ground = s.ground, stop_at = s.at, stop_by = "
    "s.by,"
    "       lapsed_stop_notice = s.lapsed_notice, lapsed_stop_ground = s.lapsed_ground, lapsed_stop_at = s.lapsed_at,"
    "       lapsed_stop_by = s.lapsed_by"
    "  FROM unnest($1::uuid[], $2::text[], $3::uuid[], $4::text[], $5::timestamptz[], $6::text[], $7::uuid[],"
    "              $8::text[], $9::timestamptz[], $10::text[])"
    "    AS s (id, state, notice, ground, at, by, lapsed_notice, lapsed_ground, lapsed_at, lapsed_by)"
    " WHERE d.id = s.id"};

static const struct db_stmt put_collections = {
    "intake_put_collections",
    "UPDATE dossier d SET ready_at = c.ready_at, ready_early = c.early, reminders = c.reminders,"
    "       reminded_at = c.reminded_at, came_back_at = c.came_back_at"
    "  FROM unnest($1::uuid[], $2::timestamptz[], $3::boolean[], $4::int[], $5::timestamptz[], $6::timestamptz[])"
    "    AS c (id, ready_at, early, reminders, reminded_at, came_back_at)"
    " WHERE d.id = c.id"};

static const struct db_stmt reopen_worklist = {
    "intake_reopen_worklist", "UPDATE worklist w SET closed = false"
                              "  FROM unnest($1::text[], $2::timestamptz[], $3::uuid[]) AS c (unit, due_at, dossier)"
                              " WHERE w.unit = c.unit AND w.closed AND w.due_at = c.due_at AND w.dossier = c.dossier"};

static const struct db_stmt close_worklist = {
    "intake_close_worklist",
    "UPDATE worklist w SET closed = true"
    "  FROM unnest($1::text[], $2::timestamptz[], $3::uuid[]) AS c (unit, due_at, dossier)"
    " WHERE w.unit = c.unit AND NOT w.closed AND w.due_at = c.due_at AND w.dossier = c.dossier"};

/* The columns of one statement, in the order of its parameters. */
#define COLUMNS_MAX 21
struct columns {
    struct db_array *of[COLUMNS_MAX];
    size_t count;
};

static struct columns columns_new(struct arena *a, const enum db_type *types, size_t count)
{
    struct columns c = {.count = count};

    for (size_t i = 0; i < count; i++)
        c.of[i] = db_array_new(a, types[i]);
    return c;
}
#define COLUMNS(a, ...)                                                                                                \
    columns_new((a), (const enum db_type[]){__VA_ARGS__}, COUNT_OF(((const enum db_type[]){__VA_ARGS__})))

/* ask sends the statement when there is a row for it. */
static void ask(struct batch *b, const struct db_stmt *stmt, const struct columns *c)
{
    struct db_arg args[COLUMNS_MAX];

    if (db_array_count(c->of[0]) == 0)
        return;
    for (size_t i = 0; i < c->count; i++)
        args[i] = db_items(c->of[i]);
    db_ask(b->db, b->arena, stmt, args, c->count);
}

static const char *word_or_null(const char *name)
{
    return name[0] ? name : NULL;
}

static void put_number_or_null(struct db_array *v, int64_t x)
{
    if (x)
        db_array_int(v, x);
    else
        db_array_null(v);
}

static void put_created(struct columns *c, const struct subject *s, const struct intake_dossier *d)
{
    struct db_array **v = c->of;

    db_array_uuid(*v++, s->id);
    db_array_text(*v++, d->code);
    db_array_text(*v++, intake_state_names[d->state]);
    db_array_text(*v++, channel_name((int)d->channel));
    db_array_text(*v++, d->counter);
    db_array_text(*v++, d->receiving_unit);
    db_array_text(*v++, d->unit);
    db_array_text(*v++, d->procedure);
    db_array_text(*v++, d->process);
    put_number_or_null(*v++, d->process_version);
    db_array_text(*v++, word_or_null(route_name((int)d->route)));
    db_array_text(*v++, d->received_by);
    db_array_time(*v++, d->received_at);
    db_array_time(*v++, d->due_at);
    db_array_text(*v++, d->due_rule);
    db_array_text(*v++, d->due_explained);
    db_array_int(*v++, d->release);
    put_number_or_null(*v++, d->calendar_last_year);
    db_array_int(*v++, d->component_count);
    db_array_text(*v++, d->origin_reference);
    db_array_time(*v++, d->due_reported);
}

static void put_applicant(struct columns *c, const struct subject *s, const struct intake_applicant *p,
                          const char *content)
{
    struct db_array **v = c->of;

    db_array_uuid(*v++, s->id);
    db_array_text(*v++, p->name);
    db_array_text(*v++, p->identity_number);
    db_array_text(*v++, p->phone);
    db_array_text(*v++, p->email);
    db_array_text(*v++, p->address);
    db_array_text(*v++, content);
}

const char *intake_joined_reasons(const struct intake_visit *v, struct arena *a)
{
    const char *text = v->reason_count ? v->reasons[0] : "";

    for (int i = 1; i < v->reason_count; i++)
        text = arena_printf(a, "%s,%s", text, v->reasons[i]);
    return text;
}

static void put_refusal(struct columns *c, const struct subject *s, const struct intake_visit *r, struct arena *a)
{
    db_array_uuid(c->of[0], s->id);
    db_array_text(c->of[1], intake_joined_reasons(r, a));
    db_array_text(c->of[2], r->explanation);
}

static void put_documents(struct columns *c, const struct subject *s, const struct intake_filed *filed)
{
    for (; filed; filed = filed->next) {
        const struct intake_document *d = filed->document;
        struct db_array **v = c->of;

        db_array_uuid(*v++, d->id);
        db_array_uuid(*v++, s->id);
        db_array_text(*v++, document_kind_name((int)d->kind));
        db_array_text(*v++, d->media_type);
        db_array_int(*v++, d->pages);
        db_array_bytes(*v++, (struct bytes){d->sha256, sizeof d->sha256});
        db_array_bytes(*v++, d->content);
        db_array_text(*v++, filed->by);
        db_array_time(*v++, filed->at);
    }
}

static void put_transfer_rows(struct columns *c, const struct subject *s, const struct intake_dossier *d)
{
    for (int i = 0; i < d->transfer_count; i++) {
        const struct intake_transfer *t = &d->transfers[i];
        struct db_array **v = c->of;

        db_array_uuid(*v++, s->id);
        db_array_int(*v++, t->step);
        db_array_int(*v++, t->round);
        db_array_text(*v++, intake_transfer_state_names[t->state]);
        db_array_text(*v++, t->from_unit);
        db_array_text(*v++, t->to_unit);
        db_array_time(*v++, t->due_at);
        db_array_text(*v++, t->given_by);
        db_array_time(*v++, t->given_at);
        db_array_text(*v++, t->answered_by);
        db_array_time(*v++, t->answered_at);
        db_array_text(*v++, t->reason);
        db_array_time(*v++, t->opened_at);
        db_array_int(*v++, t->supplement);
        db_array_time(*v++, t->near_at);
        db_array_text(*v++, step_warning_names[t->warning]);
    }
}

static void put_obligation_rows(struct columns *c, const struct subject *s, const struct intake_dossier *d)
{
    for (int i = 0; i < d->obligation_count; i++) {
        const struct intake_obligation *o = &d->obligations[i];
        struct db_array **v = c->of;

        db_array_uuid(*v++, s->id);
        db_array_int(*v++, o->step);
        db_array_int(*v++, o->round);
        db_array_text(*v++, intake_obligation_state_names[o->state]);
        db_array_text(*v++, o->notice);
        db_array_text(*v++, o->opened_by);
        db_array_time(*v++, o->notified_at);
        db_array_text(*v++, o->met_by);
        db_array_time(*v++, o->met_at);
        db_array_time(*v++, o->opened_at);
        db_array_time(*v++, o->due_at);
        db_array_time(*v++, o->near_at);
        db_array_text(*v++, step_warning_names[o->warning]);
    }
}

static void put_due(struct columns *c, const struct subject *s, const struct intake_file *f)
{
    db_array_uuid(c->of[0], s->id);
    db_array_time(c->of[1], f->dossier.due_at);
    db_array_time(c->of[2], f->dossier.promised_at);
    db_array_text(c->of[3], f->dossier.due_explained);
    db_array_time(c->of[4], f->due_was);
    db_array_time(c->of[5], f->dossier.due_reported);
    db_array_int(c->of[6], f->dossier.release);
    put_number_or_null(c->of[7], f->dossier.calendar_last_year);
}

static void put_moved(struct columns *c, const struct subject *s, const struct intake_dossier *d)
{
    db_array_uuid(c->of[0], s->id);
    db_array_text(c->of[1], intake_state_names[d->state]);
    db_array_text(c->of[2], word_or_null(outcome_name((int)d->outcome)));
    db_array_time(c->of[3], d->finished_at);
    db_array_time(c->of[4], d->returned_at);
    db_array_text(c->of[5], d->returned_by);
    db_array_time(c->of[6], d->broken_off_at);
}

static void put_withdrawal(struct columns *c, const struct subject *s, const struct intake_withdrawal *w)
{
    db_array_uuid(c->of[0], s->id);
    db_array_text(c->of[1], withdrawal_name((int)w->state));
    db_array_uuid(c->of[2], w->request);
    db_array_time(c->of[3], w->at);
    db_array_text(c->of[4], w->by);
}

static void put_extension(struct columns *c, const struct subject *s, const struct intake_extension *e)
{
    db_array_uuid(c->of[0], s->id);
    db_array_text(c->of[1], extension_name((int)e->state));
    db_array_uuid(c->of[2], e->apology);
    db_array_time(c->of[3], e->due_at);
    db_array_text(c->of[4], e->reason);
    db_array_text(c->of[5], e->by);
    db_array_time(c->of[6], e->asked_at);
    db_array_time(c->of[7], e->issued_at);
}

static void put_stop(struct columns *c, const struct subject *s, const struct intake_dossier *d)
{
    const struct intake_stop *x = &d->stop, *lapsed = &d->lapsed_stop;
    bool none = lapsed->state == STOP_NONE;

    db_array_uuid(c->of[0], s->id);
    db_array_text(c->of[1], stop_name((int)x->state));
    db_array_uuid(c->of[2], x->notice);
    db_array_text(c->of[3], stop_ground_name((int)x->ground));
    db_array_time(c->of[4], x->at);
    db_array_text(c->of[5], x->by);
    db_array_uuid_or_null(c->of[6], lapsed->notice);
    db_array_text(c->of[7], none ? NULL : stop_ground_name((int)lapsed->ground));
    db_array_time(c->of[8], none ? INSTANT_NONE : lapsed->at);
    db_array_text(c->of[9], none ? NULL : lapsed->by);
}

static void put_collection(struct columns *c, const struct subject *s, const struct intake_collection *k)
{
    db_array_uuid(c->of[0], s->id);
    db_array_time(c->of[1], k->ready_at);
    db_array_bool(c->of[2], k->early);
    db_array_int(c->of[3], k->reminders);
    db_array_time(c->of[4], k->reminded_at);
    db_array_time(c->of[5], k->came_back_at);
}

/* put_listed names the rows of a dossier on the work lists. */
static void put_listed(struct columns *c, const struct subject *s, const struct intake_dossier *d)
{
    bool two = strcmp(d->unit, d->receiving_unit) != 0;

    for (int i = 0; i < 1 + two; i++) {
        db_array_text(c->of[0], i ? d->receiving_unit : d->unit);
        db_array_time(c->of[1], d->due_at);
        db_array_uuid(c->of[2], s->id);
    }
}

void intake_repo_save(struct batch *b)
{
    struct arena *a = b->arena;
    struct columns created =
        COLUMNS(a, DB_UUID, DB_TEXT, DB_TEXT, DB_TEXT, DB_TEXT, DB_TEXT, DB_TEXT, DB_TEXT, DB_TEXT, DB_INT4, DB_TEXT,
                DB_TEXT, DB_TIME, DB_TIME, DB_TEXT, DB_JSON, DB_INT8, DB_INT4, DB_INT4, DB_TEXT, DB_TIME);
    struct columns applicants = COLUMNS(a, DB_UUID, DB_TEXT, DB_TEXT, DB_TEXT, DB_TEXT, DB_TEXT, DB_TEXT);
    struct columns refusals = COLUMNS(a, DB_UUID, DB_TEXT, DB_TEXT);
    struct columns documents =
        COLUMNS(a, DB_UUID, DB_UUID, DB_TEXT, DB_TEXT, DB_INT4, DB_BYTES, DB_BYTES, DB_TEXT, DB_TIME);
    struct columns transfers = COLUMNS(a, DB_UUID, DB_INT4, DB_INT4, DB_TEXT, DB_TEXT, DB_TEXT, DB_TIME, DB_TEXT,
                                       DB_TIME, DB_TEXT, DB_TIME, DB_TEXT, DB_TIME, DB_INT4, DB_TIME, DB_TEXT);
    struct columns moved = COLUMNS(a, DB_UUID, DB_TEXT, DB_TEXT, DB_TIME, DB_TIME, DB_TEXT, DB_TIME);
    struct columns obligations = COLUMNS(a, DB_UUID, DB_INT4, DB_INT4, DB_TEXT, DB_TEXT, DB_TEXT, DB_TIME, DB_TEXT,
                                         DB_TIME, DB_TIME, DB_TIME, DB_TIME, DB_TEXT);
    struct columns due = COLUMNS(a, DB_UUID, DB_TIME, DB_TIME, DB_JSON, DB_TIME, DB_TIME, DB_INT8, DB_INT4);
    struct columns asked = COLUMNS(a, DB_UUID, DB_TEXT, DB_TEXT, DB_TEXT, DB_TEXT);
    struct columns withdrawals = COLUMNS(a, DB_UUID, DB_TEXT, DB_UUID, DB_TIME, DB_TEXT);
    struct columns apologies = COLUMNS(a, DB_UUID, DB_TIME);
    struct columns extensions = COLUMNS(a, DB_UUID, DB_TEXT, DB_UUID, DB_TIME, DB_TEXT, DB_TEXT, DB_TIME, DB_TIME);
    struct columns stops =
        COLUMNS(a, DB_UUID, DB_TEXT, DB_UUID, DB_TEXT, DB_TIME, DB_TEXT, DB_UUID, DB_TEXT, DB_TIME, DB_TEXT);
    struct columns collections = COLUMNS(a, DB_UUID, DB_TIME, DB_BOOL, DB_INT4, DB_TIME, DB_TIME);
    struct columns closed = COLUMNS(a, DB_TEXT, DB_TIME, DB_UUID), reopened = COLUMNS(a, DB_TEXT, DB_TIME, DB_UUID);

    for (size_t i = 0; i < b->subject_count; i++) {
        const struct subject *s = b->subjects[i];
        const struct intake_file *f = s->state;

        if (!s->touched || !f)
            continue;
        if (intake_is_catalogue(s)) {
            intake_shelf_save(b, s->state);
            continue;
        }
        if (!intake_is_dossier(s))
            continue;
        if (f->created)
            put_created(&created, s, &f->dossier);
        if (f->receive)
            put_applicant(&applicants, s, &f->receive->applicant, f->receive->content);
        if (f->refuse) {
            put_applicant(&applicants, s, &f->refuse->applicant, f->refuse->content);
            put_refusal(&refusals, s, f->refuse, a);
        }
        if (f->guide)
            put_applicant(&applicants, s, &f->guide->visit.applicant, f->guide->visit.content);
        put_documents(&documents, s, f->filed);
        if (f->transfers_changed)
            put_transfer_rows(&transfers, s, &f->dossier);
        if (f->obligations_changed)
            put_obligation_rows(&obligations, s, &f->dossier);
        if (f->due_moved)
            put_due(&due, s, f);
        if (f->changed && !f->created)
            put_moved(&moved, s, &f->dossier);
        if (f->asked_changed) {
            db_array_uuid(asked.of[0], s->id);
            db_array_text(asked.of[1], f->dossier.asked_unit);
            db_array_text(asked.of[2], f->dossier.part_units);
            db_array_text(asked.of[3], f->dossier.step_unit);
            db_array_text(asked.of[4], f->took_part);
        }
        if (f->withdrawal_changed)
            put_withdrawal(&withdrawals, s, &f->dossier.withdrawal);
        if (f->apology_changed) {
            db_array_uuid(apologies.of[0], s->id);
            db_array_time(apologies.of[1], f->dossier.apology_due_at);
        }
        if (f->extension_changed)
            put_extension(&extensions, s, &f->dossier.extension);
        if (f->stop_changed)
            put_stop(&stops, s, &f->dossier);
        if (f->collection_changed)
            put_collection(&collections, s, &f->dossier.collection);
        if (f->closed_now && intake_is_closed(f->dossier.state))
            put_listed(&closed, s, &f->dossier);
        else if (f->reopened_now)
            put_listed(&reopened, s, &f->dossier);
    }
    intake_submissions_save(b);
    ask(b, &add_dossiers, &created);
    created.count = 1; /* only the ids */
    ask(b, &add_worklist, &created);
    ask(b, &add_applicants, &applicants);
    ask(b, &add_refusals, &refusals);
    intake_guidances_save(b);
    ask(b, &add_documents, &documents);
    ask(b, &put_transfers, &transfers);
    ask(b, &put_obligations, &obligations);
    intake_findings_save(b);
    intake_supplements_save(b);
    intake_papers_save(b); /* behind them: what is scanned may have come with one */
    intake_custody_save(b);
    intake_losses_save(b);
    intake_slip_save(b);
    intake_complaints_save(b);
    intake_corrections_save(b);
    intake_fees_save(b);
    intake_ratings_save(b);
    intake_recounts_save(b);
    /* Before the moves, so that a row is never withdrawn, or stopped, without a request. */
    ask(b, &put_withdrawals, &withdrawals);
    ask(b, &put_stops, &stops);
    ask(b, &put_apologies, &apologies);
    ask(b, &put_extensions, &extensions);
    ask(b, &move_dossiers, &moved);
    ask(b, &move_due, &due);
    ask(b, &ask_units, &asked);
    ask(b, &put_collections, &collections);
    ask(b, &close_worklist, &closed);
    ask(b, &reopen_worklist, &reopened);
}

const struct db_stmt *const intake_statements[] = {
    &intake_load_submissions,
    &intake_add_submissions,
    &intake_add_submitted,
    &intake_answer_submissions,
    &intake_query_submissions,
    &intake_query_submission,
    &intake_load_dossiers,
    &intake_load_transfers,
    &intake_load_obligations,
    &intake_load_findings,
    &intake_load_exclusions,
    &intake_load_supplements,
    &intake_load_complaints,
    &intake_add_complaints,
    &intake_put_complaints,
    &intake_load_corrections,
    &intake_load_filings,
    &intake_put_corrections,
    &intake_add_ratings,
    &intake_query_complaints,
    &intake_load_fees,
    &intake_put_fees,
    &intake_load_shelf,
    &intake_lock_persons,
    &intake_load_guidances,
    &intake_load_sheets,
    &intake_load_losses,
    &intake_add_losses,
    &intake_add_lost,
    &intake_settle_losses,
    &intake_query_losses,
    &add_dossiers,
    &add_worklist,
    &add_applicants,
    &intake_add_proxies,
    &intake_add_components,
    &add_refusals,
    &intake_follow_guidances,
    &intake_add_guidances,
    &intake_add_missing,
    &intake_add_holdings,
    &intake_put_turns,
    &intake_note_given_back,
    &intake_note_lost,
    &intake_add_hand_overs,
    &add_documents,
    &intake_note_scans,
    &put_transfers,
    &put_obligations,
    &intake_add_findings,
    &intake_add_exclusions,
    &intake_put_supplements,
    &intake_add_supplied,
    &intake_count_supplied,
    &intake_put_recounts,
    &intake_order_recounts,
    &intake_query_open,
    &intake_query_recount,
    &intake_load_orders,
    &move_due,
    &move_dossiers,
    &ask_units,
    &put_withdrawals,
    &put_apologies,
    &put_extensions,
    &put_stops,
    &put_collections,
    &close_worklist,
    &reopen_worklist,
    &intake_put_current,
    &intake_query_list,
    &intake_query_dossier,
    &intake_query_receipt,
    &intake_query_apology,
    &intake_query_request_form,
    &intake_query_refusal_form,
    &intake_query_papers,
    &intake_query_control_slip,
    &intake_query_held,
    &intake_query_document,
    &intake_query_deadline,
    &intake_query_track,
    &intake_query_release,
    &intake_query_records,
    &intake_query_record,
    NULL,
};
