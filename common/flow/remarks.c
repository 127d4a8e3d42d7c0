/* SPDX-License-Identifier: Apache-2.0 */
#include "common/flow/remarks.h"

#include "common/domain/dossier.h"

struct remarks {
    struct batch *batch;
    struct db_array *dossier, *what, *step, *officer, *at, *reasons;
};

/* The codes have no commas. */
const struct db_stmt remarks_save_stmt = {
    "remarks_save", "INSERT INTO remark (dossier, what, step, officer, at, reasons)"
                    " SELECT dossier, what, step, officer, at, string_to_array(reasons, ',')"
                    "   FROM unnest($1::uuid[], $2::text[], $3::int[], $4::text[], $5::timestamptz[], $6::text[])"
                    "        WITH ORDINALITY AS m (dossier, what, step, officer, at, reasons, n) ORDER BY n"};

static const char *joined(const struct remark *r, struct arena *a)
{
    const char *text = r->reasons[0];

    for (size_t i = 1; i < r->reason_count; i++)
        text = arena_printf(a, "%s,%s", text, r->reasons[i]);
    return text;
}

struct remarks *remarks_new(struct batch *b)
{
    struct arena *a = b->arena;
    struct remarks *r = ARENA_NEW(a, struct remarks);

    *r = (struct remarks){.batch = b,
                          .dossier = db_array_new(a, DB_UUID),
                          .what = db_array_new(a, DB_TEXT),
                          .step = db_array_new(a, DB_INT4),
                          .officer = db_array_new(a, DB_TEXT),
                          .at = db_array_new(a, DB_TIME),
                          .reasons = db_array_new(a, DB_TEXT)};
    return r;
}

void remarks_add(struct remarks *r, struct id dossier, const struct remark *list)
{
    for (; list; list = list->next) {
        db_array_uuid(r->dossier, dossier);
        db_array_text(r->what, list->what);
        db_array_int(r->step, list->step);
        db_array_text(r->officer, list->by);
        db_array_time(r->at, list->at);
        db_array_text(r->reasons, joined(list, r->batch->arena));
    }
}

void remarks_store(struct remarks *r)
{
    if (db_array_count(r->dossier))
        db_ask(r->batch->db, r->batch->arena, &remarks_save_stmt,
               DB_ARGS(db_items(r->dossier), db_items(r->what), db_items(r->step), db_items(r->officer),
                       db_items(r->at), db_items(r->reasons)));
}

void remarks_save(struct batch *b, void *const *dossiers, size_t count, remarks_of *of)
{
    struct remarks *r = remarks_new(b);

    for (size_t i = 0; i < count; i++)
        remarks_add(r, ((const struct dossier_facts *)dossiers[i])->id, of(dossiers[i]));
    remarks_store(r);
}

const char **remarks_read(char *const *reasons, size_t count, struct arena *a)
{
    const char **copy = ARENA_ARRAY(a, count, const char *);

    for (size_t i = 0; i < count; i++)
        copy[i] = arena_strdup(a, reasons[i]);
    return copy;
}
