/* SPDX-License-Identifier: Apache-2.0 */
/* Custody in and out: components of dossiers of which papers are given back or lost, and what moved the others. */
#include "services/intake/repo.h"
#include "services/intake/rules.h"

struct entry {
    struct id dossier;
    struct intake_sheet *sheets;
    size_t count, room;
};

struct intake_custody {
    struct entry *entries;
    size_t count, room;
    struct db_answer *asked;
};

/* The dossiers are locked, so what is read of their components stays. */
const struct db_stmt intake_load_sheets = {
    "intake_load_sheets",
    "SELECT c.dossier, c.number, c.originals, c.form = 'paper' AND NOT c.to_show AS paper,"
    "       c.form = 'electronic' AS file, c.to_return, c.given_back_at IS NOT NULL AS given_back, c.given_back_at,"
    "       c.given_back_by, coalesce(c.loss, 0) AS loss, coalesce(c.supplement, 0) AS supplement,"
    "       coalesce(w.number, 0) AS way, w.given_at, w.unit, w.post, w.going_to, w.since, w.act"
    "  FROM component c LEFT JOIN LATERAL way_of(c) w ON true"
    " WHERE c.dossier = ANY ($1) ORDER BY c.dossier, c.number"};

const struct db_stmt intake_add_ways = {
    "intake_add_ways",
    "INSERT INTO way_back (dossier, number, state, from_unit, to_unit, given_by, given_at, answered_by, answered_at,"
    "                      reason, components)"
    " SELECT w.dossier, w.number, w.state, w.from_unit, w.to_unit, w.given_by, w.given_at, w.answered_by,"
    "        w.answered_at, w.reason, string_to_array(w.components, ',')::int[]"
    "   FROM unnest($1::uuid[], $2::int[], $3::text[], $4::text[], $5::text[], $6::text[], $7::timestamptz[],"
    "               $8::text[], $9::timestamptz[], $10::text[], $11::text[])"
    "     AS w (dossier, number, state, from_unit, to_unit, given_by, given_at, answered_by, answered_at, reason,"
    "           components)"
    " ON CONFLICT (dossier, number) DO UPDATE SET state = excluded.state, answered_by = excluded.answered_by,"
    "    answered_at = excluded.answered_at, reason = excluded.reason, components = excluded.components"};

/* They come from the newest on, and are numbered in the order of time. */
const struct db_stmt intake_add_holdings = {
    "intake_add_holdings",
    "INSERT INTO holding (dossier, number, unit, post, going_to, act, since, supplement, refused_by, reason, due_at, result)"
    " SELECT h.dossier, (SELECT count(*) FROM holding x WHERE x.dossier = h.dossier) +"
    "        row_number() OVER (PARTITION BY h.dossier ORDER BY h.ord DESC), h.unit, h.post, h.going_to, h.act,"
    "        h.since, h.supplement, h.refused_by, h.reason, h.due_at, h.result"
    "   FROM unnest($1::uuid[], $2::text[], $3::text[], $4::text[], $5::text[], $6::timestamptz[], $7::int[],"
    "               $8::text[], $9::text[], $10::timestamptz[], $11::text[])"
    "     WITH ORDINALITY AS h (dossier, unit, post, going_to, act, since, supplement, refused_by, reason, due_at,"
    "                           result, ord)"};

const struct db_stmt intake_put_turns = {
    "intake_put_turns",
    "UPDATE dossier d SET turn_unit = t.unit, turn_lead = t.lead, turn_post = t.post, turn_act = t.act,"
    "       turn_since = t.since, turn_waits = t.waits, turn_from_unit = t.from_unit, turn_from_post = t.from_post,"
    "       turn_state = t.state, turn_answered_by = t.answered_by, turn_answered_at = t.answered_at,"
    "       turn_done_result = t.done_result, turn_done_due_at = t.done_due_at"
    "  FROM unnest($1::uuid[], $2::text[], $3::text[], $4::text[], $5::text[], $6::timestamptz[], $7::boolean[],"
    "              $8::text[], $9::text[], $10::text[], $11::text[], $12::timestamptz[], $13::text[],"
    "              $14::timestamptz[])"
    "    AS t (id, unit, lead, post, act, since, waits, from_unit, from_post, state, answered_by, answered_at,"
    "          done_result, done_due_at)"
    " WHERE d.id = t.id"};

