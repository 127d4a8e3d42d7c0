/* SPDX-License-Identifier: Apache-2.0 */
#include "services/intake/guards.h"
#include "services/intake/rules.h"

#include <string.h>

#include "common/base/role.h"
#include "common/domain/desk.h"

/* ---- which row */

bool last_signature(const struct asked *q)
{
    return ((const struct intake_progress *)q->command)->last;
}

bool another_round(const struct asked *q)
{
    return !last_signature(q);
}

/* What crosses the signature of a stop notice is no news of a dossier whose result is signed. */
bool is_stopping(const struct asked *q)
{
    return q->d->outcome == OUTCOME_STOPPED;
}

static bool is_kind(const struct asked *q, enum document_kind kind)
{
    return ((const struct intake_document *)q->command)->kind == kind;
}

/* Who came is recorded as long as there may be something to fetch: papers are given back in every state. */
bool is_collector(const struct asked *q)
{
    return is_kind(q, DOCUMENT_COLLECTOR);
}

/* What whoever comes in the applicant's place brings, and who that is. */
bool is_of_proxy(const struct asked *q)
{
    return is_kind(q, DOCUMENT_AUTHORISATION) || is_collector(q);
}

/* A result is there: what is wrong with it may be corrected. */
bool comes_behind(const struct asked *q)
{
    return is_of_proxy(q) || is_kind(q, DOCUMENT_CORRECTION);
}

/* Who has the result comes once more for its correction, or for papers, or sends somebody. */
bool is_of_correction(const struct asked *q)
{
    return comes_behind(q) && (!is_kind(q, DOCUMENT_AUTHORISATION) || q->d->correction_count > 0);
}

bool is_of_supply(const struct asked *q)
{
    return ((const struct intake_move *)q->command)->supplement != 0;
}

/* ---- what has to hold */

/* Who files whatever the work needs; who only returns results files no more than who came, and a proxy's authorisation.
 */
#define FILERS (ROLE_BIT(RECEIVER) | ROLE_BIT(APPRAISER) | ROLE_BIT(APPROVER) | ROLE_BIT(CLERK))

enum err_code may_submit(struct asked *q, struct err *reterr)
{
    return intake_may_submit(q->command, q->f, q->out, reterr);
}

enum err_code may_receive(struct asked *q, struct err *reterr)
{
    const struct intake_receive *c = q->command;
    enum err_code rc = intake_may_receive(c, q->f, q->out, reterr);

    return rc ? rc : intake_may_answer(q->d, c->submission, c->applicant.identity_number, q->f, q->out, reterr);
}

static enum err_code may_end_visit(struct asked *q, const struct intake_visit *c, struct err *reterr)
{
    return intake_may_answer(q->d, c->submission, c->applicant.identity_number, q->f, q->out, reterr);
}

enum err_code may_refuse(struct asked *q, struct err *reterr)
{
    enum err_code rc = intake_may_refuse(q->command, q->f, q->out, reterr);

    return rc ? rc : may_end_visit(q, q->command, reterr);
}

enum err_code may_guide(struct asked *q, struct err *reterr)
{
    const struct intake_guide *c = q->command;
    enum err_code rc = intake_may_guide(c, q->f, q->out, reterr);

    if (!rc)
        rc = may_end_visit(q, &c->visit, reterr);
    if (rc || id_is_nil(c->visit.submission))
        return rc;
    const struct intake_list list = intake_list_of(q->f, c->visit.procedure, q->f->now);
    return intake_check_told(&list, q->d->submission->listed, c->missing, c->missing_count, reterr);
}

/* find_desk is the post behind the act; only people act at desks. */
static enum err_code find_desk(const struct asked *q, struct desk *ret, struct err *reterr)
{
    return desk_find(q->f->catalogue, q->f->actor, q->f->actor_unit, instant_day(q->f->now), ret, reterr);
}

/* The units that the dossier lies with file what they need; a unit that is only being consulted files its opinion. */
enum err_code may_file(struct asked *q, struct err *reterr)
{
    const struct intake_dossier *d = q->d;
    const struct intake_document *c = q->command;
    struct desk desk;
    enum err_code rc = find_desk(q, &desk, reterr);

