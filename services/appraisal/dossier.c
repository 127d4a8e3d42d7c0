/* SPDX-License-Identifier: Apache-2.0 */
/* The dossier as data: its words, its steps and papers, and the one place where a decision changes it. */
#include "services/appraisal/appraisal.h"

#include <string.h>

const char *const appraisal_state_names[] = {
#define X(symbol, name, vi) name,
    APPRAISAL_STATES(X)
#undef X
        NULL};
const char *const appraisal_act_names[] = {
#define X(symbol, name, vi) name,
    APPRAISAL_ACTS(X)
#undef X
        NULL};
const char *const appraisal_state_vi[] = {
#define X(symbol, name, vi) vi,
    APPRAISAL_STATES(X)
#undef X
        NULL};
const char *const appraisal_act_vi[] = {
#define X(symbol, name, vi) vi,
    APPRAISAL_ACTS(X)
#undef X
        NULL};
const char *const appraisal_event_types[] = {
#define X(symbol, type) type,
    APPRAISAL_EVENTS(X)
#undef X
        NULL};
const char *const appraisal_reason_names[] = {
#define X(symbol, name) name,
    APPRAISAL_REASONS(X)
#undef X
        NULL};

int appraisal_state_parse(const char *name)
{
    for (int i = 0; name && i < APPRAISAL_STATE_COUNT; i++)
        if (strcmp(appraisal_state_names[i], name) == 0)
            return i;
    return -1;
}

bool appraisal_is_reason(const char *code)
{
    for (size_t i = 0; appraisal_reason_names[i]; i++)
        if (strcmp(appraisal_reason_names[i], code) == 0)
            return true;
    return false;
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
        if (d->steps[i - 1].state != APPRAISAL_APPRAISED)
            return &d->steps[i - 1];
    return d->step_count ? &d->steps[d->step_count - 1] : NULL;
}

const struct appraisal_document *appraisal_find_document(const struct appraisal_dossier *d, struct id id)
{
    for (size_t i = 0; i < d->document_count; i++)
        if (id_eq(d->documents[i].id, id))
            return &d->documents[i];
    return NULL;
}

/* ---- apply */

struct appraisal_step *appraisal_add_step(struct appraisal_dossier *d, struct arena *a)
{
    if (d->step_count == d->step_room) {
        size_t room = d->step_room ? 2 * d->step_room : 4;
        struct appraisal_step *wider = ARENA_ARRAY(a, room, struct appraisal_step);
        if (d->step_count)
            memcpy(wider, d->steps, d->step_count * sizeof *wider);
        d->steps = wider;
        d->step_room = room;
    }
    return &d->steps[d->step_count++];
}

struct appraisal_document *appraisal_add_document(struct appraisal_dossier *d, struct arena *a)
{
    if (d->document_count == d->document_room) {
        size_t room = d->document_room ? 2 * d->document_room : 4;
        struct appraisal_document *wider = ARENA_ARRAY(a, room, struct appraisal_document);
        if (d->document_count)
            memcpy(wider, d->documents, d->document_count * sizeof *wider);
        d->documents = wider;
        d->document_room = room;
    }
    return &d->documents[d->document_count++];
}

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
        *d = c->received;
        d->changed = true;
    } else if (c->act == APPRAISAL_ACT_FILE_DOCUMENT) {
        struct appraisal_document *document = appraisal_add_document(d, a);
        *document = c->document;
        document->changed = true;
    }
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
