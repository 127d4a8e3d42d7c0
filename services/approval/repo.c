/* SPDX-License-Identifier: Apache-2.0 */
/* SQL of the schema approval. One statement per table and batch: arrays in, arrays out. */
#include "services/approval/repo.h"

#include <string.h>

#include "services/approval/approval.h"

/* ---- load */

static const struct db_stmt load_dossiers = {"approval_load_dossiers",
                                             "SELECT id, code, unit, receiving_unit, counter, procedure, process, "
                                             "process_version, route, origin_reference, due_at"
                                             "  FROM dossier WHERE id = ANY($1)"};
static const struct db_stmt load_steps = {
    "approval_load_steps",
    "SELECT dossier, step, round, state, unit, opened_at, opinion, draft, draft_sha256, draft_pages, outcome, decider,"
    "       decided_at, mandate, signer, signed_at, signature, document"
    "  FROM step WHERE dossier = ANY($1) ORDER BY dossier, step, round"};
static const struct db_stmt load_documents = {
    "approval_load_documents",
    "SELECT id, dossier, kind, sha256, pages FROM document WHERE dossier = ANY($1) ORDER BY dossier, id"};

static const struct db_stmt load_appraisers = {
    "approval_load_appraisers",
    "SELECT dossier, officer FROM appraiser WHERE dossier = ANY($1) ORDER BY dossier, officer"};

struct approval_scratch *approval_scratch(struct batch *b)
{
    if (!b->service)
        b->service = ARENA_NEW(b->arena, struct approval_scratch);
    return b->service;
}

void approval_repo_ask(struct batch *b)
{
    struct approval_scratch *l = approval_scratch(b);
    l->dossiers = db_ask(b->db, b->arena, &load_dossiers, DB_ARGS(db_items(b->subject_ids)));
    l->steps = db_ask(b->db, b->arena, &load_steps, DB_ARGS(db_items(b->subject_ids)));
    l->documents = db_ask(b->db, b->arena, &load_documents, DB_ARGS(db_items(b->subject_ids)));
    l->appraisers = db_ask(b->db, b->arena, &load_appraisers, DB_ARGS(db_items(b->subject_ids)));
    approval_mandates_ask(b);
}

/* known_word turns a stored name into its number, "" into 0; a name that this release does not know is the table's
 * error. */
static enum err_code known_word(int number, const char *name, const char *column, int *ret, struct err *reterr)
{
    if (number < 0 && name[0])
        return err_set(reterr, ERR_BUG, "approval.%s holds \"%s\", which this release does not know", column, name);
    *ret = number < 0 ? 0 : number;
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
        struct approval_dossier *d = ARENA_NEW(b->arena, struct approval_dossier);
        const char *route_word = db_get_text(q, i, route);
        int route_number;
        enum err_code rc = known_word(route_parse(route_word), route_word, "dossier.route", &route_number, reterr);
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
        batch_subject(b, d->id)->state = d;
    }
    return ERR_OK;
}

/* take_digest copies a hash; NULL leaves zeros. */
static enum err_code take_digest(struct bytes b, uint8_t ret[32], struct err *reterr)
{
    if (b.p && b.n != 32)
        return err_set(reterr, ERR_BUG, "approval holds a SHA-256 of %zu bytes", b.n);
    if (b.p)
        memcpy(ret, b.p, b.n);
    return ERR_OK;
}

static enum err_code take_words(struct approval_step *s, const char *state, const char *opinion, const char *outcome,
                                const char *signature, struct err *reterr)
{
    int number;
    enum err_code rc = known_word(approval_state_parse(state), state, "step.state", &number, reterr);
    if (rc)
        return rc;
    s->state = (enum approval_state)number;
    rc = known_word(opinion_parse(opinion), opinion, "step.opinion", &s->opinion, reterr);
    if (!rc)
        rc = known_word(outcome_parse(outcome), outcome, "step.outcome", &s->outcome, reterr);
    if (!rc)
        rc = known_word(signature_kind_parse(signature), signature, "step.signature", &s->signature, reterr);
    return rc;
}

