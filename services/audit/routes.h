/* SPDX-License-Identifier: Apache-2.0 */
/* The HTTP edge of audit. */
#ifndef TAICHO_AUDIT_ROUTES_H
#define TAICHO_AUDIT_ROUTES_H

#include "common/io/http.h"

extern const struct http_route audit_routes[];
extern const size_t audit_route_count;

#endif
