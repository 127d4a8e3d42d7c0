/* SPDX-License-Identifier: Apache-2.0 */
/*
 * What a unit that kept silent, as one that was consulted or that co-operates, may still say: until it is decided,
 * since whoever appraises or decides should know it. It opens nothing again, and the unit was late all the same.
 */
#include <string.h>

#include "services/appraisal/guards.h"

static bool was_silent(const struct appraisal_dossier *d, enum appraisal_act act, const struct appraisal_step *s,
                       const char *unit)
{
    const struct appraisal_part *p;

    if (act == APPRAISAL_ACT_ANSWER)
        return s->state == APPRAISAL_UNANSWERED && strcmp(s->asked, unit) == 0;
    p = appraisal_part_last(d, s->step, unit);
    return p && p->state == APPRAISAL_PART_LAPSED;
}

const struct appraisal_step *appraisal_silent_step(const struct appraisal_dossier *d, enum appraisal_act act,
                                                   const char *unit)
{
    for (size_t i = d->step_count; i > 0; i--)
        if (was_silent(d, act, &d->steps[i - 1], unit))
            return appraisal_step_latest(d, d->steps[i - 1].step);
    return NULL;
}

const struct appraisal_part *appraisal_part_last(const struct appraisal_dossier *d, int step, const char *unit)
{
    for (size_t i = d->part_count; i > 0; i--)
        if (d->parts[i - 1].step == step && strcmp(d->parts[i - 1].unit, unit) == 0)
            return &d->parts[i - 1];
    return NULL;
}

enum err_code may_still_answer(const struct question *q, bool decided, struct id given, const char *field,
                               const char *unit, struct err *reterr)
{
    if (decided || facts_ended(&q->d->facts))
        return err_say(reterr, ERR_CONFLICT, field,
                       "hồ sơ đã được quyết định khi chưa có ý kiến của đơn vị %s, nay không nhận ý kiến đó nữa",
                       "it was decided without the opinion of unit %s, which is not taken any more", unit);
    if (!id_is_nil(given))
        return err_say(reterr, ERR_CONFLICT, field, "đơn vị %s đã cho ý kiến, muộn hơn thời hạn",
                       "unit %s has given its opinion already, late", unit);
    return ERR_OK;
}

/* Who gives a part is barred from deciding when approval hears of it. A part that comes behind the opinion may cross
 * the decision, so none is taken then of the unit that decides. */
enum err_code decides_not_itself(const struct question *q, const struct appraisal_part *p, struct err *reterr)
{
    for (int n = p->step + 1; n <= q->process->step_count; n++) {
        const struct process_step *s = process_step(q->process, n);
        if (s->kind == STEP_APPROVE &&
            strcmp(process_unit(s, q->d->facts.unit, q->d->facts.receiving_unit), p->unit) == 0)
            return err_say(reterr, ERR_CONFLICT, "parts",
                           "đơn vị %s quyết định hồ sơ này nên không nhận ý kiến phối hợp muộn của đơn vị đó",
                           "unit %s decides on it, so no late opinion of it is taken", p->unit);
    }
    return ERR_OK;
}

enum err_code may_answer_late(struct question *q, struct appraisal_decision *x, struct err *reterr)
{
    enum err_code rc = may_still_answer(q, q->step->decided, q->step->document, "consultation", q->step->asked, reterr);

    if (!rc)
        rc = may_answer(q, x, reterr);
    x->last = false; /* it ends no step */
    return rc;
}

void appraisal_parts_decided(struct appraisal_dossier *d, int from, int to, bool decided)
{
    for (size_t i = 0; i < d->part_count; i++) {
        struct appraisal_part *p = &d->parts[i];
        if (p->state != APPRAISAL_PART_LAPSED || p->step <= from || p->step >= to || p->decided == decided)
            continue;
        p->decided = decided;
        p->changed = true;
    }
}
