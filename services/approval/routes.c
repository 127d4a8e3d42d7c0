/* SPDX-License-Identifier: Apache-2.0 */
/* JSON in, JSON out. A POST becomes work for the executor; a GET is answered by PostgreSQL. */
#include "services/approval/routes.h"

#include "common/flow/command.h"
#include "common/flow/request.h"
#include "services/approval/approval.h"
#include "services/approval/mandate.h"
#include "services/approval/repo.h"

#define CODE_MOST 64
#define TEXT_MOST 500
#define WORD_MOST 40 /* of a reason, of a procedure */

/* ---- queries */

static enum err_code get_list(void *app, struct http_exchange *x, struct err *reterr)
{
    static const struct request_worklist list = {&approval_list_of_unit, &approval_list_of_all, &approval_fsm,
                                                 approval_is_open};
    return request_worklist(app, x, &list, reterr);
}

static enum err_code get_one(void *app, struct http_exchange *x, struct err *reterr)
{
    return request_dossier(app, x, &approval_read_one, reterr);
}

static enum err_code get_mandates(void *app, struct http_exchange *x, struct err *reterr)
{
    const char *officer = http_query(x, "officer"), *after = http_query(x, "after");
    int32_t limit;
    enum err_code rc = request_limit(x, &limit, reterr);
    if (rc)
        return rc;
    return query_json(app, x, &approval_list_mandates,
                      DB_ARGS(db_text(request_unit(x, ROLES_OF_ALL_UNITS | ROLE_BIT(ADMIN))),
                              db_text(officer ? officer : ""), db_text(after ? after : ""), db_int4(limit)),
                      reterr);
}

/* ---- commands */

/* post_act serves all acts of an approver: they differ in what the body must say, the rest is the table's. */
static enum err_code post_act(void *app, struct http_exchange *x, enum approval_act act, struct err *reterr)
{
    struct dossier_request r;
    struct approval_command *c = ARENA_NEW(http_arena(x), struct approval_command);
    enum err_code rc = request_read(x, &r, reterr);
    if (rc)
        return rc;
    c->act = act;
    c->step = r.step;
    c->mandate = json_code(r.in, r.body, "mandate", JSON_REQUIRED, CODE_MOST);
    if (act == APPROVAL_ACT_GRANT || act == APPROVAL_ACT_REFUSE)
        request_handle(r.in, r.body, "draft", &c->document);
    if (act == APPROVAL_ACT_REFUSE || act == APPROVAL_ACT_SEND_BACK || act == APPROVAL_ACT_REFUSE_WITHDRAWAL ||
        act == APPROVAL_ACT_REFUSE_EXTENSION || act == APPROVAL_ACT_REFUSE_STOP ||
        act == APPROVAL_ACT_REFUSE_CORRECTION)
        c->reasons =
            json_texts(r.in, r.body, "reasons", JSON_REQUIRED, APPROVAL_REASONS_MAX, WORD_MOST, &c->reason_count);
    if (act == APPROVAL_ACT_SIGN || act == APPROVAL_ACT_SIGN_APOLOGY || act == APPROVAL_ACT_SIGN_STOP ||
        act == APPROVAL_ACT_SIGN_CORRECTION) {
        c->signature =
            1 + json_word(r.in, r.body, "kind", JSON_REQUIRED, signature_kind_names + 1, SIGNATURE_COUNT - 1);
        request_handle(r.in, r.body, "document", &c->document);
    }
    return request_submit(app, x, &r, (int)act, c, reterr);
}

static enum err_code post_grant(void *app, struct http_exchange *x, struct err *reterr)
{
    return post_act(app, x, APPROVAL_ACT_GRANT, reterr);
}

static enum err_code post_refuse(void *app, struct http_exchange *x, struct err *reterr)
{
    return post_act(app, x, APPROVAL_ACT_REFUSE, reterr);
}

static enum err_code post_send_back(void *app, struct http_exchange *x, struct err *reterr)
{
    return post_act(app, x, APPROVAL_ACT_SEND_BACK, reterr);
}

static enum err_code post_sign(void *app, struct http_exchange *x, struct err *reterr)
{
    return post_act(app, x, APPROVAL_ACT_SIGN, reterr);
}

static enum err_code post_grant_withdrawal(void *app, struct http_exchange *x, struct err *reterr)
{
    return post_act(app, x, APPROVAL_ACT_GRANT_WITHDRAWAL, reterr);
}

static enum err_code post_refuse_withdrawal(void *app, struct http_exchange *x, struct err *reterr)
{
    return post_act(app, x, APPROVAL_ACT_REFUSE_WITHDRAWAL, reterr);
}

static enum err_code post_sign_apology(void *app, struct http_exchange *x, struct err *reterr)
{
    return post_act(app, x, APPROVAL_ACT_SIGN_APOLOGY, reterr);
}

static enum err_code post_refuse_extension(void *app, struct http_exchange *x, struct err *reterr)
{
    return post_act(app, x, APPROVAL_ACT_REFUSE_EXTENSION, reterr);
}

static enum err_code post_sign_stop(void *app, struct http_exchange *x, struct err *reterr)
{
    return post_act(app, x, APPROVAL_ACT_SIGN_STOP, reterr);
}

