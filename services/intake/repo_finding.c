/* SPDX-License-Identifier: Apache-2.0 */
/* Findings, and periods that are left out, in and out. Seldom: without one, no statement but the loads is sent. */
#include "services/intake/columns.h"
#include "services/intake/repo.h"

const struct db_stmt intake_load_findings = {
    "intake_load_findings", "SELECT dossier, finding, replaces, time_unit, amount, basis, found_by, found_at,"
                            " document FROM finding WHERE dossier = ANY ($1) ORDER BY dossier, number"};

const struct db_stmt intake_load_exclusions = {
    "intake_load_exclusions",
    "SELECT dossier, period, reported, basis, from_at, until_at, recorded_by, recorded_at,"
    " document, recorded_until, ended_by, ended_at, ended_document FROM exclusion WHERE dossier = ANY ($1) ORDER BY dossier, number"};

const struct db_stmt intake_add_findings = {
    "intake_add_findings",
    "INSERT INTO finding (dossier, number, finding, replaces, time_unit, amount, basis, found_by, found_at, document)"
    " SELECT * FROM unnest($1::uuid[], $2::int[], $3::text[], $4::bool[], $5::text[], $6::bigint[], $7::text[],"
    "       $8::text[], $9::timestamptz[], $10::uuid[]) ON CONFLICT (dossier, number) DO NOTHING"};

const struct db_stmt intake_add_exclusions = {
    "intake_add_exclusions",
    "INSERT INTO exclusion (dossier, number, period, reported, basis, from_at, until_at, recorded_by, recorded_at,"
    "                       document, recorded_until, ended_by, ended_at, ended_document)"
    " SELECT * FROM unnest($1::uuid[], $2::int[], $3::text[], $4::bool[], $5::text[], $6::timestamptz[],"
    "       $7::timestamptz[], $8::text[], $9::timestamptz[], $10::uuid[], $11::timestamptz[], $12::text[],"
    "       $13::timestamptz[], $14::uuid[]) ON CONFLICT (dossier, number) DO UPDATE"
    "    SET until_at = excluded.until_at, recorded_until = excluded.recorded_until, ended_by = excluded.ended_by,"
    "        ended_at = excluded.ended_at, ended_document = excluded.ended_document"
    "  WHERE exclusion.ended_at IS NULL AND excluded.ended_at IS NOT NULL"};

void intake_findings_ask(struct batch *b)
{
    struct intake_asked *q = intake_asked(b);

    q->findings = db_ask(b->db, b->arena, &intake_load_findings, DB_ARGS(db_items(b->subject_ids)));
    q->exclusions = db_ask(b->db, b->arena, &intake_load_exclusions, DB_ARGS(db_items(b->subject_ids)));
}

/* dossier_of gives the dossier of a row; NULL when it is not one of the batch's. */
static struct intake_dossier *dossier_of(const struct batch *b, const struct columns *c)
{
    struct subject *s = batch_loaded(b, column_id(c, "dossier"));
    struct intake_file *file = s ? s->state : NULL;

    return file ? &file->dossier : NULL;
}

static enum err_code take_finding(const struct batch *b, struct columns *c)
{
    struct intake_dossier *d = dossier_of(b, c);

    if (!d)
        return ERR_OK;
    int unit = column_word(c, "time_unit", time_unit_parse);
    if (d->finding_count == INTAKE_FINDINGS_MAX || (!c->rc && unit == TIME_NONE))
        return err_set(c->reterr, ERR_BUG, "dossier %s has findings that cannot be", d->code);
    d->findings[d->finding_count++] = (struct intake_finding){.finding = column_text(c, "finding"),
                                                              .replaces = column_yes(c, "replaces"),
                                                              .unit = (enum time_unit)unit,
                                                              .amount = column_number(c, "amount"),
                                                              .basis = column_text(c, "basis"),
                                                              .by = column_text(c, "found_by"),
                                                              .at = column_moment(c, "found_at"),
                                                              .document = column_id(c, "document")};
    return c->rc;
}

static enum err_code take_exclusion(const struct batch *b, struct columns *c)
{
    struct intake_dossier *d = dossier_of(b, c);

    if (!d)
        return ERR_OK;
    if (d->exclusion_count == INTAKE_EXCLUSIONS_MAX)
        return err_set(c->reterr, ERR_BUG, "dossier %s has periods left out that cannot be", d->code);
    d->exclusions[d->exclusion_count++] =
        (struct intake_exclusion){.period = column_text(c, "period"),
                                  .reported = column_yes(c, "reported"),
                                  .basis = column_text(c, "basis"),
                                  .from = column_moment(c, "from_at"),
                                  .until = column_moment(c, "until_at"),
                                  .by = column_text(c, "recorded_by"),
                                  .at = column_moment(c, "recorded_at"),
                                  .document = column_id(c, "document"),
                                  .recorded_until = column_moment(c, "recorded_until"),
                                  .ended_by = column_text(c, "ended_by"),
                                  .ended_at = column_moment(c, "ended_at"),
                                  .ended_document = column_id(c, "ended_document")};
    return c->rc;
}

