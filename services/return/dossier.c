/* SPDX-License-Identifier: Apache-2.0 */
/* The dossier as data: its words, its documents, and the one place where a decision changes them. */
#include "services/return/return.h"

#include "common/domain/term.h"

const char *const return_state_names[] = {RETURN_STATES(WORD_NAME) NULL};
const char *const return_state_vi[] = {RETURN_STATES(WORD_VI) NULL};
const char *const return_act_names[] = {RETURN_ACTS(WORD_NAME) NULL};
const char *const return_act_vi[] = {RETURN_ACTS(WORD_VI) NULL};
const char *const return_event_types[] = {RETURN_EVENTS(WORD_CODE) NULL};

int return_state_parse(const char *name)
{
    return words_find(return_state_names, name);
}

bool return_is_open(int state)
{
    return state != RETURN_ARCHIVED && state != RETURN_UNCLAIMED;
}

bool return_is_result(int outcome)
{
    return outcome == OUTCOME_GRANTED || outcome == OUTCOME_REFUSED;
}

int return_reminders(const struct return_document *n, const struct catalogue *c)
{
    return term_value(c, TERM_COLLECTION_REMINDERS, instant_day(n->ready_at));
}

bool return_is_collected(int outcome)
{
    return return_is_result(outcome) || outcome == OUTCOME_CORRECTION;
}

bool return_ends(int outcome)
{
    return return_is_result(outcome) || outcome == OUTCOME_STOPPED;
}

/* ---- documents of a dossier */

struct return_document *return_find_document(const struct return_dossier *d, struct id id)
{
    for (size_t i = 0; i < d->document_count; i++)
        if (id_eq(d->documents[i].handle.id, id))
            return &d->documents[i];
    return NULL;
}

const struct return_document *return_document_open(const struct return_dossier *d, int step)
{
    const struct return_document *archived = NULL;

    for (size_t i = 0; i < d->document_count; i++) {
        const struct return_document *x = &d->documents[i];
        if (step && x->step != step)
            continue;
        if (return_is_open((int)x->state))
            return x;
        if (!archived || return_ends(x->outcome))
            archived = x;
    }
    return archived;
}

const struct return_document *return_result(const struct return_dossier *d)
{
    for (size_t i = 0; i < d->document_count; i++)
        if (return_is_result(d->documents[i].outcome))
            return &d->documents[i];
    return NULL;
}

const char *return_hand_over(const struct return_document *x)
{
    return x->taken_at != INSTANT_NONE     ? "taken"
           : x->given_at != INSTANT_NONE   ? "given"
           : x->refused_at != INSTANT_NONE ? "refused"
                                           : "";
}

struct return_document *return_add_document(struct return_dossier *d, struct arena *a)
{
    d->documents = arena_room(a, d->documents, d->document_count, &d->document_room, sizeof *d->documents);
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
    n->step_opened_at = n->step_due_at = n->step_near_at = INSTANT_NONE;
    n->numbered_at = n->sealed_at = n->given_at = n->taken_at = n->refused_at = INSTANT_NONE;
    n->ready_at = n->handed_over_at = n->archived_at = n->came_back_at = n->unclaimed_at = INSTANT_NONE;
    n->opened = true;
    return n;
}

/* handed_over keeps how it was delivered. */
static void handed_over(struct return_document *n, const struct return_command *c, const struct return_decision *x)
{
    n->delivery = x->delivery;
    n->handing = c->handing;
    n->handing.authorisation = (struct document_handle){.id = c->handing.authorisation.id};
    n->handing.collector = (struct document_handle){.id = c->handing.collector.id};
    n->handed_over_at = c->at;
}

/* came_back undoes that: it lies at the counter from now on, as if it had never left it. */
static void came_back(struct return_document *n, const struct return_command *c)
{
    n->undelivered = c->undelivered;
    n->came_back_at = n->ready_at = c->at;
    n->delivery = DELIVERY_NONE;
    n->handing = (struct return_handing){.consignment = NULL};
    n->reminders = 0;
    n->handed_over_at = n->archived_at = n->unclaimed_at = INSTANT_NONE;
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
    case RETURN_EVENT_APOLOGY_ISSUED:
    case RETURN_EVENT_NOTICE_ISSUED:
    case RETURN_EVENT_CORRECTION_ISSUED:
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
        n->fault = HAND_OVER_FAULT_NONE;
        n->refuser = NULL;
        n->refused_at = INSTANT_NONE;
        break;
    case RETURN_EVENT_HAND_OVER_REFUSED:
        n->giver = NULL;
        n->given_at = INSTANT_NONE;
        n->fault = x->fault;
        n->refuser = x->actor;
        n->refused_at = c->at;
        break;
    case RETURN_EVENT_HAND_OVER_TAKEN:
        n->taker = x->actor;
        n->taken_at = c->at;
        break;
    case RETURN_EVENT_READY:
        n->ready_at = c->at;
        break;
    case RETURN_EVENT_HANDED_OVER:
    case RETURN_EVENT_APOLOGY_HANDED_OVER:
    case RETURN_EVENT_NOTICE_HANDED_OVER:
    case RETURN_EVENT_CORRECTION_HANDED_OVER:
        handed_over(n, c, x);
        break;
    case RETURN_EVENT_CAME_BACK:
        came_back(n, c);
        break;
    case RETURN_EVENT_COLLECTION_REMINDED:
        n->reminders = x->reminder;
        break;
    case RETURN_EVENT_NEAR:
    case RETURN_EVENT_PASSED:
        n->step_warning = x->warning;
        break;
    case RETURN_EVENT_ARCHIVED:
        *(x->unclaimed ? &n->unclaimed_at : &n->archived_at) = c->at;
        break;
    case RETURN_EVENT_NONE:
    case RETURN_EVENT_SEAL_RECORDED:
    case RETURN_EVENT_SERIES_RECORDED:
    case RETURN_EVENT_COUNT:
        break;
    }
}

