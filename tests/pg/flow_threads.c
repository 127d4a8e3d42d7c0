/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The threads of a service together, for ThreadSanitizer above all: HTTP
 * threads that submit, the executor on its own thread, readers of the snapshot,
 * pages that hang, somebody who reads the figures, and a stop in the middle. No
 * Kafka.
 */
#include "tests/pg/flow_fixture.h"

#include <curl/curl.h>
#include <pthread.h>
#include <sched.h>
#include <stdatomic.h>
#include <time.h>

#include "common/base/log.h"
#include "common/base/role.h"
#include "common/flow/catalogue_store.h"
#include "common/flow/clock.h"
#include "common/flow/command.h"
#include "common/flow/queue.h"
#include "common/flow/watch.h"

#include "taicho/v1/lifecycle.pb-c.h"

#define CLIENTS  6
#define REQUESTS 40
#define WORKS    5000

static void pause_ms(int ms)
{
    nanosleep(&(struct timespec){.tv_nsec = ms * 1000000L}, NULL);
}

/* ---- the queue: four who put, one who takes */

static struct queue *queue;

static void *put_works(void *arg)
{
    struct work *works = arg;

    for (int i = 0; i < WORKS; i++)
        while (!queue_put(queue, &works[i]))
            sched_yield();
    return NULL;
}

static void a_queue_gives_each_piece_once(void **state)
{
    struct work *works[4], *got[256];
    pthread_t threads[4];
    size_t taken = 0, a, b;

    queue = queue_new(100);
    for (int t = 0; t < 4; t++) {
        works[t] = calloc(WORKS, sizeof *works[t]);
        for (int i = 0; i < WORKS; i++)
            works[t][i].origin = t % 2 ? WORK_EVENT : WORK_COMMAND;
        assert_int_equal(pthread_create(&threads[t], NULL, put_works, works[t]), 0);
    }
    for (size_t turn = 0; taken < 4 * WORKS; turn++) {
        size_t n = turn % 3 ? queue_take(queue, got, COUNT_OF(got), 50) : queue_take_commands(queue, got, 7);
        for (size_t i = 0; i < n; i++)
            got[i]->version++;
        taken += n;
        queue_counts(queue, &a, &b);
        assert_true(a <= 100 && b <= 100 && queue_event_room(queue) <= 100);
        if (n == 0)
            sched_yield();
    }
    for (int t = 0; t < 4; t++) {
        pthread_join(threads[t], NULL);
        for (int i = 0; i < WORKS; i++)
            assert_int_equal(works[t][i].version, 1);
        free(works[t]);
    }
    queue_close(queue);
    assert_int_equal(queue_take(queue, got, 1, 10), 0);
    queue_free(queue);
}

/* ---- a small service: it calls itself appraisal; a thing counts its commands
 */

#define THING_SQL "CREATE TABLE thing (id uuid PRIMARY KEY, count bigint NOT NULL);"
static const struct embedded tables[] = {{"001_thing.sql", THING_SQL, sizeof THING_SQL - 1}, {0}};
static const struct db_stmt load_things = {"test_load_things",
                                           "SELECT id, count FROM thing WHERE id = ANY ($1::uuid[])"};
static const struct db_stmt save_things = {"test_save_things",
                                           "INSERT INTO thing SELECT * FROM unnest($1::uuid[], $2::bigint[])"
                                           " ON CONFLICT (id) DO UPDATE SET count = excluded.count"};
static const struct db_stmt read_thing = {"test_read_thing", "SELECT '{}'::text"};
static const struct db_stmt sum_things = {"test_sum_things", "SELECT coalesce(sum(count), 0)::int8 FROM thing"};

static void ask(struct batch *b)
{
    b->service = db_ask(b->db, b->arena, &load_things, DB_ARGS(db_items(b->subject_ids)));
}

static enum err_code take(struct batch *b, struct err *reterr)
{
    struct db_answer *q = b->service;

    for (size_t row = 0; row < db_count(q); row++) {
        int64_t *count = ARENA_NEW(b->arena, int64_t);
        *count = db_get_int(q, row, 1);
        batch_subject(b, db_get_uuid(q, row, 0))->state = count;
    }
    return ERR_OK;
}

static enum err_code decide(struct item *i, struct err *reterr)
{
    int64_t *count = i->subject->state;

    if (!count)
        i->subject->state = count = ARENA_NEW(i->batch->arena, int64_t);
    ++*count;
    i->subject->touched = true;
    item_emit(i, &(struct emission){.type = "Assigned", .body = count, .unit = "H11", .step = 2, .round = 1});
    item_answer(i, 200, "{}");
    return ERR_OK;
}

