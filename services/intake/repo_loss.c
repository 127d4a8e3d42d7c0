/* SPDX-License-Identifier: Apache-2.0 */
/* Cases of lost or damaged papers in and out, and the work list of those who settle them. Seldom: they are read only
 * for the dossiers that work of the batch is about. */
#include "services/intake/columns.h"
#include "services/intake/repo.h"

struct entry {
    struct id dossier;
    struct intake_loss losses[INTAKE_LOSSES_MAX];
    int count;
};

struct intake_losses {
    struct entry **entries;
    size_t count, room;
    struct db_answer *asked;
};

const struct db_stmt intake_load_losses = {
    "intake_load_losses", "SELECT dossier, number, state, what, found, unit, post, going_to, superior, noted_by,"
                          "       noted_at, minutes"
                          "  FROM loss WHERE dossier = ANY ($1) ORDER BY dossier, number"};

const struct db_stmt intake_add_losses = {
    "intake_add_losses", "INSERT INTO loss (dossier, number, state, what, found, unit, post, going_to, superior,"
                         "       noted_by, noted_at, minutes)"
                         " SELECT * FROM unnest($1::uuid[], $2::int[], $3::text[], $4::text[], $5::text[], $6::text[],"
                         "       $7::text[], $8::text[], $9::text[], $10::text[], $11::timestamptz[], $12::uuid[])"};

const struct db_stmt intake_add_lost = {"intake_add_lost", "INSERT INTO loss_component (dossier, number, component)"
                                                           " SELECT * FROM unnest($1::uuid[], $2::int[], $3::int[])"};

const struct db_stmt intake_settle_losses = {
    "intake_settle_losses",
    "UPDATE loss l SET state = s.state, remedy = s.remedy, responsible = s.responsible, paid_vnd = s.paid_vnd,"
    "       apology = s.apology, settled_by = s.settled_by, settled_at = s.settled_at"
    "  FROM unnest($1::uuid[], $2::int[], $3::text[], $4::text[], $5::text[], $6::bigint[], $7::uuid[], $8::text[],"
    "              $9::timestamptz[])"
    "    AS s (dossier, number, state, remedy, responsible, paid_vnd, apology, settled_by, settled_at)"
    " WHERE l.dossier = s.dossier AND l.number = s.number"};

/* $1 unit (NULL: all), $2 state, $3 $4 $5 the place behind which the page begins, $6 limit */
const struct db_stmt intake_query_losses = {
    "intake_query_losses",
    "SELECT json_build_object('items', coalesce(json_agg(item ORDER BY noted_at, dossier, number), '[]'), 'next',"
    "       CASE WHEN count(*) = $6::int"
    "            THEN (array_agg(place ORDER BY noted_at, dossier, number))[$6::int] END)::text"
    "  FROM (SELECT l.noted_at, l.dossier, l.number,"
    "               json_build_object('dossier', d.id, 'code', d.code, 'state', d.state, 'procedure', d.procedure,"
    "                 'unit', d.unit, 'receiving_unit', d.receiving_unit, 'due_at', civil(d.due_at), 'loss',"
    "                 (SELECT x.value FROM json_array_elements(losses_of(d.id)) x"
    "                   WHERE (x.value ->> 'number')::int = l.number)) AS item,"
    "               (extract(epoch FROM l.noted_at) * 1000000)::bigint || '.' || l.dossier || '.' || l.number AS place"
    "          FROM loss l JOIN dossier d ON d.id = l.dossier"
    "         WHERE l.state = $2 AND ($1::text IS NULL OR $1 IN (d.unit, d.receiving_unit, l.unit, l.superior))"
    "           AND (l.noted_at, l.dossier, l.number) > ($3::timestamptz, $4::uuid, $5::int)"
    "         ORDER BY l.noted_at, l.dossier, l.number LIMIT $6::int) page"};

static struct entry *find(const struct batch *b, struct id dossier)
{
    const struct intake_asked *q = b->service;

    for (size_t i = 0; q && q->losses && i < q->losses->count; i++)
        if (id_eq(q->losses->entries[i]->dossier, dossier))
            return q->losses->entries[i];
    return NULL;
}