/* The date has moved, and the time of the result's open step when a period is left out of it or the calendar is
 * another.
 */
static void move_due(struct return_dossier *d, const struct return_command *c, const struct return_decision *x)
{
    if (c->due_at)
        facts_move_due(&d->facts, c->due_at);
    if (c->all_left_out)
        facts_leave_out_only(&d->facts, c->all_left_out);
    else if (c->left_out.until)
        facts_leave_out(&d->facts, c->left_out);
    if (!x->moved)
        return;
    struct return_document *n = return_find_document(d, x->moved->handle.id);
    n->step_due_at = x->watch.due_at;
    n->step_near_at = x->watch.near_at;
    n->step_warning = x->watch.told;
    n->changed = true;
}

struct return_dossier *return_apply(struct return_dossier *d, const struct return_command *c,
                                    const struct return_decision *x, struct arena *a)
{
    if (c->act == RETURN_ACT_RECEIVE) {
        d = ARENA_NEW(a, struct return_dossier);
        d->facts = c->received;
        d->facts.received = true;
        d->fees = c->fees;
    }
    if (c->act == RETURN_ACT_MOVE_DUE || c->act == RETURN_ACT_RECOUNT)
        move_due(d, c, x);
    if (c->on_paper)
        facts_come_on_paper(&d->facts);
    if (c->supplemented)
        return_fees_supplemented(&d->fees);
    if (c->act == RETURN_ACT_SETTLE_FEE)
        return_fees_settle(&d->fees, c->fee);
    if (c->act == RETURN_ACT_FILE_DOCUMENT &&
        (c->filed.kind == DOCUMENT_AUTHORISATION || c->filed.kind == DOCUMENT_COLLECTOR))
        papers_add(&d->brought, &(struct paper){.handle = c->filed.handle, .kind = c->filed.kind, .filed = true}, a);
    if (!x->edge)
        return d;
    struct return_document *n = return_find_document(d, x->document.id);
    if (!n)
        n = opened_document(d, c, x, a);
    note(n, c, x);
    n->reopened |= x->edge->from != FSM_NOWHERE && !return_is_open(x->edge->from) && return_is_open(x->edge->to);
    n->state = (enum return_state)x->edge->to;
    if (x->opens || x->event == RETURN_EVENT_READY) {
        n->step_opened_at = x->opens ? c->at : INSTANT_NONE;
        n->step_due_at = x->next_due;
        n->step_near_at = x->next_near;
        n->step_warning = STEP_WARNING_NONE;
    }
    n->step = x->next_step;
    n->changed = true;
    return d;
}

/* ---- copy */

struct return_dossier *return_copy(const struct return_dossier *d, struct arena *a)
{
    struct return_dossier *copy = ARENA_NEW(a, struct return_dossier);

    copy->facts = facts_copy(&d->facts, a);
    copy->brought = papers_copy(&d->brought, a);
    copy->fees = return_fees_copy(&d->fees, a);
    copy->documents = ARENA_ARRAY(a, d->document_count, struct return_document);
    copy->document_count = copy->document_room = d->document_count;
    for (size_t i = 0; i < d->document_count; i++) {
        struct return_document *x = &copy->documents[i];

        *x = d->documents[i];
        x->signer = arena_strdup(a, x->signer);
        x->mandate = arena_strdup(a, x->mandate);
        x->unit = arena_strdup(a, x->unit);
        x->series = arena_strdup(a, x->series);
        x->number_text = arena_strdup(a, x->number_text);
        x->numbered_by = arena_strdup(a, x->numbered_by);
        x->seal = arena_strdup(a, x->seal);
        x->keeper = arena_strdup(a, x->keeper);
        x->seal_place = arena_strdup(a, x->seal_place);
        x->giver = arena_strdup(a, x->giver);
        x->taker = arena_strdup(a, x->taker);
        x->refuser = arena_strdup(a, x->refuser);
        x->handing.consignment = arena_strdup(a, x->handing.consignment);
        x->opened = x->numbered = x->sealed = x->changed = x->reopened = false;
    }
    return copy;
}
