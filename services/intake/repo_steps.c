/* SPDX-License-Identifier: Apache-2.0 */
/* The steps at the counter, in and out: transfers of papers, and the citizen's obligations. */
#include "services/intake/columns.h"
#include "services/intake/rows.h"

const struct db_stmt intake_load_transfers = {
    "intake_load_transfers",
    "SELECT dossier, supplement, step, round, state, from_unit, to_unit, opened_at, near_at, warning, "
    "due_at, given_by, given_at, answered_by, answered_at, reason, result"
    "  FROM transfer WHERE dossier = ANY ($1) ORDER BY dossier, step, round, supplement"};

const struct db_stmt intake_load_obligations = {
    "intake_load_obligations",
    "SELECT dossier, step, round, state, opened_at, due_at, near_at, warning, notice, opened_by, "
    "notified_at, met_by, met_at, document"
    "  FROM obligation WHERE dossier = ANY ($1) ORDER BY dossier, step, round"};

const struct db_stmt intake_put_transfers = {
    "intake_put_transfers",
    "INSERT INTO transfer (dossier, step, round, state, from_unit, to_unit, due_at, given_by, given_at, answered_by,"
    "       answered_at, reason, opened_at, supplement, near_at, warning, result)"
    " SELECT * FROM unnest($1::uuid[], $2::int[], $3::int[], $4::text[], $5::text[], $6::text[], $7::timestamptz[],"
    "       $8::text[], $9::timestamptz[], $10::text[], $11::timestamptz[], $12::text[], $13::timestamptz[], "
    "$14::int[], $15::timestamptz[], $16::text[], $17::text[])"
    " ON CONFLICT (dossier, supplement, step, round) DO UPDATE"
    "    SET state = excluded.state, to_unit = excluded.to_unit, given_by = excluded.given_by, given_at = "
    "excluded.given_at,"
    "        answered_by = excluded.answered_by, answered_at = excluded.answered_at, reason = excluded.reason,"
    "        due_at = excluded.due_at, near_at = excluded.near_at, warning = excluded.warning, result = excluded.result"};

const struct db_stmt intake_put_obligations = {
    "intake_put_obligations",
    "INSERT INTO obligation (dossier, step, round, state, notice, opened_by, notified_at, met_by, met_at,"
    "       opened_at, due_at, near_at, warning, document)"
    " SELECT * FROM unnest($1::uuid[], $2::int[], $3::int[], $4::text[], $5::text[], $6::text[], $7::timestamptz[],"
    "       $8::text[], $9::timestamptz[], $10::timestamptz[], $11::timestamptz[], $12::timestamptz[], $13::text[],"
    "       $14::uuid[])"
    " ON CONFLICT (dossier, step, round) DO UPDATE"
    "    SET state = excluded.state, warning = excluded.warning, notice = excluded.notice, opened_by = "
    "excluded.opened_by,"
    "        notified_at = excluded.notified_at, met_by = excluded.met_by, met_at = excluded.met_at,"
    "        due_at = excluded.due_at, near_at = excluded.near_at, document = excluded.document"};

void intake_steps_ask(struct batch *b)
{
    struct intake_asked *q = intake_asked(b);

    q->transfers = db_ask(b->db, b->arena, &intake_load_transfers, DB_ARGS(db_items(b->subject_ids)));
    q->obligations = db_ask(b->db, b->arena, &intake_load_obligations, DB_ARGS(db_items(b->subject_ids)));
}

static enum err_code take_transfer(const struct batch *b, struct columns *c)
{
    struct subject *s = batch_loaded(b, column_id(c, "dossier"));
    if (!s)
        return ERR_OK;
    struct intake_file *file = s->state;

