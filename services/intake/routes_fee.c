/* SPDX-License-Identifier: Apache-2.0 */
/* The edge of what is to be paid: a fee is paid, given back, or not to be paid. */
#include "common/flow/command.h"
#include "services/intake/body.h"
#include "services/intake/intake.h"
#include "services/intake/routes.h"

#define FEE_CODE_MOST 32
#define REFUND_MOST   INT64_C(1000000000000)

/* begin reads which dossier, the body, and the fee that it is about. */
static enum err_code begin(struct http_exchange *x, struct id *ret_dossier, struct json_in **ret_in,
                           const char **ret_fee, struct err *reterr)
{
    enum err_code rc = intake_begin(x, ret_dossier, ret_in, reterr);

    if (!rc)
        *ret_fee = json_code(*ret_in, json_root(*ret_in), "fee", JSON_REQUIRED, FEE_CODE_MOST);
    return rc;
}

enum err_code intake_post_payment(void *app, struct http_exchange *x, struct err *reterr)
{
    struct intake_pay *c = ARENA_NEW(http_arena(x), struct intake_pay);
    struct json_in *in;
    struct id dossier;
    enum err_code rc = intake_begin(x, &dossier, &in, reterr);

    if (rc)
        return rc;
    *c = intake_read_payment(in, json_root(in));
    rc = json_done(in, reterr);
    return rc ? rc : command_submit(app, x, "dossier", dossier, INTAKE_PAY_FEE, false, c, reterr);
}

enum err_code intake_post_refund(void *app, struct http_exchange *x, struct err *reterr)
{
    struct intake_refund *c = ARENA_NEW(http_arena(x), struct intake_refund);
    struct json_in *in;
    struct id dossier;
    enum err_code rc = begin(x, &dossier, &in, &c->fee, reterr);

    if (rc)
        return rc;
    c->amount = json_int(in, json_root(in), "amount_vnd", JSON_OPTIONAL, 1, REFUND_MOST);
    rc = json_done(in, reterr);
    return rc ? rc : command_submit(app, x, "dossier", dossier, INTAKE_REFUND_FEE, false, c, reterr);
}

enum err_code intake_post_waiver(void *app, struct http_exchange *x, struct err *reterr)
{
    struct intake_waive *c = ARENA_NEW(http_arena(x), struct intake_waive);
    struct json_in *in;
    struct id dossier;
    enum err_code rc = begin(x, &dossier, &in, &c->fee, reterr);

    if (rc)
        return rc;
    c->ground =
        (enum fee_exemption)intake_read_word(in, json_root(in), "ground", fee_exemption_names, FEE_EXEMPT_COUNT);
    c->superior = json_code(in, json_root(in), "superior", JSON_REQUIRED, 64);
    rc = json_done(in, reterr);
    return rc ? rc : command_submit(app, x, "dossier", dossier, INTAKE_WAIVE_FEE, false, c, reterr);
}
