/* SPDX-License-Identifier: Apache-2.0 */
/* The dossier as data: its words, its steps, papers and appraisers, and the one place where a decision changes it. */
#include <string.h>

#include "services/approval/approval.h"

const char *const approval_state_names[] = {
#define X(symbol, name, vi) name,
    APPROVAL_STATES(X)
#undef X
        NULL};
const char *const approval_act_names[] = {
#define X(symbol, name, vi) name,
    APPROVAL_ACTS(X)
#undef X
        NULL};
const char *const approval_state_vi[] = {
#define X(symbol, name, vi) vi,
    APPROVAL_STATES(X)
#undef X
        NULL};
const char *const approval_act_vi[] = {
#define X(symbol, name, vi) vi,
    APPROVAL_ACTS(X)
#undef X
        NULL};
const char *const approval_event_types[] = {
#define X(symbol, type) type,
    APPROVAL_EVENTS(X)
#undef X
        NULL};
const char *const approval_reason_names[] = {
#define X(symbol, name) name,
    APPROVAL_REASONS(X)
#undef X
        NULL};

int approval_state_parse(const char *name)
{
    for (int i = 0; name && i < APPROVAL_STATE_COUNT; i++)
        if (strcmp(approval_state_names[i], name) == 0)
            return i;
    return -1;
}

bool approval_is_open(enum approval_state s)
{
    return s != APPROVAL_SIGNED && s != APPROVAL_SENT_BACK;
}

bool approval_is_reason(const char *code)
{
    for (size_t i = 0; approval_reason_names[i]; i++)
        if (strcmp(approval_reason_names[i], code) == 0)
            return true;
    return false;
}

/* ---- children of a dossier */

const struct approval_step *approval_step_latest(const struct approval_dossier *d, int step)
{
    const struct approval_step *latest = NULL;
    for (size_t i = 0; i < d->step_count; i++)
        if (d->steps[i].step == step && (!latest || d->steps[i].round > latest->round))
            latest = &d->steps[i];
    return latest;
}

const struct approval_step *approval_step_open(const struct approval_dossier *d)
{
    for (size_t i = d->step_count; i > 0; i--)
        if (approval_is_open(d->steps[i - 1].state))
            return &d->steps[i - 1];
    return d->step_count ? &d->steps[d->step_count - 1] : NULL;
}

const struct approval_document *approval_find_document(const struct approval_dossier *d, struct id id)
{
    for (size_t i = 0; i < d->document_count; i++)
        if (id_eq(d->documents[i].id, id))
            return &d->documents[i];
    return NULL;
}

bool approval_has_appraised(const struct approval_dossier *d, const char *officer)
{
    for (size_t i = 0; i < d->appraiser_count; i++)
        if (strcmp(d->appraisers[i], officer) == 0)
            return true;
    return false;
}

/* wider gives a longer copy of an array that is full. */
static void *wider(struct arena *a, const void *items, size_t count, size_t *room, size_t size)
{
    *room = *room ? 2 * *room : 4;
    void *longer = arena_array(a, *room, size);
    if (count)
        memcpy(longer, items, count * size);
    return longer;
}

struct approval_step *approval_add_step(struct approval_dossier *d, struct arena *a)
{
    if (d->step_count == d->step_room)
        d->steps = wider(a, d->steps, d->step_count, &d->step_room, sizeof *d->steps);
    return &d->steps[d->step_count++];
}

struct approval_document *approval_add_document(struct approval_dossier *d, struct arena *a)
{
    if (d->document_count == d->document_room)
        d->documents = wider(a, d->documents, d->document_count, &d->document_room, sizeof *d->documents);
    return &d->documents[d->document_count++];
}

void approval_add_appraiser(struct approval_dossier *d, const char *officer, struct arena *a)
{
    if (d->appraiser_count == d->appraiser_room)
        d->appraisers = wider(a, d->appraisers, d->appraiser_count, &d->appraiser_room, sizeof *d->appraisers);
    d->appraisers[d->appraiser_count++] = officer;
}

/* ---- apply */

static struct approval_step *open_step(struct approval_dossier *d, int step, int round, const char *unit,
                                       enum approval_state state, struct arena *a)
{
    struct approval_step *s = approval_add_step(d, a);
    *s = (struct approval_step){.step = step,
                                .round = round,
                                .unit = unit,
                                .state = state,
                                .opened = true,
                                .changed = true,
                                .opened_at = INSTANT_NONE,
                                .decided_at = INSTANT_NONE,
                                .signed_at = INSTANT_NONE};
    return s;
}

static void move_step(struct approval_dossier *d, const struct approval_command *c, const struct approval_decision *x,
                      struct arena *a)
{
    struct approval_step *s = NULL;
    for (size_t i = 0; i < d->step_count; i++)
        if (d->steps[i].step == x->step && d->steps[i].round == x->round)
            s = &d->steps[i];
    if (!s)
        s = open_step(d, x->step, x->round, x->unit, (enum approval_state)x->edge->to, a);
    s->state = (enum approval_state)x->edge->to;
    s->changed = true;
    if (c->act == APPROVAL_ACT_APPRAISE) {
        s->opened_at = c->at;
        s->opinion = c->opinion;
        s->draft = c->document;
    } else if (c->act == APPROVAL_ACT_SIGN) {
        s->signer = x->signer;
        s->signed_at = c->at;
        s->signature = x->signature;
        s->document = x->document.id;
        s->mandate = x->mandate->code;
        if (x->expects_edge) /* s is not used behind this: the array may move */
            open_step(d, x->expects, 1, x->expects_unit, (enum approval_state)x->expects_edge->to, a);
    }
}

/* A decision is noted with who made it under which mandate; sending back is one too. */
static void note_decider(struct approval_dossier *d, const struct approval_decision *x, const char *decider)
{
    for (size_t i = 0; i < d->step_count; i++)
        if (d->steps[i].step == x->step && d->steps[i].round == x->round) {
            d->steps[i].outcome = x->outcome;
            d->steps[i].decider = decider;
            d->steps[i].decided_at = x->at;
            d->steps[i].mandate = x->mandate->code;
        }
}

struct approval_dossier *approval_apply(struct approval_dossier *d, const struct approval_command *c,
                                        const struct approval_decision *x, struct arena *a)
{
    if (c->act == APPROVAL_ACT_RECEIVE) {
        d = ARENA_NEW(a, struct approval_dossier);
        *d = c->received;
        d->changed = true;
    } else if (c->act == APPROVAL_ACT_FILE_DOCUMENT) {
        struct approval_document *document = approval_add_document(d, a);
        *document = c->document;
        document->changed = true;
    }
    if (x->appraised_anew)
        approval_add_appraiser(d, c->appraiser, a);
    if (x->edge)
        move_step(d, c, x, a);
    if (c->act == APPROVAL_ACT_GRANT || c->act == APPROVAL_ACT_REFUSE || c->act == APPROVAL_ACT_SEND_BACK)
        note_decider(d, x, x->mandate->officer);
    return d;
}
