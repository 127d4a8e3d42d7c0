/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The transfer of papers between two desks (control slip, form 05): a giver, and a receiver who is another person. What
 * comes with a supplement goes the same way behind the dossier's own papers; no step waits for it.
 */
#include <string.h>

#include "common/base/role.h"
#include "common/domain/desk.h"
#include "services/intake/intake.h"
#include "services/intake/rules.h"

/* clang-format off */
#define MOVE(from_, on_, to_, why_)                                                                                    \
    {.from = INTAKE_TRANSFER_##from_, .on = INTAKE_##on_, .to = INTAKE_TRANSFER_##to_, .why = why_}

static const struct fsm_edge moves[] = {
    MOVE(AWAITING, GIVE_TRANSFER,   GIVEN,   "the giver signs the control slip"),
    MOVE(GIVEN,    TAKE_TRANSFER,   TAKEN,   "the receiver signs the control slip"),
    MOVE(GIVEN,    REFUSE_TRANSFER, REFUSED, "the receiver says why not: the papers lie with the giver again"),
    MOVE(REFUSED,  GIVE_TRANSFER,   GIVEN,   "put right and given once more"),
};
/* clang-format on */

const char *const intake_transfer_state_names[] = {INTAKE_TRANSFER_STATE_MAP(WORD_NAME) NULL};
static const char *const state_vis[] = {INTAKE_TRANSFER_STATE_MAP(WORD_VI)};

const struct fsm intake_transfer_fsm = {
    .name = "intake-transfer",
    .rows = moves,
    .count = COUNT_OF(moves),
    .stride = sizeof(struct fsm_edge),
    .states = intake_transfer_state_names,
    .state_count = INTAKE_TRANSFER_STATE_COUNT,
    .acts = intake_act_names,
    .act_count = INTAKE_ACT_COUNT,
    .states_vi = state_vis,
    .acts_vi = intake_act_vis,
    .initial = INTAKE_TRANSFER_AWAITING,
};

int intake_transfer_state_parse(const char *name)
{
    return words_find(intake_transfer_state_names, name);
}

/* find_transfer gives the index of the transfer that is meant: the step named, or the one that is not taken yet; of the
 * dossier's own papers, or of a supplement's. */
static enum err_code find_transfer(const struct intake_dossier *d, const struct intake_move *move, int *ret,
                                   struct err *reterr)
{
    for (int i = d->transfer_count - 1; i >= 0; i--) {
        const struct intake_transfer *t = &d->transfers[i];
        if (t->supplement != move->supplement)
            continue;
        if (move->step ? t->step == move->step : t->state != INTAKE_TRANSFER_TAKEN) {
            *ret = i;
            return ERR_OK;
        }
    }
    if (move->supplement)
        return err_say(reterr, ERR_ILLEGAL_MOVE, "supplement", "không có giấy tờ nào của lần bổ sung số %d chờ chuyển",
                       "no papers of supplement %d wait to be handed on", move->supplement);
    if (move->step)
        return err_say(reterr, ERR_INVALID, "step", "bước %d không phải là bước chuyển đang mở của hồ sơ này",
                       "step %d is no open transfer of this dossier", move->step);
    return err_say(reterr, ERR_ILLEGAL_MOVE, "step", "hồ sơ này không có bước chuyển nào đang mở",
                   "no transfer of this dossier is open");
}

static enum err_code refuse_move(const struct intake_transfer *t, enum intake_act act, const struct intake_facts *f,
                                 struct err *reterr)
{
    struct fsm_child child = {.field = "step",
                              .vi = arena_printf(f->arena, "bước chuyển %d", t->step),
                              .en = arena_printf(f->arena, "the transfer of step %d", t->step)};

    return fsm_refuse_child(&intake_transfer_fsm, (int)t->state, (int)act, &child, reterr);
}

/* move_transfer takes the transfer one row further in its own table. */
static enum err_code move_transfer(const struct intake_move *c, enum intake_act act, const struct intake_facts *f,
                                   struct intake_decision *ret, struct intake_transfer **ret_transfer,
                                   struct err *reterr)
{
    int i;
    enum err_code rc = find_transfer(&ret->next, c, &i, reterr);

    if (rc)
        return rc;
    struct intake_transfer *t = &ret->next.transfers[i];
    const struct fsm_edge *e = fsm_next(&intake_transfer_fsm, (int)t->state, (int)act, NULL);
    if (!e)
        return refuse_move(t, act, f, reterr);
    t->state = (enum intake_transfer_state)e->to;
    ret->transfer = i;
    ret->step = t->step;
    ret->round = t->round;
    *ret_transfer = t;
    return ERR_OK;
}

/* desk_of is the post behind the act. */
static enum err_code desk_of(const struct intake_facts *f, struct desk *ret, struct err *reterr)
{
    return desk_find(f->catalogue, f->actor, f->actor_unit, instant_day(f->now), ret, reterr);
}

/* where_others_lie gives the unit that has the dossier's own papers, or that they are on their way to. While they go
 * round the units that co-operate it is the lead, which puts to them what comes. */
static const char *where_others_lie(const struct intake_dossier *d)
{
    struct intake_holder others = intake_holder_of(d);

    return d->turn.unit ? d->turn.lead : others.going_to ? others.going_to : others.unit;
}

enum err_code intake_may_give(const struct intake_move *c, const struct intake_facts *f, struct intake_decision *ret,
                              struct err *reterr)
{
    const struct intake_dossier *d = &ret->next;
    const struct process *p = catalogue_process_version(f->catalogue, d->process, d->process_version);
    struct intake_transfer *t;
    struct desk desk;
    enum err_code rc = move_transfer(c, INTAKE_GIVE_TRANSFER, f, ret, &t, reterr);

    if (!rc)
        rc = desk_of(f, &desk, reterr);
    if (!rc) /* what a supplement brought lies where the dossier was received */
        rc = desk_may_do(&desk, process_step(p, t->supplement ? 1 : t->step), d->unit, d->receiving_unit, reterr);
    if (rc)
        return rc;
    if (t->supplement)
        t->to_unit = where_others_lie(d); /* they may have moved on since it came */
    else
        ret->next.turn = (struct intake_turn){0}; /* the step in which they went round has ended */
    t->given_by = f->actor;
    t->given_at = f->now;
    t->answered_by = t->reason = NULL;
    t->answered_at = INSTANT_NONE;
    ret->place = desk.place;
    return ERR_OK;
}

/* answer_transfer: the other side of a control slip is another person, of the unit that the papers go to. */
static enum err_code answer_transfer(const struct intake_move *c, enum intake_act act, const struct intake_facts *f,
                                     struct intake_decision *ret, struct intake_transfer **ret_transfer,
                                     struct err *reterr)
{
    struct desk desk;
    enum err_code rc = move_transfer(c, act, f, ret, ret_transfer, reterr);

    if (!rc)
        rc = desk_of(f, &desk, reterr);
    if (rc)
        return rc;
    struct intake_transfer *t = *ret_transfer;
    if (strcmp(desk.officer->unit, t->to_unit) != 0)
        return err_say(reterr, ERR_FORBIDDEN, "actor", "hồ sơ được chuyển cho đơn vị %s, không phải %s",
                       "the papers go to unit %s, not %s", t->to_unit, desk.officer->unit);
    if ((desk.officer->roles & (ROLE_BIT(APPRAISER) | ROLE_BIT(CLERK))) == 0)
        return err_say(reterr, ERR_FORBIDDEN, "actor", "vị trí \"%s\" không có vai trò nhận hồ sơ chuyển",
                       "post \"%s\" has no role to take papers over", f->actor);
    if (strcmp(t->given_by, f->actor) == 0)
        return err_say(reterr, ERR_FORBIDDEN, "actor", "người giao và người nhận phải là hai người khác nhau",
                       "giver and receiver must be two persons");
    t->answered_by = f->actor;
    t->answered_at = f->now;
    ret->place = desk.place;
    return ERR_OK;
}

/* hand_of gives the unit that had the papers when the time for it was over: the giver until he has given them, then the
 * receiver, unless that one had said by then why he does not take them. */
static const char *hand_of(const struct intake_transfer *t)
{
    bool given = t->given_at != INSTANT_NONE && t->given_at <= t->due_at;
    bool refused = t->state == INTAKE_TRANSFER_REFUSED && t->answered_at <= t->due_at;

    return given && !refused ? t->to_unit : t->from_unit;
}

bool intake_read_transfer(struct intake_transfer *t, const struct intake_dossier *d, enum step_judged by, instant ended,
                          const struct intake_facts *f, struct step_clock *ret)
{
    /* What a supplement brought is no step of the process: it goes from the counter, and that is by its hours. */
    static const struct process_step supply = {.kind = STEP_TRANSFER, .at_counter = true};
    const struct process *p = catalogue_process_version(f->catalogue, d->process, d->process_version);
    const struct process_step *of = t->supplement ? &supply : process_step(p, t->step);
    const struct step_span span = {.of = of,
                                   .counter = d->counter,
                                   .office = t->supplement ? NULL : process_unit(of, d->unit, d->receiving_unit),
                                   .unit = hand_of(t),
                                   .opened = t->opened_at,
                                   .until = t->due_at};
    bool timed = step_clock_read(f->catalogue, &span, ended, ret);

    t->result = timed ? step_clock_timing(ret, by, ended) : TIMING_NONE;
    return timed;
}

enum err_code intake_may_take(const struct intake_move *c, const struct intake_facts *f, struct intake_decision *ret,
                              struct err *reterr)
{
    struct intake_transfer *t;
    enum err_code rc = answer_transfer(c, INTAKE_TAKE_TRANSFER, f, ret, &t, reterr);

    if (rc)
        return rc;
    struct step_clock clock;
    bool timed = intake_read_transfer(t, &ret->next, STEP_BY_MOMENT, f->now, f, &clock);
    if (t->supplement)
        return ERR_OK;
    ret->timed = timed;
    if (timed)
        ret->clock = clock;
    return intake_open_next(&ret->next, t->step, f, reterr);
}

enum err_code intake_may_decline(const struct intake_move *c, const struct intake_facts *f, struct intake_decision *ret,
                                 struct err *reterr)
{
    struct intake_transfer *t;

    if (!c->reason)
        return err_say(reterr, ERR_INVALID, "reason", "phải nêu lý do không nhận", "a refusal needs a reason");
    enum err_code rc = answer_transfer(c, INTAKE_REFUSE_TRANSFER, f, ret, &t, reterr);
    if (!rc)
        t->reason = c->reason;
    return rc;
}

enum err_code intake_bring_together(struct intake_dossier *d, const struct intake_facts *f, struct err *reterr)
{
    const struct intake_supplement *s = &d->supplements[d->supplement_count - 1];
    struct worktime_hours hours = catalogue_counter_hours(f->catalogue, d->counter, instant_day(d->received_at));
    struct intake_transfer t = {.supplement = d->supplement_count,
                                .step = s->step,
                                .round = s->round,
                                .state = INTAKE_TRANSFER_AWAITING,
                                .from_unit = d->receiving_unit,
                                .to_unit = where_others_lie(d),
                                .opened_at = f->now,
                                .near_at = INSTANT_NONE,
                                .given_at = INSTANT_NONE,
                                .answered_at = INSTANT_NONE};

    /* The dossier has not left the counter, or is back from other units: the papers are put to the others. */
    if (strcmp(intake_holder_signed(d).act, intake_act_names[INTAKE_RECEIVE]) == 0 &&
        strcmp(t.to_unit, d->receiving_unit) == 0)
        return ERR_OK;
    enum err_code rc = intake_transfer_due(&hours, f, &t.due_at, reterr);
    if (!rc)
        d->transfers[d->transfer_count++] = t;
    return rc;
}
