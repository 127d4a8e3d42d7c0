/* SPDX-License-Identifier: Apache-2.0 */
#include "services/audit/repo_step.h"

#include <string.h>

#define COLUMN(name) ", " #name
#define ADDED(name)  ", " #name " = k." #name " + excluded." #name
#define SUM(name)    ", '" #name "', sum(" #name ")"

/* ---- late steps of dossiers */

const struct db_stmt audit_step_load = {
    "audit_step_load",
    "SELECT * FROM (SELECT *, row_number() OVER (PARTITION BY dossier"
    "                             ORDER BY ended_at DESC, step DESC, round DESC, unit DESC) AS newest"
    "                 FROM late_step WHERE dossier = ANY ($1::uuid[])) x"
    " WHERE newest <= $2 ORDER BY dossier, ended_at, step, round, unit"};

const struct db_stmt audit_step_save_late = {
    "audit_step_save_late",
    "INSERT INTO late_step (dossier, kind, step, round, unit, ended_at, minutes_late, minutes_charged)"
    " SELECT * FROM unnest($1::uuid[], $2::text[], $3::int[], $4::int[], $5::text[], $6::timestamptz[], $7::bigint[],"
    "                      $8::bigint[])"
    " ON CONFLICT (dossier, step, round, unit) DO UPDATE SET minutes_charged = excluded.minutes_charged"};

struct db_answer *audit_step_ask(struct batch *b)
{
    return db_ask(b->db, b->arena, &audit_step_load, DB_ARGS(db_items(b->subject_ids), db_int4(AUDIT_LATE_STEPS_MOST)));
}

enum err_code audit_step_take(struct batch *b, const struct db_answer *q, struct err *reterr)
{
    for (size_t i = 0; i < db_count(q); i++) {
        struct subject *s = batch_loaded(b, db_get_uuid(q, i, db_column(q, "dossier")));
        struct audit_fact *f = s ? s->state : NULL;
        int kind;
        enum err_code rc = db_get_word(q, i, db_column(q, "kind"), step_kind_parse, &kind, reterr);

        if (rc)
            return rc;
        if (!f)
            continue;
        struct audit_late_step *all = f->late_count
                                          ? (struct audit_late_step *)f->late_steps
                                          : ARENA_ARRAY(b->arena, AUDIT_LATE_STEPS_MOST, struct audit_late_step);
        all[f->late_count++] =
            (struct audit_late_step){.kind = (enum step_kind)kind,
                                     .step = (int)db_get_int(q, i, db_column(q, "step")),
                                     .round = (int)db_get_int(q, i, db_column(q, "round")),
                                     .unit = db_get_text(q, i, db_column(q, "unit")),
                                     .ended_at = db_get_time(q, i, db_column(q, "ended_at")),
                                     .minutes_late = db_get_int(q, i, db_column(q, "minutes_late")),
                                     .minutes_charged = db_get_int(q, i, db_column(q, "minutes_charged"))};
        f->late_steps = all;
    }
    return ERR_OK;
}

static void save_late(struct batch *b)
{
    struct arena *a = b->arena;
    struct db_array *dossier = db_array_new(a, DB_UUID), *kind = db_array_new(a, DB_TEXT),
                    *step = db_array_new(a, DB_INT4), *round = db_array_new(a, DB_INT4),
                    *unit = db_array_new(a, DB_TEXT), *ended_at = db_array_new(a, DB_TIME),
                    *late = db_array_new(a, DB_INT8), *charged = db_array_new(a, DB_INT8);

    for (size_t i = 0; i < b->subject_count; i++) {
        const struct audit_fact *f = b->subjects[i]->state;

        for (size_t n = 0; f && f->late_changed && n < f->late_count; n++) {
            const struct audit_late_step *s = &f->late_steps[n];
            db_array_uuid(dossier, f->dossier);
            db_array_text(kind, step_kind_name((int)s->kind));
            db_array_int(step, s->step);
            db_array_int(round, s->round);
            db_array_text(unit, s->unit);
            db_array_time(ended_at, s->ended_at);
            db_array_int(late, s->minutes_late);
            db_array_int(charged, s->minutes_charged);
        }
    }
    if (db_array_count(dossier))
        db_ask(b->db, a, &audit_step_save_late,
               DB_ARGS(db_items(dossier), db_items(kind), db_items(step), db_items(round), db_items(unit),
                       db_items(ended_at), db_items(late), db_items(charged)));
}

