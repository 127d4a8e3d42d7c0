/* SPDX-License-Identifier: Apache-2.0 */
#include "common/flow/papers.h"

#include <string.h>

#include "common/flow/projection.h"

#include "taicho/v1/lifecycle.pb-c.h"

/* ---- from the event */

enum err_code handle_read(const struct Taicho__V1__DocumentHandle *m, const struct event *e, const char *what,
                          struct document_handle *ret, struct err *reterr)
{
    if (m && event_handle_read(m, ret))
        return ERR_OK;
    return event_lacks(e, what, reterr);
}

enum err_code papers_read(const struct Taicho__V1__LifecycleEvent *m, const struct event *e, struct paper *ret,
                          struct err *reterr)
{
    struct paper made = {.kind = (int)m->document_filed->kind, .missing = m->document_filed->missing_count};
    enum err_code rc =
        handle_read(m->document_filed->document, e, "readable handle of its document", &made.handle, reterr);
    if (!rc)
        rc = event_word(e, "kind", made.kind, DOCUMENT_COUNT, reterr);
    if (!rc && made.missing < 0)
        rc = event_lacks(e, "readable count of what is missing", reterr);
    if (rc)
        return rc;
    *ret = made;
    return ERR_OK;
}

/* ---- load */

const struct db_stmt papers_load_stmt = {
    "papers_load",
    "SELECT dossier, id, kind, sha256, pages, missing FROM paper WHERE dossier = ANY($1) ORDER BY dossier, id"};

struct db_answer *papers_ask(struct batch *b)
{
    return db_ask(b->db, b->arena, &papers_load_stmt, DB_ARGS(db_items(b->subject_ids)));
}

enum err_code handle_take(const struct db_answer *q, size_t row, struct handle_columns c, struct document_handle *ret,
                          struct err *reterr)
{
    struct document_handle made = {.id = db_get_uuid(q, row, c.id), .pages = (int)db_get_int(q, row, c.pages)};
    struct bytes digest = db_get_bytes(q, row, c.sha256);
    if (digest.p && digest.n != sizeof made.sha256)
        return err_set(reterr, ERR_BUG, "a stored SHA-256 has %zu bytes", digest.n);
    if (digest.p)
        memcpy(made.sha256, digest.p, sizeof made.sha256);
    *ret = made;
    return ERR_OK;
}

enum err_code papers_take(struct batch *b, const struct db_answer *q, papers_of *of, struct err *reterr)
{
    struct handle_columns handle = {db_column(q, "id"), db_column(q, "sha256"), db_column(q, "pages")};
    int dossier = db_column(q, "dossier"), kind = db_column(q, "kind"), missing = db_column(q, "missing");

    for (size_t i = 0; i < db_count(q); i++) {
        struct subject *s = batch_loaded(b, db_get_uuid(q, i, dossier));
        struct paper paper = {.missing = (int)db_get_int(q, i, missing)};
        if (!s)
            continue;
        enum err_code rc = handle_take(q, i, handle, &paper.handle, reterr);
        if (!rc)
            rc = db_get_word(q, i, kind, document_kind_parse, &paper.kind, reterr);
        if (rc)
            return rc;
        papers_add(of(s->state), &paper, b->arena);
    }
    return ERR_OK;
}

/* ---- save */

const struct db_stmt papers_save_stmt = {
    "papers_save", "INSERT INTO paper (dossier, id, kind, sha256, pages, missing)"
                   " SELECT * FROM unnest($1::uuid[], $2::uuid[], $3::text[], $4::bytea[], $5::int[], $6::int[])"};

void papers_save(struct batch *b, void *const *dossiers, size_t count, papers_of *of)
{
    struct db_array *dossier = db_array_new(b->arena, DB_UUID), *id = db_array_new(b->arena, DB_UUID),
                    *kind = db_array_new(b->arena, DB_TEXT), *sha256 = db_array_new(b->arena, DB_BYTES),
                    *pages = db_array_new(b->arena, DB_INT4), *missing = db_array_new(b->arena, DB_INT4);
    for (size_t i = 0; i < count; i++) {
        const struct dossier_facts *f = dossiers[i];
        const struct papers *papers = of(dossiers[i]);
        for (size_t n = 0; n < papers->count; n++) {
            const struct paper *x = &papers->items[n];
            if (!x->filed)
                continue;
            db_array_uuid(dossier, f->id);
            db_array_uuid(id, x->handle.id);
            db_array_text(kind, document_kind_name(x->kind));
            db_array_bytes(sha256, (struct bytes){x->handle.sha256, sizeof x->handle.sha256});
            db_array_int(pages, x->handle.pages);
            db_array_int(missing, x->missing);
        }
    }
    if (db_array_count(id))
        db_ask(b->db, b->arena, &papers_save_stmt,
               DB_ARGS(db_items(dossier), db_items(id), db_items(kind), db_items(sha256), db_items(pages),
                       db_items(missing)));
}
