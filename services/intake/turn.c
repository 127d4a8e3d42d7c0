/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Turns: a dossier on paper goes round the units that co-operate in a step, one after the other, each forwarding it to
 * the next (D61 Art. 19(6)). Appraisal tells whose turn it is: the unit whose turn has come has the papers, and with
 * the last turn they are with the leading unit again, as when the turns are cancelled. Units that are asked all at once
 * look at files, and no paper moves.
 *
 * They go on likewise to the unit of the next step when a step ends (onward.c). Whatever breaks the dossier off, that
 * lasts: nobody brings them back.
 *
 * The control slip (form 05) wants a receiver beside the giver: a post of the unit that the papers came to signs for
 * them, or says why not, and then they are with whom they came from until that is put right. No turn waits for it, but
 * what nobody has signed for by the term of the day is listed for inspection.
 *
 * The slip says of each move, too, how the work of the unit went that gives them on: of its part, or of its step, by
 * the rule that audit judges it by (common/domain/step_clock.h). What the first unit of a round gets ends no work of
 * the lead, nor does what was cancelled or broken off end any: a part that is late has lapsed by then, and one that had
 * time left is neither early nor on time, as audit has it (STEP_BROKEN_OFF). And where the papers are with another
 * unit, which the one that ends its work would not take them from, nothing is said of that one's work, which gave
 * nothing on.
 *
 * A turn is kept as it was told, also when the dossier was broken off meanwhile: what ended all turns is then read from
 * the dossier (custody.c), so that it does not matter which of both was heard of first.
 */
#include <string.h>

#include "common/base/role.h"
#include "common/domain/desk.h"
#include "common/domain/late_entry.h"
#include "common/domain/term.h"
#include "services/intake/rules.h"

