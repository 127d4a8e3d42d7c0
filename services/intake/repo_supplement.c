/* SPDX-License-Identifier: Apache-2.0 */
/* Supplements in and out, with the components that come with them, and what was asked for. Seldom: without one, no
 * statement but the load is sent. */
#include "services/intake/columns.h"
#include "services/intake/rows.h"

const struct db_stmt intake_load_supplements = {
    "intake_load_supplements", "SELECT dossier, number, step, round, request, asked_by, ground, superior, asked_at, "
                               "answer_until, received_at, received_by"
                               "  FROM supplement WHERE dossier = ANY ($1) ORDER BY dossier, number"};

const struct db_stmt intake_put_supplements = {
    "intake_put_supplements",
    "INSERT INTO supplement (dossier, number, step, round, request, asked_by, ground, superior, asked_at, answer_until,"
    "       received_at, received_by)"
    " SELECT * FROM unnest($1::uuid[], $2::int[], $3::int[], $4::int[], $5::uuid[], $6::text[], $7::text[], $8::text[],"
    "       $9::timestamptz[], $10::timestamptz[], $11::timestamptz[], $12::text[])"
    " ON CONFLICT (dossier, number) DO UPDATE"
    "    SET answer_until = excluded.answer_until, received_at = excluded.received_at, received_by = "
    "excluded.received_by"};

const struct db_stmt intake_add_supplied = {
    "intake_add_supplied",
    "INSERT INTO component (dossier, number, name, originals, certified, copies, supplement, form, to_show, digitised, "
    "to_return, item, listed)"
    " SELECT * FROM unnest($1::uuid[], $2::int[], $3::text[], $4::int[], $5::int[], $6::int[], $7::int[], $8::text[],"
    "       $9::bool[], $10::bytea[], $11::bool[], $12::int[], $13::text[])"};

const struct db_stmt intake_add_without = {"intake_add_without",
                                           "INSERT INTO supplement_without (dossier, supplement, item, reason)"
                                           " SELECT * FROM unnest($1::uuid[], $2::int[], $3::int[], $4::text[])"};

/* A request form is of another batch than what answers it: others have heard of it in between. But that it was asked by
 * that form may be of this one: so the lists of all that were not answered yet. */
const struct db_stmt intake_load_wanted = {
    "intake_load_wanted",
    "SELECT m.dossier, m.document, m.number, m.name FROM document_missing m"
    " WHERE m.dossier = ANY ($1) AND NOT EXISTS (SELECT FROM supplement s WHERE s.dossier = m.dossier"
    "       AND s.request = m.document AND s.received_at IS NOT NULL) ORDER BY m.dossier, m.document, m.number"};

const struct db_stmt intake_count_supplied = {
    "intake_count_supplied", "UPDATE dossier d SET component_count = c.count"
                             "  FROM unnest($1::uuid[], $2::int[]) AS c (id, count) WHERE d.id = c.id"};

void intake_supplements_ask(struct batch *b)
{
    intake_asked(b)->supplements = db_ask(b->db, b->arena, &intake_load_supplements, DB_ARGS(db_items(b->subject_ids)));
}

static enum err_code take_supplement(const struct batch *b, struct columns *c)
{
    struct subject *s = batch_loaded(b, column_id(c, "dossier"));
    if (!s)
        return ERR_OK;
    struct intake_file *file = s->state;

    if (!file || file->dossier.supplement_count == INTAKE_SUPPLEMENTS_MAX ||
        column_number(c, "number") != file->dossier.supplement_count + 1)
        return err_set(c->reterr, ERR_BUG, "dossier %s has supplements that cannot be", id_text(s->id).s);
    file->dossier.supplements[file->dossier.supplement_count++] = (struct intake_supplement){
        .step = (int)column_number(c, "step"),
        .round = (int)column_number(c, "round"),
        .request = column_id(c, "request"),
        .asked_by = column_text(c, "asked_by"),
        .ground = column_text(c, "ground"),
        .superior = column_text(c, "superior"),
        .asked_at = column_moment(c, "asked_at"),
        .answer_until = column_moment(c, "answer_until"),
        .received_at = column_moment(c, "received_at"),
        .received_by = column_text(c, "received_by"),
    };
    return c->rc;
}

