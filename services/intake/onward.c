/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Onward: a step may lie wholly with another unit than the one before it (linked units, one behind the other; a
 * department appraises, the province approves). With the end of a step the work goes on to the unit of the next one, or
 * back to that of the appraise step before, and so does what is on paper: a turn of its own (turn.c), which whoever it
 * comes to signs for, or does not. Which unit that is says the process version that the dossier is bound to.
 *
 * On the spot the papers stay at the counter. Where a transfer was to bring them to a unit and none is in its process
 * they have not left the counter either: what the unit that ends its step does not have, it cannot pass on. With the
 * last decision the work is done: what is issued goes its own way (return), the papers stay with whoever decided.
 */
#include <string.h>

#include "common/domain/process.h"
#include "services/intake/rules.h"

static const struct process *process_of(const struct intake_dossier *d, const struct intake_facts *f)
{
    return catalogue_process_version(f->catalogue, d->process, d->process_version);
}

/* unit_of gives the unit that a step is done by; NULL: it is none of those that lead to the decision. */
static const char *unit_of(const struct intake_dossier *d, const struct process *p, int n)
{
    const struct process_step *s = p ? process_step(p, n) : NULL;

    return s && process_owner(s->kind) != OWNER_RETURN ? process_unit(s, d->unit, d->receiving_unit) : NULL;
}

static int step_behind(const struct process *p, enum intake_act by, int ended)
{
    return by == INTAKE_GO_BACK ? process_previous(p, ended, STEP_APPRAISE) : ended + 1;
}

/* lies_with: as long as a unit has the step, it works on the dossier as the competent one does. */
static void lies_with(struct intake_dossier *d, const char *unit)
{
    d->step_unit = unit && strcmp(unit, d->unit) != 0 && strcmp(unit, d->receiving_unit) != 0 ? unit : NULL;
}

void intake_take_up(const struct intake_progress *c, const struct intake_facts *f, struct intake_decision *ret)
{
    lies_with(&ret->next, unit_of(&ret->next, process_of(&ret->next, f), c->step));
}

void intake_papers_go_on(enum intake_act by, const struct intake_progress *c, const struct intake_facts *f,
                         struct intake_decision *ret)
{
    const struct intake_dossier *d = &ret->next;
    const struct process *p = process_of(d, f);
    const char *from = unit_of(d, p, c->step), *to = from ? unit_of(d, p, step_behind(p, by, c->step)) : NULL;

    if (to && strcmp(from, to) != 0 && d->route == ROUTE_BACK_OFFICE)
        intake_pass_on(by, from, to, c, ret);
}

void intake_go_on(enum intake_act by, const struct intake_progress *c, const struct intake_facts *f,
                  struct intake_decision *ret)
{
    const struct process *p = process_of(&ret->next, f);

    if (p)
        lies_with(&ret->next, unit_of(&ret->next, p, step_behind(p, by, c->step)));
    intake_papers_go_on(by, c, f, ret);
}