const struct db_stmt intake_note_given_back = {
    "intake_note_given_back",
    "UPDATE component c SET given_back_at = g.at, given_back_by = g.by, given_back_consignment = g.consignment,"
    "       given_back_who = g.who, given_back_collector = g.collector"
    "  FROM unnest($1::uuid[], $2::int[], $3::text[], $4::timestamptz[], $5::text[], $6::text[], $7::uuid[])"
    "    AS g (dossier, number, by, at, consignment, who, collector)"
    " WHERE c.dossier = g.dossier AND c.number = g.number"};

const struct db_stmt intake_note_lost = {"intake_note_lost", "UPDATE component c SET loss = nullif(g.loss, 0)"
                                                             "  FROM unnest($1::uuid[], $2::int[], $3::int[])"
                                                             "    AS g (dossier, number, loss)"
                                                             " WHERE c.dossier = g.dossier AND c.number = g.number"};

static struct entry *find(const struct batch *b, struct id dossier)
{
    const struct intake_asked *q = b->service;

    for (size_t i = 0; q && q->custody && i < q->custody->count; i++)
        if (id_eq(q->custody->entries[i].dossier, dossier))
            return &q->custody->entries[i];
    return NULL;
}

void intake_custody_need(struct batch *b, struct id dossier)
{
    struct intake_asked *q = intake_asked(b);

    if (!q->custody)
        q->custody = ARENA_NEW(b->arena, struct intake_custody);
    if (find(b, dossier))
        return;
    struct intake_custody *c = q->custody;
    c->entries = arena_room(b->arena, c->entries, c->count, &c->room, sizeof *c->entries);
    c->entries[c->count++] = (struct entry){.dossier = dossier};
}

const struct intake_sheet *intake_custody_sheets(const struct batch *b, struct id dossier, int *ret_count)
{
    const struct entry *e = find(b, dossier);

    *ret_count = e ? (int)e->count : 0;
    return e ? e->sheets : NULL;
}

void intake_custody_ask(struct batch *b)
{
    struct intake_custody *c = intake_asked(b)->custody;
    struct db_array *ids = db_array_new(b->arena, DB_UUID);

    if (!c)
        return;
    for (size_t i = 0; i < c->count; i++) {
        db_array_uuid(ids, c->entries[i].dossier);
        c->entries[i].count = 0;
    }
    c->asked = db_ask(b->db, b->arena, &intake_load_sheets, DB_ARGS(db_items(ids)));
}

static struct intake_holder take_holder(struct arena *a, const struct db_answer *q, size_t row)
{
    return (struct intake_holder){.unit = arena_strdup(a, db_get_text(q, row, db_column(q, "unit"))),
                                  .post = arena_strdup(a, db_get_text(q, row, db_column(q, "post"))),
                                  .going_to = arena_strdup(a, db_get_text(q, row, db_column(q, "going_to"))),
                                  .since = db_get_time(q, row, db_column(q, "since")),
                                  .act = arena_strdup(a, db_get_text(q, row, db_column(q, "act")))};
}

void intake_custody_take(struct batch *b)
{
    const struct intake_custody *c = intake_asked(b)->custody;

    for (size_t row = 0; c && row < db_count(c->asked); row++) {
        const struct db_answer *q = c->asked;
        struct entry *e = find(b, db_get_uuid(q, row, db_column(q, "dossier")));

        e->sheets = arena_room(b->arena, e->sheets, e->count, &e->room, sizeof *e->sheets);
        e->sheets[e->count++] = (struct intake_sheet){
            .number = (int)db_get_int(q, row, db_column(q, "number")),
            .originals = (int)db_get_int(q, row, db_column(q, "originals")),
            .paper = db_get_bool(q, row, db_column(q, "paper")),
            .file = db_get_bool(q, row, db_column(q, "file")),
            .to_return = db_get_bool(q, row, db_column(q, "to_return")),
            .given_back = db_get_bool(q, row, db_column(q, "given_back")),
            .given_back_at = db_get_time(q, row, db_column(q, "given_back_at")),
            .given_back_by = arena_strdup(b->arena, db_get_text(q, row, db_column(q, "given_back_by"))),
            .loss = (int)db_get_int(q, row, db_column(q, "loss")),
            .supplement = (int)db_get_int(q, row, db_column(q, "supplement")),
            .way = (int)db_get_int(q, row, db_column(q, "way")),
            .left_at = db_get_time(q, row, db_column(q, "given_at")),
            .lies = take_holder(b->arena, q, row)};
    }
}

/* sheet gives what the later pieces of the batch find of a component; NULL when it has none. */
static struct intake_sheet *sheet(const struct batch *b, struct id dossier, int number)
{
    struct entry *e = find(b, dossier);