/* ---- figures */

const struct db_stmt audit_step_save_figures = {
    "audit_step_save_figures",
    "INSERT INTO step_kpi AS k (unit, kind, day" AUDIT_STEP_FIGURES(
        COLUMN) ")"
                " SELECT unit, kind, DATE '1970-01-01' + day" AUDIT_STEP_FIGURES(
                    COLUMN) "   FROM unnest($1::text[], $2::text[], $3::int[], $4::bigint[], $5::bigint[], "
                            "$6::bigint[], $7::bigint[], $8::bigint[],"
                            "               $9::bigint[], $10::bigint[], $11::bigint[], $12::bigint[]) AS n (unit, kind, "
                            "day" AUDIT_STEP_FIGURES(COLUMN) ")"
                                                             " ON CONFLICT (unit, kind, day) DO UPDATE SET kind = "
                                                             "excluded.kind" AUDIT_STEP_FIGURES(ADDED)};

void audit_step_add(struct batch *b, const struct audit_step_delta *d)
{
    struct audit_step_marks *m = audit_repo_steps(b);

    for (size_t i = 0; i < m->count; i++) {
        struct audit_step_delta *sum = &m->deltas[i];
        if (sum->kind != d->kind || sum->day != d->day || strcmp(sum->unit, d->unit) != 0)
            continue;
#define X(name) sum->name += d->name;
        AUDIT_STEP_FIGURES(X)
#undef X
        return;
    }
    m->deltas = arena_room(b->arena, m->deltas, m->count, &m->room, sizeof *m->deltas);
    m->deltas[m->count++] = *d;
}

static void save_figures(struct batch *b)
{
    const struct audit_step_marks *m = audit_repo_steps(b);
    struct arena *a = b->arena;
    struct db_array *unit = db_array_new(a, DB_TEXT), *kind = db_array_new(a, DB_TEXT), *day = db_array_new(a, DB_INT4);
#define X(name) struct db_array *name = db_array_new(a, DB_INT8);
    AUDIT_STEP_FIGURES(X)
#undef X

    for (size_t i = 0; i < m->count; i++) {
        const struct audit_step_delta *d = &m->deltas[i];
        db_array_text(unit, d->unit);
        db_array_text(kind, step_kind_name((int)d->kind));
        db_array_int(day, d->day);
#define X(name) db_array_int(name, d->name);
        AUDIT_STEP_FIGURES(X)
#undef X
    }
    if (m->count)
        db_ask(b->db, a, &audit_step_save_figures,
               DB_ARGS(db_items(unit), db_items(kind), db_items(day), db_items(early), db_items(on_time),
                       db_items(late), db_items(broken_off), db_items(minutes_used), db_items(minutes_late),
                       db_items(minutes_charged), db_items(warned), db_items(passed)));
}

void audit_step_save(struct batch *b)
{
    save_late(b);
    save_figures(b);
}

/* ---- beside the entries */

struct audit_step_columns audit_step_columns_new(struct arena *a)
{
    return (struct audit_step_columns){.unit = db_array_new(a, DB_TEXT),
                                       .opened_at = db_array_new(a, DB_TIME),
                                       .due_at = db_array_new(a, DB_TIME),
                                       .ended_at = db_array_new(a, DB_TIME),
                                       .minutes_used = db_array_new(a, DB_INT8),
                                       .minutes_late = db_array_new(a, DB_INT8),
                                       .timing = db_array_new(a, DB_TEXT)};
}

struct audit_step_end audit_step_end_of(const struct event *e, const struct audit_record *r)
{
    return (struct audit_step_end){.type = e->type,
                                   .broken_off = r->broken_off,
                                   .step = e->step,
                                   .round = e->round,
                                   .clock = e->clock,
                                   .at = r->broken_off == STEP_NONE ? e->occurred_at : r->broken_off_at};
}

/* timing_word: what had time left when it was broken off has a word of its own here. */
static const char *timing_word(const struct audit_step_end *e)
{
    enum timing timing = audit_step_timing(e);

    return timing == TIMING_NONE ? "broken_off" : timing_names[timing];
}