    if (rc)
        return rc;
    bool its_own = strcmp(desk.officer->unit, d->unit) == 0 || strcmp(desk.officer->unit, d->receiving_unit) == 0 ||
                   (d->step_unit && strcmp(desk.officer->unit, d->step_unit) == 0);
    bool is_asked =
        (d->asked_unit && strcmp(desk.officer->unit, d->asked_unit) == 0) || intake_takes_part(d, desk.officer->unit);
    if (!its_own && !is_asked)
        return err_say(reterr, ERR_FORBIDDEN, "actor", "hồ sơ thuộc đơn vị %s, không phải %s",
                       "the dossier lies with unit %s, not %s", d->unit, desk.officer->unit);
    if (!its_own && c->kind != DOCUMENT_OPINION)
        return err_say(reterr, ERR_FORBIDDEN, "kind", "đơn vị %s được lấy ý kiến chỉ nộp tài liệu loại \"%s\"",
                       "unit %s, which is being consulted, files documents of the kind \"%s\" only", desk.officer->unit,
                       document_kind_name(DOCUMENT_OPINION));
    if (!is_of_proxy(q) && (q->f->actor_roles & ROLE_BIT(RETURNER)) && !(q->f->actor_roles & FILERS))
        return err_say(reterr, ERR_FORBIDDEN, "kind", "người trả kết quả chỉ nộp tài liệu loại \"%s\", \"%s\"",
                       "who returns results files documents of the kinds \"%s\" and \"%s\" only",
                       document_kind_name(DOCUMENT_AUTHORISATION), document_kind_name(DOCUMENT_COLLECTOR));
    if (c->kind == DOCUMENT_LOSS_MINUTES)
        return err_say(reterr, ERR_INVALID, "kind",
                       "tài liệu loại \"%s\" được nộp khi ghi nhận giấy tờ bị mất, hư hỏng",
                       "a document of the kind \"%s\" comes with the loss that it is about",
                       document_kind_name(DOCUMENT_LOSS_MINUTES));
    if (c->component > d->component_count)
        return err_say(reterr, ERR_INVALID, "component", "hồ sơ không có thành phần số %d",
                       "the dossier has no component %d", c->component);
    const struct intake_list list = intake_list_of(q->f, d->procedure, d->received_at);
    rc = intake_check_asked(&list, c->missing, c->missing_count, q->f->arena, reterr);
    if (rc)
        return rc;
    q->out->place = desk.place;
    q->out->document = c;
    return ERR_OK;
}

enum err_code may_give(struct asked *q, struct err *reterr)
{
    return intake_may_give(q->command, q->f, q->out, reterr);
}

enum err_code may_take(struct asked *q, struct err *reterr)
{
    return intake_may_take(q->command, q->f, q->out, reterr);
}

enum err_code may_decline(struct asked *q, struct err *reterr)
{
    return intake_may_decline(q->command, q->f, q->out, reterr);
}

enum err_code may_take_turn(struct asked *q, struct err *reterr)
{
    return intake_may_take_turn(q->f, q->out, reterr);
}

enum err_code may_refuse_turn(struct asked *q, struct err *reterr)
{
    return intake_may_refuse_turn(q->command, q->f, q->out, reterr);
}

enum err_code may_open_obligation(struct asked *q, struct err *reterr)
{
    return intake_may_open_obligation(q->command, q->f, q->out, reterr);
}

enum err_code may_meet_obligation(struct asked *q, struct err *reterr)
{
    return intake_may_meet_obligation(q->command, q->f, q->out, reterr);
}

enum err_code may_request_supplement(struct asked *q, struct err *reterr)
{
    return intake_may_request_supplement(q->command, q->f, q->out, reterr);
}

enum err_code may_receive_supplement(struct asked *q, struct err *reterr)
{
    return intake_may_receive_supplement(q->command, q->f, q->out, reterr);
}

enum err_code may_request_withdrawal(struct asked *q, struct err *reterr)
{
    return intake_may_request_withdrawal(q->command, q->f, q->out, reterr);
}

enum err_code may_find(struct asked *q, struct err *reterr)
{
    return intake_may_find(q->command, q->f, q->out, reterr);
}

enum err_code may_exclude(struct asked *q, struct err *reterr)
{
    return intake_may_exclude(q->command, q->f, q->out, reterr);
}

enum err_code may_bring_back(struct asked *q, struct err *reterr)
{
    return intake_may_bring_back(q->command, q->f, q->out, reterr);
}

enum err_code may_take_back(struct asked *q, struct err *reterr)
{
    return intake_may_take_back(q->command, q->f, q->out, reterr);
}

enum err_code may_refuse_back(struct asked *q, struct err *reterr)
{
    return intake_may_refuse_back(q->command, q->f, q->out, reterr);
}

enum err_code may_end_period(struct asked *q, struct err *reterr)
{
    return intake_may_end_period(q->command, q->f, q->out, reterr);
}

enum err_code may_give_back(struct asked *q, struct err *reterr)
{
    return intake_may_give_back(q->command, q->f, q->out, reterr);
}

enum err_code may_note_loss(struct asked *q, struct err *reterr)
{
    return intake_may_note_loss(q->command, q->f, q->out, reterr);
}

enum err_code may_settle_loss(struct asked *q, struct err *reterr)
{
    return intake_may_settle_loss(q->command, q->f, q->out, reterr);
}

enum err_code may_request_stop(struct asked *q, struct err *reterr)
{
    return intake_may_request_stop(q->command, q->f, q->out, reterr);
}

enum err_code may_request_correction(struct asked *q, struct err *reterr)
{
    return intake_may_request_correction(q->command, q->f, q->out, reterr);
}

/* The watch looks twice: on the last day for an apology, and when the date has come. When the first one was, it was set
 * for (due.c): reference data that came since change nothing of it. */