static enum err_code take_steps(struct batch *b, const struct db_answer *q, struct err *reterr)
{
    int dossier = db_column(q, "dossier"), step = db_column(q, "step"), round = db_column(q, "round"),
        state = db_column(q, "state"), unit = db_column(q, "unit"), opened_at = db_column(q, "opened_at"),
        opinion = db_column(q, "opinion"), draft = db_column(q, "draft"), draft_sha256 = db_column(q, "draft_sha256"),
        draft_pages = db_column(q, "draft_pages"), outcome = db_column(q, "outcome"), decider = db_column(q, "decider"),
        decided_at = db_column(q, "decided_at"), mandate = db_column(q, "mandate"), signer = db_column(q, "signer"),
        signed_at = db_column(q, "signed_at"), signature = db_column(q, "signature"),
        document = db_column(q, "document");

    for (size_t i = 0; i < db_count(q); i++) {
        struct approval_step *s = approval_add_step(batch_subject(b, db_get_uuid(q, i, dossier))->state, b->arena);
        enum err_code rc = take_words(s, db_get_text(q, i, state), db_get_text(q, i, opinion),
                                      db_get_text(q, i, outcome), db_get_text(q, i, signature), reterr);
        if (!rc)
            rc = take_digest(db_get_bytes(q, i, draft_sha256), s->draft.sha256, reterr);
        if (rc)
            return rc;
        s->step = (int)db_get_int(q, i, step);
        s->round = (int)db_get_int(q, i, round);
        s->unit = db_get_text(q, i, unit);
        s->opened_at = db_get_time(q, i, opened_at);
        s->draft.id = db_get_uuid(q, i, draft);
        s->draft.pages = (int)db_get_int(q, i, draft_pages);
        s->decider = db_get_text(q, i, decider);
        s->decided_at = db_get_time(q, i, decided_at);
        s->mandate = db_get_text(q, i, mandate);
        s->signer = db_get_text(q, i, signer);
        s->signed_at = db_get_time(q, i, signed_at);
        s->document = db_get_uuid(q, i, document);
    }
    return ERR_OK;
}

static enum err_code take_documents(struct batch *b, const struct db_answer *q, struct err *reterr)
{
    int id = db_column(q, "id"), dossier = db_column(q, "dossier"), kind = db_column(q, "kind"),
        sha256 = db_column(q, "sha256"), pages = db_column(q, "pages");

    for (size_t i = 0; i < db_count(q); i++) {
        struct approval_document *x =
            approval_add_document(batch_subject(b, db_get_uuid(q, i, dossier))->state, b->arena);
        const char *word = db_get_text(q, i, kind);
        enum err_code rc = known_word(document_kind_parse(word), word, "document.kind", &x->kind, reterr);
        if (!rc)
            rc = take_digest(db_get_bytes(q, i, sha256), x->sha256, reterr);
        if (rc)
            return rc;
        x->id = db_get_uuid(q, i, id);
        x->pages = (int)db_get_int(q, i, pages);
    }
    return ERR_OK;
}

static void take_appraisers(struct batch *b, const struct db_answer *q)
{
    int dossier = db_column(q, "dossier"), officer = db_column(q, "officer");

    for (size_t i = 0; i < db_count(q); i++) {
        struct approval_dossier *d = batch_subject(b, db_get_uuid(q, i, dossier))->state;
        approval_add_appraiser(d, db_get_text(q, i, officer), b->arena);
        d->appraisers_stored++;
    }
}

enum err_code approval_repo_take(struct batch *b, struct err *reterr)
{
    const struct approval_scratch *l = b->service;
    enum err_code rc = approval_mandates_take(b, reterr);
    if (!rc)
        rc = take_dossiers(b, l->dossiers, reterr);
    if (!rc)
        rc = take_steps(b, l->steps, reterr);
    if (!rc)
        rc = take_documents(b, l->documents, reterr);
    if (!rc)
        take_appraisers(b, l->appraisers);
    return rc;
}