static enum err_code post_refuse_stop(void *app, struct http_exchange *x, struct err *reterr)
{
    return post_act(app, x, APPROVAL_ACT_REFUSE_STOP, reterr);
}

static enum err_code post_sign_correction(void *app, struct http_exchange *x, struct err *reterr)
{
    return post_act(app, x, APPROVAL_ACT_SIGN_CORRECTION, reterr);
}

static enum err_code post_refuse_correction(void *app, struct http_exchange *x, struct err *reterr)
{
    return post_act(app, x, APPROVAL_ACT_REFUSE_CORRECTION, reterr);
}

static enum err_code post_mandate(void *app, struct http_exchange *x, struct err *reterr)
{
    struct json_in *in;
    enum err_code rc = request_body(x, &in, reterr);
    if (rc)
        return rc;
    const struct json *root = json_root(in);
    struct approval_command *c = ARENA_NEW(http_arena(x), struct approval_command);
    struct approval_mandate *m = &c->recorded;
    c->act = APPROVAL_ACT_RECORD_MANDATE;
    m->code = json_code(in, root, "mandate", JSON_REQUIRED, CODE_MOST);
    m->officer = json_code(in, root, "officer", JSON_REQUIRED, CODE_MOST);
    m->unit = json_code(in, root, "unit", JSON_REQUIRED, CODE_MOST);
    m->form = 1 + json_word(in, root, "form", JSON_REQUIRED, signature_form_names + 1, FORM_COUNT - 1);
    m->procedures =
        json_texts(in, root, "procedures", JSON_REQUIRED, APPROVAL_PROCEDURES_MAX, WORD_MOST, &m->procedure_count);
    m->legal_basis = json_text(in, root, "legal_basis", JSON_REQUIRED, 1, TEXT_MOST);
    m->valid_from = request_day(in, root, "valid_from", JSON_REQUIRED);
    m->valid_to = request_day(in, root, "valid_to", JSON_OPTIONAL);
    rc = json_done(in, reterr);
    if (rc)
        return rc;
    return command_submit(app, x, APPROVAL_MANDATE, command_subject_of_code(APPROVAL_MANDATE, m->code),
                          APPROVAL_ACT_RECORD_MANDATE, true, c, reterr);
}

#define READERS (ROLE_BIT(APPROVER) | ROLE_BIT(HEAD) | ROLE_BIT(INSPECTOR))

const struct http_route approval_routes[] = {
    {"GET", "/v1/approvals", READERS, get_list, "the work list of the unit: steps to decide and to sign, by due date"},
    {"GET", "/v1/approvals/:id", READERS, get_one, "one dossier with its approve steps and papers"},
    {"POST", "/v1/approvals/:id/grant", ROLE_BIT(APPROVER), post_grant,
     "grant what was appraised with the opinion for"},
    {"POST", "/v1/approvals/:id/refuse", ROLE_BIT(APPROVER), post_refuse,
     "refuse what was appraised with the opinion against, with reasons"},
    {"POST", "/v1/approvals/:id/send-back", ROLE_BIT(APPROVER), post_send_back,
     "have it appraised once more, with reasons"},
    {"POST", "/v1/approvals/:id/sign", ROLE_BIT(APPROVER), post_sign, "sign the draft that was decided on"},
    {"POST", "/v1/approvals/:id/withdrawal/grant", ROLE_BIT(APPROVER), post_grant_withdrawal,
     "let the citizen withdraw the dossier: it ends without a result"},
    {"POST", "/v1/approvals/:id/withdrawal/refuse", ROLE_BIT(APPROVER), post_refuse_withdrawal,
     "do not let the citizen withdraw the dossier, with reasons"},
    {"POST", "/v1/approvals/:id/extension/sign", ROLE_BIT(APPROVER), post_sign_apology,
     "sign the apology with the new date: return issues it"},
    {"POST", "/v1/approvals/:id/extension/refuse", ROLE_BIT(APPROVER), post_refuse_extension,
     "do not sign the apology, with reasons: the date stays"},
    {"POST", "/v1/approvals/:id/stop/sign", ROLE_BIT(APPROVER), post_sign_stop,
     "sign the stop notice: the dossier ends without a result, return issues the notice"},
    {"POST", "/v1/approvals/:id/stop/refuse", ROLE_BIT(APPROVER), post_refuse_stop,
     "do not sign the stop notice, with reasons: the dossier goes on"},
    {"POST", "/v1/approvals/:id/correction/sign", ROLE_BIT(APPROVER), post_sign_correction,
     "sign the correction of a wrong result: return issues it"},
    {"POST", "/v1/approvals/:id/correction/refuse", ROLE_BIT(APPROVER), post_refuse_correction,
     "do not sign the correction, with reasons: the result stays as it is"},
    {"POST", "/v1/mandates", ROLE_BIT(ADMIN), post_mandate,
     "record who may decide and sign what; equal again: nothing"},
    {"GET", "/v1/mandates", READERS | ROLE_BIT(ADMIN), get_mandates,
     "the mandates of the unit; of all for admin and inspector"},
};
const size_t approval_route_count = COUNT_OF(approval_routes);
