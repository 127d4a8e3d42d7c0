/* SPDX-License-Identifier: Apache-2.0 */
/* The executor's functions: load, decide, save, emit. The table in lifecycle.c knows the difference between the acts.
 */
#include "services/return/commands.h"

#include <string.h>

#include "common/base/buf.h"
#include "common/base/log.h"
#include "common/domain/desk.h"
#include "common/domain/term.h"
#include "common/flow/facts.h"
#include "services/return/evidence.h"
#include "services/return/events.h"
#include "services/return/repo.h"
#include "services/return/return.h"

static void name_series(struct batch *b, const char *series, instant at)
{
    return_repo_name_series(b, series);
    batch_need_series(b, return_number_key(series, instant_civil(at).year, b->arena));
}

/* Only acts that name a series or a seal read it, and only a numbering may draw from a series; so do acts that an event
 * tells of. */
static void prepare(struct batch *b, const struct work *w)
{
    const struct return_command *c = w->command;
    if (w->origin == WORK_COMMAND && w->act == RETURN_ACT_NUMBER)
        name_series(b, c->series, b->now);
    else if (w->origin == WORK_COMMAND && w->act == RETURN_ACT_SEAL)
        return_repo_name_seal(b, c->seal);
    else if (w->origin != WORK_COMMAND && w->act == RETURN_ACT_SIGN && c && c->same_day) {
        name_series(b, c->same_day->returned->series, c->at);
        return_repo_name_seal(b, c->same_day->returned->seal);
    }
}

/* ---- dossiers */

/* take_number draws the number when nothing can refuse the act any more, so a refusal consumes none. */
static enum err_code take_number(struct item *i, struct return_decision *x, struct err *reterr)
{
    if (x->event != RETURN_EVENT_NUMBERED)
        return ERR_OK;
    struct arena *a = i->batch->arena;
    enum err_code rc =
        item_take_number(i, return_number_key(x->series->code, x->year, a), RETURN_NUMBER_MOST, &x->number, reterr);
    if (!rc)
        x->number_text = return_number_text(x->series->pattern, x->number, a);
    return rc;
}

static void emit(struct item *i, const struct return_dossier *d, const struct return_decision *x, instant at)
{
    struct return_decision *body = ARENA_NEW(i->batch->arena, struct return_decision);
    *body = *x;
    struct emission e = facts_emission(&d->facts);
    e.type = return_event_types[x->event];
    e.body = body;
    e.place = x->place;
    e.step = x->step;
    e.round = x->round;
    e.document = x->document.id;
    e.last = x->last;
    e.clock = x->timed ? &body->clock : NULL;
    e.notice = x->event == RETURN_EVENT_COLLECTION_REMINDED || x->warning != STEP_WARNING_NONE;
    if (x->same_day) {
        e.actor = x->same_day->officer;
        e.occurred_at = at;
    }
    item_emit(i, &e);
}

/* ---- what nobody comes for */

#define COLLECTION_TIMER "collection"
#define STEP_TIMER       "step"

/* A result that lies ready is watched until somebody has it, or it is archived; by the terms of the day since which it
 * lies there. A timer that is armed keeps its moment, whatever the terms become. */
static void watch_collection(struct item *i, const struct return_document *n, const struct return_decision *x)
{
    const struct catalogue *c = i->batch->catalogue;
    if (!return_is_result(x->outcome))
        return;
    if (x->event == RETURN_EVENT_READY || x->event == RETURN_EVENT_CAME_BACK ||
        (x->event == RETURN_EVENT_COLLECTION_REMINDED && x->reminder < return_reminders(n, c)))
        item_set_timer(i, COLLECTION_TIMER,
                       i->batch->now + term_value(c, TERM_COLLECTION_REMIND, instant_day(n->ready_at)) * INSTANT_DAY);
    else if (x->event == RETURN_EVENT_HANDED_OVER || x->unclaimed)
        item_clear_timer(i, COLLECTION_TIMER);
}

/* ---- the open step's time */

static void watch_step(struct item *i, const struct return_decision *x, instant was)
{
    item_move_timer(i, STEP_TIMER, was, return_watch_next(i->subject->state, i->batch->recorded_at),
                    x->warning != STEP_WARNING_NONE);
}

