/* SPDX-License-Identifier: Apache-2.0 */
/* SQL of number series and seals: as subjects that are recorded, and as what acts on dossiers name. */
#include "services/return/repo_private.h"

#include <string.h>

#define SERIES_COLUMNS "SELECT code, subject, unit, document, pattern, valid_from, valid_to FROM series"
#define SEAL_COLUMNS                                                                                                   \
    "SELECT code, subject, unit, ordinal, keeper, place, registration, permission, valid_from, valid_to FROM seal"

const struct db_stmt return_load_own_series = {"return_load_own_series", SERIES_COLUMNS " WHERE subject = ANY($1)"};
const struct db_stmt return_load_own_seals = {"return_load_own_seals", SEAL_COLUMNS " WHERE subject = ANY($1)"};
const struct db_stmt return_load_named_series = {"return_load_named_series",
                                                 SERIES_COLUMNS " WHERE code = ANY($1) ORDER BY code FOR SHARE"};
const struct db_stmt return_load_named_seals = {"return_load_named_seals",
                                                SEAL_COLUMNS " WHERE code = ANY($1) ORDER BY code FOR SHARE"};

/* ---- naming */

void return_repo_name_series(struct batch *b, const char *code)
{
    struct loaded *l = return_repo_loaded(b);
    if (!l->series_codes)
        l->series_codes = db_array_new(b->arena, DB_TEXT);
    db_array_text(l->series_codes, code);
    b->names = true;
}

void return_repo_name_seal(struct batch *b, const char *code)
{
    struct loaded *l = return_repo_loaded(b);
    if (!l->seal_codes)
        l->seal_codes = db_array_new(b->arena, DB_TEXT);
    db_array_text(l->seal_codes, code);
    b->names = true;
}

/* ---- load */

static bool has_kind(const struct batch *b, const char *kind)
{
    for (size_t i = 0; i < b->subject_count; i++)
        if (strcmp(b->subjects[i]->kind, kind) == 0)
            return true;
    return false;
}

void return_repo_ask_registers(struct batch *b)
{
    struct loaded *l = return_repo_loaded(b);
    if (has_kind(b, RETURN_SEAL))
        l->own_seals = db_ask(b->db, b->arena, &return_load_own_seals, DB_ARGS(db_items(b->subject_ids)));
    if (has_kind(b, RETURN_SERIES))
        l->own_series = db_ask(b->db, b->arena, &return_load_own_series, DB_ARGS(db_items(b->subject_ids)));
    if (l->seal_codes)
        l->named_seals = db_ask(b->db, b->arena, &return_load_named_seals, DB_ARGS(db_items(l->seal_codes)));
    if (l->series_codes)
        l->named_series = db_ask(b->db, b->arena, &return_load_named_series, DB_ARGS(db_items(l->series_codes)));
}

static int document_parse(const char *name)
{
    return words_find(return_series_documents, name);
}

/* A row that is a subject of the batch (own) becomes its state; so both ways give one and the same struct. */
static enum err_code take_series(struct batch *b, const struct db_answer *q, bool own, struct err *reterr)
{
    for (size_t i = 0; q && i < db_count(q); i++) {
        struct return_series s = {.code = db_get_text(q, i, db_column(q, "code")),
                                  .unit = db_get_text(q, i, db_column(q, "unit")),
                                  .pattern = db_get_text(q, i, db_column(q, "pattern")),
                                  .valid_from = (int32_t)db_get_int(q, i, db_column(q, "valid_from")),
                                  .valid_to = (int32_t)db_get_int(q, i, db_column(q, "valid_to"))};
        enum err_code rc = db_get_word(q, i, db_column(q, "document"), document_parse, &s.outcome, reterr);
        if (rc)
            return rc;
        struct return_series *kept = return_repo_put_series(b, &s);
        if (own)
            batch_subject(b, db_get_uuid(q, i, db_column(q, "subject")))->state = kept;
    }
    return ERR_OK;
}

static void take_seals(struct batch *b, const struct db_answer *q, bool own)
{
    for (size_t i = 0; q && i < db_count(q); i++) {
        struct return_seal s = {.code = db_get_text(q, i, db_column(q, "code")),
                                .unit = db_get_text(q, i, db_column(q, "unit")),
                                .ordinal = (int)db_get_int(q, i, db_column(q, "ordinal")),
                                .keeper = db_get_text(q, i, db_column(q, "keeper")),
                                .place = db_get_text(q, i, db_column(q, "place")),
                                .registration = db_get_text(q, i, db_column(q, "registration")),
                                .permission = db_get_text(q, i, db_column(q, "permission")),
                                .valid_from = (int32_t)db_get_int(q, i, db_column(q, "valid_from")),
                                .valid_to = (int32_t)db_get_int(q, i, db_column(q, "valid_to"))};
        struct return_seal *kept = return_repo_put_seal(b, &s);
        if (own)
            batch_subject(b, db_get_uuid(q, i, db_column(q, "subject")))->state = kept;
    }
}

enum err_code return_repo_take_registers(struct batch *b, struct err *reterr)
{
    const struct loaded *l = b->service;
    take_seals(b, l->own_seals, true);
    take_seals(b, l->named_seals, false);
    enum err_code rc = take_series(b, l->own_series, true, reterr);
    return rc ? rc : take_series(b, l->named_series, false, reterr);
}

/* ---- as the batch has left them */

static struct series_row *find_series(const struct batch *b, const char *code)
{
    const struct loaded *l = b->service;
    for (struct series_row *r = l->series; r; r = r->next)
        if (strcmp(r->value.code, code) == 0)
            return r;
    return NULL;
}