/* ---- save */

static const struct db_stmt save_dossiers = {
    "approval_save_dossiers",
    "INSERT INTO dossier (id, code, unit, receiving_unit, counter, procedure, process, process_version, route,"
    "                     origin_reference, due_at)"
    " SELECT * FROM unnest($1::uuid[], $2::text[], $3::text[], $4::text[], $5::text[], $6::text[], $7::text[], "
    "$8::int[],"
    "                      $9::text[], $10::text[], $11::timestamptz[])"};

static void ask_dossiers(struct batch *b, struct approval_dossier *const *dossiers, size_t count)
{
    struct db_array *id = db_array_new(b->arena, DB_UUID), *code = db_array_new(b->arena, DB_TEXT),
                    *unit = db_array_new(b->arena, DB_TEXT), *receiving_unit = db_array_new(b->arena, DB_TEXT),
                    *counter = db_array_new(b->arena, DB_TEXT), *procedure = db_array_new(b->arena, DB_TEXT),
                    *process = db_array_new(b->arena, DB_TEXT), *process_version = db_array_new(b->arena, DB_INT4),
                    *route = db_array_new(b->arena, DB_TEXT), *origin_reference = db_array_new(b->arena, DB_TEXT),
                    *due_at = db_array_new(b->arena, DB_TIME);
    for (size_t i = 0; i < count; i++) {
        const struct approval_dossier *d = dossiers[i];
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

static const struct db_stmt save_steps = {
    "approval_save_steps",
    "INSERT INTO step (dossier, step, round, state, unit, opened_at, opinion, draft, draft_sha256, draft_pages, "
    "outcome,"
    "                  decider, decided_at, mandate, signer, signed_at, signature, document)"
    " SELECT * FROM unnest($1::uuid[], $2::int[], $3::int[], $4::text[], $5::text[], $6::timestamptz[], $7::text[],"
    "                      $8::uuid[], $9::bytea[], $10::int[], $11::text[], $12::text[], $13::timestamptz[],"
    "                      $14::text[], $15::text[], $16::timestamptz[], $17::text[], $18::uuid[])"
    " ON CONFLICT (dossier, step, round) DO UPDATE"
    "    SET state = excluded.state, opened_at = excluded.opened_at, opinion = excluded.opinion, draft = "
    "excluded.draft,"
    "        draft_sha256 = excluded.draft_sha256, draft_pages = excluded.draft_pages, outcome = excluded.outcome,"
    "        decider = excluded.decider, decided_at = excluded.decided_at, mandate = excluded.mandate,"
    "        signer = excluded.signer, signed_at = excluded.signed_at, signature = excluded.signature,"
    "        document = excluded.document"};

static void ask_steps(struct batch *b, struct approval_dossier *const *dossiers, size_t count)
{
    struct arena *a = b->arena;
    struct db_array *dossier = db_array_new(a, DB_UUID), *step = db_array_new(a, DB_INT4),
                    *round = db_array_new(a, DB_INT4), *state = db_array_new(a, DB_TEXT),
                    *unit = db_array_new(a, DB_TEXT), *opened_at = db_array_new(a, DB_TIME),
                    *opinion = db_array_new(a, DB_TEXT), *draft = db_array_new(a, DB_UUID),
                    *draft_sha256 = db_array_new(a, DB_BYTES), *draft_pages = db_array_new(a, DB_INT4),
                    *outcome = db_array_new(a, DB_TEXT), *decider = db_array_new(a, DB_TEXT),
                    *decided_at = db_array_new(a, DB_TIME), *mandate = db_array_new(a, DB_TEXT),
                    *signer = db_array_new(a, DB_TEXT), *signed_at = db_array_new(a, DB_TIME),
                    *signature = db_array_new(a, DB_TEXT), *document = db_array_new(a, DB_UUID);
    for (size_t i = 0; i < count; i++)
        for (size_t n = 0; n < dossiers[i]->step_count; n++) {
            const struct approval_step *s = &dossiers[i]->steps[n];
            bool drafted = !id_is_nil(s->draft.id);
            if (!s->changed)
                continue;
            db_array_uuid(dossier, dossiers[i]->id);
            db_array_int(step, s->step);
            db_array_int(round, s->round);
            db_array_text(state, approval_state_names[s->state]);
            db_array_text(unit, s->unit);
            db_array_time(opened_at, s->opened_at);
            db_array_text(opinion, opinion_name(s->opinion));
            db_array_uuid_or_null(draft, s->draft.id);
            if (drafted) {
                db_array_bytes(draft_sha256, (struct bytes){s->draft.sha256, sizeof s->draft.sha256});
                db_array_int(draft_pages, s->draft.pages);
            } else {
                db_array_null(draft_sha256);
                db_array_null(draft_pages);
            }
            db_array_text(outcome, outcome_name(s->outcome));
            db_array_text(decider, s->decider);
            db_array_time(decided_at, s->decided_at);
            db_array_text(mandate, s->mandate);
            db_array_text(signer, s->signer);
            db_array_time(signed_at, s->signed_at);
            db_array_text(signature, signature_kind_name(s->signature));
            db_array_uuid_or_null(document, s->document);
        }
    if (db_array_count(dossier))
        db_ask(b->db, a, &save_steps,
               DB_ARGS(db_items(dossier), db_items(step), db_items(round), db_items(state), db_items(unit),
                       db_items(opened_at), db_items(opinion), db_items(draft), db_items(draft_sha256),
                       db_items(draft_pages), db_items(outcome), db_items(decider), db_items(decided_at),
                       db_items(mandate), db_items(signer), db_items(signed_at), db_items(signature),
                       db_items(document)));
}

/* The work lists go with the steps: an opened one is put on the list of each unit that may see it, an ended one leaves.
 */
static const struct db_stmt save_listed = {
    "approval_save_listed",
    "INSERT INTO worklist (unit, open, due_at, dossier, step, round)"
    " SELECT DISTINCT * FROM unnest($1::text[], $2::bool[], $3::timestamptz[], $4::uuid[], $5::int[], $6::int[])"};
static const struct db_stmt save_unlisted = {
    "approval_save_unlisted", "UPDATE worklist w SET open = false"
                              "  FROM unnest($1::uuid[], $2::int[], $3::int[]) AS c (dossier, step, round)"
                              " WHERE w.dossier = c.dossier AND w.step = c.step AND w.round = c.round"};

static void ask_worklist(struct batch *b, struct approval_dossier *const *dossiers, size_t count)
{
    struct arena *a = b->arena;
    struct db_array *unit = db_array_new(a, DB_TEXT), *open = db_array_new(a, DB_BOOL),
                    *due_at = db_array_new(a, DB_TIME), *dossier = db_array_new(a, DB_UUID),
                    *step = db_array_new(a, DB_INT4), *round = db_array_new(a, DB_INT4);
    struct db_array *ended = db_array_new(a, DB_UUID), *ended_step = db_array_new(a, DB_INT4),
                    *ended_round = db_array_new(a, DB_INT4);
    for (size_t i = 0; i < count; i++)
        for (size_t n = 0; n < dossiers[i]->step_count; n++) {
            const struct approval_step *s = &dossiers[i]->steps[n];
            const char *units[] = {s->unit, dossiers[i]->unit, dossiers[i]->receiving_unit};
            bool is_open = approval_is_open(s->state);
            for (size_t u = 0; s->opened && u < COUNT_OF(units); u++) {
                db_array_text(unit, units[u]);
                db_array_bool(open, is_open);
                db_array_time(due_at, dossiers[i]->due_at);
                db_array_uuid(dossier, dossiers[i]->id);
                db_array_int(step, s->step);
                db_array_int(round, s->round);
            }
            if (s->changed && !s->opened && !is_open) {
                db_array_uuid(ended, dossiers[i]->id);
                db_array_int(ended_step, s->step);
                db_array_int(ended_round, s->round);
            }
        }
    if (db_array_count(unit))
        db_ask(b->db, a, &save_listed,
               DB_ARGS(db_items(unit), db_items(open), db_items(due_at), db_items(dossier), db_items(step),
                       db_items(round)));
    if (db_array_count(ended))
        db_ask(b->db, a, &save_unlisted, DB_ARGS(db_items(ended), db_items(ended_step), db_items(ended_round)));
}

static const struct db_stmt save_documents = {
    "approval_save_documents", "INSERT INTO document (id, dossier, kind, sha256, pages)"
                               " SELECT * FROM unnest($1::uuid[], $2::uuid[], $3::text[], $4::bytea[], $5::int[])"};

static void ask_documents(struct batch *b, struct approval_dossier *const *dossiers, size_t count)
{
    struct db_array *id = db_array_new(b->arena, DB_UUID), *dossier = db_array_new(b->arena, DB_UUID),
                    *kind = db_array_new(b->arena, DB_TEXT), *sha256 = db_array_new(b->arena, DB_BYTES),
                    *pages = db_array_new(b->arena, DB_INT4);
    for (size_t i = 0; i < count; i++)
        for (size_t n = 0; n < dossiers[i]->document_count; n++) {
            const struct approval_document *x = &dossiers[i]->documents[n];
            if (!x->changed)
                continue;
            db_array_uuid(id, x->id);
            db_array_uuid(dossier, dossiers[i]->id);
            db_array_text(kind, document_kind_name(x->kind));
            db_array_bytes(sha256, (struct bytes){x->sha256, sizeof x->sha256});
            db_array_int(pages, x->pages);
        }
    if (db_array_count(id))
        db_ask(b->db, b->arena, &save_documents,
               DB_ARGS(db_items(id), db_items(dossier), db_items(kind), db_items(sha256), db_items(pages)));
}

static const struct db_stmt save_appraisers = {
    "approval_save_appraisers",
    "INSERT INTO appraiser (dossier, officer) SELECT * FROM unnest($1::uuid[], $2::text[])"};

static void ask_appraisers(struct batch *b, struct approval_dossier *const *dossiers, size_t count)
{
    struct db_array *dossier = db_array_new(b->arena, DB_UUID), *officer = db_array_new(b->arena, DB_TEXT);
    for (size_t i = 0; i < count; i++)
        for (size_t n = dossiers[i]->appraisers_stored; n < dossiers[i]->appraiser_count; n++) {
            db_array_uuid(dossier, dossiers[i]->id);
            db_array_text(officer, dossiers[i]->appraisers[n]);
        }
    if (db_array_count(dossier))
        db_ask(b->db, b->arena, &save_appraisers, DB_ARGS(db_items(dossier), db_items(officer)));
}

void approval_repo_save(struct batch *b)
{
    struct approval_dossier **touched = ARENA_ARRAY(b->arena, b->subject_count + 1, struct approval_dossier *);
    size_t count = 0;
    for (size_t i = 0; i < b->subject_count; i++)
        if (b->subjects[i]->touched && strcmp(b->subjects[i]->kind, APPROVAL_MANDATE) != 0)
            touched[count++] = b->subjects[i]->state;
    ask_dossiers(b, touched, count);
    ask_steps(b, touched, count);
    ask_worklist(b, touched, count);
    ask_documents(b, touched, count);
    ask_appraisers(b, touched, count);
    approval_mandates_save(b);
}

const struct db_stmt *const approval_statements[] = {&load_dossiers,
                                                     &load_steps,
                                                     &load_documents,
                                                     &load_appraisers,
                                                     &approval_load_mandates,
                                                     &save_dossiers,
                                                     &save_steps,
                                                     &save_listed,
                                                     &save_unlisted,
                                                     &save_documents,
                                                     &save_appraisers,
                                                     &approval_save_mandates,
                                                     &approval_list_of_unit,
                                                     &approval_list_of_all,
                                                     &approval_read_one,
                                                     &approval_list_mandates,
                                                     NULL};
