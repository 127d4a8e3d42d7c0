/* SPDX-License-Identifier: Apache-2.0 */
/* SQL of the schema appraisal. One statement per table and batch: arrays in, arrays out. */
#include "services/appraisal/repo.h"

#include <string.h>

#include "common/flow/barred.h"
#include "common/flow/facts.h"
#include "common/flow/papers.h"
#include "common/flow/remarks.h"
#include "common/flow/worklist.h"
#include "services/appraisal/appraisal.h"

static struct papers *papers_of_dossier(void *dossier)
{
    return &((struct appraisal_dossier *)dossier)->papers;
}

static struct barred *approvers_of(void *dossier)
{
    return &((struct appraisal_dossier *)dossier)->approvers;
}

static const struct remark *remarks_of_dossier(const void *dossier)
{
    return ((const struct appraisal_dossier *)dossier)->remarks;
}

/* ---- load */

struct loaded {
    struct db_answer *facts, *papers, *approvers, *steps, *parts;
};

static const struct db_stmt load_steps = {
    "appraisal_load_steps", "SELECT dossier, step, round, kind, state, unit, officer, asked, opened_at, "
                            "assigned_at, asked_at, due_at, near_at, warning, ended_at, opinion, document, "
                            "verified, answered_at, decided"
                            "  FROM step WHERE dossier = ANY($1) ORDER BY dossier, step, round"};

void appraisal_repo_ask(struct batch *b)
{
    struct loaded *l = ARENA_NEW(b->arena, struct loaded);
    l->facts = facts_ask(b);
    l->papers = papers_ask(b);
    l->approvers = barred_ask(b);
    l->steps = db_ask(b->db, b->arena, &load_steps, DB_ARGS(db_items(b->subject_ids)));
    l->parts = appraisal_parts_ask(b);
    b->service = l;
}

static enum err_code take_steps(struct batch *b, const struct db_answer *q, struct err *reterr)
{
    int dossier = db_column(q, "dossier"), step = db_column(q, "step"), round = db_column(q, "round"),
        kind = db_column(q, "kind"), state = db_column(q, "state"), unit = db_column(q, "unit"),
        officer = db_column(q, "officer"), asked = db_column(q, "asked"), opened_at = db_column(q, "opened_at"),
        assigned_at = db_column(q, "assigned_at"), due_at = db_column(q, "due_at"), ended_at = db_column(q, "ended_at"),
        opinion = db_column(q, "opinion"), document = db_column(q, "document"), near_at = db_column(q, "near_at"),
        warning = db_column(q, "warning"), asked_at = db_column(q, "asked_at"), verified = db_column(q, "verified"),
        answered_at = db_column(q, "answered_at"), decided = db_column(q, "decided");

    for (size_t i = 0; i < db_count(q); i++) {
        struct subject *of = batch_loaded(b, db_get_uuid(q, i, dossier));
        if (!of)
            continue;
        struct appraisal_step *s = appraisal_add_step(of->state, b->arena);
        int state_number, kind_number, warning_number;
        enum err_code rc = db_get_word(q, i, state, appraisal_state_parse, &state_number, reterr);
        if (!rc)
            rc = db_get_word(q, i, kind, step_kind_parse, &kind_number, reterr);
        if (!rc)
            rc = db_get_word(q, i, opinion, opinion_parse, &s->opinion, reterr);
        if (!rc)
            rc = db_get_word(q, i, warning, step_warning_parse, &warning_number, reterr);
        if (rc)
            return rc;
        s->step = (int)db_get_int(q, i, step);
        s->round = (int)db_get_int(q, i, round);
        s->kind = (enum step_kind)kind_number;
        s->state = (enum appraisal_state)state_number;
        s->unit = db_get_text(q, i, unit);
        s->officer = db_get_text(q, i, officer);
        s->asked = db_get_text(q, i, asked);
        s->opened_at = db_get_time(q, i, opened_at);
        s->assigned_at = db_get_time(q, i, assigned_at);
        s->asked_at = db_get_time(q, i, asked_at);
        s->due_at = db_get_time(q, i, due_at);
        s->near_at = db_get_time(q, i, near_at);
        s->warning = (enum step_warning)warning_number;
        s->ended_at = db_get_time(q, i, ended_at);
        s->document = db_get_uuid(q, i, document);
        s->verified = (int)db_get_int(q, i, verified);
        s->answered_at = db_get_time(q, i, answered_at);
        s->decided = db_get_bool(q, i, decided);
    }
    return ERR_OK;
}

