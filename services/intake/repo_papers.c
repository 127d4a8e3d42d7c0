/* SPDX-License-Identifier: Apache-2.0 */
/* What came with the receipt, stored: who filed for another, the components, and their scans. */
#include "services/intake/rows.h"

const struct db_stmt intake_add_proxies = {"intake_add_proxies",
                                           "INSERT INTO proxy (dossier, name, identity_number, authorisation)"
                                           " SELECT * FROM unnest($1::uuid[], $2::text[], $3::text[], $4::text[])"};

const struct db_stmt intake_add_components = {
    "intake_add_components",
    "INSERT INTO component (dossier, number, name, originals, certified, copies, form, to_show, digitised, to_return,"
    "       listed)"
    " SELECT * FROM unnest($1::uuid[], $2::int[], $3::text[], $4::int[], $5::int[], $6::int[], $7::text[], $8::bool[],"
    "       $9::bytea[], $10::bool[], $11::text[])"};

/* The newest scan of a component is the one that counts; the others stay in the dossier. */
const struct db_stmt intake_note_scans = {
    "intake_note_scans", "UPDATE component c SET digitised = s.sha256"
                         "  FROM unnest($1::uuid[], $2::int[], $3::bytea[]) AS s (dossier, number, sha256)"
                         " WHERE c.dossier = s.dossier AND c.number = s.number AND c.form = 'paper'"};

const char *intake_form_stored(const struct intake_component *c)
{
    return intake_form_names[c->form == INTAKE_FORM_UNSAID ? INTAKE_FORM_PAPER : c->form];
}

struct bytes intake_scan_of(const struct intake_component *c)
{
    return (struct bytes){c->digitised, c->digitised ? 32 : 0};
}

/* receipt_of gives what came with the receipt of a dossier that this batch begins; NULL of all others. */
static const struct intake_receive *receipt_of(const struct subject *s)
{
    const struct intake_file *f = s->state;

    return s->touched && f && intake_is_dossier(s) ? f->receive : NULL;
}

static void save_proxies(struct batch *b)
{
    struct arena *a = b->arena;
    struct db_array *dossier = db_array_new(a, DB_UUID), *name = db_array_new(a, DB_TEXT),
                    *identity = db_array_new(a, DB_TEXT), *authorisation = db_array_new(a, DB_TEXT);

    for (size_t i = 0; i < b->subject_count; i++) {
        const struct intake_receive *r = receipt_of(b->subjects[i]);
        if (!r || !r->proxy.name)
            continue;
        db_array_uuid(dossier, b->subjects[i]->id);
        db_array_text(name, r->proxy.name);
        db_array_text(identity, r->proxy.identity_number);
        db_array_text(authorisation, r->proxy.authorisation);
    }
    if (db_array_count(dossier))
        db_ask(b->db, a, &intake_add_proxies,
               DB_ARGS(db_items(dossier), db_items(name), db_items(identity), db_items(authorisation)));
}

static void save_components(struct batch *b)
{
    struct arena *a = b->arena;
    struct db_array *dossier = db_array_new(a, DB_UUID), *number = db_array_new(a, DB_INT4),
                    *name = db_array_new(a, DB_TEXT), *originals = db_array_new(a, DB_INT4),
                    *certified = db_array_new(a, DB_INT4), *copies = db_array_new(a, DB_INT4),
                    *form = db_array_new(a, DB_TEXT), *to_show = db_array_new(a, DB_BOOL),
                    *scan = db_array_new(a, DB_BYTES), *to_return = db_array_new(a, DB_BOOL),
                    *listed = db_array_new(a, DB_TEXT);

    for (size_t i = 0; i < b->subject_count; i++) {
        const struct intake_receive *r = receipt_of(b->subjects[i]);
        for (int n = 0; r && n < r->component_count; n++) {
            const struct intake_component *c = &r->components[n];
            db_array_uuid(dossier, b->subjects[i]->id);
            db_array_int(number, n + 1);
            db_array_text(name, c->name);
            db_array_int(originals, c->originals);
            db_array_int(certified, c->certified);
            db_array_int(copies, c->copies);
            db_array_text(form, intake_form_stored(c));
            db_array_bool(to_show, c->to_show);
            db_array_bytes(scan, intake_scan_of(c));
            db_array_bool(to_return, c->to_return);
            db_array_text(listed, c->listed);
        }
    }
    if (db_array_count(dossier))
        db_ask(b->db, a, &intake_add_components,
               DB_ARGS(db_items(dossier), db_items(number), db_items(name), db_items(originals), db_items(certified),
                       db_items(copies), db_items(form), db_items(to_show), db_items(scan), db_items(to_return),
                       db_items(listed)));
}

