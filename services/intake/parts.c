/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Parts: while it is the turn of a unit that co-operates in an appraise step, its officers see the dossier and file
 * their answer; before and behind it they have no business with it. Who has his turn is appraisal's to say.
 */
#include <string.h>

#include "services/intake/rules.h"

bool intake_takes_part(const struct intake_dossier *d, const char *unit)
{
    return words_in(d->part_units, unit) != NULL;
}

void intake_open_parts(const struct intake_progress *c, const struct intake_facts *f, struct intake_decision *ret)
{
    const char *before = ret->next.part_units;

    ret->next.part_units = before ? arena_printf(f->arena, "%s,%s", before, c->asked) : c->asked;
}

void intake_end_part(const struct intake_progress *c, const struct intake_facts *f, struct intake_decision *ret)
{
    const char *units = ret->next.part_units, *at = words_in(units, c->asked);

    if (!at)
        return;
    const char *rest = at + strcspn(at, ",");
    if (*rest == ',')
        ret->next.part_units = arena_printf(f->arena, "%.*s%s", (int)(at - units), units, rest + 1);
    else
        ret->next.part_units = at == units ? NULL : arena_strndup(f->arena, units, (size_t)(at - units - 1));
}
