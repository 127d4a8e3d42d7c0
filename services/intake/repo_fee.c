/* SPDX-License-Identifier: Apache-2.0 */
/* What is to be paid, in and out. Of a dossier without fees nothing is sent but the load. */
#include "services/intake/columns.h"
#include "services/intake/repo.h"

const struct db_stmt intake_load_fees = {
    "intake_load_fees", "SELECT dossier, code, state, kind, amount, due, due_at, paid_at, means, receipt, paid_by,"
                        "       refunded_at, refunded, refund, refunded_by, waived_at, exemption, superior, waived_by"
                        "  FROM fee WHERE dossier = ANY ($1) ORDER BY dossier, code COLLATE \"C\""};

const struct db_stmt intake_put_fees = {
    "intake_put_fees",
    "INSERT INTO fee (dossier, code, state, kind, amount, due, due_at, paid_at, means, receipt, paid_by, refunded_at,"
    "       refunded, refund, refunded_by, waived_at, exemption, superior, waived_by)"
    " SELECT * FROM unnest($1::uuid[], $2::text[], $3::text[], $4::text[], $5::bigint[], $6::text[], $7::timestamptz[],"
    "       $8::timestamptz[], $9::text[], $10::text[], $11::text[], $12::timestamptz[], $13::bigint[], $14::text[],"
    "       $15::text[], $16::timestamptz[], $17::text[], $18::text[], $19::text[])"
    " ON CONFLICT (dossier, code) DO UPDATE"
    "    SET state = excluded.state, due_at = excluded.due_at, paid_at = excluded.paid_at, means = excluded.means,"
    "        receipt = excluded.receipt, paid_by = excluded.paid_by, refunded_at = excluded.refunded_at,"
    "        refunded = excluded.refunded, refund = excluded.refund, refunded_by = excluded.refunded_by,"
    "        waived_at = excluded.waived_at, exemption = excluded.exemption, superior = excluded.superior,"
    "        waived_by = excluded.waived_by"};

void intake_fees_ask(struct batch *b)
{
    intake_asked(b)->fees = db_ask(b->db, b->arena, &intake_load_fees, DB_ARGS(db_items(b->subject_ids)));
}

static enum err_code take_fee(const struct batch *b, struct columns *c)
{
    struct subject *s = batch_loaded(b, column_id(c, "dossier"));
    if (!s)
        return ERR_OK;
    struct intake_file *file = s->state;

    if (!file || file->dossier.fee_count == PROCEDURE_FEES_MOST)
        return err_set(c->reterr, ERR_BUG, "dossier %s has fees that cannot be", id_text(s->id).s);
    struct intake_fee *list = columns_grown(c, file->dossier.fees, file->dossier.fee_count, sizeof *list);
    list[file->dossier.fee_count++] = (struct intake_fee){
        .code = column_text(c, "code"),
        .state = (enum intake_fee_state)column_word(c, "state", intake_fee_state_parse),
        .kind = column_word(c, "kind", fee_kind_parse),
        .due = column_word(c, "due", fee_due_parse),
        .amount = column_number(c, "amount"),
        .due_at = column_moment(c, "due_at"),
        .paid_at = column_moment(c, "paid_at"),
        .means = column_word_or_none(c, "means", pay_means_parse),
        .receipt = column_text(c, "receipt"),
        .paid_by = column_text(c, "paid_by"),
        .refunded_at = column_moment(c, "refunded_at"),
        .refunded = column_number(c, "refunded"),
        .refund = column_word_or_none(c, "refund", fee_refund_parse),
        .refunded_by = column_text(c, "refunded_by"),
        .waived_at = column_moment(c, "waived_at"),
        .exemption = column_word_or_none(c, "exemption", fee_exemption_parse),
        .superior = column_text(c, "superior"),
        .waived_by = column_text(c, "waived_by"),
    };
    file->dossier.fees = list;
    return c->rc;
}

