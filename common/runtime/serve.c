/* SPDX-License-Identifier: Apache-2.0 */
/*
 * `serve`: the start order as a list of steps, and its mirror as the stop order. All threads are made with the signals
 * blocked, so only the main thread hears SIGTERM and SIGINT.
 */
#include <errno.h>
#include <poll.h>
#include <pthread.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/eventfd.h>
#include <time.h>
#include <unistd.h>

#include "common/base/crash.h"
#include "common/base/log.h"
#include "common/flow/catalogue_store.h"
#include "common/flow/clock.h"
#include "common/flow/migrate.h"
#include "common/io/token.h"
#include "common/flow/watch.h"
#include "common/runtime/runtime.h"

#define DATABASE_PATIENCE_US (30 * INSTANT_SECOND)
#define STOP_SECONDS         10   /* all of it; then the process is ended by force */
#define ANSWER_MS            3000 /* how long the answers of what is under way may wait for a database that hangs */
#define LEAVE_MS             2500 /* the same for what comes after the answers */
#define RELAY_ROWS_MAX       5000
#define HTTP_IDLE_S          30

static const struct db_stmt current_release = {"runtime_release", "SELECT number FROM catalogue_release"};

/* wait_signal tells whether one of the stop signals came within the time. They are blocked in all threads. */
static bool wait_signal(int ms)
{
    sigset_t signals;
    sigemptyset(&signals);
    sigaddset(&signals, SIGTERM);
    sigaddset(&signals, SIGINT);
    return sigtimedwait(&signals, NULL, &(struct timespec){.tv_sec = ms / 1000, .tv_nsec = ms % 1000 * 1000000L}) > 0;
}

/* ---- the steps of the start, in their order */

static enum err_code read_settings(struct runtime *r, struct err *reterr)
{
    enum err_code rc = settings_read(r->app.service, r->arena, &r->settings, reterr);
    if (rc)
        return rc;
    enum log_level level = LOG_INFO;
    if (log_level_parse(r->settings.log_level, &level))
        log_init(r->app.service->name, level);
    size_t count;
    char line[2048];
    const struct config_row *rows = settings_rows(r->app.service, r->arena, &count);
    config_log_line(rows, count, &r->settings, line, sizeof(line));
    log_info("settings: %s", line);
    settings_warn_of_gone();
    rc = crash_set(r->settings.crash, reterr);
    if (rc)
        return rc;
    return token_verifier_new(r->settings.jwks, r->settings.issuer, r->settings.audience, &r->verifier, reterr);
}

/* open_database waits for a database that is just starting; the supervisor starts us again when it takes longer. */
static enum err_code open_database(struct runtime *r, struct db **ret, struct err *reterr)
{
    int64_t until = instant_mono() + DATABASE_PATIENCE_US;
    for (int ms = 100;; ms = ms < 1600 ? ms * 2 : ms) {
        enum err_code rc =
            db_open(r->settings.database_url, runtime_application(r->app.service, &r->settings, r->arena),
                    runtime_search_path(r->app.service, r->arena), DATABASE_DEADLINE_MS, ret, reterr);
        if (rc != ERR_UNAVAILABLE || instant_mono() > until)
            return rc;
        if (ms == 100)
            log_err(LOG_WARN, reterr, "opening the database, trying again");
        if (wait_signal(ms))
            return err_set(reterr, ERR_UNAVAILABLE, "stopped while waiting for the database");
    }
}

/* check_database: migrated, the clock set, the reference data read. */
static enum err_code check_database(struct runtime *r, struct err *reterr)
{
    struct db *db;
    enum err_code rc = open_database(r, &db, reterr);
    if (rc)
        return rc;
    int64_t offset = 0;
    struct arena *a = arena_new((size_t)1 << 20);
    struct db_answer *q;
    rc = migrate_check(db, r->app.service->migrations, &offset, reterr);
    if (!rc)
        rc = db_run(db, a, &current_release, DB_NO_ARGS, &q, reterr);
    if (!rc) {
        clock_set(r->app.clock, offset);
        int64_t release = db_count(q) > 0 ? db_get_int(q, 0, 0) : 0;
        db_forget(db);
        rc = catalogue_store_load(r->app.catalogue, db, release, reterr);
        log_info("database is ready, reference release %lld, business time %s", (long long)release,
                 instant_text(clock_now(r->app.clock)).s);
    }
    arena_free(a);
    db_close(db);
    return rc;
}

static enum err_code make_readers(struct runtime *r, struct err *reterr)
{
    return db_pool_new(r->settings.database_url,
                       arena_printf(r->arena, "%s-reader", runtime_application(r->app.service, &r->settings, r->arena)),
                       runtime_search_path(r->app.service, r->arena), (int)r->settings.readers, DATABASE_DEADLINE_MS,
                       &r->app.readers, reterr);
}