enum err_code appraisal_repo_take(struct batch *b, struct err *reterr)
{
    const struct loaded *l = b->service;
    enum err_code rc = facts_take(b, l->facts, sizeof(struct appraisal_dossier), reterr);
    if (!rc)
        rc = papers_take(b, l->papers, papers_of_dossier, reterr);
    if (!rc)
        rc = take_steps(b, l->steps, reterr);
    if (!rc)
        rc = appraisal_parts_take(b, l->parts, reterr);
    if (!rc)
        barred_take(b, l->approvers, approvers_of);
    return rc;
}

/* ---- save */

static const struct db_stmt save_steps = {
    "appraisal_save_steps",
    "INSERT INTO step (dossier, step, round, kind, state, unit, officer, asked, opened_at, assigned_at, due_at, "
    "ended_at,"
    "                  opinion, document, near_at, warning, asked_at, verified, answered_at, decided)"
    " SELECT * FROM unnest($1::uuid[], $2::int[], $3::int[], $4::text[], $5::text[], $6::text[], $7::text[], "
    "$8::text[],"
    "                      $9::timestamptz[], $10::timestamptz[], $11::timestamptz[], $12::timestamptz[], $13::text[],"
    "                      $14::uuid[], $15::timestamptz[], $16::text[], $17::timestamptz[], $18::int[],"
    "                      $19::timestamptz[], $20::boolean[])"
    " ON CONFLICT (dossier, step, round) DO UPDATE"
    "    SET state = excluded.state, officer = excluded.officer, asked = excluded.asked,"
    "        assigned_at = excluded.assigned_at, due_at = excluded.due_at, ended_at = excluded.ended_at,"
    "        opinion = excluded.opinion, document = excluded.document, near_at = excluded.near_at, warning = "
    "excluded.warning, asked_at = excluded.asked_at, verified = excluded.verified, answered_at = excluded.answered_at,"
    "        decided = excluded.decided"};

/* The participants are ids, so a comma can part them. */
static const struct db_stmt save_verifications = {
    "appraisal_save_verifications",
    "INSERT INTO verification (dossier, step, round, number, at, place, participants, others, minutes)"
    " SELECT dossier, step, round, number, at, place, string_to_array(participants, ','), others, minutes"
    "   FROM unnest($1::uuid[], $2::int[], $3::int[], $4::int[], $5::timestamptz[], $6::text[], $7::text[], $8::int[],"
    "               $9::uuid[]) AS v (dossier, step, round, number, at, place, participants, others, minutes)"};

static const char *joined(struct arena *a, const char **items, size_t count)
{
    const char *text = items[0];
    for (size_t i = 1; i < count; i++)
        text = arena_printf(a, "%s,%s", text, items[i]);
    return text;
}

static void ask_verifications(struct batch *b, void *const *dossiers, size_t count)
{
    struct arena *a = b->arena;
    struct db_array *dossier = db_array_new(a, DB_UUID), *step = db_array_new(a, DB_INT4),
                    *round = db_array_new(a, DB_INT4), *at = db_array_new(a, DB_TIME),
                    *place = db_array_new(a, DB_TEXT), *participants = db_array_new(a, DB_TEXT),
                    *others = db_array_new(a, DB_INT4), *number = db_array_new(a, DB_INT4),
                    *minutes = db_array_new(a, DB_UUID);
    for (size_t i = 0; i < count; i++) {
        const struct appraisal_dossier *d = dossiers[i];
        for (size_t n = 0; n < d->step_count; n++) {
            const struct appraisal_step *s = &d->steps[n];
            for (const struct appraisal_verification *v = s->verifications; v; v = v->next) {
                db_array_uuid(dossier, d->facts.id);
                db_array_int(step, s->step);
                db_array_int(round, s->round);
                db_array_int(number, v->number);
                db_array_time(at, v->at);
                db_array_text(place, v->place);
                db_array_text(participants, joined(a, v->participants, v->participant_count));
                db_array_int(others, v->others);
                db_array_uuid(minutes, v->minutes);
            }
        }
    }
    if (db_array_count(dossier))
        db_ask(b->db, a, &save_verifications,
               DB_ARGS(db_items(dossier), db_items(step), db_items(round), db_items(number), db_items(at),
                       db_items(place), db_items(participants), db_items(others), db_items(minutes)));
}

/* list_asked puts a consultation on the list of the asked unit, once, when it is asked; the others have the step
 * already. */
