/* SPDX-License-Identifier: Apache-2.0 */
/* The executor's functions: load, decide, save, emit. The table in lifecycle.c knows the difference between the acts.
 */
#include "services/appraisal/commands.h"

#include <string.h>

#include "common/base/buf.h"
#include "common/base/log.h"
#include "common/flow/facts.h"
#include "services/appraisal/appraisal.h"
#include "services/appraisal/events.h"
#include "services/appraisal/repo.h"

static void emit(struct item *i, const struct appraisal_dossier *d, const struct appraisal_decision *x, instant at)
{
    struct appraisal_decision *body = ARENA_NEW(i->batch->arena, struct appraisal_decision);
    *body = *x;
    struct emission e = facts_emission(&d->facts);
    e.type = appraisal_event_types[x->event];
    e.body = body;
    e.place = x->place;
    e.step = x->step;
    e.round = x->round;
    e.document = x->document.id;
    e.last = x->last;
    e.clock = x->timed ? &body->clock : NULL;
    e.follows = x->event == APPRAISAL_EVENT_PARTS_OPENED;
    e.notice = x->warning != STEP_WARNING_NONE || x->event == APPRAISAL_EVENT_BROKEN_OFF ||
               (i->work->origin == WORK_TIMER &&
                (x->event == APPRAISAL_EVENT_PART_LAPSED || x->event == APPRAISAL_EVENT_PARTS_OPENED));
    if (x->same_day) {
        e.actor = x->same_day->officer;
        e.occurred_at = at;
    }
    item_emit(i, &e);
}

/* Whose turn comes is told behind what made it come. What follows from the clock alone is no act of anybody. */
static void tell_turns(struct item *i, const struct appraisal_dossier *d, const struct appraisal_decision *x,
                       instant at)
{
    struct appraisal_decision turns = *x;
    turns.event = APPRAISAL_EVENT_PARTS_OPENED;
    turns.step = x->parts_step;
    turns.round = x->parts_round;
    turns.document = (struct document_handle){.id = id_nil};
    turns.last = turns.timed = false;
    turns.place = NULL;
    emit(i, d, &turns, at);
}

static void end_answer(struct item *i, const struct appraisal_decision *x, struct buf *b)
{
    if (x->event == APPRAISAL_EVENT_ANSWERED_LATE)
        buf_str(b, ",\"late\":true");
    buf_printf(b, ",\"version\":%lld}", (long long)i->subject->version);
    item_answer(i, 200, arena_strdup(i->work->arena, buf_cstr(b)));
    buf_release(b);
}

/* The part that a unit gave. */
static void answer_part(struct item *i, const struct appraisal_dossier *d, const struct appraisal_decision *x)
{
    struct buf b;
    buf_init(&b, 4096);
    buf_printf(&b, "{\"id\":\"%s\",\"code\":", id_text(d->facts.id).s);
    buf_json_str(&b, d->facts.code);
    buf_printf(&b,
               ",\"state\":\"%s\",\"step\":%d,\"round\":%d,\"unit\":", appraisal_part_state_names[x->parts[0].edge->to],
               x->parts_step, x->parts_round);
    buf_json_str(&b, x->asked);
    buf_str(&b, ",\"officer\":");
    buf_json_str(&b, x->officer);
    buf_printf(&b, ",\"part_due_at\":\"%s\",\"opinion\":\"%s\"", instant_text(x->due_at).s,
               appraisal_view_names[x->view]);
    end_answer(i, x, &b);
}

static void answer(struct item *i, const struct appraisal_dossier *d, const struct appraisal_decision *x)
{
    struct buf b;
    buf_init(&b, 4096);
    buf_printf(&b, "{\"id\":\"%s\",\"code\":", id_text(d->facts.id).s);
    buf_json_str(&b, d->facts.code);
    buf_printf(&b, ",\"state\":\"%s\",\"kind\":\"%s\",\"step\":%d,\"round\":%d,\"officer\":",
               appraisal_state_names[x->edge->to], step_kind_name((int)x->kind), x->step, x->round);
    buf_json_str(&b, x->officer);
    buf_printf(&b, ",\"step_due_at\":\"%s\"", instant_text(x->due_at).s);
    if (x->asked) {
        buf_str(&b, ",\"asked\":");
        buf_json_str(&b, x->asked);
    }
    if (x->event == APPRAISAL_EVENT_OPINION_ASKED)
        buf_printf(&b, ",\"part_due_at\":\"%s\"", instant_text(x->parts[0].due_at).s);
    if (x->opinion)
        buf_printf(&b, ",\"opinion\":\"%s\"", opinion_name(x->opinion));
    end_answer(i, x, &b);
}

