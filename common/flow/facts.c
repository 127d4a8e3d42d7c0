/* SPDX-License-Identifier: Apache-2.0 */
#include "common/flow/facts.h"

#include "common/flow/projection.h"

#include "taicho/v1/lifecycle.pb-c.h"

/* ---- from the event, and on with the stage's own */

enum err_code facts_read(const struct Taicho__V1__LifecycleEvent *m, const struct event *e, struct arena *a,
                         struct dossier_facts *ret, struct err *reterr)
{
    const Taicho__V1__Received *r = m->received;
    if (!e->dossier_code[0])
        return event_lacks(e, "dossier code", reterr);
    if (!e->unit[0] || !r->receiving_unit[0])
        return event_lacks(e, "unit", reterr);
    if (!e->process[0])
        return event_lacks(e, "process", reterr);
    if (!event_time_holds(r->due_at))
        return event_lacks(e, "due date that can be true", reterr);
    *ret = (struct dossier_facts){.id = e->subject,
                                  .code = e->dossier_code,
                                  .unit = e->unit,
                                  .receiving_unit = arena_strdup(a, r->receiving_unit),
                                  .counter = arena_strdup(a, r->counter),
                                  .procedure = e->procedure,
                                  .process = e->process,
                                  .origin_reference = e->origin_reference,
                                  .process_version = e->process_version,
                                  .route = e->route,
                                  .electronic = r->medium == TAICHO__V1__MEDIUM__MEDIUM_ELECTRONIC,
                                  .filed_online = r->filing != NULL,
                                  .received_at = e->occurred_at,
                                  .due_at = r->due_at};
    return ERR_OK;
}

static instant due_of(const struct Taicho__V1__LifecycleEvent *m)
{
    switch ((int)m->body_case) { /* only of what moves a date */
    case TAICHO__V1__LIFECYCLE_EVENT__BODY_OBLIGATION_MET:
        return m->obligation_met->due_at;
    case TAICHO__V1__LIFECYCLE_EVENT__BODY_SUPPLEMENT_RECEIVED:
        return m->supplement_received->due_at;
    case TAICHO__V1__LIFECYCLE_EVENT__BODY_FINDING_RECORDED:
        return m->finding_recorded->due_at;
    case TAICHO__V1__LIFECYCLE_EVENT__BODY_PERIOD_EXCLUDED:
        return m->period_excluded->due_at;
    case TAICHO__V1__LIFECYCLE_EVENT__BODY_PERIOD_ENDED:
        return m->period_ended->due_at;
    case TAICHO__V1__LIFECYCLE_EVENT__BODY_DUE_MOVED:
        return m->due_moved->due_at;
    case TAICHO__V1__LIFECYCLE_EVENT__BODY_EXTENDED:
        return m->extended->due_at;
    default:
        BUG_IF(true, "an event that moves no date is read as one that does");
        return INSTANT_NONE;
    }
}

enum err_code facts_read_due(const struct Taicho__V1__LifecycleEvent *m, const struct event *e, instant *ret,
                             struct err *reterr)
{
    enum err_code rc = event_of_dossier(e, reterr);
    instant due = due_of(m);

    if (!rc && !event_time_holds(due))
        rc = event_lacks(e, "due date that can be true", reterr);
    if (!rc)
        *ret = due;
    return rc;
}

/* One that was told before it could be said in which form it came leaves the dossier as it was received. */
bool facts_read_on_paper(const struct Taicho__V1__LifecycleEvent *m)
{
    return m->body_case == TAICHO__V1__LIFECYCLE_EVENT__BODY_SUPPLEMENT_RECEIVED &&
           m->supplement_received->medium != TAICHO__V1__MEDIUM__MEDIUM_UNSPECIFIED &&
           m->supplement_received->medium != TAICHO__V1__MEDIUM__MEDIUM_ELECTRONIC;
}

