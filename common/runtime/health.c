/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Is it alive, is it ready, how does it do: the same three routes for all services.
 *
 * Ready means that a command would be carried out: database reachable, migrations applied (checked at the start),
 * executor connected and not halted, not stopping. A broker that is away does not make a service unready, since
 * commands go on and the outbox grows; nor does a relay without its database connection. It is degraded then.
 */
#include <inttypes.h>
#include <pthread.h>
#include <stdlib.h>
#include <unistd.h>

#include "common/base/log.h"
#include "common/base/role.h"
#include "common/flow/catalogue_store.h"
#include "common/flow/clock.h"
#include "common/runtime/runtime.h"

#ifndef TAICHO_VERSION
#define TAICHO_VERSION "dev"
#endif

#define COUNTS_KEPT_US (5 * INSTANT_SECOND)
#define PAGE_MAX       ((size_t)1 << 20)

/* Counting stops at 10,001: beyond, the exact number helps nobody and costs everybody. */
static const struct db_stmt count_trouble = {
    "health_counts",
    "SELECT (SELECT count(*) FROM (SELECT FROM waiting LIMIT 10001) w) AS waiting,"
    "       (SELECT count(*) FROM (SELECT FROM subject WHERE hold IS NOT NULL LIMIT 10001) h) AS held,"
    "       (SELECT count(*) FROM (SELECT FROM dead_letter WHERE state = 'open' LIMIT 10001) d) AS dead,"
    "       (SELECT count(*) FROM (SELECT FROM missing_sequence LIMIT 10001) m) AS missing,"
    "       coalesce(extract(epoch FROM clock_timestamp() - (SELECT min(since) FROM waiting)), "
    "0)::int8 AS waiting_oldest,"
    "       coalesce(extract(epoch FROM clock_timestamp() - (SELECT min(held_at) FROM subject WHERE "
    "hold IS NOT NULL)), 0)::int8"
    "           AS held_oldest"};
static const struct db_stmt ping = {"health_ping", "SELECT true AS alive"};

const struct db_stmt *const health_statements[] = {&count_trouble, &ping, NULL};

/*
 * ---- counts, kept for some seconds: a scrape must not cost more than the work. Whoever finds them old asks anew; the
 * others get the old ones meanwhile, so that a slow database holds up one of them and not all threads of HTTP.
 */

struct counts_cache {
    pthread_mutex_t lock; /* never held while the database is asked */
    struct counts kept;
    bool asking;
};

static const struct counts unknown_counts = {.waiting = -1, .held = -1, .dead = -1, .missing = -1};

struct counts_cache *health_counts_new(void)
{
    struct counts_cache *c = calloc(1, sizeof(*c));
    BUG_IF(!c, "out of memory");
    pthread_mutex_init(&c->lock, NULL);
    c->kept = unknown_counts;
    return c;
}

void health_counts_free(struct counts_cache *c)
{
    if (!c)
        return;
    pthread_mutex_destroy(&c->lock);
    free(c);
}

static struct counts ask_counts(struct runtime *r)
{
    struct counts n = unknown_counts;
    struct arena *a = arena_new((size_t)64 << 10);
    struct db *db;
    struct db_answer *q;
    if (db_pool_take(r->app.readers, &db, NULL) == ERR_OK) {
        if (db_run(db, a, &count_trouble, DB_NO_ARGS, &q, NULL) == ERR_OK) {
            n.waiting = db_get_int(q, 0, db_column(q, "waiting"));
            n.held = db_get_int(q, 0, db_column(q, "held"));
            n.dead = db_get_int(q, 0, db_column(q, "dead"));
            n.missing = db_get_int(q, 0, db_column(q, "missing"));
            n.waiting_oldest_s = db_get_int(q, 0, db_column(q, "waiting_oldest"));
            n.held_oldest_s = db_get_int(q, 0, db_column(q, "held_oldest"));
        }
        db_pool_give(r->app.readers, db);
    }
    arena_free(a);
    n.taken_at = instant_mono();
    return n;
}

