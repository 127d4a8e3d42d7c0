/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The result, or the stop notice, lies at the counter, and the citizen is to know it (Decree 61/2018 Art. 20): since
 * when, whether it is there early, how often nobody came for it. Return tells; the page that tracks a dossier is the
 * announcement. They fill `next`, a copy of the dossier.
 */
#include "services/intake/intake.h"
#include "services/intake/rules.h"

/* A stop notice is no letter here: it is what the dossier ended with. */
bool intake_is_of_letter(enum intake_act act, const void *command)
{
    const struct intake_progress *c = command;

    if (act != INTAKE_LIE_READY && act != INTAKE_REMIND && act != INTAKE_COME_BACK)
        return false;
    return c->outcome == OUTCOME_APOLOGY || c->outcome == OUTCOME_CORRECTION;
}

enum err_code intake_note_letter(const struct intake_progress *c, enum intake_act act, const struct intake_facts *f,
                                 struct intake_decision *ret, struct err *reterr)
{
    if (c->outcome == OUTCOME_CORRECTION)
        return intake_note_correction(c, act, f, ret, reterr);
    ret->stays = true;
    return ERR_OK;
}

/* Early for the citizen: before the day of the date that he was given last, which is in force by the legal clock;
 * where that is one in hours, before its moment. Audit judges by the reported date. No day was promised for a stop
 * notice. */
static bool is_early(const struct intake_dossier *d, instant ready)
{
    return intake_due_by_hours(d) ? ready < d->due_at : instant_day(ready) < instant_day(d->due_at);
}

void intake_note_ready(const struct intake_progress *c, struct intake_decision *ret)
{
    ret->next.collection.ready_at = c->at;
    ret->next.collection.early = c->outcome != OUTCOME_STOPPED && is_early(&ret->next, c->at);
    ret->collection = true;
}

/* since gives when it came to lie there, of one whose Ready was still skipped here. */
static instant since(const struct intake_dossier *d, instant told)
{
    return d->collection.ready_at == INSTANT_NONE ? told : d->collection.ready_at;
}

void intake_note_reminder(const struct intake_progress *c, struct intake_decision *ret)
{
    ret->next.collection.ready_at = since(&ret->next, c->ready_at);
    ret->next.collection.reminders = c->number;
    ret->next.collection.reminded_at = c->at;
    ret->collection = true;
}

void intake_note_came_back(const struct intake_progress *c, struct intake_decision *ret)
{
    ret->next.collection.ready_at = since(&ret->next, c->at);
    ret->next.collection.came_back_at = c->at;
    ret->next.collection.reminders = 0;
    ret->next.collection.reminded_at = INSTANT_NONE;
    ret->next.returned_at = INSTANT_NONE;
    ret->next.returned_by = NULL;
    ret->collection = true;
}
