/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The HTTP server through libmicrohttpd: an epoll thread pool, a route table, suspend and resume, bounded bodies, and
 * one place that turns an error into a problem document (RFC 9457) in Vietnamese and English.
 *
 * A handler either answers at once (returns ERR_OK after http_reply..., or an error), or calls http_suspend() and
 * returns ERR_OK; later any thread calls http_resume() exactly once after the reply was filled.
 *
 * Suspend FIRST, then hand the work over: otherwise it may be resumed before it is suspended. When handing over fails,
 * the handler returns the error (ERR_BUSY) and must not resume. Between suspend and resume the arena, parameters,
 * queries, actor and body may be used, also after http_stop has answered in the work's place; http_header may not.
 *
 * Before a handler runs: the route (404, 405), the token and role (401, 403), the address's UTF-8 (400), for a POST the
 * content type (415) and the body's size (413) were checked.
 */
#ifndef TAICHO_IO_HTTP_H
#define TAICHO_IO_HTTP_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "common/base/arena.h"
#include "common/base/err.h"
#include "common/base/id.h"
#include "common/io/token.h"

struct http_server;
struct http_exchange; /* one request and its reply; lives until the reply is sent */

typedef enum err_code http_handler(void *app, struct http_exchange *x, struct err *reterr);

/* One row of a service's API. The row is the listing: `taicho-X routes` prints it, nginx is generated from it. */
struct http_route {
    const char *method; /* "GET", "POST" */
    const char *path;   /* "/v1/dossiers/:id/documents" */
    uint32_t roles;     /* who may: ROLE_BIT(..) | ..., or ROLE_PUBLIC */
    http_handler *handler;
    const char *sentence; /* what it does, in English */
};

struct http_config {
    const char *listen; /* "127.0.0.1:8081" */
    int threads;
    int connections_max;
    size_t body_max; /* 413 above */
    int idle_s;      /* slow clients are cut */
    const struct http_route *routes;
    size_t route_count;
    void *app; /* handed to every handler */
    struct token_verifier *verifier;
    const char *service; /* for the problem documents' instance and logs */
};

enum err_code http_start(const struct http_config *c, struct http_server **ret, struct err *reterr) MUST_CHECK;
/* http_refuse_new answers every new request with 503 from now on; suspended ones go on. */
void http_refuse_new(struct http_server *s);
size_t http_suspended(struct http_server *s);
/* http_stop lets nobody in any more, answers what is still suspended, and the first request of who has just connected,
 * with 503, waits for it (libmicrohttpd aborts otherwise), stops the daemon. */
void http_stop(struct http_server *s);
int http_port(const struct http_server *s); /* when "…:0" was asked for */

/* ---- the request */
struct arena *http_arena(struct http_exchange *x);             /* goes with the exchange */
const struct actor *http_actor(const struct http_exchange *x); /* zeroed on public routes without a token */
const char *http_method(const struct http_exchange *x);
const char *http_path(const struct http_exchange *x);                     /* as sent */
const char *http_param(const struct http_exchange *x, const char *name);  /* a path parameter, decoded; never NULL */
const char *http_query(const struct http_exchange *x, const char *name);  /* NULL when absent; decoded, valid UTF-8 */
const char *http_header(const struct http_exchange *x, const char *name); /* NULL when absent */
struct bytes http_body(const struct http_exchange *x);
/* http_param_id parses a path parameter as an id: ERR_NOT_FOUND when it is not one. */
enum err_code http_param_id(const struct http_exchange *x, const char *name, struct id *ret,
                            struct err *reterr) MUST_CHECK;

/* ---- the reply: fill once */
void http_reply(struct http_exchange *x, int status, const char *content_type, const char *body,
                size_t n); /* body is copied to the exchange */
void http_reply_json(struct http_exchange *x, int status, const char *json);
void http_reply_problem(struct http_exchange *x,
                        const struct err *e); /* status, Retry-After, application/problem+json */
void http_reply_header(struct http_exchange *x, const char *name, const char *value);
/* http_problem_json is the same document as text, for answers that are stored. */
const char *http_problem_json(struct arena *a, const struct err *e);

void http_suspend(struct http_exchange *x);
void http_resume(struct http_exchange *x);

/* ---- counters for /metrics: requests by route and status class, sum and count of seconds */
void http_metrics(struct http_server *s,
                  void (*each)(void *arg, const char *route, int status, uint64_t count, double seconds), void *arg);

#endif
