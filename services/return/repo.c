/* SPDX-License-Identifier: Apache-2.0 */
/* SQL of dossiers and documents. One statement per table and batch: arrays in, arrays out. */
#include "services/return/repo_private.h"

#include "common/flow/facts.h"
#include "common/flow/papers.h"
#include "common/flow/worklist.h"
#include "services/return/return.h"

/* ---- load */

static const struct db_stmt load_documents = {
    "return_load_documents",
    "SELECT d.dossier, d.id, d.sha256, d.pages, d.outcome, d.state, d.signed_step, d.signer, d.mandate, d.form,"
    "       d.signature, d.signed_at, d.unit, d.issue_step, d.step, d.round, d.opened_at, d.giver, d.given_at, d.taker,"
    "       d.taken_at, d.ready_at, d.delivery, d.handed_over_at, d.archived_at, d.collector, d.proof, d.authorisation, d.collector_record,"
    "       d.consignment, d.undelivered, d.came_back_at, d.reminders, d.unclaimed_at,"
    "       d.step_opened_at, d.step_due_at, d.step_near_at, d.step_warning, d.fault, d.refuser, d.refused_at,"
    "       n.series, n.year, n.number, n.text AS number_text, n.clerk, n.at AS numbered_at,"
    "       u.seal, u.ordinal, u.keeper, u.place, u.at AS sealed_at"
    "  FROM document d LEFT JOIN issued_number n ON n.dossier = d.dossier AND n.document = d.id"
    "  LEFT JOIN seal_use u ON u.dossier = d.dossier AND u.document = d.id"
    " WHERE d.dossier = ANY($1) ORDER BY d.dossier, d.opened_at, d.id"};

static struct papers *brought_of(void *dossier)
{
    return &((struct return_dossier *)dossier)->brought;
}

struct loaded *return_repo_loaded(struct batch *b)
{
    if (!b->service)
        b->service = ARENA_NEW(b->arena, struct loaded);
    return b->service;
}

void return_repo_ask(struct batch *b)
{
    struct loaded *l = return_repo_loaded(b);
    l->facts = facts_ask(b);
    l->brought = papers_ask(b);
    l->documents = db_ask(b->db, b->arena, &load_documents, DB_ARGS(db_items(b->subject_ids)));
    return_repo_ask_fees(b);
}

/* take_words reads the columns that hold names of enums. */
static enum err_code take_words(const struct db_answer *q, size_t i, struct return_document *x, struct err *reterr)
{
    int number, warning = STEP_WARNING_NONE;
    enum err_code rc = db_get_word(q, i, db_column(q, "state"), return_state_parse, &number, reterr);
    if (rc)
        return rc;
    x->state = (enum return_state)number;
    rc = db_get_word(q, i, db_column(q, "outcome"), outcome_parse, &x->outcome, reterr);
    if (!rc)
        rc = db_get_word(q, i, db_column(q, "form"), signature_form_parse, &x->form, reterr);
    if (!rc)
        rc = db_get_word(q, i, db_column(q, "signature"), signature_kind_parse, &x->signature, reterr);
    if (!rc)
        rc = db_get_word(q, i, db_column(q, "delivery"), delivery_parse, &x->delivery, reterr);
    if (!rc)
        rc = db_get_word(q, i, db_column(q, "step_warning"), step_warning_parse, &warning, reterr);
    x->step_warning = (enum step_warning)warning;
    return rc;
}

/* word_or_none reads a word of a column that may be NULL. */
static enum err_code word_or_none(const struct db_answer *q, size_t i, const char *column, int (*parse)(const char *),
                                  int *ret, struct err *reterr)
{
    if (!db_get_text(q, i, db_column(q, column)))
        return ERR_OK;
    return db_get_word(q, i, db_column(q, column), parse, ret, reterr);
}