struct counts health_counts(struct runtime *r)
{
    struct counts_cache *c = r->counts;
    pthread_mutex_lock(&c->lock);
    bool ask = !c->asking && (c->kept.taken_at == 0 || instant_mono() - c->kept.taken_at > COUNTS_KEPT_US);
    c->asking = c->asking || ask;
    struct counts n = c->kept;
    pthread_mutex_unlock(&c->lock);
    if (!ask)
        return n;
    n = ask_counts(r);
    pthread_mutex_lock(&c->lock);
    c->kept = n;
    c->asking = false;
    pthread_mutex_unlock(&c->lock);
    return n;
}

/* ---- alive and ready */

static enum err_code get_healthz(void *app, struct http_exchange *x, struct err *reterr)
{
    http_reply_json(x, 200, "{\"alive\":true}");
    return ERR_OK;
}

static bool database_answers(struct runtime *r, struct http_exchange *x)
{
    struct db *db;
    struct db_answer *q;
    if (db_pool_take(r->app.readers, &db, NULL) != ERR_OK)
        return false;
    bool alive = db_run(db, http_arena(x), &ping, DB_NO_ARGS, &q, NULL) == ERR_OK;
    /* It may only have been cut while it lay in the pool. */
    if (!alive && db_lost(db) && db_open_if_lost(db, NULL) == ERR_OK)
        alive = db_run(db, http_arena(x), &ping, DB_NO_ARGS, &q, NULL) == ERR_OK;
    db_pool_give(r->app.readers, db);
    return alive;
}

static const char *yes(bool v)
{
    return v ? "true" : "false";
}

static enum err_code get_readyz(void *app, struct http_exchange *x, struct err *reterr)
{
    struct runtime *r = runtime_of(app);
    struct executor_stats executor;
    struct relay_stats relay;
    struct consumer_stats consumer = {.connected = true};
    executor_stats(r->app.executor, &executor);
    relay_stats(r->relay, &relay);
    if (r->consumer)
        consumer_stats(r->consumer, &consumer);
    bool database = database_answers(r, x);
    bool ready = database && executor.connected && !executor.halted && !atomic_load(&r->stopping);
    bool kafka = relay.connected && consumer.connected;
    struct instant_text now = instant_text(clock_now(r->app.clock));
    const char *text = arena_printf(
        http_arena(x),
        "{\"service\":\"%s\",\"instance\":\"%s\",\"ready\":%s,\"degraded\":%s,\"business_time\":\"%s\","
        "\"clock_offset_us\":%" PRId64 ",\"release\":%" PRId64 ",\"parts\":{\"database\":%s,\"migrations\":true,"
        "\"executor\":%s,\"halted\":%s,\"kafka\":%s,\"relay\":\"%s\",\"relay_kafka\":%s,\"relay_database\":%s,"
        "\"consumer\":%s}}",
        r->app.service->name, r->settings.instance, yes(ready), yes(!kafka || !relay.database), now.s,
        clock_offset(r->app.clock), catalogue_store_release(r->app.catalogue), yes(database), yes(executor.connected),
        yes(executor.halted), yes(kafka), relay.leader ? "leader" : "standby", yes(relay.connected),
        yes(relay.database), yes(consumer.connected));
    http_reply_json(x, ready ? 200 : 503, text);
    return ERR_OK;
}

/* ---- metrics */

struct page {
    struct buf b;
    const char *service;
};

static void head(struct page *p, const char *name, const char *type, const char *help)
{
    buf_printf(&p->b, "# HELP taicho_%s %s\n# TYPE taicho_%s %s\n", name, help, name, type);
}

static void number(struct page *p, const char *name, const char *type, const char *help, double v)
{
    head(p, name, type, help);
    buf_printf(&p->b, "taicho_%s{service=\"%s\"} %.15g\n", name, p->service, v);
}

static void counter(struct page *p, const char *name, const char *help, uint64_t v)
{
    number(p, name, "counter", help, (double)v);
}

