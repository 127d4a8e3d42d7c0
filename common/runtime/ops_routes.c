/* SPDX-License-Identifier: Apache-2.0 */
/*
 * For the night shift: what waits, what is held, and the acts that heal it. Role: operator. What is dead or missing:
 * ops_dead.c.
 */
#include <inttypes.h>
#include <stdatomic.h>
#include <stdlib.h>
#include <string.h>

#include "common/base/role.h"
#include "common/flow/catalogue_store.h"
#include "common/flow/clock.h"
#include "common/flow/command.h"
#include "common/io/json.h"
#include "common/runtime/runtime.h"

#define REPLAY_MAX      ((size_t)1000) /* events of one request */
#define EVENT_BYTES_MAX ((size_t)1 << 20)

/* ---- reads */

static const struct db_stmt list_waiting = {
    "ops_waiting",
    "SELECT json_build_object('waiting', coalesce(json_agg(json_build_object('subject', subject, 'source', source,"
    "       'version', version, 'type', type, 'reason', reason, 'since', since, 'topic', topic,"
    "       'partition', \"partition\", 'offset', \"offset\") ORDER BY since), '[]'::json))::text AS answer"
    "  FROM (SELECT w.subject, (ARRAY['intake', 'appraisal', 'approval', 'return'])[w.source + 1] AS source, w.version,"
    "               w.type, w.reason, w.since, w.topic, w.\"partition\", w.\"offset\""
    "          FROM waiting w ORDER BY w.since LIMIT 500) q"};
static const struct db_stmt list_held = {
    "ops_held", "SELECT json_build_object('held', coalesce(json_agg(json_build_object('subject', id, 'kind', kind, "
                "'version', version,"
                "       'applied', applied, 'hold', hold, 'held_at', held_at, 'waiting', waiting) ORDER BY held_at), "
                "'[]'::json))::text"
                "       AS answer"
                "  FROM (SELECT s.*, (SELECT count(*) FROM waiting w WHERE w.subject = s.id) AS waiting FROM subject s"
                "         WHERE s.hold IS NOT NULL ORDER BY s.held_at LIMIT 500) q"};
const struct db_stmt *const ops_statements[] = {&list_waiting, &list_held, NULL};

static enum err_code get_waiting(void *app, struct http_exchange *x, struct err *reterr)
{
    return query_json(app, x, &list_waiting, DB_NO_ARGS, reterr);
}

static enum err_code get_held(void *app, struct http_exchange *x, struct err *reterr)
{
    return query_json(app, x, &list_held, DB_NO_ARGS, reterr);
}

static void status_consumer(struct buf *b, struct consumer *consumer)
{
    struct consumer_stats s;
    consumer_stats(consumer, &s);
    buf_printf(b,
               ",\"consumer\":{\"connected\":%s,\"messages\":%" PRIu64 ",\"dead\":%" PRIu64 ",\"rebalances\":%" PRIu64
               ",\"gaps\":%" PRIu64 ",\"partitions\":[",
               s.connected ? "true" : "false", s.messages, s.dead, s.rebalances, s.gaps);
    int64_t lag = 0;
    for (size_t i = 0; i < s.partition_count; i++) {
        const struct consumer_partition *p = &s.partitions[i];
        int64_t behind = p->high > p->next_offset ? p->high - p->next_offset : 0;
        lag += behind;
        buf_printf(b,
                   "%s{\"topic\":\"%s\",\"partition\":%d,\"next_offset\":%" PRId64 ",\"high\":%" PRId64
                   ",\"lag\":%" PRId64 ",\"epoch\":%" PRId64 "}",
                   i > 0 ? "," : "", p->topic, p->partition, p->next_offset, p->high, behind, p->epoch);
    }
    buf_printf(b, "],\"lag\":%" PRId64 "}", lag);
}