/* take_handing reads how it was delivered, what came back, and how often it was told that nobody came. */
static enum err_code take_handing(const struct db_answer *q, size_t i, struct return_document *x, struct err *reterr)
{
    x->handing.authorisation.id = db_get_uuid(q, i, db_column(q, "authorisation"));
    x->handing.collector.id = db_get_uuid(q, i, db_column(q, "collector_record"));
    x->handing.consignment = db_get_text(q, i, db_column(q, "consignment"));
    x->came_back_at = db_get_time(q, i, db_column(q, "came_back_at"));
    x->reminders = (int)db_get_int(q, i, db_column(q, "reminders"));
    x->unclaimed_at = db_get_time(q, i, db_column(q, "unclaimed_at"));
    enum err_code rc = word_or_none(q, i, "collector", collector_parse, &x->handing.who, reterr);
    if (!rc)
        rc = word_or_none(q, i, "proof", proof_parse, &x->handing.paper, reterr);
    if (!rc)
        rc = word_or_none(q, i, "undelivered", undelivered_parse, &x->undelivered, reterr);
    if (!rc)
        rc = word_or_none(q, i, "fault", hand_over_fault_parse, &x->fault, reterr);
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
    struct handle_columns handle = {db_column(q, "id"), db_column(q, "sha256"), db_column(q, "pages")};

