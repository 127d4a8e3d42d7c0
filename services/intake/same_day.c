/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Same-day procedures (D61 Art. 17(4), (5)): the officer at the counter has his opinion and the draft at once, and
 * where he is authorised decides, too, and issues it. Intake keeps the draft and says so with the receipt; whether it
 * holds is for the stages that own the acts.
 */
#include <string.h>

#include "services/intake/intake.h"
#include "services/intake/rules.h"

/* Nobody who filed by post or online stands at the counter: the first has it by post, the second as a file or by post.
 */
static enum err_code reaches_him(enum channel channel, int delivery, struct err *reterr)
{
    if (channel == CHANNEL_COUNTER || delivery == DELIVERY_POST ||
        (channel == CHANNEL_ONLINE && delivery == DELIVERY_ELECTRONIC))
        return ERR_OK;
    if (channel == CHANNEL_POST)
        return err_say(reterr, ERR_INVALID, "same_day.return.delivery", "hồ sơ gửi qua bưu chính thì trả qua bưu chính",
                       "what was sent in by post is returned by post");
    return err_say(reterr, ERR_INVALID, "same_day.return.delivery",
                   "hồ sơ nộp trực tuyến thì trả điện tử hoặc qua bưu chính, không trả ngay tại quầy",
                   "what was filed online is returned electronically or by post, not at once at the counter");
}

enum err_code intake_may_act_at_once(const struct intake_receive *r, const struct procedure *p,
                                     const struct intake_facts *f, struct intake_decision *ret, struct err *reterr)
{
    const struct intake_at_once *c = r->at_once;
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
    enum err_code rc = c->returned ? reaches_him(r->channel, c->returned->delivery, reterr) : ERR_OK;
    if (rc)
        return rc;
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