/* ---- answers */

static void answer_handing(struct buf *b, const struct return_document *n)
{
    buf_printf(b, ",\"delivery\":\"%s\"", delivery_name(n->delivery));
    if (n->handing.who != COLLECTOR_NONE)
        buf_printf(b, ",\"who\":\"%s\"", collector_name(n->handing.who));
    if (n->handing.paper != PROOF_NONE)
        buf_printf(b, ",\"paper\":\"%s\"", proof_name(n->handing.paper));
    if (!id_is_nil(n->handing.authorisation.id))
        buf_printf(b, ",\"authorisation\":\"%s\"", id_text(n->handing.authorisation.id).s);
    if (!id_is_nil(n->handing.collector.id))
        buf_printf(b, ",\"collector\":\"%s\"", id_text(n->handing.collector.id).s);
    if (n->handing.consignment) {
        buf_str(b, ",\"consignment\":");
        buf_json_str(b, n->handing.consignment);
    }
}

static void answer(struct item *i, const struct return_dossier *d, const struct return_decision *x)
{
    const struct return_document *n = return_find_document(d, x->document.id);
    struct buf b;
    buf_init(&b, 4096);
    buf_printf(&b, "{\"id\":\"%s\",\"code\":", id_text(d->facts.id).s);
    buf_json_str(&b, d->facts.code);
    buf_printf(&b, ",\"document\":\"%s\",\"outcome\":\"%s\",\"state\":\"%s\",\"step\":%d,\"round\":%d",
               id_text(n->handle.id).s, outcome_name(n->outcome), return_state_names[n->state], x->step, x->round);
    buf_str(&b, ",\"series\":");
    buf_json_str(&b, n->series);
    buf_printf(&b, ",\"year\":%d,\"number\":%lld,\"number_text\":", n->year, (long long)n->number);
    buf_json_str(&b, n->number_text);
    if (n->seal) {
        buf_str(&b, ",\"seal\":");
        buf_json_str(&b, n->seal);
    }
    if (return_hand_over(n)[0])
        buf_printf(&b, ",\"hand_over\":\"%s\"", return_hand_over(n));
    if (n->fault != HAND_OVER_FAULT_NONE)
        buf_printf(&b, ",\"hand_over_fault\":\"%s\"", hand_over_fault_name(n->fault));
    if (n->delivery != DELIVERY_NONE)
        answer_handing(&b, n);
    if (n->undelivered != UNDELIVERED_NONE)
        buf_printf(&b, ",\"came_back\":\"%s\"", undelivered_name(n->undelivered));
    buf_printf(&b, ",\"version\":%lld}", (long long)i->subject->version);
    item_answer(i, 200, arena_strdup(i->work->arena, buf_cstr(&b)));
    buf_release(&b);
}

/* take does one act: the table decides, the dossier follows, the others are told. */
static enum err_code take(struct item *i, const struct return_command *c, struct return_facts *f,
                          struct return_decision *ret, struct err *reterr)
{
    instant watched = return_watch_next(i->subject->state, i->batch->recorded_at);

    f->series = c->series ? return_repo_series(i->batch, c->series) : NULL;
    f->seal = c->seal ? return_repo_seal(i->batch, c->seal) : NULL;
    enum err_code rc = return_decide(i->subject->state, c, f, ret, reterr);
    if (!rc)
        rc = take_number(i, ret, reterr);
    if (rc)
        return rc;
    struct return_dossier *d = return_apply(i->subject->state, c, ret, i->batch->arena);
    i->subject->state = d;
    i->subject->touched = true;
    if (ret->edge)
        log_debug("%s document %s: %s -> %s: %s", d->facts.code, id_text(ret->document.id).s,
                  ret->edge->from == FSM_NOWHERE ? "-" : return_state_names[ret->edge->from],
                  return_state_names[ret->edge->to], ret->edge->why);
    watch_collection(i, return_find_document(d, ret->document.id), ret);
    watch_step(i, ret, watched);
    if (ret->event != RETURN_EVENT_NONE)
        emit(i, d, ret, c->at);
    return ERR_OK;
}

