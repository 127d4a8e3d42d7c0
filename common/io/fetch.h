/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Outgoing HTTP through libcurl: many requests at once over a bounded number of kept-alive connections, driven by the
 * caller's thread. Nothing is retried here. Not thread-safe.
 */
#ifndef TAICHO_IO_FETCH_H
#define TAICHO_IO_FETCH_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "common/base/arena.h"
#include "common/base/err.h"

struct fetch; /* a pool of connections */

struct fetch_answer {
    int status; /* 0: no answer came; `why` says why */
    const char *why;
    struct bytes body; /* NUL-terminated behind its n bytes */
    const char *seen;  /* the header Taicho-Seen, NULL when absent */
    int retry_after_s; /* the header Retry-After, 0 when absent */
    int64_t took_us;
};

struct fetch_request {
    const char *method, *url;
    const char *const *headers; /* "Name: value", NULL-terminated; may be NULL */
    struct bytes body;          /* of a POST */
    int timeout_ms;
    void *arg;
    /* Called from fetch_turn, once; the answer lives until it returns. It may start further requests. */
    void (*done)(void *arg, const struct fetch_answer *answer);
};

struct fetch *fetch_new(size_t connections);
void fetch_free(struct fetch *f); /* forgets what is under way without calling done; NULL is fine */

/* fetch_start copies what it needs of the request. ERR_BUSY: all connections are taken, turn first. */
enum err_code fetch_start(struct fetch *f, const struct fetch_request *r, struct err *reterr) MUST_CHECK;
size_t fetch_under_way(const struct fetch *f);
bool fetch_has_room(const struct fetch *f);

/* fetch_turn waits at most timeout_ms for something to happen, and calls done for all that ended. */
void fetch_turn(struct fetch *f, int timeout_ms);

/* fetch_one is one request by itself: the answer in the arena. An answer of any status is ERR_OK; none ERR_UNAVAILABLE.
 */
enum err_code fetch_one(struct fetch *f, const struct fetch_request *r, struct arena *a, struct fetch_answer *ret,
                        struct err *reterr) MUST_CHECK;

#endif
