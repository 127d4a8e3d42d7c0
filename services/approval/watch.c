/* SPDX-License-Identifier: Apache-2.0 */
/* The watch of the step that lies before the approver (common/domain/step_watch.h), until the decision is signed. */
#include "common/domain/step_watch.h"

#include "services/approval/guards.h"

static const struct approval_step *watched(const struct approval_dossier *d)
{
    const struct approval_step *s = d ? approval_step_open(d) : NULL;

    return s && (s->state == APPROVAL_PENDING || s->state == APPROVAL_DECIDED) ? s : NULL;
}

instant approval_watch_next(const struct approval_dossier *d, instant now)
{
    const struct approval_step *s = watched(d);

    if (!s)
        return INSTANT_NONE;

    const struct step_watch w = {.near_at = s->near_at, .due_at = s->due_at, .told = s->warning};
    return step_watch_next(&w, now);
}

enum approval_act approval_watch_act(const struct approval_dossier *d, instant now)
{
    const struct approval_step *s = watched(d);

    return s && s->due_at != INSTANT_NONE && now >= s->due_at ? APPROVAL_ACT_PASS : APPROVAL_ACT_WARN;
}

static enum err_code tell(const struct question *q, enum step_warning what, struct approval_decision *x,
                          struct err *reterr)
{
    const struct approval_step *s = q->step;

    if (s->due_at == INSTANT_NONE || s->warning >= what)
        return err_say(reterr, ERR_ILLEGAL_MOVE, NULL, "bước này không có gì phải nhắc",
                       "there is nothing to warn of in this step");
    x->opened_at = s->opened_at;
    x->due_at = s->due_at;
    x->warning = what;
    return ERR_OK;
}

/* When it was, the watch was set for: reference data that came since change nothing of it. */
enum err_code decision_draws_near(struct question *q, struct approval_decision *x, struct err *reterr)
{
    if (q->f->now >= q->step->due_at)
        return err_say(reterr, ERR_ILLEGAL_MOVE, NULL, "bước này đã hết hạn", "the step's time has passed already");
    return tell(q, STEP_WARNING_NEAR, x, reterr);
}

enum err_code decision_has_passed(struct question *q, struct approval_decision *x, struct err *reterr)
{
    if (q->f->now < q->step->due_at)
        return err_say(reterr, ERR_ILLEGAL_MOVE, NULL, "bước này chưa hết hạn", "the step's time has not passed");
    return tell(q, STEP_WARNING_LATE, x, reterr);
}
