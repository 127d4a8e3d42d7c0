/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Guidance (hướng dẫn hoàn thiện hồ sơ): the papers are not complete, so the citizen gets the request form (form 02)
 * with all that is missing, and comes again. Fully and once (D61 Art. 15(3)): whoever was told about a procedure and
 * has not filed since is told again only when the head of the unit allows it, with a ground. The next receipt ends
 * that, whether or not it names the guidance: the citizen has filed, and whatever he was told before is over. Nobody is
 * refused for want of papers who was not told (Art. 17(1)): only who comes again without them, which ends no guidance.
 */
#include <string.h>

#include "common/base/role.h"
#include "services/intake/intake.h"
#include "services/intake/rules.h"

const char *const intake_guidance_grounds[] = {INTAKE_GUIDANCE_GROUND_MAP(WORD_CODE) NULL};

/* Reasons that the applicant himself can put right: he is told of them with the form first. */
static const char *const to_be_asked_for[] = {"missing_component", "invalid_document", NULL};

/* allowed_by checks the superior who is named: the head of the unit behind the counter, and not the officer himself. */
static enum err_code allowed_by(const char *superior, const char *unit, const struct intake_facts *f,
                                struct err *reterr)
{
    const struct officer *head = superior ? catalogue_officer(f->catalogue, superior, instant_day(f->now)) : NULL;

    if (!superior)
        return err_say(reterr, ERR_INVALID, "superior", "hướng dẫn lần nữa phải nêu người đứng đầu đã cho phép",
                       "guiding once more needs the head who allowed it");
    if (!head || strcmp(head->unit, unit) != 0 || !(head->roles & ROLE_BIT(HEAD)))
        return err_say(reterr, ERR_INVALID, "superior", "\"%s\" không phải người đứng đầu đơn vị %s",
                       "\"%s\" is no head of unit %s", superior, unit);
    if (strcmp(superior, f->actor) == 0)
        return err_say(reterr, ERR_INVALID, "superior", "người cho phép phải là người khác với người hướng dẫn",
                       "who allows it is another person than who guides");
    return ERR_OK;
}

/* once_more: the citizen was told before and has not filed since. */
static enum err_code once_more(const struct intake_guide *c, const char *unit, const struct intake_facts *f,
                               struct err *reterr)
{
    if (!c->ground && !c->superior)
        return err_say(
            reterr, ERR_CONFLICT, "guidance",
            "người này đã được hướng dẫn về thủ tục này (%s); hướng dẫn lần nữa phải có căn cứ và người đứng "
            "đầu (NĐ 61/2018, Điều 15(3))",
            "this person was guided about this procedure (%s); once more needs a ground and a superior "
            "(Decree 61/2018 Art. 15(3))",
            id_text(f->told->guidances[0]).s);
    if (!c->ground)
        return err_say(reterr, ERR_INVALID, "ground", "hướng dẫn lần nữa phải nêu căn cứ",
                       "guiding once more needs a ground");
    if (words_find(intake_guidance_grounds, c->ground) < 0)
        return err_say(reterr, ERR_INVALID, "ground", "căn cứ không thuộc danh mục", "this ground is not in the list");
    return allowed_by(c->superior, unit, f, reterr);
}

enum err_code intake_may_guide(const struct intake_guide *c, const struct intake_facts *f, struct intake_decision *ret,
                               struct err *reterr)
{
    bool again = f->told && f->told->count > 0;
    enum err_code rc = intake_end_visit(&c->visit, f, ret, reterr);

    if (!rc && c->missing_count < 1)
        rc = err_say(reterr, ERR_INVALID, "missing", "phải nêu ít nhất một giấy tờ còn thiếu",
                     "needs at least one paper that is missing");
    const struct intake_list list = intake_list_of(f, c->visit.procedure, f->now);
    if (!rc)
        rc = intake_check_asked(&list, c->missing, c->missing_count, f->arena, reterr);
    if (rc)
        return rc;
    if (again)
        rc = once_more(c, ret->next.unit, f, reterr);
    else if (c->ground || c->superior)
        rc = err_say(reterr, ERR_INVALID, c->ground ? "ground" : "superior",
                     "hướng dẫn lần đầu không cần căn cứ và người cho phép",
                     "the first guidance needs no ground and no superior");
    if (rc)
        return rc;
    ret->guide = c;
    ret->guidance = again ? f->told->last + 1 : 1;
    return ERR_OK;
}

bool intake_refuses_for_want(const struct intake_visit *c)
{
    for (int i = 0; i < c->reason_count; i++)
        if (words_find(to_be_asked_for, c->reasons[i]) >= 0)
            return true;
    return false;
}

enum err_code intake_was_told(const struct intake_visit *c, const struct intake_facts *f, struct err *reterr)
{
    if (!intake_refuses_for_want(c) || (f->told && f->told->count > 0))
        return ERR_OK;
    return err_say(
        reterr, ERR_INVALID, "reasons",
        "giấy tờ còn thiếu, chưa hợp lệ thì yêu cầu bằng phiếu yêu cầu bổ sung, hoàn thiện hồ sơ, chưa từ chối",
        "what is missing is asked for with the request form");
}

enum err_code intake_may_follow(const struct intake_receive *c, const struct intake_facts *f, struct id *ret,
                                struct err *reterr)
{
    bool named = !id_is_nil(c->guidance);

    for (int i = 0; f->told && i < f->told->count; i++)
        if (!named || id_eq(f->told->guidances[i], c->guidance)) {
            *ret = f->told->guidances[i];
            return ERR_OK;
        }
    if (!named)
        return ERR_OK;
    return err_say(reterr, ERR_INVALID, "guidance",
                   "không có hướng dẫn %s đang chờ người này nộp hồ sơ thủ tục %s tại đơn vị này",
                   "no guidance %s of this person about procedure %s at this unit waits to be followed",
                   id_text(c->guidance).s, c->procedure);
}
