/* SPDX-License-Identifier: Apache-2.0 */
/* The HTTP edge: the route table. */
#ifndef TAICHO_RETURN_ROUTES_H
#define TAICHO_RETURN_ROUTES_H

#include "common/io/http.h"

extern const struct http_route return_routes[];
extern const size_t return_route_count;

#endif
