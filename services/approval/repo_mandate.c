/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Mandates of a batch. A decision reads its mandate FOR SHARE, after the dossiers are locked, so that a revocation
 * holds from its commit on: it waits for the decisions under way, and those behind it see it.
 */
#include <string.h>

#include "services/approval/repo.h"

struct entry {
    const char *code;
    struct id subject;
    const struct approval_mandate *mandate; /* NULL: there is none */
    bool changed;
};

struct approval_mandates {
    struct entry *entries;
    size_t count, room;
    struct db_answer *asked;
};

static struct approval_mandates *mandates_of(const struct batch *b)
{
    const struct approval_scratch *scratch = b->service;
    return scratch ? scratch->mandates : NULL;
}

static struct entry *find(const struct approval_mandates *all, const char *code)
{
    for (size_t i = 0; all && i < all->count; i++)
        if (strcmp(all->entries[i].code, code) == 0)
            return &all->entries[i];
    return NULL;
}

void approval_mandates_need(struct batch *b, const char *code)
{
    struct approval_scratch *scratch = approval_scratch(b);
    if (!scratch->mandates)
        scratch->mandates = ARENA_NEW(b->arena, struct approval_mandates);
    struct approval_mandates *all = scratch->mandates;
    if (find(all, code))
        return;
    all->entries = arena_room(b->arena, all->entries, all->count, &all->room, sizeof *all->entries);
    all->entries[all->count++] = (struct entry){.code = code};
    b->names = true;
}

const struct approval_mandate *approval_mandates_find(const struct batch *b, const char *code)
{
    const struct entry *e = find(mandates_of(b), code);
    return e ? e->mandate : NULL;
}

void approval_mandates_put(struct batch *b, struct subject *s, const struct approval_mandate *m)
{
    struct entry *e = find(mandates_of(b), m->code);
    struct approval_mandate *copy = ARENA_NEW(b->arena, struct approval_mandate);
    BUG_IF(!e, "mandate %s was not named in prepare", m->code);
    *copy = *m;
    e->mandate = copy;
    e->subject = s->id;
    e->changed = true;
    s->state = copy;
    s->touched = true;
}

/* ---- load */

const struct db_stmt approval_load_mandates = {
    "approval_load_mandates", "SELECT code, subject, officer, unit, form, procedures, legal_basis, valid_from, valid_to"
                              "  FROM mandate WHERE code = ANY($1) ORDER BY code FOR SHARE"};

void approval_mandates_ask(struct batch *b)
{
    struct approval_mandates *all = mandates_of(b);
    struct db_array *codes = db_array_new(b->arena, DB_TEXT);
    if (!all)
        return;
    for (size_t i = 0; i < all->count; i++)
        db_array_text(codes, all->entries[i].code);
    all->asked = db_ask(b->db, b->arena, &approval_load_mandates, DB_ARGS(db_items(codes)));
}

/* Procedures are stored as codes separated by a space. */
static void split(struct approval_mandate *m, const char *text, struct arena *a)
{
    m->procedures = ARENA_ARRAY(a, APPROVAL_PROCEDURES_MAX, const char *);
    while (*text && m->procedure_count < APPROVAL_PROCEDURES_MAX) {
        size_t n = strcspn(text, " ");
        m->procedures[m->procedure_count++] = arena_strndup(a, text, n);
        text += n + (text[n] == ' ');
    }
}

enum err_code approval_mandates_take(struct batch *b, struct err *reterr)
{
    struct approval_mandates *all = mandates_of(b);
    if (!all)
        return ERR_OK;
    const struct db_answer *q = all->asked;
    int code = db_column(q, "code"), subject = db_column(q, "subject"), officer = db_column(q, "officer"),
        unit = db_column(q, "unit"), form = db_column(q, "form"), procedures = db_column(q, "procedures"),
        legal_basis = db_column(q, "legal_basis"), valid_from = db_column(q, "valid_from"),
        valid_to = db_column(q, "valid_to");

