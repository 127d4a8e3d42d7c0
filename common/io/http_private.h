/* SPDX-License-Identifier: Apache-2.0 */
/* What the files of the HTTP server share: the exchange. libmicrohttpd's own header is seen by http.c alone. */
#ifndef TAICHO_IO_HTTP_PRIVATE_H
#define TAICHO_IO_HTTP_PRIVATE_H

#include <stdatomic.h>
#include <stdbool.h>
#include <stdint.h>

#include "common/base/buf.h"
#include "common/io/http.h"
#include "common/io/http_route.h"

struct MHD_Connection;

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
    struct http_server *server;         /* not to be touched once STOPPED: the server may be gone */
    struct MHD_Connection *connection;  /* the same */
    struct arena *arena;
    struct buf body;
    _Atomic int state;                  /* enum exchange_state */
    _Atomic int refs;

    const char *method;
    const char *path;
    const struct http_route *route;     /* NULL when none fits; the service's own table, which outlives all */
    size_t route_index;
    const struct http_pair *params;
    const struct http_pair *queries;
    struct actor actor;
    char request_id[REQUEST_ID_SIZE];
    int64_t began;                      /* instant_mono */
    uint64_t drained;                   /* bytes of a body that nobody will read */
    bool busy;                          /* between the first call and the completion */
    bool keep_body;
    bool handled;                       /* the reply is decided, or will be by http_resume */
    bool suspended;                     /* http_suspend was called; the connection's thread only */
    bool close;                         /* hang up after the reply */

    int status;                         /* 0: no reply yet */
    const char *content_type;
    const char *reply;
    size_t reply_n;
    const struct http_pair *headers;
};

/* http_problem_text is the document with its instance (NULL: without). */
const char *http_problem_text(struct arena *a, const struct err *e, const char *request_id);

#endif
