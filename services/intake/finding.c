/* SPDX-License-Identifier: Apache-2.0 */
/*
 * What gives a dossier another time than its procedure's (a finding: "where verification is needed, 5 working days"),
 * and what the law leaves out of it (a period: "an expert's examination is not counted"). Which there are, and by what
 * article, the procedure says as it was on the day of receipt; what it said is kept with the dossier, so that its dates
 * are counted again whatever became of the procedure. Each is shown by a document (evidence.c). Neither comes once the
 * nearest date has passed: what is late stays late. A period whose end was recorded ahead may end earlier: that makes
 * the time shorter, so it is taken at any time.
 */
#include <string.h>

#include "common/base/role.h"
#include "common/domain/desk.h"
#include "services/intake/intake.h"
#include "services/intake/rules.h"

/* at_desk lets an officer of the unit that handles the dossier. */
static enum err_code at_desk(const struct intake_facts *f, struct intake_decision *ret, struct err *reterr)
{
    const struct intake_dossier *d = &ret->next;
    struct desk desk;
    enum err_code rc = desk_find(f->catalogue, f->actor, f->actor_unit, instant_day(f->now), &desk, reterr);

    if (rc)
        return rc;
    if (strcmp(desk.officer->unit, d->unit) != 0)
        return err_say(reterr, ERR_FORBIDDEN, "actor", "đơn vị giải quyết (%s) ghi nhận, không phải %s",
                       "the unit that handles it (%s) records that, not %s", d->unit, desk.officer->unit);
    rc = desk_has_any(&desk, INTAKE_HANDLERS, reterr);
    if (!rc)
        ret->place = desk.place;
    return rc;
}

/* begin finds the procedure of a dossier, for such an officer. `field` names what he asks for. */
static enum err_code begin(const char *field, const struct intake_facts *f, struct intake_decision *ret,
                           const struct procedure **ret_procedure, struct err *reterr)
{
    const struct intake_dossier *d = &ret->next;
    enum err_code rc = at_desk(f, ret, reterr);

    if (rc)
        return rc;
    if (intake_nearest_due(d) <= f->now)
        return err_say(reterr, ERR_CONFLICT, field, "đã quá hạn giải quyết: thời hạn không thay đổi được nữa",
                       "its due date has passed: its time does not change any more");
    *ret_procedure = catalogue_procedure(f->catalogue, d->procedure, instant_day(d->received_at));
    return ERR_OK;
}

/* count gives both dates anew; a shorter time may not turn out to have passed already. */
static enum err_code count(const char *field, const struct intake_facts *f, struct intake_decision *ret,
                           struct err *reterr)
{
    enum err_code rc = intake_count_due(&ret->next, f, reterr);

    if (rc || intake_nearest_due(&ret->next) > f->now)
        return rc;
    return err_say(reterr, ERR_CONFLICT, field, "tính theo trường hợp này thì thời hạn đã hết",
                   "by this the time would be over already");
}

static const struct time_variant *variant_of(const struct procedure *p, const char *finding)
{
    for (int i = 0; p && i < p->variant_count; i++)
        if (strcmp(p->variants[i].finding, finding) == 0)
            return &p->variants[i];
    return NULL;
}

enum err_code intake_may_find(const struct intake_find *c, const struct intake_facts *f, struct intake_decision *ret,
                              struct err *reterr)
{
    struct intake_dossier *d = &ret->next;
    const struct procedure *p;
    enum err_code rc = begin("finding", f, ret, &p, reterr);

    if (rc)
        return rc;
    const struct time_variant *v = variant_of(p, c->finding);
    if (!v)
        return err_say(reterr, ERR_INVALID, "finding", "thủ tục %s không có thời hạn riêng cho trường hợp \"%s\"",
                       "procedure %s has no other time for the finding \"%s\"", d->procedure, c->finding);
    for (int i = 0; i < d->finding_count; i++)
        if (strcmp(d->findings[i].finding, v->finding) == 0)
            return err_say(reterr, ERR_CONFLICT, "finding", "trường hợp \"%s\" đã được ghi nhận",
                           "the finding \"%s\" was recorded already", v->finding);
    if (d->finding_count == INTAKE_FINDINGS_MAX)
        return err_say(reterr, ERR_CONFLICT, "finding", "hồ sơ đã có %d trường hợp được ghi nhận",
                       "the dossier has %d findings already", d->finding_count);
    rc = intake_take_evidence(c->document, f, ret, reterr);
    if (rc)
        return rc;
    ret->finding = d->finding_count++;
    d->findings[ret->finding] = (struct intake_finding){.finding = v->finding,
                                                        .replaces = v->replaces,
                                                        .unit = v->unit,
                                                        .amount = v->amount,
                                                        .basis = v->basis,
                                                        .by = f->actor,
                                                        .at = f->now,
                                                        .document = c->document};
    return count("finding", f, ret, reterr);
}

static const struct excluded_period *period_of(const struct procedure *p, const char *period)
{
    for (int i = 0; p && i < p->excluded_count; i++)
        if (strcmp(p->excluded[i].period, period) == 0)
            return &p->excluded[i];
    return NULL;
}