static void gauge(struct page *p, const char *name, const char *help, double v)
{
    number(p, name, "gauge", help, v);
}

static void executor_metrics(struct page *p, struct executor *e)
{
    struct executor_stats s;
    executor_stats(e, &s);
    counter(p, "batches_total", "Transactions of the executor.", s.batches);
    counter(p, "commands_total", "HTTP commands carried out or refused.", s.commands);
    counter(p, "events_total", "Events of other services taken in.", s.events);
    counter(p, "timers_total", "Timers carried out.", s.timers);
    counter(p, "refused_total", "Pieces of work that the domain refused.", s.refused);
    counter(p, "repeated_total", "Repeats: known versions and known idempotency keys.", s.repeated);
    counter(p, "waited_total", "Events that had to wait for others.", s.waited);
    counter(p, "held_total", "Subjects that were put on hold.", s.held);
    counter(p, "dead_letters_total", "Messages that could not be read.", s.dead);
    counter(p, "fenced_total", "Batches rolled back because a partition had a new owner.", s.fenced);
    counter(p, "retried_total", "Batches that ran again after a database failure.", s.retried);
    counter(p, "bisected_total", "Batches that were cut in two to find a failing piece.", s.bisected);
    number(p, "batch_seconds_total", "counter", "Time spent in batches.", (double)s.commit_us / 1e6);
    gauge(p, "command_queue", "Commands that wait.", (double)s.command_queue);
    gauge(p, "event_queue", "Events that wait.", (double)s.event_queue);
    gauge(p, "executor_halted", "1 when another service knows more of this one than its own database.", s.halted);
    gauge(p, "executor_connected", "1 when the executor has its database connection.", s.connected);
}

static void relay_metrics(struct page *p, struct relay *relay)
{
    struct relay_stats s;
    relay_stats(relay, &s);
    gauge(p, "relay_leader", "1 when this process publishes.", s.leader);
    gauge(p, "relay_connected", "1 when the broker answered the relay last time; 1 while it stands by.", s.connected);
    gauge(p, "relay_database_connected", "1 when the relay has its database connection.", s.database);
    counter(p, "republished_total", "Messages published again because an operator asked for them.", s.republished);
    counter(p, "dead_letters_unpublished_total", "Dead letters whose topic takes none: they are in the table only.",
            s.refused);
    counter(p, "published_total", "Messages acknowledged by the broker.", s.published);
    counter(p, "ticks_total", "Ticks published.", s.ticks);
    counter(p, "relay_failures_total", "Failed steps of the relay.", s.failures);
    counter(p, "producers_recreated_total", "Producers thrown away after a fatal error.", s.recreated);
    gauge(p, "outbox_unpublished", "Rows of the outbox that are not acknowledged.", (double)s.unpublished);
    gauge(p, "outbox_oldest_seconds", "Age of the oldest of them.", (double)s.oldest_unpublished_us / 1e6);
}

static void consumer_metrics(struct page *p, struct consumer *consumer)
{
    struct consumer_stats s;
    consumer_stats(consumer, &s);
    gauge(p, "consumer_connected", "1 when the consumer is a member of its group.", s.connected);
    counter(p, "messages_total", "Messages read.", s.messages);
    counter(p, "messages_dead_total", "Messages read that could not be decoded.", s.dead);
    counter(p, "rebalances_total", "Assignments of partitions.", s.rebalances);
    counter(p, "sequence_gaps_total", "Gaps seen in ce_sequence.", s.gaps);
    head(p, "consumer_lag", "gauge", "Messages of a partition that were not taken in yet.");
    for (size_t i = 0; i < s.partition_count; i++) {
        const struct consumer_partition *at = &s.partitions[i];
        int64_t lag = at->high > at->next_offset ? at->high - at->next_offset : 0;
        buf_printf(&p->b, "taicho_consumer_lag{service=\"%s\",topic=\"%s\",partition=\"%d\"} %" PRId64 "\n", p->service,
                   at->topic, at->partition, lag);
    }
}