static void save(struct batch *b)
{
    struct db_array *ids = db_array_new(b->arena, DB_UUID), *counts = db_array_new(b->arena, DB_INT8);

    for (size_t i = 0; i < b->subject_count; i++)
        if (b->subjects[i]->touched) {
            db_array_uuid(ids, b->subjects[i]->id);
            db_array_int(counts, *(int64_t *)b->subjects[i]->state);
        }
    db_ask(b->db, b->arena, &save_things, DB_ARGS(db_items(ids), db_items(counts)));
}

static void encode(const struct emission *e, struct arena *a, struct Taicho__V1__LifecycleEvent *ret)
{
    Taicho__V1__Assigned *body = ARENA_NEW(a, Taicho__V1__Assigned);

    taicho__v1__assigned__init(body);
    body->officer = arena_strdup(a, "o");
    ret->body_case = TAICHO__V1__LIFECYCLE_EVENT__BODY_ASSIGNED;
    ret->assigned = body;
}

static const struct executor_ops ops = {.ask = ask, .take = take, .decide = decide, .save = save, .encode = encode};
static const struct service things = {
    .name = "appraisal", .source = SOURCE_APPRAISAL, .ops = &ops, .migrations = tables};

/* ---- the house */

static struct house {
    struct fixture f;
    struct app app;
    struct http_server *server;
    int port; /* the clients may ask for it when the server is gone */
    atomic_bool over;
    _Atomic int done, hung, other;
} house;

static enum err_code post_thing(void *arg, struct http_exchange *x, struct err *reterr)
{
    struct app *app = arg;
    struct id id;
    const struct catalogue *c = catalogue_store_hold(app->catalogue);
    int64_t release = c->release;
    catalogue_store_drop(app->catalogue, c);
    (void)clock_now(app->clock);
    assert_true(release >= 0);
    enum err_code rc = command_new_subject(x, "dossier", &id, reterr);
    return rc ? rc : command_submit(app, x, "dossier", id, 1, true, app, reterr);
}

static enum err_code get_thing(void *arg, struct http_exchange *x, struct err *reterr)
{
    return query_json(arg, x, &read_thing, DB_NO_ARGS, reterr);
}

static enum err_code get_changes(void *arg, struct http_exchange *x, struct err *reterr)
{
    struct app *app = arg;
    const char *after = http_query(x, "after");

    return watch_wait(app->watch, x, after ? strtoll(after, NULL, 10) : 0, reterr);
}

static const struct http_route routes[] = {
    {"POST", "/things", ROLE_PUBLIC, post_thing, "counts"},
    {"GET", "/thing", ROLE_PUBLIC, get_thing, "reads"},
    {"GET", "/changes", ROLE_PUBLIC, get_changes, "hangs"},
};

static void committed(void *arg, bool published, bool timers)
{
    watch_changed(((struct app *)arg)->watch);
}

static void open_house(void)
{
    struct err e = {0};
    const char *conninfo;

    fixture_open(&house.f, "flow_threads");
    fixture_migrate(&house.f, "appraisal", tables);
    conninfo = fixture_conninfo(&house.f, "appraisal");
    house.app = (struct app){.service = &things, .clock = clock_new(), .catalogue = catalogue_store_new()};
    ok(watch_new(&house.app.watch, &e), &e);
    ok(db_pool_new(conninfo, "test", "appraisal,ext", 2, 20000, &house.app.readers, &e), &e);
    ok(executor_new(&(struct executor_config){.service = &things,
                                              .conninfo = conninfo,
                                              .application = "test",
                                              .clock = house.app.clock,
                                              .catalogue = house.app.catalogue,
                                              .batch_max = 64,
                                              .queue_max = 1000,
                                              .keep_max = 64,
                                              .committed = committed,
                                              .committed_arg = &house.app},
                    &house.app.executor, &e),
       &e);
    ok(executor_start(house.app.executor, &e), &e);
    ok(http_start(&(struct http_config){.listen = "127.0.0.1:0",
                                        .threads = 3,
                                        .connections_max = 100,
                                        .body_max = 10000,
                                        .idle_s = 30,
                                        .routes = routes,
                                        .route_count = COUNT_OF(routes),
                                        .app = &house.app,
                                        .service = "appraisal"},
                  &house.server, &e),
       &e);
    house.port = http_port(house.server);
}

