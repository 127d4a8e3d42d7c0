/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The executor alone, on a real PostgreSQL: how many pieces a second, by the size of the batch. A small service as in
 * tests/pg/flow_executor.c, without HTTP and Kafka: what remains is claim, lock, load, save, emit, COMMIT.
 *
 *   executor CONNINFO [SECONDS [POSTMASTER [SETTING=VALUE...]]]
 *
 * CONNINFO is a superuser's: a database of its own is made and dropped. With the postmaster's pid PostgreSQL's core
 * time is shown, which a busy machine does not blur. Settings are given to that database, to see what they are worth.
 */
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <unistd.h>

#include "common/flow/catalogue_store.h"
#include "common/flow/clock.h"
#include "common/flow/migrate.h"
#include "common/flow/projection.h"
#include "common/flow/service.h"

#include "taicho/v1/lifecycle.pb-c.h"
#include "tests/bench/meter.h"

enum { ACT_CREATE, ACT_BUMP, ACT_COUNT };

/* ---- the small service */

struct thing {
    int64_t count;
};

#define THING_SQL "CREATE TABLE thing (id uuid PRIMARY KEY, count bigint NOT NULL);"
static const struct embedded tables[] = {{"001_thing.sql", THING_SQL, sizeof(THING_SQL) - 1}, {0}};
static const struct db_stmt load_things = {"bench_load", "SELECT id, count FROM thing WHERE id = ANY ($1::uuid[])"};
static const struct db_stmt save_things = {"bench_save",
                                           "INSERT INTO thing SELECT * FROM unnest($1::uuid[], $2::bigint[])"
                                           " ON CONFLICT (id) DO UPDATE SET count = excluded.count"};

static void ask(struct batch *b)
{
    b->service = db_ask(b->db, b->arena, &load_things, DB_ARGS(db_items(b->subject_ids)));
}

static enum err_code take(struct batch *b, struct err *reterr)
{
    struct db_answer *q = b->service;
    for (size_t row = 0; row < db_count(q); row++) {
        struct thing *t = ARENA_NEW(b->arena, struct thing);
        t->count = db_get_int(q, row, 1);
        batch_subject(b, db_get_uuid(q, row, 0))->state = t;
    }
    return ERR_OK;
}

static enum err_code decide(struct item *i, struct err *reterr)
{
    struct thing *t = i->subject->state;
    if (!t)
        i->subject->state = t = ARENA_NEW(i->batch->arena, struct thing);
    t->count++;
    i->subject->touched = true;
    if (i->work->origin == WORK_EVENT)
        return ERR_OK;
    item_emit(i, &(struct emission){.type = "Assigned", .body = t, .unit = "H11.35.21", .step = 2, .round = 1});
    item_answer(i, 200, arena_printf(i->batch->arena, "{\"count\":%" PRId64 "}", t->count));
    return ERR_OK;
}

static void save(struct batch *b)
{
    struct db_array *ids = db_array_new(b->arena, DB_UUID), *counts = db_array_new(b->arena, DB_INT8);
    for (size_t i = 0; i < b->subject_count; i++)
        if (b->subjects[i]->touched) {
            db_array_uuid(ids, b->subjects[i]->id);
            db_array_int(counts, ((struct thing *)b->subjects[i]->state)->count);
        }
    db_ask(b->db, b->arena, &save_things, DB_ARGS(db_items(ids), db_items(counts)));
}

static void encode(const struct emission *e, struct arena *a, struct Taicho__V1__LifecycleEvent *ret)
{
    Taicho__V1__Assigned *body = ARENA_NEW(a, Taicho__V1__Assigned);
    taicho__v1__assigned__init(body);
    body->officer = arena_strdup(a, "H11.35.21-td01");
    ret->body_case = TAICHO__V1__LIFECYCLE_EVENT__BODY_ASSIGNED;
    ret->assigned = body;
}

static enum err_code read_any(const struct Taicho__V1__LifecycleEvent *m, const struct event *e, struct arena *a,
                              const void **ret, struct err *reterr)
{
    *ret = ARENA_NEW(a, int);
    return ERR_OK;
}

