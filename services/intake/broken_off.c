/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Broken off: the dossier ends without a result, withdrawn or by a stop notice that is signed. What is open of intake's
 * ends with it: a transfer whose papers nobody has taken, an obligation that is not met. Whoever was late with that by
 * then stays late, and is told of; whoever had time left was neither early nor on time.
 */
#include "services/intake/guards.h"
#include "services/intake/rules.h"

/* Indices; -1: none is open. */
static int open_transfer(const struct intake_dossier *d)
{
    for (int i = 0; i < d->transfer_count; i++)
        if (d->transfers[i].supplement == 0 && d->transfers[i].state != INTAKE_TRANSFER_TAKEN)
            return i;
    return -1;
}

static int open_obligation(const struct intake_dossier *d)
{
    for (int i = 0; i < d->obligation_count; i++)
        if (d->obligations[i].state != INTAKE_OBLIGATION_MET)
            return i;
    return -1;
}

bool own_step_is_open(const struct asked *q)
{
    return open_transfer(q->d) >= 0 || open_obligation(q->d) >= 0;
}

void intake_break_off(instant at, const struct intake_facts *f, struct intake_decision *ret)
{
    struct intake_dossier *d = &ret->next;
    int t = open_transfer(d), o = open_obligation(d);

    d->broken_off_at = at;
    if (t >= 0) {
        ret->broken_off = STEP_TRANSFER;
        ret->step = d->transfers[t].step;
        ret->round = d->transfers[t].round;
        ret->timed = intake_read_transfer(&d->transfers[t], d, STEP_BROKEN_OFF, at, f, &ret->clock);
    } else if (o >= 0) {
        ret->broken_off = STEP_OBLIGATION;
        ret->step = d->obligations[o].step;
        ret->round = d->obligations[o].round;
        ret->timed = intake_read_obligation(&d->obligations[o], d, at, f, &ret->clock);
    }
}
