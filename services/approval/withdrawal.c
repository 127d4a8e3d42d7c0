/* SPDX-License-Identifier: Apache-2.0 */
/* The citizen's request to have the dossier back: granted, it ends without a result; refused, it goes on. */
#include "services/approval/guards.h"

static enum err_code may_end_withdrawal(struct question *q, struct approval_decision *x, struct err *reterr)
{
    if (q->d->facts.withdrawal != WITHDRAWAL_REQUESTED)
        return err_say(reterr, ERR_CONFLICT, "withdrawal", "không có đề nghị rút hồ sơ đang chờ quyết định",
                       "no request to withdraw the dossier waits for a decision");
    return may_decide(q, x, reterr);
}

enum err_code may_grant_withdrawal(struct question *q, struct approval_decision *x, struct err *reterr)
{
    x->last = true;
    return may_end_withdrawal(q, x, reterr);
}

enum err_code may_refuse_withdrawal(struct question *q, struct approval_decision *x, struct err *reterr)
{
    enum err_code rc = may_end_withdrawal(q, x, reterr);
    return rc ? rc : check_reasons(q, x, reterr);
}