/* The moment until which an asked unit answers is watched; the executor itself clears a timer that fired. */
static void watch(struct item *i, const struct appraisal_decision *x)
{
    if (x->event == APPRAISAL_EVENT_CONSULTATION_ASKED)
        item_set_timer(i, "answer", x->due_at);
    else if (x->moved && x->moved->state == APPRAISAL_CONSULTING)
        item_set_timer(i, "answer", x->watch.due_at);
    else if (x->event == APPRAISAL_EVENT_CONSULTED || x->event == APPRAISAL_EVENT_CONSULTATION_LAPSED ||
             (x->edge && x->edge->from == APPRAISAL_CONSULTING && x->edge->to == APPRAISAL_CANCELLED))
        item_clear_timer(i, "answer");
}

/* When the watches of the open step and of the parts beside it look next. */
struct looks {
    instant step, parts;
};

static struct looks looks_of(const struct item *i)
{
    const struct appraisal_dossier *d = i->subject->state;

    return (struct looks){.step = appraisal_watch_next(d, i->batch->recorded_at), .parts = appraisal_parts_next(d)};
}

/* watch_times moves the timers to when these watches look next; one that has fired is set anew. */
static void watch_times(struct item *i, struct looks was)
{
    const struct looks next = looks_of(i);
    bool fired = i->work->origin == WORK_TIMER;

    item_move_timer(i, "step", was.step, next.step, fired);
    item_move_timer(i, "part", was.parts, next.parts, fired);
}

/* take does one act: the table decides, the dossier follows, the others are told. */
static enum err_code take(struct item *i, const struct appraisal_command *c, const struct appraisal_facts *f,
                          struct appraisal_decision *ret, struct err *reterr)
{
    const struct looks looked = looks_of(i);
    enum err_code rc = appraisal_decide(i->subject->state, c, f, ret, reterr);
    if (rc)
        return rc;
    struct appraisal_dossier *d = appraisal_apply(i->subject->state, c, ret, i->batch->arena);
    i->subject->state = d;
    i->subject->touched = true;
    if (ret->edge) /* a step that is opened with it says so in its own row */
        log_debug("%s step %d round %d: %s -> %s: %s", d->facts.code, ret->step, ret->round,
                  ret->edge->from == FSM_NOWHERE ? "-" : appraisal_state_names[ret->edge->from],
                  appraisal_state_names[ret->edge->to], ret->edge->why);
    if (ret->event != APPRAISAL_EVENT_NONE)
        emit(i, d, ret, c->at);
    if (appraisal_parts_open(ret) && ret->event != APPRAISAL_EVENT_OPINION_ASKED)
        tell_turns(i, d, ret, c->at);
    watch(i, ret);
    watch_times(i, looked);
    return ERR_OK;
}

/* What the officer at the counter did at once is taken as his acts, one after the other; the first that a rule forbids
 * is left to the queue, with its reason. */
static void take_at_once(struct item *i, const struct same_day *s, instant at)
{
    struct appraisal_dossier *d = i->subject->state;
    struct appraisal_command acts[APPRAISAL_AT_ONCE];
    struct appraisal_facts f = {.catalogue = i->batch->catalogue,
                                .now = at,
                                .recorded_at = i->batch->recorded_at,
                                .actor = s->officer,
                                .actor_unit = d->facts.receiving_unit,
                                .actor_roles = s->roles};
    struct appraisal_decision x;
    struct err err;
    int done = 0;
    enum err_code rc = appraisal_at_once(d, s, at, acts, &err);

    while (!rc && done < APPRAISAL_AT_ONCE)
        if (!(rc = take(i, &acts[done], &f, &x, &err)))
            done++;
    if (rc)
        facts_forbid(&d->facts, appraisal_act_names[done ? APPRAISAL_ACT_CONCLUDE : APPRAISAL_ACT_ASSIGN], &err,
                     i->batch->arena);
}

/* Units that are asked at once have the same time: what is to be told of the others at this moment is told with the
 * first. */
static enum err_code take_parts(struct item *i, struct appraisal_command *c, const struct appraisal_facts *f,
                                struct appraisal_decision *ret, struct err *reterr)
{
    enum err_code rc = ERR_OK;

    while (!rc && appraisal_parts_tell(i->subject->state, f->now, &c->act))
        rc = take(i, c, f, ret, reterr);
    return rc;
}

