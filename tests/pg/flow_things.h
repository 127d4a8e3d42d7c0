/* SPDX-License-Identifier: Apache-2.0 */
/*
 * A small service for tests of the executor: things that are created, bumped by commands, and counted up by events. It
 * calls itself appraisal, listens to intake and approval, emits Assigned.
 */
#ifndef TAICHO_TESTS_PG_FLOW_THINGS_H
#define TAICHO_TESTS_PG_FLOW_THINGS_H

#include "common/flow/service.h"

#include "taicho/v1/lifecycle.pb-c.h"

enum { ACT_CREATE, ACT_BUMP, ACT_REFUSE, ACT_BREAK, ACT_COUNT, ACT_DOUBT, ACT_REMIND, ACT_WATCH, ACT_LOOK };

struct thing {
    int64_t count;
};

#define THING_SQL "CREATE TABLE thing (id uuid PRIMARY KEY, count bigint NOT NULL CHECK (count < 1000));"
static const struct embedded things_tables[] = {{"001_thing.sql", THING_SQL, sizeof THING_SQL - 1}, {0}};

static const struct db_stmt load_things = {"test_load_things",
                                           "SELECT id, count FROM thing WHERE id = ANY ($1::uuid[])"};
static const struct db_stmt save_things = {"test_save_things",
                                           "INSERT INTO thing SELECT * FROM unnest($1::uuid[], $2::bigint[])"
                                           " ON CONFLICT (id) DO UPDATE SET count = excluded.count"};

static int things_asked;            /* how many states batches asked for */
static struct id things_unreadable; /* its row is none that this service can read */
static void (*things_loaded)(void); /* called by the next batch that has its locks, before it decides */

static void things_ask(struct batch *b)
{
    things_asked += (int)db_array_count(b->subject_ids);
    b->service = db_ask(b->db, b->arena, &load_things, DB_ARGS(db_items(b->subject_ids)));
}

static enum err_code things_take(struct batch *b, struct err *reterr)
{
    struct db_answer *q = b->service;

    for (size_t row = 0; row < db_count(q); row++) {
        if (id_eq(db_get_uuid(q, row, 0), things_unreadable))
            return err_set(reterr, ERR_BUG, "a thing that cannot be");
        for (size_t i = 0; i < b->subject_count; i++)
            if (id_eq(b->subjects[i]->id, db_get_uuid(q, row, 0))) {
                struct thing *t = ARENA_NEW(b->arena, struct thing);

                t->count = db_get_int(q, row, 1);
                b->subjects[i]->state = t;
            }
    }
    return ERR_OK;
}

/* They name no rows; but this is called behind the locks, whether a state was read or none is there. */
static void things_ask_named(struct batch *b)
{
}

static enum err_code things_take_named(struct batch *b, struct err *reterr)
{
    void (*loaded)(void) = things_loaded;

    things_loaded = NULL;
    if (loaded)
        loaded();
    return ERR_OK;
}

static void *things_copy(const char *kind, const void *state, struct arena *a)
{
    struct thing *t = ARENA_NEW(a, struct thing);

    *t = *(const struct thing *)state;
    return t;
}

static void things_prepare(struct batch *b, const struct work *w)
{
    if (w->origin == WORK_COMMAND)
        batch_need_series(b, "things");
}

/* Adds a hundred and sets both timers, and tells it from two hundred on; else nothing has been. */
static void things_look(struct item *i)
{
    struct trial trial = item_try(i);
    struct thing *t = i->subject->state;

    i->subject->touched = true;
    t->count += 100;
    item_set_timer(i, "remind", i->batch->now - INSTANT_SECOND);
    item_set_timer(i, "look", i->batch->now + INSTANT_HOUR);
    if (t->count < 200)
        item_give_up(i, &trial);
    else
        item_emit(i, &(struct emission){.type = "Assigned", .body = t, .unit = "H11", .step = 2, .round = 1});
}

static enum err_code things_decide(struct item *i, struct err *reterr)
{
    struct thing *t = i->subject->state;
    int64_t number;

