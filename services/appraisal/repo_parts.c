/* SPDX-License-Identifier: Apache-2.0 */
/* SQL of the parts: in and out of a batch, and the work list of the units whose turn it is. */
#include "services/appraisal/repo.h"

#include <string.h>

#include "common/domain/words.h"
#include "common/flow/worklist.h"

const struct db_stmt appraisal_load_parts = {
    "appraisal_load_parts", "SELECT dossier, step, round, number, unit, state, officer, opened_at, "
                            "due_at, near_at, warning, ended_at, opinion, document, minutes, request, "
                            "answered_at, decided"
                            "  FROM part WHERE dossier = ANY($1) ORDER BY dossier, step, round, number"};

const struct db_stmt appraisal_save_parts = {
    "appraisal_save_parts",
    "INSERT INTO part (dossier, step, round, number, unit, state, officer, opened_at, due_at, ended_at, opinion, "
    "document, near_at, warning, minutes, request, answered_at, decided)"
    " SELECT * FROM unnest($1::uuid[], $2::int[], $3::int[], $4::int[], $5::text[], $6::text[], $7::text[],"
    "                      $8::timestamptz[], $9::timestamptz[], $10::timestamptz[], $11::text[], $12::uuid[],"
    "                      $13::timestamptz[], $14::text[], $15::int[], $16::uuid[],"
    "                      $17::timestamptz[], $18::boolean[])"
    " ON CONFLICT (dossier, step, round, number) DO UPDATE"
    "    SET state = excluded.state, officer = excluded.officer, opened_at = excluded.opened_at,"
    "        due_at = excluded.due_at, ended_at = excluded.ended_at, opinion = excluded.opinion,"
    "        document = excluded.document, near_at = excluded.near_at, warning = excluded.warning,"
    "        answered_at = excluded.answered_at, decided = excluded.decided"};

struct db_answer *appraisal_parts_ask(struct batch *b)
{
    return db_ask(b->db, b->arena, &appraisal_load_parts, DB_ARGS(db_items(b->subject_ids)));
}

static int state_parse(const char *name)
{
    return words_find(appraisal_part_state_names, name);
}

static int view_parse(const char *name)
{
    return words_find(appraisal_view_names, name);
}

enum err_code appraisal_parts_take(struct batch *b, const struct db_answer *q, struct err *reterr)
{
    int dossier = db_column(q, "dossier"), step = db_column(q, "step"), round = db_column(q, "round"),
        number = db_column(q, "number"), unit = db_column(q, "unit"), state = db_column(q, "state"),
        officer = db_column(q, "officer"), opened_at = db_column(q, "opened_at"), due_at = db_column(q, "due_at"),
        ended_at = db_column(q, "ended_at"), opinion = db_column(q, "opinion"), document = db_column(q, "document"),
        near_at = db_column(q, "near_at"), warning = db_column(q, "warning"), minutes = db_column(q, "minutes"),
        request = db_column(q, "request"), answered_at = db_column(q, "answered_at"), decided = db_column(q, "decided");

    for (size_t i = 0; i < db_count(q); i++) {
        struct subject *of = batch_loaded(b, db_get_uuid(q, i, dossier));
        int state_number, view_number, warning_number;
        if (!of)
            continue;
        enum err_code rc = db_get_word(q, i, state, state_parse, &state_number, reterr);
        if (!rc)
            rc = db_get_word(q, i, opinion, view_parse, &view_number, reterr);
        if (!rc)
            rc = db_get_word(q, i, warning, step_warning_parse, &warning_number, reterr);
        if (rc)
            return rc;
        *appraisal_add_part(of->state, b->arena) =
            (struct appraisal_part){.step = (int)db_get_int(q, i, step),
                                    .round = (int)db_get_int(q, i, round),
                                    .number = (int)db_get_int(q, i, number),
                                    .minutes = (int)db_get_int(q, i, minutes),
                                    .unit = db_get_text(q, i, unit),
                                    .state = (enum appraisal_part_state)state_number,
                                    .officer = db_get_text(q, i, officer),
                                    .opened_at = db_get_time(q, i, opened_at),
                                    .due_at = db_get_time(q, i, due_at),
                                    .near_at = db_get_time(q, i, near_at),
                                    .warning = (enum step_warning)warning_number,
                                    .ended_at = db_get_time(q, i, ended_at),
                                    .answered_at = db_get_time(q, i, answered_at),
                                    .decided = db_get_bool(q, i, decided),
                                    .view = (enum appraisal_view)view_number,
                                    .request = db_get_uuid(q, i, request),
                                    .document = db_get_uuid(q, i, document)};
    }
    return ERR_OK;
}

