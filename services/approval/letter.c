/* SPDX-License-Identifier: Apache-2.0 */
/* Letters to the citizen, signed beside the result: the apology with its new date ends no step, the stop notice ends
 * the dossier. And the one behind the result that corrects it: the agency that issued it corrects it (Decree 30/2020
 * Art. 18(3)), so whoever has the authority signs, be it who signed what is wrong, but not who asks for it. */
#include "services/approval/guards.h"

static enum err_code may_end_extension(struct question *q, struct approval_decision *x, struct err *reterr)
{
    if (q->d->facts.extension != EXTENSION_REQUESTED)
        return err_say(reterr, ERR_CONFLICT, "extension", "không có phiếu xin lỗi nào đang chờ ký",
                       "no apology waits to be signed");
    return may_decide(q, x, reterr);
}

/* A letter is the very paper that was put before the approver. */
static enum err_code check_letter(struct question *q, struct approval_decision *x, struct id letter, struct err *reterr)
{
    const struct paper *asked = papers_find(&q->d->papers, letter), *known;
    enum err_code rc = ERR_OK;

    if (q->c->signature != SIGNATURE_INK_ATTESTED)
        rc = err_say(reterr, ERR_INVALID, "kind", "chưa hỗ trợ kiểm tra chữ ký số",
                     "digital signatures are not verified here yet");
    if (!rc)
        rc = papers_named(&q->d->papers, &q->c->document, "document", &known, reterr);
    if (rc)
        return rc;
    BUG_IF(!asked, "a letter of %s is no paper", q->d->facts.code);
    if (!handle_same_content(&known->handle, &asked->handle))
        return err_say(reterr, ERR_INVALID, "document.sha256", "đây không phải nội dung của văn bản trình ký (%s)",
                       "this is not the content of the paper that was put before you (%s)",
                       id_text(asked->handle.id).s);
    x->document = known->handle;
    x->signature = q->c->signature;
    x->signer = q->f->actor;
    return ERR_OK;
}

enum err_code may_sign_apology(struct question *q, struct approval_decision *x, struct err *reterr)
{
    enum err_code rc = may_end_extension(q, x, reterr);
    return rc ? rc : check_letter(q, x, q->d->facts.apology, reterr);
}

enum err_code may_refuse_extension(struct question *q, struct approval_decision *x, struct err *reterr)
{
    enum err_code rc = may_end_extension(q, x, reterr);
    return rc ? rc : check_reasons(q, x, reterr);
}

static enum err_code may_end_stop(struct question *q, struct approval_decision *x, struct err *reterr)
{
    if (q->d->facts.stop != STOP_REQUESTED)
        return err_say(reterr, ERR_CONFLICT, "stop", "không có thông báo dừng giải quyết nào đang chờ ký",
                       "no stop notice waits to be signed");
    return may_decide(q, x, reterr);
}

enum err_code may_sign_stop(struct question *q, struct approval_decision *x, struct err *reterr)
{
    enum err_code rc = may_end_stop(q, x, reterr);

    x->last = true;
    return rc ? rc : check_letter(q, x, q->d->facts.notice, reterr);
}

enum err_code may_refuse_stop(struct question *q, struct approval_decision *x, struct err *reterr)
{
    const struct paper *asked = papers_find(&q->d->papers, q->d->facts.notice);
    enum err_code rc = may_end_stop(q, x, reterr);

    if (!rc)
        rc = check_reasons(q, x, reterr);
    if (rc)
        return rc;
    BUG_IF(!asked, "a letter of %s is no paper", q->d->facts.code);
    x->document = asked->handle; /* it may have lapsed at intake, and another one been asked for */
    return ERR_OK;
}

static enum err_code may_end_correction(struct question *q, struct approval_decision *x, struct err *reterr)
{
    if (q->d->facts.correction != CORRECTION_REQUESTED)
        return err_say(reterr, ERR_CONFLICT, "correction", "không có văn bản đính chính nào đang chờ ký",
                       "no correction waits to be signed");
    if (q->step != approval_step_open(q->d))
        return err_say(reterr, ERR_INVALID, "step", "bước %d không phải bước đã kết thúc hồ sơ",
                       "step %d is not the one that ended the dossier", q->step->step);
    return may_decide(q, x, reterr);
}

/* The others know a correction by its paper: it is signed itself, and no other filing of the same bytes. */
enum err_code may_sign_correction(struct question *q, struct approval_decision *x, struct err *reterr)
{
    enum err_code rc = may_end_correction(q, x, reterr);

    if (!rc)
        rc = check_letter(q, x, q->d->facts.correction_paper, reterr);
    if (!rc && !id_eq(x->document.id, q->d->facts.correction_paper))
        rc =
            err_say(reterr, ERR_INVALID, "document.id", "đây không phải văn bản đính chính trình ký (%s)",
                    "this is not the correction that was put before you (%s)", id_text(q->d->facts.correction_paper).s);
    return rc;
}

enum err_code may_refuse_correction(struct question *q, struct approval_decision *x, struct err *reterr)
{
    const struct paper *asked = papers_find(&q->d->papers, q->d->facts.correction_paper);
    enum err_code rc = may_end_correction(q, x, reterr);

    if (!rc)
        rc = check_reasons(q, x, reterr);
    if (rc)
        return rc;
    BUG_IF(!asked, "a letter of %s is no paper", q->d->facts.code);
    x->document = asked->handle;
    return ERR_OK;
}
