/* SPDX-License-Identifier: Apache-2.0 */
/* What the files of the HTTP server share: the exchange. libmicrohttpd's own header is seen by http.c alone. */
#ifndef TAICHO_IO_HTTP_PRIVATE_H
#define TAICHO_IO_HTTP_PRIVATE_H

#include <pthread.h>
#include <stdatomic.h>
#include <stdbool.h>
#include <stdint.h>

#include "common/base/buf.h"
#include "common/io/http.h"
#include "common/io/http_route.h"

struct MHD_Connection;
struct MHD_Daemon;
struct http_linger;

/*
 * The rest of a refused body is read and forgotten before the answer: as long as it is known to be short, since the
 * connection may then go on, or, for a chunked one, which libmicrohttpd cannot answer before its end, up to a bound.
 * A longer one is answered at once, and read from after that (http_linger.c).
 */
#define HTTP_DRAIN_MAX      ((uint64_t)256 * 1024)
#define HTTP_DRAIN_CHUNKED  ((uint64_t)8 * 1024 * 1024)
#define HTTP_STATUS_CLASSES 6

struct counter {
    _Atomic uint64_t count, us;
};

/* A connection and the exchange it uses; in the server's list while the connection is open. */
struct slot {
    struct slot *next, **link;
    struct http_exchange *x;
    bool linger; /* its client was answered before it had sent its body */
};

struct http_server {
    struct http_config config;
    struct route_table *routes;
    struct MHD_Daemon *daemon;
    struct http_linger *linger;
    int port, listening;       /* the socket is libmicrohttpd's, which closes it */
    _Atomic int64_t looked_at; /* monotonic: when http_waited_for looked last, and whether somebody waited */
    atomic_bool waited;
    atomic_bool refusing;
    _Atomic size_t suspended; /* counted until MHD_resume_connection has returned */
    _Atomic size_t busy;      /* exchanges between their first call and their completion */
    pthread_mutex_t lock;     /* the list of slots: taken when a connection opens or closes, and by http_stop */
    struct slot *slots;
    uint64_t begun;           /* connections, ever; under the lock */
    struct counter *counters; /* [route_count + 1][HTTP_STATUS_CLASSES]; the last row is for paths without a route */
};

/*
 * Who may answer. A suspended exchange is won by exactly one compare-and-swap: http_resume (RESUMED) or http_stop
 * (STOPPED). The loser never touches the connection.
 */
enum exchange_state { EXCHANGE_OPEN, EXCHANGE_SUSPENDED, EXCHANGE_RESUMED, EXCHANGE_STOPPED };

#define REQUEST_ID_SIZE 65

/*
 * An exchange belongs to its connection and is used again for the connection's next request. While it is suspended the
 * caller of http_resume holds a second reference, so that a stop may answer the client first and leave the memory,
 * arena included, to whoever still works with it.
 */
struct http_exchange {
    struct http_server *server;        /* not to be touched once STOPPED: the server may be gone */
    struct MHD_Connection *connection; /* the same */
    struct arena *arena;
    struct buf body;
    _Atomic int state; /* enum exchange_state */
    _Atomic int refs;

    /* From here on wiped between two requests. */
    const char *method;
    const char *path;
    const struct http_route *route; /* NULL when none fits; the service's own table, which outlives all */
    size_t route_index;
    const struct http_pair *params;
    const struct http_pair *queries;
    struct actor actor;
    char request_id[REQUEST_ID_SIZE];
    int64_t began;    /* instant_mono */
    uint64_t drained; /* bytes of a body that nobody will read */
    bool keep_body;
    bool handled;   /* the reply is decided, or will be by http_resume */
    bool suspended; /* http_suspend was called; the connection's thread only */
    bool close;     /* hang up after the reply */

    int status; /* 0: no reply yet */
    const char *content_type;
    const char *reply;
    size_t reply_n;
    const struct http_pair *headers;
};

/* ---- http_check.c: everything that can be refused before the body is read */
void http_take_request_id(struct http_exchange *x);
enum err_code http_check(struct http_exchange *x, struct err *reterr) MUST_CHECK;
enum err_code http_take_query(struct http_exchange *x, struct bytes key, struct bytes value,
                              struct err *reterr) MUST_CHECK;
enum err_code http_too_large(const struct http_exchange *x, struct err *reterr);
/* http_refuse_at_once: do not wait for the body: the client asks first (Expect), or it is too long to drain. */
bool http_refuse_at_once(const struct http_exchange *x);

/* ---- http.c */
enum err_code http_take_queries(struct http_exchange *x, struct err *reterr) MUST_CHECK;

/* ---- http_listen.c: binds "host:port" ("[::1]:8081" for IPv6) */
enum err_code http_listen(const char *listen_on, int *ret_fd, int *ret_port, struct err *reterr) MUST_CHECK;
/* http_let_nobody_in makes a listening socket deaf: who connects from now on is not answered, and asks again after a
 * second, when nobody listens any more. Who waits in its queue can be accepted as before. */
void http_let_nobody_in(int fd);
/*
 * http_waited_for tells, now and then, that somebody has been waiting for long to be accepted. libmicrohttpd accepts
 * nobody any more once there was no descriptor left or no room, until one of its connections ends (measured): with
 * clients that keep theirs busy that is never. So the one who asks this hangs up after its reply.
 */
bool http_waited_for(struct http_server *s);

/* ---- http_linger.c: clients that were answered while they still send, so that the answer arrives */
enum err_code http_linger_new(struct http_linger **ret, struct err *reterr) MUST_CHECK;
/* http_linger_take goes on with a socket that the caller is about to close. It has a bound in time and in bytes. */
void http_linger_take(struct http_linger *l, int fd);
void http_linger_free(struct http_linger *l); /* NULL is fine */

/* ---- http_problem.c */
/* http_problem_text is the document with its instance (NULL: without). */
const char *http_problem_text(struct arena *a, const struct err *e, const char *request_id);

#endif
