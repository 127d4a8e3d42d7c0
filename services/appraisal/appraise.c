/* SPDX-License-Identifier: Apache-2.0 */
/* Who has a step, and the opinion that ends an appraise step. */
#include <stdio.h>
#include <string.h>

#include "common/base/role.h"
#include "common/domain/worktime.h"
#include "services/appraisal/guards.h"

enum err_code step_time(const struct question *q, const struct process_step *of, const char *office, instant from,
                        instant *ret, struct err *reterr)
{
    const struct catalogue *c = q->f->catalogue;
    const struct dossier_facts *facts = q->d ? &q->d->facts : &q->c->received;
    const struct step_span span = {
        .of = of, .counter = facts->counter, .office = office, .opened = from, .left_out = &facts->left_out};

    if (!c->calendar)
        return err_say(reterr, ERR_NOT_YET, "calendar", "chưa có lịch làm việc", "there is no calendar yet");
    struct worktime_hours hours = step_clock_hours(c, &span, instant_day(from));
    enum err_code rc = worktime_add(c->calendar, &hours, from, WORKTIME_SPAN_MINUTES(of->minutes), NULL, ret, reterr);
    if (rc || facts->left_out.count == 0)
        return rc;
    instant due = step_clock_due(c, &span);
    *ret = due != INSTANT_NONE ? due : *ret;
    return ERR_OK;
}

enum err_code step_due(const struct question *q, instant *ret, struct err *reterr)
{
    return step_time(q, q->process_step, q->step->unit, q->step->opened_at, ret, reterr);
}

/* Nobody has a hand in what he decided or signed, in any round; no procedure has a rule yet that would allow it. */
enum err_code not_an_approver(const struct question *q, struct err *reterr)
{
    if (!barred_has(&q->d->approvers, q->f->actor))
        return ERR_OK;
    return err_say(reterr, ERR_FORBIDDEN, "actor",
                   "người đã quyết định hoặc ký hồ sơ (\"%s\") không được thẩm định hồ sơ đó",
                   "who decided or signed the dossier (\"%s\") does not appraise it", q->f->actor);
}

bool is_head(const struct question *q)
{
    return (q->f->actor_roles & q->desk.officer->roles & ROLE_BIT(HEAD)) != 0 &&
           strcmp(q->desk.officer->unit, q->step->unit) == 0;
}

/*
 * A head assigns to anyone of the unit who has the step's role; an appraiser only to himself. Nobody appraises what he
 * decided or signed in an earlier round; no procedure has a rule yet that would allow it.
 */
enum err_code may_assign(struct question *q, struct appraisal_decision *x, struct err *reterr)
{
    const char *unit = q->step->unit;
    const char *officer = q->c->officer;
    if (!is_head(q)) {
        enum err_code rc = desk_may_do(&q->desk, q->process_step, q->d->facts.unit, q->d->facts.receiving_unit, reterr);
        if (rc)
            return rc;
        if (strcmp(officer, q->f->actor) != 0)
            return err_say(reterr, ERR_FORBIDDEN, "officer",
                           "chỉ người đứng đầu đơn vị được phân công cho người khác (\"%s\")",
                           "only the unit's head may assign to somebody else (\"%s\")", officer);
    }
    const struct officer *o = catalogue_officer(q->f->catalogue, officer, instant_day(q->f->now));
    if (!o)
        return err_say(reterr, ERR_INVALID, "officer", "không có vị trí công tác \"%s\" vào ngày này",
                       "there is no post \"%s\" on this day", officer);
    if (strcmp(o->unit, unit) != 0)
        return err_say(reterr, ERR_INVALID, "officer", "vị trí \"%s\" không thuộc đơn vị %s",
                       "post \"%s\" does not belong to unit %s", officer, unit);
    enum err_code rc = desk_has_role(o, q->process_step, "officer", ERR_INVALID, reterr);
    if (rc)
        return rc;
    if (barred_has(&q->d->approvers, officer))
        return err_say(reterr, ERR_INVALID, "officer",
                       "người đã quyết định hoặc ký hồ sơ (\"%s\") không được thẩm định hồ sơ đó",
                       "who decided or signed the dossier (\"%s\") does not appraise it", officer);
    rc = step_due(q, &x->due_at, reterr);
    if (rc)
        return rc;
    const struct step_span span = {.of = q->process_step,
                                   .counter = q->d->facts.counter,
                                   .office = q->step->unit,
                                   .opened = q->step->opened_at,
                                   .left_out = &q->d->facts.left_out};
    x->near_at = step_clock_near(q->f->catalogue, &span);
    x->officer = o->record.id;
    return ERR_OK;
}