/* lists_step tells whether the step itself is on the unit's list: what it is competent for, has received, or leads. */
static bool lists_step(const struct appraisal_dossier *d, const struct appraisal_part *p)
{
    const char *unit = p->unit;
    for (size_t i = 0; i < d->step_count; i++)
        if (d->steps[i].step == p->step && d->steps[i].round == p->round && strcmp(d->steps[i].unit, unit) == 0)
            return true;
    return strcmp(d->facts.unit, unit) == 0 || strcmp(d->facts.receiving_unit, unit) == 0;
}

/* list_part puts a part on the list of its unit when its turn comes, and takes it off when it ends. */
static void list_part(struct worklist *lists, const struct appraisal_dossier *d, const struct appraisal_part *p)
{
    struct dossier_facts of_unit = d->facts;
    if (lists_step(d, p))
        return;
    of_unit.unit = of_unit.receiving_unit = p->unit;
    if (p->begun)
        worklist_note(lists, &of_unit,
                      &(struct listed){.step = p->step,
                                       .round = p->round,
                                       .unit = p->unit,
                                       .opened = true,
                                       .open = p->state == APPRAISAL_PART_QUEUED});
    else
        worklist_leave(lists, &d->facts, p->step, p->round, p->unit);
}

void appraisal_parts_save(struct batch *b, void *const *dossiers, size_t count)
{
    struct arena *a = b->arena;
    struct db_array *dossier = db_array_new(a, DB_UUID), *step = db_array_new(a, DB_INT4),
                    *round = db_array_new(a, DB_INT4), *number = db_array_new(a, DB_INT4),
                    *unit = db_array_new(a, DB_TEXT), *state = db_array_new(a, DB_TEXT),
                    *officer = db_array_new(a, DB_TEXT), *opened_at = db_array_new(a, DB_TIME),
                    *due_at = db_array_new(a, DB_TIME), *ended_at = db_array_new(a, DB_TIME),
                    *opinion = db_array_new(a, DB_TEXT), *document = db_array_new(a, DB_UUID),
                    *near_at = db_array_new(a, DB_TIME), *warning = db_array_new(a, DB_TEXT),
                    *minutes = db_array_new(a, DB_INT4), *request = db_array_new(a, DB_UUID),
                    *answered_at = db_array_new(a, DB_TIME), *decided = db_array_new(a, DB_BOOL);
    struct worklist *lists = worklist_new(b);

    for (size_t i = 0; i < count; i++) {
        const struct appraisal_dossier *d = dossiers[i];
        for (size_t n = 0; n < d->part_count; n++) {
            const struct appraisal_part *p = &d->parts[n];
            if (!p->changed)
                continue;
            if (p->begun || (p->state != APPRAISAL_PART_WAITING && p->state != APPRAISAL_PART_QUEUED))
                list_part(lists, d, p);
            db_array_uuid(dossier, d->facts.id);
            db_array_int(step, p->step);
            db_array_int(round, p->round);
            db_array_int(number, p->number);
            db_array_text(unit, p->unit);
            db_array_text(state, appraisal_part_state_names[p->state]);
            db_array_text(officer, p->officer);
            db_array_time(opened_at, p->opened_at);
            db_array_time(due_at, p->due_at);
            db_array_time(ended_at, p->ended_at);
            db_array_text(opinion, appraisal_view_names[p->view]);
            db_array_uuid_or_null(document, p->document);
            db_array_time(near_at, p->near_at);
            db_array_text(warning, step_warning_names[p->warning]);
            db_array_int(minutes, p->minutes);
            db_array_uuid_or_null(request, p->request);
            db_array_time(answered_at, p->answered_at);
            db_array_bool(decided, p->decided);
        }
    }
    if (!db_array_count(dossier))
        return;
    db_ask(b->db, a, &appraisal_save_parts,
           DB_ARGS(db_items(dossier), db_items(step), db_items(round), db_items(number), db_items(unit),
                   db_items(state), db_items(officer), db_items(opened_at), db_items(due_at), db_items(ended_at),
                   db_items(opinion), db_items(document), db_items(near_at), db_items(warning), db_items(minutes),
                   db_items(request), db_items(answered_at), db_items(decided)));
    worklist_save(lists);
}
