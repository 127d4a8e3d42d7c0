/* SPDX-License-Identifier: Apache-2.0 */
/* The edge to the contract: what appraisal says (events.c) and what it hears (projections.c). */
#ifndef TAICHO_APPRAISAL_EVENTS_H
#define TAICHO_APPRAISAL_EVENTS_H

#include "common/flow/service.h"

/* appraisal_encode writes the body of an emission, whose own body is a struct appraisal_decision. */
void appraisal_encode(const struct emission *e, struct arena *a, struct Taicho__V1__LifecycleEvent *ret);

extern const struct emitted appraisal_emits[];
extern const size_t appraisal_emit_count;
extern const struct projection appraisal_projections[];
extern const size_t appraisal_projection_count;

#endif