/* What one officer has, only the head gives to another. */
enum err_code may_reassign(struct question *q, struct appraisal_decision *x, struct err *reterr)
{
    if (!is_head(q))
        return err_say(reterr, ERR_FORBIDDEN, "officer",
                       "hồ sơ đã phân công cho \"%s\"; chỉ người đứng đầu đơn vị được phân công lại",
                       "the dossier is assigned to \"%s\"; only the unit's head assigns it anew", q->step->officer);
    return may_assign(q, x, reterr);
}

enum err_code paper_of_kind(const struct question *q, enum document_kind kind, const char *field,
                            const struct paper **ret, struct err *reterr)
{
    char path[64];
    enum err_code rc = papers_named(&q->d->papers, &q->c->document, field, ret, reterr);
    if (rc || (*ret)->kind == (int)kind)
        return rc;
    (void)snprintf(path, sizeof path, "%s.id", field);
    return err_say(reterr, ERR_INVALID, path, "ở đây cần tài liệu loại \"%s\"",
                   "a document of the kind \"%s\" is needed here", document_kind_name((int)kind));
}

enum err_code has_the_step(const struct question *q, struct err *reterr)
{
    enum err_code rc = desk_may_do(&q->desk, q->process_step, q->d->facts.unit, q->d->facts.receiving_unit, reterr);
    if (rc)
        return rc;
    if (strcmp(q->step->officer, q->f->actor) != 0)
        return err_say(reterr, ERR_FORBIDDEN, "actor", "hồ sơ đã phân công cho \"%s\"",
                       "the dossier is assigned to \"%s\"", q->step->officer);
    return not_an_approver(q, reterr);
}

/* Something else comes before the opinion: that takes its own time, and its own officer. */
enum err_code appraisal_at_once(const struct appraisal_dossier *d, const struct same_day *s, instant at,
                                struct appraisal_command ret[APPRAISAL_AT_ONCE], struct err *reterr)
{
    const struct appraisal_step *step = appraisal_step_open(d);
    const struct appraisal_command mine = {.same_day = s, .at = at};
    enum err_code rc = same_day_may(s, ROLE_APPRAISER, reterr);

    if (rc)
        return rc;
    if (!step || step->kind != STEP_APPRAISE)
        return err_say(reterr, ERR_CONFLICT, "same_day", "theo quy trình, sau khi tiếp nhận chưa đến bước thẩm định",
                       "by the process the receipt is not followed by the appraisal");
    ret[0] = ret[1] = mine;
    ret[0].act = APPRAISAL_ACT_ASSIGN;
    ret[0].officer = s->officer;
    ret[1].act = APPRAISAL_ACT_CONCLUDE;
    ret[1].opinion = s->opinion;
    ret[1].document = s->draft;
    ret[1].reasons = s->reasons;
    ret[1].reason_count = s->reason_count;
    return ERR_OK;
}

enum err_code may_conclude(struct question *q, struct appraisal_decision *x, struct err *reterr)
{
    const struct paper *draft;
    enum err_code rc = has_the_step(q, reterr);
    if (!rc)
        rc = parts_are_in(q, reterr);
    if (rc)
        return rc;
    if (q->c->opinion == OPINION_NEEDS_SUPPLEMENT)
        return err_say(reterr, ERR_INVALID, "opinion", "yêu cầu bổ sung hồ sơ là một việc riêng (ask-supplement)",
                       "a supplement is asked for by an act of its own (ask-supplement)");
    if (q->c->opinion != OPINION_FOR && q->c->opinion != OPINION_AGAINST)
        return err_say(reterr, ERR_INVALID, "opinion", "ý kiến thẩm định không hợp lệ", "this is no opinion");
    if (q->c->opinion == OPINION_AGAINST && q->c->reason_count == 0)
        return err_say(reterr, ERR_INVALID, "reasons", "ý kiến không đủ điều kiện phải nêu ít nhất một lý do",
                       "an opinion against needs at least one reason");
    rc = reasons_known(appraisal_reason_names, q->c->reasons, q->c->reason_count, reterr);
    if (!rc)
        rc = paper_of_kind(q, q->c->opinion == OPINION_FOR ? DOCUMENT_DRAFT_RESULT : DOCUMENT_DRAFT_REFUSAL, "draft",
                           &draft, reterr);
    if (rc)
        return rc;
    x->document = draft->handle;
    x->officer = q->step->officer;
    x->due_at = q->step->due_at;
    x->opinion = q->c->opinion;
    x->reasons = q->c->reasons;
    x->reason_count = q->c->reason_count;
    x->last = process_is_last(q->process, q->step->step);
    return ERR_OK;
}