static void list_asked(struct worklist *lists, const struct dossier_facts *f, const struct appraisal_step *s)
{
    struct dossier_facts of_asked = *f;
    if (!s->asked_anew || s->state != APPRAISAL_CONSULTING || strcmp(s->asked, f->unit) == 0 ||
        strcmp(s->asked, f->receiving_unit) == 0)
        return;
    of_asked.unit = of_asked.receiving_unit = s->asked;
    worklist_note(lists, &of_asked,
                  &(struct listed){.step = s->step, .round = s->round, .unit = s->asked, .opened = true, .open = true});
}

static void ask_steps(struct batch *b, void *const *dossiers, size_t count)
{
    struct arena *a = b->arena;
    struct db_array *dossier = db_array_new(a, DB_UUID), *step = db_array_new(a, DB_INT4),
                    *round = db_array_new(a, DB_INT4), *kind = db_array_new(a, DB_TEXT),
                    *state = db_array_new(a, DB_TEXT), *unit = db_array_new(a, DB_TEXT),
                    *officer = db_array_new(a, DB_TEXT), *asked = db_array_new(a, DB_TEXT),
                    *opened_at = db_array_new(a, DB_TIME), *assigned_at = db_array_new(a, DB_TIME),
                    *due_at = db_array_new(a, DB_TIME), *ended_at = db_array_new(a, DB_TIME),
                    *opinion = db_array_new(a, DB_TEXT), *document = db_array_new(a, DB_UUID),
                    *near_at = db_array_new(a, DB_TIME), *warning = db_array_new(a, DB_TEXT),
                    *asked_at = db_array_new(a, DB_TIME), *verified = db_array_new(a, DB_INT4),
                    *answered_at = db_array_new(a, DB_TIME), *decided = db_array_new(a, DB_BOOL);
    struct worklist *lists = worklist_new(b);
    for (size_t i = 0; i < count; i++) {
        const struct appraisal_dossier *d = dossiers[i];
        for (size_t n = 0; n < d->step_count; n++) {
            const struct appraisal_step *s = &d->steps[n];
            if (!s->changed)
                continue;
            worklist_note(lists, &d->facts,
                          &(struct listed){.step = s->step,
                                           .round = s->round,
                                           .unit = s->unit,
                                           .opened = s->opened,
                                           .open = appraisal_is_open((int)s->state)});
            list_asked(lists, &d->facts, s);
            db_array_uuid(dossier, d->facts.id);
            db_array_int(step, s->step);
            db_array_int(round, s->round);
            db_array_text(kind, step_kind_name((int)s->kind));
            db_array_text(state, appraisal_state_names[s->state]);
            db_array_text(unit, s->unit);
            db_array_text(officer, s->officer);
            db_array_text(asked, s->asked);
            db_array_time(opened_at, s->opened_at);
            db_array_time(assigned_at, s->assigned_at);
            db_array_time(due_at, s->due_at);
            db_array_time(ended_at, s->ended_at);
            db_array_text(opinion, opinion_name(s->opinion));
            db_array_uuid_or_null(document, s->document);
            db_array_time(near_at, s->near_at);
            db_array_text(warning, step_warning_names[s->warning]);
            db_array_time(asked_at, s->asked_at);
            db_array_int(verified, s->verified);
            db_array_time(answered_at, s->answered_at);
            db_array_bool(decided, s->decided);
        }
    }
    if (db_array_count(dossier))
        db_ask(b->db, a, &save_steps,
               DB_ARGS(db_items(dossier), db_items(step), db_items(round), db_items(kind), db_items(state),
                       db_items(unit), db_items(officer), db_items(asked), db_items(opened_at), db_items(assigned_at),
                       db_items(due_at), db_items(ended_at), db_items(opinion), db_items(document), db_items(near_at),
                       db_items(warning), db_items(asked_at), db_items(verified), db_items(answered_at),
                       db_items(decided)));
    worklist_save(lists);
}

void appraisal_repo_save(struct batch *b)
{
    size_t count;
    void **touched = batch_touched(b, DOSSIER, &count);
    facts_save(b, touched, count);
    papers_save(b, touched, count, papers_of_dossier);
    barred_save(b, touched, count, approvers_of);
    ask_steps(b, touched, count);
    ask_verifications(b, touched, count);
    remarks_save(b, touched, count, remarks_of_dossier);
    appraisal_parts_save(b, touched, count);
}

/* ---- reads */