/* What is left out is told whole when a period ends early: another one may lie over it. */
static enum err_code read_period_ended(const Taicho__V1__PeriodEnded *p, const struct event *e, struct arena *a,
                                       struct left_out_period *ret, const struct left_out **ret_all, struct err *reterr)
{
    struct left_out *all = ARENA_NEW(a, struct left_out);
    bool holds = event_time_holds(p->until) && event_time_holds(p->recorded_until) && p->until < p->recorded_until &&
                 p->n_left_out <= LEFT_OUT_MAX;

    for (size_t i = 0; holds && i < p->n_left_out; i++) {
        const struct left_out_period x = {.from = p->left_out[i]->from, .until = p->left_out[i]->until};
        holds = event_time_holds(x.from) && event_time_holds(x.until) && x.from < x.until &&
                (i == 0 || all->of[i - 1].until < x.from);
        all->of[all->count++] = x;
    }
    if (!holds)
        return event_lacks(e, "end of a period that can be true", reterr);
    *ret = (struct left_out_period){.from = p->until, .until = p->recorded_until};
    *ret_all = all;
    return ERR_OK;
}

enum err_code facts_read_left_out(const struct Taicho__V1__LifecycleEvent *m, const struct event *e, struct arena *a,
                                  struct left_out_period *ret, const struct left_out **ret_all, struct err *reterr)
{
    const Taicho__V1__PeriodExcluded *p = m->period_excluded;

    *ret = (struct left_out_period){.from = 0, .until = 0};
    *ret_all = NULL;
    if (m->body_case == TAICHO__V1__LIFECYCLE_EVENT__BODY_PERIOD_ENDED)
        return read_period_ended(m->period_ended, e, a, ret, ret_all, reterr);
    if (m->body_case != TAICHO__V1__LIFECYCLE_EVENT__BODY_PERIOD_EXCLUDED)
        return ERR_OK;
    if (!event_time_holds(p->from) || !event_time_holds(p->until) || p->from >= p->until)
        return event_lacks(e, "period that can be true", reterr);
    *ret = (struct left_out_period){.from = p->from, .until = p->until};
    return ERR_OK;
}

struct emission facts_emission(const struct dossier_facts *f)
{
    return (struct emission){.dossier_code = f->code,
                             .unit = f->unit,
                             .procedure = f->procedure,
                             .process = f->process,
                             .process_version = f->process_version,
                             .origin_reference = f->origin_reference,
                             .route = f->route};
}

/* ---- load */

#define MICROS(column) "(extract(epoch FROM " column ") * 1000000)::bigint"

/* The beginnings and ends of its periods are in order, for none meets another. */
const struct db_stmt facts_load_stmt = {
    "facts_load",
    "SELECT id, code, unit, receiving_unit, counter, procedure, process, "
    "process_version, route, origin_reference, electronic, filed_online, received_at, due_at, "
    "coalesce(withdrawal, '') AS withdrawal, coalesce(extension, '') AS extension, apology, "
    "coalesce(stop, '') AS stop, coalesce(stop_ground, '') AS stop_ground, stop_notice, "
    "coalesce(correction, '') AS correction, coalesce(correction_cause, '') AS correction_cause, "
    "correction_paper, "
    "forbidden::text AS forbidden, "
    "CASE WHEN left_out IS NOT NULL THEN (SELECT array_agg(at ORDER BY at) FROM unnest(left_out) AS p,"
    "     LATERAL (VALUES (" MICROS("lower(p)") "), (" MICROS("upper(p)") ")) AS ends (at)) END AS left_out"
                                                                          "  FROM dossier WHERE id = ANY($1)"};

struct db_answer *facts_ask(struct batch *b)
{
    return db_ask(b->db, b->arena, &facts_load_stmt, DB_ARGS(db_items(b->subject_ids)));
}

static void take_left_out(const struct db_answer *q, size_t row, int column, struct left_out *ret)
{
    int64_t ends[2 * LEFT_OUT_MAX];

    if (db_is_null(q, row, column))
        return;
    size_t n = db_get_ints(q, row, column, ends, 2 * LEFT_OUT_MAX);
    for (size_t i = 0; i + 1 < n && i + 1 < 2 * LEFT_OUT_MAX; i += 2)
        ret->of[ret->count++] = (struct left_out_period){.from = ends[i], .until = ends[i + 1]};
}

