/* SPDX-License-Identifier: Apache-2.0 */
/* The four services as they are, but for their repositories; every decision is watched on its way. */
#include <string.h>

#include "services/appraisal/commands.h"
#include "services/appraisal/events.h"
#include "services/approval/commands.h"
#include "services/approval/events.h"
#include "services/intake/commands.h"
#include "services/intake/events.h"
#include "services/return/commands.h"
#include "services/return/events.h"
#include "tests/sim/model/sim.h"

static const struct executor_ops *const real[SERVICES] = {&intake_ops, &appraisal_ops, &approval_ops, &return_ops};
static struct node *deciding;

/* A refusal leaves nothing behind; what was taken is noted for the commit. */
static enum err_code decide(struct item *i, struct err *reterr)
{
    struct run *r = (struct run *)(void *)i->batch;
    int64_t version = i->subject->version;
    const void *state = i->subject->state;
    size_t published = r->publications.count, timers = r->timers.count;
    enum err_code rc = real[r->service->source]->decide(i, reterr);

    if (rc && (i->subject->version != version || i->subject->state != state || r->publications.count != published ||
               r->timers.count != timers))
        sim_fail("%s refuses act %d and leaves marks: %s", r->service->name, i->work->act, reterr->en);
    if (rc && i->work->origin == WORK_EVENT)
        sim_trace("%s refuses %s %lld: %s", r->service->name, i->work->event.type, (long long)i->work->event.version,
                  reterr->en);
    if (!rc && i->work->origin == WORK_EVENT) {
        *LIST_ADD(i->batch->arena, &deciding->taken) =
            (struct applied){.source = i->work->event.source, .version = i->work->event.version};
        *LIST_ADD(i->batch->arena, &deciding->taken_of) = i->subject->index;
    }
    return rc;
}

static struct executor_ops watched[SERVICES];
struct service sim_services[SERVICES];

void watch_services(void)
{
    const struct projection *projections[] = {intake_projections, appraisal_projections, approval_projections,
                                              return_projections};
    const size_t counts[] = {INTAKE_LISTENS, appraisal_projection_count, approval_projection_count,
                             return_projection_count};
    const struct emitted *emits[] = {intake_emits, appraisal_emits, approval_emits, return_emits};
    const size_t emit_counts[] = {INTAKE_EMITS, appraisal_emit_count, approval_emit_count, return_emit_count};

    for (int s = 0; s < SERVICES; s++) {
        watched[s] = *real[s];
        watched[s].decide = decide;
        sim_services[s] = (struct service){.name = source_name((enum source)s),
                                           .source = (enum source)s,
                                           .projections = projections[s],
                                           .projection_count = counts[s],
                                           .emits = emits[s],
                                           .emit_count = emit_counts[s],
                                           .ops = &watched[s]};
    }
}

void watch_begin(struct node *p)
{
    deciding = p;
    memset(&p->taken, 0, sizeof p->taken);
    memset(&p->taken_of, 0, sizeof p->taken_of);
}