    for (size_t i = 0; e && i < e->count; i++)
        if (e->sheets[i].number == number)
            return &e->sheets[i];
    return NULL;
}

/* Papers of a case are lost with it, and there again when it was found: what is stored in the end is what the sheet
 * says then. */
static void note_lost(struct item *i, struct intake_file *file, const struct intake_decision *d)
{
    bool found = d->loss->state == INTAKE_LOSS_SETTLED;

    for (int n = 0; n < d->lost_count; n++) {
        struct intake_sheet *s = sheet(i->batch, i->subject->id, d->lost[n]);
        struct intake_moved *m = file->lost;

        if (!s)
            continue;
        s->loss = found ? 0 : d->loss->number;
        while (m && m->number != s->number)
            m = m->next;
        if (m)
            continue;
        m = ARENA_NEW(i->batch->arena, struct intake_moved);
        *m = (struct intake_moved){.next = file->lost, .number = s->number};
        file->lost = m;
    }
}

static struct intake_held *note_held(const struct item *i, struct intake_file *file, int supplement,
                                     struct intake_holder holder)
{
    struct intake_held *held = ARENA_NEW(i->batch->arena, struct intake_held);

    *held = (struct intake_held){.next = file->held, .supplement = supplement, .holder = holder};
    file->held = held;
    return held;
}

static void note_turn(const struct item *i, struct intake_file *file, const struct intake_decision *d)
{
    struct intake_held *held = note_held(i, file, 0, intake_holder_turned(&d->next.turn));

    held->reason = d->not_taken;
    held->refused_by = d->not_taken ? d->next.turn.answered_by : NULL;
    held->gave = d->gave;
}

/* What is on its way goes to another unit now. */
static void note_readdressed(const struct item *i, struct intake_file *file, const struct intake_decision *d)
{
    for (int n = 0; n < d->next.transfer_count; n++) {
        const struct intake_transfer *t = &d->next.transfers[n];
        if (t->supplement && t->state == INTAKE_TRANSFER_GIVEN)
            (void)note_held(i, file, t->supplement, intake_holder_by(t));
    }
}

/* note_way keeps the way as it will be, which takes the place of what the batch noted of it before, and says of each
 * component who has it now. What was lost on it is none of it any more, and lies with whoever has the others. */
static void note_way(const struct item *i, struct intake_file *file, const struct intake_way *w)
{
    struct entry *e = find(i->batch, i->subject->id);
    struct intake_gone_way *noted = file->ways;

    while (noted && noted->way->number != w->number)
        noted = noted->next;
    if (!noted) {
        noted = ARENA_NEW(i->batch->arena, struct intake_gone_way);
        noted->next = file->ways;
        file->ways = noted;
    }
    noted->way = w;
    for (size_t n = 0; e && n < e->count; n++)
        if (e->sheets[n].way == w->number) {
            e->sheets[n].way = 0;
            e->sheets[n].lies = (struct intake_holder){0};
        }
    for (int n = 0; n < w->component_count; n++) {
        struct intake_sheet *s = sheet(i->batch, i->subject->id, w->components[n]);
        s->way = w->number;
        s->left_at = w->given_at;
        s->lies = intake_holder_on(w);
    }
}

void intake_custody_note(struct item *i, struct intake_file *file, const struct intake_decision *d)
{
    struct arena *a = i->batch->arena;

    const struct intake_transfer *moved = d->transfer >= 0 ? &d->next.transfers[d->transfer] : NULL,
                                 *apart = d->supply ? intake_apart(&d->next, d->supplement + 1) : NULL;

    if (moved)
        (void)note_held(i, file, moved->supplement, intake_holder_by(moved));
    if (apart)
        (void)note_held(i, file, apart->supplement, intake_holder_apart(&d->next, apart));
    if (d->turn)
        note_turn(i, file, d);
    if (d->readdressed)
        note_readdressed(i, file, d);
    if (d->way)
        note_way(i, file, d->way);
    for (int n = 0; n < d->given_back_count; n++) {
        struct intake_gone *gone = ARENA_NEW(a, struct intake_gone);
        *gone = (struct intake_gone){.next = file->gone,
                                     .number = d->given_back[n],
                                     .by = i->work->actor.subject,
                                     .consignment = d->given_back_consignment,
                                     .who = d->given_back_who,
                                     .collector = d->given_back_to ? d->given_back_to->id : id_nil,
                                     .at = i->batch->now};
        file->gone = gone;
        struct intake_sheet *s = sheet(i->batch, i->subject->id, gone->number);
        if (s) {
            s->given_back = true;
            s->given_back_at = gone->at;
            s->given_back_by = gone->by;
        }
    }
    if (d->loss)
        note_lost(i, file, d);
}