bool draws_near(const struct asked *q)
{
    return q->f->now < intake_nearest_due(q->d);
}

enum err_code is_due(struct asked *q, struct err *reterr)
{
    if (q->f->now < intake_nearest_due(q->d))
        return err_say(reterr, ERR_ILLEGAL_MOVE, NULL, "chưa đến hạn trả kết quả", "the due date has not come yet");
    /* Too late by the law, and owed all the more; but of what is stopped there is no result to be late with. */
    if (q->d->outcome == OUTCOME_STOPPED || q->d->apology_due_at == INSTANT_NONE || q->d->apology_due_at <= q->f->now)
        intake_prepare_apology(&q->out->next, q->f);
    return ERR_OK;
}

/* A paused clock does not run out; but the timer of one that had may come after the pause began. */
enum err_code was_due(struct asked *q, struct err *reterr)
{
    instant due = intake_nearest_due(q->d);

    for (int i = 0; i < q->d->obligation_count; i++)
        if (q->d->obligations[i].state == INTAKE_OBLIGATION_NOTIFIED && q->d->obligations[i].notified_at >= due)
            return ERR_OK;
    for (int i = 0; i < q->d->supplement_count; i++)
        if (q->d->supplements[i].received_at == INSTANT_NONE && q->d->supplements[i].asked_at >= due)
            return ERR_OK;
    return err_say(reterr, ERR_ILLEGAL_MOVE, NULL, "thời hạn đang tạm dừng, chưa đến hạn trả kết quả",
                   "the clock is paused, the due date has not come yet");
}

enum err_code is_unanswered(struct asked *q, struct err *reterr)
{
    return intake_is_unanswered(q->d, q->f, q->out, reterr);
}

enum err_code prepare_apology(struct asked *q, struct err *reterr UNUSED)
{
    intake_prepare_apology(&q->out->next, q->f);
    return ERR_OK;
}

bool own_step_draws_near(const struct asked *q)
{
    return intake_step_draws_near(q->d, q->f->now);
}

enum err_code warn_of_step(struct asked *q, struct err *reterr)
{
    return intake_tell_step(STEP_WARNING_NEAR, q->f, q->out, reterr);
}

enum err_code pass_step(struct asked *q, struct err *reterr)
{
    return intake_tell_step(STEP_WARNING_LATE, q->f, q->out, reterr);
}

enum err_code may_request_extension(struct asked *q, struct err *reterr)
{
    return intake_may_request_extension(q->command, q->f, q->out, reterr);
}

enum err_code may_rate(struct asked *q, struct err *reterr)
{
    return intake_may_rate(q->command, q->f, q->out, reterr);
}

enum err_code may_pay(struct asked *q, struct err *reterr)
{
    return intake_may_pay(q->command, q->f, q->out, reterr);
}

enum err_code may_refund(struct asked *q, struct err *reterr)
{
    return intake_may_refund(q->command, q->f, q->out, reterr);
}

enum err_code may_waive(struct asked *q, struct err *reterr)
{
    return intake_may_waive(q->command, q->f, q->out, reterr);
}

enum err_code may_complain(struct asked *q, struct err *reterr)
{
    return intake_may_complain(q->command, q->f, q->out, reterr);
}

enum err_code may_answer_complaint(struct asked *q, struct err *reterr)
{
    return intake_may_reply(q->command, INTAKE_ANSWER_COMPLAINT, q->f, q->out, reterr);
}

enum err_code may_refuse_complaint(struct asked *q, struct err *reterr)
{
    return intake_may_reply(q->command, INTAKE_REFUSE_COMPLAINT, q->f, q->out, reterr);
}

enum err_code may_ask_complainant(struct asked *q, struct err *reterr)
{
    return intake_may_ask_complainant(q->command, q->f, q->out, reterr);
}

enum err_code may_supply_complaint(struct asked *q, struct err *reterr)
{
    return intake_may_supply_complaint(q->command, q->f, q->out, reterr);
}

enum err_code may_publish(struct asked *q, struct err *reterr)
{
    return intake_may_publish(q->command, q->f, q->out, reterr);
}

bool publication_is_told(const struct asked *q)
{
    return intake_publication_is_told(q->d, q->f);
}

enum err_code pass_answer(struct asked *q, struct err *reterr)
{
    return intake_pass_answer(q->f, q->out, reterr);
}

/* By the rule that it was received under, and the calendar of today; and what is open at the counter with it. */
enum err_code may_recount(struct asked *q, struct err *reterr)
{
    instant due, reported;
    enum err_code rc = intake_would_be_due(q->d, q->f, &due, &reported, reterr);

    if (rc)
        return rc;
    q->out->recounted = intake_recount_open(&q->out->next, q->f);
    q->out->stays = !q->out->recounted && due == q->d->due_at && reported == q->d->due_reported;
    q->out->was_late = intake_nearest_due(q->d) <= q->f->now;
    return q->out->stays ? ERR_OK : intake_count_due(&q->out->next, q->f, reterr);
}