enum err_code intake_findings_take(struct batch *b, struct err *reterr)
{
    const struct intake_asked *q = intake_asked(b);
    enum err_code rc = columns_each(b, q->findings, take_finding, reterr);

    return rc ? rc : columns_each(b, q->exclusions, take_exclusion, reterr);
}

/* ---- save */

static const struct intake_dossier *changed(const struct subject *s)
{
    const struct intake_file *f = s->state;

    return s->touched && f && intake_is_dossier(s) && f->times_changed ? &f->dossier : NULL;
}

static void save_findings(struct batch *b)
{
    struct arena *a = b->arena;
    struct db_array *dossier = db_array_new(a, DB_UUID), *number = db_array_new(a, DB_INT4),
                    *finding = db_array_new(a, DB_TEXT), *replaces = db_array_new(a, DB_BOOL),
                    *unit = db_array_new(a, DB_TEXT), *amount = db_array_new(a, DB_INT8),
                    *basis = db_array_new(a, DB_TEXT), *by = db_array_new(a, DB_TEXT), *at = db_array_new(a, DB_TIME),
                    *document = db_array_new(a, DB_UUID);

    for (size_t i = 0; i < b->subject_count; i++) {
        const struct intake_dossier *d = changed(b->subjects[i]);
        for (int n = 0; d && n < d->finding_count; n++) {
            const struct intake_finding *x = &d->findings[n];
            db_array_uuid(dossier, b->subjects[i]->id);
            db_array_int(number, n + 1);
            db_array_text(finding, x->finding);
            db_array_bool(replaces, x->replaces);
            db_array_text(unit, time_unit_name((int)x->unit));
            db_array_int(amount, x->amount);
            db_array_text(basis, x->basis);
            db_array_text(by, x->by);
            db_array_time(at, x->at);
            db_array_uuid_or_null(document, x->document);
        }
    }
    if (db_array_count(dossier))
        db_ask(b->db, a, &intake_add_findings,
               DB_ARGS(db_items(dossier), db_items(number), db_items(finding), db_items(replaces), db_items(unit),
                       db_items(amount), db_items(basis), db_items(by), db_items(at), db_items(document)));
}

static void save_exclusions(struct batch *b)
{
    struct arena *a = b->arena;
    struct db_array *dossier = db_array_new(a, DB_UUID), *number = db_array_new(a, DB_INT4),
                    *period = db_array_new(a, DB_TEXT), *reported = db_array_new(a, DB_BOOL),
                    *basis = db_array_new(a, DB_TEXT), *from = db_array_new(a, DB_TIME),
                    *until = db_array_new(a, DB_TIME), *by = db_array_new(a, DB_TEXT), *at = db_array_new(a, DB_TIME),
                    *document = db_array_new(a, DB_UUID), *recorded_until = db_array_new(a, DB_TIME),
                    *ended_by = db_array_new(a, DB_TEXT), *ended_at = db_array_new(a, DB_TIME),
                    *ended_document = db_array_new(a, DB_UUID);

    for (size_t i = 0; i < b->subject_count; i++) {
        const struct intake_dossier *d = changed(b->subjects[i]);
        for (int n = 0; d && n < d->exclusion_count; n++) {
            const struct intake_exclusion *x = &d->exclusions[n];
            db_array_uuid(dossier, b->subjects[i]->id);
            db_array_int(number, n + 1);
            db_array_text(period, x->period);
            db_array_bool(reported, x->reported);
            db_array_text(basis, x->basis);
            db_array_time(from, x->from);
            db_array_time(until, x->until);
            db_array_text(by, x->by);
            db_array_time(at, x->at);
            db_array_uuid_or_null(document, x->document);
            db_array_time(recorded_until, x->recorded_until);
            db_array_text(ended_by, x->ended_by);
            db_array_time(ended_at, x->ended_at);
            db_array_uuid_or_null(ended_document, x->ended_document);
        }
    }
    if (db_array_count(dossier))
        db_ask(b->db, a, &intake_add_exclusions,
               DB_ARGS(db_items(dossier), db_items(number), db_items(period), db_items(reported), db_items(basis),
                       db_items(from), db_items(until), db_items(by), db_items(at), db_items(document),
                       db_items(recorded_until), db_items(ended_by), db_items(ended_at), db_items(ended_document)));
}

void intake_findings_save(struct batch *b)
{
    save_findings(b);
    save_exclusions(b);
}
