/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The life of a step, by its kind.
 *
 *   verify     [*] -> queued --assign--> verifying --verify--> verified
 *   consult    [*] -> queued --assign--> assigned --ask--> consulting --answer--> consulted
 *                                                              '------lapse---> unanswered --answer--> unanswered
 *   appraise   [*] -> queued --assign--> assigned --conclude--> appraised
 *                                    |--ask_supplement--> awaiting supplement --take_supplement--> supplemented
 *                                    '--verify_beside, ask_opinion--> assigned
 *   endorse    [*] -> queued --endorse--> endorsed
 *                       '-----return_draft--> sent back
 *
 * queued     the step before has ended; the clock of this step runs; nobody has it yet.
 * assigned   one officer of the step's unit has it; only this officer ends it. Of an appraise step he may also look at
 *            something himself and ask other units, as often as it takes: whether that is needed is seen from the
 *            dossier, not from the process (D61 Art. 19(3), (5)).
 * verifying  the same, of a verify step.
 * verified   time, place, who took part and the minutes stand.
 * consulting another unit was asked and has until a given moment to answer.
 * consulted  its answer is one of the dossier's papers.
 * unanswered that moment has passed: the head of the counter was told, the process goes on without an opinion. Its
 *            answer is still taken until it is decided, and stands beside.
 * appraised  the opinion and the draft stand and never change; another round leaves them as they are.
 * endorsed   a head of office has put his initials to exactly that draft.
 * awaiting supplement  something is missing: intake has told the citizen, nobody here can do anything meanwhile.
 * supplemented  intake has taken what was missing: the round is over, and the step is queued in its next one.
 * cancelled  the citizen has the dossier back, or it is stopped: nothing of it opens any more, whatever crossed that on
 *            the way. Whoever was late with it by then is told of, unless it waited for the citizen.
 * sent back  the draft does not satisfy him: it is appraised once more, and comes here again in the next round.
 *
 * While a step is open, and nothing is awaited from the citizen, the clock warns of its time and tells when that has
 * passed (watch.c); neither moves it.
 *
 * What ends a step opens the next one, when that is appraisal's own, in the same decision. The units that co-operate in
 * an appraise step have a table of their own (parts.c).
 */
#include <string.h>

#include "services/appraisal/guards.h"

/* What a row does to the process beyond its own step. */
enum then {
    STAYS,     /* the step goes on, or only begins */
    ENDS,      /* the step behind it opens */
    GOES_BACK, /* the appraise step before it is done once more */
    AGAIN      /* the step itself is done once more, in its next round */
};

struct rule {
    struct fsm_edge edge;
    unsigned kinds; /* of steps that the row is for */
    guard *guard;
    enum appraisal_event event;
    enum then then;
};