    for (size_t i = 0; i < db_count(q); i++) {
        struct approval_mandate *m = ARENA_NEW(b->arena, struct approval_mandate);
        m->code = db_get_text(q, i, code);
        m->officer = db_get_text(q, i, officer);
        m->unit = db_get_text(q, i, unit);
        enum err_code rc = db_get_word(q, i, form, signature_form_parse, &m->form, reterr);
        if (rc)
            return rc;
        split(m, db_get_text(q, i, procedures), b->arena);
        m->legal_basis = db_get_text(q, i, legal_basis);
        m->valid_from = (int32_t)db_get_int(q, i, valid_from);
        m->valid_to = (int32_t)db_get_int(q, i, valid_to);
        struct entry *e = find(all, m->code);
        e->mandate = m;
        e->subject = db_get_uuid(q, i, subject);
        for (size_t n = 0; n < b->subject_count; n++)
            if (id_eq(b->subjects[n]->id, e->subject))
                b->subjects[n]->state = m;
    }
    return ERR_OK;
}

/* ---- save */

const struct db_stmt approval_save_mandates = {
    "approval_save_mandates",
    "INSERT INTO mandate (code, subject, officer, unit, form, procedures, legal_basis, valid_from, valid_to)"
    " SELECT * FROM unnest($1::text[], $2::uuid[], $3::text[], $4::text[], $5::text[], $6::text[], $7::text[], "
    "$8::int[],"
    "                      $9::int[]) AS m (code, subject, officer, unit, form, procedures, legal_basis, valid_from, "
    "valid_to)"
    "  ORDER BY code"
    " ON CONFLICT (code) DO UPDATE"
    "    SET form = excluded.form, procedures = excluded.procedures, legal_basis = excluded.legal_basis,"
    "        valid_from = excluded.valid_from, valid_to = excluded.valid_to"};

static const char *joined(const struct approval_mandate *m, struct arena *a)
{
    size_t n = 0;
    for (size_t i = 0; i < m->procedure_count; i++)
        n += strlen(m->procedures[i]) + 1;
    char *text = arena_alloc(a, n + 1);
    char *end = text;
    for (size_t i = 0; i < m->procedure_count; i++) {
        size_t length = strlen(m->procedures[i]);
        if (i)
            *end++ = ' ';
        memcpy(end, m->procedures[i], length);
        end += length;
    }
    return text;
}

void approval_mandates_save(struct batch *b)
{
    const struct approval_mandates *all = mandates_of(b);
    struct arena *a = b->arena;
    struct db_array *code = db_array_new(a, DB_TEXT), *subject = db_array_new(a, DB_UUID),
                    *officer = db_array_new(a, DB_TEXT), *unit = db_array_new(a, DB_TEXT),
                    *form = db_array_new(a, DB_TEXT), *procedures = db_array_new(a, DB_TEXT),
                    *legal_basis = db_array_new(a, DB_TEXT), *valid_from = db_array_new(a, DB_INT4),
                    *valid_to = db_array_new(a, DB_INT4);
    for (size_t i = 0; all && i < all->count; i++) {
        const struct approval_mandate *m = all->entries[i].mandate;
        if (!all->entries[i].changed)
            continue;
        db_array_text(code, m->code);
        db_array_uuid(subject, all->entries[i].subject);
        db_array_text(officer, m->officer);
        db_array_text(unit, m->unit);
        db_array_text(form, signature_form_name(m->form));
        db_array_text(procedures, joined(m, a));
        db_array_text(legal_basis, m->legal_basis);
        db_array_int(valid_from, m->valid_from);
        db_array_int(valid_to, m->valid_to);
    }
    if (db_array_count(code))
        db_ask(b->db, a, &approval_save_mandates,
               DB_ARGS(db_items(code), db_items(subject), db_items(officer), db_items(unit), db_items(form),
                       db_items(procedures), db_items(legal_basis), db_items(valid_from), db_items(valid_to)));
}