/* ---- save */

void intake_work_add(struct db_array *due, struct db_array *result, const struct intake_work *w)
{
    db_array_time(due, w->result == TIMING_NONE ? INSTANT_NONE : w->due_at);
    db_array_text(result, w->result == TIMING_NONE ? NULL : timing_name((int)w->result));
}

static void save_held(struct batch *b)
{
    struct arena *a = b->arena;
    struct db_array *dossier = db_array_new(a, DB_UUID), *unit = db_array_new(a, DB_TEXT),
                    *post = db_array_new(a, DB_TEXT), *to = db_array_new(a, DB_TEXT), *act = db_array_new(a, DB_TEXT),
                    *since = db_array_new(a, DB_TIME), *supplement = db_array_new(a, DB_INT4),
                    *refused_by = db_array_new(a, DB_TEXT), *reason = db_array_new(a, DB_TEXT),
                    *due = db_array_new(a, DB_TIME), *result = db_array_new(a, DB_TEXT);

    for (size_t i = 0; i < b->subject_count; i++) {
        const struct intake_file *f = b->subjects[i]->state;
        if (!b->subjects[i]->touched || !f || !intake_is_dossier(b->subjects[i]))
            continue;
        for (const struct intake_held *h = f->held; h; h = h->next) {
            db_array_uuid(dossier, b->subjects[i]->id);
            db_array_text(unit, h->holder.unit);
            db_array_text(post, h->holder.post);
            db_array_text(to, h->holder.going_to);
            db_array_text(act, h->holder.act);
            db_array_time(since, h->holder.since);
            db_array_int(supplement, h->supplement);
            db_array_text(refused_by, h->refused_by);
            db_array_text(reason, h->reason);
            intake_work_add(due, result, &h->gave);
        }
    }
    if (db_array_count(dossier))
        db_ask(b->db, a, &intake_add_holdings,
               DB_ARGS(db_items(dossier), db_items(unit), db_items(post), db_items(to), db_items(act), db_items(since),
                       db_items(supplement), db_items(refused_by), db_items(reason), db_items(due), db_items(result)));
}

/* The columns of intake_put_turns, in its order. */
static const enum db_type turn_columns[] = {DB_UUID, DB_TEXT, DB_TEXT, DB_TEXT, DB_TEXT, DB_TIME, DB_BOOL,
                                            DB_TEXT, DB_TEXT, DB_TEXT, DB_TEXT, DB_TIME, DB_TEXT, DB_TIME};

static void add_turn(struct db_array **v, struct id dossier, const struct intake_turn *t)
{
    db_array_uuid(*v++, dossier);
    db_array_text(*v++, t->unit);
    db_array_text(*v++, t->lead);
    db_array_text(*v++, t->post);
    db_array_text(*v++, t->unit ? intake_act_names[t->by] : NULL);
    db_array_time(*v++, t->unit ? t->since : INSTANT_NONE);
    db_array_bool(*v++, t->waits);
    db_array_text(*v++, t->from_unit);
    db_array_text(*v++, t->from_post);
    db_array_text(*v++, t->unit ? intake_turn_state_names[t->state] : NULL);
    db_array_text(*v++, t->answered_by);
    db_array_time(*v++, t->unit ? t->answered_at : INSTANT_NONE);
    intake_work_add(v[1], v[0], &t->done);
}

static void save_turns(struct batch *b)
{
    struct db_array *v[COUNT_OF(turn_columns)];
    struct db_arg args[COUNT_OF(turn_columns)];

    for (size_t k = 0; k < COUNT_OF(turn_columns); k++)
        v[k] = db_array_new(b->arena, turn_columns[k]);
    for (size_t i = 0; i < b->subject_count; i++) {
        const struct intake_file *f = b->subjects[i]->state;
        if (b->subjects[i]->touched && f && intake_is_dossier(b->subjects[i]) && f->turn_changed)
            add_turn(v, b->subjects[i]->id, &f->dossier.turn);
    }
    for (size_t k = 0; k < COUNT_OF(turn_columns); k++)
        args[k] = db_items(v[k]);
    if (db_array_count(v[0]))
        db_ask(b->db, b->arena, &intake_put_turns, args, COUNT_OF(turn_columns));
}