#define KIND(symbol) (1u << STEP_##symbol)
#define VERIFY       KIND(VERIFY)
#define CONSULT      KIND(CONSULT)
#define APPRAISE     KIND(APPRAISE)
#define ENDORSE      KIND(ENDORSE)
#define FIRST        (VERIFY | CONSULT | APPRAISE) /* may follow a step of another service */
#define TAKEN        (CONSULT | APPRAISE)
#define ANY          (FIRST | ENDORSE)
#define AT(state)    APPRAISAL_##state
#define RULE(kinds_, from_, act_, to_, guard_, event_, then_, why_)                                                    \
    {                                                                                                                  \
        .edge = {.from = from_, .on = APPRAISAL_ACT_##act_, .to = APPRAISAL_##to_, .why = why_}, .kinds = kinds_,      \
        .guard = guard_, .event = APPRAISAL_EVENT_##event_, .then = then_                                              \
    }

/* clang-format off */
static const struct rule rules[] = {
    /*   kinds     from           act            to         guard             event           then       why */
    RULE(FIRST,      FSM_NOWHERE,   RECEIVE,       QUEUED,    NULL,             NONE,           STAYS,     "received at the counter, and its process goes on here"),
    RULE(FIRST,      FSM_NOWHERE,   TAKE_TRANSFER, QUEUED,    NULL,             NONE,           STAYS,     "the unit has taken the papers over"),
    RULE(FIRST,      FSM_NOWHERE,   SIGN,          QUEUED,    NULL,             NONE,           STAYS,     "a first decision was signed, and the process goes on here"),
    RULE(FIRST,    FSM_NOWHERE,   MEET_OBLIGATION, QUEUED,  NULL,             NONE,           STAYS,     "the citizen has met the obligation, and the process goes on here"),
    RULE(ANY,      FSM_NOWHERE,   FOLLOW,        QUEUED,    NULL,             NONE,           STAYS,     "the step before it ended here"),
    RULE(ENDORSE,  AT(ENDORSED),  FOLLOW,        QUEUED,    NULL,             NONE,           STAYS,     "appraised once more: the new draft is to be endorsed"),
    RULE(ENDORSE,  AT(SENT_BACK), FOLLOW,        QUEUED,    NULL,             NONE,           STAYS,     "the draft that was sent back comes again"),
    RULE(APPRAISE, AT(APPRAISED), SEND_BACK,     QUEUED,    NULL,             NONE,           STAYS,     "approver or endorser want it appraised again: a new round"),
    RULE(VERIFY,   AT(QUEUED),    ASSIGN,        VERIFYING, may_assign,       ASSIGNED,       STAYS,     "an officer of the unit looks into it"),
    RULE(VERIFY,   AT(VERIFYING), ASSIGN,        VERIFYING, may_reassign,     ASSIGNED,       STAYS,     "the head has another officer look into it"),
    RULE(VERIFY,   AT(VERIFYING), VERIFY,        VERIFIED,  may_verify,       VERIFIED,       ENDS,      "its officer says when, where and with whom, and files the minutes"),
    RULE(TAKEN,    AT(QUEUED),    ASSIGN,        ASSIGNED,  may_assign,       ASSIGNED,       STAYS,     "an officer of the unit has it now"),
    RULE(TAKEN,    AT(ASSIGNED),  ASSIGN,        ASSIGNED,  may_reassign,     ASSIGNED,       STAYS,     "the head gives it to another officer of the unit"),
    RULE(CONSULT,  AT(ASSIGNED),  ASK,           CONSULTING, may_ask, CONSULTATION_ASKED, STAYS, "its officer asks another unit, which has a given time to answer"),
    RULE(CONSULT,  AT(CONSULTING), ANSWER,       CONSULTED, may_answer, CONSULTED, ENDS, "an officer of the asked unit gives its opinion"),
    RULE(CONSULT,  AT(CONSULTING), LAPSE,        UNANSWERED, has_lapsed, CONSULTATION_LAPSED, ENDS, "the asked unit kept silent: the head of the counter is told, the process goes on"),
    RULE(CONSULT,  AT(UNANSWERED), ANSWER,       UNANSWERED, may_answer_late, ANSWERED_LATE, STAYS, "the unit that kept silent answers after all, before it is decided: it stays late, and the process where it is"),
    RULE(ANY,      AT(QUEUED),    WARN,          QUEUED,    step_draws_near,       NEAR,           STAYS,     "little of its time is left and nobody has it"),
    RULE(TAKEN,    AT(ASSIGNED),  WARN,          ASSIGNED,  step_draws_near,       NEAR,           STAYS,     "little of the step's time is left while its officer has it"),
    RULE(VERIFY,   AT(VERIFYING), WARN,          VERIFYING, step_draws_near,       NEAR,           STAYS,     "little of its time is left and it is not looked at yet"),
    RULE(CONSULT,  AT(CONSULTING), WARN,         CONSULTING, step_draws_near,      NEAR,           STAYS,     "little of the asked unit's time is left"),
    RULE(ANY,      AT(QUEUED),    PASS,          QUEUED,    step_has_passed,       PASSED,         STAYS,     "its time has passed and nobody has it"),
    RULE(TAKEN,    AT(ASSIGNED),  PASS,          ASSIGNED,  step_has_passed,       PASSED,         STAYS,     "its time has passed while its officer had it"),
    RULE(VERIFY,   AT(VERIFYING), PASS,          VERIFYING, step_has_passed,       PASSED,         STAYS,     "its time has passed before it was looked at"),
    RULE(APPRAISE, AT(ASSIGNED),  VERIFY_BESIDE, ASSIGNED, may_verify,       VERIFIED_BESIDE, STAYS,        "its officer has looked at something, with the minutes, and goes on"),
    RULE(APPRAISE, AT(ASSIGNED),  ASK_OPINION,   ASSIGNED, may_ask_opinion,  OPINION_ASKED,  STAYS,         "its officer asks one more unit, which answers beside him in the time that he gives it"),
    RULE(APPRAISE, AT(ASSIGNED),  CONCLUDE,      APPRAISED, may_conclude,     APPRAISED,      ENDS,      "its officer gives an opinion and a draft"),
    RULE(APPRAISE, AT(ASSIGNED),  ASK_SUPPLEMENT, AWAITING_SUPPLEMENT, may_ask_supplement, SUPPLEMENT_ASKED, STAYS, "something is missing: the citizen is asked, by intake, to complete the dossier"),
    RULE(APPRAISE, AT(AWAITING_SUPPLEMENT), TAKE_SUPPLEMENT, SUPPLEMENTED, NULL, NONE, AGAIN, "the counter has what was missing: this round is over"),
    RULE(APPRAISE, AT(SUPPLEMENTED), FOLLOW,     QUEUED,    NULL,             NONE,           STAYS,     "the completed dossier is appraised in a new round"),
    RULE(ANY,      AT(QUEUED),    WITHDRAW,      CANCELLED, NULL,             BROKEN_OFF,     STAYS,     "an approver let the citizen withdraw the dossier before anyone had the step"),
    RULE(TAKEN,    AT(ASSIGNED),  WITHDRAW,      CANCELLED, NULL,             BROKEN_OFF,     STAYS,     "an approver let the citizen withdraw the dossier while its officer had it"),
    RULE(VERIFY,   AT(VERIFYING), WITHDRAW,      CANCELLED, NULL,             BROKEN_OFF,     STAYS,     "an approver let the citizen withdraw the dossier before it was looked at"),
    RULE(CONSULT,  AT(CONSULTING), WITHDRAW,     CANCELLED, NULL,             BROKEN_OFF,     STAYS,     "an approver let the citizen withdraw the dossier: no answer is awaited any more"),
    RULE(APPRAISE, AT(AWAITING_SUPPLEMENT), WITHDRAW, CANCELLED, NULL,        NONE,           STAYS,     "an approver let the citizen withdraw the dossier: nothing more is awaited from him"),
    RULE(ANY,      AT(QUEUED),    STOP,          CANCELLED, NULL,             BROKEN_OFF,     STAYS,     "the stop notice is signed before anyone had the step"),
    RULE(TAKEN,    AT(ASSIGNED),  STOP,          CANCELLED, NULL,             BROKEN_OFF,     STAYS,     "the stop notice is signed while its officer had it"),
    RULE(VERIFY,   AT(VERIFYING), STOP,          CANCELLED, NULL,             BROKEN_OFF,     STAYS,     "the stop notice is signed before it was looked at"),
    RULE(CONSULT,  AT(CONSULTING), STOP,         CANCELLED, NULL,             BROKEN_OFF,     STAYS,     "the stop notice is signed: no answer is awaited any more"),
    RULE(APPRAISE, AT(AWAITING_SUPPLEMENT), STOP, CANCELLED, NULL,            NONE,           STAYS,     "the stop notice is signed: nothing more is awaited from the citizen"),
    RULE(ENDORSE,  AT(QUEUED),    ENDORSE,       ENDORSED,  may_endorse,      ENDORSED,       ENDS,      "a head of office endorses the appraised draft"),
    RULE(ENDORSE,  AT(QUEUED),    RETURN_DRAFT,  SENT_BACK, may_return_draft, DRAFT_RETURNED, GOES_BACK, "the draft does not satisfy the endorser"),
};
/* clang-format on */

const struct fsm appraisal_fsm = {
    .name = "appraisal",
    .rows = rules,
    .count = COUNT_OF(rules),
    .stride = sizeof rules[0],
    .states = appraisal_state_names,
    .state_count = APPRAISAL_STATE_COUNT,
    .acts = appraisal_act_names,
    .act_count = APPRAISAL_ACT_COUNT,
    .states_vi = appraisal_state_vi,
    .acts_vi = appraisal_act_vi,
    .initial = FSM_NOWHERE,
};

/* ---- which step an act is about */

/* was_reached tells whether the approve step of an event was reached from here: the step before it has ended. */
static bool was_reached(const struct appraisal_dossier *d, int approve)
{
    const struct appraisal_step *s = appraisal_step_latest(d, approve - 1);
    return s && (s->state == APPRAISAL_APPRAISED || s->state == APPRAISAL_ENDORSED);
}

/* event_step finds the step that an event opens; 0: none of ours. */
static enum err_code event_step(const struct appraisal_dossier *d, const struct appraisal_command *c,
                                const struct process *p, int *ret, struct err *reterr)
{
    const struct process_step *ended = process_step(p, c->act == APPRAISAL_ACT_RECEIVE ? 1 : c->step);
    int n = 0;

    if (!ended)
        return dossier_untrue(reterr, "không có bước này", "there is no such step", c->step);
    if (c->act == APPRAISAL_ACT_RECEIVE) {
        if (ended->kind != STEP_RECEIVE)
            return dossier_untrue(reterr, "quy trình không bắt đầu bằng bước tiếp nhận",
                                  "the process does not begin with a receipt", 1);
        process_opens(p, 1, OWNER_APPRAISAL, &n);
    } else if (c->act == APPRAISAL_ACT_TAKE_TRANSFER) {
        if (ended->kind != STEP_TRANSFER)
            return dossier_untrue(reterr, "không phải bước chuyển hồ sơ", "it is no transfer", c->step);
        process_opens(p, c->step, OWNER_APPRAISAL, &n);
    } else if (c->act == APPRAISAL_ACT_MEET_OBLIGATION) {
        if (ended->kind != STEP_OBLIGATION)
            return dossier_untrue(reterr, "không phải bước nghĩa vụ tài chính", "it is no obligation", c->step);
        process_opens(p, c->step, OWNER_APPRAISAL, &n);
    } else {
        if (ended->kind != STEP_APPROVE)
            return dossier_untrue(reterr, "không phải bước phê duyệt", "it is no approval", c->step);
        if (!was_reached(d, c->step))
            return dossier_untrue(reterr, "chưa có thẩm định nào cho bước này", "nothing was appraised for it",
                                  c->step);
        if (c->act == APPRAISAL_ACT_SEND_BACK)
            n = process_previous(p, c->step, STEP_APPRAISE);
        else if (c->outcome == OUTCOME_GRANTED && !c->last)
            process_opens(p, c->step, OWNER_APPRAISAL, &n);
    }
    *ret = n;
    return ERR_OK;
}

/* ---- decide */

/* row_of gives the row for a kind of step, NULL when there is none. */
static const struct rule *row_of(int from, enum appraisal_act act, enum step_kind kind)
{
    const struct fsm_edge *e = NULL;
    while ((e = fsm_next(&appraisal_fsm, from, (int)act, e)) != NULL) {
        const struct rule *r = (const struct rule *)(const void *)e;
        if (r->kinds & (1u << kind))
            return r;
    }
    return NULL;
}

/* move_next finds the move of the step that an ended step opens, or that one that sends back opens again. */
static enum err_code move_next(const struct question *q, enum then then, struct appraisal_decision *x,
                               struct err *reterr)
{
    enum appraisal_act act = then == GOES_BACK ? APPRAISAL_ACT_SEND_BACK : APPRAISAL_ACT_FOLLOW;
    int n = 0;
    if (then == GOES_BACK)
        n = process_previous(q->process, x->step, STEP_APPRAISE);
    else if (then == AGAIN)
        n = x->step;
    else if (then == ENDS)
        process_opens(q->process, x->step, OWNER_APPRAISAL, &n);
    if (n == 0)
        return ERR_OK;
    const struct process_step *next = process_step(q->process, n);
    const struct appraisal_step *s = appraisal_step_latest(q->d, n);
    int from = then == AGAIN ? x->edge->to : s ? (int)s->state : FSM_NOWHERE;
    const struct rule *rule = row_of(from, act, next->kind);
    if (!rule)
        return fsm_refuse(&appraisal_fsm, from, (int)act, reterr);
    x->opens_edge = &rule->edge;
    x->opens = n;
    x->opens_round = s ? s->round + 1 : 1;
    x->opens_kind = next->kind;
    x->opens_unit = process_unit(next, q->d->facts.unit, q->d->facts.receiving_unit);
    return ERR_OK;
}

/* time_of tells until when a step that opens now is allowed, and when little of that is left. */
static void time_of(const struct question *q, int step, instant *ret_due, instant *ret_near)
{
    const struct dossier_facts *facts = q->d ? &q->d->facts : &q->c->received;
    const struct process_step *s = process_step(q->process, step);

    const struct step_span span = {.of = s,
                                   .counter = facts->counter,
                                   .office = dossier_office(facts, s),
                                   .opened = q->c->at,
                                   .left_out = &facts->left_out};

    *ret_due = step_clock_due(q->f->catalogue, &span);
    *ret_near = step_clock_near(q->f->catalogue, &span);
}

/* Somebody has nothing to do with it any more. A supplement ends the work of its round, too: the wait is the
 * applicant's, and the next round has its own time. */
static bool has_ended(int to)
{
    return to == APPRAISAL_AWAITING_SUPPLEMENT || !appraisal_is_open(to);
}

/* read_clocks tells how the step went that ends, and until when one is allowed that opens. A consultation has the
 * moment until which the asked unit answers, and is that unit's. */
static void read_clocks(const struct question *q, struct appraisal_decision *x)
{
    const struct appraisal_step *s = q->step;
    bool asked = s && s->asked;

    if (x->edge->to == APPRAISAL_QUEUED && x->event == APPRAISAL_EVENT_NONE)
        time_of(q, x->step, &x->due_at, &x->near_at);
    if (x->opens_edge)
        time_of(q, x->opens, &x->opens_due, &x->opens_near);
    if (!s || x->event == APPRAISAL_EVENT_NONE || !has_ended(x->edge->to) || !appraisal_is_open(x->edge->from))
        return;

    const struct step_span span = {.of = q->process_step,
                                   .counter = q->d->facts.counter,
                                   .office = asked ? s->asked : s->unit,
                                   .unit = asked ? s->asked : s->unit,
                                   .opened = s->opened_at,
                                   .until = asked ? s->due_at : INSTANT_NONE,
                                   .left_out = &q->d->facts.left_out};
    x->timed = step_clock_read(q->f->catalogue, &span, q->c->at, &x->clock);
}

static enum err_code find_rule(int from, struct question *q, struct appraisal_decision *x, struct err *reterr)
{
    const struct rule *rule = row_of(from, q->c->act, x->kind);
    if (!rule)
        return fsm_refuse(&appraisal_fsm, from, (int)q->c->act, reterr);
    if (rule->guard) {
        enum err_code rc = rule->guard(q, x, reterr);
        if (rc)
            return rc;
    }
    x->edge = &rule->edge;
    x->event = rule->event;
    enum err_code rc = move_next(q, rule->then, x, reterr);
    if (!rc)
        read_clocks(q, x);
    return rc;
}

static void take_step(struct question *q, struct appraisal_decision *x)
{
    q->process_step = process_step(q->process, q->step->step);
    x->step = q->step->step;
    x->round = q->step->round;
    x->kind = q->step->kind;
    x->unit = q->step->unit;
}

/* A supplement comes to the step that waits for it. */
static enum err_code decide_supplement(struct question *q, struct appraisal_decision *x, struct err *reterr)
{
    q->step = appraisal_step_latest(q->d, q->c->step);
    if (!q->step)
        return dossier_untrue(reterr, "chưa có yêu cầu bổ sung nào", "no supplement was asked for", q->c->step);
    take_step(q, x);
    return find_rule((int)q->step->state, q, x, reterr);
}

/* Only the step that is open is cancelled; those that have ended stand. */
static enum err_code decide_ended(struct question *q, struct appraisal_decision *x, struct err *reterr)
{
    q->step = appraisal_step_open(q->d);
    if (!q->step || !appraisal_is_open((int)q->step->state))
        return ERR_OK;
    take_step(q, x);
    return find_rule((int)q->step->state, q, x, reterr);
}

static enum err_code decide_event(struct question *q, struct appraisal_decision *x, struct err *reterr)
{
    if (q->c->act == APPRAISAL_ACT_RECEIVE) {
        const struct appraisal_step *s = q->d ? appraisal_step_open(q->d) : NULL;
        if (q->d)
            return fsm_refuse(&appraisal_fsm, s ? (int)s->state : FSM_NOWHERE, (int)q->c->act, reterr);
    }
    if (q->c->act == APPRAISAL_ACT_WITHDRAW || q->c->act == APPRAISAL_ACT_STOP)
        return decide_ended(q, x, reterr);
    if (q->d && facts_ended(&q->d->facts))
        return ERR_OK; /* it was told before its teller knew of the end */
    if (q->c->act == APPRAISAL_ACT_TAKE_SUPPLEMENT)
        return decide_supplement(q, x, reterr);
    const struct dossier_facts *facts = q->d ? &q->d->facts : &q->c->received;
    int n = 0;
    enum err_code rc = event_step(q->d, q->c, q->process, &n, reterr);
    if (rc || n == 0)
        return rc;
    const struct appraisal_step *s = q->d ? appraisal_step_latest(q->d, n) : NULL;
    if (q->c->act == APPRAISAL_ACT_SEND_BACK)
        x->undecided = process_previous(q->process, q->c->step, STEP_APPROVE);
    x->step = n;
    x->round = s ? s->round + 1 : 1;
    x->kind = process_step(q->process, n)->kind;
    x->unit = process_unit(process_step(q->process, n), facts->unit, facts->receiving_unit);
    return find_rule(s ? (int)s->state : FSM_NOWHERE, q, x, reterr);
}

/* is_asked tells whether the actor's unit was asked and answers: the one act of another unit than the step's. */
static bool is_asked(const struct question *q)
{
    return q->c->act == APPRAISAL_ACT_ANSWER && q->step->asked && strcmp(q->f->actor_unit, q->step->asked) == 0;
}

/* The clock's act is about the step that is open. */
static enum err_code decide_clock(struct question *q, struct appraisal_decision *x, struct err *reterr)
{
    q->step = appraisal_step_open(q->d);
    if (!q->step)
        return fsm_refuse(&appraisal_fsm, FSM_NOWHERE, (int)q->c->act, reterr);
    take_step(q, x);
    if (q->c->act == APPRAISAL_ACT_WARN_PART)
        return part_draws_near(q, x, reterr);
    if (q->c->act == APPRAISAL_ACT_LAPSE_PART)
        return has_part_lapsed(q, x, reterr);
    return find_rule((int)q->step->state, q, x, reterr);
}

/* step_meant finds the step that a command is about: the open one when it names none, or the one in which the actor's
 * unit has kept silent, when it is not asked anything in the open one. */
static const struct appraisal_step *step_meant(const struct question *q)
{
    const struct appraisal_step *open = appraisal_step_open(q->d), *silent = NULL;

    if (q->c->step)
        return appraisal_step_latest(q->d, q->c->step);
    if (q->c->act == APPRAISAL_ACT_ANSWER && open &&
        (open->state != APPRAISAL_CONSULTING || strcmp(open->asked, q->f->actor_unit) != 0))
        silent = appraisal_silent_step(q->d, q->c->act, q->f->actor_unit);
    if (q->c->act == APPRAISAL_ACT_CONTRIBUTE && open && !appraisal_part_last(q->d, open->step, q->f->actor_unit))
        silent = appraisal_silent_step(q->d, q->c->act, q->f->actor_unit);
    return silent ? silent : open;
}

static enum err_code decide_command(struct question *q, struct appraisal_decision *x, struct err *reterr)
{
    q->step = step_meant(q);
    if (!q->step && q->c->step)
        return err_say(reterr, ERR_INVALID, "step", "bước %d không phải là bước thẩm định đã mở của hồ sơ",
                       "step %d is no opened step of appraisal of the dossier", q->c->step);
    if (!q->step)
        return fsm_refuse(&appraisal_fsm, FSM_NOWHERE, (int)q->c->act, reterr);
    take_step(q, x);
    enum err_code rc =
        desk_find(q->f->catalogue, q->f->actor, q->f->actor_unit, instant_day(q->f->now), &q->desk, reterr);
    if (rc)
        return rc;
    if (q->c->act == APPRAISAL_ACT_CONTRIBUTE)
        return may_contribute(q, x, reterr);
    if (strcmp(q->f->actor_unit, q->step->unit) != 0 && !is_asked(q))
        return desk_may_do(&q->desk, q->process_step, q->d->facts.unit, q->d->facts.receiving_unit, reterr);
    x->place = q->desk.place;
    return find_rule((int)q->step->state, q, x, reterr);
}

enum err_code appraisal_decide(const struct appraisal_dossier *d, const struct appraisal_command *c,
                               const struct appraisal_facts *f, struct appraisal_decision *ret, struct err *reterr)
{
    struct question q = {.d = d, .c = c, .f = f};
    struct appraisal_decision x = {.at = c->at,
                                   .due_at = INSTANT_NONE,
                                   .near_at = INSTANT_NONE,
                                   .opens_due = INSTANT_NONE,
                                   .opens_near = INSTANT_NONE,
                                   .by = f->actor,
                                   .same_day = c->from_event ? NULL : c->same_day};
    const struct dossier_facts *facts = c->act == APPRAISAL_ACT_RECEIVE ? &c->received : d ? &d->facts : NULL;
    enum err_code rc = ERR_OK;

    if (!facts)
        return dossier_unknown(c->from_event, reterr);
    if (c->act == APPRAISAL_ACT_FILE_DOCUMENT)
        rc = papers_may_file(&d->papers, c->paper.handle.id, reterr);
    else if (c->act == APPRAISAL_ACT_MOVE_DUE)
        rc = step_leaves_out(&q, &x, reterr);
    else if (c->act == APPRAISAL_ACT_RECOUNT)
        rc = step_is_recounted(&q, &x, reterr);
    else if (c->act != APPRAISAL_ACT_DECIDE) {
        rc = dossier_process(facts, f->catalogue, &q.process, reterr);
        if (!rc)
            rc = c->from_event   ? decide_event(&q, &x, reterr)
                 : c->from_clock ? decide_clock(&q, &x, reterr)
                                 : decide_command(&q, &x, reterr);
        if (!rc)
            rc = parts_follow(&q, &x, reterr);
    }
    if (rc)
        return rc;
    *ret = x;
    return ERR_OK;
}
