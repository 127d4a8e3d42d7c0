/* SPDX-License-Identifier: Apache-2.0 */
/* Corrections in and out. Seldom: without one, no statement but the load is sent. */
#include "services/intake/columns.h"
#include "services/intake/repo.h"

const struct db_stmt intake_load_corrections = {
    "intake_load_corrections",
    "SELECT dossier, number, state, document, cause, unit, reported_by, asked_by, asked_at, answered_at, issued_at,"
    "       ready_at, handed_over_at"
    "  FROM correction WHERE dossier = ANY ($1) ORDER BY dossier, number"};

const struct db_stmt intake_put_corrections = {
    "intake_put_corrections",
    "INSERT INTO correction (dossier, number, state, document, cause, unit, reported_by, asked_by, asked_at,"
    "       answered_at, issued_at, ready_at, handed_over_at)"
    " SELECT * FROM unnest($1::uuid[], $2::int[], $3::text[], $4::uuid[], $5::text[], $6::text[], $7::text[],"
    "       $8::text[], $9::timestamptz[], $10::timestamptz[], $11::timestamptz[], $12::timestamptz[],"
    "       $13::timestamptz[])"
    " ON CONFLICT (dossier, number) DO UPDATE"
    "    SET state = excluded.state, answered_at = excluded.answered_at, issued_at = excluded.issued_at,"
    "        ready_at = excluded.ready_at, handed_over_at = excluded.handed_over_at"};

void intake_corrections_ask(struct batch *b)
{
    intake_asked(b)->corrections = db_ask(b->db, b->arena, &intake_load_corrections, DB_ARGS(db_items(b->subject_ids)));
}

static enum err_code take_correction(const struct batch *b, struct columns *c)
{
    struct subject *s = batch_loaded(b, column_id(c, "dossier"));
    if (!s)
        return ERR_OK;
    struct intake_file *file = s->state;

    if (!file || file->dossier.correction_count == INTAKE_CORRECTIONS_MAX ||
        column_number(c, "number") != file->dossier.correction_count + 1)
        return err_set(c->reterr, ERR_BUG, "dossier %s has corrections that cannot be", id_text(s->id).s);
    struct intake_correction *list =
        columns_grown(c, file->dossier.corrections, file->dossier.correction_count, sizeof *list);
    list[file->dossier.correction_count++] = (struct intake_correction){
        .state = (enum intake_correction_state)column_word(c, "state", intake_correction_state_parse),
        .document = column_id(c, "document"),
        .cause = (enum correction_cause)column_word(c, "cause", correction_cause_parse),
        .reported_by = (enum reporter)column_word(c, "reported_by", reporter_parse),
        .unit = column_text(c, "unit"),
        .asked_by = column_text(c, "asked_by"),
        .asked_at = column_moment(c, "asked_at"),
        .answered_at = column_moment(c, "answered_at"),
        .issued_at = column_moment(c, "issued_at"),
        .ready_at = column_moment(c, "ready_at"),
        .handed_over_at = column_moment(c, "handed_over_at"),
    };
    file->dossier.corrections = list;
    return c->rc;
}

enum err_code intake_corrections_take(struct batch *b, struct err *reterr)
{
    return columns_each(b, intake_asked(b)->corrections, take_correction, reterr);
}

/* ---- save */

void intake_corrections_save(struct batch *b)
{
    struct arena *a = b->arena;
    struct db_array *dossier = db_array_new(a, DB_UUID), *number = db_array_new(a, DB_INT4),
                    *state = db_array_new(a, DB_TEXT), *document = db_array_new(a, DB_UUID),
                    *cause = db_array_new(a, DB_TEXT), *unit = db_array_new(a, DB_TEXT),
                    *reported_by = db_array_new(a, DB_TEXT), *asked_by = db_array_new(a, DB_TEXT),
                    *asked_at = db_array_new(a, DB_TIME), *answered_at = db_array_new(a, DB_TIME),
                    *issued_at = db_array_new(a, DB_TIME), *ready_at = db_array_new(a, DB_TIME),
                    *handed_over_at = db_array_new(a, DB_TIME);

    for (size_t i = 0; i < b->subject_count; i++) {
        const struct intake_file *f = b->subjects[i]->state;
        if (!b->subjects[i]->touched || !f || !intake_is_dossier(b->subjects[i]) || !f->corrections_changed)
            continue;
        for (int n = 0; n < f->dossier.correction_count; n++) {
            const struct intake_correction *c = &f->dossier.corrections[n];
            db_array_uuid(dossier, b->subjects[i]->id);
            db_array_int(number, n + 1);
            db_array_text(state, intake_correction_state_names[c->state]);
            db_array_uuid(document, c->document);
            db_array_text(cause, correction_cause_name((int)c->cause));
            db_array_text(unit, c->unit);
            db_array_text(reported_by, reporter_name((int)c->reported_by));
            db_array_text(asked_by, c->asked_by);
            db_array_time(asked_at, c->asked_at);
            db_array_time(answered_at, c->answered_at);
            db_array_time(issued_at, c->issued_at);
            db_array_time(ready_at, c->ready_at);
            db_array_time(handed_over_at, c->handed_over_at);
        }
    }
    if (db_array_count(dossier))
        db_ask(b->db, a, &intake_put_corrections,
               DB_ARGS(db_items(dossier), db_items(number), db_items(state), db_items(document), db_items(cause),
                       db_items(unit), db_items(reported_by), db_items(asked_by), db_items(asked_at),
                       db_items(answered_at), db_items(issued_at), db_items(ready_at), db_items(handed_over_at)));
}
