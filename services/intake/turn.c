/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Turns: a dossier on paper goes round the units that co-operate in a step, one after the other, each forwarding it to
 * the next (D61 Art. 19(6)). Appraisal tells whose turn it is, so nobody signs for the papers and no post is known:
 * the unit whose turn has come has them, and with the last turn they are with the leading unit again, as when the
 * turns are cancelled. Units that are asked all at once look at files, and no paper moves.
 *
 * A turn is kept as it was told, also when the dossier was broken off meanwhile: what ended all turns is then read from
 * the dossier (custody.c), so that it does not matter which of both was heard of first.
 */
#include <string.h>

#include "services/intake/rules.h"

bool intake_in_turn(const struct intake_dossier *d)
{
    return d->turn.unit && d->turn.by == INTAKE_OPEN_PARTS && d->state != INTAKE_WITHDRAWN &&
           d->outcome != OUTCOME_STOPPED;
}

struct intake_holder intake_holder_turned(const struct intake_turn *t)
{
    bool lasts = t->by == INTAKE_OPEN_PARTS;

    return (struct intake_holder){.unit = lasts ? t->unit : t->lead,
                                  .post = lasts ? NULL : t->post,
                                  .since = t->since,
                                  .act = intake_act_names[t->by]};
}

void intake_begin_turn(const struct intake_progress *c, struct intake_decision *ret)
{
    struct intake_holder before = intake_holder_signed(&ret->next);

    if (!c->lead)
        return;
    ret->next.turn = (struct intake_turn){.unit = c->asked,
                                          .lead = c->lead,
                                          .post = strcmp(before.unit, c->lead) == 0 ? before.post : NULL,
                                          .by = INTAKE_OPEN_PARTS,
                                          .since = c->at,
                                          .waits = c->waits};
    ret->turn = true;
}

void intake_end_turns(enum intake_act by, instant at, struct intake_decision *ret)
{
    struct intake_turn *t = &ret->next.turn;

    if (!t->unit || t->by != INTAKE_OPEN_PARTS)
        return;
    t->by = by;
    t->since = at;
    t->waits = false;
    ret->turn = true;
}

/* Where another unit waits, its turn follows at once, and the papers go straight there. */
void intake_end_turn(const struct intake_progress *c, struct intake_decision *ret)
{
    const struct intake_turn *t = &ret->next.turn;

    if (t->unit && !t->waits && strcmp(t->unit, c->asked) == 0)
        intake_end_turns(INTAKE_END_PART, c->at, ret);
}
