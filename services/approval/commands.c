/* SPDX-License-Identifier: Apache-2.0 */
/* The executor's functions: load, decide, save, emit. The table in lifecycle.c knows the difference between the acts.
 */
#include "services/approval/commands.h"

#include <string.h>

#include "common/base/buf.h"
#include "common/base/log.h"
#include "common/flow/facts.h"
#include "services/approval/approval.h"
#include "services/approval/events.h"
#include "services/approval/repo.h"

/* The mandate that a command names is loaded and locked with the batch, and so is the one of an act that an event tells
 * of. */
static void prepare(struct batch *b, const struct work *w)
{
    const struct approval_command *c = w->command;
    if (!c || (w->origin != WORK_COMMAND && w->act != APPROVAL_ACT_APPRAISE))
        return;
    const char *code = w->origin != WORK_COMMAND               ? (c->same_day ? c->same_day->mandate : NULL)
                       : c->act == APPROVAL_ACT_RECORD_MANDATE ? c->recorded.code
                                                               : c->mandate;
    if (code)
        approval_mandates_need(b, code);
}

/* ---- dossiers */

static void emit(struct item *i, const struct approval_dossier *d, const struct approval_decision *x)
{
    struct approval_decision *body = ARENA_NEW(i->batch->arena, struct approval_decision);
    *body = *x;
    struct emission e = facts_emission(&d->facts);
    e.type = approval_event_types[x->event];
    e.body = body;
    e.place = x->place;
    e.step = x->step;
    e.round = x->round;
    e.document = x->document.id;
    e.last = x->last;
    e.clock = x->timed ? &body->clock : NULL;
    e.notice = x->warning != STEP_WARNING_NONE;
    if (x->same_day) {
        e.actor = x->same_day->officer;
        e.occurred_at = x->at;
    }
    item_emit(i, &e);
}

static void answer(struct item *i, const struct approval_dossier *d, const struct approval_decision *x)
{
    struct buf b;
    buf_init(&b, 4096);
    buf_printf(&b, "{\"id\":\"%s\",\"code\":", id_text(d->facts.id).s);
    buf_json_str(&b, d->facts.code);
    buf_printf(&b, ",\"state\":\"%s\",\"step\":%d,\"round\":%d,\"mandate\":", approval_state_names[x->edge->to],
               x->step, x->round);
    buf_json_str(&b, x->mandate->code);
    if (x->outcome)
        buf_printf(&b, ",\"outcome\":\"%s\",\"last\":%s", outcome_name(x->outcome), x->last ? "true" : "false");
    if (x->event == APPROVAL_EVENT_SIGNED)
        buf_printf(&b, ",\"signed_at\":\"%s\"", instant_text(x->at).s);
    buf_printf(&b, ",\"version\":%lld}", (long long)i->subject->version);
    item_answer(i, 200, arena_strdup(i->work->arena, buf_cstr(&b)));
    buf_release(&b);
}

/* watch moves the timer of the pending step to when its watch looks next; one that has fired is set anew. */
static void watch(struct item *i, instant was)
{
    item_move_timer(i, "step", was, approval_watch_next(i->subject->state, i->batch->recorded_at),
                    i->work->origin == WORK_TIMER);
}

/* take does one act: the table decides, the dossier follows, the others are told. */
static enum err_code take(struct item *i, const struct approval_command *c, struct approval_facts *f,
                          struct approval_decision *ret, struct err *reterr)
{
    f->mandate = c->mandate ? approval_mandates_find(i->batch, c->mandate) : NULL;
    instant watched = approval_watch_next(i->subject->state, i->batch->recorded_at);
    enum err_code rc = approval_decide(i->subject->state, c, f, ret, reterr);
    if (rc)
        return rc;
    struct approval_dossier *d = approval_apply(i->subject->state, c, ret, i->batch->arena);
    i->subject->state = d;
    i->subject->touched = true;
    if (ret->edge)
        log_debug("%s step %d round %d: %s -> %s: %s", d->facts.code, ret->step, ret->round,
                  ret->edge->from == FSM_NOWHERE ? "-" : approval_state_names[ret->edge->from],
                  approval_state_names[ret->edge->to], ret->edge->why);
    if (ret->event != APPROVAL_EVENT_NONE)
        emit(i, d, ret);
    watch(i, watched);
    return ERR_OK;
}

/* count_again moves the pending step to where the calendar in use puts it, before the clock tells anything of it. Where
 * nothing is told then, only the timer moves. */
static enum err_code count_again(struct item *i, struct approval_facts *f, struct err *reterr)
{
    const struct approval_command c = {.act = APPROVAL_ACT_RECOUNT, .from_clock = true, .at = f->now};
    struct approval_decision x;

    return take(i, &c, f, &x, reterr);
}

/* What the officer at the counter did at once is taken as his acts, one after the other; the first that a rule forbids
 * is left to the approvers, with its reason. */