static const struct executor_ops ops = {.ask = ask, .take = take, .decide = decide, .save = save, .encode = encode};
static const struct projection projections[] = {{SOURCE_INTAKE, "Received", ACT_COUNT, read_any, "counts"},
                                                {SOURCE_INTAKE, "DocumentFiled", ACT_COUNT, read_any, "counts"}};
static const struct service things = {.name = "appraisal",
                                      .source = SOURCE_APPRAISAL,
                                      .projections = projections,
                                      .projection_count = COUNT_OF(projections),
                                      .ops = &ops,
                                      .migrations = tables};

/* ---- work */

static struct executor *executor;
static size_t done_count;

static void must(enum err_code rc, const struct err *e)
{
    if (rc == ERR_OK)
        return;
    (void)fprintf(stderr, "bench: %s [%s]\n", e->en, e->sqlstate);
    exit(1);
}

static void done(struct work *w)
{
    if (w->refusal.code != ERR_OK)
        must(w->refusal.code, &w->refusal);
    done_count++;
}

static struct work *new_work(struct arena *a, enum work_origin origin, struct id subject, int act)
{
    struct work *w = ARENA_NEW(a, struct work);
    *w = (struct work){.origin = origin,
                       .arena = a,
                       .subject = subject,
                       .subject_kind = "dossier",
                       .act = act,
                       .place = {.partition = -1},
                       .done = done};
    return w;
}

static struct work *command(struct arena *a, struct id subject, int act)
{
    struct work *w = new_work(a, WORK_COMMAND, subject, act);
    w->creates = act == ACT_CREATE;
    w->idempotency_key = arena_strdup(a, id_text(id_new()).s);
    w->body_digest = digest_of("{}", 2);
    w->command_id = id_new();
    (void)snprintf(w->actor.subject, sizeof(w->actor.subject), "H11.35.21-td01");
    return w;
}

static struct work *event(struct arena *a, struct id subject, int64_t version)
{
    struct Taicho__V1__LifecycleEvent m = TAICHO__V1__LIFECYCLE_EVENT__INIT;
    struct event e = {.id = id_new(),
                      .source = SOURCE_INTAKE,
                      .subject_kind = "dossier",
                      .subject = subject,
                      .version = version,
                      .occurred_at = 1,
                      .recorded_at = 1,
                      .actor = "H11.35.21-tn01",
                      .place = "H11.35.21-Q1",
                      .dossier_code = "000.21.35.H11-191001-0001",
                      .unit = "H11.35.21",
                      .procedure = "1.001193",
                      .process = "1.001193-commune",
                      .origin_reference = ""};
    struct err err = {0};
    struct work *w = new_work(a, WORK_EVENT, subject, ACT_COUNT);
    if (version == 1) {
        m.body_case = TAICHO__V1__LIFECYCLE_EVENT__BODY_RECEIVED;
        m.received = ARENA_NEW(a, Taicho__V1__Received);
        taicho__v1__received__init(m.received);
    } else {
        m.body_case = TAICHO__V1__LIFECYCLE_EVENT__BODY_DOCUMENT_FILED;
        m.document_filed = ARENA_NEW(a, Taicho__V1__DocumentFiled);
        taicho__v1__document_filed__init(m.document_filed);
    }
    struct bytes raw = event_pack(&e, &m, a);
    must(projection_work(&things, raw, a, w, &err), &err);
    w->arena = a;
    w->raw = raw;
    w->place = (struct work_place){.partition = -1};
    w->done = done;
    return w;
}

/* ---- the figures */

enum kind { CREATING, BUMPING, NEW_EVENTS, NEXT_EVENTS, KINDS };
static const char *const kind_names[KINDS] = {"commands that create", "commands on a known subject",
                                              "events of new subjects", "events of known subjects"};

static double cpu_us(void)
{
    struct rusage u;
    (void)getrusage(RUSAGE_SELF, &u);
    return (double)(u.ru_utime.tv_sec + u.ru_stime.tv_sec) * 1e6 + (double)(u.ru_utime.tv_usec + u.ru_stime.tv_usec);
}

/* The subjects that were made for this size; bumped and followed in turn. */
static struct id known[256];
static int64_t versions;

