/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Consulting (lấy ý kiến, D61 Art. 19(5)): the request says what is asked and until when; an officer of the asked unit
 * answers, and of all others only that unit.
 *
 * The rule of the process for silence: the head of the counter is told, and the step ends without an opinion. Silence
 * is neither consent nor refusal here: whether a law takes it for consent is for the appraiser to say in his own
 * opinion, and a dossier does not lie where it is because somebody else does not answer.
 */
#include <string.h>

#include "common/base/role.h"
#include "services/appraisal/guards.h"

enum err_code may_be_asked(const struct question *q, struct err *reterr)
{
    if (!catalogue_unit(q->f->catalogue, q->c->asked, instant_day(q->f->now)))
        return err_say(reterr, ERR_INVALID, "unit", "không có đơn vị \"%s\" vào ngày này",
                       "there is no unit \"%s\" on this day", q->c->asked);
    if (strcmp(q->c->asked, q->step->unit) == 0)
        return err_say(reterr, ERR_INVALID, "unit", "không lấy ý kiến của chính đơn vị mình (%s)",
                       "a unit does not consult itself (%s)", q->c->asked);
    return ERR_OK;
}

enum err_code may_ask(struct question *q, struct appraisal_decision *x, struct err *reterr)
{
    const struct paper *request;
    enum err_code rc = has_the_step(q, reterr);
    if (!rc)
        rc = may_be_asked(q, reterr);
    if (!rc)
        rc = paper_of_kind(q, DOCUMENT_REQUEST, "request", &request, reterr);
    if (!rc)
        rc = step_time(q, q->process_step, q->c->asked, q->f->now, &x->due_at, reterr);
    if (rc)
        return rc;
    /* By what is left out now; what comes later does not move the moment that the unit is given. */
    const struct step_span asked = {.of = q->process_step,
                                    .counter = q->d->facts.counter,
                                    .office = q->c->asked,
                                    .opened = q->f->now,
                                    .left_out = &q->d->facts.left_out};
    x->near_at = step_clock_near(q->f->catalogue, &asked);
    x->officer = q->step->officer;
    x->asked = q->c->asked;
    x->document = request->handle;
    return ERR_OK;
}

/* Any appraiser or head of the asked unit answers for it. */
enum err_code may_answer(struct question *q, struct appraisal_decision *x, struct err *reterr)
{
    const struct paper *answer;
    if (strcmp(q->desk.officer->unit, q->step->asked) != 0)
        return err_say(reterr, ERR_FORBIDDEN, "actor", "ý kiến được hỏi của đơn vị %s, không phải %s",
                       "the opinion of unit %s was asked for, not of %s", q->step->asked, q->desk.officer->unit);
    if (!(q->desk.officer->roles & (ROLE_BIT(APPRAISER) | ROLE_BIT(HEAD))))
        return err_say(reterr, ERR_FORBIDDEN, "actor", "vị trí \"%s\" không có vai trò trả lời ý kiến",
                       "post \"%s\" has no role to answer", q->f->actor);
    enum err_code rc = paper_of_kind(q, DOCUMENT_OPINION, "answer", &answer, reterr);
    if (rc)
        return rc;
    x->officer = q->step->officer;
    x->asked = q->step->asked;
    x->due_at = q->step->due_at;
    x->document = answer->handle;
    x->last = process_is_last(q->process, q->step->step);
    return ERR_OK;
}

enum err_code has_lapsed(struct question *q, struct appraisal_decision *x, struct err *reterr)
{
    int32_t today = instant_day(q->f->now);
    const struct officer *head =
        catalogue_head(q->f->catalogue, q->d->facts.receiving_unit, q->d->facts.counter, today);
    if (q->f->now < q->step->due_at)
        return err_say(reterr, ERR_ILLEGAL_MOVE, NULL, "chưa hết hạn trả lời", "the time to answer has not passed");
    x->officer = q->step->officer;
    x->asked = q->step->asked;
    x->due_at = q->step->due_at;
    x->told = head ? head->record.id : "";
    x->last = process_is_last(q->process, q->step->step);
    return ERR_OK;
}