/* count_again moves the open step to where the calendar in use puts it, before the clock tells anything of it. Where
 * nothing is told then, only the timer moves. */
static enum err_code count_again(struct item *i, const struct appraisal_facts *f, struct err *reterr)
{
    const struct appraisal_command c = {.act = APPRAISAL_ACT_RECOUNT, .from_clock = true, .at = f->now};
    struct appraisal_decision x;

    return take(i, &c, f, &x, reterr);
}

/* looked_early tells of a timer that has looked too early, and when it is to look again: the clock was set back, or the
 * time of what it is about has moved. When it has not, *act is what there is to do. */
static bool looked_early(const struct item *i, enum appraisal_act *act, instant *ret_next)
{
    const struct appraisal_dossier *d = i->subject->state;
    const struct appraisal_step *s = d ? appraisal_step_open(d) : NULL;

    *ret_next = INSTANT_NONE;
    if (*act == APPRAISAL_ACT_WARN) {
        if (appraisal_watch_tells(d, i->batch->now, act))
            return false;
        *ret_next = appraisal_watch_next(d, i->batch->recorded_at);
        return true;
    }
    if (*act == APPRAISAL_ACT_LAPSE_PART) {
        if (appraisal_parts_tell(d, i->batch->now, act))
            return false;
        *ret_next = appraisal_parts_next(d);
        return true;
    }
    if (s && s->state == APPRAISAL_CONSULTING)
        *ret_next = s->due_at;
    return *ret_next != INSTANT_NONE && *ret_next > i->batch->now;
}

static const char *timer_of(enum appraisal_act act)
{
    return act == APPRAISAL_ACT_LAPSE ? "answer" : act == APPRAISAL_ACT_LAPSE_PART ? "part" : "step";
}

static enum err_code fall_due(struct item *i, struct appraisal_command *c, const struct appraisal_facts *f,
                              struct err *reterr)
{
    struct trial trial = item_try(i);
    struct appraisal_decision x;
    instant next = INSTANT_NONE;
    const char *timer = timer_of(c->act);
    enum err_code rc = count_again(i, f, reterr);
    bool early = !rc && looked_early(i, &c->act, &next);

    if (!rc && !early)
        rc = take(i, c, f, &x, reterr);
    if (!rc && !early && strcmp(timer, "part") == 0)
        rc = take_parts(i, c, f, &x, reterr);
    if (rc || early)
        item_give_up(i, &trial);
    if (early && next != INSTANT_NONE)
        item_set_timer(i, timer, next);
    return rc;
}

static enum err_code decide(struct item *i, struct err *reterr)
{
    const struct work *w = i->work;
    struct batch *b = i->batch;
    struct appraisal_command c = {.act = (enum appraisal_act)w->act, .from_clock = w->origin == WORK_TIMER};
    struct appraisal_facts f = {.catalogue = b->catalogue,
                                .now = b->now,
                                .recorded_at = b->recorded_at,
                                .actor = w->actor.subject,
                                .actor_unit = w->actor.unit,
                                .actor_roles = w->actor.roles};
    struct appraisal_decision x;

    if (!c.from_clock)
        c = *(const struct appraisal_command *)w->command;
    if (strcmp(i->subject->kind, DOSSIER) != 0)
        return dossier_unknown(false, reterr);
    if (!c.from_event)
        c.at = b->now;
    if (c.from_clock)
        return fall_due(i, &c, &f, reterr);
    enum err_code rc = take(i, &c, &f, &x, reterr);
    if (rc)
        return rc;
    if (c.from_event && c.same_day)
        take_at_once(i, c.same_day, c.at);
    if (c.act == APPRAISAL_ACT_CONTRIBUTE)
        answer_part(i, i->subject->state, &x);
    else if (!c.from_event)
        answer(i, i->subject->state, &x);
    return ERR_OK;
}

static const struct timer_act timers[] = {
    {"answer", APPRAISAL_ACT_LAPSE}, {"part", APPRAISAL_ACT_LAPSE_PART}, {"step", APPRAISAL_ACT_WARN}, {NULL, 0}};

static void *copy(const char *kind, const void *state, struct arena *a)
{
    return strcmp(kind, DOSSIER) == 0 ? appraisal_copy(state, a) : NULL;
}

const struct executor_ops appraisal_ops = {
    .ask = appraisal_repo_ask,
    .take = appraisal_repo_take,
    .begins = DOSSIER,
    .copy = copy,
    .decide = decide,
    .save = appraisal_repo_save,
    .encode = appraisal_encode,
    .timer_acts = timers,
};
