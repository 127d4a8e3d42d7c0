/* SPDX-License-Identifier: Apache-2.0 */
/* The dossier as data: its words, its steps, and the one place where a decision changes it. */
#include "services/appraisal/appraisal.h"

#include <string.h>

const char *const appraisal_state_names[] = {APPRAISAL_STATES(WORD_NAME) NULL};
const char *const appraisal_state_vi[] = {APPRAISAL_STATES(WORD_VI) NULL};
const char *const appraisal_act_names[] = {APPRAISAL_ACTS(WORD_NAME) NULL};
const char *const appraisal_act_vi[] = {APPRAISAL_ACTS(WORD_VI) NULL};
const char *const appraisal_event_types[] = {APPRAISAL_EVENTS(WORD_CODE) NULL};
const char *const appraisal_reason_names[] = {APPRAISAL_REASONS(WORD_CODE) NULL};

int appraisal_state_parse(const char *name)
{
    return words_find(appraisal_state_names, name);
}

bool appraisal_is_open(int state)
{
    return state != APPRAISAL_APPRAISED;
}

/* ---- steps of a dossier */

const struct appraisal_step *appraisal_step_latest(const struct appraisal_dossier *d, int step)
{
    const struct appraisal_step *latest = NULL;
    for (size_t i = 0; i < d->step_count; i++)
        if (d->steps[i].step == step && (!latest || d->steps[i].round > latest->round))
            latest = &d->steps[i];
    return latest;
}

const struct appraisal_step *appraisal_step_open(const struct appraisal_dossier *d)
{
    for (size_t i = d->step_count; i > 0; i--)
        if (appraisal_is_open((int)d->steps[i - 1].state))
            return &d->steps[i - 1];
    return d->step_count ? &d->steps[d->step_count - 1] : NULL;
}

struct appraisal_step *appraisal_add_step(struct appraisal_dossier *d, struct arena *a)
{
    d->steps = arena_room(a, d->steps, d->step_count, &d->step_room, sizeof *d->steps);
    return &d->steps[d->step_count++];
}

/* ---- apply */

/* opened_step makes the row of a step that an event opens. */
static struct appraisal_step *opened_step(struct appraisal_dossier *d, const struct appraisal_command *c,
                                          const struct appraisal_decision *x, struct arena *a)
{
    struct appraisal_step *s = appraisal_add_step(d, a);
    *s = (struct appraisal_step){.step = x->step,
                                 .round = x->round,
                                 .opened = true,
                                 .unit = x->unit,
                                 .opened_at = c->at,
                                 .assigned_at = INSTANT_NONE,
                                 .due_at = INSTANT_NONE,
                                 .appraised_at = INSTANT_NONE};
    return s;
}

struct appraisal_dossier *appraisal_apply(struct appraisal_dossier *d, const struct appraisal_command *c,
                                          const struct appraisal_decision *x, struct arena *a)
{
    if (c->act == APPRAISAL_ACT_RECEIVE) {
        d = ARENA_NEW(a, struct appraisal_dossier);
        d->facts = c->received;
        d->facts.received = true;
    } else if (c->act == APPRAISAL_ACT_FILE_DOCUMENT) {
        papers_add(&d->papers, &(struct paper){.handle = c->paper.handle, .kind = c->paper.kind, .filed = true}, a);
    }
    if (c->approver)
        barred_add(&d->approvers, c->approver, a);
    if (!x->edge)
        return d;
    struct appraisal_step *s = NULL;
    for (size_t i = 0; i < d->step_count; i++)
        if (d->steps[i].step == x->step && d->steps[i].round == x->round)
            s = &d->steps[i];
    if (!s)
        s = opened_step(d, c, x, a);
    s->state = (enum appraisal_state)x->edge->to;
    s->changed = true;
    if (x->event == APPRAISAL_EVENT_ASSIGNED) {
        s->officer = x->officer;
        s->due_at = x->due_at;
        s->assigned_at = c->at;
    } else if (x->event == APPRAISAL_EVENT_APPRAISED) {
        s->opinion = x->opinion;
        s->draft = x->draft.id;
        s->appraised_at = c->at;
    }
    return d;
}