static void committed(void *arg, bool published, bool soon)
{
    struct runtime *r = arg;
    if (published)
        relay_wake(r->relay);
    if (soon)
        timers_wake(r->timers);
    watch_changed(r->app.watch);
}

static enum err_code make_executor(struct runtime *r, struct err *reterr)
{
    struct executor_config c = {
        .service = r->app.service,
        .conninfo = r->settings.database_url,
        .application =
            arena_printf(r->arena, "%s-executor", runtime_application(r->app.service, &r->settings, r->arena)),
        .clock = r->app.clock,
        .catalogue = r->app.catalogue,
        .batch_max = (int)r->settings.batch_max,
        .queue_max = (int)r->settings.queue_max,
        .keep_max = (int)r->settings.keep_max,
        .committed = committed,
        .committed_arg = r,
    };
    return executor_new(&c, &r->app.executor, reterr);
}

static enum err_code make_watch(struct runtime *r, struct err *reterr)
{
    return watch_new(&r->app.watch, reterr);
}

static enum err_code make_relay(struct runtime *r, struct err *reterr)
{
    struct relay_config c = {
        .service = r->app.service->name,
        .conninfo = r->settings.database_url,
        .application = arena_printf(r->arena, "%s-relay", runtime_application(r->app.service, &r->settings, r->arena)),
        .brokers = r->settings.brokers,
        .read_only_view = r->app.service->source == SOURCE_NONE,
        .retention_days = (int)r->settings.retention_days,
        .rows_max = RELAY_ROWS_MAX,
        .readers = r->settings.readers_of_relay,
    };
    return relay_new(&c, &r->relay, reterr);
}

static enum err_code make_consumer(struct runtime *r, struct err *reterr)
{
    if (r->app.service->projection_count == 0 && r->app.service->catalogue_owner)
        return ERR_OK;
    struct consumer_config c = {
        .service = r->app.service,
        .executor = r->app.executor,
        .conninfo = r->settings.database_url,
        .application =
            arena_printf(r->arena, "%s-consumer", runtime_application(r->app.service, &r->settings, r->arena)),
        .brokers = r->settings.brokers,
        .instance = r->settings.instance,
        .group_membership = r->settings.group,
        .fetch_wait_ms = (int)r->settings.fetch_wait_ms,
    };
    return consumer_new(&c, &r->consumer, reterr);
}

static enum err_code make_timers(struct runtime *r, struct err *reterr)
{
    return timers_new(&r->app, r->settings.database_url, &r->timers, reterr);
}

/* start_flow starts the threads once all parts exist: the executor wakes the relay and the timers. */
static enum err_code start_flow(struct runtime *r, struct err *reterr)
{
    enum err_code rc = executor_start(r->app.executor, reterr);
    if (rc)
        return rc;
    r->started.executor = true;
    rc = relay_start(r->relay, reterr);
    if (rc)
        return rc;
    r->started.relay = true;
    if (r->consumer) {
        rc = consumer_start(r->consumer, reterr);
        if (rc)
            return rc;
        r->started.consumer = true;
    }
    rc = timers_start(r->timers, reterr);
    r->started.timers = rc == ERR_OK;
    return rc;
}

/* make_routes joins the tables of the service, the runtime and the pages. */
static void make_routes(struct runtime *r)
{
    const struct service *s = r->app.service;
    size_t pages, n = 0, health = 0, ops = 0;
    const struct http_route *page = pages_routes(s, r->arena, &pages);
    while (health_routes[health].path)
        health++;
    while (ops_routes[ops].path)
        ops++;
    r->routes = ARENA_ARRAY(r->arena, s->route_count + health + ops + pages, struct http_route);
    for (size_t i = 0; i < s->route_count; i++)
        r->routes[n++] = s->routes[i];
    for (size_t i = 0; i < health; i++)
        r->routes[n++] = health_routes[i];
    for (size_t i = 0; i < ops; i++)
        r->routes[n++] = ops_routes[i];
    for (size_t i = 0; i < pages; i++)
        r->routes[n++] = page[i];
    r->route_count = n;
}

static enum err_code start_http(struct runtime *r, struct err *reterr)
{
    make_routes(r);
    struct http_config c = {
        .listen = r->settings.listen,
        .threads = (int)r->settings.http_threads,
        .connections_max = (int)r->settings.http_connections,
        .body_max = (size_t)r->settings.body_max,
        .idle_s = HTTP_IDLE_S,
        .routes = r->routes,
        .route_count = r->route_count,
        .app = r,
        .verifier = r->verifier,
        .service = r->app.service->name,
    };
    struct http_server *http;
    enum err_code rc = http_start(&c, &http, reterr);
    if (rc)
        return rc;
    atomic_store(&r->http, http);
    log_info("taicho-%s answers on %s, port %d", r->app.service->name, r->settings.listen, http_port(http));
    return ERR_OK;
}

