/* SPDX-License-Identifier: Apache-2.0 */
#include "common/flow/barred.h"

const struct db_stmt barred_load_stmt = {
    "barred_load", "SELECT dossier, officer FROM barred WHERE dossier = ANY($1) ORDER BY dossier, officer"};
const struct db_stmt barred_save_stmt = {
    "barred_save", "INSERT INTO barred (dossier, officer) SELECT * FROM unnest($1::uuid[], $2::text[])"};

struct db_answer *barred_ask(struct batch *b)
{
    return db_ask(b->db, b->arena, &barred_load_stmt, DB_ARGS(db_items(b->subject_ids)));
}

void barred_take(struct batch *b, const struct db_answer *q, barred_of *of)
{
    int dossier = db_column(q, "dossier"), officer = db_column(q, "officer");

    for (size_t i = 0; i < db_count(q); i++) {
        struct subject *s = batch_loaded(b, db_get_uuid(q, i, dossier));
        if (!s)
            continue;
        struct barred *barred = of(s->state);
        barred_add(barred, db_get_text(q, i, officer), b->arena);
        barred->stored = barred->count;
    }
}

void barred_save(struct batch *b, void *const *dossiers, size_t count, barred_of *of)
{
    struct db_array *dossier = db_array_new(b->arena, DB_UUID), *officer = db_array_new(b->arena, DB_TEXT);
    for (size_t i = 0; i < count; i++) {
        const struct dossier_facts *f = dossiers[i];
        const struct barred *barred = of(dossiers[i]);
        for (size_t n = barred->stored; n < barred->count; n++) {
            db_array_uuid(dossier, f->id);
            db_array_text(officer, barred->officers[n]);
        }
    }
    if (db_array_count(dossier))
        db_ask(b->db, b->arena, &barred_save_stmt, DB_ARGS(db_items(dossier), db_items(officer)));
}