void intake_losses_need(struct batch *b, struct id dossier)
{
    struct intake_asked *q = intake_asked(b);

    if (!q->losses)
        q->losses = ARENA_NEW(b->arena, struct intake_losses);
    if (find(b, dossier))
        return;
    struct intake_losses *l = q->losses;
    l->entries = arena_room(b->arena, l->entries, l->count, &l->room, sizeof(struct entry *));
    l->entries[l->count] = ARENA_NEW(b->arena, struct entry);
    l->entries[l->count++]->dossier = dossier;
}

const struct intake_loss *intake_losses_of(const struct batch *b, struct id dossier, int *ret_count)
{
    const struct entry *e = find(b, dossier);

    *ret_count = e ? e->count : 0;
    return e ? e->losses : NULL;
}

void intake_losses_ask(struct batch *b)
{
    struct intake_losses *l = intake_asked(b)->losses;
    struct db_array *ids = db_array_new(b->arena, DB_UUID);

    if (!l)
        return;
    for (size_t i = 0; i < l->count; i++) {
        db_array_uuid(ids, l->entries[i]->dossier);
        l->entries[i]->count = 0;
    }
    l->asked = db_ask(b->db, b->arena, &intake_load_losses, DB_ARGS(db_items(ids)));
}

static int state_parse(const char *name)
{
    return words_find(intake_loss_state_names, name);
}

static int harm_parse(const char *name)
{
    return words_find(intake_harm_names, name);
}

static int found_parse(const char *name)
{
    return words_find(intake_found_names, name);
}

/* What a settled one ended with is not read: nothing is decided by it. */
static enum err_code take_loss(const struct batch *b, struct columns *c)
{
    struct entry *e = find(b, column_id(c, "dossier"));

    e->losses[e->count++] = (struct intake_loss){
        .number = (int)column_number(c, "number"),
        .state = (enum intake_loss_state)column_word(c, "state", state_parse),
        .what = (enum intake_harm)column_word(c, "what", harm_parse),
        .found = (enum intake_found)column_word(c, "found", found_parse),
        .unit = column_text(c, "unit"),
        .post = column_text(c, "post"),
        .going_to = column_text(c, "going_to"),
        .superior = column_text(c, "superior"),
        .noted_by = column_text(c, "noted_by"),
        .noted_at = column_moment(c, "noted_at"),
        .minutes = column_id(c, "minutes"),
        .settled_at = INSTANT_NONE,
    };
    return c->rc;
}

enum err_code intake_losses_take(struct batch *b, struct err *reterr)
{
    const struct intake_losses *l = intake_asked(b)->losses;

    return l ? columns_each(b, l->asked, take_loss, reterr) : ERR_OK;
}

void intake_losses_note(struct item *i, struct intake_file *file, const struct intake_decision *d)
{
    struct entry *e = find(i->batch, i->subject->id);
    struct intake_case *c = ARENA_NEW(i->batch->arena, struct intake_case);

    *c = (struct intake_case){.next = file->cases, .loss = d->loss, .components = d->lost, .count = d->lost_count};
    file->cases = c;
    if (!e)
        return;
    e->losses[d->loss->number - 1] = *d->loss;
    if (d->loss->number > e->count)
        e->count = d->loss->number;
}

/* ---- save */

struct opened {
    struct db_array *dossier, *number, *state, *what, *found, *unit, *post, *going_to, *superior, *by, *at, *minutes;
    struct db_array *of, *of_number, *component; /* what they are about */
};
struct settled {
    struct db_array *dossier, *number, *state, *remedy, *responsible, *paid, *apology, *by, *at;
};

