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

instant appraisal_watch_next(const struct appraisal_dossier *d, instant now)
{
    const struct appraisal_step *s = watched(d);

    if (!s)
        return INSTANT_NONE;

    const struct step_watch w = {.near_at = s->near_at, .due_at = s->due_at, .told = s->warning};
    instant next = step_watch_next(&w, now);
    return s->state == APPRAISAL_CONSULTING && next == s->due_at ? INSTANT_NONE : next;
}

enum appraisal_act appraisal_watch_act(const struct appraisal_dossier *d, instant now)
{
    const struct appraisal_step *s = watched(d);

    return s && s->due_at != INSTANT_NONE && now >= s->due_at ? APPRAISAL_ACT_PASS : APPRAISAL_ACT_WARN;
}

static enum err_code tell(const struct question *q, enum step_warning what, struct appraisal_decision *x,
                          struct err *reterr)
{
    const struct appraisal_step *s = q->step;
    bool asked = s->state == APPRAISAL_CONSULTING;

    if (s->due_at == INSTANT_NONE || s->warning >= what)
        return err_say(reterr, ERR_ILLEGAL_MOVE, NULL, "bước này không có gì phải nhắc",
                       "there is nothing to warn of in this step");
    x->unit = asked ? s->asked : s->unit;
    x->officer = asked ? NULL : s->officer;
    x->opened_at = s->opened_at;
    x->due_at = s->due_at;
    x->warning = what;
    return ERR_OK;
}

/* When it was, the watch was set for: reference data that came since change nothing of it. */
enum err_code step_draws_near(struct question *q, struct appraisal_decision *x, struct err *reterr)
{
    if (q->f->now >= q->step->due_at)
        return err_say(reterr, ERR_ILLEGAL_MOVE, NULL, "bước này đã hết hạn", "the step's time has passed already");
    return tell(q, STEP_WARNING_NEAR, x, reterr);
}

enum err_code step_has_passed(struct question *q, struct appraisal_decision *x, struct err *reterr)
{
    if (q->f->now < q->step->due_at)
        return err_say(reterr, ERR_ILLEGAL_MOVE, NULL, "bước này chưa hết hạn", "the step's time has not passed");
    return tell(q, STEP_WARNING_LATE, x, reterr);
}
