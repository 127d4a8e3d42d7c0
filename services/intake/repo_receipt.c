/* SPDX-License-Identifier: Apache-2.0 */
/* What a visit to the counter leaves: a dossier with its rows on the work lists, its applicant, why it was refused. */
#include "services/intake/rows.h"

const struct db_stmt intake_add_dossiers = {
    "intake_add_dossiers",
    "INSERT INTO dossier (id, code, state, channel, counter, receiving_unit, unit, procedure, process, "
    "process_version, route,"
    "       received_by, received_at, due_at, due_rule, due_explained, release, calendar_last_year, component_count,"
    "       origin_reference, due_at_reported)"
    " SELECT * FROM unnest($1::uuid[], $2::text[], $3::text[], $4::text[], $5::text[], $6::text[], $7::text[], "
    "$8::text[],"
    "       $9::text[], $10::int[], $11::text[], $12::text[], $13::timestamptz[], $14::timestamptz[], $15::text[],"
    "       $16::jsonb[], $17::bigint[], $18::int[], $19::int[], $20::text[], $21::timestamptz[])"};

const struct db_stmt intake_add_worklist = {
    "intake_add_worklist", "INSERT INTO worklist (unit, closed, due_at, dossier, own)"
                           " SELECT w.unit, d.code IS NULL, coalesce(d.due_at, d.received_at), d.id, w.unit = d.unit"
                           "   FROM dossier d, LATERAL (SELECT d.unit UNION SELECT d.receiving_unit) AS w (unit)"
                           "  WHERE d.id = ANY ($1)"};

const struct db_stmt intake_add_applicants = {
    "intake_add_applicants",
    "INSERT INTO applicant (dossier, name, identity_number, phone, email, address, content)"
    " SELECT * FROM unnest($1::uuid[], $2::text[], $3::text[], $4::text[], $5::text[], $6::text[], $7::text[])"};

const struct db_stmt intake_add_refusals = {"intake_add_refusals",
                                            "INSERT INTO refusal (dossier, reasons, explanation, consignment)"
                                            " SELECT dossier, string_to_array(reasons, ','), explanation, consignment"
                                            "   FROM unnest($1::uuid[], $2::text[], $3::text[], $4::text[])"
                                            "     AS r (dossier, reasons, explanation, consignment)"};

static void put_created(struct rows *r, const struct subject *s, const struct intake_file *f)
{
    const struct intake_dossier *d = &f->dossier;
    struct db_array **v = r->of;

    if (!f->created)
        return;
    db_array_uuid(*v++, s->id);
    db_array_text(*v++, d->code);
    db_array_text(*v++, intake_state_names[d->state]);
    db_array_text(*v++, channel_name((int)d->channel));
    db_array_text(*v++, d->counter);
    db_array_text(*v++, d->receiving_unit);
    db_array_text(*v++, d->unit);
    db_array_text(*v++, d->procedure);
    db_array_text(*v++, d->process);
    rows_put_number_or_null(*v++, d->process_version);
    db_array_text(*v++, rows_word_or_null(route_name((int)d->route)));
    db_array_text(*v++, d->received_by);
    db_array_time(*v++, d->received_at);
    db_array_time(*v++, d->due_at);
    db_array_text(*v++, d->due_rule);
    db_array_text(*v++, d->due_explained);
    db_array_int(*v++, d->release);
    rows_put_number_or_null(*v++, d->calendar_last_year);
    db_array_int(*v++, d->component_count);
    db_array_text(*v++, d->origin_reference);
    db_array_time(*v++, d->due_reported);
}

static void put_new_listed(struct rows *r, const struct subject *s, const struct intake_file *f)
{
    if (f->created)
        db_array_uuid(r->of[0], s->id);
}

static void put_person(struct rows *r, const struct subject *s, const struct intake_applicant *p, const char *content)
{
    struct db_array **v = r->of;

    db_array_uuid(*v++, s->id);
    db_array_text(*v++, p->name);
    db_array_text(*v++, p->identity_number);
    db_array_text(*v++, p->phone);
    db_array_text(*v++, p->email);
    db_array_text(*v++, p->address);
    db_array_text(*v++, content);
}

static void put_applicants(struct rows *r, const struct subject *s, const struct intake_file *f)
{
    if (f->receive)
        put_person(r, s, &f->receive->applicant, f->receive->content);
    if (f->refuse)
        put_person(r, s, &f->refuse->applicant, f->refuse->content);
    if (f->guide)
        put_person(r, s, &f->guide->visit.applicant, f->guide->visit.content);
}

const char *intake_joined_reasons(const struct intake_visit *v, struct arena *a)
{
    const char *text = v->reason_count ? v->reasons[0] : "";

    for (int i = 1; i < v->reason_count; i++)
        text = arena_printf(a, "%s,%s", text, v->reasons[i]);
    return text;
}

static void put_refusal(struct rows *r, const struct subject *s, const struct intake_file *f)
{
    if (!f->refuse)
        return;
    db_array_uuid(r->of[0], s->id);
    db_array_text(r->of[1], intake_joined_reasons(f->refuse, r->arena));
    db_array_text(r->of[2], f->refuse->explanation);
    db_array_text(r->of[3], f->refuse->consignment);
}

static const struct rows_write writes[] = {
    ROWS(intake_add_dossiers, put_created, DB_UUID, DB_TEXT, DB_TEXT, DB_TEXT, DB_TEXT, DB_TEXT, DB_TEXT, DB_TEXT,
         DB_TEXT, DB_INT4, DB_TEXT, DB_TEXT, DB_TIME, DB_TIME, DB_TEXT, DB_JSON, DB_INT8, DB_INT4, DB_INT4, DB_TEXT,
         DB_TIME),
    ROWS(intake_add_worklist, put_new_listed, DB_UUID),
    ROWS(intake_add_applicants, put_applicants, DB_UUID, DB_TEXT, DB_TEXT, DB_TEXT, DB_TEXT, DB_TEXT, DB_TEXT),
    ROWS(intake_add_refusals, put_refusal, DB_UUID, DB_TEXT, DB_TEXT, DB_TEXT),
};

void intake_receipts_save(struct batch *b)
{
    rows_save(b, writes, COUNT_OF(writes));
}
