/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Asking for a supplement (bổ sung hồ sơ): once, and within three working days of acceptance (D61 Art. 11(2c), 19(4);
 * common/domain/term.h).
 * What is asked later, or a second time, is asked by the head of the unit himself, with a ground; a third time nobody
 * asks. The citizen hears of it from intake alone, by the request form (form 02) that intake keeps, with the list of
 * all that he is to bring; here only its length is known. Who appraises is the officer who has the step, whom the
 * request names: he may not have decided the dossier. The head who asks late or once more only consents, as when he
 * assigns: he may have decided or sent it back, and may decide it later (approval's read_supplement_asked). In most
 * units nobody else is left who could.
 */
#include <string.h>

#include "common/domain/term.h"
#include "common/domain/worktime.h"
#include "services/appraisal/guards.h"

static int asked_before(const struct appraisal_dossier *d)
{
    int n = 0;
    for (size_t i = 0; i < d->step_count; i++)
        n += d->steps[i].state == APPRAISAL_SUPPLEMENTED;
    return n;
}

/* days_to_ask is the law's on the day of acceptance; today's where nobody here knows of it. */
static int days_to_ask(const struct question *q)
{
    instant received = q->d->facts.received_at;

    return term_value(q->f->catalogue, TERM_SUPPLEMENT_ASK,
                      instant_day(received == INSTANT_NONE ? q->f->now : received));
}

static bool calendar_has(const struct worktime_calendar *c, int32_t day)
{
    return day >= c->first_day && day < c->first_day + c->day_count;
}

/* is_late: a dossier of which nobody here knows when it was accepted was accepted long ago. */
static enum err_code is_late(const struct question *q, bool *ret, struct err *reterr)
{
    const struct worktime_calendar *calendar = q->f->catalogue->calendar;
    int32_t received = instant_day(q->d->facts.received_at), today = instant_day(q->f->now), last;

    *ret = true;
    if (q->d->facts.received_at == INSTANT_NONE)
        return ERR_OK;
    if (!calendar)
        return err_say(reterr, ERR_NOT_YET, "calendar", "chưa có lịch làm việc", "there is no calendar yet");
    enum err_code rc = worktime_day_after(calendar, received, days_to_ask(q), &last, reterr);
    /* The limit lies beyond the calendar, and today does not. */
    if (rc && calendar_has(calendar, received) && calendar_has(calendar, today)) {
        *ret = false;
        return ERR_OK;
    }
    if (!rc)
        *ret = today > last;
    return rc;
}

/* by_the_head: what is not the first one in time is asked by the head of the unit, who says why. */
static enum err_code by_the_head(const struct question *q, bool again, struct err *reterr)
{
    if (!is_head(q) && again)
        return err_say(reterr, ERR_FORBIDDEN, "actor",
                       "hồ sơ đã được bổ sung một lần; lần nữa chỉ do người đứng đầu đơn vị yêu cầu",
                       "the dossier was supplemented once; once more is for the head of the unit to ask");
    if (!is_head(q))
        return err_say(reterr, ERR_FORBIDDEN, "actor",
                       "đã quá %d ngày làm việc kể từ khi tiếp nhận; chỉ người đứng đầu đơn vị được yêu cầu bổ sung",
                       "more than %d working days have passed since acceptance; only the head of the unit asks for it",
                       days_to_ask(q));
    if (!q->c->ground)
        return err_say(reterr, ERR_INVALID, "ground", "yêu cầu bổ sung muộn hoặc lần nữa phải nêu căn cứ",
                       "asking late or once more needs a ground");
    if (words_find(appraisal_ground_names, q->c->ground) < 0)
        return err_say(reterr, ERR_INVALID, "ground", "căn cứ không thuộc danh mục", "this ground is not in the list");
    return ERR_OK;
}

/* lists_what_is_missing refuses a request form without its list: what is missing is said fully, and once (D61 Art.
 * 11(2c), 17(2a)). */
static enum err_code lists_what_is_missing(const struct paper *request, struct err *reterr)
{
    if (request->missing > 0)
        return ERR_OK;
    return err_say(reterr, ERR_INVALID, "request",
                   "phiếu yêu cầu bổ sung phải liệt kê đầy đủ giấy tờ còn thiếu khi nộp (trường \"missing\")",
                   "the request form has no list of what is missing, which is filed with it (field \"missing\")");
}

enum err_code may_ask_supplement(struct question *q, struct appraisal_decision *x, struct err *reterr)
{
    const struct paper *request;
    int before = asked_before(q->d);
    bool late;
    enum err_code rc = is_late(q, &late, reterr);
    if (rc)
        return rc;
    if (before >= APPRAISAL_SUPPLEMENTS_MAX)
        return err_say(reterr, ERR_CONFLICT, "step", "hồ sơ đã được yêu cầu bổ sung %d lần; không yêu cầu thêm",
                       "a supplement was asked of the dossier %d times; it is not asked again", before);
    bool usual = before == 0 && !late;
    rc = usual ? has_the_step(q, reterr) : by_the_head(q, before > 0, reterr);
    if (!rc && usual && q->c->ground)
        rc = err_say(reterr, ERR_INVALID, "ground", "yêu cầu bổ sung lần đầu, trong hạn, không cần căn cứ",
                     "the first one, in time, needs no ground");
    if (!rc && q->c->reason_count == 0)
        rc = err_say(reterr, ERR_INVALID, "reasons", "yêu cầu bổ sung phải nêu ít nhất một lý do",
                     "asking for a supplement needs at least one reason");
    if (!rc)
        rc = reasons_known(appraisal_reason_names, q->c->reasons, q->c->reason_count, reterr);
    if (!rc)
        rc = paper_of_kind(q, DOCUMENT_REQUEST, "request", &request, reterr);
    if (!rc)
        rc = lists_what_is_missing(request, reterr);
    if (rc)
        return rc;
    x->document = request->handle;
    x->officer = q->step->officer;
    x->due_at = q->step->due_at;
    x->opinion = OPINION_NEEDS_SUPPLEMENT;
    x->reasons = q->c->reasons;
    x->reason_count = q->c->reason_count;
    x->ground = usual ? "" : q->c->ground;
    x->superior = usual ? "" : q->f->actor;
    return ERR_OK;
}
