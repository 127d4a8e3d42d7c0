/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The server on libmicrohttpd: one call per request with its headers, some with its body, one to answer, one when it
 * is over; all of a connection's calls come on the same thread.
 *
 * A handler that waits calls http_suspend() FIRST and hands its work over AFTERWARDS. The other way round the work may
 * be done, and http_resume() called, before libmicrohttpd knows that the connection is suspended.
 */
#include "common/io/http.h"

#include <errno.h>
#include <microhttpd.h>
#include <pthread.h>
#include <signal.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>
#include <sys/socket.h>
#include <time.h>
#include <unistd.h>

#include "common/base/instant.h"
#include "common/base/log.h"
#include "common/io/http_private.h"

#define BODY_KEPT         ((size_t)64 * 1024) /* a larger body buffer is given back between requests */
#define ARENA_LIMIT       ((size_t)64 * 1024 * 1024)
#define CONNECTION_MEMORY ((size_t)32 * 1024) /* per connection: request line, headers, read buffer */
#define STOP_SECONDS      2
/* How long a stop waits for the first request of who has just connected: at least until a thread of libmicrohttpd that
 * was accepting has told of it. */
#define FIRST_MS_MIN 100
#define FIRST_MS_MAX 500

/* ---- the life of an exchange */

static struct http_exchange *exchange_new(size_t body_max)
{
    struct http_exchange *x = calloc(1, sizeof(*x));
    BUG_IF(!x, "out of memory");
    x->arena = arena_new(ARENA_LIMIT);
    buf_init(&x->body, body_max);
    return x;
}

static void exchange_free(struct http_exchange *x)
{
    if (!x)
        return;
    buf_release(&x->body);
    arena_free(x->arena);
    free(x);
}

/* exchange_reset makes an exchange ready for the next request; only its memory stays. */
static void exchange_reset(struct http_exchange *x, struct http_server *s, struct MHD_Connection *c)
{
    arena_reset(x->arena);
    if (x->body.room > BODY_KEPT)
        buf_release(&x->body);
    buf_clear(&x->body);
    /* http_stop may look at the state meanwhile, so what lies before the request's own fields is not wiped. */
    memset((char *)x + offsetof(struct http_exchange, method), 0, sizeof(*x) - offsetof(struct http_exchange, method));
    x->server = s;
    x->connection = c;
    atomic_store(&x->refs, 1);
    atomic_store(&x->state, EXCHANGE_OPEN);
}

static int socket_of(struct MHD_Connection *c)
{
    const union MHD_ConnectionInfo *info = MHD_get_connection_info(c, MHD_CONNECTION_INFO_CONNECTION_FD);
    return info ? info->connect_fd : -1;
}

/* on_connection is told of the end before the socket is closed. */
static void on_connection(void *cls, struct MHD_Connection *c, void **socket_context,
                          enum MHD_ConnectionNotificationCode toe)
{
    struct http_server *s = cls;
    struct slot *slot;
    if (toe == MHD_CONNECTION_NOTIFY_STARTED) {
        slot = calloc(1, sizeof(*slot));
        BUG_IF(!slot, "out of memory");
        pthread_mutex_lock(&s->lock);
        slot->next = s->slots;
        slot->link = &s->slots;
        if (slot->next)
            slot->next->link = &slot->next;
        s->slots = slot;
        s->begun++;
        pthread_mutex_unlock(&s->lock);
        *socket_context = slot;
        return;
    }
    slot = *socket_context;
    if (!slot)
        return;
    pthread_mutex_lock(&s->lock);
    *slot->link = slot->next;
    if (slot->next)
        slot->next->link = slot->link;
    pthread_mutex_unlock(&s->lock);
    if (slot->linger)
        http_linger_take(s->linger, socket_of(c));
    exchange_free(slot->x);
    free(slot);
    *socket_context = NULL;
}

static struct slot *slot_of(struct MHD_Connection *c)
{
    const union MHD_ConnectionInfo *info = MHD_get_connection_info(c, MHD_CONNECTION_INFO_SOCKET_CONTEXT);
    BUG_IF(!info || !info->socket_context, "a connection without its slot");
    return info->socket_context;
}

