/* SPDX-License-Identifier: Apache-2.0 */
/* SQL of dossiers and documents. One statement per table and batch: arrays in, arrays out. */
#include "services/return/repo_private.h"

#include <string.h>

#include "services/return/return.h"

/* ---- load */

static const struct db_stmt load_dossiers = {"return_load_dossiers",
                                             "SELECT id, code, unit, receiving_unit, counter, procedure, process, "
                                             "process_version, route, origin_reference, due_at"
                                             "  FROM dossier WHERE id = ANY($1)"};
static const struct db_stmt load_documents = {
    "return_load_documents",
    "SELECT d.dossier, d.id, d.sha256, d.pages, d.outcome, d.state, d.signed_step, d.signer, d.mandate, d.form,"
    "       d.signature, d.signed_at, d.unit, d.issue_step, d.step, d.round, d.opened_at, d.giver, d.given_at, d.taker,"
    "       d.taken_at, d.ready_at, d.delivery, d.handed_over_at, d.archived_at,"
    "       n.series, n.year, n.number, n.text AS number_text, n.clerk, n.at AS numbered_at,"
    "       u.seal, u.ordinal, u.keeper, u.place, u.at AS sealed_at"
    "  FROM document d LEFT JOIN issued_number n ON n.dossier = d.dossier AND n.document = d.id"
    "  LEFT JOIN seal_use u ON u.dossier = d.dossier AND u.document = d.id"
    " WHERE d.dossier = ANY($1) ORDER BY d.dossier, d.opened_at, d.id"};

struct loaded *return_repo_loaded(struct batch *b)
{
    if (!b->service)
        b->service = ARENA_NEW(b->arena, struct loaded);
    return b->service;
}

void return_repo_ask(struct batch *b)
{
    struct loaded *l = return_repo_loaded(b);
    l->dossiers = db_ask(b->db, b->arena, &load_dossiers, DB_ARGS(db_items(b->subject_ids)));
    l->documents = db_ask(b->db, b->arena, &load_documents, DB_ARGS(db_items(b->subject_ids)));
    return_repo_ask_registers(b);
}

struct subject *return_repo_subject(const struct batch *b, struct id id)
{
    size_t low = 0, high = b->subject_count;
    while (low < high) {
        size_t middle = low + (high - low) / 2;
        int order = id_cmp(b->subjects[middle]->id, id);
        if (order == 0)
            return b->subjects[middle];
        if (order < 0)
            low = middle + 1;
        else
            high = middle;
    }
    return NULL;
}

enum err_code return_repo_word(int number, const char *name, const char *column, int *ret, struct err *reterr)
{
    if (number < 0)
        return err_set(reterr, ERR_BUG, "return.%s holds \"%s\", which this release does not know", column, name);
    *ret = number;
    return ERR_OK;
}

static enum err_code take_dossiers(struct batch *b, const struct db_answer *q, struct err *reterr)
{
    int id = db_column(q, "id"), code = db_column(q, "code"), unit = db_column(q, "unit"),
        receiving_unit = db_column(q, "receiving_unit"), counter = db_column(q, "counter"),
        procedure = db_column(q, "procedure"), process = db_column(q, "process"),
        process_version = db_column(q, "process_version"), route = db_column(q, "route"),
        origin_reference = db_column(q, "origin_reference"), due_at = db_column(q, "due_at");

    for (size_t i = 0; i < db_count(q); i++) {
        struct return_dossier *d = ARENA_NEW(b->arena, struct return_dossier);
        const char *word = db_get_text(q, i, route);
        int route_number;
        enum err_code rc = return_repo_word(route_parse(word), word, "dossier.route", &route_number, reterr);
        if (rc)
            return rc;
        d->id = db_get_uuid(q, i, id);
        d->code = db_get_text(q, i, code);
        d->unit = db_get_text(q, i, unit);
        d->receiving_unit = db_get_text(q, i, receiving_unit);
        d->counter = db_get_text(q, i, counter);
        d->procedure = db_get_text(q, i, procedure);
        d->process = db_get_text(q, i, process);
        d->process_version = (int)db_get_int(q, i, process_version);
        d->route = (enum route)route_number;
        d->origin_reference = db_get_text(q, i, origin_reference);
        d->due_at = db_get_time(q, i, due_at);
        return_repo_subject(b, d->id)->state = d;
    }
    return ERR_OK;
}