static enum err_code get_status(void *app, struct http_exchange *x, struct err *reterr)
{
    struct runtime *r = runtime_of(app);
    struct executor_stats e;
    struct relay_stats p;
    struct counts n = health_counts(r);
    executor_stats(r->app.executor, &e);
    relay_stats(r->relay, &p);
    struct buf b;
    buf_init(&b, (size_t)1 << 20);
    buf_printf(&b, "{\"service\":\"%s\",\"instance\":", r->app.service->name);
    buf_json_str(&b, r->settings.instance);
    buf_printf(&b, ",\"business_time\":\"%s\",\"release\":%" PRId64, instant_text(clock_now(r->app.clock)).s,
               catalogue_store_release(r->app.catalogue));
    buf_printf(&b,
               ",\"executor\":{\"connected\":%s,\"halted\":%s,\"batches\":%" PRIu64 ",\"commands\":%" PRIu64
               ",\"events\":%" PRIu64 ",\"timers\":%" PRIu64 ",\"refused\":%" PRIu64 ",\"repeated\":%" PRIu64
               ",\"waited\":%" PRIu64 ",\"held\":%" PRIu64 ",\"dead\":%" PRIu64 ",\"fenced\":%" PRIu64
               ",\"retried\":%" PRIu64 ",\"bisected\":%" PRIu64 ",\"commit_us\":%" PRIu64
               ",\"command_queue\":%zu,\"event_queue\":%zu}",
               e.connected ? "true" : "false", e.halted ? "true" : "false", e.batches, e.commands, e.events, e.timers,
               e.refused, e.repeated, e.waited, e.held, e.dead, e.fenced, e.retried, e.bisected, e.commit_us,
               e.command_queue, e.event_queue);
    buf_printf(&b,
               ",\"relay\":{\"leader\":%s,\"connected\":%s,\"database\":%s,\"published\":%" PRIu64 ",\"ticks\":%" PRIu64
               ",\"failures\":%" PRIu64 ",\"recreated\":%" PRIu64 ",\"unpublished\":%" PRId64
               ",\"oldest_unpublished_us\":%" PRId64 ",\"dead_refused\":%" PRIu64 ",\"republished\":%" PRIu64
               ",\"republish_waiting\":%d,\"republish_last\":",
               p.leader ? "true" : "false", p.connected ? "true" : "false", p.database ? "true" : "false", p.published,
               p.ticks, p.failures, p.recreated, p.unpublished, p.oldest_unpublished_us, p.refused, p.republished,
               p.republish_waiting);
    buf_json_str(&b, p.republish_last);
    buf_str(&b, ",\"leader_name\":");
    buf_json_str(&b, p.leader_name);
    buf_str(&b, "}");
    if (r->consumer)
        status_consumer(&b, r->consumer);
    buf_printf(&b,
               ",\"waiting\":%" PRId64 ",\"waiting_oldest_s\":%" PRId64 ",\"held\":%" PRId64
               ",\"held_oldest_s\":%" PRId64 ",\"dead\":%" PRId64 ",\"missing_sequences\":%" PRId64 "}",
               n.waiting, n.waiting_oldest_s, n.held, n.held_oldest_s, n.dead, n.missing);
    http_reply_json(x, 200, buf_cstr(&b));
    buf_release(&b);
    return ERR_OK;
}

/* ---- redrive: clear a hold and let what waits run again */

static void redriven(struct work *w)
{
    struct http_exchange *x = w->done_arg;
    const struct closing *c = w->closes;
    if (w->refusal.code == ERR_OK && c)
        log_info("dead letter %" PRId64 " %s by %s: %s", c->letter, c->state, c->by, c->why);
    if (w->refusal.code != ERR_OK)
        http_reply_problem(x, &w->refusal);
    else
        http_reply_json(x, 200, w->answer ? w->answer : "{}");
    http_resume(x);
}