/* on_completed ends a request: answered, cut off, or stopped. The connection may go on with the next one. */
static void on_completed(void *cls, struct MHD_Connection *c, void **con_cls, enum MHD_RequestTerminationCode toe)
{
    struct http_server *s = cls;
    struct http_exchange *x = *con_cls;
    *con_cls = NULL;
    if (!x)
        return;
    size_t row = x->route ? x->route_index : s->config.route_count;
    /* STOPPED: the reply's fields still belong to the work. */
    int status = atomic_load(&x->state) == EXCHANGE_STOPPED ? 503 : x->status;
    if (status) {
        struct counter *n = &s->counters[row * HTTP_STATUS_CLASSES + (size_t)status / 100 % HTTP_STATUS_CLASSES];
        atomic_fetch_add_explicit(&n->count, 1, memory_order_relaxed);
        atomic_fetch_add_explicit(&n->us, (uint64_t)(instant_mono() - x->began), memory_order_relaxed);
    }
    if (atomic_load(&x->state) != EXCHANGE_STOPPED) {
        BUG_IF(atomic_load(&x->refs) != 1, "an exchange ends that somebody still works on");
        exchange_reset(x, s, c);
    } else {
        /*
         * http_stop answered for somebody who may still work on it: whoever lets go last frees it. Out of the list
         * first, since answer_suspended looks at what is there.
         */
        struct slot *slot = slot_of(c);
        pthread_mutex_lock(&s->lock);
        slot->x = NULL;
        pthread_mutex_unlock(&s->lock);
        if (atomic_fetch_sub(&x->refs, 1) == 1)
            exchange_free(x);
    }
    atomic_fetch_sub(&s->busy, 1);
}

/* ---- suspend and resume */

void http_suspend(struct http_exchange *x)
{
    BUG_IF(x->suspended, "an exchange is suspended twice");
    x->suspended = true;
    atomic_fetch_add(&x->refs, 1);
    atomic_fetch_add(&x->server->suspended, 1);
    MHD_suspend_connection(x->connection);
    /* From here on http_stop may win it, so libmicrohttpd must know of it before. */
    atomic_store(&x->state, EXCHANGE_SUSPENDED);
}

void http_resume(struct http_exchange *x)
{
    struct http_server *s = x->server;
    struct MHD_Connection *c = x->connection;
    int was = EXCHANGE_SUSPENDED;
    if (atomic_compare_exchange_strong(&x->state, &was, EXCHANGE_RESUMED)) {
        /* Not the last reference: the request cannot end while the connection is suspended. */
        atomic_fetch_sub(&x->refs, 1);
        MHD_resume_connection(c);
        /* x may be gone; the server waits for this count before it stops. */
        atomic_fetch_sub(&s->suspended, 1);
        return;
    }
    BUG_IF(was != EXCHANGE_STOPPED, "an exchange is resumed that is not suspended");
    if (atomic_fetch_sub(&x->refs, 1) == 1)
        exchange_free(x);
}

/* ---- what http_check.c asks of the library */

const char *http_header(const struct http_exchange *x, const char *name)
{
    return MHD_lookup_connection_value(x->connection, MHD_HEADER_KIND, name);
}

struct query_walk {
    struct http_exchange *x;
    struct err *reterr;
    enum err_code rc;
};

static enum MHD_Result on_query(void *cls, enum MHD_ValueKind kind, const char *key, size_t key_n, const char *value,
                                size_t value_n)
{
    struct query_walk *w = cls;
    w->rc = http_take_query(w->x, (struct bytes){(const uint8_t *)key, key_n},
                            (struct bytes){(const uint8_t *)value, value ? value_n : 0}, w->reterr);
    return w->rc ? MHD_NO : MHD_YES;
}

enum err_code http_take_queries(struct http_exchange *x, struct err *reterr)
{
    struct query_walk w = {.x = x, .reterr = reterr};
    MHD_get_connection_values_n(x->connection, MHD_GET_ARGUMENT_KIND, on_query, &w);
    return w.rc;
}

/* ---- the reply */

/*
 * queue hands the reply to libmicrohttpd. The bytes stay in the exchange's arena, which lives until the completion,
 * except those of a STOPPED one, whose arena belongs to the work.
 */
static enum MHD_Result queue(struct http_exchange *x, int status, const char *type, const char *body, size_t n,
                             enum MHD_ResponseMemoryMode mode, const struct http_pair *headers)
{
    struct MHD_Response *r = MHD_create_response_from_buffer(n, (void *)(uintptr_t)body, mode);
    if (!r)
        return MHD_NO;
    bool cached = false;
    for (const struct http_pair *h = headers; h; h = h->next) {
        cached = cached || strcasecmp(h->name, "Cache-Control") == 0;
        if (MHD_add_response_header(r, h->name, h->value) == MHD_NO)
            log_warn("reply header %s cannot be sent, going on without it", h->name);
    }
    if (type)
        MHD_add_response_header(r, "Content-Type", type);
    if (!cached)
        MHD_add_response_header(r, "Cache-Control", "no-store");
    MHD_add_response_header(r, "X-Content-Type-Options", "nosniff");
    MHD_add_response_header(r, "X-Request-Id", x->request_id);
    if (x->close || http_waited_for(x->server))
        MHD_add_response_header(r, "Connection", "close");
    enum MHD_Result queued = MHD_queue_response(x->connection, (unsigned)status, r);
    MHD_destroy_response(r);
    return queued;
}

