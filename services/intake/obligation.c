/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The financial obligation (nghĩa vụ tài chính): from the notice of the tax office until it is paid both clocks pause
 * (Decision 766/2022, status 6). Nothing else that is to be paid stops them; a fee never does.
 */
#include "common/domain/desk.h"
#include "services/intake/intake.h"
#include "services/intake/rules.h"

/* clang-format off */
#define PAY(from_, on_, to_, why_)                                                                                     \
    {.from = INTAKE_OBLIGATION_##from_, .on = INTAKE_##on_, .to = INTAKE_OBLIGATION_##to_, .why = why_}

static const struct fsm_edge payments[] = {
    PAY(EXPECTED, OPEN_OBLIGATION, NOTIFIED, "the notice of the tax office is here"),
    PAY(NOTIFIED, MEET_OBLIGATION, MET,      "the citizen has met it"),
};
/* clang-format on */

const char *const intake_obligation_state_names[] = {INTAKE_OBLIGATION_STATE_MAP(WORD_NAME) NULL};
static const char *const state_vis[] = {INTAKE_OBLIGATION_STATE_MAP(WORD_VI)};

const struct fsm intake_obligation_fsm = {
    .name = "intake-obligation",
    .rows = payments,
    .count = COUNT_OF(payments),
    .stride = sizeof(struct fsm_edge),
    .states = intake_obligation_state_names,
    .state_count = INTAKE_OBLIGATION_STATE_COUNT,
    .acts = intake_act_names,
    .act_count = INTAKE_ACT_COUNT,
    .states_vi = state_vis,
    .acts_vi = intake_act_vis,
    .initial = INTAKE_OBLIGATION_EXPECTED,
};

int intake_obligation_state_parse(const char *name)
{
    return words_find(intake_obligation_state_names, name);
}

/* find gives the obligation that is meant: the step named, or the one that is not met yet. */
static enum err_code find(const struct intake_dossier *d, int step, int *ret, struct err *reterr)
{
    for (int i = d->obligation_count - 1; i >= 0; i--)
        if (step ? d->obligations[i].step == step : d->obligations[i].state != INTAKE_OBLIGATION_MET) {
            *ret = i;
            return ERR_OK;
        }
    if (step)
        return err_say(reterr, ERR_INVALID, "step",
                       "bước %d không phải là bước nghĩa vụ tài chính đang mở của hồ sơ này",
                       "step %d is no open obligation of this dossier", step);
    return err_say(reterr, ERR_ILLEGAL_MOVE, "step", "hồ sơ này không có nghĩa vụ tài chính nào đang mở",
                   "no obligation of this dossier is open");
}

static enum err_code refuse_move(const struct intake_obligation *o, enum intake_act act, const struct intake_facts *f,
                                 struct err *reterr)
{
    struct fsm_child child = {.field = "step",
                              .vi = arena_printf(f->arena, "nghĩa vụ tài chính của bước %d", o->step),
                              .en = arena_printf(f->arena, "the obligation of step %d", o->step)};

    return fsm_refuse_child(&intake_obligation_fsm, (int)o->state, (int)act, &child, reterr);
}

/* move takes the obligation one row further in its own table, by an officer whose step it is. */
static enum err_code move(enum intake_act act, const struct intake_notice *c, const struct intake_facts *f,
                          struct intake_decision *ret, struct intake_obligation **ret_obligation, struct err *reterr)
{
    struct intake_dossier *d = &ret->next;
    const struct process *p = catalogue_process_version(f->catalogue, d->process, d->process_version);
    struct desk desk;
    int i;
    enum err_code rc = find(d, c->step, &i, reterr);

    if (rc)
        return rc;
    struct intake_obligation *o = &d->obligations[i];
    const struct fsm_edge *e = fsm_next(&intake_obligation_fsm, (int)o->state, (int)act, NULL);
    if (!e)
        return refuse_move(o, act, f, reterr);
    rc = desk_find(f->catalogue, f->actor, f->actor_unit, instant_day(f->now), &desk, reterr);
    if (!rc)
        rc = desk_may_do(&desk, process_step(p, o->step), d->unit, d->receiving_unit, reterr);
    if (rc)
        return rc;
    o->state = (enum intake_obligation_state)e->to;
    ret->obligation = i;
    ret->step = o->step;
    ret->round = o->round;
    ret->place = desk.place;
    *ret_obligation = o;
    return ERR_OK;
}

enum err_code intake_may_open_obligation(const struct intake_notice *c, const struct intake_facts *f,
                                         struct intake_decision *ret, struct err *reterr)
{
    struct intake_obligation *o;
    enum err_code rc = move(INTAKE_OPEN_OBLIGATION, c, f, ret, &o, reterr);

    if (rc)
        return rc;
    if (!c->notice || !c->notice[0])
        return err_say(reterr, ERR_INVALID, "notice", "phải ghi số thông báo của cơ quan thuế",
                       "the number of the tax notice is needed");
    o->notice = c->notice;
    o->notified_at = f->now;
    o->opened_by = f->actor;
    ret->was_late = intake_nearest_due(&ret->next) <= f->now;
    return intake_explain_pause(&ret->next, f, reterr);
}

struct left_out intake_left_out(const struct intake_dossier *d)
{
    struct left_out l = {.count = 0};

    for (int i = 0; i < d->exclusion_count; i++) {
        const struct left_out_period p = {.from = d->exclusions[i].from, .until = d->exclusions[i].until};
        if (p.from == p.until)
            continue; /* it ended as it began */
        bool added = left_out_add(&l, p);
        BUG_IF(!added, "%d periods are left out", d->exclusion_count);
    }
    return l;
}

void intake_leave_out(struct intake_dossier *d, struct left_out_period p, const struct intake_facts *f)
{
    const struct process *process = catalogue_process_version(f->catalogue, d->process, d->process_version);
    const struct left_out all = intake_left_out(d);

    for (int i = 0; i < d->obligation_count; i++) {
        struct intake_obligation *o = &d->obligations[i];
        if (o->state != INTAKE_OBLIGATION_EXPECTED)
            continue;
        const struct process_step *of = process_step(process, o->step);
        const struct step_span span = {.of = of,
                                       .counter = d->counter,
                                       .office = process_unit(of, d->unit, d->receiving_unit),
                                       .opened = o->opened_at,
                                       .left_out = &all};
        struct step_watch w = {.near_at = o->near_at, .due_at = o->due_at, .told = o->warning};
        if (!step_watch_leave_out(&w, f->catalogue, &span, p, f->recorded_at))
            continue;
        o->near_at = w.near_at;
        o->due_at = w.due_at;
        o->warning = w.told;
    }
}

/* What is measured is the time until the notice is here; what follows is the citizen's. */
bool intake_read_obligation(const struct intake_obligation *o, const struct intake_dossier *d, instant ended,
                            const struct intake_facts *f, struct step_clock *ret)
{
    const struct process_step *of =
        process_step(catalogue_process_version(f->catalogue, d->process, d->process_version), o->step);
    const struct left_out left_out = intake_left_out(d);
    const char *unit = process_unit(of, d->unit, d->receiving_unit);
    const struct step_span span = {.of = of,
                                   .counter = d->counter,
                                   .office = unit,
                                   .unit = unit,
                                   .opened = o->opened_at,
                                   .paused_from = o->notified_at,
                                   .paused_to = o->met_at,
                                   .left_out = &left_out};

    return step_clock_read(f->catalogue, &span, ended, ret);
}

enum err_code intake_may_meet_obligation(const struct intake_notice *c, const struct intake_facts *f,
                                         struct intake_decision *ret, struct err *reterr)
{
    struct intake_obligation *o;
    enum err_code rc = move(INTAKE_MEET_OBLIGATION, c, f, ret, &o, reterr);

    if (!rc && !id_is_nil(c->document))
        rc = intake_take_evidence(c->document, f, ret, reterr);
    if (rc)
        return rc;
    o->document = c->document;
    o->met_at = f->now;
    o->met_by = f->actor;
    ret->was_late = intake_nearest_due(&ret->next) <= o->notified_at;
    ret->timed = intake_read_obligation(o, &ret->next, f->now, f, &ret->clock);
    const struct intake_progress ended = {
        .step = o->step, .at = f->now, .clock = ret->timed ? &ret->clock : NULL, .judged = STEP_BY_TIME};
    intake_go_on(INTAKE_GO_ON, &ended, f, ret);
    return intake_count_due(&ret->next, f, reterr);
}
