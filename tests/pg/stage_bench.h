/* SPDX-License-Identifier: Apache-2.0 */
/* A stage through the real executor on PostgreSQL, without HTTP and Kafka: its work is submitted here, its reference
 * data come as the catalogue topic would bring them. */
#ifndef TAICHO_TESTS_PG_STAGE_BENCH_H
#define TAICHO_TESTS_PG_STAGE_BENCH_H

#include "tests/pg/flow_fixture.h"

#include "common/flow/catalogue_store.h"
#include "common/flow/clock.h"
#include "common/flow/command.h"
#include "common/flow/projection.h"
#include "common/flow/wire.h"

#include "taicho/v1/catalogue.pb-c.h"
#include "taicho/v1/lifecycle.pb-c.h"

static struct service service; /* filled in set_up: the counts are no constants */
static int release_of_records; /* that records come with, as new versions; 0 is the first one */

static struct bench {
    struct fixture f;
    struct executor *executor;
    struct clock *clock;
    struct catalogue_store *catalogue;
} * bench;

static int done_count, key_count;

static inline void done(struct work *w)
{
    (void)w;
    done_count++;
}

/* go submits pieces of work in one batch and waits for them. */
static inline void go(struct work **works, size_t n)
{
    struct err e = {0};
    done_count = 0;
    for (size_t i = 0; i < n; i++)
        ok(executor_submit(bench->executor, works[i], &e), &e);
    for (int i = 0; i < 100 && done_count < (int)n; i++)
        executor_step(bench->executor, 20);
    assert_int_equal(done_count, n);
}

static inline struct work *new_work(enum work_origin origin, const char *kind, struct id subject)
{
    struct work *w = ARENA_NEW(bench->f.arena, struct work);
    *w = (struct work){.origin = origin,
                       .arena = bench->f.arena,
                       .subject = subject,
                       .subject_kind = kind,
                       .place = {.partition = -1},
                       .done = done};
    return w;
}

/* ---- reference data as the catalogue topic brings it */

static inline void give(Taicho__V1__CatalogueRecord *m, const char *kind, const char *id)
{
    struct work *w = new_work(WORK_RECORD, NULL, id_nil);
    m->kind = arena_strdup(bench->f.arena, kind);
    m->id = arena_strdup(bench->f.arena, id);
    m->release = release_of_records + 1;
    w->raw = wire_pack(&m->base, bench->f.arena);
    go(&w, 1);
}

/* A record of all days from one on; 0: of all days. */
static inline void record_from(const char *kind, const char *id, Taicho__V1__CatalogueRecord__BodyCase body_case,
                               void *body, int32_t from)
{
    Taicho__V1__CatalogueRecord m = TAICHO__V1__CATALOGUE_RECORD__INIT;
    m.version = release_of_records + 1;
    m.valid_from = from;
    m.body_case = body_case;
    m.unit = body; /* the members of the oneof share their place */
    give(&m, kind, id);
}

static inline void record(const char *kind, const char *id, Taicho__V1__CatalogueRecord__BodyCase body_case, void *body)
{
    record_from(kind, id, body_case, body, 0);
}

/* close_release makes what came in use; the next records are of the next release. */
static inline void close_release(int32_t count)
{
    Taicho__V1__CatalogueRecord m = TAICHO__V1__CATALOGUE_RECORD__INIT;
    Taicho__V1__Release release = TAICHO__V1__RELEASE__INIT;
    release.number = release_of_records + 1;
    release.records = count;
    m.body_case = TAICHO__V1__CATALOGUE_RECORD__BODY_RELEASE_CLOSED;
    m.release_closed = &release;
    give(&m, "release", "release");
    release_of_records++;
}

static inline void unit(const char *id)
{
    Taicho__V1__Unit m = TAICHO__V1__UNIT__INIT;
    m.agency_code = arena_strdup(bench->f.arena, "000.21.35.H11");
    m.name = arena_strdup(bench->f.arena, id);
    m.level = TAICHO__V1__LEVEL__LEVEL_COMMUNE;
    record("unit", id, TAICHO__V1__CATALOGUE_RECORD__BODY_UNIT, &m);
}

static inline void officer(const char *id, const char *of, const char *counter, const char *roles)
{
    Taicho__V1__Officer m = TAICHO__V1__OFFICER__INIT;
    char *names[8], *rest = NULL;
    for (char *p = strtok_r(arena_strdup(bench->f.arena, roles), " ", &rest); p && m.n_roles < COUNT_OF(names);
         p = strtok_r(NULL, " ", &rest))
        names[m.n_roles++] = p;
    m.unit = arena_strdup(bench->f.arena, of);
    m.counter = arena_strdup(bench->f.arena, counter);
    m.title = arena_strdup(bench->f.arena, "Vị trí");
    m.roles = names;
    record("officer", id, TAICHO__V1__CATALOGUE_RECORD__BODY_OFFICER, &m);
}

