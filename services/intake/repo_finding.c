/* SPDX-License-Identifier: Apache-2.0 */
/* Findings, and periods that are left out, in and out. Seldom: without one, no statement but the loads is sent. */
#include "services/intake/repo.h"

const struct db_stmt intake_load_findings = {
    "intake_load_findings", "SELECT dossier, finding, replaces, time_unit, amount, basis, found_by, found_at"
                            "  FROM finding WHERE dossier = ANY ($1) ORDER BY dossier, number"};

const struct db_stmt intake_load_exclusions = {
    "intake_load_exclusions", "SELECT dossier, period, reported, basis, from_at, until_at, recorded_by, recorded_at"
                              "  FROM exclusion WHERE dossier = ANY ($1) ORDER BY dossier, number"};

const struct db_stmt intake_add_findings = {
    "intake_add_findings",
    "INSERT INTO finding (dossier, number, finding, replaces, time_unit, amount, basis, found_by, found_at)"
    " SELECT * FROM unnest($1::uuid[], $2::int[], $3::text[], $4::bool[], $5::text[], $6::bigint[], $7::text[],"
    "       $8::text[], $9::timestamptz[]) ON CONFLICT (dossier, number) DO NOTHING"};

const struct db_stmt intake_add_exclusions = {
    "intake_add_exclusions",
    "INSERT INTO exclusion (dossier, number, period, reported, basis, from_at, until_at, recorded_by, recorded_at)"
    " SELECT * FROM unnest($1::uuid[], $2::int[], $3::text[], $4::bool[], $5::text[], $6::timestamptz[],"
    "       $7::timestamptz[], $8::text[], $9::timestamptz[]) ON CONFLICT (dossier, number) DO NOTHING"};

void intake_findings_ask(struct batch *b)
{
    struct intake_asked *q = intake_asked(b);

    q->findings = db_ask(b->db, b->arena, &intake_load_findings, DB_ARGS(db_items(b->subject_ids)));
    q->exclusions = db_ask(b->db, b->arena, &intake_load_exclusions, DB_ARGS(db_items(b->subject_ids)));
}

/* Texts are copied: an answer's own live only until db_forget. */
static const char *text(const struct batch *b, const struct db_answer *q, size_t row, const char *column)
{
    return arena_strdup(b->arena, db_get_text(q, row, db_column(q, column)));
}

/* dossier_of gives the dossier of a row; NULL when it is not one of the batch's. */
static struct intake_dossier *dossier_of(const struct batch *b, const struct db_answer *q, size_t row)
{
    struct subject *s = batch_loaded(b, db_get_uuid(q, row, db_column(q, "dossier")));
    struct intake_file *file = s ? s->state : NULL;

    return file ? &file->dossier : NULL;
}

static enum err_code take_finding(const struct batch *b, const struct db_answer *q, size_t row, struct err *reterr)
{
    struct intake_dossier *d = dossier_of(b, q, row);
    const char *unit = db_get_text(q, row, db_column(q, "time_unit"));
    int known = time_unit_parse(unit);

    if (!d)
        return ERR_OK;
    if (d->finding_count == INTAKE_FINDINGS_MAX || known <= TIME_NONE)
        return err_set(reterr, ERR_BUG, "dossier %s has findings that cannot be", d->code);
    d->findings[d->finding_count++] = (struct intake_finding){.finding = text(b, q, row, "finding"),
                                                              .replaces = db_get_bool(q, row, db_column(q, "replaces")),
                                                              .unit = (enum time_unit)known,
                                                              .amount = db_get_int(q, row, db_column(q, "amount")),
                                                              .basis = text(b, q, row, "basis"),
                                                              .by = text(b, q, row, "found_by"),
                                                              .at = db_get_time(q, row, db_column(q, "found_at"))};
    return ERR_OK;
}

static enum err_code take_exclusion(const struct batch *b, const struct db_answer *q, size_t row, struct err *reterr)
{
    struct intake_dossier *d = dossier_of(b, q, row);

    if (!d)
        return ERR_OK;
    if (d->exclusion_count == INTAKE_EXCLUSIONS_MAX)
        return err_set(reterr, ERR_BUG, "dossier %s has periods left out that cannot be", d->code);
    d->exclusions[d->exclusion_count++] =
        (struct intake_exclusion){.period = text(b, q, row, "period"),
                                  .reported = db_get_bool(q, row, db_column(q, "reported")),
                                  .basis = text(b, q, row, "basis"),
                                  .from = db_get_time(q, row, db_column(q, "from_at")),
                                  .until = db_get_time(q, row, db_column(q, "until_at")),
                                  .by = text(b, q, row, "recorded_by"),
                                  .at = db_get_time(q, row, db_column(q, "recorded_at"))};
    return ERR_OK;
}

enum err_code intake_findings_take(struct batch *b, struct err *reterr)
{
    const struct intake_asked *q = intake_asked(b);
    enum err_code rc = ERR_OK;

    for (size_t row = 0; !rc && row < db_count(q->findings); row++)
        rc = take_finding(b, q->findings, row, reterr);
    for (size_t row = 0; !rc && row < db_count(q->exclusions); row++)
        rc = take_exclusion(b, q->exclusions, row, reterr);
    return rc;
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
                    *basis = db_array_new(a, DB_TEXT), *by = db_array_new(a, DB_TEXT), *at = db_array_new(a, DB_TIME);

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
        }
    }
    if (db_array_count(dossier))
        db_ask(b->db, a, &intake_add_findings,
               DB_ARGS(db_items(dossier), db_items(number), db_items(finding), db_items(replaces), db_items(unit),
                       db_items(amount), db_items(basis), db_items(by), db_items(at)));
}

static void save_exclusions(struct batch *b)
{
    struct arena *a = b->arena;
    struct db_array *dossier = db_array_new(a, DB_UUID), *number = db_array_new(a, DB_INT4),
                    *period = db_array_new(a, DB_TEXT), *reported = db_array_new(a, DB_BOOL),
                    *basis = db_array_new(a, DB_TEXT), *from = db_array_new(a, DB_TIME),
                    *until = db_array_new(a, DB_TIME), *by = db_array_new(a, DB_TEXT), *at = db_array_new(a, DB_TIME);

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
        }
    }
    if (db_array_count(dossier))
        db_ask(b->db, a, &intake_add_exclusions,
               DB_ARGS(db_items(dossier), db_items(number), db_items(period), db_items(reported), db_items(basis),
                       db_items(from), db_items(until), db_items(by), db_items(at)));
}

void intake_findings_save(struct batch *b)
{
    save_findings(b);
    save_exclusions(b);
}
