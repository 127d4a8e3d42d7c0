/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The bench of the executor's tests: a database, an executor for the small service of things, the work that is given to
 * it, and what it stored. Steps are called one by one, so the test chooses the interleaving.
 */
#ifndef TAICHO_TESTS_PG_FLOW_BENCH_H
#define TAICHO_TESTS_PG_FLOW_BENCH_H

#include "tests/pg/flow_fixture.h"
#include "tests/pg/flow_things.h"

#include "common/flow/catalogue_store.h"
#include "common/flow/clock.h"
#include "common/flow/projection.h"

struct bench {
    struct fixture f;
    struct executor *executor;
    struct clock *clock;
    struct catalogue_store *catalogue;
    int fenced;
};

static struct bench *bench;
static int bench_keep = 64; /* of the executors that are made from now on */
static _Atomic int done_count;

static inline void on_fenced(void *arg, const char *topic, int partition)
{
    bench->fenced++;
}

static inline int bench_open(const char *name)
{
    if (!getenv("TEST_PG"))
        return 0;
    bench = calloc(1, sizeof *bench);
    fixture_open(&bench->f, name);
    fixture_migrate(&bench->f, "appraisal", things_tables);
    bench->clock = clock_new();
    bench->catalogue = catalogue_store_new();
    return 0;
}

static inline struct executor *bench_executor(void)
{
    struct executor *x;
    struct err e = {0};

    ok(executor_new(&(struct executor_config){.service = &things,
                                              .conninfo = fixture_conninfo(&bench->f, "appraisal"),
                                              .application = "test",
                                              .clock = bench->clock,
                                              .catalogue = bench->catalogue,
                                              .batch_max = 256,
                                              .queue_max = 1000,
                                              .keep_max = bench_keep},
                    &x, &e),
       &e);
    executor_on_fenced(x, on_fenced, NULL);
    return x;
}

/* Every test has its own executor: one that halted stays so. */
static inline int new_executor(void **state)
{
    if (!bench)
        return 0;
    executor_free(bench->executor);
    done_count = 0;
    bench->executor = bench_executor();
    return 0;
}

static inline int tear_down(void **state)
{
    if (!bench)
        return 0;
    executor_free(bench->executor);
    catalogue_store_free(bench->catalogue);
    clock_free(bench->clock);
    fixture_close(&bench->f);
    free(bench);
    bench = NULL;
    return 0;
}

#define NEEDS_PG()                                                                                                     \
    do {                                                                                                               \
        if (!bench) {                                                                                                  \
            print_message("# TEST_PG is not set\n");                                                                   \
            skip();                                                                                                    \
        }                                                                                                              \
    } while (0)

static inline void done(struct work *w)
{
    done_count++;
}

static inline struct work *new_work(enum work_origin origin, struct id subject, int act)
{
    struct work *w = ARENA_NEW(bench->f.arena, struct work);

    *w = (struct work){.origin = origin,
                       .arena = bench->f.arena,
                       .subject = subject,
                       .subject_kind = "dossier",
                       .act = act,
                       .place = {.partition = -1},
                       .done = done};
    return w;
}

static inline struct work *command(struct id subject, int act, const char *key, const char *body)
{
    struct work *w = new_work(WORK_COMMAND, subject, act);

    w->creates = act == ACT_CREATE;
    w->idempotency_key = key;
    w->body_digest = digest_of(body, strlen(body));
    w->command_id = id_new();
    snprintf(w->actor.subject, sizeof w->actor.subject, "H11-td01");
    return w;
}

/* What the next events say of themselves; who sets it sets it back. */
static int64_t event_release;
static const char *event_kind = "dossier";

