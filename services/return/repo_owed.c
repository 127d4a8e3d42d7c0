/* SPDX-License-Identifier: Apache-2.0 */
/* What is to be paid, in and out. Of a dossier without fees nothing is sent but the load. */
#include "services/return/repo_private.h"
#include "services/return/return.h"

const struct db_stmt return_load_fees = {
    "return_load_fees",
    "SELECT dossier, code, amount, state FROM fee WHERE dossier = ANY($1) ORDER BY dossier, number"};

const struct db_stmt return_save_fees = {
    "return_save_fees", "INSERT INTO fee (dossier, code, number, amount, state)"
                        " SELECT * FROM unnest($1::uuid[], $2::text[], $3::int[], $4::bigint[], $5::text[])"
                        " ON CONFLICT (dossier, code) DO UPDATE SET state = excluded.state"};

void return_repo_ask_fees(struct batch *b)
{
    return_repo_loaded(b)->fees = db_ask(b->db, b->arena, &return_load_fees, DB_ARGS(db_items(b->subject_ids)));
}

enum err_code return_repo_take_fees(struct batch *b, struct err *reterr)
{
    const struct db_answer *q = return_repo_loaded(b)->fees;

    for (size_t i = 0; i < db_count(q); i++) {
        struct subject *s = batch_loaded(b, db_get_uuid(q, i, db_column(q, "dossier")));
        int state = words_find(return_fee_state_names, db_get_text(q, i, db_column(q, "state")));
        if (!s)
            continue;
        struct return_dossier *d = s->state;
        if (!d || state < 0 || d->fees.count == PROCEDURE_FEES_MOST)
            return err_set(reterr, ERR_BUG, "dossier %s has fees that cannot be", id_text(s->id).s);
        d->fees.items[d->fees.count++] = (struct return_fee){.code = db_get_text(q, i, db_column(q, "code")),
                                                             .amount = db_get_int(q, i, db_column(q, "amount")),
                                                             .state = (enum return_fee_state)state};
    }
    return ERR_OK;
}

void return_repo_save_fees(struct batch *b, void *const *dossiers, size_t count)
{
    struct arena *a = b->arena;
    struct db_array *dossier = db_array_new(a, DB_UUID), *code = db_array_new(a, DB_TEXT),
                    *number = db_array_new(a, DB_INT4), *amount = db_array_new(a, DB_INT8),
                    *state = db_array_new(a, DB_TEXT);

    for (size_t i = 0; i < count; i++) {
        const struct return_dossier *d = dossiers[i];
        for (int n = 0; n < d->fees.count; n++) {
            const struct return_fee *x = &d->fees.items[n];
            if (!x->changed)
                continue;
            db_array_uuid(dossier, d->facts.id);
            db_array_text(code, x->code);
            db_array_int(number, n + 1);
            db_array_int(amount, x->amount);
            db_array_text(state, return_fee_state_names[x->state]);
        }
    }
    if (db_array_count(code))
        db_ask(b->db, a, &return_save_fees,
               DB_ARGS(db_items(dossier), db_items(code), db_items(number), db_items(amount), db_items(state)));
}
