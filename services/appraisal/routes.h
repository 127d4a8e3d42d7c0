/* SPDX-License-Identifier: Apache-2.0 */
/* The HTTP edge: the route table. */
#ifndef TAICHO_APPRAISAL_ROUTES_H
#define TAICHO_APPRAISAL_ROUTES_H

#include "common/io/http.h"

extern const struct http_route appraisal_routes[];
extern const size_t appraisal_route_count;

#endif
