/* SPDX-License-Identifier: Apache-2.0 */
/* The HTTP edge: the route table. */
#ifndef TAICHO_APPROVAL_ROUTES_H
#define TAICHO_APPROVAL_ROUTES_H

#include "common/io/http.h"

extern const struct http_route approval_routes[];
extern const size_t approval_route_count;

#endif
