/* SPDX-License-Identifier: Apache-2.0 */
#include "common/flow/worklist.h"

const struct db_stmt worklist_list_stmt = {
    "worklist_list",
    "INSERT INTO worklist (unit, open, due_at, dossier, step, round)"
    " SELECT DISTINCT * FROM unnest($1::text[], $2::bool[], $3::timestamptz[], $4::uuid[], $5::int[], $6::int[])"};
const struct db_stmt worklist_end_stmt = {"worklist_end",
                                          "UPDATE worklist w SET open = false"
                                          "  FROM unnest($1::uuid[], $2::int[], $3::int[]) AS c (dossier, step, round)"
                                          " WHERE w.dossier = c.dossier AND w.step = c.step AND w.round = c.round"};
/* By the date in force: it may have moved since the step left the open lists. */
const struct db_stmt worklist_reopen_stmt = {
    "worklist_reopen", "UPDATE worklist w SET open = true, due_at = d.due_at"
                       "  FROM unnest($1::uuid[], $2::int[], $3::int[]) AS c (dossier, step, round)"
                       "  JOIN dossier d ON d.id = c.dossier"
                       " WHERE w.dossier = c.dossier AND w.step = c.step AND w.round = c.round"};
const struct db_stmt worklist_leave_stmt = {
    "worklist_leave", "UPDATE worklist w SET open = false"
                      "  FROM unnest($1::uuid[], $2::int[], $3::int[], $4::text[]) AS c (dossier, step, round, unit)"
                      " WHERE w.dossier = c.dossier AND w.step = c.step AND w.round = c.round AND w.unit = c.unit"};

struct worklist {
    struct batch *batch;
    struct db_array *unit, *open, *due_at, *dossier, *step, *round;
    struct db_array *ended, *ended_step, *ended_round;
    struct db_array *again, *again_step, *again_round;
    struct db_array *left, *left_step, *left_round, *left_unit;
};

struct worklist *worklist_new(struct batch *b)
{
    struct arena *a = b->arena;
    struct worklist *w = ARENA_NEW(a, struct worklist);
    *w = (struct worklist){.batch = b,
                           .unit = db_array_new(a, DB_TEXT),
                           .open = db_array_new(a, DB_BOOL),
                           .due_at = db_array_new(a, DB_TIME),
                           .dossier = db_array_new(a, DB_UUID),
                           .step = db_array_new(a, DB_INT4),
                           .round = db_array_new(a, DB_INT4),
                           .ended = db_array_new(a, DB_UUID),
                           .ended_step = db_array_new(a, DB_INT4),
                           .ended_round = db_array_new(a, DB_INT4),
                           .again = db_array_new(a, DB_UUID),
                           .again_step = db_array_new(a, DB_INT4),
                           .again_round = db_array_new(a, DB_INT4),
                           .left = db_array_new(a, DB_UUID),
                           .left_step = db_array_new(a, DB_INT4),
                           .left_round = db_array_new(a, DB_INT4),
                           .left_unit = db_array_new(a, DB_TEXT)};
    return w;
}

void worklist_note(struct worklist *w, const struct dossier_facts *f, const struct listed *step)
{
    const char *units[] = {step->unit, f->unit, f->receiving_unit};

    for (size_t u = 0; step->opened && u < COUNT_OF(units); u++) {
        db_array_text(w->unit, units[u]);
        db_array_bool(w->open, step->open);
        db_array_time(w->due_at, f->due_at);
        db_array_uuid(w->dossier, f->id);
        db_array_int(w->step, step->step);
        db_array_int(w->round, step->round);
    }
    if (!step->opened && !step->open) {
        db_array_uuid(w->ended, f->id);
        db_array_int(w->ended_step, step->step);
        db_array_int(w->ended_round, step->round);
    } else if (!step->opened && step->reopened) {
        db_array_uuid(w->again, f->id);
        db_array_int(w->again_step, step->step);
        db_array_int(w->again_round, step->round);
    }
}

void worklist_leave(struct worklist *w, const struct dossier_facts *f, int step, int round, const char *unit)
{
    db_array_uuid(w->left, f->id);
    db_array_int(w->left_step, step);
    db_array_int(w->left_round, round);
    db_array_text(w->left_unit, unit);
}

void worklist_save(struct worklist *w)
{
    struct batch *b = w->batch;
    if (db_array_count(w->unit))
        db_ask(b->db, b->arena, &worklist_list_stmt,
               DB_ARGS(db_items(w->unit), db_items(w->open), db_items(w->due_at), db_items(w->dossier),
                       db_items(w->step), db_items(w->round)));
    if (db_array_count(w->ended))
        db_ask(b->db, b->arena, &worklist_end_stmt,
               DB_ARGS(db_items(w->ended), db_items(w->ended_step), db_items(w->ended_round)));
    if (db_array_count(w->again))
        db_ask(b->db, b->arena, &worklist_reopen_stmt,
               DB_ARGS(db_items(w->again), db_items(w->again_step), db_items(w->again_round)));
    if (db_array_count(w->left))
        db_ask(b->db, b->arena, &worklist_leave_stmt,
               DB_ARGS(db_items(w->left), db_items(w->left_step), db_items(w->left_round), db_items(w->left_unit)));
}