enum err_code facts_take(struct batch *b, const struct db_answer *q, size_t size, struct err *reterr)
{
    int id = db_column(q, "id"), code = db_column(q, "code"), unit = db_column(q, "unit"),
        receiving_unit = db_column(q, "receiving_unit"), counter = db_column(q, "counter"),
        procedure = db_column(q, "procedure"), process = db_column(q, "process"),
        process_version = db_column(q, "process_version"), route = db_column(q, "route"),
        origin_reference = db_column(q, "origin_reference"), received_at = db_column(q, "received_at"),
        due_at = db_column(q, "due_at"), withdrawal = db_column(q, "withdrawal"), extension = db_column(q, "extension"),
        apology = db_column(q, "apology"), stop = db_column(q, "stop"), stop_ground = db_column(q, "stop_ground"),
        stop_notice = db_column(q, "stop_notice"), correction = db_column(q, "correction"),
        correction_cause = db_column(q, "correction_cause"), correction_paper = db_column(q, "correction_paper"),
        forbidden = db_column(q, "forbidden"), electronic = db_column(q, "electronic"),
        filed_online = db_column(q, "filed_online"), left_out = db_column(q, "left_out");

    BUG_IF(size < sizeof(struct dossier_facts), "a dossier without its facts");
    for (size_t i = 0; i < db_count(q); i++) {
        struct dossier_facts *f = arena_alloc(b->arena, size);
        int route_number, withdrawal_number, extension_number, stop_number, ground_number, correction_number,
            cause_number;
        enum err_code rc = db_get_word(q, i, route, route_parse, &route_number, reterr);
        if (!rc)
            rc = db_get_word(q, i, withdrawal, withdrawal_parse, &withdrawal_number, reterr);
        if (!rc)
            rc = db_get_word(q, i, extension, extension_parse, &extension_number, reterr);
        if (!rc)
            rc = db_get_word(q, i, stop, stop_parse, &stop_number, reterr);
        if (!rc)
            rc = db_get_word(q, i, stop_ground, stop_ground_parse, &ground_number, reterr);
        if (!rc)
            rc = db_get_word(q, i, correction, correction_parse, &correction_number, reterr);
        if (!rc)
            rc = db_get_word(q, i, correction_cause, correction_cause_parse, &cause_number, reterr);
        if (rc)
            return rc;
        f->id = db_get_uuid(q, i, id);
        f->code = db_get_text(q, i, code);
        f->unit = db_get_text(q, i, unit);
        f->receiving_unit = db_get_text(q, i, receiving_unit);
        f->counter = db_get_text(q, i, counter);
        f->procedure = db_get_text(q, i, procedure);
        f->process = db_get_text(q, i, process);
        f->process_version = (int)db_get_int(q, i, process_version);
        f->route = (enum route)route_number;
        f->origin_reference = db_get_text(q, i, origin_reference);
        f->electronic = db_get_bool(q, i, electronic);
        f->filed_online = db_get_bool(q, i, filed_online);
        f->received_at = db_get_time(q, i, received_at);
        f->due_at = db_get_time(q, i, due_at);
        f->withdrawal = (enum withdrawal)withdrawal_number;
        f->extension = (enum extension)extension_number;
        f->apology = db_get_uuid(q, i, apology);
        f->stop = (enum stop)stop_number;
        f->stop_ground = (enum stop_ground)ground_number;
        f->notice = db_get_uuid(q, i, stop_notice);
        f->correction = (enum correction)correction_number;
        f->correction_cause = (enum correction_cause)cause_number;
        f->correction_paper = db_get_uuid(q, i, correction_paper);
        f->forbidden = db_get_text(q, i, forbidden);
        take_left_out(q, i, left_out, &f->left_out);
        struct subject *s = batch_loaded(b, f->id);
        if (s)
            s->state = f;
    }
    return ERR_OK;
}

/* ---- save */

