/* SPDX-License-Identifier: Apache-2.0 */
/* Verifying (xác minh): when, where and by whom it was looked at, with the minutes that say what was found. It ends a
 * verify step; an appraise step goes on with it, however often (D61 Art. 19(3)). */
#include <string.h>

#include "services/appraisal/guards.h"

/* The site itself (hiện trường): a plot, a building, a workshop. Its address would say whose dossier it is, so that
 * stands in the minutes alone; every other place is one that the reference data know. */
#define PLACE_SITE "site"

static enum err_code check_place(const struct question *q, const struct appraisal_verification *v, int32_t day,
                                 struct err *reterr)
{
    const struct catalogue *c = q->f->catalogue;
    if (strcmp(v->place, PLACE_OFFICE) == 0 || strcmp(v->place, PLACE_SITE) == 0 ||
        catalogue_counter(c, v->place, day) || catalogue_unit(c, v->place, day))
        return ERR_OK;
    return err_say(reterr, ERR_INVALID, "place", "\"%s\" không phải là mã quầy, mã đơn vị, \"office\" hay \"site\"",
                   "\"%s\" is no id of a counter or a unit, nor \"office\" or \"site\"", v->place);
}

static enum err_code check_participants(const struct question *q, const struct appraisal_verification *v, int32_t day,
                                        struct err *reterr)
{
    if (v->participant_count == 0)
        return err_say(reterr, ERR_INVALID, "participants", "phải có ít nhất một người tham gia là vị trí công tác",
                       "at least one post must have taken part");
    for (size_t i = 0; i < v->participant_count; i++) {
        if (!catalogue_officer(q->f->catalogue, v->participants[i], day))
            return err_say(reterr, ERR_INVALID, "participants", "không có vị trí công tác \"%s\" vào ngày này",
                           "there is no post \"%s\" on this day", v->participants[i]);
        for (size_t k = 0; k < i; k++)
            if (strcmp(v->participants[i], v->participants[k]) == 0)
                return err_say(reterr, ERR_INVALID, "participants", "\"%s\" được ghi hai lần", "\"%s\" is named twice",
                               v->participants[i]);
    }
    return ERR_OK;
}

enum err_code may_verify(struct question *q, struct appraisal_decision *x, struct err *reterr)
{
    const struct appraisal_verification *v = q->c->verification;
    const struct paper *minutes;
    enum err_code rc = has_the_step(q, reterr);
    if (rc)
        return rc;
    if (q->step->verified == APPRAISAL_VERIFIED_MAX)
        return err_say(reterr, ERR_CONFLICT, "step", "bước này đã ghi nhận %d lần xác minh, không ghi thêm",
                       "this step has %d verifications already, there can be no more", APPRAISAL_VERIFIED_MAX);
    if (v->at > q->f->now || v->at < q->step->opened_at)
        return err_say(reterr, ERR_INVALID, "at", "việc xác minh diễn ra từ khi bước được mở đến bây giờ",
                       "it was verified between the opening of the step and now");
    rc = check_place(q, v, instant_day(v->at), reterr);
    if (!rc)
        rc = check_participants(q, v, instant_day(v->at), reterr);
    if (!rc)
        rc = paper_of_kind(q, DOCUMENT_MINUTES, "minutes", &minutes, reterr);
    if (rc)
        return rc;
    x->officer = q->step->officer;
    x->due_at = q->step->due_at;
    x->verification = v;
    x->number = q->step->verified + 1;
    x->document = minutes->handle;
    x->last = q->c->act == APPRAISAL_ACT_VERIFY && process_is_last(q->process, q->step->step);
    return ERR_OK;
}
