/* SPDX-License-Identifier: Apache-2.0 */
#include "services/audit/repo_fee.h"

#include <string.h>

#include "common/domain/dossier.h"

const struct db_stmt audit_load_fees = {
    "audit_load_fees", "SELECT dossier, supplement_fees, supplement_vnd, return_fees, return_vnd, has_fee, paid_online"
                       "  FROM fee_fact WHERE dossier = ANY ($1::uuid[])"};

const struct db_stmt audit_save_fee_facts = {
    "audit_save_fee_facts",
    "INSERT INTO fee_fact (dossier, supplement_fees, supplement_vnd, return_fees, return_vnd, has_fee, paid_online)"
    " SELECT * FROM unnest($1::uuid[], $2::int[], $3::bigint[], $4::int[], $5::bigint[], $6::boolean[], $7::boolean[])"
    " ON CONFLICT (dossier) DO UPDATE SET supplement_fees = excluded.supplement_fees,"
    "       supplement_vnd = excluded.supplement_vnd, return_fees = excluded.return_fees,"
    "       return_vnd = excluded.return_vnd, has_fee = excluded.has_fee, paid_online = excluded.paid_online"};

#define COLUMN(name) ", " #name
#define ADDED(name)  ", " #name " = k." #name " + excluded." #name
#define TYPE(name)   +1
#define FEE_FIGURES  (0 AUDIT_FEES(TYPE))
_Static_assert(FEE_FIGURES == 14, "the parameters of the statement are $4 to $17");

const struct db_stmt audit_save_fees = {
    "audit_save_fees",
    "INSERT INTO fee_kpi AS k (unit, procedure, day" AUDIT_FEES(
        COLUMN) ")"
                " SELECT unit, procedure, DATE '1970-01-01' + day" AUDIT_FEES(
                    COLUMN) "   FROM unnest($1::text[], $2::text[], $3::int[], $4::bigint[], $5::bigint[], "
                            "$6::bigint[], $7::bigint[],"
                            "               $8::bigint[], $9::bigint[], $10::bigint[], $11::bigint[], $12::bigint[], "
                            "$13::bigint[],"
                            "               $14::bigint[], $15::bigint[], $16::bigint[], $17::bigint[])"
                            "     AS n (unit, procedure, day" AUDIT_FEES(
                                COLUMN) ")"
                                        " ON CONFLICT (unit, procedure, day) DO UPDATE SET unit = k.unit" AUDIT_FEES(
                                            ADDED)};

void audit_fees_add_up(struct audit_fees *sum, const struct audit_fees *d)
{
#define X(name) sum->name += d->name;
    AUDIT_FEES(X)
#undef X
}

bool audit_fees_move(const struct audit_fees *d)
{
#define X(name) d->name ||
    return AUDIT_FEES(X) false;
#undef X
}

struct db_answer *audit_fees_ask(struct batch *b)
{
    return db_ask(b->db, b->arena, &audit_load_fees, DB_ARGS(db_items(b->subject_ids)));
}

static struct audit_sum sum_of(const struct db_answer *q, size_t i, const char *count, const char *vnd)
{
    return (struct audit_sum){(int)db_get_int(q, i, db_column(q, count)), db_get_int(q, i, db_column(q, vnd))};
}

void audit_fees_take(struct batch *b, const struct db_answer *q)
{
    for (size_t i = 0; i < db_count(q); i++) {
        struct subject *s = batch_loaded(b, db_get_uuid(q, i, db_column(q, "dossier")));
        struct audit_fact *f = s ? s->state : NULL;
        if (!f)
            continue;
        f->awaited[FEE_DUE_SUPPLEMENT] = sum_of(q, i, "supplement_fees", "supplement_vnd");
        f->awaited[FEE_DUE_RETURN] = sum_of(q, i, "return_fees", "return_vnd");
        f->has_fee = db_get_bool(q, i, db_column(q, "has_fee"));
        f->paid_online = db_get_bool(q, i, db_column(q, "paid_online"));
    }
}

static void save_facts(struct batch *b)
{
    struct arena *a = b->arena;
    struct db_array *dossier = db_array_new(a, DB_UUID), *supplement_fees = db_array_new(a, DB_INT4),
                    *supplement_vnd = db_array_new(a, DB_INT8), *return_fees = db_array_new(a, DB_INT4),
                    *return_vnd = db_array_new(a, DB_INT8), *has_fee = db_array_new(a, DB_BOOL),
                    *online = db_array_new(a, DB_BOOL);

    for (size_t i = 0; i < b->subject_count; i++) {
        const struct audit_fact *f = b->subjects[i]->state;
        if (strcmp(b->subjects[i]->kind, DOSSIER) != 0 || !f || !f->fees_moved)
            continue;
        db_array_uuid(dossier, f->dossier);
        db_array_int(supplement_fees, f->awaited[FEE_DUE_SUPPLEMENT].count);
        db_array_int(supplement_vnd, f->awaited[FEE_DUE_SUPPLEMENT].vnd);
        db_array_int(return_fees, f->awaited[FEE_DUE_RETURN].count);
        db_array_int(return_vnd, f->awaited[FEE_DUE_RETURN].vnd);
        db_array_bool(has_fee, f->has_fee);
        db_array_bool(online, f->paid_online);
    }
    if (db_array_count(dossier))
        db_ask(b->db, a, &audit_save_fee_facts,
               DB_ARGS(db_items(dossier), db_items(supplement_fees), db_items(supplement_vnd), db_items(return_fees),
                       db_items(return_vnd), db_items(has_fee), db_items(online)));
}

void audit_fees_save(struct batch *b, const struct audit_delta *const *deltas, size_t count)
{
    struct arena *a = b->arena;
    struct db_array *unit = db_array_new(a, DB_TEXT), *procedure = db_array_new(a, DB_TEXT),
                    *day = db_array_new(a, DB_INT4);
    struct {
#define X(name) struct db_array *name;
        AUDIT_FEES(X)
#undef X
    } fees = {
#define X(name) .name = db_array_new(a, DB_INT8),
        AUDIT_FEES(X)
#undef X
    };

    save_facts(b);
    for (size_t i = 0; i < count; i++) {
        const struct audit_delta *d = deltas[i];
        if (!audit_fees_move(&d->fees))
            continue;
        db_array_text(unit, d->unit);
        db_array_text(procedure, d->procedure);
        db_array_int(day, d->day);
#define X(name) db_array_int(fees.name, d->fees.name);
        AUDIT_FEES(X)
#undef X
    }
#define ITEMS(name) , db_items(fees.name)
    if (db_array_count(unit))
        db_ask(b->db, a, &audit_save_fees,
               DB_ARGS(db_items(unit), db_items(procedure), db_items(day) AUDIT_FEES(ITEMS)));
}