const struct db_stmt facts_save_stmt = {
    "facts_save", "INSERT INTO dossier (id, code, unit, receiving_unit, counter, procedure, process, process_version,"
                  "                     route, origin_reference, received_at, due_at, electronic,"
                  "                     filed_online)"
                  " SELECT * FROM unnest($1::uuid[], $2::text[], $3::text[], $4::text[], $5::text[], $6::text[],"
                  "                      $7::text[], $8::int[], $9::text[], $10::text[], $11::timestamptz[],"
                  "                      $12::timestamptz[], $13::bool[], $14::bool[])"};

/* Seldom: both the dossier and what is open of it in the work lists, which are in the order of the date. */
const struct db_stmt facts_move_stmt = {
    "facts_move",
    "WITH moved AS (UPDATE dossier d SET due_at = m.due_at, electronic = m.electronic"
    "                 FROM unnest($1::uuid[], $2::timestamptz[], $3::bool[]) AS m (id, due_at, electronic)"
    "                WHERE d.id = m.id RETURNING d.id, d.due_at) "
    "UPDATE worklist w SET due_at = m.due_at FROM moved m WHERE w.dossier = m.id AND w.open"};

const struct db_stmt facts_leave_out_stmt = {
    "facts_leave_out", "UPDATE dossier d SET left_out = nullif(l.periods::tstzmultirange, '{}')"
                       "  FROM unnest($1::uuid[], $2::text[]) AS l (id, periods) WHERE d.id = l.id"};

const struct db_stmt facts_note_stmt = {
    "facts_note",
    "UPDATE dossier d SET withdrawal = nullif(n.withdrawal, ''), extension = nullif(n.extension, ''), apology = "
    "n.apology, stop = nullif(n.stop, ''), stop_ground = nullif(n.stop_ground, ''), stop_notice = n.stop_notice, "
    "correction = nullif(n.correction, ''), correction_cause = nullif(n.correction_cause, ''), correction_paper = "
    "n.correction_paper, forbidden = n.forbidden::json"
    "  FROM unnest($1::uuid[], $2::text[], $3::text[], $4::uuid[], $5::text[], $6::text[], $7::uuid[], $8::text[],"
    "              $9::text[], $10::text[], $11::uuid[])"
    "    AS n (id, withdrawal, extension, apology, stop, stop_ground, stop_notice, forbidden, correction,"
    "          correction_cause, correction_paper)"
    " WHERE d.id = n.id"};

/* Seldom, too. */
static void note(struct batch *b, void *const *dossiers, size_t count)
{
    struct arena *a = b->arena;
    struct db_array *id = db_array_new(a, DB_UUID), *withdrawal = db_array_new(a, DB_TEXT),
                    *extension = db_array_new(a, DB_TEXT), *apology = db_array_new(a, DB_UUID),
                    *stop = db_array_new(a, DB_TEXT), *stop_ground = db_array_new(a, DB_TEXT),
                    *stop_notice = db_array_new(a, DB_UUID), *forbidden = db_array_new(a, DB_TEXT),
                    *correction = db_array_new(a, DB_TEXT), *correction_cause = db_array_new(a, DB_TEXT),
                    *correction_paper = db_array_new(a, DB_UUID);

    for (size_t i = 0; i < count; i++) {
        const struct dossier_facts *f = dossiers[i];
        if (!f->noted)
            continue;
        db_array_uuid(id, f->id);
        db_array_text(withdrawal, withdrawal_name((int)f->withdrawal));
        db_array_text(extension, extension_name((int)f->extension));
        db_array_uuid_or_null(apology, f->apology);
        db_array_text(stop, stop_name((int)f->stop));
        db_array_text(stop_ground, stop_ground_name((int)f->stop_ground));
        db_array_uuid_or_null(stop_notice, f->notice);
        db_array_text(forbidden, f->forbidden);
        db_array_text(correction, correction_name((int)f->correction));
        db_array_text(correction_cause, correction_cause_name((int)f->correction_cause));
        db_array_uuid_or_null(correction_paper, f->correction_paper);
    }
    if (db_array_count(id))
        db_ask(b->db, a, &facts_note_stmt,
               DB_ARGS(db_items(id), db_items(withdrawal), db_items(extension), db_items(apology), db_items(stop),
                       db_items(stop_ground), db_items(stop_notice), db_items(forbidden), db_items(correction),
                       db_items(correction_cause), db_items(correction_paper)));
}

