/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Withdrawal (rút hồ sơ): the citizen asks for it in writing at the counter. Once a dossier is accepted only approval
 * closes it, so the request waits for an approver and the work goes on meanwhile. A last signature that was given
 * without knowing of the request stands: the request has lapsed.
 */
#include "services/intake/intake.h"
#include "services/intake/rules.h"

enum err_code intake_may_request_withdrawal(const struct intake_ask_back *c, const struct intake_facts *f,
                                            struct intake_decision *ret, struct err *reterr)
{
    struct intake_dossier *d = &ret->next;
    enum err_code rc = intake_at_counter(d, c->channel, f, &ret->place, reterr);

    if (rc)
        return rc;
    if (d->withdrawal.state == WITHDRAWAL_REQUESTED)
        return err_say(reterr, ERR_CONFLICT, "withdrawal", "hồ sơ đã có đề nghị rút đang chờ quyết định",
                       "a request to withdraw the dossier waits for a decision already");
    if (d->stop.state == STOP_REQUESTED)
        return err_say(reterr, ERR_CONFLICT, "stop",
                       "thông báo dừng giải quyết hồ sơ đang chờ ký: hãy đợi quyết định đó",
                       "a stop notice of the dossier waits to be signed: wait for that");
    d->withdrawal = (struct intake_withdrawal){
        .state = WITHDRAWAL_REQUESTED, .request = c->request.id, .at = f->now, .by = f->actor};
    ret->withdrawal = true;
    ret->document = &c->request;
    return ERR_OK;
}

void intake_end_withdrawal(enum withdrawal how, struct intake_decision *ret)
{
    ret->next.withdrawal.state = how;
    ret->withdrawal = true;
    if (how == WITHDRAWAL_GRANTED)
        ret->next.asked_unit = ret->next.part_units = ret->next.silent_units = ret->next.step_unit =
            NULL; /* no other unit has any more business with it */
}
