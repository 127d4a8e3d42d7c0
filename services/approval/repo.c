/* SPDX-License-Identifier: Apache-2.0 */
/* SQL of the schema approval. One statement per table and batch: arrays in, arrays out. */
#include "services/approval/repo.h"

#include "common/flow/barred.h"
#include "common/flow/facts.h"
#include "common/flow/papers.h"
#include "common/flow/remarks.h"
#include "common/flow/worklist.h"
#include "services/approval/approval.h"

static struct papers *papers_of_dossier(void *dossier)
{
    return &((struct approval_dossier *)dossier)->papers;
}

static struct barred *appraisers_of(void *dossier)
{
    return &((struct approval_dossier *)dossier)->appraisers;
}

static const struct remark *remarks_of_dossier(const void *dossier)
{
    return ((const struct approval_dossier *)dossier)->remarks;
}

/* ---- load */

static const struct db_stmt load_steps = {
    "approval_load_steps",
    "SELECT dossier, step, round, state, unit, opened_at, opinion, draft, draft_sha256, draft_pages, outcome, decider,"
    "       decided_at, mandate, signer, signed_at, signature, document, due_at,"
    "       near_at, warning"
    "  FROM step WHERE dossier = ANY($1) ORDER BY dossier, step, round"};

struct approval_scratch *approval_scratch(struct batch *b)
{
    if (!b->service)
        b->service = ARENA_NEW(b->arena, struct approval_scratch);
    return b->service;
}

void approval_repo_ask(struct batch *b)
{
    struct approval_scratch *l = approval_scratch(b);
    l->facts = facts_ask(b);
    l->papers = papers_ask(b);
    l->appraisers = barred_ask(b);
    l->steps = db_ask(b->db, b->arena, &load_steps, DB_ARGS(db_items(b->subject_ids)));
}

static enum err_code take_steps(struct batch *b, const struct db_answer *q, struct err *reterr)
{
    int dossier = db_column(q, "dossier"), step = db_column(q, "step"), round = db_column(q, "round"),
        state = db_column(q, "state"), unit = db_column(q, "unit"), opened_at = db_column(q, "opened_at"),
        opinion = db_column(q, "opinion"), outcome = db_column(q, "outcome"), decider = db_column(q, "decider"),
        decided_at = db_column(q, "decided_at"), mandate = db_column(q, "mandate"), signer = db_column(q, "signer"),
        signed_at = db_column(q, "signed_at"), signature = db_column(q, "signature"),
        document = db_column(q, "document"), due_at = db_column(q, "due_at"), near_at = db_column(q, "near_at"),
        warning = db_column(q, "warning");
    struct handle_columns draft = {db_column(q, "draft"), db_column(q, "draft_sha256"), db_column(q, "draft_pages")};

    for (size_t i = 0; i < db_count(q); i++) {
        struct subject *of = batch_loaded(b, db_get_uuid(q, i, dossier));
        if (!of)
            continue;
        struct approval_step *s = approval_add_step(of->state, b->arena);
        int state_number, warning_number;
        enum err_code rc = db_get_word(q, i, state, approval_state_parse, &state_number, reterr);
        if (!rc)
            rc = db_get_word(q, i, opinion, opinion_parse, &s->opinion, reterr);
        if (!rc)
            rc = db_get_word(q, i, outcome, outcome_parse, &s->outcome, reterr);
        if (!rc)
            rc = db_get_word(q, i, signature, signature_kind_parse, &s->signature, reterr);
        if (!rc)
            rc = db_get_word(q, i, warning, step_warning_parse, &warning_number, reterr);
        if (!rc)
            rc = handle_take(q, i, draft, &s->draft, reterr);
        if (rc)
            return rc;
        s->step = (int)db_get_int(q, i, step);
        s->round = (int)db_get_int(q, i, round);
        s->state = (enum approval_state)state_number;
        s->unit = db_get_text(q, i, unit);
        s->opened_at = db_get_time(q, i, opened_at);
        s->due_at = db_get_time(q, i, due_at);
        s->near_at = db_get_time(q, i, near_at);
        s->warning = (enum step_warning)warning_number;
        s->decider = db_get_text(q, i, decider);
        s->decided_at = db_get_time(q, i, decided_at);
        s->mandate = db_get_text(q, i, mandate);
        s->signer = db_get_text(q, i, signer);
        s->signed_at = db_get_time(q, i, signed_at);
        s->document = db_get_uuid(q, i, document);
    }
    return ERR_OK;
}