static void count_metrics(struct page *p, const struct counts *n)
{
    if (n->waiting < 0)
        return;
    gauge(p, "waiting", "Events that wait (10001: more than ten thousand).", (double)n->waiting);
    gauge(p, "held", "Subjects on hold.", (double)n->held);
    gauge(p, "dead_letters", "Open dead letters.", (double)n->dead);
    gauge(p, "missing_sequences", "Sequence numbers that were skipped and have not arrived.", (double)n->missing);
    gauge(p, "waiting_oldest_seconds", "Age of the oldest waiting event.", (double)n->waiting_oldest_s);
    gauge(p, "held_oldest_seconds", "Age of the oldest hold.", (double)n->held_oldest_s);
}

struct http_lines {
    struct page *p;
    bool seconds;
};

static void http_line(void *arg, const char *route, int status, uint64_t count, double seconds)
{
    struct http_lines *w = arg;
    buf_printf(&w->p->b, "taicho_http_%s_total{service=\"%s\",route=\"%s\",class=\"%dxx\"} ",
               w->seconds ? "seconds" : "requests", w->p->service, route, status / 100);
    if (w->seconds)
        buf_printf(&w->p->b, "%.6f\n", seconds);
    else
        buf_printf(&w->p->b, "%" PRIu64 "\n", count);
}

static void http_lines(struct page *p, struct http_server *http)
{
    if (!http)
        return;
    head(p, "http_requests_total", "counter", "Requests by route and class of status.");
    http_metrics(http, http_line, &(struct http_lines){.p = p});
    head(p, "http_seconds_total", "counter", "Time from the first byte to the answer.");
    http_metrics(http, http_line, &(struct http_lines){.p = p, .seconds = true});
    gauge(p, "http_suspended", "Requests that wait for the executor.", (double)http_suspended(http));
}

static double resident_bytes(void)
{
    FILE *f = fopen("/proc/self/statm", "re");
    long long total = 0, resident = 0;
    if (f) {
        if (fscanf(f, "%lld %lld", &total, &resident) != 2)
            resident = 0;
        (void)fclose(f);
    }
    return (double)resident * (double)sysconf(_SC_PAGESIZE);
}

static enum err_code get_metrics(void *app, struct http_exchange *x, struct err *reterr)
{
    struct runtime *r = runtime_of(app);
    struct counts n = health_counts(r);
    struct page p = {.service = r->app.service->name};
    buf_init(&p.b, PAGE_MAX);
    executor_metrics(&p, r->app.executor);
    relay_metrics(&p, r->relay);
    if (r->consumer)
        consumer_metrics(&p, r->consumer);
    count_metrics(&p, &n);
    http_lines(&p, atomic_load(&r->http));
    gauge(&p, "catalogue_release", "Release of the reference data in use.",
          (double)catalogue_store_release(r->app.catalogue));
    gauge(&p, "clock_offset_seconds", "Business time minus real time.", (double)clock_offset(r->app.clock) / 1e6);
    counter(&p, "log_lines_left_out_total", "Log lines for which there was no room.", log_left_out());
    gauge(&p, "resident_bytes", "Memory of this process.", resident_bytes());
    head(&p, "build_info", "gauge", "Which build this is.");
    buf_printf(&p.b, "taicho_build_info{service=\"%s\",instance=\"%s\",version=\"%s\"} 1\n", p.service,
               r->settings.instance, TAICHO_VERSION);
    http_reply(x, 200, "text/plain; version=0.0.4; charset=utf-8", buf_cstr(&p.b), p.b.n);
    buf_release(&p.b);
    return ERR_OK;
}

const struct http_route health_routes[] = {
    {"GET", "/healthz", ROLE_PUBLIC, get_healthz, "the process is alive"},
    {"GET", "/readyz", ROLE_PUBLIC, get_readyz, "the service can carry out commands; its parts and the business time"},
    {"GET", "/metrics", ROLE_PUBLIC, get_metrics, "Prometheus metrics"},
    {NULL, NULL, 0, NULL, NULL},
};
