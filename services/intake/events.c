/* SPDX-License-Identifier: Apache-2.0 */
/* Decisions become messages. Nothing personal passes here: codes, units, times, reason codes, handles. */
#include "services/intake/events.h"

#include <string.h>

#include "services/intake/events_private.h"

const struct emitted intake_emits[INTAKE_EMITS] = {
#define X(encoder, type_, what_, audit_only_) {.type = type_, .what = what_, .audit_only = audit_only_},
    INTAKE_EVENTS(X)
#undef X
};

static void (*const encoders[INTAKE_EMITS])(const struct intake_decision *, struct arena *,
                                            Taicho__V1__LifecycleEvent *) = {
#define X(encoder, type_, what_, audit_only_) intake_encode_##encoder,
    INTAKE_EVENTS(X)
#undef X
};

void intake_encode(const struct emission *e, struct arena *a, Taicho__V1__LifecycleEvent *ret)
{
    for (size_t i = 0; i < INTAKE_EMITS; i++)
        if (strcmp(intake_emits[i].type, e->type) == 0) {
            encoders[i](e->body, a, ret);
            return;
        }
    BUG_IF(true, "intake emits no %s", e->type);
}