enum err_code approval_repo_take(struct batch *b, struct err *reterr)
{
    const struct approval_scratch *l = b->service;
    enum err_code rc = facts_take(b, l->facts, sizeof(struct approval_dossier), reterr);
    if (!rc)
        rc = papers_take(b, l->papers, papers_of_dossier, reterr);
    if (!rc)
        rc = take_steps(b, l->steps, reterr);
    if (!rc)
        barred_take(b, l->appraisers, appraisers_of);
    return rc;
}

/* ---- save */

static const struct db_stmt save_steps = {
    "approval_save_steps",
    "INSERT INTO step (dossier, step, round, state, unit, opened_at, opinion, draft, draft_sha256, draft_pages, "
    "outcome,"
    "                  decider, decided_at, mandate, signer, signed_at, signature, document, due_at,"
    "                  near_at, warning)"
    " SELECT * FROM unnest($1::uuid[], $2::int[], $3::int[], $4::text[], $5::text[], $6::timestamptz[], $7::text[],"
    "                      $8::uuid[], $9::bytea[], $10::int[], $11::text[], $12::text[], $13::timestamptz[],"
    "                      $14::text[], $15::text[], $16::timestamptz[], $17::text[], $18::uuid[], $19::timestamptz[],"
    "                      $20::timestamptz[], $21::text[])"
    " ON CONFLICT (dossier, step, round) DO UPDATE"
    "    SET state = excluded.state, opened_at = excluded.opened_at, opinion = excluded.opinion, draft = "
    "excluded.draft,"
    "        draft_sha256 = excluded.draft_sha256, draft_pages = excluded.draft_pages, outcome = excluded.outcome,"
    "        decider = excluded.decider, decided_at = excluded.decided_at, mandate = excluded.mandate,"
    "        signer = excluded.signer, signed_at = excluded.signed_at, signature = excluded.signature,"
    "        document = excluded.document, due_at = excluded.due_at, near_at = excluded.near_at,"
    "        warning = excluded.warning"};

static void ask_steps(struct batch *b, void *const *dossiers, size_t count)
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
                    *signature = db_array_new(a, DB_TEXT), *document = db_array_new(a, DB_UUID),
                    *due_at = db_array_new(a, DB_TIME), *near_at = db_array_new(a, DB_TIME),
                    *warning = db_array_new(a, DB_TEXT);
    struct worklist *lists = worklist_new(b);
    for (size_t i = 0; i < count; i++) {
        const struct approval_dossier *d = dossiers[i];
        for (size_t n = 0; n < d->step_count; n++) {
            const struct approval_step *s = &d->steps[n];
            bool drafted = !id_is_nil(s->draft.id);
            if (!s->changed)
                continue;
            worklist_note(lists, &d->facts,
                          &(struct listed){.step = s->step,
                                           .round = s->round,
                                           .unit = s->unit,
                                           .opened = s->opened,
                                           .open = approval_is_open((int)s->state) || approval_corrects(d, s),
                                           .reopened = s->reopened});
            db_array_uuid(dossier, d->facts.id);
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
            db_array_time(due_at, s->due_at);
            db_array_time(near_at, s->near_at);
            db_array_text(warning, step_warning_names[s->warning]);
        }
    }
    if (db_array_count(dossier))
        db_ask(b->db, a, &save_steps,
               DB_ARGS(db_items(dossier), db_items(step), db_items(round), db_items(state), db_items(unit),
                       db_items(opened_at), db_items(opinion), db_items(draft), db_items(draft_sha256),
                       db_items(draft_pages), db_items(outcome), db_items(decider), db_items(decided_at),
                       db_items(mandate), db_items(signer), db_items(signed_at), db_items(signature),
                       db_items(document), db_items(due_at), db_items(near_at), db_items(warning)));
    worklist_save(lists);
}

void approval_repo_save(struct batch *b)
{
    size_t count;
    void **touched = batch_touched(b, DOSSIER, &count);
    facts_save(b, touched, count);
    papers_save(b, touched, count, papers_of_dossier);
    barred_save(b, touched, count, appraisers_of);
    ask_steps(b, touched, count);
    remarks_save(b, touched, count, remarks_of_dossier);
    approval_mandates_save(b);
}

/* clang-format off */
const struct db_stmt *const approval_statements[] = {
    &facts_load_stmt, &facts_save_stmt, &facts_move_stmt, &facts_leave_out_stmt, &facts_note_stmt, &papers_load_stmt, &papers_save_stmt, &barred_load_stmt, &barred_save_stmt, &remarks_save_stmt,
    &worklist_list_stmt, &worklist_end_stmt, &worklist_reopen_stmt, &load_steps, &save_steps, &approval_load_mandates, &approval_save_mandates,
    &approval_list_of_unit, &approval_list_of_all, &approval_read_one, &approval_list_mandates, NULL};
/* clang-format on */