/* take_words reads the columns that hold names of enums. */
static enum err_code take_words(const struct db_answer *q, size_t i, struct return_document *x, struct err *reterr)
{
    const char *state = db_get_text(q, i, db_column(q, "state")), *outcome = db_get_text(q, i, db_column(q, "outcome")),
               *form = db_get_text(q, i, db_column(q, "form")),
               *signature = db_get_text(q, i, db_column(q, "signature")),
               *delivery = db_get_text(q, i, db_column(q, "delivery"));
    int number;
    enum err_code rc = return_repo_word(return_state_parse(state), state, "document.state", &number, reterr);
    if (rc)
        return rc;
    x->state = (enum return_state)number;
    rc = return_repo_word(outcome_parse(outcome), outcome, "document.outcome", &x->outcome, reterr);
    if (!rc)
        rc = return_repo_word(signature_form_parse(form), form, "document.form", &x->form, reterr);
    if (!rc)
        rc = return_repo_word(signature_kind_parse(signature), signature, "document.signature", &x->signature, reterr);
    if (!rc)
        rc = return_repo_word(delivery_parse(delivery), delivery, "document.delivery", &x->delivery, reterr);
    return rc;
}

/* take_issue reads the number and the imprint, NULL columns until there are any. */
static void take_issue(const struct db_answer *q, size_t i, struct return_document *x)
{
    x->series = db_get_text(q, i, db_column(q, "series"));
    x->year = (int)db_get_int(q, i, db_column(q, "year"));
    x->number = db_get_int(q, i, db_column(q, "number"));
    x->number_text = db_get_text(q, i, db_column(q, "number_text"));
    x->numbered_by = db_get_text(q, i, db_column(q, "clerk"));
    x->numbered_at = db_get_time(q, i, db_column(q, "numbered_at"));
    x->seal = db_get_text(q, i, db_column(q, "seal"));
    x->ordinal = (int)db_get_int(q, i, db_column(q, "ordinal"));
    x->keeper = db_get_text(q, i, db_column(q, "keeper"));
    x->seal_place = db_get_text(q, i, db_column(q, "place"));
    x->sealed_at = db_get_time(q, i, db_column(q, "sealed_at"));
}

static enum err_code take_documents(struct batch *b, const struct db_answer *q, struct err *reterr)
{
    for (size_t i = 0; i < db_count(q); i++) {
        struct subject *s = return_repo_subject(b, db_get_uuid(q, i, db_column(q, "dossier")));
        struct return_document *x = return_add_document(s->state, b->arena);
        struct bytes digest = db_get_bytes(q, i, db_column(q, "sha256"));
        enum err_code rc = take_words(q, i, x, reterr);
        if (rc)
            return rc;
        if (digest.n != sizeof x->sha256)
            return err_set(reterr, ERR_BUG, "return.document.sha256 has %zu bytes", digest.n);
        memcpy(x->sha256, digest.p, sizeof x->sha256);
        x->id = db_get_uuid(q, i, db_column(q, "id"));
        x->pages = (int)db_get_int(q, i, db_column(q, "pages"));
        x->signed_step = (int)db_get_int(q, i, db_column(q, "signed_step"));
        x->signer = db_get_text(q, i, db_column(q, "signer"));
        x->mandate = db_get_text(q, i, db_column(q, "mandate"));
        x->signed_at = db_get_time(q, i, db_column(q, "signed_at"));
        x->unit = db_get_text(q, i, db_column(q, "unit"));
        x->issue_step = (int)db_get_int(q, i, db_column(q, "issue_step"));
        x->step = (int)db_get_int(q, i, db_column(q, "step"));
        x->round = (int)db_get_int(q, i, db_column(q, "round"));
        x->opened_at = db_get_time(q, i, db_column(q, "opened_at"));
        x->giver = db_get_text(q, i, db_column(q, "giver"));
        x->given_at = db_get_time(q, i, db_column(q, "given_at"));
        x->taker = db_get_text(q, i, db_column(q, "taker"));
        x->taken_at = db_get_time(q, i, db_column(q, "taken_at"));
        x->ready_at = db_get_time(q, i, db_column(q, "ready_at"));
        x->handed_over_at = db_get_time(q, i, db_column(q, "handed_over_at"));
        x->archived_at = db_get_time(q, i, db_column(q, "archived_at"));
        take_issue(q, i, x);
    }
    return ERR_OK;
}