/* is_newest tells whether no later document of this batch is a scan of the same component: they are listed from the
 * newest on. */
static bool is_newest(const struct intake_filed *filed, const struct intake_filed *f)
{
    while (filed != f && filed->document->component != f->document->component)
        filed = filed->next;
    return filed == f;
}

static void save_scans(struct batch *b)
{
    struct arena *a = b->arena;
    struct db_array *dossier = db_array_new(a, DB_UUID), *number = db_array_new(a, DB_INT4),
                    *sha256 = db_array_new(a, DB_BYTES);

    for (size_t i = 0; i < b->subject_count; i++) {
        const struct intake_file *file = b->subjects[i]->state;
        if (!b->subjects[i]->touched || !file || !intake_is_dossier(b->subjects[i]))
            continue;
        for (const struct intake_filed *f = file->filed; f; f = f->next) {
            if (!f->document->component || !is_newest(file->filed, f))
                continue;
            db_array_uuid(dossier, b->subjects[i]->id);
            db_array_int(number, f->document->component);
            db_array_bytes(sha256, (struct bytes){f->document->sha256, sizeof f->document->sha256});
        }
    }
    if (db_array_count(dossier))
        db_ask(b->db, a, &intake_note_scans, DB_ARGS(db_items(dossier), db_items(number), db_items(sha256)));
}

void intake_papers_save(struct batch *b)
{
    save_proxies(b);
    save_components(b);
    save_scans(b);
}

/* ---- documents */

const struct db_stmt intake_add_documents = {
    "intake_add_documents",
    "INSERT INTO document (id, dossier, kind, media_type, pages, sha256, content, filed_by, filed_at)"
    " SELECT * FROM unnest($1::uuid[], $2::uuid[], $3::text[], $4::text[], $5::int[], $6::bytea[], $7::bytea[], "
    "$8::text[],"
    "       $9::timestamptz[])"};

static void put_documents(struct rows *r, const struct subject *s, const struct intake_file *f)
{
    for (const struct intake_filed *filed = f->filed; filed; filed = filed->next) {
        const struct intake_document *d = filed->document;
        struct db_array **v = r->of;

        db_array_uuid(*v++, d->id);
        db_array_uuid(*v++, s->id);
        db_array_text(*v++, document_kind_name((int)d->kind));
        db_array_text(*v++, d->media_type);
        db_array_int(*v++, d->pages);
        db_array_bytes(*v++, (struct bytes){d->sha256, sizeof d->sha256});
        db_array_bytes(*v++, d->content);
        db_array_text(*v++, filed->by);
        db_array_time(*v++, filed->at);
    }
}

/* What the request forms among them list. */
const struct db_stmt intake_add_document_missing = {
    "intake_add_document_missing",
    "INSERT INTO document_missing (dossier, document, number, name, originals, certified, copies, listed)"
    " SELECT * FROM unnest($1::uuid[], $2::uuid[], $3::int[], $4::text[], $5::int[], $6::int[], $7::int[], $8::text[])"};

static void put_missing(struct rows *r, const struct subject *s, const struct intake_file *f)
{
    for (const struct intake_filed *filed = f->filed; filed; filed = filed->next)
        for (int n = 0; n < filed->document->missing_count; n++) {
            const struct intake_component *c = &filed->document->missing[n];
            struct db_array **v = r->of;

            db_array_uuid(*v++, s->id);
            db_array_uuid(*v++, filed->document->id);
            db_array_int(*v++, n + 1);
            db_array_text(*v++, c->name);
            db_array_int(*v++, c->originals);
            db_array_int(*v++, c->certified);
            db_array_int(*v++, c->copies);
            db_array_text(*v++, c->listed);
        }
}

static const struct rows_write documents[] = {
    ROWS(intake_add_documents, put_documents, DB_UUID, DB_UUID, DB_TEXT, DB_TEXT, DB_INT4, DB_BYTES, DB_BYTES, DB_TEXT,
         DB_TIME),
    ROWS(intake_add_document_missing, put_missing, DB_UUID, DB_UUID, DB_INT4, DB_TEXT, DB_INT4, DB_INT4, DB_INT4,
         DB_TEXT),
};

void intake_documents_save(struct batch *b)
{
    rows_save(b, documents, COUNT_OF(documents));
}