    for (size_t i = 0; i < db_count(q); i++) {
        struct subject *s = batch_loaded(b, db_get_uuid(q, i, db_column(q, "dossier")));
        if (!s)
            continue;
        struct return_document *x = return_add_document(s->state, b->arena);
        enum err_code rc = take_words(q, i, x, reterr);
        if (!rc)
            rc = take_handing(q, i, x, reterr);
        if (!rc)
            rc = handle_take(q, i, handle, &x->handle, reterr);
        if (rc)
            return rc;
        x->signed_step = (int)db_get_int(q, i, db_column(q, "signed_step"));
        x->signer = db_get_text(q, i, db_column(q, "signer"));
        x->mandate = db_get_text(q, i, db_column(q, "mandate"));
        x->signed_at = db_get_time(q, i, db_column(q, "signed_at"));
        x->unit = db_get_text(q, i, db_column(q, "unit"));
        x->issue_step = (int)db_get_int(q, i, db_column(q, "issue_step"));
        x->step = (int)db_get_int(q, i, db_column(q, "step"));
        x->round = (int)db_get_int(q, i, db_column(q, "round"));
        x->opened_at = db_get_time(q, i, db_column(q, "opened_at"));
        x->step_opened_at = db_get_time(q, i, db_column(q, "step_opened_at"));
        x->step_due_at = db_get_time(q, i, db_column(q, "step_due_at"));
        x->step_near_at = db_get_time(q, i, db_column(q, "step_near_at"));
        x->giver = db_get_text(q, i, db_column(q, "giver"));
        x->given_at = db_get_time(q, i, db_column(q, "given_at"));
        x->taker = db_get_text(q, i, db_column(q, "taker"));
        x->taken_at = db_get_time(q, i, db_column(q, "taken_at"));
        x->refuser = db_get_text(q, i, db_column(q, "refuser"));
        x->refused_at = db_get_time(q, i, db_column(q, "refused_at"));
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
    enum err_code rc = facts_take(b, l->facts, sizeof(struct return_dossier), reterr);
    if (!rc)
        rc = papers_take(b, l->brought, brought_of, reterr);
    if (!rc)
        rc = return_repo_take_fees(b, reterr);
    return rc ? rc : take_documents(b, l->documents, reterr);
}

/* ---- save */

/* What a signature says never changes; it is inserted apart from what moves, so that a move carries little. */
static const struct db_stmt save_opened = {
    "return_save_opened",
    "INSERT INTO document (dossier, id, sha256, pages, outcome, state, signed_step, signer, mandate, form, signature,"
    "                      signed_at, unit, issue_step, step, round, opened_at, delivery, step_opened_at,"
    "                      step_due_at, step_near_at)"
    " SELECT dossier, id, sha256, pages, outcome, 'awaiting_issue', signed_step, signer, mandate, form, signature, "
    "signed_at,"
    "        unit, issue_step, issue_step, round, opened_at, '',"
    "        step_opened_at, step_due_at, step_near_at"
    "   FROM unnest($1::uuid[], $2::uuid[], $3::bytea[], $4::int[], $5::text[], $6::int[], $7::text[], $8::text[],"
    "               $9::text[], $10::text[], $11::timestamptz[], $12::text[], $13::int[], $14::int[], "
    "$15::timestamptz[],"
    "               $16::timestamptz[], $17::timestamptz[], $18::timestamptz[])"
    "     AS n (dossier, id, sha256, pages, outcome, signed_step, signer, mandate, form, signature, signed_at, unit,"
    "           issue_step, round, opened_at, step_opened_at, step_due_at, step_near_at)"};

static void ask_opened(struct batch *b, void *const *dossiers, size_t count)
{
    struct arena *a = b->arena;
    struct db_array *dossier = db_array_new(a, DB_UUID), *id = db_array_new(a, DB_UUID),
                    *sha256 = db_array_new(a, DB_BYTES), *pages = db_array_new(a, DB_INT4),
                    *outcome = db_array_new(a, DB_TEXT), *signed_step = db_array_new(a, DB_INT4),
                    *signer = db_array_new(a, DB_TEXT), *mandate = db_array_new(a, DB_TEXT),
                    *form = db_array_new(a, DB_TEXT), *signature = db_array_new(a, DB_TEXT),
                    *signed_at = db_array_new(a, DB_TIME), *unit = db_array_new(a, DB_TEXT),
                    *issue_step = db_array_new(a, DB_INT4), *round = db_array_new(a, DB_INT4),
                    *opened_at = db_array_new(a, DB_TIME), *step_opened_at = db_array_new(a, DB_TIME),
                    *step_due_at = db_array_new(a, DB_TIME), *step_near_at = db_array_new(a, DB_TIME);
    for (size_t i = 0; i < count; i++) {
        const struct return_dossier *d = dossiers[i];
        for (size_t n = 0; n < d->document_count; n++) {
            const struct return_document *x = &d->documents[n];
            if (!x->opened)
                continue;
            db_array_uuid(dossier, d->facts.id);
            db_array_uuid(id, x->handle.id);
            db_array_bytes(sha256, (struct bytes){x->handle.sha256, sizeof x->handle.sha256});
            db_array_int(pages, x->handle.pages);
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
            db_array_time(step_opened_at, x->step_opened_at);
            db_array_time(step_due_at, x->step_due_at);
            db_array_time(step_near_at, x->step_near_at);
        }
    }
    if (db_array_count(id))
        db_ask(b->db, a, &save_opened,
               DB_ARGS(db_items(dossier), db_items(id), db_items(sha256), db_items(pages), db_items(outcome),
                       db_items(signed_step), db_items(signer), db_items(mandate), db_items(form), db_items(signature),
                       db_items(signed_at), db_items(unit), db_items(issue_step), db_items(round), db_items(opened_at),
                       db_items(step_opened_at), db_items(step_due_at), db_items(step_near_at)));
}

static const struct db_stmt save_moved = {
    "return_save_moved",
    "UPDATE document d SET state = n.state, step = n.step, giver = n.giver, given_at = n.given_at, taker = n.taker,"
    "       taken_at = n.taken_at, ready_at = n.ready_at, delivery = n.delivery, handed_over_at = n.handed_over_at,"
    "       archived_at = n.archived_at, collector = n.collector, proof = n.proof, authorisation = n.authorisation,"
    "       consignment = n.consignment, undelivered = n.undelivered, came_back_at = n.came_back_at,"
    "       reminders = n.reminders, unclaimed_at = n.unclaimed_at, step_opened_at = n.step_opened_at,"
    "       step_due_at = n.step_due_at, step_near_at = n.step_near_at, step_warning = n.step_warning, fault = "
    "n.fault, refuser = n.refuser, refused_at = n.refused_at, collector_record = n.collector_record"
    "  FROM unnest($1::uuid[], $2::uuid[], $3::text[], $4::int[], $5::text[], $6::timestamptz[], $7::text[],"
    "              $8::timestamptz[], $9::timestamptz[], $10::text[], $11::timestamptz[], $12::timestamptz[],"
    "              $13::text[], $14::text[], $15::uuid[], $16::text[], $17::text[], $18::timestamptz[], $19::int[],"
    "              $20::timestamptz[], $21::timestamptz[], $22::timestamptz[], $23::text[], $24::text[],"
    "              $25::timestamptz[], $26::timestamptz[], $27::text[], $28::uuid[])"
    "    AS n (dossier, id, state, step, giver, given_at, taker, taken_at, ready_at, delivery, handed_over_at,"
    "          archived_at, collector, proof, authorisation, consignment, undelivered, came_back_at, reminders,"
    "          unclaimed_at, step_opened_at, step_due_at, fault, refuser, refused_at, step_near_at, step_warning,"
    "          collector_record)"
    " WHERE d.dossier = n.dossier AND d.id = n.id"};

static const char *text_or_null(const char *word)
{
    return word[0] ? word : NULL;
}

static void ask_moved(struct batch *b, void *const *dossiers, size_t count)
{
    struct arena *a = b->arena;
    struct db_array *dossier = db_array_new(a, DB_UUID), *id = db_array_new(a, DB_UUID),
                    *state = db_array_new(a, DB_TEXT), *step = db_array_new(a, DB_INT4),
                    *giver = db_array_new(a, DB_TEXT), *given_at = db_array_new(a, DB_TIME),
                    *taker = db_array_new(a, DB_TEXT), *taken_at = db_array_new(a, DB_TIME),
                    *ready_at = db_array_new(a, DB_TIME), *delivery = db_array_new(a, DB_TEXT),
                    *handed_over_at = db_array_new(a, DB_TIME), *archived_at = db_array_new(a, DB_TIME),
                    *collector = db_array_new(a, DB_TEXT), *proof = db_array_new(a, DB_TEXT),
                    *authorisation = db_array_new(a, DB_UUID), *consignment = db_array_new(a, DB_TEXT),
                    *undelivered = db_array_new(a, DB_TEXT), *came_back_at = db_array_new(a, DB_TIME),
                    *reminders = db_array_new(a, DB_INT4), *unclaimed_at = db_array_new(a, DB_TIME),
                    *step_opened_at = db_array_new(a, DB_TIME), *step_due_at = db_array_new(a, DB_TIME),
                    *fault = db_array_new(a, DB_TEXT), *refuser = db_array_new(a, DB_TEXT),
                    *refused_at = db_array_new(a, DB_TIME), *step_near_at = db_array_new(a, DB_TIME),
                    *step_warning = db_array_new(a, DB_TEXT), *record = db_array_new(a, DB_UUID);
    for (size_t i = 0; i < count; i++) {
        const struct return_dossier *d = dossiers[i];
        for (size_t n = 0; n < d->document_count; n++) {
            const struct return_document *x = &d->documents[n];
            if (!x->changed || (x->opened && x->state == RETURN_AWAITING_ISSUE))
                continue;
            db_array_uuid(dossier, d->facts.id);
            db_array_uuid(id, x->handle.id);
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
            db_array_text(collector, text_or_null(collector_name(x->handing.who)));
            db_array_text(proof, text_or_null(proof_name(x->handing.paper)));
            db_array_uuid_or_null(authorisation, x->handing.authorisation.id);
            db_array_text(consignment, x->handing.consignment);
            db_array_text(undelivered, text_or_null(undelivered_name(x->undelivered)));
            db_array_time(came_back_at, x->came_back_at);
            db_array_int(reminders, x->reminders);
            db_array_time(unclaimed_at, x->unclaimed_at);
            db_array_time(step_opened_at, x->step_opened_at);
            db_array_time(step_due_at, x->step_due_at);
            db_array_time(step_near_at, x->step_near_at);
            db_array_text(fault, text_or_null(hand_over_fault_name(x->fault)));
            db_array_text(refuser, x->refuser);
            db_array_time(refused_at, x->refused_at);
            db_array_text(step_warning, step_warning_names[x->step_warning]);
            db_array_uuid_or_null(record, x->handing.collector.id);
        }
    }
    if (db_array_count(id))
        db_ask(b->db, a, &save_moved,
               DB_ARGS(db_items(dossier), db_items(id), db_items(state), db_items(step), db_items(giver),
                       db_items(given_at), db_items(taker), db_items(taken_at), db_items(ready_at), db_items(delivery),
                       db_items(handed_over_at), db_items(archived_at), db_items(collector), db_items(proof),
                       db_items(authorisation), db_items(consignment), db_items(undelivered), db_items(came_back_at),
                       db_items(reminders), db_items(unclaimed_at), db_items(step_opened_at), db_items(step_due_at),
                       db_items(fault), db_items(refuser), db_items(refused_at), db_items(step_near_at),
                       db_items(step_warning), db_items(record)));
}

/* ---- the books, and the work lists */

static const struct db_stmt save_numbers = {
    "return_save_numbers",
    "INSERT INTO issued_number (series, year, number, text, dossier, document, clerk, at)"
    " SELECT * FROM unnest($1::text[], $2::int[], $3::bigint[], $4::text[], $5::uuid[], $6::uuid[], $7::text[],"
    "                      $8::timestamptz[])"};

static void ask_numbers(struct batch *b, void *const *dossiers, size_t count)
{
    struct arena *a = b->arena;
    struct db_array *series = db_array_new(a, DB_TEXT), *year = db_array_new(a, DB_INT4),
                    *number = db_array_new(a, DB_INT8), *text = db_array_new(a, DB_TEXT),
                    *dossier = db_array_new(a, DB_UUID), *document = db_array_new(a, DB_UUID),
                    *clerk = db_array_new(a, DB_TEXT), *at = db_array_new(a, DB_TIME);
    for (size_t i = 0; i < count; i++) {
        const struct return_dossier *d = dossiers[i];
        for (size_t n = 0; n < d->document_count; n++) {
            const struct return_document *x = &d->documents[n];
            if (!x->numbered)
                continue;
            db_array_text(series, x->series);
            db_array_int(year, x->year);
            db_array_int(number, x->number);
            db_array_text(text, x->number_text);
            db_array_uuid(dossier, d->facts.id);
            db_array_uuid(document, x->handle.id);
            db_array_text(clerk, x->numbered_by);
            db_array_time(at, x->numbered_at);
        }
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

static void ask_imprints(struct batch *b, void *const *dossiers, size_t count)
{
    struct arena *a = b->arena;
    struct db_array *seal = db_array_new(a, DB_TEXT), *at = db_array_new(a, DB_TIME),
                    *dossier = db_array_new(a, DB_UUID), *document = db_array_new(a, DB_UUID),
                    *ordinal = db_array_new(a, DB_INT4), *keeper = db_array_new(a, DB_TEXT),
                    *place = db_array_new(a, DB_TEXT);
    for (size_t i = 0; i < count; i++) {
        const struct return_dossier *d = dossiers[i];
        for (size_t n = 0; n < d->document_count; n++) {
            const struct return_document *x = &d->documents[n];
            if (!x->sealed)
                continue;
            db_array_text(seal, x->seal);
            db_array_time(at, x->sealed_at);
            db_array_uuid(dossier, d->facts.id);
            db_array_uuid(document, x->handle.id);
            db_array_int(ordinal, x->ordinal);
            db_array_text(keeper, x->keeper);
            db_array_text(place, x->seal_place);
        }
    }
    if (db_array_count(seal))
        db_ask(b->db, a, &save_imprints,
               DB_ARGS(db_items(seal), db_items(at), db_items(dossier), db_items(document), db_items(ordinal),
                       db_items(keeper), db_items(place)));
}

/* A document is on the lists by the step that issues it, which stays when it moves on. */
static void note_lists(struct batch *b, void *const *dossiers, size_t count)
{
    struct worklist *lists = worklist_new(b);
    for (size_t i = 0; i < count; i++) {
        const struct return_dossier *d = dossiers[i];
        for (size_t n = 0; n < d->document_count; n++) {
            const struct return_document *x = &d->documents[n];
            if (x->changed)
                worklist_note(lists, &d->facts,
                              &(struct listed){.step = x->issue_step,
                                               .round = x->round,
                                               .unit = x->unit,
                                               .opened = x->opened,
                                               .open = return_is_open((int)x->state),
                                               .reopened = x->reopened});
        }
    }
    worklist_save(lists);
}

void return_repo_save(struct batch *b)
{
    size_t count;
    void **touched = batch_touched(b, DOSSIER, &count);
    facts_save(b, touched, count);
    papers_save(b, touched, count, brought_of);
    return_repo_save_fees(b, touched, count);
    ask_opened(b, touched, count);
    ask_moved(b, touched, count);
    ask_numbers(b, touched, count);
    ask_imprints(b, touched, count);
    note_lists(b, touched, count);
    return_repo_save_registers(b);
    return_repo_save_refused(b);
}

/* clang-format off */
const struct db_stmt *const return_statements[] = {
    &facts_load_stmt, &facts_save_stmt, &facts_move_stmt, &facts_leave_out_stmt, &facts_note_stmt, &worklist_list_stmt, &worklist_end_stmt, &worklist_reopen_stmt, &papers_load_stmt, &papers_save_stmt, &load_documents, &return_load_fees, &return_save_fees, &save_opened,
    &save_moved, &save_numbers, &save_imprints, &return_load_own_series, &return_load_own_seals,
    &return_load_named_series, &return_load_named_seals, &return_save_series, &return_save_seals, &return_list_of_unit,
    &return_list_of_all, &return_read_one, &return_list_series, &return_list_seals, &return_list_seal_uses,
    &return_save_refused, &return_list_refused, NULL};
/* clang-format on */
