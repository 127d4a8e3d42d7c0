/* SPDX-License-Identifier: Apache-2.0 */
/* The edge to the contract: what approval says (events.c) and what it hears (projections.c). */
#ifndef TAICHO_APPROVAL_EVENTS_H
#define TAICHO_APPROVAL_EVENTS_H

#include "common/flow/service.h"

/* approval_encode writes the body of an emission, whose own body is a struct approval_decision. */
void approval_encode(const struct emission *e, struct arena *a, struct Taicho__V1__LifecycleEvent *ret);

extern const struct emitted approval_emits[];
extern const size_t approval_emit_count;
extern const struct projection approval_projections[];
extern const size_t approval_projection_count;

#endif