enum err_code return_repo_take(struct batch *b, struct err *reterr)
{
    const struct loaded *l = b->service;
    enum err_code rc = take_dossiers(b, l->dossiers, reterr);
    if (!rc)
        rc = take_documents(b, l->documents, reterr);
    if (!rc)
        rc = return_repo_take_registers(b, reterr);
    return rc;
}

/* ---- save */

static const struct db_stmt save_dossiers = {
    "return_save_dossiers",
    "INSERT INTO dossier (id, code, unit, receiving_unit, counter, procedure, process, process_version, route,"
    "                     origin_reference, due_at)"
    " SELECT * FROM unnest($1::uuid[], $2::text[], $3::text[], $4::text[], $5::text[], $6::text[], $7::text[], "
    "$8::int[],"
    "                      $9::text[], $10::text[], $11::timestamptz[])"};

static void ask_dossiers(struct batch *b, struct return_dossier *const *dossiers, size_t count)
{
    struct db_array *id = db_array_new(b->arena, DB_UUID), *code = db_array_new(b->arena, DB_TEXT),
                    *unit = db_array_new(b->arena, DB_TEXT), *receiving_unit = db_array_new(b->arena, DB_TEXT),
                    *counter = db_array_new(b->arena, DB_TEXT), *procedure = db_array_new(b->arena, DB_TEXT),
                    *process = db_array_new(b->arena, DB_TEXT), *process_version = db_array_new(b->arena, DB_INT4),
                    *route = db_array_new(b->arena, DB_TEXT), *origin_reference = db_array_new(b->arena, DB_TEXT),
                    *due_at = db_array_new(b->arena, DB_TIME);
    for (size_t i = 0; i < count; i++) {
        const struct return_dossier *d = dossiers[i];
        if (!d->changed)
            continue;
        db_array_uuid(id, d->id);
        db_array_text(code, d->code);
        db_array_text(unit, d->unit);
        db_array_text(receiving_unit, d->receiving_unit);
        db_array_text(counter, d->counter);
        db_array_text(procedure, d->procedure);
        db_array_text(process, d->process);
        db_array_int(process_version, d->process_version);
        db_array_text(route, route_name((int)d->route));
        db_array_text(origin_reference, d->origin_reference);
        db_array_time(due_at, d->due_at);
    }
    if (db_array_count(id))
        db_ask(b->db, b->arena, &save_dossiers,
               DB_ARGS(db_items(id), db_items(code), db_items(unit), db_items(receiving_unit), db_items(counter),
                       db_items(procedure), db_items(process), db_items(process_version), db_items(route),
                       db_items(origin_reference), db_items(due_at)));
}

/* What a signature says never changes; it is inserted apart from what moves, so that a move carries little. */
static const struct db_stmt save_opened = {
    "return_save_opened",
    "INSERT INTO document (dossier, id, sha256, pages, outcome, state, signed_step, signer, mandate, form, signature,"
    "                      signed_at, unit, issue_step, step, round, opened_at, delivery)"
    " SELECT dossier, id, sha256, pages, outcome, 'awaiting_issue', signed_step, signer, mandate, form, signature, "
    "signed_at,"
    "        unit, issue_step, issue_step, round, opened_at, ''"
    "   FROM unnest($1::uuid[], $2::uuid[], $3::bytea[], $4::int[], $5::text[], $6::int[], $7::text[], $8::text[],"
    "               $9::text[], $10::text[], $11::timestamptz[], $12::text[], $13::int[], $14::int[], "
    "$15::timestamptz[])"
    "     AS n (dossier, id, sha256, pages, outcome, signed_step, signer, mandate, form, signature, signed_at, unit,"
    "           issue_step, round, opened_at)"};

