/* SPDX-License-Identifier: Apache-2.0 */
/* The exchange is the real one of io/http, filled by hand; only what touches libmicrohttpd or a database is replaced.
 */
#include "tests/fuzz/lib/front.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include "common/base/log.h"
#include "common/domain/dossier.h"
#include "common/flow/catalogue_store.h"
#include "common/flow/clock.h"
#include "common/flow/command.h"
#include "common/flow/watch.h"
/* Its struct counter has a namesake in domain/catalogue.h. */
#define counter http_counter
#include "common/io/http_private.h"
#undef counter
#include "common/io/text.h"
#include "common/runtime/runtime.h"
#include "services/appraisal/events.h"
#include "services/appraisal/routes.h"
#include "services/approval/events.h"
#include "services/approval/routes.h"
#include "services/audit/events.h"
#include "services/audit/routes.h"
#include "services/intake/events.h"
#include "services/intake/routes.h"
#include "services/return/events.h"
#include "services/return/routes.h"
#include "tests/fuzz/lib/fuzz.h"
#include "tests/fuzz/lib/found.h"

#define BODY_MAX    ((size_t)16 << 20) /* intake's, the largest */
#define ARENA_LIMIT ((size_t)64 << 20) /* as in io/http */
#define HEADERS_MAX 16