enum err_code intake_fees_take(struct batch *b, struct err *reterr)
{
    return columns_each(b, intake_asked(b)->fees, take_fee, reterr);
}

/* ---- save */

/* The columns of the statement, in the order of its parameters. */
enum column {
    DOSSIER_ID,
    CODE,
    STATE,
    KIND,
    AMOUNT,
    DUE,
    DUE_AT,
    PAID_AT,
    MEANS,
    RECEIPT,
    PAID_BY,
    REFUNDED_AT,
    REFUNDED,
    REFUND,
    REFUNDED_BY,
    WAIVED_AT,
    EXEMPTION,
    SUPERIOR,
    WAIVED_BY,
    COLUMN_COUNT
};
static const enum db_type types[COLUMN_COUNT] = {
    [DOSSIER_ID] = DB_UUID, [CODE] = DB_TEXT,     [STATE] = DB_TEXT,       [KIND] = DB_TEXT,
    [AMOUNT] = DB_INT8,     [DUE] = DB_TEXT,      [DUE_AT] = DB_TIME,      [PAID_AT] = DB_TIME,
    [MEANS] = DB_TEXT,      [RECEIPT] = DB_TEXT,  [PAID_BY] = DB_TEXT,     [REFUNDED_AT] = DB_TIME,
    [REFUNDED] = DB_INT8,   [REFUND] = DB_TEXT,   [REFUNDED_BY] = DB_TEXT, [WAIVED_AT] = DB_TIME,
    [EXEMPTION] = DB_TEXT,  [SUPERIOR] = DB_TEXT, [WAIVED_BY] = DB_TEXT,
};

static const char *word_or_null(const char *name)
{
    return name[0] ? name : NULL;
}

static void put(struct db_array *const *v, struct id dossier, const struct intake_fee *x)
{
    db_array_uuid(v[DOSSIER_ID], dossier);
    db_array_text(v[CODE], x->code);
    db_array_text(v[STATE], intake_fee_state_names[x->state]);
    db_array_text(v[KIND], fee_kind_name(x->kind));
    db_array_int(v[AMOUNT], x->amount);
    db_array_text(v[DUE], fee_due_name(x->due));
    db_array_time(v[DUE_AT], x->due_at);
    db_array_time(v[PAID_AT], x->paid_at);
    db_array_text(v[MEANS], word_or_null(pay_means_name(x->means)));
    db_array_text(v[RECEIPT], x->receipt);
    db_array_text(v[PAID_BY], x->paid_by);
    db_array_time(v[REFUNDED_AT], x->refunded_at);
    db_array_int(v[REFUNDED], x->refunded);
    db_array_text(v[REFUND], word_or_null(fee_refund_name(x->refund)));
    db_array_text(v[REFUNDED_BY], x->refunded_by);
    db_array_time(v[WAIVED_AT], x->waived_at);
    db_array_text(v[EXEMPTION], word_or_null(fee_exemption_name(x->exemption)));
    db_array_text(v[SUPERIOR], x->superior);
    db_array_text(v[WAIVED_BY], x->waived_by);
}

void intake_fees_save(struct batch *b)
{
    struct db_array *columns[COLUMN_COUNT];
    struct db_arg args[COLUMN_COUNT];

    for (int c = 0; c < COLUMN_COUNT; c++)
        columns[c] = db_array_new(b->arena, types[c]);
    for (size_t i = 0; i < b->subject_count; i++) {
        const struct intake_file *f = b->subjects[i]->state;
        if (!b->subjects[i]->touched || !f || !intake_is_dossier(b->subjects[i]) || !f->fees_changed)
            continue;
        for (int n = 0; n < f->dossier.fee_count; n++)
            put(columns, b->subjects[i]->id, &f->dossier.fees[n]);
    }
    if (db_array_count(columns[DOSSIER_ID]) == 0)
        return;
    for (int c = 0; c < COLUMN_COUNT; c++)
        args[c] = db_items(columns[c]);
    db_ask(b->db, b->arena, &intake_put_fees, args, COLUMN_COUNT);
}
