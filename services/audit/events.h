/* SPDX-License-Identifier: Apache-2.0 */
/* The sealed entry as protobuf, and what audit listens to: everything. */
#ifndef TAICHO_AUDIT_EVENTS_H
#define TAICHO_AUDIT_EVENTS_H

#include "common/flow/service.h"

extern const struct projection audit_projections[];
extern const size_t audit_projection_count;

/*
 * audit_sealed_head packs a SealedEntry up to its `event` field: the bytes of the event follow it and complete the
 * message, so that they are stored once.
 */
struct bytes audit_sealed_head(int64_t number, instant sealed_at, const struct work *w, const struct digest *sha256,
                               struct arena *a);

#endif