    if (!file || file->dossier.transfer_count == INTAKE_TRANSFERS_MAX)
        return err_set(c->reterr, ERR_BUG, "dossier %s has transfers that cannot be", id_text(s->id).s);
    file->dossier.transfers[file->dossier.transfer_count++] = (struct intake_transfer){
        .supplement = (int)column_number(c, "supplement"),
        .step = (int)column_number(c, "step"),
        .round = (int)column_number(c, "round"),
        .state = (enum intake_transfer_state)column_word(c, "state", intake_transfer_state_parse),
        .from_unit = column_text(c, "from_unit"),
        .to_unit = column_text(c, "to_unit"),
        .opened_at = column_moment(c, "opened_at"),
        .due_at = column_moment(c, "due_at"),
        .near_at = column_moment(c, "near_at"),
        .warning = (enum step_warning)column_word(c, "warning", step_warning_parse),
        .given_by = column_text(c, "given_by"),
        .given_at = column_moment(c, "given_at"),
        .answered_by = column_text(c, "answered_by"),
        .answered_at = column_moment(c, "answered_at"),
        .reason = column_text(c, "reason"),
        .result = (enum timing)column_word_or_none(c, "result", timing_parse),
    };
    return c->rc;
}

static enum err_code take_obligation(const struct batch *b, struct columns *c)
{
    struct subject *s = batch_loaded(b, column_id(c, "dossier"));
    if (!s)
        return ERR_OK;
    struct intake_file *file = s->state;

    if (!file || file->dossier.obligation_count == INTAKE_OBLIGATIONS_MAX)
        return err_set(c->reterr, ERR_BUG, "dossier %s has obligations that cannot be", id_text(s->id).s);
    file->dossier.obligations[file->dossier.obligation_count++] = (struct intake_obligation){
        .step = (int)column_number(c, "step"),
        .round = (int)column_number(c, "round"),
        .state = (enum intake_obligation_state)column_word(c, "state", intake_obligation_state_parse),
        .opened_at = column_moment(c, "opened_at"),
        .due_at = column_moment(c, "due_at"),
        .near_at = column_moment(c, "near_at"),
        .warning = (enum step_warning)column_word(c, "warning", step_warning_parse),
        .notice = column_text(c, "notice"),
        .opened_by = column_text(c, "opened_by"),
        .notified_at = column_moment(c, "notified_at"),
        .met_by = column_text(c, "met_by"),
        .met_at = column_moment(c, "met_at"),
        .document = column_id(c, "document"),
    };
    return c->rc;
}

enum err_code intake_steps_take(struct batch *b, struct err *reterr)
{
    const struct intake_asked *q = intake_asked(b);
    enum err_code rc = columns_each(b, q->transfers, take_transfer, reterr);

    return rc ? rc : columns_each(b, q->obligations, take_obligation, reterr);
}

/* ---- save */

static void put_transfer_rows(struct rows *r, const struct subject *s, const struct intake_file *f)
{
    for (int i = 0; f->transfers_changed && i < f->dossier.transfer_count; i++) {
        const struct intake_transfer *t = &f->dossier.transfers[i];
        struct db_array **v = r->of;

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
        db_array_text(*v++, t->result == TIMING_NONE ? NULL : timing_name((int)t->result));
    }
}

static void put_obligation_rows(struct rows *r, const struct subject *s, const struct intake_file *f)
{
    for (int i = 0; f->obligations_changed && i < f->dossier.obligation_count; i++) {
        const struct intake_obligation *o = &f->dossier.obligations[i];
        struct db_array **v = r->of;

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
        db_array_uuid_or_null(*v++, o->document);
    }
}

static const struct rows_write writes[] = {
    ROWS(intake_put_transfers, put_transfer_rows, DB_UUID, DB_INT4, DB_INT4, DB_TEXT, DB_TEXT, DB_TEXT, DB_TIME,
         DB_TEXT, DB_TIME, DB_TEXT, DB_TIME, DB_TEXT, DB_TIME, DB_INT4, DB_TIME, DB_TEXT, DB_TEXT),
    ROWS(intake_put_obligations, put_obligation_rows, DB_UUID, DB_INT4, DB_INT4, DB_TEXT, DB_TEXT, DB_TEXT, DB_TIME,
         DB_TEXT, DB_TIME, DB_TIME, DB_TIME, DB_TIME, DB_TEXT, DB_UUID),
};

void intake_steps_save(struct batch *b)
{
    rows_save(b, writes, COUNT_OF(writes));
}