void audit_step_columns_add(struct audit_step_columns *c, const struct work *w)
{
    const struct audit_step_end end = audit_step_end_of(&w->event, w->command);
    const struct step_clock *k = audit_step_kind(&end) != STEP_NONE ? end.clock : NULL;

    db_array_text(c->unit, k ? k->unit : NULL);
    db_array_time(c->opened_at, k ? k->opened : INSTANT_NONE);
    db_array_time(c->due_at, k ? k->due : INSTANT_NONE);
    db_array_time(c->ended_at, k ? end.at : INSTANT_NONE);
    db_array_text(c->timing, k ? timing_word(&end) : NULL);
    if (k) {
        db_array_int(c->minutes_used, k->minutes_used);
        db_array_int(c->minutes_late, k->minutes_late);
    } else {
        db_array_null(c->minutes_used);
        db_array_null(c->minutes_late);
    }
}

/* ---- reads */

#define FIGURES "'ended', sum(early + on_time + late)" AUDIT_STEP_FIGURES(SUM)

const struct db_stmt audit_step_read_figures = {
    "audit_step_read_figures",
    "WITH chosen AS (SELECT * FROM step_kpi WHERE day BETWEEN DATE '1970-01-01' + $1::int AND DATE '1970-01-01' + "
    "$2::int AND ($3::text = '' OR unit = $3))"
    " SELECT json_build_object('business_time', civil($4),"
    "        'kinds', (SELECT coalesce(json_agg(i ORDER BY i->>'kind'), '[]')"
    "                    FROM (SELECT json_build_object('kind', kind, " FIGURES ") AS i FROM chosen WHERE kind <> ''"
    "                           GROUP BY kind) g),"
    "        'items', (SELECT coalesce(json_agg(i ORDER BY i->>'unit', i->>'kind'), '[]')"
    "                    FROM (SELECT json_build_object('unit', unit, 'kind', kind, " FIGURES ") AS i FROM chosen"
    "                           WHERE kind <> '' GROUP BY unit, kind) g),"
    "        'uncharged', (SELECT coalesce(json_agg(i ORDER BY i->>'unit'), '[]')"
    "                        FROM (SELECT json_build_object('unit', unit, 'minutes', sum(minutes_charged)) AS i FROM "
    "chosen"
    "                               WHERE kind = '' GROUP BY unit HAVING sum(minutes_charged) <> 0) g))::text"};

/* Form 05: what each hand of the dossier had, from when, until when, and how it went. */
const struct db_stmt audit_step_read_dossier = {
    "audit_step_read_dossier",
    "SELECT json_build_object('code', f.code, 'unit', f.unit, 'receiving_unit', f.receiving_unit, 'procedure', "
    "f.procedure,"
    "        'due_at', civil(f.due_at), 'ended_at', civil(f.ended_at), 'timing', nullif(f.timing, ''),"
    "        'uncharged_minutes', f.uncharged,"
    "        'steps', (SELECT coalesce(json_agg(json_build_object('step', e.step, 'round', e.round, 'event', e.type,"
    "                           'unit', e.step_unit, 'actor', e.actor, 'opened_at', civil(e.step_opened_at),"
    "                           'due_at', civil(e.step_due_at), 'ended_at', civil(coalesce(e.step_ended_at, e.occurred_at)), 'result', "
    "e.step_timing,"
    "                           'minutes_used', e.step_minutes_used, 'minutes_late', e.step_minutes_late,"
    "                           'minutes_charged', coalesce(l.minutes_charged, 0)) ORDER BY e.number), '[]')"
    "                    FROM entry e LEFT JOIN late_step l"
    "                         ON l.dossier = e.subject AND l.step = e.step AND l.round = e.round AND l.unit = e.step_unit"
    "            AND l.ended_at = coalesce(e.step_ended_at, e.occurred_at)"
    "                   WHERE e.subject = f.dossier AND e.step_timing IS NOT NULL))::text"
    "  FROM fact f WHERE f.code = $1 AND f.code <> '' AND ($2::text = '' OR f.unit = $2 OR f.receiving_unit = $2)"};
