/* SPDX-License-Identifier: Apache-2.0 */
/* The route table made ready for matching, and the decoding of what a URL carries. Private to the HTTP server. */
#ifndef TAICHO_IO_HTTP_ROUTE_H
#define TAICHO_IO_HTTP_ROUTE_H

#include <stddef.h>

#include "common/base/arena.h"
#include "common/base/err.h"
#include "common/io/http.h"

#define ROUTE_SEGMENTS_MAX 12

struct route_table;

/* route_table_new checks the rows too: a path that is too deep, a duplicate and a missing handler are ERR_BUG. */
enum err_code route_table_new(const struct http_route *routes, size_t count, struct route_table **ret,
                              struct err *reterr) MUST_CHECK;
void route_table_free(struct route_table *t);

/* A name and its decoded text, in a list. */
struct http_pair {
    const char *name;
    const char *value;
    const struct http_pair *next;
};

struct route_match {
    size_t index;                   /* of the row */
    const struct http_pair *params; /* decoded, in the arena */
    const char *allow;              /* set with ERR_METHOD only: "GET, HEAD" */
};

/*
 * route_find gives the row of a method and a raw path. A literal segment beats a parameter, from the left; HEAD finds
 * GET. ERR_NOT_FOUND, ERR_METHOD, or ERR_MALFORMED when a parameter cannot be decoded.
 */
enum err_code route_find(const struct route_table *t, const char *method, const char *path, struct arena *a,
                         struct route_match *ret, struct err *reterr) MUST_CHECK;

/* route_label is "POST /v1/dossiers/:id", "-" for an index behind the last row. */
const char *route_label(const struct route_table *t, size_t index);

/* url_decode undoes %XX and gives NFC text; NULL when an escape is broken or the result is not text (text.h). */
const char *url_decode(struct arena *a, const char *p, size_t n);

#endif