/* A term of all days from one on; 0: of all days. */
static inline void term(const char *id, int32_t value, int32_t from)
{
    Taicho__V1__Term m = TAICHO__V1__TERM__INIT;
    m.value = value;
    m.basis = arena_strdup(bench->f.arena, "thử");
    record_from("term", id, TAICHO__V1__CATALOGUE_RECORD__BODY_TERM, &m, from);
}

/* The straight process, at the counter or with a hand-over back to it. */
static inline void process(const char *id, bool hand_over)
{
    static const struct {
        Taicho__V1__StepKind kind;
        const char *role, *unit;
    } rows[] = {{TAICHO__V1__STEP_KIND__STEP_KIND_RECEIVE, "receiver", "receiving"},
                {TAICHO__V1__STEP_KIND__STEP_KIND_APPRAISE, "appraiser", "own"},
                {TAICHO__V1__STEP_KIND__STEP_KIND_APPROVE, "approver", "own"},
                {TAICHO__V1__STEP_KIND__STEP_KIND_NUMBER_SEAL, "clerk", "own"},
                {TAICHO__V1__STEP_KIND__STEP_KIND_HAND_OVER, "clerk", "own"},
                {TAICHO__V1__STEP_KIND__STEP_KIND_RETURN, "returner", "receiving"}};
    Taicho__V1__Process m = TAICHO__V1__PROCESS__INIT;
    Taicho__V1__ProcessStep steps[COUNT_OF(rows)], *of[COUNT_OF(rows)];
    for (size_t i = 0; i < COUNT_OF(rows); i++) {
        if (!hand_over && rows[i].kind == TAICHO__V1__STEP_KIND__STEP_KIND_HAND_OVER)
            continue;
        taicho__v1__process_step__init(&steps[m.n_steps]);
        steps[m.n_steps].kind = rows[i].kind;
        steps[m.n_steps].role = arena_strdup(bench->f.arena, rows[i].role);
        steps[m.n_steps].minutes = 60;
        steps[m.n_steps].unit_ref = arena_strdup(bench->f.arena, rows[i].unit);
        steps[m.n_steps].at_counter = !hand_over;
        of[m.n_steps] = &steps[m.n_steps];
        m.n_steps++;
    }
    m.procedure = arena_strdup(bench->f.arena, "1.001193");
    m.level = TAICHO__V1__LEVEL__LEVEL_COMMUNE;
    m.on_the_spot = !hand_over;
    m.total_minutes = 300;
    m.steps = of;
    record("process", id, TAICHO__V1__CATALOGUE_RECORD__BODY_PROCESS, &m);
}

/* bench_open begins with an empty database of `name`. */
static inline void bench_open(const char *name, const struct service *s)
{
    struct err e = {0};
    service = *s;
    release_of_records = 0;
    bench = calloc(1, sizeof *bench);
    fixture_open(&bench->f, name);
    fixture_migrate(&bench->f, s->name, s->migrations);
    bench->clock = clock_new();
    bench->catalogue = catalogue_store_new();
    ok(executor_new(&(struct executor_config){.service = &service,
                                              .conninfo = fixture_conninfo(&bench->f, s->name),
                                              .application = "test",
                                              .clock = bench->clock,
                                              .catalogue = bench->catalogue,
                                              .batch_max = 256,
                                              .queue_max = 1000,
                                              .keep_max = 64},
                    &bench->executor, &e),
       &e);
}

/* ---- events as the other stages send them */

/* told is the first event of a source about a dossier, by nobody in particular. */
static inline struct event told(enum source source, struct id subject, const char *of, const char *process_id, int step)
{
    return (struct event){.id = id_new(),
                          .source = source,
                          .subject_kind = "dossier",
                          .subject = subject,
                          .version = 1,
                          .release = 1,
                          .dossier_code = "000.21.35.H11-191001-0001",
                          .occurred_at = 1,
                          .recorded_at = 1,
                          .actor = "x",
                          .place = "office",
                          .unit = of,
                          .procedure = "1.001193",
                          .process = process_id,
                          .process_version = 1,
                          .step = step,
                          .round = 1,
                          .origin_reference = ""};
}

static inline struct work *event_work(const struct event *e, Taicho__V1__LifecycleEvent *m)
{
    struct work *w = new_work(WORK_EVENT, "dossier", e->subject);
    struct err err = {0};
    ok(projection_work(&service, event_pack(e, m, bench->f.arena), bench->f.arena, w, &err), &err);
    return w;
}

static inline int tear_down(void **state)
{
    (void)state;
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

#endif