enum err_code intake_supplements_take(struct batch *b, struct err *reterr)
{
    return columns_each(b, intake_asked(b)->supplements, take_supplement, reterr);
}

/* ---- what was asked for */

struct intake_lists {
    struct db_array *dossiers;
    struct intake_wanted *rows; /* in the order of their dossiers */
    size_t count, room;
    struct db_answer *asked;
};

void intake_wanted_need(struct batch *b, struct id dossier)
{
    struct intake_asked *q = intake_asked(b);

    if (!q->lists) {
        q->lists = ARENA_NEW(b->arena, struct intake_lists);
        q->lists->dossiers = db_array_new(b->arena, DB_UUID);
    }
    db_array_uuid(q->lists->dossiers, dossier);
}

const struct intake_wanted *intake_wanted_of(const struct batch *b, struct id dossier, int *ret_count)
{
    const struct intake_asked *q = b->service;
    const struct intake_wanted *first = NULL;

    *ret_count = 0;
    for (size_t i = 0; q && q->lists && i < q->lists->count; i++) {
        if (!id_eq(q->lists->rows[i].dossier, dossier))
            continue;
        first = first ? first : &q->lists->rows[i];
        ++*ret_count;
    }
    return first;
}

void intake_wanted_ask(struct batch *b)
{
    struct intake_lists *l = intake_asked(b)->lists;

    if (!l)
        return;
    l->count = 0;
    l->asked = db_ask(b->db, b->arena, &intake_load_wanted, DB_ARGS(db_items(l->dossiers)));
}

void intake_wanted_take(struct batch *b)
{
    struct intake_lists *l = intake_asked(b)->lists;

    for (size_t row = 0; l && row < db_count(l->asked); row++) {
        const struct columns c = {.arena = b->arena, .q = l->asked, .row = row};

        l->rows = arena_room(b->arena, l->rows, l->count, &l->room, sizeof *l->rows);
        l->rows[l->count++] = (struct intake_wanted){.dossier = column_id(&c, "dossier"),
                                                     .request = column_id(&c, "document"),
                                                     .number = (int)column_number(&c, "number"),
                                                     .name = column_text(&c, "name")};
    }
}

/* ---- save */

static void save_rows(struct batch *b)
{
    struct arena *a = b->arena;
    struct db_array *dossier = db_array_new(a, DB_UUID), *numbers = db_array_new(a, DB_INT4),
                    *step = db_array_new(a, DB_INT4), *round = db_array_new(a, DB_INT4),
                    *request = db_array_new(a, DB_UUID), *asked_by = db_array_new(a, DB_TEXT),
                    *ground = db_array_new(a, DB_TEXT), *superior = db_array_new(a, DB_TEXT),
                    *asked_at = db_array_new(a, DB_TIME), *until = db_array_new(a, DB_TIME),
                    *received_at = db_array_new(a, DB_TIME), *received_by = db_array_new(a, DB_TEXT);

    for (size_t i = 0; i < b->subject_count; i++) {
        const struct intake_file *f = b->subjects[i]->state;
        if (!b->subjects[i]->touched || !f || !intake_is_dossier(b->subjects[i]) || !f->supplements_changed)
            continue;
        for (int n = 0; n < f->dossier.supplement_count; n++) {
            const struct intake_supplement *s = &f->dossier.supplements[n];
            db_array_uuid(dossier, b->subjects[i]->id);
            db_array_int(numbers, n + 1);
            db_array_int(step, s->step);
            db_array_int(round, s->round);
            db_array_uuid(request, s->request);
            db_array_text(asked_by, s->asked_by);
            db_array_text(ground, s->ground);
            db_array_text(superior, s->superior);
            db_array_time(asked_at, s->asked_at);
            db_array_time(until, s->answer_until);
            db_array_time(received_at, s->received_at);
            db_array_text(received_by, s->received_by);
        }
    }
    if (db_array_count(dossier))
        db_ask(b->db, a, &intake_put_supplements,
               DB_ARGS(db_items(dossier), db_items(numbers), db_items(step), db_items(round), db_items(request),
                       db_items(asked_by), db_items(ground), db_items(superior), db_items(asked_at), db_items(until),
                       db_items(received_at), db_items(received_by)));
}