static void put_opened(struct opened *r, struct id dossier, const struct intake_case *c)
{
    const struct intake_loss *l = c->loss;

    db_array_uuid(r->dossier, dossier);
    db_array_int(r->number, l->number);
    db_array_text(r->state, intake_loss_state_names[l->state]);
    db_array_text(r->what, intake_harm_names[l->what]);
    db_array_text(r->found, intake_found_names[l->found]);
    db_array_text(r->unit, l->unit);
    db_array_text(r->post, l->post);
    db_array_text(r->going_to, l->going_to);
    db_array_text(r->superior, l->superior);
    db_array_text(r->by, l->noted_by);
    db_array_time(r->at, l->noted_at);
    db_array_uuid(r->minutes, l->minutes);
    for (int i = 0; i < c->count; i++) {
        db_array_uuid(r->of, dossier);
        db_array_int(r->of_number, l->number);
        db_array_int(r->component, c->components[i]);
    }
}

static void put_settled(struct settled *r, struct id dossier, const struct intake_loss *l)
{
    db_array_uuid(r->dossier, dossier);
    db_array_int(r->number, l->number);
    db_array_text(r->state, intake_loss_state_names[l->state]);
    db_array_text(r->remedy, intake_remedy_names[l->remedy]);
    db_array_text(r->responsible, l->responsible);
    db_array_int(r->paid, l->paid_vnd);
    db_array_uuid_or_null(r->apology, l->apology);
    db_array_text(r->by, l->settled_by);
    db_array_time(r->at, l->settled_at);
}

static void put_cases(struct opened *opened, struct settled *settled, const struct subject *s)
{
    const struct intake_file *f = s->state;

    for (const struct intake_case *c = f->cases; c; c = c->next)
        if (c->loss->state == INTAKE_LOSS_OPEN)
            put_opened(opened, s->id, c);
        else
            put_settled(settled, s->id, c->loss);
}

static void ask_opened(struct batch *b, const struct opened *r)
{
    if (db_array_count(r->dossier) == 0)
        return;
    db_ask(b->db, b->arena, &intake_add_losses,
           DB_ARGS(db_items(r->dossier), db_items(r->number), db_items(r->state), db_items(r->what), db_items(r->found),
                   db_items(r->unit), db_items(r->post), db_items(r->going_to), db_items(r->superior), db_items(r->by),
                   db_items(r->at), db_items(r->minutes)));
    db_ask(b->db, b->arena, &intake_add_lost, DB_ARGS(db_items(r->of), db_items(r->of_number), db_items(r->component)));
}

static void ask_settled(struct batch *b, const struct settled *r)
{
    if (db_array_count(r->dossier))
        db_ask(b->db, b->arena, &intake_settle_losses,
               DB_ARGS(db_items(r->dossier), db_items(r->number), db_items(r->state), db_items(r->remedy),
                       db_items(r->responsible), db_items(r->paid), db_items(r->apology), db_items(r->by),
                       db_items(r->at)));
}

/* The new ones first: a batch may open a case and settle it. */
void intake_losses_save(struct batch *b)
{
    struct arena *a = b->arena;
    struct opened opened = {db_array_new(a, DB_UUID), db_array_new(a, DB_INT4), db_array_new(a, DB_TEXT),
                            db_array_new(a, DB_TEXT), db_array_new(a, DB_TEXT), db_array_new(a, DB_TEXT),
                            db_array_new(a, DB_TEXT), db_array_new(a, DB_TEXT), db_array_new(a, DB_TEXT),
                            db_array_new(a, DB_TEXT), db_array_new(a, DB_TIME), db_array_new(a, DB_UUID),
                            db_array_new(a, DB_UUID), db_array_new(a, DB_INT4), db_array_new(a, DB_INT4)};
    struct settled settled = {db_array_new(a, DB_UUID), db_array_new(a, DB_INT4), db_array_new(a, DB_TEXT),
                              db_array_new(a, DB_TEXT), db_array_new(a, DB_TEXT), db_array_new(a, DB_INT8),
                              db_array_new(a, DB_UUID), db_array_new(a, DB_TEXT), db_array_new(a, DB_TIME)};

    for (size_t i = 0; i < b->subject_count; i++)
        if (b->subjects[i]->touched && b->subjects[i]->state && intake_is_dossier(b->subjects[i]))
            put_cases(&opened, &settled, b->subjects[i]);
    ask_opened(b, &opened);
    ask_settled(b, &settled);
}
