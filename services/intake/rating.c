/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The citizen's rating of a dossier (Circular 01/2018 Art. 13 to 15): on a slip, at a device on the counter, or online;
 * once, when it has ended for the citizen: he has the result, was refused at the counter, has it back, or it was
 * stopped. Before that he has not seen what he is to judge. Points follow from what he says; nobody types them.
 */
#include <string.h>

#include "common/base/role.h"
#include "common/domain/desk.h"
#include "services/intake/intake.h"
#include "services/intake/rules.h"

#define WHO_RATES (ROLE_BIT(RECEIVER) | ROLE_BIT(RETURNER) | ROLE_BIT(HEAD))

const char *const intake_means_names[] = {INTAKE_MEANS_MAP(WORD_CODE) NULL};
const char *const intake_satisfactions[] = {"dissatisfied", "neutral", "satisfied", NULL};
const char *const intake_attitudes[] = {"poor", "fair", "good", NULL};

static int points_of_times(int n)
{
    return n < INTAKE_POINTS_MOST ? INTAKE_POINTS_MOST - n : 0;
}

struct intake_points intake_points_of(const struct intake_rate *c)
{
    return (struct intake_points){.satisfaction = c->satisfaction,
                                  .attitude = c->attitude,
                                  .contacts = points_of_times(c->contacts),
                                  .agencies = points_of_times(c->agencies)};
}

static bool same(const char *post, const char *actor)
{
    return post && strcmp(post, actor) == 0;
}

/* served tells whether an officer stood before the citizen: took something from him, or gave him papers, money or the
 * result. */
static bool served(const struct intake_dossier *d, const struct intake_facts *f)
{
    const char *actor = f->actor;

    for (int i = 0; i < d->supplement_count; i++)
        if (same(d->supplements[i].received_by, actor))
            return true;
    for (int i = 0; i < d->fee_count; i++)
        if (same(d->fees[i].paid_by, actor) || same(d->fees[i].refunded_by, actor) || same(d->fees[i].waived_by, actor))
            return true;
    for (int i = 0; i < d->complaint_count; i++)
        if (same(d->complaints[i].filed_by, actor) || same(d->complaints[i].supplied_by, actor))
            return true;
    for (int i = 0; i < f->sheet_count; i++)
        if (same(f->sheets[i].given_back_by, actor))
            return true;
    return same(d->received_by, actor) || same(d->returned_by, actor) || same(d->withdrawal.by, actor);
}

static enum err_code is_of_unit(const struct intake_dossier *d, const char *unit, struct err *reterr)
{
    if (strcmp(unit, d->receiving_unit) == 0)
        return ERR_OK;
    return err_say(reterr, ERR_FORBIDDEN, "actor", "hồ sơ được tiếp nhận tại đơn vị %s, không phải %s",
                   "the dossier was received at unit %s, not %s", d->receiving_unit, unit);
}

/* At the device the citizen chooses himself. It is no officer's: its token is in the name of the counter that it stands
 * at, so that nobody judges his own service by saying that the device did. */
static enum err_code check_device(const struct intake_facts *f, struct intake_decision *ret, struct err *reterr)
{
    const struct counter *at = catalogue_counter(f->catalogue, f->actor, instant_day(f->now));

    if (!(f->actor_roles & ROLE_BIT(DEVICE)))
        return err_say(reterr, ERR_FORBIDDEN, "by", "đánh giá tại thiết bị do chính thiết bị của quầy gửi",
                       "what is rated at the device comes from the device of the counter itself");
    if (!at || strcmp(at->unit, f->actor_unit) != 0)
        return err_say(reterr, ERR_FORBIDDEN, "actor", "đơn vị %s không có quầy \"%s\" vào ngày này",
                       "unit %s has no counter \"%s\" on this day", f->actor_unit, f->actor);
    ret->place = at->record.id;
    return is_of_unit(&ret->next, at->unit, reterr);
}

/* A slip passes through an officer's hands. */
static enum err_code check_desk(const struct intake_facts *f, struct intake_decision *ret, struct err *reterr)
{
    const struct intake_dossier *d = &ret->next;
    struct desk desk;
    enum err_code rc = desk_find(f->catalogue, f->actor, f->actor_unit, instant_day(f->now), &desk, reterr);

    if (!rc)
        rc = is_of_unit(d, desk.officer->unit, reterr);
    if (rc)
        return rc;
    if (!(desk.officer->roles & WHO_RATES))
        return err_say(reterr, ERR_FORBIDDEN, "actor", "vị trí \"%s\" không ghi nhận đánh giá",
                       "post \"%s\" records no ratings", f->actor);
    if (served(d, f))
        return err_say(reterr, ERR_FORBIDDEN, "actor", "người phục vụ công dân không nhập phiếu đánh giá về mình",
                       "the officer who served the citizen does not enter the slip about it");
    ret->place = desk.place;
    return ERR_OK;
}

enum err_code intake_may_rate(const struct intake_rate *c, const struct intake_facts *f, struct intake_decision *ret,
                              struct err *reterr)
{
    enum err_code rc = ERR_OK;

    if (c->means == INTAKE_MEANS_DEVICE)
        rc = check_device(f, ret, reterr);
    else if (c->means == INTAKE_MEANS_SLIP)
        rc = check_desk(f, ret, reterr);
    else if (!(f->actor_roles & ROLE_BIT(PORTAL)))
        rc = err_say(reterr, ERR_FORBIDDEN, "by", "chỉ cổng dịch vụ công ghi nhận đánh giá trực tuyến",
                     "only the portal records what was rated online");
    if (rc)
        return rc;
    if (ret->next.rated)
        return err_say(reterr, ERR_ILLEGAL_MOVE, "rating", "hồ sơ đã được đánh giá", "the dossier was rated already");
    ret->next.rated = true;
    ret->rate = c;
    ret->points = intake_points_of(c);
    return ERR_OK;
}
