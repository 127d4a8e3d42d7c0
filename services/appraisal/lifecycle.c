/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The life of an appraise step.
 *
 *   [*] --receive, take_transfer, sign--> queued --assign--> assigned --conclude--> appraised
 *                                           ^                 ^    |                    |
 *                                           |                 +----+ assign             |
 *                                           +------------- send_back (next round) ------+
 *
 * queued     the step before has ended; the clock of this step runs; nobody has it yet.
 * assigned   one officer of the step's unit has it; only this officer concludes it.
 * appraised  the opinion and the draft stand and never change; another round leaves them as they are.
 */
#include <string.h>

#include "services/appraisal/guards.h"

struct rule {
    struct fsm_edge edge;
    enum err_code (*guard)(struct question *q, struct appraisal_decision *x, struct err *reterr);
    enum appraisal_event event;
};

#define RULE(from_, act_, to_, guard_, event_, why_)                                                                   \
    {                                                                                                                  \
        .edge = {.from = from_, .on = APPRAISAL_ACT_##act_, .to = APPRAISAL_##to_, .why = why_}, .guard = guard_,      \
        .event = APPRAISAL_EVENT_##event_                                                                              \
    }

/* clang-format off */
static const struct rule rules[] = {
    RULE(FSM_NOWHERE,         RECEIVE,       QUEUED,    NULL,         NONE,      "received at the counter, and its process appraises next"),
    RULE(FSM_NOWHERE,         TAKE_TRANSFER, QUEUED,    NULL,         NONE,      "the appraising unit has taken the papers over"),
    RULE(FSM_NOWHERE,         SIGN,          QUEUED,    NULL,         NONE,      "a first decision was signed, and the process appraises again"),
    RULE(APPRAISAL_APPRAISED, SEND_BACK,     QUEUED,    NULL,         NONE,      "the approver wants it appraised again: a new round"),
    RULE(APPRAISAL_QUEUED,    ASSIGN,        ASSIGNED,  may_assign,   ASSIGNED,  "an officer of the unit has it now"),
    RULE(APPRAISAL_ASSIGNED,  ASSIGN,        ASSIGNED,  may_reassign, ASSIGNED,  "the head gives it to another officer of the unit"),
    RULE(APPRAISAL_ASSIGNED,  CONCLUDE,      APPRAISED, may_conclude, APPRAISED, "its officer gives an opinion and a draft"),
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

/* was_appraised tells whether the approve step of an event was reached from here. */
static bool was_appraised(const struct appraisal_dossier *d, const struct process *p, int approve)
{
    int n = process_previous(p, approve, STEP_APPRAISE);
    const struct appraisal_step *s = n ? appraisal_step_latest(d, n) : NULL;
    return s && s->state == APPRAISAL_APPRAISED;
}

/* event_step finds the step that an event opens; 0: none of ours. */
static enum err_code event_step(const struct appraisal_dossier *d, const struct appraisal_command *c,
                                const struct process *p, int *ret, struct err *reterr)
{
    const struct process_step *ended = process_step(p, c->act == APPRAISAL_ACT_RECEIVE ? 1 : c->step);
    int n = 0;

    if (!ended)
        return dossier_untrue(reterr, "there is no such step", c->step);
    if (c->act == APPRAISAL_ACT_RECEIVE) {
        if (ended->kind != STEP_RECEIVE)
            return dossier_untrue(reterr, "the process does not begin with a receipt", 1);
        for (int i = 1; i <= p->step_count; i++)
            if (process_owner(p->steps[i - 1].kind) == OWNER_APPRAISAL && p->steps[i - 1].kind != STEP_APPRAISE)
                return err_say(reterr, ERR_CONFLICT, "process", "quy trình \"%s\" có bước \"%s\" chưa được hỗ trợ",
                               "process \"%s\" has a step \"%s\" that is not served yet", p->record.id,
                               step_kind_name((int)p->steps[i - 1].kind));
        process_opens(p, 1, OWNER_APPRAISAL, &n);
    } else if (c->act == APPRAISAL_ACT_TAKE_TRANSFER) {
        if (ended->kind != STEP_TRANSFER)
            return dossier_untrue(reterr, "it is no transfer", c->step);
        process_opens(p, c->step, OWNER_APPRAISAL, &n);
    } else {
        if (ended->kind != STEP_APPROVE)
            return dossier_untrue(reterr, "it is no approval", c->step);
        if (!was_appraised(d, p, c->step))
            return dossier_untrue(reterr, "nothing was appraised for it", c->step);
        if (c->act == APPRAISAL_ACT_SEND_BACK)
            n = process_previous(p, c->step, STEP_APPRAISE);
        else if (c->outcome == OUTCOME_GRANTED && !c->last)
            process_opens(p, c->step, OWNER_APPRAISAL, &n);
    }
    *ret = n;
    return ERR_OK;
}

/* ---- decide */

static enum err_code find_rule(int from, struct question *q, struct appraisal_decision *x, struct err *reterr)
{
    const struct fsm_edge *edge = fsm_next(&appraisal_fsm, from, (int)q->c->act, NULL);
    if (!edge)
        return fsm_refuse(&appraisal_fsm, from, (int)q->c->act, reterr);
    const struct rule *rule = (const struct rule *)(const void *)edge;
    if (rule->guard) {
        enum err_code rc = rule->guard(q, x, reterr);
        if (rc)
            return rc;
    }
    x->edge = edge;
    x->event = rule->event;
    return ERR_OK;
}

static enum err_code decide_event(struct question *q, struct appraisal_decision *x, struct err *reterr)
{
    if (q->c->act == APPRAISAL_ACT_RECEIVE) {
        const struct appraisal_step *s = q->d ? appraisal_step_open(q->d) : NULL;
        if (q->d)
            return fsm_refuse(&appraisal_fsm, s ? (int)s->state : FSM_NOWHERE, (int)q->c->act, reterr);
    }
    const struct dossier_facts *facts = q->d ? &q->d->facts : &q->c->received;
    int n = 0;
    enum err_code rc = event_step(q->d, q->c, q->process, &n, reterr);
    if (rc || n == 0)
        return rc;
    const struct appraisal_step *s = q->d ? appraisal_step_latest(q->d, n) : NULL;
    x->step = n;
    x->round = s ? s->round + 1 : 1;
    x->unit = process_unit(process_step(q->process, n), facts->unit, facts->receiving_unit);
    return find_rule(s ? (int)s->state : FSM_NOWHERE, q, x, reterr);
}

static enum err_code decide_command(struct question *q, struct appraisal_decision *x, struct err *reterr)
{
    q->step = q->c->step ? appraisal_step_latest(q->d, q->c->step) : appraisal_step_open(q->d);
    if (!q->step && q->c->step)
        return err_say(reterr, ERR_INVALID, "step", "bước %d không phải là bước thẩm định đã mở của hồ sơ",
                       "step %d is no opened appraise step of the dossier", q->c->step);
    if (!q->step)
        return fsm_refuse(&appraisal_fsm, FSM_NOWHERE, (int)q->c->act, reterr);
    q->process_step = process_step(q->process, q->step->step);
    x->step = q->step->step;
    x->round = q->step->round;
    x->unit = q->step->unit;
    enum err_code rc =
        desk_find(q->f->catalogue, q->f->actor, q->f->actor_unit, instant_day(q->f->now), &q->desk, reterr);
    if (rc)
        return rc;
    if (strcmp(q->f->actor_unit, q->step->unit) != 0)
        return desk_may_do(&q->desk, q->process_step, q->d->facts.unit, q->d->facts.receiving_unit, reterr);
    x->place = q->desk.place;
    return find_rule((int)q->step->state, q, x, reterr);
}

enum err_code appraisal_decide(const struct appraisal_dossier *d, const struct appraisal_command *c,
                               const struct appraisal_facts *f, struct appraisal_decision *ret, struct err *reterr)
{
    struct question q = {.d = d, .c = c, .f = f};
    struct appraisal_decision x = {.due_at = INSTANT_NONE};
    const struct dossier_facts *facts = c->act == APPRAISAL_ACT_RECEIVE ? &c->received : d ? &d->facts : NULL;
    enum err_code rc = ERR_OK;

    if (!facts)
        return dossier_unknown(c->from_event, reterr);
    if (c->act == APPRAISAL_ACT_FILE_DOCUMENT)
        rc = papers_may_file(&d->papers, c->paper.handle.id, reterr);
    else if (c->act != APPRAISAL_ACT_DECIDE) {
        rc = dossier_process(facts, f->catalogue, &q.process, reterr);
        if (!rc)
            rc = c->from_event ? decide_event(&q, &x, reterr) : decide_command(&q, &x, reterr);
    }
    if (rc)
        return rc;
    *ret = x;
    return ERR_OK;
}
