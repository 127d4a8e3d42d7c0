/* SPDX-License-Identifier: Apache-2.0 */
/* The dossier as data: its words, its documents, and the one place where a decision changes them. */
#include "services/return/return.h"

#include <string.h>

const char *const return_state_names[] = {
#define X(symbol, name, vi) name,
    RETURN_STATES(X)
#undef X
        NULL};
const char *const return_act_names[] = {
#define X(symbol, name, vi) name,
    RETURN_ACTS(X)
#undef X
        NULL};
const char *const return_event_types[] = {
#define X(symbol, type) type,
    RETURN_EVENTS(X)
#undef X
        NULL};

int return_state_parse(const char *name)
{
    for (int i = 0; name && i < RETURN_STATE_COUNT; i++)
        if (strcmp(return_state_names[i], name) == 0)
            return i;
    return -1;
}

/* ---- documents of a dossier */

struct return_document *return_find_document(const struct return_dossier *d, struct id id)
{
    for (size_t i = 0; i < d->document_count; i++)
        if (id_eq(d->documents[i].id, id))
            return &d->documents[i];
    return NULL;
}

const struct return_document *return_document_open(const struct return_dossier *d, int step)
{
    for (size_t i = 0; i < d->document_count; i++)
        if (step ? d->documents[i].step == step : d->documents[i].state != RETURN_ARCHIVED)
            return &d->documents[i];
    return !step && d->document_count ? &d->documents[d->document_count - 1] : NULL;
}

const char *return_hand_over(const struct return_document *x)
{
    return x->taken_at != INSTANT_NONE ? "taken" : x->given_at != INSTANT_NONE ? "given" : "";
}

struct return_document *return_add_document(struct return_dossier *d, struct arena *a)
{
    if (d->document_count == d->document_room) {
        size_t room = d->document_room ? 2 * d->document_room : 2;
        struct return_document *wider = ARENA_ARRAY(a, room, struct return_document);
        if (d->document_count)
            memcpy(wider, d->documents, d->document_count * sizeof *wider);
        d->documents = wider;
        d->document_room = room;
    }
    return &d->documents[d->document_count++];
}

/* ---- apply */

/* opened_document makes the row of what was signed. */
static struct return_document *opened_document(struct return_dossier *d, const struct return_command *c,
                                               const struct return_decision *x, struct arena *a)
{
    struct return_document *n = return_add_document(d, a);
    *n = c->signed_;
    n->signed_step = c->step;
    n->unit = x->unit;
    n->issue_step = x->step;
    n->round = x->round;
    n->opened_at = c->at;
    n->numbered_at = n->sealed_at = n->given_at = n->taken_at = INSTANT_NONE;
    n->ready_at = n->handed_over_at = n->archived_at = INSTANT_NONE;
    n->opened = true;
    return n;
}

/* note keeps what the act of an edge leaves behind, beside the state. */
static void note(struct return_document *n, const struct return_command *c, const struct return_decision *x)
{
    switch (x->event) {
    case RETURN_EVENT_NUMBERED:
        n->series = x->series->code;
        n->year = x->year;
        n->number = x->number;
        n->number_text = x->number_text;
        n->numbered_by = x->actor;
        n->numbered_at = c->at;
        n->numbered = true;
        break;
    case RETURN_EVENT_SEALED:
        n->seal = x->seal->code;
        n->ordinal = x->seal->ordinal;
        n->keeper = x->actor;
        n->seal_place = x->place;
        n->sealed_at = c->at;
        n->sealed = true;
        break;
    case RETURN_EVENT_HAND_OVER_GIVEN:
        n->giver = x->actor;
        n->given_at = c->at;
        break;
    case RETURN_EVENT_HAND_OVER_TAKEN:
        n->taker = x->actor;
        n->taken_at = c->at;
        break;
    case RETURN_EVENT_READY:
        n->ready_at = c->at;
        break;
    case RETURN_EVENT_HANDED_OVER:
        n->delivery = x->delivery;
        n->handed_over_at = c->at;
        break;
    case RETURN_EVENT_ARCHIVED:
        n->archived_at = c->at;
        break;
    case RETURN_EVENT_NONE:
    case RETURN_EVENT_SEAL_RECORDED:
    case RETURN_EVENT_SERIES_RECORDED:
    case RETURN_EVENT_COUNT:
        break;
    }
}

struct return_dossier *return_apply(struct return_dossier *d, const struct return_command *c,
                                    const struct return_decision *x, struct arena *a)
{
    if (c->act == RETURN_ACT_RECEIVE) {
        d = ARENA_NEW(a, struct return_dossier);
        *d = c->received;
        d->changed = true;
    }
    if (!x->edge)
        return d;
    struct return_document *n = return_find_document(d, x->document);
    if (!n)
        n = opened_document(d, c, x, a);
    note(n, c, x);
    n->state = (enum return_state)x->edge->to;
    n->step = x->next_step;
    n->changed = true;
    return d;
}