static enum MHD_Result queue_reply(struct http_exchange *x)
{
    return queue(x, x->status, x->content_type, x->reply, x->reply_n, MHD_RESPMEM_PERSISTENT, x->headers);
}

/* queue_stopped answers for work that is still under way somewhere: nobody knows yet how it ends. */
static enum MHD_Result queue_stopped(struct http_exchange *x)
{
    static const struct http_pair retry = {.name = "Retry-After", .value = "1"};
    struct err e;
    err_say(&e, ERR_IN_DOUBT, NULL, "dịch vụ dừng trong khi đang xử lý; hãy gửi lại với cùng khóa",
            "the service stopped while this was under way; repeat with the same key");
    struct arena *a = arena_new(HTTP_DRAIN_MAX);
    const char *text = http_problem_text(a, &e, x->request_id);
    x->close = true;
    enum MHD_Result queued =
        queue(x, 503, "application/problem+json; charset=utf-8", text, strlen(text), MHD_RESPMEM_MUST_COPY, &retry);
    arena_free(a);
    return queued;
}

static enum MHD_Result begin(struct http_server *s, struct MHD_Connection *c, const char *url, const char *method,
                             void **con_cls)
{
    struct slot *slot = slot_of(c);
    if (!slot->x) {
        struct http_exchange *fresh = exchange_new(s->config.body_max);
        exchange_reset(fresh, s, c);
        pthread_mutex_lock(&s->lock);
        slot->x = fresh;
        pthread_mutex_unlock(&s->lock);
    }
    struct http_exchange *x = slot->x;
    *con_cls = x;
    atomic_fetch_add(&s->busy, 1);
    x->began = instant_mono();
    x->method = arena_strdup(x->arena, method);
    x->path = arena_strdup(x->arena, url);
    http_take_request_id(x);
    struct err e;
    if (http_check(x, &e) == ERR_OK)
        return MHD_YES;
    x->handled = true;
    http_reply_problem(x, &e);
    if (!http_refuse_at_once(x))
        return MHD_YES;
    x->close = true;
    slot->linger = true;
    return queue_reply(x);
}

/* take_body keeps what comes, within the bound; MHD_NO hangs up on a refused client that goes on sending. */
static enum MHD_Result take_body(struct http_exchange *x, const char *p, size_t n)
{
    if (x->handled || !x->keep_body) {
        x->drained += n;
        return x->drained > x->body.max + HTTP_DRAIN_CHUNKED ? MHD_NO : MHD_YES;
    }
    buf_add(&x->body, p, n);
    if (x->body.full) {
        /* Chunked, so its length was not known. */
        struct err e;
        http_too_large(x, &e);
        x->handled = true;
        x->close = true;
        x->drained = x->body.n + n;
        buf_clear(&x->body);
        http_reply_problem(x, &e);
    }
    return MHD_YES;
}

static void handle(struct http_exchange *x)
{
    struct err e = {0};
    x->handled = true;
    log_push("request", x->request_id);
    enum err_code rc = x->route->handler(x->server->config.app, x, &e);
    log_pop();
    /* With ERR_OK, a suspended exchange may by now belong to the thread that fills it. */
    if (rc == ERR_OK && !x->suspended && x->status == 0)
        rc = err_set(&e, ERR_BUG, "%s %s neither replied nor suspended", x->route->method, x->route->path);
    if (rc == ERR_OK)
        return;
    e.code = rc;
    http_reply_problem(x, &e);
    if (x->suspended)
        http_resume(x); /* it suspended, then could not hand the work over */
}