static void ask_opened(struct batch *b, struct return_dossier *const *dossiers, size_t count)
{
    struct arena *a = b->arena;
    struct db_array *dossier = db_array_new(a, DB_UUID), *id = db_array_new(a, DB_UUID),
                    *sha256 = db_array_new(a, DB_BYTES), *pages = db_array_new(a, DB_INT4),
                    *outcome = db_array_new(a, DB_TEXT), *signed_step = db_array_new(a, DB_INT4),
                    *signer = db_array_new(a, DB_TEXT), *mandate = db_array_new(a, DB_TEXT),
                    *form = db_array_new(a, DB_TEXT), *signature = db_array_new(a, DB_TEXT),
                    *signed_at = db_array_new(a, DB_TIME), *unit = db_array_new(a, DB_TEXT),
                    *issue_step = db_array_new(a, DB_INT4), *round = db_array_new(a, DB_INT4),
                    *opened_at = db_array_new(a, DB_TIME);
    for (size_t i = 0; i < count; i++)
        for (size_t n = 0; n < dossiers[i]->document_count; n++) {
            const struct return_document *x = &dossiers[i]->documents[n];
            if (!x->opened)
                continue;
            db_array_uuid(dossier, dossiers[i]->id);
            db_array_uuid(id, x->id);
            db_array_bytes(sha256, (struct bytes){x->sha256, sizeof x->sha256});
            db_array_int(pages, x->pages);
            db_array_text(outcome, outcome_name(x->outcome));
            db_array_int(signed_step, x->signed_step);
            db_array_text(signer, x->signer);
            db_array_text(mandate, x->mandate);
            db_array_text(form, signature_form_name(x->form));
            db_array_text(signature, signature_kind_name(x->signature));
            db_array_time(signed_at, x->signed_at);
            db_array_text(unit, x->unit);
            db_array_int(issue_step, x->issue_step);
            db_array_int(round, x->round);
            db_array_time(opened_at, x->opened_at);
        }
    if (db_array_count(id))
        db_ask(b->db, a, &save_opened,
               DB_ARGS(db_items(dossier), db_items(id), db_items(sha256), db_items(pages), db_items(outcome),
                       db_items(signed_step), db_items(signer), db_items(mandate), db_items(form), db_items(signature),
                       db_items(signed_at), db_items(unit), db_items(issue_step), db_items(round),
                       db_items(opened_at)));
}

static const struct db_stmt save_moved = {
    "return_save_moved",
    "UPDATE document d SET state = n.state, step = n.step, giver = n.giver, given_at = n.given_at, taker = n.taker,"
    "       taken_at = n.taken_at, ready_at = n.ready_at, delivery = n.delivery, handed_over_at = n.handed_over_at,"
    "       archived_at = n.archived_at"
    "  FROM unnest($1::uuid[], $2::uuid[], $3::text[], $4::int[], $5::text[], $6::timestamptz[], $7::text[],"
    "              $8::timestamptz[], $9::timestamptz[], $10::text[], $11::timestamptz[], $12::timestamptz[])"
    "    AS n (dossier, id, state, step, giver, given_at, taker, taken_at, ready_at, delivery, handed_over_at, "
    "archived_at)"
    " WHERE d.dossier = n.dossier AND d.id = n.id"};

