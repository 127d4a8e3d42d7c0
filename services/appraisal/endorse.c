/* SPDX-License-Identifier: Apache-2.0 */
/* Endorsing (trình ký): a head of office puts his initials to exactly the draft that was appraised, or sends it back.
 */
#include <string.h>

#include "services/appraisal/guards.h"

/* appraised_before gives the appraise step that the draft comes from, in its latest round. */
static const struct appraisal_step *appraised_before(const struct question *q)
{
    return appraisal_step_latest(q->d, process_previous(q->process, q->step->step, STEP_APPRAISE));
}

/* The second pair of eyes is another person's: neither who appraised it, in any round, nor who decided on it. */
static enum err_code may_judge(struct question *q, struct appraisal_decision *x, struct err *reterr)
{
    enum err_code rc = desk_may_do(&q->desk, q->process_step, q->d->facts.unit, q->d->facts.receiving_unit, reterr);
    if (!rc)
        rc = not_an_approver(q, reterr);
    for (size_t i = 0; !rc && i < q->d->step_count; i++)
        if (q->d->steps[i].kind == STEP_APPRAISE && q->d->steps[i].officer &&
            strcmp(q->d->steps[i].officer, q->f->actor) == 0)
            rc = err_say(reterr, ERR_FORBIDDEN, "actor",
                         "người đã thẩm định hồ sơ (\"%s\") không được tự trình ký dự thảo của mình",
                         "who appraised the dossier (\"%s\") does not endorse its draft", q->f->actor);
    if (!rc)
        rc = step_due(q, &x->due_at, reterr);
    if (!rc)
        x->officer = q->desk.officer->record.id;
    return rc;
}

enum err_code may_endorse(struct question *q, struct appraisal_decision *x, struct err *reterr)
{
    const struct appraisal_step *appraised = appraised_before(q);
    const struct paper *named, *draft;
    enum err_code rc = may_judge(q, x, reterr);
    if (!rc)
        rc = papers_named(&q->d->papers, &q->c->document, "draft", &named, reterr);
    if (rc)
        return rc;
    draft = appraised ? papers_find(&q->d->papers, appraised->document) : NULL;
    if (!draft || !handle_same_content(&named->handle, &draft->handle))
        return err_say(reterr, ERR_INVALID, "draft.sha256", "đây không phải nội dung của dự thảo đã thẩm định (%s)",
                       "this is not the content of the appraised draft (%s)",
                       id_text(appraised ? appraised->document : id_nil).s);
    x->document = named->handle;
    x->opinion = appraised->opinion;
    x->last = process_is_last(q->process, q->step->step);
    return ERR_OK;
}

enum err_code may_return_draft(struct question *q, struct appraisal_decision *x, struct err *reterr)
{
    enum err_code rc = may_judge(q, x, reterr);
    if (rc)
        return rc;
    if (q->c->reason_count == 0)
        return err_say(reterr, ERR_INVALID, "reasons", "phải nêu ít nhất một lý do", "at least one reason is needed");
    x->reasons = q->c->reasons;
    x->reason_count = q->c->reason_count;
    return reasons_known(appraisal_reason_names, q->c->reasons, q->c->reason_count, reterr);
}