/* count_again moves the open step to where the calendar in use puts it, before the clock tells anything of it. Where
 * nothing is told then, only the timer moves. */
static enum err_code count_again(struct item *i, struct return_facts *f, struct err *reterr)
{
    const struct return_command c = {.act = RETURN_ACT_RECOUNT, .from_event = true, .at = f->now};
    struct return_decision x;

    return take(i, &c, f, &x, reterr);
}

/* What the officer at the counter did at once is taken as his acts, one after the other; the first that a rule forbids
 * is left to the queue, with its reason. */
static void take_at_once(struct item *i, const struct same_day *s, struct id document, instant at)
{
    struct return_dossier *d = i->subject->state;
    struct return_command acts[RETURN_AT_ONCE];
    struct return_facts f = {.catalogue = i->batch->catalogue,
                             .now = at,
                             .recorded_at = i->batch->recorded_at,
                             .actor = s->officer,
                             .actor_unit = d->facts.receiving_unit,
                             .actor_roles = s->roles};
    struct return_decision x;
    struct err err;

    return_at_once(s, document, at, acts);
    for (int n = 0; n < RETURN_AT_ONCE; n++) {
        enum err_code rc = return_at_once_may(&acts[n], &err);
        if (!rc)
            rc = take(i, &acts[n], &f, &x, &err);
        if (rc) {
            facts_forbid(&d->facts, return_act_names[acts[n].act], &err, i->batch->arena);
            return;
        }
    }
}

/* A refused act leaves the dossier as it was; that it was tried without its evidence is kept all the same. */
static void note_refused(struct item *i, const struct return_command *c, const struct return_facts *f,
                         enum err_code refusal)
{
    struct return_attempt attempt;

    if (!return_attempt_of(i->subject->state, c, f, refusal, &attempt))
        return;
    attempt.at = i->batch->recorded_at; /* a late entry is tried now */
    return_repo_note_refused(i->batch, i->work->command_id, &attempt);
}

static enum err_code decide_dossier(struct item *i, const struct return_command *c, struct return_facts *f,
                                    struct err *reterr)
{
    struct return_decision x;
    enum err_code rc = take(i, c, f, &x, reterr);

    if (rc) {
        note_refused(i, c, f, rc);
        return rc;
    }
    if (c->from_event && c->same_day && x.edge)
        take_at_once(i, c->same_day, x.document.id, c->at);
    if (!c->from_event)
        answer(i, i->subject->state, &x);
    return ERR_OK;
}

/* ---- seals and series */

/* An administrator need not have a post in the catalogue; without one the act was done at the office. */
static const char *place_of(const struct return_facts *f)
{
    struct desk desk;
    struct err ignored;
    if (desk_find(f->catalogue, f->actor, f->actor_unit, instant_day(f->now), &desk, &ignored))
        return PLACE_OFFICE;
    return desk.place;
}

static void recorded(struct item *i, const char *code, const char *unit, bool is_new, bool first,
                     struct return_decision *x)
{
    if (is_new) {
        i->subject->touched = true;
        item_emit(i,
                  &(struct emission){.type = return_event_types[x->event], .body = x, .place = x->place, .unit = unit});
    }
    struct buf b;
    buf_init(&b, 1024);
    buf_printf(&b, "{\"id\":\"%s\",\"%s\":", id_text(i->subject->id).s, i->subject->kind);
    buf_json_str(&b, code);
    buf_printf(&b, ",\"version\":%lld}", (long long)i->subject->version);
    item_answer(i, is_new && first ? 201 : 200, arena_strdup(i->work->arena, buf_cstr(&b)));
    buf_release(&b);
}

static enum err_code record_seal(struct item *i, const struct return_command *c, const struct return_facts *f,
                                 struct err *reterr)
{
    bool is_new = false, first = !i->subject->state;
    struct return_decision *x = ARENA_NEW(i->batch->arena, struct return_decision);
    enum err_code rc = return_seal_record(i->subject->state, &c->seal_record, f->catalogue, &is_new, reterr);
    if (rc)
        return rc;
    x->event = RETURN_EVENT_SEAL_RECORDED;
    x->place = place_of(f);
    if (is_new)
        i->subject->state = return_repo_put_seal(i->batch, &c->seal_record);
    x->seal = i->subject->state;
    recorded(i, c->seal_record.code, c->seal_record.unit, is_new, first, x);
    return ERR_OK;
}

