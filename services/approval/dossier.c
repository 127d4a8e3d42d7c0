/* SPDX-License-Identifier: Apache-2.0 */
/* The dossier as data: its words, its steps, and the one place where a decision changes it. */
#include "services/approval/approval.h"

#include <stdlib.h>

const char *const approval_state_names[] = {APPROVAL_STATES(WORD_NAME) NULL};
const char *const approval_state_vi[] = {APPROVAL_STATES(WORD_VI) NULL};
const char *const approval_act_names[] = {APPROVAL_ACTS(WORD_NAME) NULL};
const char *const approval_act_vi[] = {APPROVAL_ACTS(WORD_VI) NULL};
const char *const approval_event_types[] = {APPROVAL_EVENTS(WORD_CODE) NULL};
const char *const approval_reason_names[] = {APPROVAL_REASONS(WORD_CODE) NULL};

int approval_state_parse(const char *name)
{
    return words_find(approval_state_names, name);
}

bool approval_is_open(int state)
{
    return state != APPROVAL_SIGNED && state != APPROVAL_SENT_BACK && state != APPROVAL_STOPPED;
}

/* ---- steps of a dossier */

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
        if (approval_is_open((int)d->steps[i - 1].state))
            return &d->steps[i - 1];
    return d->step_count ? &d->steps[d->step_count - 1] : NULL;
}

bool approval_corrects(const struct approval_dossier *d, const struct approval_step *s)
{
    return d->facts.correction == CORRECTION_REQUESTED && s == approval_step_open(d);
}

