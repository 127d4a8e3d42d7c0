/* SPDX-License-Identifier: Apache-2.0 */
/* What citizens say once their dossiers have ended, and who answers. */
#include "services/ctl/simulate_plan.h"

bool dossier_is_told(const struct dossier *d, int months)
{
    int open = 0;

    for (const char *p = d->acts; *p; p++) {
        open += *p == deeds[DO_COMPLAIN].letter;
        open -=
            *p == deeds[DO_REPLY].letter || *p == deeds[DO_REPLY_LATE].letter || *p == deeds[DO_REFUSE_REPLY].letter;
    }
    return open > 0 && months > d->complained;
}

bool dossier_is_unpublished(const struct dossier *d, int months)
{
    int answered = 0;

    for (const char *p = d->acts; *p; p++) {
        answered += *p == deeds[DO_REPLY].letter || *p == deeds[DO_REPLY_LATE].letter;
        answered -= *p == deeds[DO_PUBLISH].letter;
    }
    return answered > 0 && months > d->complained;
}

/* At the device on the counter; or on a slip that a head enters, who did not serve him. */
static void rate(struct planning *p)
{
    const char *unit = p->at->counter->unit;
    struct post *head = chance_percent(p->c, p->ways->slip) ? plan_head(p, unit) : NULL;

    plan_act(p, DO_RATE, head ? head : p->at->counter->device, head ? "slip" : "device", false);
}

/* Most are answered, few refused, and some still wait at the end of the day. Of some the citizen is asked for more
 * first; most answers are published. */
static void complain(struct planning *p, bool late)
{
    /* What was refused at the counter has no other unit than the counter's. */
    bool refused = p->count && p->acts[p->count - 1].deed == DO_TURN_AWAY;
    const char *unit = refused ? p->at->counter->unit : p->at->own;
    struct post *head = plan_head(p, unit);

    plan_act(p, DO_COMPLAIN, p->receiver, NULL, false);
    late = late && p->lies_at == ACTS_MAX;
    if (late)
        p->replier = head;
    if (late || !head || p->missing || !chance_percent(p->c, p->ways->answered))
        return;
    if (chance_percent(p->c, p->ways->questioned)) {
        plan_act(p, DO_QUESTION, head, NULL, false);
        plan_act(p, DO_ADD, p->receiver, NULL, false);
    }
    bool refuses = chance_percent(p->c, p->ways->reply_refused);
    plan_act(p, refuses ? DO_REFUSE_REPLY : DO_REPLY, head, NULL, false);
    if (!p->missing)
        p->acts[p->count - 1].justified = chance_percent(p->c, p->ways->justified);
    if (!refuses && chance_percent(p->c, p->ways->published))
        plan_act(p, DO_PUBLISH, head, NULL, false);
}

void plan_voices(struct planning *p, struct voices voices)
{
    if (voices.complains && !p->missing)
        complain(p, voices.late);
    if (voices.rates && !p->missing && !p->keeper) /* who never came has not seen how it ended */
        rate(p);
}
