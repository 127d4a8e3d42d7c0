/* SPDX-License-Identifier: Apache-2.0 */
/* The newest reference records: read only for a release, written by it. */
#include <string.h>

#include "services/intake/repo.h"

/* Sorted as bytes, so that a search needs no collation. */
const struct db_stmt intake_load_shelf = {
    "intake_load_shelf", "SELECT kind, id, valid_from, valid_to, version, digest,"
                         "       CASE WHEN kind = 'unit' THEN record ->> 'agency_code' END AS agency_code,"
                         "       (SELECT count(*) FROM catalogue_record) AS versions"
                         "  FROM catalogue_current ORDER BY kind COLLATE \"C\", id COLLATE \"C\", valid_from"};

const struct db_stmt intake_put_current = {
    "intake_put_current",
    "INSERT INTO catalogue_current (kind, id, valid_from, valid_to, version, release, digest, record)"
    " SELECT * FROM unnest($1::text[], $2::text[], $3::int[], $4::int[], $5::int[], $6::bigint[], $7::bytea[], "
    "$8::jsonb[])"
    " ON CONFLICT (kind, id, valid_from) DO UPDATE"
    "    SET valid_to = excluded.valid_to, version = excluded.version, release = excluded.release,"
    "        digest = excluded.digest, record = excluded.record"};

static bool is_asked(const struct batch *b)
{
    for (size_t i = 0; i < b->subject_count; i++)
        if (intake_is_catalogue(b->subjects[i]))
            return true;
    return false;
}

void intake_shelf_ask(struct batch *b)
{
    if (is_asked(b))
        intake_asked(b)->shelf = db_ask(b->db, b->arena, &intake_load_shelf, DB_NO_ARGS);
}

enum err_code intake_shelf_take(struct batch *b, struct err *reterr UNUSED)
{
    const struct db_answer *q = intake_asked(b)->shelf;

    if (!q)
        return ERR_OK;
    struct intake_shelf *s = ARENA_NEW(b->arena, struct intake_shelf);
    struct intake_stored *rows = ARENA_ARRAY(b->arena, db_count(q) + 1, struct intake_stored);
    int kind = db_column(q, "kind"), id = db_column(q, "id"), from = db_column(q, "valid_from"),
        to = db_column(q, "valid_to");
    int version = db_column(q, "version"), digest = db_column(q, "digest"), versions = db_column(q, "versions"),
        code = db_column(q, "agency_code");

    for (size_t row = 0; row < db_count(q); row++) {
        struct bytes d = db_get_bytes(q, row, digest);
        rows[row] = (struct intake_stored){
            .kind = arena_strdup(b->arena, db_get_text(q, row, kind)),
            .id = arena_strdup(b->arena, db_get_text(q, row, id)),
            .valid_from = (int32_t)db_get_int(q, row, from),
            .valid_to = (int32_t)db_get_int(q, row, to),
            .version = (int)db_get_int(q, row, version),
            .agency_code = arena_strdup(b->arena, db_get_text(q, row, code)),
        };
        BUG_IF(d.n != sizeof rows[row].digest.b, "a digest of %zu bytes", d.n);
        memcpy(rows[row].digest.b, d.p, d.n);
        s->version_count = db_get_int(q, row, versions);
    }
    s->stored = rows;
    s->stored_count = db_count(q);
    for (size_t i = 0; i < b->subject_count; i++)
        if (intake_is_catalogue(b->subjects[i]))
            b->subjects[i]->state = s;
    return ERR_OK;
}

void intake_shelf_save(struct batch *b, const struct intake_shelf *s)
{
    struct arena *a = b->arena;
    struct db_array *kinds = db_array_new(a, DB_TEXT), *ids = db_array_new(a, DB_TEXT),
                    *froms = db_array_new(a, DB_INT4);
    struct db_array *tos = db_array_new(a, DB_INT4), *versions = db_array_new(a, DB_INT4),
                    *releases = db_array_new(a, DB_INT8);
    struct db_array *digests = db_array_new(a, DB_BYTES), *records = db_array_new(a, DB_JSON);

    for (size_t i = 0; i < s->added_count; i++) {
        const struct intake_entry *e = s->added[i];

        db_array_text(kinds, intake_kind_names[e->kind]);
        db_array_text(ids, e->u.record.id);
        db_array_int(froms, e->u.record.valid_from);
        db_array_int(tos, e->u.record.valid_to);
        db_array_int(versions, e->u.record.version);
        db_array_int(releases, s->release);
        db_array_bytes(digests, (struct bytes){e->digest.b, sizeof e->digest.b});
        db_array_text(records, e->json);
    }
    if (s->added_count)
        db_ask(b->db, a, &intake_put_current,
               DB_ARGS(db_items(kinds), db_items(ids), db_items(froms), db_items(tos), db_items(versions),
                       db_items(releases), db_items(digests), db_items(records)));
}