    if (i->work->act == ACT_REFUSE)
        return err_say(reterr, ERR_INVALID, "thing", "không được", "not this one");
    if (i->work->act == ACT_CREATE && t)
        return err_say(reterr, ERR_ILLEGAL_MOVE, NULL, "đã có", "it exists");
    if (i->work->act == ACT_DOUBT && t && t->count < 100)
        return err_say(reterr, ERR_CONFLICT, NULL, "chưa đến lượt", "below a hundred");
    if (i->work->act == ACT_LOOK) {
        things_look(i);
        return ERR_OK;
    }
    if (!t) {
        t = ARENA_NEW(i->batch->arena, struct thing);
        i->subject->state = t;
    }
    i->subject->touched = true;
    t->count += i->work->act == ACT_BREAK ? 100000 : 1;
    if (i->work->act == ACT_REMIND)
        t->count += 10;
    if (i->work->act == ACT_REMIND)
        item_emit(i, &(struct emission){.type = "Assigned", .body = t, .unit = "H11", .step = 2, .round = 1});
    if (i->work->origin != WORK_COMMAND)
        return ERR_OK;
    if (item_take_number(i, "things", 1000000, &number, reterr))
        return reterr->code;
    if (i->work->act == ACT_BUMP)
        item_set_timer(i, "remind", i->batch->now - INSTANT_SECOND);
    if (i->work->act == ACT_WATCH)
        item_set_timer(i, "look", i->batch->now - INSTANT_SECOND);
    item_emit(i, &(struct emission){.type = "Assigned", .body = t, .unit = "H11", .step = 2, .round = 1});
    item_answer(
        i, 200,
        arena_printf(i->batch->arena, "{\"count\":%lld,\"number\":%lld}", (long long)t->count, (long long)number));
    return ERR_OK;
}

static void things_save(struct batch *b)
{
    struct db_array *ids = db_array_new(b->arena, DB_UUID), *counts = db_array_new(b->arena, DB_INT8);

    for (size_t i = 0; i < b->subject_count; i++)
        if (b->subjects[i]->touched) {
            db_array_uuid(ids, b->subjects[i]->id);
            db_array_int(counts, ((struct thing *)b->subjects[i]->state)->count);
        }
    db_ask(b->db, b->arena, &save_things, DB_ARGS(db_items(ids), db_items(counts)));
}

static void things_encode(const struct emission *e, struct arena *a, struct Taicho__V1__LifecycleEvent *ret)
{
    Taicho__V1__Assigned *body = ARENA_NEW(a, Taicho__V1__Assigned);

    taicho__v1__assigned__init(body);
    body->officer = arena_strdup(a, "o");
    ret->body_case = TAICHO__V1__LIFECYCLE_EVENT__BODY_ASSIGNED;
    ret->assigned = body;
}

static enum err_code things_read(const struct Taicho__V1__LifecycleEvent *m, const struct event *e, struct arena *a,
                                 const void **ret, struct err *reterr)
{
    *ret = ARENA_NEW(a, int);
    return ERR_OK;
}

static const struct timer_act things_timers[] = {{"remind", ACT_REMIND}, {"look", ACT_LOOK}, {0}};
static const struct executor_ops things_ops = {.prepare = things_prepare,
                                               .ask = things_ask,
                                               .take = things_take,
                                               .ask_named = things_ask_named,
                                               .take_named = things_take_named,
                                               .begins = "dossier",
                                               .copy = things_copy,
                                               .decide = things_decide,
                                               .save = things_save,
                                               .encode = things_encode,
                                               .timer_acts = things_timers};
static const struct projection things_projections[] = {
    {SOURCE_INTAKE, "Received", ACT_COUNT, things_read, "counts"},
    {SOURCE_INTAKE, "DocumentFiled", ACT_SKIP, NULL, "skipped"},
    {SOURCE_INTAKE, "Refused", ACT_REFUSE, things_read, "refused"},
    {SOURCE_INTAKE, "DuePassed", ACT_BREAK, things_read, "breaks saving"},
    {SOURCE_INTAKE, "TransferTaken", ACT_DOUBT, things_read, "refused until a hundred"},
    {SOURCE_APPROVAL, "SentBack", ACT_COUNT, things_read, "counts"},
};
static const struct service things = {.name = "appraisal",
                                      .source = SOURCE_APPRAISAL,
                                      .projections = things_projections,
                                      .projection_count = COUNT_OF(things_projections),
                                      .ops = &things_ops,
                                      .migrations = things_tables};

#endif