#define HOUSE(what, of)                                                                                                \
    {                                                                                                                  \
        .service = {.name = #what, .source = of, .routes = what##_routes, .projections = what##_projections }          \
    }

static struct house {
    struct service service;
    struct http_server server;
    struct runtime runtime;
} houses[] = {
    HOUSE(intake, SOURCE_INTAKE), HOUSE(appraisal, SOURCE_APPRAISAL), HOUSE(approval, SOURCE_APPROVAL),
    HOUSE(return, SOURCE_RETURN), HOUSE(audit, SOURCE_NONE),
};

/* The request under way. */
static struct request {
    const struct house *house;
    const char *query;
    const char *names[HEADERS_MAX], *values[HEADERS_MAX];
    size_t count;
    int suspended, resumed, submitted;
} request;

/* The service's own routes, then the operators', as in runtime/serve. */
static void join_routes(struct runtime *r, struct arena *a)
{
    const struct service *s = r->app.service;
    size_t ops = 0;

    while (ops_routes[ops].path)
        ops++;
    r->routes = ARENA_ARRAY(a, s->route_count + ops, struct http_route);
    for (size_t i = 0; i < s->route_count; i++)
        r->routes[r->route_count++] = s->routes[i];
    for (size_t i = 0; i < ops; i++)
        r->routes[r->route_count++] = ops_routes[i];
}

static void open_houses(void)
{
    static struct arena *kept;
    const size_t routes[] = {INTAKE_ROUTES, appraisal_route_count, approval_route_count, return_route_count,
                             audit_route_count};
    const size_t projections[] = {INTAKE_LISTENS, appraisal_projection_count, approval_projection_count,
                                  return_projection_count, audit_projection_count};
    struct err e = {0};

    if (kept)
        return;
    kept = arena_new((size_t)1 << 20);
    log_init("fuzz", LOG_ERROR);
    for (size_t i = 0; i < COUNT_OF(houses); i++) {
        struct house *h = &houses[i];
        struct runtime *r = &h->runtime;
        h->service.route_count = routes[i];
        h->service.projection_count = projections[i];
        r->app = (struct app){.service = &h->service, .clock = clock_new(), .catalogue = catalogue_store_new()};
        r->settings.instance = "1";
        join_routes(r, kept);
        h->server.config = (struct http_config){.routes = r->routes,
                                                .route_count = r->route_count,
                                                .app = r,
                                                .verifier = (struct token_verifier *)h,
                                                .service = h->service.name};
        HOLDS(route_table_new(r->routes, r->route_count, &h->server.routes, &e) == ERR_OK, "%s", e.en);
    }
}

/* ---- in libmicrohttpd's place */

const char *__wrap_http_header(const struct http_exchange *x, const char *name);
const char *__wrap_http_header(const struct http_exchange *x, const char *name)
{
    for (size_t i = 0; i < request.count; i++)
        if (strcasecmp(request.names[i], name) == 0)
            return request.values[i];
    return NULL;
}

/* As libmicrohttpd does it: parts between '&', '+' is a space, escapes are left to url_decode. */
enum err_code __wrap_http_take_queries(struct http_exchange *x, struct err *reterr);
enum err_code __wrap_http_take_queries(struct http_exchange *x, struct err *reterr)
{
    enum err_code rc = ERR_OK;

    for (const char *p = request.query; !rc && p && *p;) {
        char *part = arena_strndup(x->arena, p, strcspn(p, "&"));
        p += strlen(part) + (p[strlen(part)] == '&');
        for (char *c = part; *c; c++)
            *c = *c == '+' ? ' ' : *c;
        char *equals = strchr(part, '=');
        size_t n = equals ? (size_t)(equals - part) : strlen(part);
        rc = http_take_query(
            x, (struct bytes){(const uint8_t *)part, n},
            (struct bytes){(const uint8_t *)(equals ? equals + 1 : NULL), equals ? strlen(equals + 1) : 0}, reterr);
    }
    return rc;
}

void __wrap_http_suspend(struct http_exchange *x);
void __wrap_http_suspend(struct http_exchange *x)
{
    HOLDS(request.suspended++ == 0, "suspended twice");
    x->suspended = true;
}

void __wrap_http_resume(struct http_exchange *x);
void __wrap_http_resume(struct http_exchange *x)
{
    HOLDS(request.suspended == 1 && request.resumed++ == 0, "resumed without need");
    HOLDS(x->status, "resumed without a reply");
}

/* ---- in place of the token, the executor, the database and the watch */

/* A token is `subject/unit/roles`, so that the input says who asks. */
enum err_code __wrap_token_verify(struct token_verifier *v, const char *jws, struct actor *ret, struct err *reterr);
enum err_code __wrap_token_verify(struct token_verifier *v, const char *jws, struct actor *ret, struct err *reterr)
{
    const char *unit = strchr(jws, '/'), *roles = unit ? strchr(unit + 1, '/') : NULL;

    if (!roles || !text_is_utf8(jws, strlen(jws)) || roles - unit > (int)sizeof ret->unit ||
        unit - jws >= (int)sizeof ret->subject)
        return err_say(reterr, ERR_UNAUTHENTICATED, NULL, "không", "no");
    *ret = (struct actor){.roles = (uint32_t)strtoul(roles + 1, NULL, 16)};
    memcpy(ret->subject, jws, (size_t)(unit - jws));
    memcpy(ret->unit, unit + 1, (size_t)(roles - unit - 1));
    return ERR_OK;
}

static void holds_work(const struct work *w)
{
    const char *key = w->idempotency_key;

    HOLDS(w->origin == WORK_COMMAND && w->command && w->done, "half a command");
    HOLDS(key && strlen(key) >= 1 && strlen(key) <= 128, "an idempotency key of %zu", key ? strlen(key) : 0);
    for (; *key; key++)
        HOLDS(*key >= 0x20 && *key <= 0x7e, "an idempotency key with 0x%02x", (unsigned char)*key);
    HOLDS(!id_is_nil(w->subject) && w->subject_kind && !id_is_nil(w->command_id), "no subject");
    for (int s = 0; s < SOURCE_COUNT; s++)
        HOLDS(w->wants[s] >= 0, "wants %lld of %s", (long long)w->wants[s], source_name((enum source)s));
    HOLDS(!w->trace || (strlen(w->trace) == 55 && strspn(w->trace, "0123456789abcdef-") == 55), "trace %s", w->trace);
    HOLDS(w->place.partition < 0, "a command from Kafka");
    HOLDS(!w->late || (strcmp(w->subject_kind, DOSSIER) == 0 && words_find(late_reasons, w->late->reason) >= 0 &&
                       w->late->superior[0] && strlen(w->late->superior) <= 64),
          "half a late entry");
    commands_hold(&request.house->service, w);
}

static const char *header(const char *name)
{
    return __wrap_http_header(NULL, name);
}

/* The first letter of the key says how it ends. Of the events of one request there is room for the first, always. */
enum err_code __wrap_executor_submit(struct executor *e, struct work *w, struct err *reterr);
enum err_code __wrap_executor_submit(struct executor *e, struct work *w, struct err *reterr)
{
    const char *key = header("Idempotency-Key");

    HOLDS(request.suspended == 1, "submitted before it was suspended");
    HOLDS(request.submitted++ == 0 || w->origin == WORK_EVENT, "submitted twice");
    if (w->origin == WORK_COMMAND)
        holds_work(w);
    else
        found_holds(&request.house->service, w);
    switch (key ? key[0] : 'k') {
    case 'B':
        if (w->origin == WORK_EVENT && request.submitted == 1)
            break;
        return err_say(reterr, ERR_BUSY, NULL, "hàng đợi đã đầy", "the queue is full");
    case 'R':
        err_say(&w->refusal, ERR_ILLEGAL_MOVE, "step", "không \"%s\"", "not \"%s\"", w->actor.subject);
        break;
    case 'S':
        w->status = 409;
        w->answer = http_problem_json(w->arena, &(struct err){.code = ERR_CONFLICT});
        break;
    default:
        w->status = 201;
        w->answer = "{}";
        w->version = 3;
    }
    w->done(w);
    return ERR_OK;
}

/* PostgreSQL's timestamps begin in 4714 BC; its texts hold neither NUL nor anything but UTF-8. */
#define EARLIEST (INT64_C(-211813488000000000) + INT64_C(946684800000000))

void holds_arguments(const struct db_stmt *stmt, const struct db_arg *args, size_t count)
{
    char last[16], beyond[16];

    (void)snprintf(last, sizeof last, "$%zu", count);
    (void)snprintf(beyond, sizeof beyond, "$%zu", count + 1);
    HOLDS((count == 0 || strstr(stmt->sql, last)) && !strstr(stmt->sql, beyond), "%s takes not %zu arguments",
          stmt->name, count);
    for (size_t i = 0; i < count; i++) {
        const struct db_arg *arg = &args[i];
        if (arg->null || arg->array)
            continue;
        if (arg->type == DB_TEXT || arg->type == DB_JSON)
            holds_utf8(arg->u.text);
        if (arg->type == DB_TIME)
            HOLDS(arg->u.i >= EARLIEST, "%s: $%zu is before all time", stmt->name, i + 1);
        if (arg->type == DB_INT4)
            HOLDS(arg->u.i >= INT32_MIN && arg->u.i <= INT32_MAX, "%s: $%zu is no int4", stmt->name, i + 1);
    }
}

static enum err_code hold_query(struct http_exchange *x, const struct db_stmt *stmt, const struct db_arg *args,
                                size_t count, struct err *reterr)
{
    holds_arguments(stmt, args, count);
    if (http_query(x, "nothing"))
        return err_say(reterr, ERR_NOT_FOUND, NULL, "không tìm thấy", "nothing was found");
    http_reply_json(x, 200, "{}");
    return ERR_OK;
}

enum err_code __wrap_query_json(struct app *app, struct http_exchange *x, const struct db_stmt *stmt,
                                const struct db_arg *args, size_t count, struct err *reterr);
enum err_code __wrap_query_json(struct app *app, struct http_exchange *x, const struct db_stmt *stmt,
                                const struct db_arg *args, size_t count, struct err *reterr)
{
    return hold_query(x, stmt, args, count, reterr);
}

enum err_code __wrap_query_rows(struct app *app, struct http_exchange *x, const struct db_stmt *stmt,
                                const struct db_arg *args, size_t count, query_take *take, void *arg,
                                struct err *reterr);
enum err_code __wrap_query_rows(struct app *app, struct http_exchange *x, const struct db_stmt *stmt,
                                const struct db_arg *args, size_t count, query_take *take, void *arg,
                                struct err *reterr)
{
    HOLDS(take && arg, "%s: nobody takes its rows", stmt->name);
    return hold_query(x, stmt, args, count, reterr);
}

enum err_code __wrap_watch_wait(struct watch *w, struct http_exchange *x, int64_t after, struct err *reterr);
enum err_code __wrap_watch_wait(struct watch *w, struct http_exchange *x, int64_t after, struct err *reterr)
{
    HOLDS(after >= 0, "revision %lld", (long long)after);
    http_reply_json(x, 200, "{\"revision\":1}");
    return ERR_OK;
}

/* ---- the request as text */

/* cut gives what stands before the first of `at` and moves behind it. */
static const char *cut(char **p, const char *at)
{
    const char *from = *p;
    char *end = *p + strcspn(*p, at);

    *p = end + (*end != '\0');
    *end = '\0';
    return from;
}

static bool read_request(struct http_exchange *x, const uint8_t *data, size_t size)
{
    const uint8_t *gap = memmem(data, size, "\n\n", 2);
    size_t head_n = gap ? (size_t)(gap - data) : size;
    char *p = copy_text(x->arena, data, head_n);
    const char *name = cut(&p, " \n");

    request = (struct request){0};
    for (size_t i = 0; i < COUNT_OF(houses); i++)
        if (strcmp(houses[i].service.name, name) == 0)
            request.house = &houses[i];
    x->method = cut(&p, " \n");
    char *target = p;
    char *line_end = target + strcspn(target, "\n");
    p = line_end + (*line_end != '\0');
    *line_end = '\0';
    x->path = cut(&target, "?");
    request.query = target;
    while (*p && request.count < HEADERS_MAX) {
        char *line = p;
        (void)cut(&p, "\n");
        request.names[request.count] = cut(&line, ":");
        request.values[request.count++] = line + strspn(line, " ");
    }
    if (gap)
        buf_add(&x->body, gap + 2, size - head_n - 2);
    return request.house != NULL;
}

static void holds_reply(struct http_exchange *x)
{
    HOLDS(x->status >= 200 && x->status < 600 && x->status != 500, "status %d", x->status);
    HOLDS(x->reply && x->content_type, "no reply");
    holds_json(arena_strndup(x->arena, x->reply, x->reply_n));
    HOLDS((x->status >= 400) == (strncmp(x->content_type, "application/problem+json", 24) == 0), "%d is %s", x->status,
          x->content_type);
    for (const struct http_pair *h = x->headers; h; h = h->next)
        HOLDS(!strpbrk(h->value, "\r\n") && h->name[0], "a header that breaks the answer");
}

void front_ask(const uint8_t *data, size_t size)
{
    struct http_exchange x = {.arena = arena_new(ARENA_LIMIT), .refs = 1};
    struct err e = {0};

    open_houses();
    buf_init(&x.body, BODY_MAX);
    if (read_request(&x, data, size)) {
        found_begin(x.arena, header("Letter"), header("Found"));
        x.server = (struct http_server *)(uintptr_t)&request.house->server;
        http_take_request_id(&x);
        enum err_code rc = http_check(&x, &e);
        if (!rc) {
            rc = x.route->handler(x.server->config.app, &x, &e);
            HOLDS(!rc || !request.suspended, "suspended, then refused");
        }
        if (rc) {
            holds_refusal(&e, rc, false);
            http_reply_problem(&x, &e);
        }
        HOLDS(request.resumed == request.suspended, "suspended and forgotten");
        found_end();
        holds_reply(&x);
    }
    buf_release(&x.body);
    arena_free(x.arena);
}
