/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The watch of the open step (common/domain/step_watch.h). What a consultation is asked of has a time of its own, from
 * the question on: it is watched anew, for the asked unit, and its end is told by what lapses then.
 */
#include "common/domain/step_watch.h"

#include "services/appraisal/guards.h"

static const struct appraisal_step *watched(const struct appraisal_dossier *d)
{
    const struct appraisal_step *s = d ? appraisal_step_open(d) : NULL;

    return s && appraisal_is_open((int)s->state) && s->state != APPRAISAL_AWAITING_SUPPLEMENT ? s : NULL;
}

static struct step_watch watch_of(const struct appraisal_step *s)
{
    return (struct step_watch){.near_at = s->near_at, .due_at = s->due_at, .told = s->warning};
}

instant appraisal_watch_next(const struct appraisal_dossier *d, instant now)
{
    const struct appraisal_step *s = watched(d);

    if (!s)
        return INSTANT_NONE;

    const struct step_watch w = watch_of(s);
    instant next = step_watch_next(&w, now);
    return s->state == APPRAISAL_CONSULTING && next == s->due_at ? INSTANT_NONE : next;
}

bool appraisal_watch_tells(const struct appraisal_dossier *d, instant now, enum appraisal_act *ret)
{
    const struct appraisal_step *s = watched(d);
    const struct step_watch w = s ? watch_of(s) : (struct step_watch){.due_at = INSTANT_NONE};
    enum step_warning what = step_watch_tells(&w, now);

    if (s && s->state == APPRAISAL_CONSULTING && what == STEP_WARNING_LATE)
        return false;
    *ret = what == STEP_WARNING_LATE ? APPRAISAL_ACT_PASS : APPRAISAL_ACT_WARN;
    return what != STEP_WARNING_NONE;
}

/* What an asked unit was given is a moment, and stays. */
enum err_code step_leaves_out(struct question *q, struct appraisal_decision *x, struct err *reterr)
{
    const struct appraisal_step *s = watched(q->d);
    bool counted = s && s->state != APPRAISAL_CONSULTING, moved;

    if (q->c->left_out.until == 0)
        return ERR_OK;
    if (counted)
        x->watch = watch_of(s);
    enum err_code rc =
        dossier_leave_out(&q->d->facts, q->f->catalogue, q->c->left_out, q->c->all_left_out, counted ? s->step : 0,
                          counted ? s->opened_at : INSTANT_NONE, q->f->recorded_at, &x->watch, &moved, reterr);
    if (!rc && moved)
        x->moved = s;
    return rc;
}

bool appraisal_given_again(const struct appraisal_dossier *d, instant from)
{
    const struct left_out *l = &d->facts.left_out;

    return from != INSTANT_NONE && (l->count == 0 || l->of[l->count - 1].until <= from);
}

/* counted_from gives the moment from which the open step's time is counted; INSTANT_NONE: it stays. */
static instant counted_from(const struct appraisal_dossier *d, const struct appraisal_step *s)
{
    if (!s)
        return INSTANT_NONE;
    if (s->state != APPRAISAL_CONSULTING)
        return s->opened_at;
    return appraisal_given_again(d, s->asked_at) ? s->asked_at : INSTANT_NONE;
}

enum err_code step_is_recounted(struct question *q, struct appraisal_decision *x, struct err *reterr)
{
    const struct appraisal_step *s = watched(q->d);
    instant from = counted_from(q->d, s);
    bool moved;

    if (!s)
        return ERR_OK;
    x->watch = watch_of(s);
    enum err_code rc = dossier_process(&q->d->facts, q->f->catalogue, &q->process, reterr);
    if (!rc)
        rc = dossier_recount(&q->d->facts, q->f->catalogue, from == INSTANT_NONE ? 0 : s->step, s->asked, from,
                             q->f->recorded_at, &x->watch, &moved, reterr);
    if (rc)
        return rc;
    x->moved = moved ? s : NULL;
    parts_recount(q, x);
    return ERR_OK;
}

static enum err_code tell(const struct question *q, enum step_warning what, struct appraisal_decision *x,
                          struct err *reterr)
{
    const struct appraisal_step *s = q->step;
    const struct step_watch w = watch_of(s);
    bool asked = s->state == APPRAISAL_CONSULTING;
    enum err_code rc = step_watch_may_tell(&w, what, q->f->now, reterr);

    if (rc)
        return rc;
    x->unit = asked ? s->asked : s->unit;
    x->officer = asked ? NULL : s->officer;
    x->opened_at = s->opened_at;
    x->due_at = s->due_at;
    x->warning = what;
    return ERR_OK;
}

enum err_code step_draws_near(struct question *q, struct appraisal_decision *x, struct err *reterr)
{
    return tell(q, STEP_WARNING_NEAR, x, reterr);
}

enum err_code step_has_passed(struct question *q, struct appraisal_decision *x, struct err *reterr)
{
    return tell(q, STEP_WARNING_LATE, x, reterr);
}
