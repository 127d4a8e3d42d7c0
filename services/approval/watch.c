/* SPDX-License-Identifier: Apache-2.0 */
/* The watch of the step that lies before the approver (common/domain/step_watch.h), until the decision is signed. */
#include "common/domain/step_watch.h"

#include "services/approval/guards.h"

static const struct approval_step *watched(const struct approval_dossier *d)
{
    const struct approval_step *s = d ? approval_step_open(d) : NULL;

    return s && (s->state == APPROVAL_PENDING || s->state == APPROVAL_DECIDED) ? s : NULL;
}

static struct step_watch watch_of(const struct approval_step *s)
{
    return (struct step_watch){.near_at = s->near_at, .due_at = s->due_at, .told = s->warning};
}

instant approval_watch_next(const struct approval_dossier *d, instant now)
{
    const struct approval_step *s = watched(d);

    if (!s)
        return INSTANT_NONE;

    const struct step_watch w = watch_of(s);
    return step_watch_next(&w, now);
}

bool approval_watch_tells(const struct approval_dossier *d, instant now, enum approval_act *ret)
{
    const struct approval_step *s = watched(d);
    const struct step_watch w = s ? watch_of(s) : (struct step_watch){.due_at = INSTANT_NONE};
    enum step_warning what = step_watch_tells(&w, now);

    *ret = what == STEP_WARNING_LATE ? APPROVAL_ACT_PASS : APPROVAL_ACT_WARN;
    return what != STEP_WARNING_NONE;
}

enum err_code decision_leaves_out(struct question *q, struct approval_decision *x, struct err *reterr)
{
    const struct approval_step *s = watched(q->d);
    bool moved;

    if (q->c->left_out.until == 0)
        return ERR_OK;
    if (s)
        x->watch = watch_of(s);
    enum err_code rc =
        dossier_leave_out(&q->d->facts, q->f->catalogue, q->c->left_out, q->c->all_left_out, s ? s->step : 0,
                          s ? s->opened_at : INSTANT_NONE, q->f->recorded_at, &x->watch, &moved, reterr);
    if (!rc && moved)
        x->moved = s;
    return rc;
}

enum err_code decision_is_recounted(struct question *q, struct approval_decision *x, struct err *reterr)
{
    const struct approval_step *s = watched(q->d);
    bool moved;

    if (s)
        x->watch = watch_of(s);
    enum err_code rc = dossier_recount(&q->d->facts, q->f->catalogue, s ? s->step : 0, NULL,
                                       s ? s->opened_at : INSTANT_NONE, q->f->recorded_at, &x->watch, &moved, reterr);
    if (!rc && moved)
        x->moved = s;
    return rc;
}

static enum err_code tell(const struct question *q, enum step_warning what, struct approval_decision *x,
                          struct err *reterr)
{
    const struct approval_step *s = q->step;
    const struct step_watch w = watch_of(s);
    enum err_code rc = step_watch_may_tell(&w, what, q->f->now, reterr);

    if (rc)
        return rc;
    x->opened_at = s->opened_at;
    x->due_at = s->due_at;
    x->warning = what;
    return ERR_OK;
}

enum err_code decision_draws_near(struct question *q, struct approval_decision *x, struct err *reterr)
{
    return tell(q, STEP_WARNING_NEAR, x, reterr);
}

enum err_code decision_has_passed(struct question *q, struct approval_decision *x, struct err *reterr)
{
    return tell(q, STEP_WARNING_LATE, x, reterr);
}
