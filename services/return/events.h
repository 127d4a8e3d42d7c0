/* SPDX-License-Identifier: Apache-2.0 */
/* The edge to the contract: what return says (events.c) and what it hears (projections.c). */
#ifndef TAICHO_RETURN_EVENTS_H
#define TAICHO_RETURN_EVENTS_H

#include "common/flow/service.h"

/* return_encode writes the body of an emission, whose own body is a struct return_decision. */
void return_encode(const struct emission *e, struct arena *a, struct Taicho__V1__LifecycleEvent *ret);

extern const struct emitted return_emits[];
extern const size_t return_emit_count;
extern const struct projection return_projections[];
extern const size_t return_projection_count;

#endif
