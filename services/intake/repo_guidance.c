/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Guidances in and out. The person behind one is no subject, so nothing of the executor's keeps two processes apart: an
 * advisory lock on (unit, procedure, identity number) does, until the transaction is over.
 */
#include <string.h>

#include "services/intake/repo.h"

/* A guidance that is not followed, or was until this batch. */
struct row {
    struct id id;
    int number;
    const struct intake_guide *guide; /* of this batch; NULL: it is stored already */
    struct id followed_by;            /* nil: not yet */
    instant followed_at;              /* when the receipt was given; read with followed_by only */
};

struct person {
    struct intake_person key;
    struct row *rows; /* in the order of their numbers */
    size_t count, room;
};

struct intake_guidances {
    struct person *persons;
    size_t count, room;
    struct db_answer *asked;
};

/* The first key is a namespace of its own: the migrations' lock has one number, these have two. */
const struct db_stmt intake_lock_persons = {
    "intake_lock_persons",
    "SELECT pg_advisory_xact_lock(1, h)::text"
    "  FROM (SELECT DISTINCT hashtext(unit || '/' || procedure || '/' || identity_number) AS h"
    "          FROM unnest($1::text[], $2::text[], $3::text[]) AS p (unit, procedure, identity_number) ORDER BY h) x"};

const struct db_stmt intake_load_guidances = {
    "intake_load_guidances",
    "SELECT p.ord, g.dossier, g.number"
    "  FROM unnest($1::text[], $2::text[], $3::text[]) WITH ORDINALITY AS p (unit, procedure, identity_number, ord)"
    "  JOIN guidance g USING (unit, procedure, identity_number)"
    " WHERE g.followed_by IS NULL ORDER BY p.ord, g.number"};

/* Before those that are added: who has followed is told for the first time again. */
const struct db_stmt intake_follow_guidances = {
    "intake_follow_guidances", "UPDATE guidance g SET followed_by = f.by, followed_at = f.at"
                               "  FROM unnest($1::uuid[], $2::uuid[], $3::timestamptz[]) AS f (id, by, at)"
                               " WHERE g.dossier = f.id"};

const struct db_stmt intake_add_guidances = {
    "intake_add_guidances",
    "INSERT INTO guidance (dossier, unit, procedure, identity_number, number, reasons, explanation, ground, superior,"
    "       followed_by, followed_at, consignment)"
    " SELECT dossier, unit, procedure, identity_number, number, string_to_array(reasons, ','), explanation, ground,"
    "        superior, followed_by, followed_at, consignment"
    "   FROM unnest($1::uuid[], $2::text[], $3::text[], $4::text[], $5::int[], $6::text[], $7::text[], $8::text[],"
    "               $9::text[], $10::uuid[], $11::timestamptz[], $12::text[])"
    "     AS g (dossier, unit, procedure, identity_number, number, reasons, explanation, ground, superior,"
    "           followed_by, followed_at, consignment)"};

const struct db_stmt intake_add_missing = {
    "intake_add_missing",
    "INSERT INTO guidance_missing (dossier, number, name, originals, certified, copies, listed)"
    " SELECT * FROM unnest($1::uuid[], $2::int[], $3::text[], $4::int[], $5::int[], $6::int[], $7::text[])"};

/* ---- persons of the batch */

static struct person *find(const struct batch *b, const struct intake_person *p)
{
    const struct intake_asked *q = b->service;

    for (size_t i = 0; q && q->guidances && i < q->guidances->count; i++) {
        struct person *x = &q->guidances->persons[i];
        if (strcmp(x->key.identity_number, p->identity_number) == 0 && strcmp(x->key.procedure, p->procedure) == 0 &&
            strcmp(x->key.unit, p->unit) == 0)
            return x;
    }
    return NULL;
}