/* ops_redrive suspends the exchange and answers it when the executor is done, or at once when it takes nothing. */
void ops_redrive(struct runtime *r, struct http_exchange *x, struct id subject, const char *why,
                 const struct closing *closes)
{
    struct work *w = ARENA_NEW(http_arena(x), struct work);
    w->origin = WORK_REDRIVE;
    w->arena = http_arena(x);
    w->subject = subject;
    w->subject_kind = "dossier";
    w->actor = *http_actor(x);
    w->command_id = id_new();
    w->place.partition = -1;
    w->reason = arena_printf(http_arena(x), "%s: %s", http_actor(x)->subject, why);
    w->closes = closes;
    w->done = redriven;
    w->done_arg = x;
    http_suspend(x);
    struct err refused = {.code = ERR_OK};
    if (executor_submit(r->app.executor, w, &refused) != ERR_OK) {
        http_reply_problem(x, &refused);
        http_resume(x);
    }
}

static enum err_code post_redrive(void *app, struct http_exchange *x, struct err *reterr)
{
    struct json_in *in;
    struct bytes body = http_body(x);
    enum err_code rc = json_read(http_arena(x), body.p, body.n, &in, reterr);
    if (rc)
        return rc;
    struct id subject = json_id(in, json_root(in), "subject", JSON_REQUIRED);
    const char *why = json_text(in, json_root(in), "reason", JSON_OPTIONAL, 1, 500);
    rc = json_done(in, reterr);
    if (rc)
        return rc;
    ops_redrive(runtime_of(app), x, subject, why ? why : "redriven", NULL);
    return ERR_OK;
}

/* ---- replay: exact bytes from audit or a backup, as event work */

struct replay {
    struct http_exchange *x;
    atomic_size_t left; /* pieces under way, plus one for the one who submits */
    atomic_size_t done, failed;
    size_t given, ignored, unreadable, not_taken;
};

/* finish_replay is called once per piece and once by the submitter; the last one answers. */
static void finish_replay(struct replay *p)
{
    if (atomic_fetch_sub(&p->left, 1) != 1)
        return;
    char text[256];
    (void)snprintf(text, sizeof(text),
                   "{\"given\":%zu,\"done\":%zu,\"failed\":%zu,\"ignored\":%zu,\"unreadable\":%zu,\"not_taken\":%zu}",
                   p->given, atomic_load(&p->done), atomic_load(&p->failed), p->ignored, p->unreadable, p->not_taken);
    http_reply_json(p->x, 200, text);
    http_resume(p->x);
}

static void replayed(struct work *w)
{
    struct replay *p = w->done_arg;
    atomic_fetch_add(w->refusal.code == ERR_OK ? &p->done : &p->failed, 1);
    arena_free(w->arena);
    finish_replay(p);
}

static bool listens(const struct service *s, enum source source)
{
    for (size_t i = 0; i < s->projection_count; i++)
        if (s->projections[i].source == source)
            return true;
    return false;
}

/* replay_one submits one event; false when the executor takes no more. */
static bool replay_one(struct runtime *r, struct replay *p, const char *type, struct bytes value)
{
    struct arena *a = arena_new(((size_t)64 << 10) + 64 * value.n);
    struct work *w = ARENA_NEW(a, struct work);
    struct bytes raw = arena_bytes(a, value.p, value.n);
    if (projection_work(r->app.service, raw, a, w, NULL) != ERR_OK || (type && strcmp(type, w->event.type) != 0)) {
        p->unreadable++;
        arena_free(a);
        return true;
    }
    if (!listens(r->app.service, w->event.source)) {
        p->ignored++;
        arena_free(a);
        return true;
    }
    w->place =
        (struct work_place){.topic = source_topic(w->event.source), .partition = -1, .offset = -1, .cluster = ""};
    w->weight = raw.n;
    w->done = replayed;
    w->done_arg = p;
    atomic_fetch_add(&p->left, 1);
    if (executor_submit(r->app.executor, w, NULL) == ERR_OK)
        return true;
    atomic_fetch_sub(&p->left, 1);
    arena_free(a);
    return false;
}

