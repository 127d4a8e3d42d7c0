/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Same-day procedures (D61 Art. 17(4), (5)): the officer at the counter has his opinion and the draft at once, and
 * where he is authorised decides, too, and issues it. Intake keeps the draft and says so with the receipt; whether it
 * holds is for the stages that own the acts.
 */
#include <string.h>

#include "services/intake/intake.h"
#include "services/intake/rules.h"

enum err_code intake_may_act_at_once(const struct intake_at_once *c, const struct procedure *p,
                                     const struct intake_facts *f, struct intake_decision *ret, struct err *reterr)
{
    struct same_day *s = ARENA_NEW(f->arena, struct same_day);

    if (!p->same_day)
        return err_say(reterr, ERR_INVALID, "same_day", "thủ tục %s không phải thủ tục trả kết quả trong ngày",
                       "procedure %s is no same-day procedure", p->record.id);
    if (c->opinion == OPINION_AGAINST && c->reason_count == 0)
        return err_say(reterr, ERR_INVALID, "same_day.reasons", "ý kiến không đủ điều kiện phải nêu ít nhất một lý do",
                       "an opinion against needs at least one reason");
    if (c->returned && !c->mandate)
        return err_say(reterr, ERR_INVALID, "same_day.return",
                       "chưa ký thì chưa phát hành: phải nêu ủy quyền (mandate)",
                       "nothing is issued that is not signed: name the mandate");
    *s = (struct same_day){.officer = f->actor,
                           .roles = f->actor_roles,
                           .opinion = c->opinion,
                           .reasons = c->reasons,
                           .reason_count = c->reason_count,
                           .draft = intake_handle(c->draft),
                           .mandate = c->mandate,
                           .returned = c->returned};
    ret->same_day = s;
    ret->document = c->draft;
    return ERR_OK;
}
