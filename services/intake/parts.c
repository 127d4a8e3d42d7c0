/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Parts: while it is the turn of a unit that co-operates in an appraise step, its officers see the dossier and file
 * their answer; before and behind it they have no business with it. Who has his turn is appraisal's to say. One that
 * kept silent may still file its answer, until it is decided.
 */
#include <string.h>

#include "services/intake/rules.h"

bool intake_takes_part(const struct intake_dossier *d, const char *unit)
{
    return words_in(d->part_units, unit) || words_in(d->silent_units, unit);
}

void intake_open_parts(const struct intake_progress *c, const struct intake_facts *f, struct intake_decision *ret)
{
    const char *before = ret->next.part_units;

    ret->next.part_units = before ? arena_printf(f->arena, "%s,%s", before, c->asked) : c->asked;
}

/* without gives the units but one, NULL when no other is left. */
static const char *without(const char *units, const char *unit, struct arena *a)
{
    const char *at = words_in(units, unit);

    if (!at)
        return units;
    const char *rest = at + strcspn(at, ",");
    if (*rest == ',')
        return arena_printf(a, "%.*s%s", (int)(at - units), units, rest + 1);
    return at == units ? NULL : arena_strndup(a, units, (size_t)(at - units - 1));
}

void intake_end_part(const struct intake_progress *c, const struct intake_facts *f, struct intake_decision *ret)
{
    ret->next.part_units = without(ret->next.part_units, c->asked, f->arena);
}

void intake_note_silence(const char *unit, bool silent, const struct intake_facts *f, struct intake_decision *ret)
{
    const char *before = ret->next.silent_units;

    if (!unit || silent == (words_in(before, unit) != NULL))
        return;
    if (silent)
        ret->next.silent_units = before ? arena_printf(f->arena, "%s,%s", before, unit) : unit;
    else
        ret->next.silent_units = without(before, unit, f->arena);
}