static void round_of(struct arena *a, enum kind kind, int size)
{
    struct err err = {0};
    if (kind == NEXT_EVENTS)
        versions++;
    for (int i = 0; i < size; i++) {
        struct id fresh = id_new();
        struct work *w = kind == CREATING     ? command(a, fresh, ACT_CREATE)
                         : kind == BUMPING    ? command(a, known[i], ACT_BUMP)
                         : kind == NEW_EVENTS ? event(a, fresh, 1)
                                              : event(a, known[i], versions);
        must(executor_submit(executor, w, &err), &err);
    }
    done_count = 0;
    while (done_count < (size_t)size)
        (void)executor_step(executor, 100);
}

static void measure(enum kind kind, int size, double seconds)
{
    struct arena *a = arena_new((size_t)64 << 20);
    struct err err = {0};
    uint64_t pieces = 0;
    for (int i = 0; i < size && kind != CREATING && kind != NEW_EVENTS; i++) {
        known[i] = id_new();
        must(executor_submit(executor, event(a, known[i], 1), &err), &err);
    }
    for (done_count = 0; (kind == BUMPING || kind == NEXT_EVENTS) && done_count < (size_t)size;)
        (void)executor_step(executor, 100);
    versions = 1;
    meters_start();
    double cpu = cpu_us();
    int64_t start = instant_mono(), now = start;
    while (now - start < (int64_t)(seconds * 1e6)) {
        arena_reset(a);
        round_of(a, kind, size);
        pieces += (uint64_t)size;
        now = instant_mono();
    }
    double elapsed = (double)(now - start) / 1e6;
    meters_read();
    const struct meter *m;
    double server_us = meters(&m) > 0 ? m[0].cpu_ms * 1000 / (double)pieces : 0;
    (void)printf("%-28s %4d a batch  %8.0f a second  %7.2f ms a batch  core time a piece: %6.1f us here, %6.1f us "
                 "PostgreSQL\n",
                 kind_names[kind], size, (double)pieces / elapsed, elapsed * 1000 * size / (double)pieces,
                 (cpu_us() - cpu) / (double)pieces, server_us);
    (void)fflush(stdout);
    arena_free(a);
}

int main(int argc, char **argv)
{
    static const int sizes[] = {1, 4, 16, 64, 256};
    struct err e = {0};
    struct db *super, *owner;
    if (argc < 2) {
        (void)fprintf(stderr, "usage: executor CONNINFO [SECONDS [POSTMASTER [SETTING=VALUE...]]]\n");
        return 2;
    }
    double seconds = argc > 2 ? strtod(argv[2], NULL) : 3;
    struct arena *a = arena_new((size_t)1 << 20);
    const char *database = arena_printf(a, "bench_%d", (int)getpid());
    const char *conninfo = arena_printf(a, "%s dbname=%s", argv[1], database);
    must(db_open(argv[1], "bench", "public", 20000, &super, &e), &e);
    must(db_script(super, arena_printf(a, "CREATE DATABASE %s", database), &e), &e);
    if (argc > 3)
        meters_add(arena_printf(a, "postgres=%s", argv[3]));
    for (int i = 4; i < argc; i++) {
        const char *eq = strchr(argv[i], '=');
        if (eq)
            must(db_script(
                     super,
                     arena_printf(a, "ALTER DATABASE %s SET %.*s = %s", database, (int)(eq - argv[i]), argv[i], eq + 1),
                     &e),
                 &e);
    }
    must(db_open(conninfo, "bench", "public", 60000, &owner, &e), &e);
    const struct migrate_service m = {.name = "appraisal", .migrations = tables};
    must(migrate_run(owner, &m, INSTANT_NONE, &e), &e);
    must(executor_new(&(struct executor_config){.service = &things,
                                                .conninfo = conninfo,
                                                .application = "bench",
                                                .clock = clock_new(),
                                                .catalogue = catalogue_store_new(),
                                                .batch_max = 256,
                                                .queue_max = 1000},
                      &executor, &e),
         &e);
    for (int kind = 0; kind < KINDS; kind++)
        for (size_t s = 0; s < COUNT_OF(sizes); s++)
            measure((enum kind)kind, sizes[s], seconds);
    executor_free(executor);
    db_close(owner);
    must(db_script(super, arena_printf(a, "DROP DATABASE %s WITH (FORCE)", database), &e), &e);
    db_close(super);
    arena_free(a);
    return 0;
}
