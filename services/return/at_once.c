/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Same-day procedures (D61 Art. 17(4), (5)): the officer at the counter has the signed document issued and handed over
 * with the receipt. Each of it is his act, by the rules of any other; the first that one forbids is left to the clerk,
 * or to whoever returns results.
 */
#include "common/base/role.h"
#include "services/return/return.h"

void return_at_once(const struct same_day *s, struct id document, instant at, struct return_command ret[RETURN_AT_ONCE])
{
    static const enum return_act acts[RETURN_AT_ONCE] = {RETURN_ACT_NUMBER, RETURN_ACT_SEAL, RETURN_ACT_MAKE_READY,
                                                         RETURN_ACT_DELIVER};
    const struct same_day_return *r = s->returned;

    for (int i = 0; i < RETURN_AT_ONCE; i++)
        ret[i] = (struct return_command){.act = acts[i],
                                         .at = at,
                                         .document = document,
                                         .same_day = s,
                                         .series = r->series,
                                         .seal = r->seal,
                                         .delivery = r->delivery,
                                         .handing = {.who = r->who, .paper = r->paper}};
}

enum err_code return_at_once_may(const struct return_command *c, struct err *reterr)
{
    bool issues = c->act == RETURN_ACT_NUMBER || c->act == RETURN_ACT_SEAL;

    return same_day_may(c->same_day, issues ? ROLE_CLERK : ROLE_RETURNER, reterr);
}