/* clang-format off */
#define SIGN(from_, on_, to_, why_)                                                                                    \
    {.from = INTAKE_TURN_##from_, .on = INTAKE_##on_, .to = INTAKE_TURN_##to_, .why = why_}

static const struct fsm_edge signatures[] = {
    SIGN(PASSED_ON, TAKE_TURN,   TAKEN,   "a post of the unit signs the control slip"),
    SIGN(PASSED_ON, REFUSE_TURN, REFUSED, "it says why not: the papers are with whom they came from"),
    SIGN(REFUSED,   TAKE_TURN,   TAKEN,   "put right, and signed for"),
};
/* clang-format on */

const char *const intake_turn_state_names[] = {INTAKE_TURN_STATE_MAP(WORD_NAME) NULL};
static const char *const state_vis[] = {INTAKE_TURN_STATE_MAP(WORD_VI)};

const struct fsm intake_turn_fsm = {
    .name = "intake-turn",
    .rows = signatures,
    .count = COUNT_OF(signatures),
    .stride = sizeof(struct fsm_edge),
    .states = intake_turn_state_names,
    .state_count = INTAKE_TURN_STATE_COUNT,
    .acts = intake_act_names,
    .act_count = INTAKE_ACT_COUNT,
    .states_vi = state_vis,
    .acts_vi = intake_act_vis,
    .initial = INTAKE_TURN_PASSED_ON,
};

int intake_turn_state_parse(const char *name)
{
    return words_find(intake_turn_state_names, name);
}

/* ---- where they are */

static bool is(const char *unit, const char *other)
{
    return strcmp(unit, other) == 0;
}

bool intake_in_turn(const struct intake_dossier *d)
{
    return d->turn.unit && d->turn.by == INTAKE_OPEN_PARTS && d->state != INTAKE_WITHDRAWN &&
           d->outcome != OUTCOME_STOPPED;
}

const char *intake_turn_to(const struct intake_turn *t)
{
    return t->by == INTAKE_OPEN_PARTS ? t->unit : t->lead;
}

struct intake_holder intake_holder_turned(const struct intake_turn *t)
{
    const char *to = intake_turn_to(t);

    if (t->state == INTAKE_TURN_TAKEN)
        return (struct intake_holder){
            .unit = to, .post = t->answered_by, .since = t->answered_at, .act = intake_act_names[INTAKE_TAKE_TURN]};
    if (t->state == INTAKE_TURN_REFUSED)
        return (struct intake_holder){.unit = t->from_unit,
                                      .post = t->from_post,
                                      .going_to = to,
                                      .since = t->answered_at,
                                      .act = intake_act_names[INTAKE_REFUSE_TURN]};
    return (struct intake_holder){.unit = to,
                                  .post = t->by == INTAKE_OPEN_PARTS ? NULL : t->post,
                                  .since = t->since,
                                  .act = intake_act_names[t->by]};
}

bool intake_goes_round(const struct intake_dossier *d, const struct intake_holder *h)
{
    return intake_in_turn(d) &&
           (is(h->act, intake_act_names[INTAKE_OPEN_PARTS]) || is(h->act, intake_act_names[INTAKE_TAKE_TURN]) ||
            is(h->act, intake_act_names[INTAKE_REFUSE_TURN]));
}

/* ---- what moves them */

/* holder_before is by the turns as they were told. Whether an end has broken them off meanwhile does not count: it may
 * be heard of before the next turn, or behind it. */
static struct intake_holder holder_before(const struct intake_dossier *d)
{
    return d->turn.unit ? intake_holder_turned(&d->turn) : intake_holder_signed(d);
}

/* moved_at is when they went on: behind whoever signed for them, who may not have heard of it. */
static instant moved_at(const struct intake_turn *was, instant at)
{
    return was->unit && was->answered_at > at ? was->answered_at : at;
}

/* lead_post is who had them at the lead last, as far as anybody there signed for them. */
static const char *lead_post(const struct intake_turn *was, const struct intake_holder *before, const char *lead)
{
    if (is(before->unit, lead) && before->post)
        return before->post;
    return was->unit && is(was->lead, lead) ? was->post : NULL;
}

/* work_of tells how the work went that an event ends, when it is that of this unit. */
static struct intake_work work_of(const char *unit, const struct intake_progress *c)
{
    if (!c->clock || !is(c->clock->unit, unit))
        return (struct intake_work){.result = TIMING_NONE};
    return (struct intake_work){.result = step_clock_timing(c->clock, c->judged, c->at), .due_at = c->clock->due};
}

void intake_begin_turn(const struct intake_progress *c, struct intake_decision *ret)
{
    struct intake_holder before = holder_before(&ret->next);
    const struct intake_turn was = ret->next.turn;

    if (!c->lead)
        return;
    if (was.unit && is(was.unit, before.unit))
        ret->gave = was.done;
    ret->next.turn = (struct intake_turn){.unit = c->asked,
                                          .lead = c->lead,
                                          .post = lead_post(&was, &before, c->lead),
                                          .by = INTAKE_OPEN_PARTS,
                                          .since = moved_at(&was, c->at),
                                          .waits = c->waits,
                                          .from_unit = before.unit,
                                          .from_post = before.post,
                                          .answered_at = INSTANT_NONE};
    ret->turn = true;
}

/* bring_back: `ended` is what ends the last turn; NULL: it is cancelled. */
static void bring_back(enum intake_act by, instant at, const struct intake_progress *ended, struct intake_decision *ret)
{
    struct intake_turn *t = &ret->next.turn;

    if (!t->unit || t->by != INTAKE_OPEN_PARTS)
        return;
    struct intake_holder before = intake_holder_turned(t);
    *t = (struct intake_turn){.unit = t->unit,
                              .lead = t->lead,
                              .post = t->post,
                              .by = (int)by,
                              .since = moved_at(t, at),
                              .from_unit = before.unit,
                              .from_post = before.post,
                              .answered_at = INSTANT_NONE};
    ret->turn = true;
    if (ended)
        ret->gave = work_of(before.unit, ended);
}

void intake_end_turns(enum intake_act by, instant at, struct intake_decision *ret)
{
    bring_back(by, at, NULL, ret);
}

/* Where another unit waits, its turn follows at once, and the papers go straight there. */
void intake_end_turn(const struct intake_progress *c, struct intake_decision *ret)
{
    struct intake_turn *t = &ret->next.turn;

    if (!t->unit || !is(t->unit, c->asked))
        return;
    if (t->waits)
        t->done = work_of(t->unit, c);
    else
        bring_back(INTAKE_END_PART, c->at, c, ret);
}

/* Wherever they are on their way to: what follows goes to whoever has the others. Its giver answers for it until it is
 * there. */
static void readdress(const char *to, struct intake_decision *ret)
{
    for (int i = 0; i < ret->next.transfer_count; i++) {
        struct intake_transfer *t = &ret->next.transfers[i];
        if (!t->supplement || t->state == INTAKE_TRANSFER_TAKEN)
            continue;
        t->to_unit = to;
        ret->readdressed = true;
    }
}

void intake_pass_on(enum intake_act by, const char *from, const char *to, const struct intake_progress *c,
                    struct intake_decision *ret)
{
    struct intake_turn *t = &ret->next.turn;
    struct intake_holder before = holder_before(&ret->next);

    if (!is(before.unit, from) && !(before.going_to && is(before.going_to, from)))
        return;
    *t = (struct intake_turn){.unit = to,
                              .lead = to,
                              .by = (int)by,
                              .since = moved_at(t, c->at),
                              .from_unit = before.unit,
                              .from_post = before.post,
                              .answered_at = INSTANT_NONE};
    ret->turn = true;
    ret->gave = work_of(before.unit, c);
    readdress(to, ret);
}

/* ---- who signs for them */

int32_t intake_sign_until(const struct catalogue *c, int32_t day)
{
    int32_t last;
    struct err beyond;

    return worktime_day_after(c->calendar, day, term_value(c, TERM_TURN_SIGNATURE, day), &last, &beyond) ? INT32_MAX
                                                                                                         : last;
}

/* has_papers: a dossier of files goes the same way, and nothing changes hands; nor does what the citizen had back by
 * then, what was on its way back to the counter, or what came with a supplement since, which lies at the counter yet.
 */
static bool has_papers(const struct intake_dossier *d, const struct intake_facts *f)
{
    for (int i = 0; i < f->sheet_count; i++) {
        const struct intake_sheet *s = &f->sheets[i];
        bool left = (s->given_back && s->given_back_at <= d->turn.since) || (s->way && s->left_at <= d->turn.since);
        if (s->paper && !left && (!s->supplement || d->supplements[s->supplement - 1].received_at <= d->turn.since))
            return true;
    }
    return false;
}

/* check_moved refuses when no turn has brought papers anywhere, so that there is nothing to sign for; and what came
 * back to the lead is its own dossier: what is missing there is a loss. */
static enum err_code check_moved(const struct intake_dossier *d, enum intake_act act, const struct intake_facts *f,
                                 struct err *reterr)
{
    const struct intake_turn *t = &d->turn;
    bool is_back = t->by != INTAKE_OPEN_PARTS && t->by != INTAKE_GO_ON && t->by != INTAKE_GO_BACK;

    if (!t->unit || !has_papers(d, f))
        return err_say(reterr, ERR_ILLEGAL_MOVE, "turn", "giấy tờ của hồ sơ này không luân chuyển theo lượt",
                       "the papers of this dossier do not go round other units");
    if (t->by == INTAKE_OPEN_PARTS && !intake_in_turn(d))
        return err_say(reterr, ERR_ILLEGAL_MOVE, "turn", "lượt của đơn vị %s đã chấm dứt cùng với hồ sơ",
                       "the turn of unit %s was broken off with the dossier", t->unit);
    if (is(t->from_unit, intake_turn_to(t)))
        return err_say(reterr, ERR_ILLEGAL_MOVE, "turn", "giấy tờ không rời đơn vị %s, không có gì để ký nhận",
                       "the papers have not left unit %s: there is nothing to sign for", t->from_unit);
    if (act == INTAKE_REFUSE_TURN && is_back)
        return err_say(reterr, ERR_ILLEGAL_MOVE, "turn",
                       "giấy tờ đã trở lại đơn vị chủ trì %s: nhận lại, nếu thiếu thì ghi nhận mất giấy tờ",
                       "the papers are back with the lead, %s: it takes them, and notes what is missing as lost",
                       t->lead);
    return ERR_OK;
}

/* check_receiver: the other side of the control slip is another person, of the unit that they came to. */
static enum err_code check_receiver(const struct intake_turn *t, const struct officer *o, const struct intake_facts *f,
                                    struct err *reterr)
{
    if (!is(o->unit, intake_turn_to(t)))
        return err_say(reterr, ERR_FORBIDDEN, "actor", "giấy tờ đã đến lượt đơn vị %s, không phải %s",
                       "the papers have come to unit %s, not %s", intake_turn_to(t), o->unit);
    if ((o->roles & (ROLE_BIT(APPRAISER) | ROLE_BIT(CLERK) | ROLE_BIT(HEAD))) == 0)
        return err_say(reterr, ERR_FORBIDDEN, "actor", "vị trí \"%s\" không có vai trò nhận hồ sơ chuyển",
                       "post \"%s\" has no role to take papers over", f->actor);
    if (t->from_post && is(t->from_post, f->actor))
        return err_say(reterr, ERR_FORBIDDEN, "actor", "người giao và người nhận phải là hai người khác nhau",
                       "giver and receiver must be two persons");
    if (f->now < f->recorded_at && f->now < t->since) /* a late entry */
        return err_say(reterr, ERR_INVALID, LATE_ENTRY_HEADER ".occurred_at", "giấy tờ chỉ đến lượt đơn vị %s lúc %s",
                       "the papers came to unit %s at %s only", intake_turn_to(t), instant_text(t->since).s);
    return ERR_OK;
}

static enum err_code refuse_signature(const struct intake_turn *t, enum intake_act act, const struct intake_facts *f,
                                      struct err *reterr)
{
    struct fsm_child child = {
        .field = "turn",
        .vi = arena_printf(f->arena, "việc chuyển giấy tờ đến đơn vị %s", intake_turn_to(t)),
        .en = arena_printf(f->arena, "the passing of the papers to unit %s", intake_turn_to(t)),
    };

    return fsm_refuse_child(&intake_turn_fsm, (int)t->state, (int)act, &child, reterr);
}

/* sign_turn takes the turn one row further in its own table. */
static enum err_code sign_turn(enum intake_act act, const struct intake_facts *f, struct intake_decision *ret,
                               struct err *reterr)
{
    struct intake_turn *t = &ret->next.turn;
    const struct fsm_edge *e = fsm_next(&intake_turn_fsm, (int)t->state, (int)act, NULL);
    struct desk desk;
    enum err_code rc = check_moved(&ret->next, act, f, reterr);

    if (!rc && !e)
        rc = refuse_signature(t, act, f, reterr);
    if (!rc)
        rc = desk_find(f->catalogue, f->actor, f->actor_unit, instant_day(f->now), &desk, reterr);
    if (!rc)
        rc = check_receiver(t, desk.officer, f, reterr);
    if (rc)
        return rc;
    t->state = (enum intake_turn_state)e->to;
    t->answered_by = f->actor;
    t->answered_at = f->now;
    ret->place = desk.place;
    ret->turn = true;
    return ERR_OK;
}

enum err_code intake_may_take_turn(const struct intake_facts *f, struct intake_decision *ret, struct err *reterr)
{
    return sign_turn(INTAKE_TAKE_TURN, f, ret, reterr);
}

enum err_code intake_may_refuse_turn(const struct intake_sign_turn *c, const struct intake_facts *f,
                                     struct intake_decision *ret, struct err *reterr)
{
    if (!c->reason)
        return err_say(reterr, ERR_INVALID, "reason", "phải nêu lý do không nhận", "a refusal needs a reason");
    ret->not_taken = c->reason;
    return sign_turn(INTAKE_REFUSE_TURN, f, ret, reterr);
}