/* A co-operating unit that is waited for is warned of its own time, everybody else of the step's. */
#define WARNING                                                                                                        \
    "nullif(coalesce((SELECT p.warning FROM part p WHERE p.dossier = s.dossier AND p.step = s.step AND p.round = "     \
    "s.round AND p.unit = w.unit AND p.state = 'queued'), s.warning), '')"
#define ITEM                                                                                                           \
    " 'step', s.step, 'round', s.round, 'kind', s.kind, 'officer', s.officer, 'asked', s.asked, 'opinion', "           \
    "nullif(s.opinion, ''), "                                                                                          \
    "'step_unit', s.unit,"                                                                                             \
    " 'step_due_at', civil(s.due_at), 'step_warning', " WARNING ", 'opened_at', civil(s.opened_at), "                  \
    "'parts', (SELECT json_agg(json_build_object("                                                                     \
    "'unit', p.unit, 'state', p.state, 'due_at', civil(p.due_at), 'warning', nullif(p.warning, '')) ORDER BY "         \
    "p.number) FROM part p WHERE p.dossier = s.dossier AND p.step = s.step AND p.round = s.round)"
#define FROM "JOIN step s USING (dossier, step, round)"

const struct db_stmt appraisal_list_of_unit = {"appraisal_list_of_unit", WORKLIST_OF_UNIT(ITEM, FROM)};
const struct db_stmt appraisal_list_of_all = {"appraisal_list_of_all", WORKLIST_OF_ALL(ITEM, FROM)};

const struct db_stmt appraisal_read_one = {
    "appraisal_read_one",
    FACTS_READ_ONE(
        "   'steps', (SELECT coalesce(json_agg(json_build_object('step', s.step, 'round', s.round, 'kind', "
        "s.kind, 'state', s.state,"
        "                    'unit', s.unit, 'officer', s.officer, 'asked', s.asked, 'opened_at', civil(s.opened_at),"
        "                    'assigned_at', civil(s.assigned_at), 'due_at', civil(s.due_at),"
        "                    'near_at', civil(s.near_at), 'warning', nullif(s.warning, ''),"
        "                    'ended_at', civil(s.ended_at), 'answered_at', civil(s.answered_at),"
        "                    'late', s.answered_at IS NOT NULL, 'opinion', nullif(s.opinion, ''),"
        "                    'document', s.document, 'verifications', (SELECT coalesce(json_agg(json_build_object("
        "                    'number', v.number, 'at', civil(v.at), 'place', v.place, 'participants', v.participants,"
        "                    'others', v.others, 'minutes', v.minutes) ORDER BY v.number), '[]') FROM verification v"
        "                    WHERE v.dossier = s.dossier AND v.step = s.step AND v.round = s.round)) ORDER "
        "BY s.step, s.round), '[]')"
        "               FROM step s WHERE s.dossier = d.id),"
        "   'parts', (SELECT coalesce(json_agg(json_build_object('step', p.step, 'round', p.round, 'number', p.number,"
        "                    'unit', p.unit, 'state', p.state, 'officer', p.officer, 'opened_at', civil(p.opened_at),"
        "                    'due_at', civil(p.due_at), 'near_at', civil(p.near_at), 'warning', nullif(p.warning, ''),"
        "                    'ended_at', civil(p.ended_at), 'answered_at', civil(p.answered_at),"
        "                    'late', p.answered_at IS NOT NULL, 'opinion', nullif(p.opinion, ''),"
        "                    'document', p.document, 'request', p.request) ORDER BY p.step, p.round, p.number), '[]')"
        "               FROM part p WHERE p.dossier = d.id),"
        "   'remarks', " REMARKS_JSON ", 'approvers', " BARRED_JSON ", 'documents', " PAPERS_JSON,
        "(SELECT dossier, unit FROM step UNION ALL SELECT dossier, asked FROM step"
        " UNION ALL SELECT dossier, unit FROM part WHERE opened_at IS NOT NULL)")};

/* clang-format off */
const struct db_stmt *const appraisal_statements[] = {
    &facts_load_stmt, &facts_save_stmt, &facts_move_stmt, &facts_leave_out_stmt, &facts_note_stmt, &papers_load_stmt, &papers_save_stmt, &barred_load_stmt, &barred_save_stmt, &remarks_save_stmt,
    &worklist_list_stmt, &worklist_end_stmt, &worklist_leave_stmt, &appraisal_load_parts, &appraisal_save_parts, &load_steps, &save_steps, &save_verifications, &appraisal_list_of_unit, &appraisal_list_of_all,
    &appraisal_read_one, NULL};
/* clang-format on */