static void save_gone(struct batch *b)
{
    struct arena *a = b->arena;
    struct db_array *dossier = db_array_new(a, DB_UUID), *number = db_array_new(a, DB_INT4),
                    *by = db_array_new(a, DB_TEXT), *at = db_array_new(a, DB_TIME), *sent = db_array_new(a, DB_TEXT),
                    *who = db_array_new(a, DB_TEXT), *collector = db_array_new(a, DB_UUID);

    for (size_t i = 0; i < b->subject_count; i++) {
        const struct intake_file *f = b->subjects[i]->state;
        if (!b->subjects[i]->touched || !f || !intake_is_dossier(b->subjects[i]))
            continue;
        for (const struct intake_gone *g = f->gone; g; g = g->next) {
            db_array_uuid(dossier, b->subjects[i]->id);
            db_array_int(number, g->number);
            db_array_text(by, g->by);
            db_array_time(at, g->at);
            db_array_text(sent, g->consignment);
            db_array_text(who, g->who ? collector_name(g->who) : NULL);
            db_array_uuid_or_null(collector, g->collector);
        }
    }
    if (db_array_count(dossier))
        db_ask(b->db, a, &intake_note_given_back,
               DB_ARGS(db_items(dossier), db_items(number), db_items(by), db_items(at), db_items(sent), db_items(who),
                       db_items(collector)));
}

/* The columns of intake_add_ways, in its order. */
static const enum db_type way_columns[] = {DB_UUID, DB_INT4, DB_TEXT, DB_TEXT, DB_TEXT, DB_TEXT,
                                           DB_TIME, DB_TEXT, DB_TIME, DB_TEXT, DB_TEXT};

static void add_way(struct arena *a, struct db_array **v, struct id dossier, const struct intake_way *w)
{
    const char *components = "";

    for (int n = 0; n < w->component_count; n++)
        components = arena_printf(a, "%s%s%d", components, n ? "," : "", w->components[n]);
    db_array_uuid(*v++, dossier);
    db_array_int(*v++, w->number);
    db_array_text(*v++, intake_way_state_names[w->state]);
    db_array_text(*v++, w->from_unit);
    db_array_text(*v++, w->to_unit);
    db_array_text(*v++, w->given_by);
    db_array_time(*v++, w->given_at);
    db_array_text(*v++, w->answered_by);
    db_array_time(*v++, w->answered_at);
    db_array_text(*v++, w->reason);
    db_array_text(*v, components);
}

static void save_ways(struct batch *b)
{
    struct db_array *v[COUNT_OF(way_columns)];
    struct db_arg args[COUNT_OF(way_columns)];

    for (size_t k = 0; k < COUNT_OF(way_columns); k++)
        v[k] = db_array_new(b->arena, way_columns[k]);
    for (size_t i = 0; i < b->subject_count; i++) {
        const struct intake_file *f = b->subjects[i]->state;
        if (!b->subjects[i]->touched || !f || !intake_is_dossier(b->subjects[i]))
            continue;
        for (const struct intake_gone_way *n = f->ways; n; n = n->next)
            add_way(b->arena, v, b->subjects[i]->id, n->way);
    }
    for (size_t k = 0; k < COUNT_OF(way_columns); k++)
        args[k] = db_items(v[k]);
    if (db_array_count(v[0]))
        db_ask(b->db, b->arena, &intake_add_ways, args, COUNT_OF(way_columns));
}

static void save_lost(struct batch *b)
{
    struct arena *a = b->arena;
    struct db_array *dossier = db_array_new(a, DB_UUID), *number = db_array_new(a, DB_INT4),
                    *loss = db_array_new(a, DB_INT4);

    for (size_t i = 0; i < b->subject_count; i++) {
        const struct intake_file *f = b->subjects[i]->state;
        if (!b->subjects[i]->touched || !f || !intake_is_dossier(b->subjects[i]))
            continue;
        for (const struct intake_moved *m = f->lost; m; m = m->next) {
            db_array_uuid(dossier, b->subjects[i]->id);
            db_array_int(number, m->number);
            db_array_int(loss, sheet(b, b->subjects[i]->id, m->number)->loss);
        }
    }
    if (db_array_count(dossier))
        db_ask(b->db, a, &intake_note_lost, DB_ARGS(db_items(dossier), db_items(number), db_items(loss)));
}

/* What was found goes before what is given back: a batch may do both to one paper. */
void intake_custody_save(struct batch *b)
{
    save_lost(b);
    save_held(b);
    save_turns(b);
    save_ways(b);
    save_gone(b);
}