static void ask_moved(struct batch *b, struct return_dossier *const *dossiers, size_t count)
{
    struct arena *a = b->arena;
    struct db_array *dossier = db_array_new(a, DB_UUID), *id = db_array_new(a, DB_UUID),
                    *state = db_array_new(a, DB_TEXT), *step = db_array_new(a, DB_INT4),
                    *giver = db_array_new(a, DB_TEXT), *given_at = db_array_new(a, DB_TIME),
                    *taker = db_array_new(a, DB_TEXT), *taken_at = db_array_new(a, DB_TIME),
                    *ready_at = db_array_new(a, DB_TIME), *delivery = db_array_new(a, DB_TEXT),
                    *handed_over_at = db_array_new(a, DB_TIME), *archived_at = db_array_new(a, DB_TIME);
    for (size_t i = 0; i < count; i++)
        for (size_t n = 0; n < dossiers[i]->document_count; n++) {
            const struct return_document *x = &dossiers[i]->documents[n];
            if (!x->changed || (x->opened && x->state == RETURN_AWAITING_ISSUE))
                continue;
            db_array_uuid(dossier, dossiers[i]->id);
            db_array_uuid(id, x->id);
            db_array_text(state, return_state_names[x->state]);
            db_array_int(step, x->step);
            db_array_text(giver, x->giver);
            db_array_time(given_at, x->given_at);
            db_array_text(taker, x->taker);
            db_array_time(taken_at, x->taken_at);
            db_array_time(ready_at, x->ready_at);
            db_array_text(delivery, delivery_name(x->delivery));
            db_array_time(handed_over_at, x->handed_over_at);
            db_array_time(archived_at, x->archived_at);
        }
    if (db_array_count(id))
        db_ask(b->db, a, &save_moved,
               DB_ARGS(db_items(dossier), db_items(id), db_items(state), db_items(step), db_items(giver),
                       db_items(given_at), db_items(taker), db_items(taken_at), db_items(ready_at), db_items(delivery),
                       db_items(handed_over_at), db_items(archived_at)));
}

/* ---- the books, and the work lists */

static const struct db_stmt save_numbers = {
    "return_save_numbers",
    "INSERT INTO issued_number (series, year, number, text, dossier, document, clerk, at)"
    " SELECT * FROM unnest($1::text[], $2::int[], $3::bigint[], $4::text[], $5::uuid[], $6::uuid[], $7::text[],"
    "                      $8::timestamptz[])"};

static void ask_numbers(struct batch *b, struct return_dossier *const *dossiers, size_t count)
{
    struct arena *a = b->arena;
    struct db_array *series = db_array_new(a, DB_TEXT), *year = db_array_new(a, DB_INT4),
                    *number = db_array_new(a, DB_INT8), *text = db_array_new(a, DB_TEXT),
                    *dossier = db_array_new(a, DB_UUID), *document = db_array_new(a, DB_UUID),
                    *clerk = db_array_new(a, DB_TEXT), *at = db_array_new(a, DB_TIME);
    for (size_t i = 0; i < count; i++)
        for (size_t n = 0; n < dossiers[i]->document_count; n++) {
            const struct return_document *x = &dossiers[i]->documents[n];
            if (!x->numbered)
                continue;
            db_array_text(series, x->series);
            db_array_int(year, x->year);
            db_array_int(number, x->number);
            db_array_text(text, x->number_text);
            db_array_uuid(dossier, dossiers[i]->id);
            db_array_uuid(document, x->id);
            db_array_text(clerk, x->numbered_by);
            db_array_time(at, x->numbered_at);
        }
    if (db_array_count(series))
        db_ask(b->db, a, &save_numbers,
               DB_ARGS(db_items(series), db_items(year), db_items(number), db_items(text), db_items(dossier),
                       db_items(document), db_items(clerk), db_items(at)));
}

static const struct db_stmt save_imprints = {
    "return_save_imprints",
    "INSERT INTO seal_use (seal, at, dossier, document, ordinal, keeper, place)"
    " SELECT * FROM unnest($1::text[], $2::timestamptz[], $3::uuid[], $4::uuid[], $5::int[], $6::text[], $7::text[])"};

static void ask_imprints(struct batch *b, struct return_dossier *const *dossiers, size_t count)
{
    struct arena *a = b->arena;
    struct db_array *seal = db_array_new(a, DB_TEXT), *at = db_array_new(a, DB_TIME),
                    *dossier = db_array_new(a, DB_UUID), *document = db_array_new(a, DB_UUID),
                    *ordinal = db_array_new(a, DB_INT4), *keeper = db_array_new(a, DB_TEXT),
                    *place = db_array_new(a, DB_TEXT);
    for (size_t i = 0; i < count; i++)
        for (size_t n = 0; n < dossiers[i]->document_count; n++) {
            const struct return_document *x = &dossiers[i]->documents[n];
            if (!x->sealed)
                continue;
            db_array_text(seal, x->seal);
            db_array_time(at, x->sealed_at);
            db_array_uuid(dossier, dossiers[i]->id);
            db_array_uuid(document, x->id);
            db_array_int(ordinal, x->ordinal);
            db_array_text(keeper, x->keeper);
            db_array_text(place, x->seal_place);
        }
    if (db_array_count(seal))
        db_ask(b->db, a, &save_imprints,
               DB_ARGS(db_items(seal), db_items(at), db_items(dossier), db_items(document), db_items(ordinal),
                       db_items(keeper), db_items(place)));
}

