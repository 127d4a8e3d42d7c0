/* SPDX-License-Identifier: Apache-2.0 */
/* Papers that an act names, filed before: the letter that corrects a result, the evidence of what moves a date,
 * the record of who came for papers that go back. */
#include "common/flow/papers.h"
#include "services/intake/columns.h"
#include "services/intake/repo.h"

/* The dossiers are locked, so no other process files one meanwhile. */
const struct db_stmt intake_load_filings = {
    "intake_load_filings",
    "SELECT dossier, id, kind, sha256, pages FROM document"
    " WHERE dossier = ANY ($1) AND kind IN ('correction', 'evidence', 'collector') ORDER BY dossier, id"};

struct entry {
    struct id dossier;
    struct papers papers;
};

struct intake_filings {
    struct entry *entries;
    size_t count, room;
    struct db_answer *asked;
};

static struct entry *find(const struct batch *b, struct id dossier)
{
    const struct intake_asked *q = b->service;

    for (size_t i = 0; q && q->filings && i < q->filings->count; i++)
        if (id_eq(q->filings->entries[i].dossier, dossier))
            return &q->filings->entries[i];
    return NULL;
}

void intake_filings_need(struct batch *b, struct id dossier)
{
    struct intake_asked *q = intake_asked(b);

    if (!q->filings)
        q->filings = ARENA_NEW(b->arena, struct intake_filings);
    if (find(b, dossier))
        return;
    struct intake_filings *f = q->filings;
    f->entries = arena_room(b->arena, f->entries, f->count, &f->room, sizeof *f->entries);
    f->entries[f->count++] = (struct entry){.dossier = dossier};
}

void intake_filings_ask(struct batch *b)
{
    struct intake_filings *f = intake_asked(b)->filings;
    struct db_array *ids = db_array_new(b->arena, DB_UUID);

    if (!f)
        return;
    for (size_t i = 0; i < f->count; i++) {
        db_array_uuid(ids, f->entries[i].dossier);
        f->entries[i].papers.count = 0;
    }
    f->asked = db_ask(b->db, b->arena, &intake_load_filings, DB_ARGS(db_items(ids)));
}

enum err_code intake_filings_take(struct batch *b, struct err *reterr)
{
    const struct intake_filings *f = intake_asked(b)->filings;

    for (size_t row = 0; f && row < db_count(f->asked); row++) {
        const struct db_answer *q = f->asked;
        struct entry *e = find(b, db_get_uuid(q, row, db_column(q, "dossier")));
        struct columns c = {.arena = b->arena, .q = q, .row = row, .reterr = reterr};
        struct paper paper = {.kind = column_word(&c, "kind", document_kind_parse)};
        struct handle_columns columns = {db_column(q, "id"), db_column(q, "sha256"), db_column(q, "pages")};
        enum err_code rc = c.rc ? c.rc : handle_take(q, row, columns, &paper.handle, reterr);

        if (rc)
            return rc;
        papers_add(&e->papers, &paper, b->arena);
    }
    return ERR_OK;
}

/* The later pieces of the batch find it filed. */
void intake_filings_note(const struct batch *b, struct id dossier, const struct intake_document *filed)
{
    struct entry *e = find(b, dossier);

    if (e)
        papers_add(&e->papers, &(struct paper){.handle = intake_handle(filed), .kind = (int)filed->kind}, b->arena);
}

const struct papers *intake_filings_of(const struct batch *b, struct id dossier, enum document_kind kind)
{
    const struct entry *e = find(b, dossier);
    struct papers *papers = ARENA_NEW(b->arena, struct papers);

    for (size_t i = 0; e && i < e->papers.count; i++)
        if (e->papers.items[i].kind == (int)kind)
            papers_add(papers, &e->papers.items[i], b->arena);
    return papers;
}