static void save_components(struct batch *b)
{
    struct arena *a = b->arena;
    struct db_array *dossier = db_array_new(a, DB_UUID), *numbers = db_array_new(a, DB_INT4),
                    *name = db_array_new(a, DB_TEXT), *originals = db_array_new(a, DB_INT4),
                    *certified = db_array_new(a, DB_INT4), *copies = db_array_new(a, DB_INT4),
                    *form = db_array_new(a, DB_TEXT), *to_show = db_array_new(a, DB_BOOL),
                    *scan = db_array_new(a, DB_BYTES), *back = db_array_new(a, DB_BOOL),
                    *supplement = db_array_new(a, DB_INT4), *item = db_array_new(a, DB_INT4),
                    *listed = db_array_new(a, DB_TEXT), *of = db_array_new(a, DB_UUID),
                    *count = db_array_new(a, DB_INT4);

    for (size_t i = 0; i < b->subject_count; i++) {
        const struct intake_file *f = b->subjects[i]->state;
        if (!b->subjects[i]->touched || !f || !intake_is_dossier(b->subjects[i]) || !f->supplied)
            continue;
        for (const struct intake_supplied *s = f->supplied; s; s = s->next)
            for (int n = 0; n < s->supply->component_count; n++) {
                const struct intake_component *c = &s->supply->components[n];
                db_array_uuid(dossier, b->subjects[i]->id);
                db_array_int(numbers, s->first + n);
                db_array_text(name, c->name);
                db_array_int(originals, c->originals);
                db_array_int(certified, c->certified);
                db_array_int(copies, c->copies);
                db_array_int(supplement, s->number);
                db_array_text(form, intake_form_stored(c));
                db_array_bool(to_show, c->to_show);
                db_array_bytes(scan, intake_scan_of(c));
                db_array_bool(back, c->to_return);
                rows_put_number_or_null(item, c->item);
                db_array_text(listed, c->listed);
            }
        db_array_uuid(of, b->subjects[i]->id);
        db_array_int(count, f->dossier.component_count);
    }
    if (db_array_count(dossier) == 0)
        return;
    db_ask(b->db, a, &intake_add_supplied,
           DB_ARGS(db_items(dossier), db_items(numbers), db_items(name), db_items(originals), db_items(certified),
                   db_items(copies), db_items(supplement), db_items(form), db_items(to_show), db_items(scan),
                   db_items(back), db_items(item), db_items(listed)));
    db_ask(b->db, a, &intake_count_supplied, DB_ARGS(db_items(of), db_items(count)));
}

static void put_without(struct rows *r, const struct subject *s, const struct intake_file *f)
{
    for (const struct intake_supplied *x = f->supplied; x; x = x->next)
        for (int n = 0; n < x->supply->without_count; n++) {
            struct db_array **v = r->of;

            db_array_uuid(*v++, s->id);
            db_array_int(*v++, x->number);
            db_array_int(*v++, x->supply->without[n].item);
            db_array_text(*v++, intake_lacking_names[x->supply->without[n].reason]);
        }
}

static const struct rows_write without = ROWS(intake_add_without, put_without, DB_UUID, DB_INT4, DB_INT4, DB_TEXT);

void intake_supplements_save(struct batch *b)
{
    save_rows(b);
    save_components(b);
    rows_save(b, &without, 1);
}