static enum MHD_Result on_request(void *cls, struct MHD_Connection *c, const char *url, const char *method,
                                  const char *version, const char *upload, size_t *upload_n, void **con_cls)
{
    struct http_exchange *x = *con_cls;
    if (!x)
        return begin(cls, c, url, method, con_cls);
    if (*upload_n > 0) {
        size_t n = *upload_n;
        *upload_n = 0;
        return take_body(x, upload, n);
    }
    if (!x->handled) {
        handle(x);
        if (x->suspended)
            return MHD_YES;
    }
    switch ((enum exchange_state)atomic_load(&x->state)) {
    case EXCHANGE_SUSPENDED:
        return MHD_YES;
    case EXCHANGE_STOPPED:
        return queue_stopped(x);
    case EXCHANGE_OPEN:
    case EXCHANGE_RESUMED:
        break;
    }
    if (x->status == 0) {
        struct err e;
        err_set(&e, ERR_BUG, "%s %s was resumed without a reply", x->route->method, x->route->path);
        http_reply_problem(x, &e);
    }
    return queue_reply(x);
}

/* ---- start and stop */

static void on_library_log(void *cls, const char *fmt, va_list ap)
{
    char line[512];
#pragma GCC diagnostic push
#pragma GCC diagnostic ignored "-Wformat-nonliteral"
    (void)vsnprintf(line, sizeof(line), fmt, ap);
#pragma GCC diagnostic pop
    line[strcspn(line, "\n")] = '\0';
    log_debug("libmicrohttpd: %s", line);
}

static void on_library_panic(void *cls, const char *file, unsigned line, const char *reason)
{
    err_bug(file ? file : "libmicrohttpd", (int)line, "MHD_PANIC", "%s", reason ? reason : "");
}

/* keep_escapes leaves %XX alone: a decoded slash or NUL must not change the path's shape. url_decode does it later. */
static size_t keep_escapes(void *cls, struct MHD_Connection *c, char *s)
{
    return strlen(s);
}

static void server_free(struct http_server *s)
{
    http_linger_free(s->linger);
    route_table_free(s->routes);
    pthread_mutex_destroy(&s->lock);
    free(s->counters);
    free(s);
}

enum err_code http_start(const struct http_config *c, struct http_server **ret, struct err *reterr)
{
    struct http_server *s = calloc(1, sizeof(*s));
    BUG_IF(!s, "out of memory");
    s->config = *c;
    pthread_mutex_init(&s->lock, NULL);
    s->counters = calloc((c->route_count + 1) * HTTP_STATUS_CLASSES, sizeof(*s->counters));
    BUG_IF(!s->counters, "out of memory");
    int fd = -1;
    enum err_code rc = route_table_new(c->routes, c->route_count, &s->routes, reterr);
    if (!rc)
        rc = http_linger_new(&s->linger, reterr);
    if (!rc)
        rc = http_listen(c->listen, &fd, &s->port, reterr);
    s->listening = fd;
    if (rc) {
        server_free(s);
        return rc;
    }
    /* libmicrohttpd may write to a socket that the client has closed. */
    signal(SIGPIPE, SIG_IGN);
    MHD_set_panic_func(on_library_panic, NULL);
    struct MHD_OptionItem options[] = {
        {MHD_OPTION_EXTERNAL_LOGGER, (intptr_t)on_library_log, NULL}, /* first, so that it hears of the others */
        {MHD_OPTION_LISTEN_SOCKET, fd, NULL},
        {MHD_OPTION_NOTIFY_COMPLETED, (intptr_t)on_completed, s},
        {MHD_OPTION_NOTIFY_CONNECTION, (intptr_t)on_connection, s},
        {MHD_OPTION_UNESCAPE_CALLBACK, (intptr_t)keep_escapes, NULL},
        {MHD_OPTION_CONNECTION_LIMIT, c->connections_max, NULL},
        {MHD_OPTION_CONNECTION_TIMEOUT, c->idle_s, NULL},
        {MHD_OPTION_CONNECTION_MEMORY_LIMIT, (intptr_t)CONNECTION_MEMORY, NULL},
        {c->threads > 1 ? MHD_OPTION_THREAD_POOL_SIZE : MHD_OPTION_END, c->threads, NULL},
        {MHD_OPTION_END, 0, NULL},
    };
    s->daemon =
        MHD_start_daemon(MHD_USE_EPOLL_INTERNAL_THREAD | MHD_ALLOW_SUSPEND_RESUME | MHD_USE_TURBO | MHD_USE_ERROR_LOG,
                         0, NULL, NULL, on_request, s, MHD_OPTION_ARRAY, options, MHD_OPTION_END);
    if (!s->daemon) {
        close(fd);
        server_free(s);
        return err_set(reterr, ERR_INVALID, "cannot start the HTTP server on %s with %d threads", c->listen,
                       c->threads);
    }
    *ret = s;
    return ERR_OK;
}

void http_refuse_new(struct http_server *s)
{
    atomic_store(&s->refusing, true);
}

