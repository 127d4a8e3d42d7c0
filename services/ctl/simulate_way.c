/* SPDX-License-Identifier: Apache-2.0 */
/* Papers go back to the counter before the citizen gets them there. */
#include "services/ctl/simulate_plan.h"

#include <string.h>

#define BRINGERS (ROLE_BIT(APPRAISER) | ROLE_BIT(CLERK) | ROLE_BIT(APPROVER) | ROLE_BIT(HEAD))
#define COUNTERS (ROLE_BIT(RECEIVER) | ROLE_BIT(RETURNER))

void plan_way_back(struct planning *p)
{
    const char *counter = p->at->counter->unit;
    bool is_there = !p->papers_with ||
                    (p->papers_by && strcmp(p->papers_with, counter) == 0 && (p->papers_by->roles & COUNTERS) != 0);

    if (is_there || p->missing)
        return;
    struct post *giver = world_post(p->w, &p->aside, p->papers_with, BRINGERS, false, NULL, NULL, 0);
    const struct post *but[] = {giver};
    struct post *taker = world_post(p->w, &p->aside, counter, COUNTERS, true, p->at->counter->id, but, 1);

    plan_act(p, DO_BRING_BACK, giver, NULL, false);
    if (plan_by_the_way(p, p->ways->not_taken)) {
        plan_act(p, DO_NOT_TAKE_BACK, taker, NULL, false);
        plan_act(p, DO_BRING_BACK, giver, NULL, false);
    }
    plan_act(p, DO_TAKE_BACK, taker, NULL, false);
}