static enum err_code record_series(struct item *i, const struct return_command *c, const struct return_facts *f,
                                   struct err *reterr)
{
    bool is_new = false, first = !i->subject->state;
    struct return_decision *x = ARENA_NEW(i->batch->arena, struct return_decision);
    enum err_code rc = return_series_record(i->subject->state, &c->series_record, f->catalogue, &is_new, reterr);
    if (rc)
        return rc;
    x->event = RETURN_EVENT_SERIES_RECORDED;
    x->place = place_of(f);
    if (is_new)
        i->subject->state = return_repo_put_series(i->batch, &c->series_record);
    x->series = i->subject->state;
    recorded(i, c->series_record.code, c->series_record.unit, is_new, first, x);
    return ERR_OK;
}

/* ---- the one way of all acts */

static const char *kind_of(enum return_act act)
{
    return act == RETURN_ACT_RECORD_SEAL ? RETURN_SEAL : act == RETURN_ACT_RECORD_SERIES ? RETURN_SERIES : DOSSIER;
}

static enum err_code fall_due(struct item *i, struct return_command *c, struct return_facts *f, struct err *reterr)
{
    struct trial trial = item_try(i);
    enum err_code rc = count_again(i, f, reterr);
    bool tells = !rc && return_watch_tells(i->subject->state, i->batch->now, &c->act);
    instant next = rc || tells ? INSTANT_NONE : return_watch_next(i->subject->state, i->batch->recorded_at);

    if (tells)
        rc = decide_dossier(i, c, f, reterr);
    if (rc || !tells)
        item_give_up(i, &trial);
    /* It has looked too early: the clock was set back, or the step's time has moved. */
    if (next != INSTANT_NONE)
        item_set_timer(i, STEP_TIMER, next);
    return rc;
}

static enum err_code decide(struct item *i, struct err *reterr)
{
    const struct work *w = i->work;
    struct batch *b = i->batch;
    /* A timer says nothing but its act, and nobody waits for an answer. */
    struct return_command c = w->command ? *(const struct return_command *)w->command
                                         : (struct return_command){.act = (enum return_act)w->act, .from_event = true};
    struct return_facts f = {.catalogue = b->catalogue,
                             .now = b->now,
                             .recorded_at = b->recorded_at,
                             .actor = w->actor.subject,
                             .actor_unit = w->actor.unit,
                             .actor_roles = w->actor.roles};

    if (strcmp(i->subject->kind, kind_of(c.act)) != 0)
        return dossier_unknown(false, reterr);
    if (!c.from_event || !w->command)
        c.at = b->now;
    if (w->origin == WORK_TIMER && c.act == RETURN_ACT_WARN)
        return fall_due(i, &c, &f, reterr);
    if (c.act == RETURN_ACT_RECORD_SEAL)
        return record_seal(i, &c, &f, reterr);
    if (c.act == RETURN_ACT_RECORD_SERIES)
        return record_series(i, &c, &f, reterr);
    return decide_dossier(i, &c, &f, reterr);
}

static void *copy(const char *kind, const void *state, struct arena *a)
{
    return strcmp(kind, DOSSIER) == 0 ? return_copy(state, a) : NULL;
}

static const struct timer_act timers[] = {
    {COLLECTION_TIMER, RETURN_ACT_REMIND}, {STEP_TIMER, RETURN_ACT_WARN}, {NULL, 0}};

const struct executor_ops return_ops = {
    .prepare = prepare,
    .ask = return_repo_ask,
    .take = return_repo_take,
    .begins = DOSSIER,
    .copy = copy,
    .ask_named = return_repo_ask_registers,
    .take_named = return_repo_take_registers,
    .decide = decide,
    .save = return_repo_save,
    .encode = return_encode,
    .timer_acts = timers,
};