/* An event as intake or approval would send it; types by the body that is set. */
static inline struct work *event(enum source source, struct id subject, int64_t version, const char *type,
                                 const int64_t seen[SOURCE_COUNT])
{
    struct arena *a = bench->f.arena;
    Taicho__V1__LifecycleEvent m = TAICHO__V1__LIFECYCLE_EVENT__INIT;
    struct event e = {.id = id_new(),
                      .source = source,
                      .subject_kind = event_kind,
                      .subject = subject,
                      .version = version,
                      .release = event_release,
                      .occurred_at = 1,
                      .recorded_at = 1,
                      .actor = "x",
                      .place = "",
                      .dossier_code = "",
                      .unit = "",
                      .procedure = "",
                      .process = "",
                      .origin_reference = ""};
    struct work *w = new_work(WORK_EVENT, subject, 0);
    struct err err = {0};

#define BODY(name, CASE, field, lower)                                                                                 \
    if (strcmp(type, name) == 0) {                                                                                     \
        m.body_case = TAICHO__V1__LIFECYCLE_EVENT__BODY_##CASE;                                                        \
        m.field = arena_alloc(a, sizeof *m.field);                                                                     \
        taicho__v1__##lower##__init(m.field);                                                                          \
    }
    BODY("Received", RECEIVED, received, received)
    BODY("DocumentFiled", DOCUMENT_FILED, document_filed, document_filed)
    BODY("Refused", REFUSED, refused, refused)
    BODY("DuePassed", DUE_PASSED, due_passed, due_passed)
    BODY("TransferTaken", TRANSFER_TAKEN, transfer_taken, transfer_taken)
    BODY("TransferGiven", TRANSFER_GIVEN, transfer_given, transfer_given)
    BODY("SentBack", SENT_BACK, sent_back, sent_back)
#undef BODY
    if (seen)
        memcpy(e.seen, seen, sizeof e.seen);
    struct bytes raw = event_pack(&e, &m, a);
    struct work_place place = w->place;

    ok(projection_work(&things, raw, a, w, &err), &err);
    w->arena = a;
    w->raw = raw;
    w->place = place;
    w->done = done;
    return w;
}

static inline void submit(struct work *w)
{
    struct err e = {0};

    ok(executor_submit(bench->executor, w, &e), &e);
}

/* run submits nothing more and steps until everything was answered. */
static inline void run(int expected)
{
    for (int i = 0; i < 50 && done_count < expected; i++)
        executor_step(bench->executor, 20);
    assert_int_equal(done_count, expected);
    done_count = 0;
}

static inline int64_t ask_number(const char *sql, struct id id)
{
    static int names;
    struct db_stmt *s = ARENA_NEW(bench->f.arena, struct db_stmt); /* a connection remembers it */

    *s = (struct db_stmt){arena_printf(bench->f.arena, "test_number_%d", names++), sql};

    struct err e = {0};
    struct db_answer *q;

    ok(db_run(bench->f.db, bench->f.arena, s, DB_ARGS(db_uuid(id)), &q, &e), &e);
    int64_t n = db_count(q) ? db_get_int(q, 0, 0) : -1;
    db_forget(bench->f.db);
    return n;
}

static inline int64_t count_of(struct id id)
{
    return ask_number("SELECT count FROM appraisal.thing WHERE id = $1", id);
}

static inline int64_t waiting_of(struct id id)
{
    return ask_number("SELECT count(*) FROM appraisal.waiting WHERE subject = $1", id);
}

static inline int64_t held(struct id id)
{
    return ask_number("SELECT count(*) FROM appraisal.subject WHERE id = $1 AND hold IS NOT NULL", id);
}

static inline struct id created(void)
{
    struct id id = id_new();

    submit(command(id, ACT_CREATE, arena_strdup(bench->f.arena, id_text(id_new()).s), "{}"));
    run(1);
    return id;
}

/* ---- partitions */

static inline void own_partition(int partition, int epoch)
{
    script(
        bench->f.db,
        arena_printf(
            bench->f.arena,
            "INSERT INTO appraisal.consumed (topic, \"partition\", cluster, next_offset, next_sequence, owner, epoch)"
            " VALUES ('taicho.intake.v1', %d, 'c', 0, 1, 'me', %d) ON CONFLICT (topic, \"partition\") DO UPDATE SET "
            "epoch = %d",
            partition, epoch, epoch));
}

static inline struct work *placed(struct work *w, int partition, int64_t offset, int64_t sequence, int64_t epoch)
{
    w->place = (struct work_place){.topic = "taicho.intake.v1",
                                   .partition = partition,
                                   .offset = offset,
                                   .sequence = sequence,
                                   .epoch = epoch,
                                   .cluster = "c"};
    return w;
}

#endif