static void take_at_once(struct item *i, const struct same_day *s, instant at)
{
    struct approval_dossier *d = i->subject->state;
    struct approval_command acts[APPROVAL_AT_ONCE];
    struct approval_facts f = {.catalogue = i->batch->catalogue,
                               .now = at,
                               .recorded_at = i->batch->recorded_at,
                               .actor = s->officer,
                               .actor_unit = d->facts.receiving_unit,
                               .actor_roles = s->roles};
    struct approval_decision x;
    struct err err;
    int done = 0;
    enum err_code rc = approval_at_once(d, s, at, acts, &err);

    while (!rc && done < APPROVAL_AT_ONCE)
        if (!(rc = take(i, &acts[done], &f, &x, &err)))
            done++;
    if (rc)
        facts_forbid(&d->facts,
                     approval_act_names[done                        ? APPROVAL_ACT_SIGN
                                        : s->opinion == OPINION_FOR ? APPROVAL_ACT_GRANT
                                                                    : APPROVAL_ACT_REFUSE],
                     &err, i->batch->arena);
}

static enum err_code decide_dossier(struct item *i, struct approval_command *c, struct approval_facts *f,
                                    struct err *reterr)
{
    struct approval_decision x;
    enum err_code rc = take(i, c, f, &x, reterr);
    if (rc)
        return rc;
    if (c->act == APPROVAL_ACT_APPRAISE && c->same_day)
        take_at_once(i, c->same_day, c->at);
    if (!c->from_event && !c->from_clock)
        answer(i, i->subject->state, &x);
    return ERR_OK;
}

/* ---- mandates */

static enum err_code decide_mandate(struct item *i, const struct approval_command *c, const struct approval_facts *f,
                                    struct err *reterr)
{
    const struct approval_mandate *m = &c->recorded;
    bool anew;
    enum err_code rc =
        approval_mandate_record(approval_mandates_find(i->batch, m->code), m, f->catalogue, &anew, reterr);
    if (rc)
        return rc;
    if (anew) {
        approval_mandates_put(i->batch, i->subject, m);
        struct approval_decision *body = ARENA_NEW(i->batch->arena, struct approval_decision);
        *body = (struct approval_decision){.event = APPROVAL_EVENT_MANDATE_RECORDED,
                                           .mandate = approval_mandates_find(i->batch, m->code)};
        item_emit(i, &(struct emission){.type = approval_event_types[body->event],
                                        .body = body,
                                        .dossier_code = "",
                                        .place = "office",
                                        .unit = m->unit,
                                        .procedure = "",
                                        .process = "",
                                        .origin_reference = ""});
    }
    item_answer(i, anew ? 201 : 200,
                arena_printf(i->work->arena, "{\"mandate\":\"%s\",\"officer\":\"%s\",\"unit\":\"%s\",\"version\":%lld}",
                             m->code, m->officer, m->unit, (long long)i->subject->version));
    return ERR_OK;
}

static enum err_code fall_due(struct item *i, struct approval_command *c, struct approval_facts *f, struct err *reterr)
{
    struct trial trial = item_try(i);
    enum err_code rc = count_again(i, f, reterr);
    bool tells = !rc && approval_watch_tells(i->subject->state, i->batch->now, &c->act);
    instant next = rc || tells ? INSTANT_NONE : approval_watch_next(i->subject->state, i->batch->recorded_at);

    if (tells)
        rc = decide_dossier(i, c, f, reterr);
    if (rc || !tells)
        item_give_up(i, &trial);
    /* It has looked too early: the clock was set back, or the step's time has moved. */
    if (next != INSTANT_NONE)
        item_set_timer(i, "step", next);
    return rc;
}

static enum err_code decide(struct item *i, struct err *reterr)
{
    const struct work *w = i->work;
    struct approval_command c = {.act = (enum approval_act)w->act, .from_clock = w->origin == WORK_TIMER};
    struct approval_facts f = {.catalogue = i->batch->catalogue,
                               .now = i->batch->now,
                               .recorded_at = i->batch->recorded_at,
                               .actor = w->actor.subject,
                               .actor_unit = w->actor.unit,
                               .actor_roles = w->actor.roles};
    bool mandate = w->act == APPROVAL_ACT_RECORD_MANDATE;

    if (!c.from_clock)
        c = *(const struct approval_command *)w->command;
    if (strcmp(i->subject->kind, mandate ? APPROVAL_MANDATE : DOSSIER) != 0)
        return dossier_unknown(false, reterr);
    if (!c.from_event)
        c.at = i->batch->now;
    if (c.from_clock)
        return fall_due(i, &c, &f, reterr);
    return mandate ? decide_mandate(i, &c, &f, reterr) : decide_dossier(i, &c, &f, reterr);
}

static const struct timer_act timers[] = {{"step", APPROVAL_ACT_WARN}, {NULL, 0}};

static void *copy(const char *kind, const void *state, struct arena *a)
{
    return strcmp(kind, DOSSIER) == 0 ? approval_copy(state, a) : NULL;
}

const struct executor_ops approval_ops = {
    .prepare = prepare,
    .ask = approval_repo_ask,
    .take = approval_repo_take,
    .begins = DOSSIER,
    .copy = copy,
    .ask_named = approval_mandates_ask,
    .take_named = approval_mandates_take,
    .decide = decide,
    .save = approval_repo_save,
    .encode = approval_encode,
    .timer_acts = timers,
};
