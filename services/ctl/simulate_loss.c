/* SPDX-License-Identifier: Apache-2.0 */
/* An original is lost or damaged before it goes back to the citizen. */
#include "services/ctl/simulate_plan.h"

/* At the counter, or wherever it is in the end: the receiver finds it out. */
void plan_loss(struct planning *p)
{
    plan_act(p, DO_LOSE, p->receiver, NULL, chance_percent(p->c, p->ways->damaged));
    plan_brings(p, DOCUMENT_LOSS_MINUTES);
}

static bool is_damaged(const struct planning *p)
{
    for (size_t i = 0; i < p->count; i++)
        if (p->acts[i].deed == DO_LOSE)
            return p->acts[i].against;
    return false;
}

/* Most cases are settled, some still wait at the end of the day. True: it was found, and goes back after all. */
bool plan_settlement(struct planning *p)
{
    static const char *const remedies[] = {"replaced", "reissued", "paid", "found", "found"};
    struct post *head = plan_head(p, p->at->own);
    size_t known = COUNT_OF(remedies) - 2 * is_damaged(p), n = chance_below(p->c, known);

    if (!head || p->missing || !chance_percent(p->c, p->ways->settled))
        return false;
    plan_act(p, DO_SETTLE, head, remedies[n], false);
    plan_brings(p, DOCUMENT_APOLOGY);
    return n > 2;
}