/* It lies in the dossier's time, is no longer than a year, and is not left out twice. */
static enum err_code check_span(const struct intake_exclude *c, const struct intake_dossier *d, instant now,
                                struct err *reterr)
{
    if (c->from < d->received_at || c->from > now)
        return err_say(reterr, ERR_INVALID, "from", "phải từ khi tiếp nhận đến bây giờ",
                       "must lie between the receipt and now");
    if (c->until <= c->from || c->until - c->from > INTAKE_EXCLUSION_DAYS * INSTANT_DAY)
        return err_say(reterr, ERR_INVALID, "until", "phải sau \"from\", nhiều nhất %d ngày",
                       "must lie behind \"from\", by %d days at the most", INTAKE_EXCLUSION_DAYS);
    for (int i = 0; i < d->exclusion_count; i++) {
        const struct intake_exclusion *x = &d->exclusions[i];
        if (strcmp(x->period, c->period) == 0 && c->from <= x->until && x->from <= c->until)
            return err_say(reterr, ERR_CONFLICT, "from", "trùng với thời gian đã ghi nhận từ %s đến %s",
                           "meets what was recorded from %s to %s", instant_text(x->from).s, instant_text(x->until).s);
    }
    return ERR_OK;
}

enum err_code intake_may_exclude(const struct intake_exclude *c, const struct intake_facts *f,
                                 struct intake_decision *ret, struct err *reterr)
{
    struct intake_dossier *d = &ret->next;
    const struct procedure *p;
    enum err_code rc = begin("period", f, ret, &p, reterr);

    if (rc)
        return rc;
    const struct excluded_period *x = period_of(p, c->period);
    if (!x)
        return err_say(reterr, ERR_INVALID, "period", "thủ tục %s không có khoảng thời gian \"%s\" được trừ",
                       "procedure %s leaves out no period \"%s\"", d->procedure, c->period);
    rc = check_span(c, d, f->now, reterr);
    if (rc)
        return rc;
    if (d->exclusion_count == INTAKE_EXCLUSIONS_MAX)
        return err_say(reterr, ERR_CONFLICT, "period", "hồ sơ đã có %d khoảng thời gian không tính",
                       "the dossier has %d periods that are not counted", d->exclusion_count);
    rc = intake_take_evidence(c->document, f, ret, reterr);
    if (rc)
        return rc;
    ret->exclusion = d->exclusion_count++;
    d->exclusions[ret->exclusion] = (struct intake_exclusion){.period = x->period,
                                                              .reported = x->reported,
                                                              .basis = x->basis,
                                                              .by = f->actor,
                                                              .from = c->from,
                                                              .until = c->until,
                                                              .at = f->now,
                                                              .document = c->document,
                                                              .recorded_until = INSTANT_NONE,
                                                              .ended_at = INSTANT_NONE};
    intake_leave_out(d, (struct left_out_period){.from = c->from, .until = c->until}, f);
    return count("period", f, ret, reterr);
}

static bool has_ended(const struct intake_exclusion *x)
{
    return x->recorded_until != 0 && x->recorded_until != INSTANT_NONE;
}

/* find_ending gives the place of the period that `until` lies in: those of one code do not meet. */
static enum err_code find_ending(const struct intake_end_period *c, const struct intake_dossier *d, int *ret,
                                 struct err *reterr)
{
    bool recorded = false, open = false;

    for (int i = 0; i < d->exclusion_count; i++) {
        const struct intake_exclusion *x = &d->exclusions[i];
        if (strcmp(x->period, c->period) != 0)
            continue;
        recorded = true;
        if (has_ended(x))
            continue;
        open = true;
        if (x->from <= c->until && c->until < x->until) {
            *ret = i;
            return ERR_OK;
        }
    }
    if (!recorded)
        return err_say(reterr, ERR_INVALID, "period", "hồ sơ chưa ghi nhận khoảng thời gian \"%s\"",
                       "no period \"%s\" is recorded of the dossier", c->period);
    if (!open)
        return err_say(reterr, ERR_CONFLICT, "period", "đã ghi nhận khoảng thời gian \"%s\" kết thúc sớm",
                       "that the period \"%s\" ended early was recorded already", c->period);
    return err_say(reterr, ERR_INVALID, "until", "phải từ khi bắt đầu đến trước khi kết thúc đã ghi nhận",
                   "must lie at or behind the period's beginning, and before its recorded end");
}

enum err_code intake_may_end_period(const struct intake_end_period *c, const struct intake_facts *f,
                                    struct intake_decision *ret, struct err *reterr)
{
    struct intake_dossier *d = &ret->next;
    enum err_code rc = at_desk(f, ret, reterr);
    int i = -1;

    if (!rc && c->until > f->now)
        rc = err_say(reterr, ERR_INVALID, "until", "không được sau thời điểm hiện tại", "must not lie ahead");
    if (!rc)
        rc = find_ending(c, d, &i, reterr);
    if (!rc)
        rc = intake_take_evidence(c->document, f, ret, reterr);
    if (rc)
        return rc;
    struct intake_exclusion *x = &d->exclusions[i];
    const struct left_out_period counted_again = {.from = c->until, .until = x->until};
    x->recorded_until = x->until;
    x->until = c->until;
    x->ended_at = f->now;
    x->ended_by = f->actor;
    x->ended_document = c->document;
    ret->exclusion = i;
    ret->was_late = intake_nearest_due(d) <= f->now;
    intake_leave_out(d, counted_again, f);
    return intake_count_due(d, f, reterr);
}