void intake_guidances_need(struct batch *b, const struct intake_person *p)
{
    struct intake_asked *q = intake_asked(b);

    if (!q->guidances)
        q->guidances = ARENA_NEW(b->arena, struct intake_guidances);
    if (find(b, p))
        return;
    struct intake_guidances *g = q->guidances;
    g->persons = arena_room(b->arena, g->persons, g->count, &g->room, sizeof *g->persons);
    g->persons[g->count++] = (struct person){.key = *p};
}

const struct intake_told *intake_guidances_told(const struct batch *b, const struct intake_person *p)
{
    const struct person *x = find(b, p);
    struct intake_told *told = ARENA_NEW(b->arena, struct intake_told);
    struct id *ids = ARENA_ARRAY(b->arena, (x ? x->count : 0) + 1, struct id);

    for (size_t i = 0; x && i < x->count; i++)
        if (id_is_nil(x->rows[i].followed_by)) {
            ids[told->count++] = x->rows[i].id;
            told->last = x->rows[i].number;
        }
    told->guidances = ids;
    return told;
}

static void add_row(struct batch *b, struct person *x, const struct row *row)
{
    x->rows = arena_room(b->arena, x->rows, x->count, &x->room, sizeof *x->rows);
    x->rows[x->count++] = *row;
}

void intake_guidances_add(struct batch *b, const struct intake_person *p, struct id id, int number,
                          const struct intake_guide *guide)
{
    struct person *x = find(b, p);

    BUG_IF(!x, "a person who was not named in prepare");
    add_row(b, x, &(struct row){.id = id, .number = number, .guide = guide});
}

void intake_guidances_follow(struct batch *b, const struct intake_person *p, struct id dossier)
{
    struct person *x = find(b, p);

    BUG_IF(!x, "a person who was not named in prepare");
    for (size_t i = 0; i < x->count; i++)
        if (id_is_nil(x->rows[i].followed_by)) {
            x->rows[i].followed_by = dossier;
            x->rows[i].followed_at = b->now;
        }
}

/* ---- load */

void intake_guidances_ask(struct batch *b)
{
    struct intake_guidances *g = intake_asked(b)->guidances;
    struct db_array *unit = db_array_new(b->arena, DB_TEXT), *procedure = db_array_new(b->arena, DB_TEXT),
                    *identity = db_array_new(b->arena, DB_TEXT);

    if (!g)
        return;
    for (size_t i = 0; i < g->count; i++) {
        db_array_text(unit, g->persons[i].key.unit);
        db_array_text(procedure, g->persons[i].key.procedure);
        db_array_text(identity, g->persons[i].key.identity_number);
        g->persons[i].count = 0;
    }
    db_ask(b->db, b->arena, &intake_lock_persons, DB_ARGS(db_items(unit), db_items(procedure), db_items(identity)));
    g->asked = db_ask(b->db, b->arena, &intake_load_guidances,
                      DB_ARGS(db_items(unit), db_items(procedure), db_items(identity)));
}

void intake_guidances_take(struct batch *b)
{
    const struct intake_guidances *g = intake_asked(b)->guidances;

    for (size_t row = 0; g && row < db_count(g->asked); row++)
        add_row(b, &g->persons[db_get_int(g->asked, row, db_column(g->asked, "ord")) - 1],
                &(struct row){.id = db_get_uuid(g->asked, row, db_column(g->asked, "dossier")),
                              .number = (int)db_get_int(g->asked, row, db_column(g->asked, "number"))});
}

/* ---- save */

static void save_followed(struct batch *b, const struct intake_guidances *g)
{
    struct db_array *id = db_array_new(b->arena, DB_UUID), *by = db_array_new(b->arena, DB_UUID),
                    *at = db_array_new(b->arena, DB_TIME);

    for (size_t i = 0; i < g->count; i++)
        for (size_t k = 0; k < g->persons[i].count; k++) {
            const struct row *r = &g->persons[i].rows[k];
            if (r->guide || id_is_nil(r->followed_by))
                continue;
            db_array_uuid(id, r->id);
            db_array_uuid(by, r->followed_by);
            db_array_time(at, r->followed_at);
        }
    if (db_array_count(id))
        db_ask(b->db, b->arena, &intake_follow_guidances, DB_ARGS(db_items(id), db_items(by), db_items(at)));
}