/* A signed document is put on the list of each unit that may see it; an archived one leaves them. */
static const struct db_stmt save_listed = {
    "return_save_listed",
    "INSERT INTO worklist (unit, open, due_at, dossier, document)"
    " SELECT DISTINCT * FROM unnest($1::text[], $2::bool[], $3::timestamptz[], $4::uuid[], $5::uuid[])"};
static const struct db_stmt save_unlisted = {
    "return_save_unlisted",
    "UPDATE worklist w SET open = false FROM unnest($1::uuid[], $2::uuid[]) AS c (dossier, document)"
    " WHERE w.dossier = c.dossier AND w.document = c.document"};

static void ask_worklist(struct batch *b, struct return_dossier *const *dossiers, size_t count)
{
    struct arena *a = b->arena;
    struct db_array *unit = db_array_new(a, DB_TEXT), *open = db_array_new(a, DB_BOOL),
                    *due_at = db_array_new(a, DB_TIME), *dossier = db_array_new(a, DB_UUID),
                    *document = db_array_new(a, DB_UUID);
    struct db_array *ended = db_array_new(a, DB_UUID), *ended_document = db_array_new(a, DB_UUID);
    for (size_t i = 0; i < count; i++)
        for (size_t n = 0; n < dossiers[i]->document_count; n++) {
            const struct return_document *x = &dossiers[i]->documents[n];
            const char *units[] = {x->unit, dossiers[i]->unit, dossiers[i]->receiving_unit};
            bool is_open = x->state != RETURN_ARCHIVED;
            for (size_t u = 0; x->opened && u < COUNT_OF(units); u++) {
                db_array_text(unit, units[u]);
                db_array_bool(open, is_open);
                db_array_time(due_at, dossiers[i]->due_at);
                db_array_uuid(dossier, dossiers[i]->id);
                db_array_uuid(document, x->id);
            }
            if (x->changed && !x->opened && !is_open) {
                db_array_uuid(ended, dossiers[i]->id);
                db_array_uuid(ended_document, x->id);
            }
        }
    if (db_array_count(unit))
        db_ask(b->db, a, &save_listed,
               DB_ARGS(db_items(unit), db_items(open), db_items(due_at), db_items(dossier), db_items(document)));
    if (db_array_count(ended))
        db_ask(b->db, a, &save_unlisted, DB_ARGS(db_items(ended), db_items(ended_document)));
}

void return_repo_save(struct batch *b)
{
    struct return_dossier **touched = ARENA_ARRAY(b->arena, b->subject_count + 1, struct return_dossier *);
    size_t count = 0;
    for (size_t i = 0; i < b->subject_count; i++)
        if (b->subjects[i]->touched && b->subjects[i]->state && strcmp(b->subjects[i]->kind, "dossier") == 0)
            touched[count++] = b->subjects[i]->state;
    ask_dossiers(b, touched, count);
    ask_opened(b, touched, count);
    ask_moved(b, touched, count);
    ask_numbers(b, touched, count);
    ask_imprints(b, touched, count);
    ask_worklist(b, touched, count);
    return_repo_save_registers(b);
}

/* clang-format off */
const struct db_stmt *const return_statements[] = {
    &load_dossiers, &load_documents, &save_dossiers, &save_opened, &save_moved, &save_numbers, &save_imprints,
    &save_listed, &save_unlisted, &return_load_own_series, &return_load_own_seals, &return_load_named_series,
    &return_load_named_seals, &return_save_series, &return_save_seals, &return_list_of_unit, &return_list_of_all,
    &return_read_one, &return_list_series, &return_list_seals, &return_list_seal_uses, NULL};
/* clang-format on */
