/* SPDX-License-Identifier: Apache-2.0 */
/* What intake tells the others, and what it listens to. */
#ifndef TAICHO_INTAKE_EVENTS_H
#define TAICHO_INTAKE_EVENTS_H

#include "common/flow/service.h"
#include "services/intake/intake.h"

#define INTAKE_EMITS   49
#define INTAKE_LISTENS 53

extern const struct emitted intake_emits[INTAKE_EMITS];
extern const struct projection intake_projections[INTAKE_LISTENS];

/* intake_encode writes the body of an emission, whose `body` is the struct intake_decision behind it. */
void intake_encode(const struct emission *e, struct arena *a, struct Taicho__V1__LifecycleEvent *ret);

#endif
