/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The life of an approve step.
 *
 *   [*] --receive, expect--> expected --appraise, endorse--> pending --grant, refuse--> decided --sign--> signed
 *                                                             ^   |                      |
 *                        appraise, endorse (the next round)   |   | send_back            | send_back
 *                                                             |   v                      |
 *                                                            sent back <-----------------+
 *
 * expected   the process asks for this decision later; nobody can act on it.
 * pending    an opinion and a draft lie before the approver; the draft never changes in this round.
 * decided    granted or refused under a mandate that was valid that day; not yet binding: nothing is issued.
 * signed     the very draft that was decided on is signed. It never changes; when the result is wrong, a letter that
 *            corrects it is signed beside it.
 *            While it is pending or decided the clock warns of its time and tells when that has passed (watch.c).
 * sent back  it is appraised once more; the next round is a row of its own. An error may show between the decision and
 *            the signature, too: what was decided then binds nobody, and is decided anew.
 * stopped    the citizen was granted to have the dossier back, or the competent unit's stop notice is signed: it ends
 *            without a result. As long as such a request waits, no result is decided or signed.
 */
#include <string.h>

#include "services/approval/guards.h"

struct rule {
    struct fsm_edge edge;
    guard *guard;
    enum approval_event event;
};

static enum err_code may_grant(struct question *q, struct approval_decision *x, struct err *reterr);
static enum err_code may_refuse(struct question *q, struct approval_decision *x, struct err *reterr);
static enum err_code may_send_back(struct question *q, struct approval_decision *x, struct err *reterr);
static enum err_code may_sign(struct question *q, struct approval_decision *x, struct err *reterr);