static const struct start_step {
    enum err_code (*run)(struct runtime *r, struct err *reterr);
    const char *doing;
    int exit_code;
} start_steps[] = {
    {read_settings, "reading the settings", 2},
    {check_database, "checking the database", 1},
    {make_readers, "opening the readers' connections", 1},
    {make_watch, "making the watch for live pages", 1},
    {make_executor, "making the executor", 1},
    {make_relay, "making the relay", 1},
    {make_consumer, "making the consumer", 1},
    {make_timers, "making the timers", 1},
    {start_flow, "starting the threads", 1},
    {start_http, "starting the HTTP server", 1},
};

/*
 * ---- the stop, in the mirror's order. Every suspended request gets its answer before anything else is waited for,
 * also when the database hangs: then all waits for it are called off, and what was under way is answered with 503
 * (repeat with the same key). An alarm ends what is left, when nobody waits for an answer any more.
 */

struct watchdog {
    int fed; /* eventfd */
    pthread_t thread;
    bool runs;
};

static void *watch_database(void *arg)
{
    struct watchdog *w = arg;
    static const int patience_ms[] = {ANSWER_MS, LEAVE_MS};
    for (size_t i = 0; i < COUNT_OF(patience_ms); i++) {
        uint64_t n;
        struct pollfd p = {.fd = w->fed, .events = POLLIN};
        if (poll(&p, 1, patience_ms[i]) > 0 && read(w->fed, &n, sizeof n) > 0)
            continue;
        log_warn("the stop takes too long: waits for the database are called off");
        db_cancel_all(true);
        break;
    }
    return NULL;
}

static void feed(struct watchdog *w)
{
    uint64_t one = 1;
    if (w->runs && write(w->fed, &one, sizeof one) < 0)
        log_warn("feeding the stop's watchdog: %s", strerror(errno));
}

static void stop(struct runtime *r)
{
    struct http_server *http = atomic_load(&r->http);
    struct watchdog w = {.fed = eventfd(0, EFD_CLOEXEC | EFD_SEMAPHORE)}; /* each feeding counts */
    atomic_store(&r->stopping, true);
    alarm(STOP_SECONDS);
    w.runs = w.fed >= 0 && pthread_create(&w.thread, NULL, watch_database, &w) == 0;
    if (http)
        http_refuse_new(http);
    crash_at(CRASH_STOP_BEGUN);
    if (r->started.timers)
        timers_stop(r->timers);
    if (r->started.consumer)
        consumer_stop(r->consumer, 1500);
    if (r->started.executor)
        executor_stop(r->app.executor);
    crash_at(CRASH_STOP_ANSWERED);
    if (r->app.watch)
        watch_stop(r->app.watch);
    feed(&w);
    atomic_store(&r->http, NULL);
    http_stop(http);
    if (r->started.relay)
        relay_stop(r->relay, 1500);
    crash_at(CRASH_STOP_FLUSHED);
    feed(&w);
    if (w.runs)
        pthread_join(w.thread, NULL);
    if (w.fed >= 0)
        close(w.fed);
    watch_free(r->app.watch);
    timers_free(r->timers);
    consumer_free(r->consumer);
    relay_free(r->relay);
    executor_free(r->app.executor);
    db_pool_free(r->app.readers);
    token_verifier_free(r->verifier);
    alarm(0);
}

static void block_signals(sigset_t *ret)
{
    sigemptyset(ret);
    sigaddset(ret, SIGTERM);
    sigaddset(ret, SIGINT);
    pthread_sigmask(SIG_BLOCK, ret, NULL);
    signal(SIGPIPE, SIG_IGN);
}

int serve(const struct service *s)
{
    sigset_t signals;
    block_signals(&signals);
    log_never_waits();
    struct runtime *r = calloc(1, sizeof(*r));
    BUG_IF(!r, "out of memory");
    r->arena = arena_new((size_t)4 << 20);
    r->app.service = s;
    r->app.clock = clock_new();
    r->app.catalogue = catalogue_store_new();
    r->counts = health_counts_new();

    int code = 0;
    for (size_t i = 0; i < COUNT_OF(start_steps) && code == 0; i++) {
        struct err e = {0};
        if (start_steps[i].run(r, &e) != ERR_OK) {
            log_err(LOG_ERROR, &e, start_steps[i].doing);
            code = start_steps[i].exit_code;
        }
    }
    if (code == 0) {
        int got = 0;
        while (sigwait(&signals, &got) != 0)
            ;
        log_info("taicho-%s stops: signal %d", s->name, got);
    }
    stop(r);
    health_counts_free(r->counts);
    catalogue_store_free(r->app.catalogue);
    clock_free(r->app.clock);
    arena_free(r->arena);
    free(r);
    if (code == 0)
        log_info("taicho-%s has stopped", s->name);
    return code;
}
