/* SPDX-License-Identifier: Apache-2.0 */
/* The outage of the day: the counter went on, on paper, and enters what it did behind it. */
#include <string.h>

#include "services/ctl/simulate.h"

#define LONGEST  INSTANT_HOUR
#define SHORTEST (2 * INSTANT_MINUTE)
#define TRIES    50

/* opened_at is when a counter that is open at this moment was opened; INSTANT_NONE: it is closed. */
static instant opened_at(const struct place *p, instant now)
{
    struct civil c = instant_civil(now);
    int minute = c.hour * 60 + c.minute;

    for (int k = 0; k + 1 < p->open_count; k += 2)
        if (p->open[k] <= minute && minute < p->open[k + 1])
            return instant_of_day(instant_day(now), p->open[k]);
    return INSTANT_NONE;
}

void outage_choose(const struct world *w, struct chance c, instant now, struct outage *ret)
{
    const struct candidates *from = &w->offers[LEVEL_COMMUNE][ROUTE_ON_THE_SPOT];

    *ret = (struct outage){.counter = NULL};
    for (int i = 0; i < TRIES && from->count && !ret->counter; i++) {
        const struct place *p = from->items[chance_below(&c, from->count)].counter;
        instant opened = opened_at(p, now);

        if (opened == INSTANT_NONE || now - opened < SHORTEST)
            continue;
        *ret = (struct outage){.counter = p, .begun = now - opened < LONGEST ? opened : now - LONGEST, .ended = now};
    }
}

const struct candidate *outage_some(const struct world *w, struct chance *c, const struct outage *o)
{
    const struct candidate *found = NULL;
    size_t met = 0;

    for (int l = 0; o->counter && l < LEVEL_COUNT; l++)
        for (int r = 0; r < ROUTE_COUNT; r++)
            for (size_t i = 0; i < w->offers[l][r].count; i++)
                if (w->offers[l][r].items[i].counter == o->counter && chance_below(c, ++met) == 0)
                    found = &w->offers[l][r].items[i];
    return found;
}

void outage_mark(struct world *w, struct chance *c, const struct outage *o, struct act *acts, size_t count)
{
    for (size_t i = 0; i < count; i++) {
        const struct post *who = acts[i].who;
        const struct post *head = world_post(w, c, who->unit, ROLE_BIT(HEAD), false, NULL, &who, 1);

        if (!head || !deeds[acts[i].deed].event || acts[i].months || acts[i].overnight ||
            strcmp(who->unit, o->counter->unit) != 0)
            return;
        acts[i].late_at = o->begun + (o->ended - o->begun) * (instant)(i + 1) / (instant)(count + 1);
        acts[i].superior = head->id;
    }
}