#define RULE(from_, act_, to_, guard_, event_, why_)                                                                   \
    {                                                                                                                  \
        .edge = {.from = from_, .on = APPROVAL_ACT_##act_, .to = APPROVAL_##to_, .why = why_}, .guard = guard_,        \
        .event = APPROVAL_EVENT_##event_                                                                               \
    }

/* clang-format off */
static const struct rule rules[] = {
    RULE(FSM_NOWHERE,        RECEIVE,   EXPECTED,  NULL,          NONE,             "received at the counter; its process asks for this decision"),
    RULE(FSM_NOWHERE,        EXPECT,    EXPECTED,  NULL,          NONE,             "an earlier decision was signed; its process asks for another"),
    RULE(APPROVAL_EXPECTED,  APPRAISE,  PENDING,   NULL,          NONE,             "appraised: opinion and draft lie before the approver"),
    RULE(APPROVAL_EXPECTED,  ENDORSE,   PENDING,   NULL,          NONE,             "endorsed: opinion and draft lie before the approver"),
    RULE(APPROVAL_SENT_BACK, APPRAISE,  PENDING,   NULL,          NONE,             "appraised once more: a new round"),
    RULE(APPROVAL_SENT_BACK, ENDORSE,   PENDING,   NULL,          NONE,             "appraised and endorsed once more: a new round"),
    RULE(APPROVAL_PENDING,   GRANT,     DECIDED,   may_grant,     GRANTED,          "granted under a valid mandate"),
    RULE(APPROVAL_PENDING,   REFUSE,    DECIDED,   may_refuse,    DECISION_REFUSED, "refused under a valid mandate, with reasons"),
    RULE(APPROVAL_PENDING,   SEND_BACK, SENT_BACK, may_send_back, SENT_BACK,        "opinion or draft do not satisfy the approver"),
    RULE(APPROVAL_DECIDED,   SEND_BACK, SENT_BACK, may_send_back, SENT_BACK,        "an error shows before it is signed: the decision falls"),
    RULE(APPROVAL_DECIDED,   SIGN,      SIGNED,    may_sign,      SIGNED,           "the draft that was decided on is signed"),
    RULE(APPROVAL_PENDING,   WARN,      PENDING,   decision_draws_near,    NEAR,             "little of the step's time is left and it is not decided"),
    RULE(APPROVAL_DECIDED,   WARN,      DECIDED,   decision_draws_near,    NEAR,             "little of the step's time is left and it is not signed"),
    RULE(APPROVAL_PENDING,   PASS,      PENDING,   decision_has_passed,    PASSED,           "the step's time has passed and it is not decided"),
    RULE(APPROVAL_DECIDED,   PASS,      DECIDED,   decision_has_passed,    PASSED,           "the step's time has passed and it is not signed"),
    RULE(APPROVAL_EXPECTED,  GRANT_WITHDRAWAL, STOPPED, may_grant_withdrawal, WITHDRAWAL_GRANTED, "the citizen has the dossier back before it was appraised"),
    RULE(APPROVAL_PENDING,   GRANT_WITHDRAWAL, STOPPED, may_grant_withdrawal, WITHDRAWAL_GRANTED, "the citizen has the dossier back before it was decided"),
    RULE(APPROVAL_DECIDED,   GRANT_WITHDRAWAL, STOPPED, may_grant_withdrawal, WITHDRAWAL_GRANTED, "the citizen has the dossier back before it was signed"),
    RULE(APPROVAL_SENT_BACK, GRANT_WITHDRAWAL, STOPPED, may_grant_withdrawal, WITHDRAWAL_GRANTED, "the citizen has the dossier back before it was appraised again"),
    RULE(APPROVAL_EXPECTED,  REFUSE_WITHDRAWAL, EXPECTED, may_refuse_withdrawal, WITHDRAWAL_REFUSED, "the dossier stays: the law does not let it be withdrawn"),
    RULE(APPROVAL_PENDING,   REFUSE_WITHDRAWAL, PENDING, may_refuse_withdrawal, WITHDRAWAL_REFUSED, "the dossier stays, and waits to be decided"),
    RULE(APPROVAL_DECIDED,   REFUSE_WITHDRAWAL, DECIDED, may_refuse_withdrawal, WITHDRAWAL_REFUSED, "the dossier stays, and waits to be signed"),
    RULE(APPROVAL_SENT_BACK, REFUSE_WITHDRAWAL, SENT_BACK, may_refuse_withdrawal, WITHDRAWAL_REFUSED, "the dossier stays, and is appraised once more"),
    RULE(APPROVAL_EXPECTED, SIGN_STOP, STOPPED, may_sign_stop, STOP_SIGNED, "the stop notice is signed before it was appraised"),
    RULE(APPROVAL_PENDING, SIGN_STOP, STOPPED, may_sign_stop, STOP_SIGNED, "the stop notice is signed before it was decided"),
    RULE(APPROVAL_DECIDED, SIGN_STOP, STOPPED, may_sign_stop, STOP_SIGNED, "the stop notice is signed before it was signed"),
    RULE(APPROVAL_SENT_BACK, SIGN_STOP, STOPPED, may_sign_stop, STOP_SIGNED, "the stop notice is signed before it was appraised again"),
    RULE(APPROVAL_EXPECTED, REFUSE_STOP, EXPECTED, may_refuse_stop, STOP_REFUSED, "the notice is not signed: it waits to be appraised"),
    RULE(APPROVAL_PENDING, REFUSE_STOP, PENDING, may_refuse_stop, STOP_REFUSED, "the notice is not signed: it waits to be decided"),
    RULE(APPROVAL_DECIDED, REFUSE_STOP, DECIDED, may_refuse_stop, STOP_REFUSED, "the notice is not signed: it waits to be signed"),
    RULE(APPROVAL_SENT_BACK, REFUSE_STOP, SENT_BACK, may_refuse_stop, STOP_REFUSED, "the notice is not signed: it is appraised once more"),
    RULE(APPROVAL_EXPECTED, SIGN_APOLOGY, EXPECTED, may_sign_apology, APOLOGY_SIGNED, "the apology is signed: it will be late before it was appraised"),
    RULE(APPROVAL_PENDING, SIGN_APOLOGY, PENDING, may_sign_apology, APOLOGY_SIGNED, "the apology is signed: it will be late before it was decided"),
    RULE(APPROVAL_DECIDED, SIGN_APOLOGY, DECIDED, may_sign_apology, APOLOGY_SIGNED, "the apology is signed: it will be late before it was signed"),
    RULE(APPROVAL_SENT_BACK, SIGN_APOLOGY, SENT_BACK, may_sign_apology, APOLOGY_SIGNED, "the apology is signed: it will be late before it was appraised again"),
    RULE(APPROVAL_SIGNED, SIGN_APOLOGY, SIGNED, may_sign_apology, APOLOGY_SIGNED, "the apology is signed: the result is signed and will be issued late"),
    RULE(APPROVAL_SIGNED, SIGN_CORRECTION, SIGNED, may_sign_correction, CORRECTION_SIGNED, "the result was wrong: its correction is signed"),
    RULE(APPROVAL_SIGNED, REFUSE_CORRECTION, SIGNED, may_refuse_correction, CORRECTION_REFUSED, "the correction is not signed: the result stays as it is"),
    RULE(APPROVAL_EXPECTED, REFUSE_EXTENSION, EXPECTED, may_refuse_extension, EXTENSION_REFUSED, "the date stays, nothing is appraised yet"),
    RULE(APPROVAL_PENDING, REFUSE_EXTENSION, PENDING, may_refuse_extension, EXTENSION_REFUSED, "the date stays, and it waits to be decided"),
    RULE(APPROVAL_DECIDED, REFUSE_EXTENSION, DECIDED, may_refuse_extension, EXTENSION_REFUSED, "the date stays, and it waits to be signed"),
    RULE(APPROVAL_SENT_BACK, REFUSE_EXTENSION, SENT_BACK, may_refuse_extension, EXTENSION_REFUSED, "the date stays, and it is appraised once more"),
    RULE(APPROVAL_SIGNED, REFUSE_EXTENSION, SIGNED, may_refuse_extension, EXTENSION_REFUSED, "the date stays: the result is signed"),
    RULE(APPROVAL_STOPPED, REFUSE_EXTENSION, STOPPED, may_refuse_extension, EXTENSION_REFUSED, "the date means nothing any more: the dossier has ended"),
};
/* clang-format on */

const struct fsm approval_fsm = {
    .name = "approval",
    .rows = rules,
    .count = COUNT_OF(rules),
    .stride = sizeof rules[0],
    .states = approval_state_names,
    .state_count = APPROVAL_STATE_COUNT,
    .acts = approval_act_names,
    .act_count = APPROVAL_ACT_COUNT,
    .states_vi = approval_state_vi,
    .acts_vi = approval_act_vi,
    .initial = FSM_NOWHERE,
};

/* ---- guards */

/* Nobody appraises and decides, but the officer at the counter at once, of procedures whose rule allows it. */
static bool may_do_both(const struct question *q)
{
    const struct procedure *p =
        catalogue_procedure(q->f->catalogue, q->d->facts.procedure, instant_day(q->d->facts.received_at));

    return q->c->same_day && p && p->same_day && p->one_officer;
}

enum err_code may_decide(struct question *q, struct approval_decision *x, struct err *reterr)
{
    enum err_code rc = desk_may_do(&q->desk, q->process_step, q->d->facts.unit, q->d->facts.receiving_unit, reterr);
    if (!rc)
        rc = approval_mandate_covers(q->f->mandate, q->c->mandate, q->f->actor, q->step->unit, q->d->facts.procedure,
                                     instant_day(q->f->now), reterr);
    if (rc)
        return rc;
    if (barred_has(&q->d->appraisers, q->f->actor) && !may_do_both(q))
        return err_say(reterr, ERR_FORBIDDEN, "actor",
                       "người đã tham gia thẩm định hồ sơ (\"%s\") không được phê duyệt hồ sơ đó",
                       "who had a hand in the appraisal of the dossier (\"%s\") does not approve it", q->f->actor);
    x->mandate = q->f->mandate;
    return ERR_OK;
}

/* A result nobody wants any more is not made: a request to end the dossier comes first. */
static enum err_code may_go_on(struct question *q, struct approval_decision *x, struct err *reterr)
{
    enum err_code rc = may_decide(q, x, reterr);
    if (!rc && q->d->facts.withdrawal == WITHDRAWAL_REQUESTED)
        rc = err_say(reterr, ERR_CONFLICT, "withdrawal", "công dân đề nghị rút hồ sơ: hãy quyết định việc đó trước",
                     "the citizen asks to withdraw the dossier: decide on that first");
    if (!rc && q->d->facts.stop == STOP_REQUESTED)
        rc = err_say(reterr, ERR_CONFLICT, "stop", "đơn vị đề nghị dừng giải quyết hồ sơ: hãy quyết định việc đó trước",
                     "the unit asks to stop the dossier: decide on that first");
    return rc;
}

enum err_code check_reasons(struct question *q, struct approval_decision *x, struct err *reterr)
{
    if (q->c->reason_count == 0)
        return err_say(reterr, ERR_INVALID, "reasons", "phải nêu ít nhất một lý do", "at least one reason is needed");
    enum err_code rc = reasons_known(approval_reason_names, q->c->reasons, q->c->reason_count, reterr);
    if (rc)
        return rc;
    x->reasons = q->c->reasons;
    x->reason_count = q->c->reason_count;
    return ERR_OK;
}

/* The paper must be the very one that intake keeps, with the content of the appraised draft. */
static enum err_code check_paper(struct question *q, struct approval_decision *x, bool draft, struct err *reterr)
{
    const struct paper *known;
    enum err_code rc = papers_named(&q->d->papers, &q->c->document, draft ? "draft" : "document", &known, reterr);
    if (rc)
        return rc;
    if (!handle_same_content(&known->handle, &q->step->draft))
        return err_say(reterr, ERR_INVALID, draft ? "draft.sha256" : "document.sha256",
                       "đây không phải nội dung của dự thảo đã thẩm định (%s)",
                       "this is not the content of the appraised draft (%s)", id_text(q->step->draft.id).s);
    x->document = known->handle;
    return ERR_OK;
}

/* A decision follows its opinion; who thinks otherwise sends it back. */
static enum err_code check_opinion(struct question *q, int opinion, struct err *reterr)
{
    if (q->step->opinion == opinion)
        return ERR_OK;
    return err_say(reterr, ERR_CONFLICT, "opinion", "ý kiến thẩm định là \"%s\": hãy trả lại nếu không đồng ý",
                   "the opinion is \"%s\": send it back if you do not agree", opinion_name(q->step->opinion));
}

static enum err_code may_grant(struct question *q, struct approval_decision *x, struct err *reterr)
{
    enum err_code rc = may_go_on(q, x, reterr);
    if (!rc)
        rc = check_opinion(q, OPINION_FOR, reterr);
    if (!rc)
        rc = check_paper(q, x, true, reterr);
    x->outcome = OUTCOME_GRANTED;
    x->last = process_is_last(q->process, q->step->step);
    return rc;
}

static enum err_code may_refuse(struct question *q, struct approval_decision *x, struct err *reterr)
{
    enum err_code rc = may_go_on(q, x, reterr);
    if (!rc)
        rc = check_opinion(q, OPINION_AGAINST, reterr);
    if (!rc)
        rc = check_reasons(q, x, reterr);
    if (!rc)
        rc = check_paper(q, x, true, reterr);
    x->outcome = OUTCOME_REFUSED;
    x->last = true;
    return rc;
}

static enum err_code may_send_back(struct question *q, struct approval_decision *x, struct err *reterr)
{
    enum err_code rc = may_go_on(q, x, reterr);
    if (rc)
        return rc;
    if (process_previous(q->process, q->step->step, STEP_APPRAISE) == 0)
        return err_say(reterr, ERR_CONFLICT, "step", "trước bước %d không có bước thẩm định để trả lại",
                       "before step %d there is no appraisal to send it back to", q->step->step);
    return check_reasons(q, x, reterr);
}

static enum err_code may_sign(struct question *q, struct approval_decision *x, struct err *reterr)
{
    enum err_code rc = may_go_on(q, x, reterr);
    if (rc)
        return rc;
    if (q->c->signature == SIGNATURE_DIGITAL)
        return err_say(reterr, ERR_INVALID, "kind", "chưa hỗ trợ kiểm tra chữ ký số",
                       "digital signatures are not verified here yet");
    if (q->c->signature != SIGNATURE_INK_ATTESTED)
        return err_say(reterr, ERR_INVALID, "kind", "loại chữ ký không hợp lệ", "this is no kind of signature");
    rc = check_paper(q, x, false, reterr);
    if (rc)
        return rc;
    x->signature = q->c->signature;
    x->signer = q->f->actor;
    x->outcome = q->step->outcome;
    x->last = x->outcome == OUTCOME_REFUSED || process_is_last(q->process, q->step->step);
    if (!x->last) {
        x->expects_edge = fsm_next(&approval_fsm, FSM_NOWHERE, APPROVAL_ACT_EXPECT, NULL);
        x->expects = process_following(q->process, q->step->step, STEP_APPROVE);
        x->expects_unit =
            process_unit(process_step(q->process, x->expects), q->d->facts.unit, q->d->facts.receiving_unit);
    }
    return ERR_OK;
}

/* ---- at once */

enum err_code approval_at_once(const struct approval_dossier *d, const struct same_day *s, instant at,
                               struct approval_command ret[APPROVAL_AT_ONCE], struct err *reterr)
{
    const struct approval_step *step = approval_step_open(d);
    const struct approval_command mine = {.same_day = s, .at = at, .mandate = s->mandate, .document = s->draft};
    enum err_code rc = same_day_may(s, ROLE_APPROVER, reterr);

    if (rc)
        return rc;
    if (!step || step->state != APPROVAL_PENDING)
        return err_say(reterr, ERR_CONFLICT, "same_day", "theo quy trình, sau khi thẩm định chưa đến bước phê duyệt",
                       "by the process the appraisal is not followed by the decision");
    ret[0] = ret[1] = mine;
    ret[0].act = s->opinion == OPINION_FOR ? APPROVAL_ACT_GRANT : APPROVAL_ACT_REFUSE;
    ret[0].reasons = s->reasons;
    ret[0].reason_count = s->reason_count;
    ret[1].act = APPROVAL_ACT_SIGN;
    ret[1].signature = SIGNATURE_INK_ATTESTED; /* no digital one is verified here yet */
    return ERR_OK;
}

/* ---- decide */

/* is_broken_off: the dossier ends without a result while the decision is due; before that nobody was late with it. */
static bool is_broken_off(const struct approval_decision *x)
{
    return (x->event == APPROVAL_EVENT_WITHDRAWAL_GRANTED || x->event == APPROVAL_EVENT_STOP_SIGNED) &&
           (x->edge->from == APPROVAL_PENDING || x->edge->from == APPROVAL_DECIDED);
}

/* read_clocks tells until when a step is allowed that becomes pending, and how one went that ends with a signature, is
 * sent back or broken off. */
static void read_clocks(const struct question *q, struct approval_decision *x)
{
    const struct approval_step *s = q->step;
    const struct process_step *of = process_step(q->process, x->step);

    if (x->edge->to == APPROVAL_PENDING && x->edge->from != APPROVAL_PENDING) {
        const struct step_span opens = {.of = of,
                                        .counter = q->d->facts.counter,
                                        .office = dossier_office(&q->d->facts, of),
                                        .opened = q->c->at,
                                        .left_out = &q->d->facts.left_out};
        x->due_at = step_clock_due(q->f->catalogue, &opens);
        x->near_at = step_clock_near(q->f->catalogue, &opens);
    }
    if (x->event != APPROVAL_EVENT_SIGNED && x->event != APPROVAL_EVENT_SENT_BACK && !is_broken_off(x))
        return;

    const struct step_span span = {.of = of,
                                   .counter = q->d->facts.counter,
                                   .office = dossier_office(&q->d->facts, of),
                                   .unit = s->unit,
                                   .opened = s->opened_at,
                                   .left_out = &q->d->facts.left_out};
    x->timed = step_clock_read(q->f->catalogue, &span, q->c->at, &x->clock);
}

static enum err_code find_rule(int from, struct question *q, struct approval_decision *x, struct err *reterr)
{
    const struct fsm_edge *edge = fsm_next(&approval_fsm, from, (int)q->c->act, NULL);
    if (!edge)
        return fsm_refuse(&approval_fsm, from, (int)q->c->act, reterr);
    const struct rule *rule = (const struct rule *)(const void *)edge;
    if (rule->guard) {
        enum err_code rc = rule->guard(q, x, reterr);
        if (rc)
            return rc;
    }
    x->edge = edge;
    x->event = rule->event;
    read_clocks(q, x);
    return ERR_OK;
}

/* The first approve step is expected from the receipt on; each later one from the signature before it. */
static enum err_code decide_received(struct question *q, struct approval_decision *x, struct err *reterr)
{
    if (q->d) {
        const struct approval_step *s = approval_step_open(q->d);
        return fsm_refuse(&approval_fsm, s ? (int)s->state : FSM_NOWHERE, (int)q->c->act, reterr);
    }
    if (!process_step(q->process, 1) || process_step(q->process, 1)->kind != STEP_RECEIVE)
        return dossier_untrue(reterr, "quy trình không bắt đầu bằng bước tiếp nhận",
                              "the process does not begin with a receipt", 1);
    x->step = process_following(q->process, 1, STEP_APPROVE);
    if (x->step == 0)
        return err_say(reterr, ERR_CONFLICT, "process", "quy trình \"%s\" không có bước phê duyệt",
                       "process \"%s\" has no approve step", q->process->record.id);
    x->round = 1;
    x->unit = process_unit(process_step(q->process, x->step), q->c->received.unit, q->c->received.receiving_unit);
    return find_rule(FSM_NOWHERE, q, x, reterr);
}

/* An approve step opens on what ends the step right before it: the opinion, or the endorsement where the process has
 * one. */
static enum err_code decide_appraised(struct question *q, struct approval_decision *x, struct err *reterr)
{
    const struct process_step *ended = process_step(q->process, q->c->step);
    const struct paper *draft = papers_find(&q->d->papers, q->c->document.id);
    int n;

    if (!ended || ended->kind != (q->c->act == APPROVAL_ACT_ENDORSE ? STEP_ENDORSE : STEP_APPRAISE))
        return dossier_untrue(reterr, "không phải bước thẩm định hay trình ký", "it is no appraisal or endorsement",
                              q->c->step);
    if (q->c->opinion == OPINION_NEEDS_SUPPLEMENT || !process_opens(q->process, q->c->step, OWNER_APPROVAL, &n))
        return ERR_OK;
    if (!draft || !handle_same_content(&draft->handle, &q->c->document))
        return dossier_untrue(reterr, "bản dự thảo không thuộc hồ sơ", "its draft is not a paper of the dossier",
                              q->c->step);
    q->step = approval_step_latest(q->d, n);
    if (facts_ended(&q->d->facts))
        return ERR_OK; /* appraised before appraisal knew of the end */
    x->step = n;
    x->round = !q->step ? 1 : q->step->round + (q->step->state == APPROVAL_SENT_BACK);
    x->unit = process_unit(process_step(q->process, n), q->d->facts.unit, q->d->facts.receiving_unit);
    return find_rule(q->step ? (int)q->step->state : FSM_NOWHERE, q, x, reterr);
}

/* The clock's act is about the step that is open. */
static enum err_code decide_clock(struct question *q, struct approval_decision *x, struct err *reterr)
{
    q->step = approval_step_open(q->d);
    if (!q->step)
        return fsm_refuse(&approval_fsm, FSM_NOWHERE, (int)q->c->act, reterr);
    x->step = q->step->step;
    x->round = q->step->round;
    x->unit = q->step->unit;
    return find_rule((int)q->step->state, q, x, reterr);
}

static enum err_code decide_command(struct question *q, struct approval_decision *x, struct err *reterr)
{
    q->step = q->c->step ? approval_step_latest(q->d, q->c->step) : approval_step_open(q->d);
    if (!q->step && q->c->step)
        return err_say(reterr, ERR_INVALID, "step", "bước %d không phải là bước phê duyệt đã mở của hồ sơ",
                       "step %d is no opened approve step of the dossier", q->c->step);
    if (!q->step)
        return fsm_refuse(&approval_fsm, FSM_NOWHERE, (int)q->c->act, reterr);
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

/* Its paper was filed, and the last decision is signed: intake knows that it was even sealed. */
static enum err_code may_be_corrected(const struct approval_dossier *d, const struct approval_command *c,
                                      struct err *reterr)
{
    const struct approval_step *s = approval_step_open(d);
    const struct paper *filed = papers_find(&d->papers, c->document.id);

    if (!s || s->state != APPROVAL_SIGNED)
        return dossier_untrue(reterr, "chưa ký văn bản nào để đính chính", "nothing is signed that could be corrected",
                              c->step);
    if (d->facts.correction == CORRECTION_REQUESTED)
        return dossier_untrue(reterr, "đã có bản đính chính đang chờ ký", "a correction waits to be signed already",
                              c->step);
    if (!filed || !handle_same_content(&filed->handle, &c->document))
        return dossier_untrue(reterr, "bản đính chính không thuộc hồ sơ",
                              "the correction is not a paper of the dossier", c->step);
    return ERR_OK;
}

enum err_code approval_decide(const struct approval_dossier *d, const struct approval_command *c,
                              const struct approval_facts *f, struct approval_decision *ret, struct err *reterr)
{
    struct question q = {.d = d, .c = c, .f = f};
    struct approval_decision x = {.at = c->at,
                                  .due_at = INSTANT_NONE,
                                  .near_at = INSTANT_NONE,
                                  .by = f->actor,
                                  .same_day = c->from_event ? NULL : c->same_day};
    const struct dossier_facts *facts = c->act == APPROVAL_ACT_RECEIVE ? &c->received : d ? &d->facts : NULL;
    enum err_code rc;

    if (!facts)
        return dossier_unknown(c->from_event, reterr);
    if (c->act == APPROVAL_ACT_FILE_DOCUMENT || c->act == APPROVAL_ACT_REQUEST_WITHDRAWAL ||
        c->act == APPROVAL_ACT_REQUEST_EXTENSION || c->act == APPROVAL_ACT_REQUEST_STOP)
        rc = papers_may_file(&d->papers, c->paper.handle.id, reterr);
    else if (c->act == APPROVAL_ACT_REQUEST_CORRECTION)
        rc = may_be_corrected(d, c, reterr);
    else if (c->act == APPROVAL_ACT_MOVE_DUE)
        rc = decision_leaves_out(&q, &x, reterr);
    else if (c->act == APPROVAL_ACT_RECOUNT)
        rc = decision_is_recounted(&q, &x, reterr);
    else if (c->act == APPROVAL_ACT_TAKE_PART || c->act == APPROVAL_ACT_TAKE_SUPPLEMENT)
        rc = ERR_OK;
    else
        rc = dossier_process(facts, f->catalogue, &q.process, reterr);
    if (!rc && c->act == APPROVAL_ACT_RECEIVE)
        rc = decide_received(&q, &x, reterr);
    else if (!rc && (c->act == APPROVAL_ACT_APPRAISE || c->act == APPROVAL_ACT_ENDORSE))
        rc = decide_appraised(&q, &x, reterr);
    else if (!rc && c->from_clock && c->act != APPROVAL_ACT_RECOUNT)
        rc = decide_clock(&q, &x, reterr);
    else if (!rc && !c->from_event && !c->from_clock)
        rc = decide_command(&q, &x, reterr);
    if (rc)
        return rc;
    *ret = x;
    return ERR_OK;
}
