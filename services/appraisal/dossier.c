/* SPDX-License-Identifier: Apache-2.0 */
/* The dossier as data: its words, its steps, and the one place where a decision changes it. */
#include "services/appraisal/appraisal.h"

#include <stdlib.h>
#include <string.h>

const char *const appraisal_state_names[] = {APPRAISAL_STATES(WORD_NAME) NULL};
const char *const appraisal_state_vi[] = {APPRAISAL_STATES(WORD_VI) NULL};
const char *const appraisal_act_names[] = {APPRAISAL_ACTS(WORD_NAME) NULL};
const char *const appraisal_act_vi[] = {APPRAISAL_ACTS(WORD_VI) NULL};
const char *const appraisal_event_types[] = {APPRAISAL_EVENTS(WORD_CODE) NULL};
const char *const appraisal_reason_names[] = {APPRAISAL_REASONS(WORD_CODE) NULL};
const char *const appraisal_ground_names[] = {APPRAISAL_GROUNDS(WORD_CODE) NULL};

int appraisal_state_parse(const char *name)
{
    return words_find(appraisal_state_names, name);
}

bool appraisal_is_open(int state)
{
    return state == APPRAISAL_QUEUED || state == APPRAISAL_ASSIGNED || state == APPRAISAL_VERIFYING ||
           state == APPRAISAL_CONSULTING || state == APPRAISAL_AWAITING_SUPPLEMENT;
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

/* move_step puts a step in its round into a state; one that is not there yet is opened. */
/* `to` says where it goes, and of a step that opens until when it is allowed. */
static struct appraisal_step *move_step(struct appraisal_dossier *d, const struct appraisal_step *to, instant at,
                                        struct arena *a)
{
    for (size_t i = 0; i < d->step_count; i++)
        if (d->steps[i].step == to->step && d->steps[i].round == to->round) {
            d->steps[i].state = to->state;
            d->steps[i].changed = true;
            return &d->steps[i];
        }
    struct appraisal_step *s = appraisal_add_step(d, a);
    *s = *to;
    s->opened = s->changed = true;
    s->opened_at = at;
    s->assigned_at = s->ended_at = s->asked_at = s->answered_at = INSTANT_NONE;
    return s;
}

/* note_verification keeps it with its step, in the order in which they were. */
static void note_verification(struct appraisal_step *s, const struct appraisal_decision *x, struct arena *a)
{
    struct appraisal_verification **end = &s->verifications, *v = ARENA_NEW(a, struct appraisal_verification);
    while (*end)
        end = &(*end)->next;
    *v = *x->verification;
    v->number = ++s->verified;
    v->minutes = x->document.id;
    v->next = NULL;
    *end = v;
}

/* note writes down what the event says of the step that moved. */
static void note(struct appraisal_step *s, const struct appraisal_decision *x, instant at, struct arena *a)
{
    switch (x->event) {
    case APPRAISAL_EVENT_ASSIGNED:
        s->officer = x->officer;
        s->due_at = x->due_at; /* by the calendar in use, and so its warning */
        s->near_at = x->near_at;
        s->assigned_at = at;
        break;
    case APPRAISAL_EVENT_VERIFIED:
        note_verification(s, x, a);
        s->document = x->document.id;
        s->ended_at = at;
        break;
    case APPRAISAL_EVENT_VERIFIED_BESIDE:
        note_verification(s, x, a);
        break;
    case APPRAISAL_EVENT_CONSULTATION_ASKED:
        s->asked = x->asked;
        s->asked_anew = true;
        s->asked_at = at;
        s->due_at = x->due_at;
        s->near_at = x->near_at;
        s->warning = STEP_WARNING_NONE; /* the asked unit was told nothing yet */
        break;
    case APPRAISAL_EVENT_NEAR:
    case APPRAISAL_EVENT_PASSED:
        s->warning = x->warning;
        break;
    case APPRAISAL_EVENT_CONSULTED:
        s->document = x->document.id;
        s->ended_at = at;
        break;
    case APPRAISAL_EVENT_ANSWERED_LATE:
        s->document = x->document.id;
        s->answered_at = at;
        break;
    case APPRAISAL_EVENT_CONSULTATION_LAPSED:
    case APPRAISAL_EVENT_BROKEN_OFF:
        s->ended_at = at;
        break;
    case APPRAISAL_EVENT_SUPPLEMENT_ASKED:
        s->opinion = x->opinion;
        s->document = x->document.id;
        break;
    case APPRAISAL_EVENT_APPRAISED:
    case APPRAISAL_EVENT_ENDORSED:
    case APPRAISAL_EVENT_DRAFT_RETURNED:
        s->officer = x->officer;
        s->due_at = x->due_at;
        s->ended_at = at;
        s->opinion = x->opinion;
        s->document = x->document.id;
        break;
    case APPRAISAL_EVENT_NONE:
        if (s->state == APPRAISAL_SUPPLEMENTED || s->state == APPRAISAL_CANCELLED)
            s->ended_at = at;
        break;
    case APPRAISAL_EVENT_OPINION_ASKED: /* no step moves with these */
    case APPRAISAL_EVENT_PARTS_OPENED:
    case APPRAISAL_EVENT_CONTRIBUTED:
    case APPRAISAL_EVENT_PART_LAPSED:
    case APPRAISAL_EVENT_COUNT:
        break;
    }
}

/* The time of the open step has moved. */
static void move_watch(struct appraisal_dossier *d, const struct appraisal_decision *x)
{
    struct appraisal_step *s = &d->steps[x->moved - d->steps];

    s->due_at = x->watch.due_at;
    s->near_at = x->watch.near_at;
    s->warning = x->watch.told;
    s->changed = true;
}

/* What kept silent in the steps between two decisions is decided without, or, when the later one goes back, not yet. */
static void note_decided(struct appraisal_dossier *d, int from, int to, bool decided)
{
    for (size_t i = 0; i < d->step_count; i++) {
        struct appraisal_step *s = &d->steps[i];
        if (s->state != APPRAISAL_UNANSWERED || s->step <= from || s->step >= to || s->decided == decided)
            continue;
        s->decided = decided;
        s->changed = true;
    }
    appraisal_parts_decided(d, from, to, decided);
}

/* The officer's own, and the approver's who sent it back. */
static void note_reasons(struct appraisal_dossier *d, const struct appraisal_command *c,
                         const struct appraisal_decision *x, struct arena *a)
{
    struct remark r = {.what = appraisal_event_types[x->event],
                       .step = x->step ? x->step : x->parts_step,
                       .by = x->by,
                       .at = c->at,
                       .reasons = x->reasons,
                       .reason_count = x->reason_count};

    if (c->act == APPRAISAL_ACT_SEND_BACK)
        r = (struct remark){.what = "SentBack",
                            .step = c->step,
                            .by = c->approver,
                            .at = c->at,
                            .reasons = c->reasons,
                            .reason_count = c->reason_count};
    remark_note(&d->remarks, &r, a);
}

struct appraisal_dossier *appraisal_apply(struct appraisal_dossier *d, const struct appraisal_command *c,
                                          const struct appraisal_decision *x, struct arena *a)
{
    if (c->act == APPRAISAL_ACT_RECEIVE) {
        d = ARENA_NEW(a, struct appraisal_dossier);
        d->facts = c->received;
        d->facts.received = true;
        if (c->same_day) {
            struct paper draft = same_day_draft(c->same_day);
            papers_add(&d->papers, &draft, a);
        }
    } else if (c->act == APPRAISAL_ACT_FILE_DOCUMENT) {
        struct paper kept = c->paper;
        kept.filed = true;
        papers_add(&d->papers, &kept, a);
    }
    if (c->act == APPRAISAL_ACT_MEET_OBLIGATION || c->act == APPRAISAL_ACT_TAKE_SUPPLEMENT ||
        c->act == APPRAISAL_ACT_MOVE_DUE || (c->act == APPRAISAL_ACT_RECOUNT && c->due_at))
        facts_move_due(&d->facts, c->due_at);
    if (c->on_paper)
        facts_come_on_paper(&d->facts);
    if (c->all_left_out)
        facts_leave_out_only(&d->facts, c->all_left_out);
    else if (c->left_out.until)
        facts_leave_out(&d->facts, c->left_out);
    if (x->moved)
        move_watch(d, x);
    if (c->act == APPRAISAL_ACT_WITHDRAW)
        facts_withdraw(&d->facts, WITHDRAWAL_GRANTED);
    if (c->act == APPRAISAL_ACT_STOP)
        facts_stop(&d->facts, STOP_SIGNED);
    if (c->approver)
        barred_add(&d->approvers, c->approver, a);
    if (c->act == APPRAISAL_ACT_DECIDE || c->act == APPRAISAL_ACT_SIGN)
        note_decided(d, 0, c->step, true);
    else if (c->act == APPRAISAL_ACT_SEND_BACK)
        note_decided(d, x->undecided, c->step, false);
    if (x->edge) {
        const struct appraisal_step to = {.step = x->step,
                                          .round = x->round,
                                          .kind = x->kind,
                                          .unit = x->unit,
                                          .due_at = x->due_at,
                                          .near_at = x->near_at,
                                          .state = (enum appraisal_state)x->edge->to};
        note(move_step(d, &to, c->at, a), x, c->at, a);
    }
    if (x->opens_edge) {
        const struct appraisal_step to = {.step = x->opens,
                                          .round = x->opens_round,
                                          .kind = x->opens_kind,
                                          .unit = x->opens_unit,
                                          .due_at = x->opens_due,
                                          .near_at = x->opens_near,
                                          .state = (enum appraisal_state)x->opens_edge->to};
        move_step(d, &to, c->at, a);
    }
    appraisal_move_parts(d, x, a);
    note_reasons(d, c, x, a);
    return d;
}

/* ---- copy */

static int by_step(const void *x, const void *y)
{
    const struct appraisal_step *a = x, *b = y;

    return a->step != b->step ? a->step - b->step : a->round - b->round;
}

struct appraisal_dossier *appraisal_copy(const struct appraisal_dossier *d, struct arena *a)
{
    struct appraisal_dossier *copy = ARENA_NEW(a, struct appraisal_dossier);

    copy->facts = facts_copy(&d->facts, a);
    copy->papers = papers_copy(&d->papers, a);
    copy->approvers = barred_copy(&d->approvers, a);
    copy->steps = ARENA_ARRAY(a, d->step_count, struct appraisal_step);
    copy->step_count = copy->step_room = d->step_count;
    for (size_t i = 0; i < d->step_count; i++) {
        struct appraisal_step *s = &copy->steps[i];

        *s = d->steps[i];
        s->unit = arena_strdup(a, s->unit);
        s->officer = arena_strdup(a, s->officer);
        s->asked = arena_strdup(a, s->asked);
        s->verifications = NULL;
        s->opened = s->changed = s->asked_anew = false;
    }
    qsort(copy->steps, copy->step_count, sizeof *copy->steps, by_step);
    appraisal_copy_parts(copy, d, a);
    return copy;
}