static void move_due(struct batch *b, void *const *dossiers, size_t count)
{
    struct db_array *id = db_array_new(b->arena, DB_UUID), *due_at = db_array_new(b->arena, DB_TIME),
                    *electronic = db_array_new(b->arena, DB_BOOL);

    for (size_t i = 0; i < count; i++) {
        const struct dossier_facts *f = dossiers[i];
        if (!f->due_moved)
            continue;
        db_array_uuid(id, f->id);
        db_array_time(due_at, f->due_at);
        db_array_bool(electronic, f->electronic);
    }
    if (db_array_count(id))
        db_ask(b->db, b->arena, &facts_move_stmt, DB_ARGS(db_items(id), db_items(due_at), db_items(electronic)));
}

/* "{[from,until),...}" */
static const char *range_text(const struct left_out *l, struct arena *a)
{
    const char *text = "{";

    for (size_t i = 0; i < l->count; i++)
        text = arena_printf(a, "%s%s[%s,%s)", text, i ? "," : "", instant_text(l->of[i].from).s,
                            instant_text(l->of[i].until).s);
    return arena_printf(a, "%s}", text);
}

static void leave_out(struct batch *b, void *const *dossiers, size_t count)
{
    struct db_array *id = db_array_new(b->arena, DB_UUID), *periods = db_array_new(b->arena, DB_TEXT);

    for (size_t i = 0; i < count; i++) {
        const struct dossier_facts *f = dossiers[i];
        if (!f->leaves_out)
            continue;
        db_array_uuid(id, f->id);
        db_array_text(periods, range_text(&f->left_out, b->arena));
    }
    if (db_array_count(id))
        db_ask(b->db, b->arena, &facts_leave_out_stmt, DB_ARGS(db_items(id), db_items(periods)));
}

void facts_save(struct batch *b, void *const *dossiers, size_t count)
{
    struct arena *a = b->arena;
    struct db_array *id = db_array_new(a, DB_UUID), *code = db_array_new(a, DB_TEXT), *unit = db_array_new(a, DB_TEXT),
                    *receiving_unit = db_array_new(a, DB_TEXT), *counter = db_array_new(a, DB_TEXT),
                    *procedure = db_array_new(a, DB_TEXT), *process = db_array_new(a, DB_TEXT),
                    *process_version = db_array_new(a, DB_INT4), *route = db_array_new(a, DB_TEXT),
                    *origin_reference = db_array_new(a, DB_TEXT), *received_at = db_array_new(a, DB_TIME),
                    *due_at = db_array_new(a, DB_TIME), *electronic = db_array_new(a, DB_BOOL),
                    *filed_online = db_array_new(a, DB_BOOL);
    for (size_t i = 0; i < count; i++) {
        const struct dossier_facts *f = dossiers[i];
        if (!f->received)
            continue;
        db_array_uuid(id, f->id);
        db_array_text(code, f->code);
        db_array_text(unit, f->unit);
        db_array_text(receiving_unit, f->receiving_unit);
        db_array_text(counter, f->counter);
        db_array_text(procedure, f->procedure);
        db_array_text(process, f->process);
        db_array_int(process_version, f->process_version);
        db_array_text(route, route_name((int)f->route));
        db_array_text(origin_reference, f->origin_reference);
        db_array_time(received_at, f->received_at);
        db_array_time(due_at, f->due_at);
        db_array_bool(electronic, f->electronic);
        db_array_bool(filed_online, f->filed_online);
    }
    if (db_array_count(id))
        db_ask(b->db, a, &facts_save_stmt,
               DB_ARGS(db_items(id), db_items(code), db_items(unit), db_items(receiving_unit), db_items(counter),
                       db_items(procedure), db_items(process), db_items(process_version), db_items(route),
                       db_items(origin_reference), db_items(received_at), db_items(due_at), db_items(electronic),
                       db_items(filed_online)));
    move_due(b, dossiers, count);
    leave_out(b, dossiers, count);
    note(b, dossiers, count);
}