static void save_missing(struct batch *b, const struct intake_guidances *g)
{
    struct arena *a = b->arena;
    struct db_array *dossier = db_array_new(a, DB_UUID), *number = db_array_new(a, DB_INT4),
                    *name = db_array_new(a, DB_TEXT), *originals = db_array_new(a, DB_INT4),
                    *certified = db_array_new(a, DB_INT4), *copies = db_array_new(a, DB_INT4),
                    *listed = db_array_new(a, DB_TEXT);

    for (size_t i = 0; i < g->count; i++)
        for (size_t k = 0; k < g->persons[i].count; k++) {
            const struct row *r = &g->persons[i].rows[k];
            for (int n = 0; r->guide && n < r->guide->missing_count; n++) {
                const struct intake_component *c = &r->guide->missing[n];
                db_array_uuid(dossier, r->id);
                db_array_int(number, n + 1);
                db_array_text(name, c->name);
                db_array_int(originals, c->originals);
                db_array_int(certified, c->certified);
                db_array_int(copies, c->copies);
                db_array_text(listed, c->listed);
            }
        }
    if (db_array_count(dossier))
        db_ask(b->db, a, &intake_add_missing,
               DB_ARGS(db_items(dossier), db_items(number), db_items(name), db_items(originals), db_items(certified),
                       db_items(copies), db_items(listed)));
}

static void save_added(struct batch *b, const struct intake_guidances *g)
{
    struct arena *a = b->arena;
    struct db_array *dossier = db_array_new(a, DB_UUID), *unit = db_array_new(a, DB_TEXT),
                    *procedure = db_array_new(a, DB_TEXT), *identity = db_array_new(a, DB_TEXT),
                    *number = db_array_new(a, DB_INT4), *reasons = db_array_new(a, DB_TEXT),
                    *explanation = db_array_new(a, DB_TEXT), *ground = db_array_new(a, DB_TEXT),
                    *superior = db_array_new(a, DB_TEXT), *by = db_array_new(a, DB_UUID),
                    *at = db_array_new(a, DB_TIME), *sent = db_array_new(a, DB_TEXT);

    for (size_t i = 0; i < g->count; i++)
        for (size_t k = 0; k < g->persons[i].count; k++) {
            const struct row *r = &g->persons[i].rows[k];
            if (!r->guide)
                continue;
            db_array_uuid(dossier, r->id);
            db_array_text(unit, g->persons[i].key.unit);
            db_array_text(procedure, g->persons[i].key.procedure);
            db_array_text(identity, g->persons[i].key.identity_number);
            db_array_int(number, r->number);
            db_array_text(reasons, intake_joined_reasons(&r->guide->visit, a));
            db_array_text(explanation, r->guide->visit.explanation);
            db_array_text(ground, r->guide->ground);
            db_array_text(superior, r->guide->superior);
            db_array_uuid_or_null(by, r->followed_by);
            db_array_time(at, id_is_nil(r->followed_by) ? INSTANT_NONE : r->followed_at);
            db_array_text(sent, r->guide->visit.consignment);
        }
    if (db_array_count(dossier))
        db_ask(b->db, a, &intake_add_guidances,
               DB_ARGS(db_items(dossier), db_items(unit), db_items(procedure), db_items(identity), db_items(number),
                       db_items(reasons), db_items(explanation), db_items(ground), db_items(superior), db_items(by),
                       db_items(at), db_items(sent)));
}

void intake_guidances_save(struct batch *b)
{
    const struct intake_guidances *g = intake_asked(b)->guidances;

    if (!g)
        return;
    save_followed(b, g);
    save_added(b, g);
    save_missing(b, g);
}