static struct seal_row *find_seal(const struct batch *b, const char *code)
{
    const struct loaded *l = b->service;
    for (struct seal_row *r = l->seals; r; r = r->next)
        if (strcmp(r->value.code, code) == 0)
            return r;
    return NULL;
}

const struct return_series *return_repo_series(const struct batch *b, const char *code)
{
    const struct series_row *r = find_series(b, code);
    return r ? &r->value : NULL;
}

const struct return_seal *return_repo_seal(const struct batch *b, const char *code)
{
    const struct seal_row *r = find_seal(b, code);
    return r ? &r->value : NULL;
}

struct return_series *return_repo_put_series(struct batch *b, const struct return_series *s)
{
    struct loaded *l = return_repo_loaded(b);
    struct series_row *r = find_series(b, s->code);
    if (!r) {
        r = ARENA_NEW(b->arena, struct series_row);
        r->next = l->series;
        l->series = r;
    }
    r->value = *s;
    return &r->value;
}

struct return_seal *return_repo_put_seal(struct batch *b, const struct return_seal *s)
{
    struct loaded *l = return_repo_loaded(b);
    struct seal_row *r = find_seal(b, s->code);
    if (!r) {
        r = ARENA_NEW(b->arena, struct seal_row);
        r->next = l->seals;
        l->seals = r;
    }
    r->value = *s;
    return &r->value;
}

/* ---- save */

const struct db_stmt return_save_series = {
    "return_save_series",
    "INSERT INTO series (code, subject, unit, document, pattern, valid_from, valid_to)"
    " SELECT * FROM unnest($1::text[], $2::uuid[], $3::text[], $4::text[], $5::text[], $6::int[], $7::int[])"
    " ON CONFLICT (code) DO UPDATE SET valid_from = excluded.valid_from, valid_to = excluded.valid_to"};
const struct db_stmt return_save_seals = {
    "return_save_seals",
    "INSERT INTO seal (code, subject, unit, ordinal, keeper, place, registration, permission, valid_from, valid_to)"
    " SELECT * FROM unnest($1::text[], $2::uuid[], $3::text[], $4::int[], $5::text[], $6::text[], $7::text[], "
    "$8::text[],"
    "                      $9::int[], $10::int[])"
    " ON CONFLICT (code) DO UPDATE SET keeper = excluded.keeper, place = excluded.place,"
    "    registration = excluded.registration, permission = excluded.permission, valid_from = excluded.valid_from,"
    "    valid_to = excluded.valid_to"};

static bool is_touched(const struct subject *s, const char *kind)
{
    return s->touched && s->state && strcmp(s->kind, kind) == 0;
}

static void save_series(struct batch *b)
{
    struct arena *a = b->arena;
    struct db_array *code = db_array_new(a, DB_TEXT), *subject = db_array_new(a, DB_UUID),
                    *unit = db_array_new(a, DB_TEXT), *document = db_array_new(a, DB_TEXT),
                    *pattern = db_array_new(a, DB_TEXT), *valid_from = db_array_new(a, DB_INT4),
                    *valid_to = db_array_new(a, DB_INT4);
    for (size_t i = 0; i < b->subject_count; i++) {
        const struct return_series *s = b->subjects[i]->state;
        if (!is_touched(b->subjects[i], RETURN_SERIES))
            continue;
        db_array_text(code, s->code);
        db_array_uuid(subject, b->subjects[i]->id);
        db_array_text(unit, s->unit);
        db_array_text(document, return_series_documents[s->outcome]);
        db_array_text(pattern, s->pattern);
        db_array_int(valid_from, s->valid_from);
        db_array_int(valid_to, s->valid_to);
    }
    if (db_array_count(code))
        db_ask(b->db, a, &return_save_series,
               DB_ARGS(db_items(code), db_items(subject), db_items(unit), db_items(document), db_items(pattern),
                       db_items(valid_from), db_items(valid_to)));
}

static void save_seals(struct batch *b)
{
    struct arena *a = b->arena;
    struct db_array *code = db_array_new(a, DB_TEXT), *subject = db_array_new(a, DB_UUID),
                    *unit = db_array_new(a, DB_TEXT), *ordinal = db_array_new(a, DB_INT4),
                    *keeper = db_array_new(a, DB_TEXT), *place = db_array_new(a, DB_TEXT),
                    *registration = db_array_new(a, DB_TEXT), *permission = db_array_new(a, DB_TEXT),
                    *valid_from = db_array_new(a, DB_INT4), *valid_to = db_array_new(a, DB_INT4);
    for (size_t i = 0; i < b->subject_count; i++) {
        const struct return_seal *s = b->subjects[i]->state;
        if (!is_touched(b->subjects[i], RETURN_SEAL))
            continue;
        db_array_text(code, s->code);
        db_array_uuid(subject, b->subjects[i]->id);
        db_array_text(unit, s->unit);
        db_array_int(ordinal, s->ordinal);
        db_array_text(keeper, s->keeper);
        db_array_text(place, s->place);
        db_array_text(registration, s->registration);
        db_array_text(permission, s->permission);
        db_array_int(valid_from, s->valid_from);
        db_array_int(valid_to, s->valid_to);
    }
    if (db_array_count(code))
        db_ask(b->db, a, &return_save_seals,
               DB_ARGS(db_items(code), db_items(subject), db_items(unit), db_items(ordinal), db_items(keeper),
                       db_items(place), db_items(registration), db_items(permission), db_items(valid_from),
                       db_items(valid_to)));
}

void return_repo_save_registers(struct batch *b)
{
    save_seals(b);
    save_series(b);
}