struct approval_step *approval_add_step(struct approval_dossier *d, struct arena *a)
{
    d->steps = arena_room(a, d->steps, d->step_count, &d->step_room, sizeof *d->steps);
    return &d->steps[d->step_count++];
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
                                .due_at = INSTANT_NONE,
                                .near_at = INSTANT_NONE,
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
    if (c->act == APPROVAL_ACT_APPRAISE || c->act == APPROVAL_ACT_ENDORSE) {
        s->opened_at = c->at;
        s->due_at = x->due_at;
        s->near_at = x->near_at;
        s->opinion = c->opinion;
        s->draft = c->document;
    } else if (x->warning != STEP_WARNING_NONE) {
        s->warning = x->warning;
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

/* The last decision is signed: an earlier one would have opened the step behind it. Or it was withdrawn, or stopped. */
static bool has_ended(const struct approval_dossier *d)
{
    const struct approval_step *s = approval_step_open(d);

    return s && (s->state == APPROVAL_SIGNED || s->state == APPROVAL_STOPPED);
}

/* A paper that comes with what is asked is one of the dossier's. */
static void keep_paper(struct approval_dossier *d, const struct paper *paper, struct arena *a)
{
    struct paper kept = *paper;

    kept.filed = true;
    papers_add(&d->papers, &kept, a);
}

/* What comes behind the end has lapsed; a notice that is signed stands. */
static void ask_stop(struct approval_dossier *d, const struct approval_command *c, struct arena *a)
{
    keep_paper(d, &c->paper, a);
    if (!facts_ended(&d->facts))
        facts_ask_stop(&d->facts, has_ended(d) ? STOP_LAPSED : STOP_REQUESTED, c->ground, c->paper.handle.id);
    barred_add(&d->appraisers, c->appraiser, a);
}

/* It lies before the approver once more: the step that ended the dossier comes back to the open lists. */
static void ask_correction(struct approval_dossier *d, const struct approval_command *c, struct arena *a)
{
    facts_ask_correction(&d->facts, c->cause, c->document.id);
    barred_add(&d->appraisers, c->appraiser, a);
    for (size_t i = 0; i < d->step_count; i++)
        if (approval_corrects(d, &d->steps[i]))
            d->steps[i].changed = d->steps[i].reopened = true;
}

/* The date has moved; and what was waited for in vain has come, unless the notice is signed. */
static void take_supplement(struct approval_dossier *d, const struct approval_command *c)
{
    facts_move_due(&d->facts, c->due_at);
    if (c->on_paper)
        facts_come_on_paper(&d->facts);
    if (d->facts.stop == STOP_REQUESTED && d->facts.stop_ground == STOP_GROUND_NO_SUPPLEMENT)
        facts_stop(&d->facts, STOP_LAPSED);
}

/* The date has moved, and the time of the pending step when a period is left out of it or the calendar is another. */
static void move_due(struct approval_dossier *d, const struct approval_command *c, const struct approval_decision *x)
{
    if (c->due_at)
        facts_move_due(&d->facts, c->due_at);
    if (c->all_left_out)
        facts_leave_out_only(&d->facts, c->all_left_out);
    else if (c->left_out.until)
        facts_leave_out(&d->facts, c->left_out);
    if (!x->moved)
        return;
    struct approval_step *s = &d->steps[x->moved - d->steps];
    s->due_at = x->watch.due_at;
    s->near_at = x->watch.near_at;
    s->warning = x->watch.told;
    s->changed = true;
}

/* The approver's own, and the appraiser's whose opinion is against it. */
static void note_reasons(struct approval_dossier *d, const struct approval_command *c,
                         const struct approval_decision *x, struct arena *a)
{
    struct remark r = {.what = approval_event_types[x->event],
                       .step = x->step,
                       .by = x->by,
                       .at = c->at,
                       .reasons = x->reasons,
                       .reason_count = x->reason_count};

    if (c->act == APPROVAL_ACT_APPRAISE)
        r = (struct remark){.what = "Appraised",
                            .step = c->step,
                            .by = c->appraiser,
                            .at = c->at,
                            .reasons = c->reasons,
                            .reason_count = c->reason_count};
    remark_note(&d->remarks, &r, a);
}

struct approval_dossier *approval_apply(struct approval_dossier *d, const struct approval_command *c,
                                        const struct approval_decision *x, struct arena *a)
{
    if (c->act == APPROVAL_ACT_RECEIVE) {
        d = ARENA_NEW(a, struct approval_dossier);
        d->facts = c->received;
        d->facts.received = true;
        if (c->same_day) {
            struct paper draft = same_day_draft(c->same_day);
            papers_add(&d->papers, &draft, a);
        }
    } else if (c->act == APPROVAL_ACT_FILE_DOCUMENT) {
        keep_paper(d, &c->paper, a);
    } else if (c->act == APPROVAL_ACT_REQUEST_WITHDRAWAL) {
        keep_paper(d, &c->paper, a);
        facts_withdraw(&d->facts, has_ended(d) ? WITHDRAWAL_LAPSED : WITHDRAWAL_REQUESTED);
    } else if (c->act == APPROVAL_ACT_REQUEST_STOP) {
        ask_stop(d, c, a);
    } else if (c->act == APPROVAL_ACT_SIGN_STOP) {
        facts_stop(&d->facts, STOP_SIGNED);
    } else if (c->act == APPROVAL_ACT_REFUSE_STOP) {
        facts_stop(&d->facts, STOP_REFUSED);
    } else if (c->act == APPROVAL_ACT_REQUEST_CORRECTION) {
        ask_correction(d, c, a);
    } else if (c->act == APPROVAL_ACT_SIGN_CORRECTION) {
        facts_correct(&d->facts, CORRECTION_SIGNED);
    } else if (c->act == APPROVAL_ACT_REFUSE_CORRECTION) {
        facts_correct(&d->facts, CORRECTION_REFUSED);
    } else if (c->act == APPROVAL_ACT_REQUEST_EXTENSION) {
        keep_paper(d, &c->paper, a);
        facts_extend(&d->facts, EXTENSION_REQUESTED, c->paper.handle.id);
    } else if (c->act == APPROVAL_ACT_SIGN_APOLOGY) {
        facts_extend(&d->facts, EXTENSION_SIGNED, d->facts.apology);
    } else if (c->act == APPROVAL_ACT_REFUSE_EXTENSION) {
        facts_extend(&d->facts, EXTENSION_REFUSED, d->facts.apology);
    } else if (c->act == APPROVAL_ACT_GRANT_WITHDRAWAL) {
        facts_withdraw(&d->facts, WITHDRAWAL_GRANTED);
    } else if (c->act == APPROVAL_ACT_REFUSE_WITHDRAWAL) {
        facts_withdraw(&d->facts, WITHDRAWAL_REFUSED);
    } else if (c->act == APPROVAL_ACT_TAKE_SUPPLEMENT) {
        take_supplement(d, c);
    } else if (c->act == APPROVAL_ACT_MOVE_DUE || c->act == APPROVAL_ACT_RECOUNT) {
        move_due(d, c, x);
    } else if (c->appraiser) {
        barred_add(&d->appraisers, c->appraiser, a);
    }
    if (x->edge)
        move_step(d, c, x, a);
    if (c->act == APPROVAL_ACT_GRANT || c->act == APPROVAL_ACT_REFUSE || c->act == APPROVAL_ACT_SEND_BACK ||
        c->act == APPROVAL_ACT_GRANT_WITHDRAWAL || c->act == APPROVAL_ACT_SIGN_STOP)
        note_decider(d, x, x->mandate->officer);
    note_reasons(d, c, x, a);
    return d;
}

/* ---- copy */

static int by_step(const void *x, const void *y)
{
    const struct approval_step *a = x, *b = y;

    return a->step != b->step ? a->step - b->step : a->round - b->round;
}

struct approval_dossier *approval_copy(const struct approval_dossier *d, struct arena *a)
{
    struct approval_dossier *copy = ARENA_NEW(a, struct approval_dossier);

    copy->facts = facts_copy(&d->facts, a);
    copy->papers = papers_copy(&d->papers, a);
    copy->appraisers = barred_copy(&d->appraisers, a);
    copy->steps = ARENA_ARRAY(a, d->step_count, struct approval_step);
    copy->step_count = copy->step_room = d->step_count;
    for (size_t i = 0; i < d->step_count; i++) {
        struct approval_step *s = &copy->steps[i];

        *s = d->steps[i];
        s->unit = arena_strdup(a, s->unit);
        s->decider = arena_strdup(a, s->decider);
        s->signer = arena_strdup(a, s->signer);
        s->mandate = arena_strdup(a, s->mandate);
        s->opened = s->changed = s->reopened = false;
    }
    qsort(copy->steps, copy->step_count, sizeof *copy->steps, by_step);
    return copy;
}