size_t http_suspended(struct http_server *s)
{
    return atomic_load(&s->suspended);
}

int http_port(const struct http_server *s)
{
    return s->port;
}

/* answer_suspended wins what it can and lets libmicrohttpd go on with it, which then finds it STOPPED. */
static void answer_suspended(struct http_server *s)
{
    struct MHD_Connection *won[64];
    size_t n;
    do {
        n = 0;
        pthread_mutex_lock(&s->lock);
        for (struct slot *slot = s->slots; slot && n < COUNT_OF(won); slot = slot->next) {
            int was = EXCHANGE_SUSPENDED;
            if (slot->x && atomic_compare_exchange_strong(&slot->x->state, &was, EXCHANGE_STOPPED))
                won[n++] = slot->x->connection;
        }
        pthread_mutex_unlock(&s->lock);
        /* Outside our lock: libmicrohttpd takes its own here, and holds it when it calls on_connection. */
        for (size_t i = 0; i < n; i++) {
            MHD_resume_connection(won[i]);
            atomic_fetch_sub(&s->suspended, 1);
        }
    } while (n == COUNT_OF(won));
}

/*
 * close_door lets nobody in any more, and takes in whoever the kernel has let in until then, beside libmicrohttpd,
 * which does so all the time: closing a listening socket resets those who wait in its queue, who believe that they are
 * connected. Returns how many connections will have begun with them. Whoever calls from now on is not answered until
 * the socket is closed, by MHD_stop_daemon in a moment; his kernel calls again after a second.
 * MHD_quiesce_daemon is not for this: beside epoll threads it can abort the process (0.9.75, "Failed to remove listen
 * FD from epoll set": a thread and the caller both take the socket out).
 */
static uint64_t close_door(struct http_server *s)
{
    pthread_mutex_lock(&s->lock);
    uint64_t begun = s->begun;
    pthread_mutex_unlock(&s->lock);
    struct sockaddr_storage from;
    int fd;

    http_let_nobody_in(s->listening);
    do {
        socklen_t n = sizeof(from);
        fd = accept4(s->listening, (struct sockaddr *)&from, &n, SOCK_NONBLOCK | SOCK_CLOEXEC);
        if (fd >= 0)
            begun +=
                MHD_add_connection(s->daemon, fd, (struct sockaddr *)&from, n) == MHD_YES; /* it closes it if not */
    } while (fd >= 0 || errno == EINTR || errno == ECONNABORTED); /* of one who has gone, others wait behind him */
    return begun;
}

/* first_awaited tells that somebody was let in who has not asked for anything yet. */
static bool first_awaited(struct http_server *s, uint64_t begun)
{
    pthread_mutex_lock(&s->lock);
    bool awaited = s->begun < begun;
    for (const struct slot *slot = s->slots; slot && !awaited; slot = slot->next)
        awaited = !slot->x;
    pthread_mutex_unlock(&s->lock);
    return awaited;
}

void http_stop(struct http_server *s)
{
    if (!s)
        return;
    http_refuse_new(s);
    uint64_t begun = close_door(s);
    /* A handler that runs now may still suspend, hence the loop. A slow client is not waited for beyond the limit. */
    int64_t began = instant_mono(), took = 0;
    do {
        answer_suspended(s);
        bool awaited =
            took < FIRST_MS_MIN * INSTANT_MS || (took < FIRST_MS_MAX * INSTANT_MS && first_awaited(s, begun));
        if (!awaited && atomic_load(&s->suspended) == 0 && atomic_load(&s->busy) == 0)
            break;
        nanosleep(&(struct timespec){.tv_nsec = 1000000}, NULL);
        took = instant_mono() - began;
    } while (took < STOP_SECONDS * INSTANT_SECOND || atomic_load(&s->suspended) > 0);
    MHD_stop_daemon(s->daemon);
    server_free(s);
}

void http_metrics(struct http_server *s,
                  void (*each)(void *arg, const char *route, int status, uint64_t count, double seconds), void *arg)
{
    for (size_t row = 0; row <= s->config.route_count; row++) {
        for (size_t class = 1; class < HTTP_STATUS_CLASSES; class ++) {
            struct counter *n = &s->counters[row * HTTP_STATUS_CLASSES + class];
            uint64_t count = atomic_load_explicit(&n->count, memory_order_relaxed);
            if (count > 0)
                each(arg, route_label(s->routes, row), (int)class * 100, count,
                     (double)atomic_load_explicit(&n->us, memory_order_relaxed) / 1e6);
        }
    }
}