static enum err_code post_events(void *app, struct http_exchange *x, struct err *reterr)
{
    struct runtime *r = runtime_of(app);
    struct json_in *in;
    struct bytes body = http_body(x);
    enum err_code rc = json_read(http_arena(x), body.p, body.n, &in, reterr);
    if (rc)
        return rc;
    const struct json *list = json_list(in, json_root(in), "events", JSON_REQUIRED, 1, REPLAY_MAX);
    size_t n = json_items(list);
    struct bytes *values = ARENA_ARRAY(http_arena(x), n + 1, struct bytes);
    const char **types = ARENA_ARRAY(http_arena(x), n + 1, const char *);
    for (size_t i = 0; i < n; i++) {
        types[i] = json_code(in, json_item(list, i), "type", JSON_OPTIONAL, 80);
        values[i] = json_base64(in, json_item(list, i), "value_base64", JSON_REQUIRED, EVENT_BYTES_MAX);
    }
    rc = json_done(in, reterr);
    if (rc)
        return rc;
    struct replay *p = ARENA_NEW(http_arena(x), struct replay);
    p->x = x;
    p->given = n;
    atomic_init(&p->left, 1);
    http_suspend(x);
    for (size_t i = 0; i < n; i++) {
        if (!replay_one(r, p, types[i], values[i])) {
            p->not_taken = n - i;
            break;
        }
    }
    finish_replay(p);
    return ERR_OK;
}

/* ---- republish: sequences that a listener misses, again from the outbox; /ops/status tells how it ended */

static enum err_code post_republish(void *app, struct http_exchange *x, struct err *reterr)
{
    struct runtime *r = runtime_of(app);
    struct json_in *in;
    struct bytes body = http_body(x);
    enum err_code rc = json_read(http_arena(x), body.p, body.n, &in, reterr);
    if (rc)
        return rc;
    const char *topic = json_code(in, json_root(in), "topic", JSON_REQUIRED, 63);
    int64_t partition = json_int(in, json_root(in), "partition", JSON_REQUIRED, 0, 1000);
    int64_t from = json_int(in, json_root(in), "from", JSON_REQUIRED, 1, INT64_C(1) << 53);
    int64_t to = json_int(in, json_root(in), "to", JSON_REQUIRED, 1, INT64_C(1) << 53);
    rc = json_done(in, reterr);
    if (rc)
        return rc;
    if (to < from)
        return err_say(reterr, ERR_INVALID, "to", "to phải không nhỏ hơn from", "to must not be below from");
    rc = relay_republish(r->relay, topic, (int)partition, from, to, reterr);
    if (rc)
        return rc;
    http_reply_json(x, 202, "{\"accepted\":true}");
    return ERR_OK;
}

const struct http_route ops_routes[] = {
    {"GET", "/ops/status", ROLE_BIT(OPERATOR), get_status, "how the service does, with backlogs"},
    {"GET", "/ops/dead", ROLE_BIT(OPERATOR), ops_get_dead, "open dead letters; ?id= gives one with its bytes"},
    {"POST", "/ops/dead/discard", ROLE_BIT(OPERATOR), ops_post_discard, "give a dead letter up, with a reason"},
    {"POST", "/ops/dead/replayed", ROLE_BIT(OPERATOR), ops_post_replayed,
     "close a dead letter that was taken in after all"},
    {"GET", "/ops/missing", ROLE_BIT(OPERATOR), ops_get_missing, "numbers that were skipped and have not arrived"},
    {"POST", "/ops/missing/strike", ROLE_BIT(OPERATOR), ops_post_strike, "strike a missing number out, with a reason"},
    {"GET", "/ops/waiting", ROLE_BIT(OPERATOR), get_waiting, "events that wait"},
    {"GET", "/ops/held", ROLE_BIT(OPERATOR), get_held, "subjects on hold"},
    {"POST", "/ops/redrive", ROLE_BIT(OPERATOR), post_redrive, "clear a hold and let what waits run again"},
    {"POST", "/ops/events", ROLE_BIT(OPERATOR), post_events, "take in events by their exact bytes"},
    {"POST", "/ops/republish", ROLE_BIT(OPERATOR), post_republish, "publish sequences again from the outbox"},
    {NULL, NULL, 0, NULL, NULL},
};