/* ---- who knocks */

static size_t forget(char *p, size_t size, size_t n, void *arg)
{
    return size * n;
}

/* knock gives the status, 0 when the connection was refused or cut. */
static long knock(const char *path, const char *key)
{
    char url[128], header[64];
    long status = 0;
    CURL *c = curl_easy_init();
    struct curl_slist *headers = curl_slist_append(NULL, "Content-Type: application/json");

    snprintf(url, sizeof url, "http://127.0.0.1:%d%s", house.port, path);
    snprintf(header, sizeof header, "Idempotency-Key: %s", key ? key : "-");
    headers = curl_slist_append(headers, header);
    curl_easy_setopt(c, CURLOPT_URL, url);
    curl_easy_setopt(c, CURLOPT_HTTPHEADER, headers);
    curl_easy_setopt(c, CURLOPT_WRITEFUNCTION, forget);
    curl_easy_setopt(c, CURLOPT_NOSIGNAL, 1L);
    curl_easy_setopt(c, CURLOPT_TIMEOUT, 60L);
    if (key)
        curl_easy_setopt(c, CURLOPT_POSTFIELDS, "{}");
    if (curl_easy_perform(c) == CURLE_OK)
        curl_easy_getinfo(c, CURLINFO_RESPONSE_CODE, &status);
    curl_slist_free_all(headers);
    curl_easy_cleanup(c);
    return status;
}

static void *client(void *arg)
{
    char key[32];

    for (int i = 0; i < REQUESTS && !atomic_load(&house.over); i++) {
        snprintf(key, sizeof key, "%d-%d", (int)(intptr_t)arg, i);
        atomic_fetch_add(knock("/things", key) == 200 ? &house.done : &house.other, 1);
        if (i % 8 == 0)
            (void)knock("/thing", NULL);
    }
    return NULL;
}

static void *page(void *arg)
{
    char path[64];

    for (int i = 0; !atomic_load(&house.over) && i < 200; i++) {
        snprintf(path, sizeof path, "/changes?after=%d", i);
        if (knock(path, NULL) == 200)
            atomic_fetch_add(&house.hung, 1);
    }
    return NULL;
}

static void *onlooker(void *arg)
{
    struct executor_stats s;

    for (int i = 0; !atomic_load(&house.over); i++) {
        executor_stats(house.app.executor, &s);
        (void)clock_offset(house.app.clock);
        (void)executor_room(house.app.executor);
        (void)catalogue_store_release(house.app.catalogue);
        pause_ms(1);
    }
    return NULL;
}

static void close_house(void)
{
    http_refuse_new(house.server);
    executor_stop(house.app.executor);
    watch_stop(house.app.watch);
    http_stop(house.server);
    atomic_store(&house.over, true);
}

/* The stop comes in the middle: what was answered with 200 is stored, and
 * nobody waits for ever. */
static void what_was_answered_is_stored(void **state)
{
    pthread_t clients[CLIENTS], pages[2], look;

    if (!getenv("TEST_PG"))
        skip();
    log_init("test", LOG_ERROR);
    curl_global_init(CURL_GLOBAL_ALL);
    open_house();
    for (intptr_t i = 0; i < CLIENTS; i++)
        assert_int_equal(pthread_create(&clients[i], NULL, client, (void *)i), 0);
    for (int i = 0; i < 2; i++)
        assert_int_equal(pthread_create(&pages[i], NULL, page, NULL), 0);
    assert_int_equal(pthread_create(&look, NULL, onlooker, NULL), 0);
    for (int i = 0; i < 60000 && atomic_load(&house.done) + atomic_load(&house.other) < CLIENTS * REQUESTS / 2; i++)
        pause_ms(1);
    close_house();
    for (int i = 0; i < CLIENTS; i++)
        pthread_join(clients[i], NULL);
    for (int i = 0; i < 2; i++)
        pthread_join(pages[i], NULL);
    pthread_join(look, NULL);
    assert_true(atomic_load(&house.hung) > 0);
    watch_free(house.app.watch);
    executor_free(house.app.executor);
    db_pool_free(house.app.readers);
    catalogue_store_free(house.app.catalogue);
    clock_free(house.app.clock);

    struct db *db = fixture_service(&house.f, "appraisal");
    assert_true(number(db, house.f.arena, &sum_things) >= atomic_load(&house.done));
    db_close(db);
    fixture_close(&house.f);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_queue_gives_each_piece_once),
        cmocka_unit_test(what_was_answered_is_stored),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
