/* SPDX-License-Identifier: Apache-2.0 */
/* JSON in, JSON out. A POST becomes work for the executor; a GET is answered by PostgreSQL. */
#include "services/return/routes.h"

#include "common/flow/command.h"
#include "common/flow/request.h"
#include "services/return/repo.h"
#include "services/return/return.h"

#define TEXT_MOST 200

/* ---- queries */

static enum err_code get_list(void *app, struct http_exchange *x, struct err *reterr)
{
    static const struct request_worklist list = {&return_list_of_unit, &return_list_of_all, &return_fsm,
                                                 return_is_open};
    return request_worklist(app, x, &list, reterr);
}

static enum err_code get_one(void *app, struct http_exchange *x, struct err *reterr)
{
    return request_dossier(app, x, &return_read_one, reterr);
}

/* An administrator keeps the registers of all units. */
static enum err_code list_register(struct app *app, struct http_exchange *x, const struct db_stmt *stmt,
                                   struct err *reterr)
{
    const char *after = http_query(x, "after");
    int32_t limit;
    enum err_code rc = request_limit(x, &limit, reterr);
    if (rc)
        return rc;
    return query_json(app, x, stmt,
                      DB_ARGS(db_text(request_unit(x, ROLES_OF_ALL_UNITS | ROLE_BIT(ADMIN))),
                              db_text(after ? after : ""), db_int4(limit)),
                      reterr);
}

static enum err_code get_seals(void *app, struct http_exchange *x, struct err *reterr)
{
    return list_register(app, x, &return_list_seals, reterr);
}

static enum err_code get_series(void *app, struct http_exchange *x, struct err *reterr)
{
    return list_register(app, x, &return_list_series, reterr);
}

static enum err_code get_seal_uses(void *app, struct http_exchange *x, struct err *reterr)
{
    struct place after;
    int32_t limit;
    enum err_code rc = request_limit(x, &limit, reterr);
    if (!rc)
        rc = request_after(x, 0, &after, reterr);
    if (rc)
        return rc;
    return query_json(app, x, &return_list_seal_uses,
                      DB_ARGS(db_text(http_param(x, "seal")), db_text(request_unit(x, ROLES_OF_ALL_UNITS)),
                              db_time(after.at), db_uuid(after.id), db_int4(limit)),
                      reterr);
}

/* For inspectors: what was tried with documents that lacked what must go before. */
static enum err_code get_refused(void *app, struct http_exchange *x, struct err *reterr)
{
    struct place after;
    int32_t limit;
    enum err_code rc = request_limit(x, &limit, reterr);
    if (!rc)
        rc = request_after(x, 0, &after, reterr);
    if (rc)
        return rc;
    return query_json(
        app, x, &return_list_refused,
        DB_ARGS(db_text(request_unit(x, ROLES_OF_ALL_UNITS)), db_time(after.at), db_uuid(after.id), db_int4(limit)),
        reterr);
}

/* ---- commands on a dossier */

/* begin reads what every command has. */
static enum err_code begin(struct http_exchange *x, enum return_act act, struct dossier_request *ret,
                           struct return_command **ret_command, struct err *reterr)
{
    enum err_code rc = request_read(x, ret, reterr);
    if (rc)
        return rc;
    *ret_command = ARENA_NEW(http_arena(x), struct return_command);
    **ret_command = (struct return_command){.act = act, .step = ret->step};
    if (json_has(ret->body, "document"))
        (*ret_command)->document = json_id(ret->in, ret->body, "document", JSON_REQUIRED);
    return ERR_OK;
}

static enum err_code post_number(void *app, struct http_exchange *x, struct err *reterr)
{
    struct dossier_request r;
    struct return_command *c;
    enum err_code rc = begin(x, RETURN_ACT_NUMBER, &r, &c, reterr);
    if (rc)
        return rc;
    c->series = json_code(r.in, r.body, "series", JSON_REQUIRED, RETURN_CODE_MAX);
    return request_submit(app, x, &r, RETURN_ACT_NUMBER, c, reterr);
}

static enum err_code post_seal(void *app, struct http_exchange *x, struct err *reterr)
{
    struct dossier_request r;
    struct return_command *c;
    enum err_code rc = begin(x, RETURN_ACT_SEAL, &r, &c, reterr);
    if (rc)
        return rc;
    c->seal = json_code(r.in, r.body, "seal", JSON_REQUIRED, RETURN_CODE_MAX);
    return request_submit(app, x, &r, RETURN_ACT_SEAL, c, reterr);
}

/* What belongs to which way is the lifecycle's question. */
static struct return_handing read_handing(const struct dossier_request *r)
{
    struct return_handing h = {
        .who = 1 + json_word(r->in, r->body, "who", JSON_OPTIONAL, collector_names + 1, COLLECTOR_COUNT - 1),
        .paper = 1 + json_word(r->in, r->body, "paper", JSON_OPTIONAL, proof_names + 1, PROOF_COUNT - 1),
        .consignment = json_text(r->in, r->body, "consignment", JSON_OPTIONAL, 1, TEXT_MOST)};
    if (json_has(r->body, "authorisation"))
        request_handle(r->in, r->body, "authorisation", &h.authorisation);
    if (json_has(r->body, "collector"))
        request_handle(r->in, r->body, "collector", &h.collector);
    return h;
}

static enum err_code post_deliver(void *app, struct http_exchange *x, struct err *reterr)
{
    struct dossier_request r;
    struct return_command *c;
    enum err_code rc = begin(x, RETURN_ACT_DELIVER, &r, &c, reterr);
    if (rc)
        return rc;
    c->delivery = 1 + json_word(r.in, r.body, "delivery", JSON_REQUIRED, delivery_names + 1, DELIVERY_COUNT - 1);
    c->handing = read_handing(&r);
    return request_submit(app, x, &r, RETURN_ACT_DELIVER, c, reterr);
}

static enum err_code post_came_back(void *app, struct http_exchange *x, struct err *reterr)
{
    struct dossier_request r;
    struct return_command *c;
    enum err_code rc = begin(x, RETURN_ACT_COME_BACK, &r, &c, reterr);
    if (rc)
        return rc;
    c->undelivered = 1 + json_word(r.in, r.body, "reason", JSON_REQUIRED, undelivered_names + 1, UNDELIVERED_COUNT - 1);
    return request_submit(app, x, &r, RETURN_ACT_COME_BACK, c, reterr);
}

static enum err_code post_refuse(void *app, struct http_exchange *x, struct err *reterr)
{
    struct dossier_request r;
    struct return_command *c;
    enum err_code rc = begin(x, RETURN_ACT_REFUSE_HAND_OVER, &r, &c, reterr);
    if (rc)
        return rc;
    c->fault =
        1 + json_word(r.in, r.body, "reason", JSON_REQUIRED, hand_over_fault_names + 1, HAND_OVER_FAULT_COUNT - 1);
    return request_submit(app, x, &r, RETURN_ACT_REFUSE_HAND_OVER, c, reterr);
}

/* The acts that say nothing but that they were done. */
static enum err_code post_plain(void *app, struct http_exchange *x, enum return_act act, struct err *reterr)
{
    struct dossier_request r;
    struct return_command *c;
    enum err_code rc = begin(x, act, &r, &c, reterr);
    return rc ? rc : request_submit(app, x, &r, (int)act, c, reterr);
}

static enum err_code post_give(void *app, struct http_exchange *x, struct err *reterr)
{
    return post_plain(app, x, RETURN_ACT_GIVE, reterr);
}

static enum err_code post_take(void *app, struct http_exchange *x, struct err *reterr)
{
    return post_plain(app, x, RETURN_ACT_TAKE, reterr);
}

static enum err_code post_ready(void *app, struct http_exchange *x, struct err *reterr)
{
    return post_plain(app, x, RETURN_ACT_MAKE_READY, reterr);
}

static enum err_code post_archive(void *app, struct http_exchange *x, struct err *reterr)
{
    return post_plain(app, x, RETURN_ACT_ARCHIVE, reterr);
}

/* ---- commands on the registers */

static const char *or_empty(const char *s)
{
    return s ? s : "";
}

static enum err_code begin_register(struct http_exchange *x, enum return_act act, struct json_in **ret_in,
                                    struct return_command **ret_command, struct err *reterr)
{
    enum err_code rc = request_body(x, ret_in, reterr);
    if (rc)
        return rc;
    *ret_command = ARENA_NEW(http_arena(x), struct return_command);
    (*ret_command)->act = act;
    return ERR_OK;
}

static enum err_code post_seals(void *app, struct http_exchange *x, struct err *reterr)
{
    struct json_in *in;
    struct return_command *c;
    enum err_code rc = begin_register(x, RETURN_ACT_RECORD_SEAL, &in, &c, reterr);
    if (rc)
        return rc;
    const struct json *root = json_root(in);
    c->seal_record =
        (struct return_seal){.code = json_code(in, root, "seal", JSON_REQUIRED, RETURN_CODE_MAX),
                             .unit = json_code(in, root, "unit", JSON_REQUIRED, RETURN_CODE_MAX),
                             .ordinal = 1 + json_word(in, root, "ordinal", JSON_REQUIRED, return_ordinal_names, 2),
                             .keeper = json_code(in, root, "keeper", JSON_REQUIRED, RETURN_CODE_MAX),
                             .place = json_code(in, root, "place", JSON_REQUIRED, RETURN_CODE_MAX),
                             .registration = or_empty(json_text(in, root, "registration", JSON_OPTIONAL, 0, TEXT_MOST)),
                             .permission = or_empty(json_text(in, root, "permission", JSON_OPTIONAL, 0, TEXT_MOST)),
                             .valid_from = request_day(in, root, "valid_from", JSON_REQUIRED),
                             .valid_to = request_day(in, root, "valid_to", JSON_OPTIONAL)};
    rc = json_done(in, reterr);
    if (rc)
        return rc;
    return command_submit(app, x, RETURN_SEAL, command_subject_of_code(RETURN_SEAL, c->seal_record.code),
                          RETURN_ACT_RECORD_SEAL, true, c, reterr);
}

static enum err_code post_series(void *app, struct http_exchange *x, struct err *reterr)
{
    struct json_in *in;
    struct return_command *c;
    enum err_code rc = begin_register(x, RETURN_ACT_RECORD_SERIES, &in, &c, reterr);
    if (rc)
        return rc;
    const struct json *root = json_root(in);
    c->series_record = (struct return_series){
        .code = json_code(in, root, "series", JSON_REQUIRED, RETURN_CODE_MAX),
        .unit = json_code(in, root, "unit", JSON_REQUIRED, RETURN_CODE_MAX),
        .outcome = 1 + json_word(in, root, "document", JSON_REQUIRED, return_series_documents + 1, OUTCOME_COUNT - 1),
        .pattern = json_text(in, root, "pattern", JSON_REQUIRED, 3, RETURN_CODE_MAX),
        .valid_from = request_day(in, root, "valid_from", JSON_REQUIRED),
        .valid_to = request_day(in, root, "valid_to", JSON_OPTIONAL)};
    rc = json_done(in, reterr);
    if (rc)
        return rc;
    return command_submit(app, x, RETURN_SERIES, command_subject_of_code(RETURN_SERIES, c->series_record.code),
                          RETURN_ACT_RECORD_SERIES, true, c, reterr);
}

#define READERS (ROLE_BIT(CLERK) | ROLE_BIT(RETURNER) | ROLE_BIT(HEAD) | ROLE_BIT(INSPECTOR))
#define KEEPERS (ROLE_BIT(ADMIN) | ROLE_BIT(CLERK) | ROLE_BIT(HEAD) | ROLE_BIT(INSPECTOR))

const struct http_route return_routes[] = {
    {"GET", "/v1/returns", READERS, get_list,
     "the work list of the unit: documents to issue and to return, by due date"},
    {"GET", "/v1/returns/:id", READERS, get_one, "one dossier with its signed documents, numbers and imprints"},
    {"POST", "/v1/returns/:id/number", ROLE_BIT(CLERK), post_number,
     "give the signed document the next number of a series"},
    {"POST", "/v1/returns/:id/seal", ROLE_BIT(CLERK), post_seal, "seal the numbered document; only the seal's keeper"},
    {"POST", "/v1/returns/:id/hand-over/give", ROLE_BIT(CLERK), post_give,
     "give the document away towards the counter"},
    {"POST", "/v1/returns/:id/hand-over/take", ROLE_BIT(RETURNER), post_take, "confirm at the counter that it came"},
    {"POST", "/v1/returns/:id/hand-over/refuse", ROLE_BIT(RETURNER), post_refuse,
     "say at the counter why it is not taken: it is with the giver again"},
    {"POST", "/v1/returns/:id/ready", ROLE_BIT(RETURNER), post_ready, "say that it lies ready for the citizen"},
    {"POST", "/v1/returns/:id/deliver", ROLE_BIT(RETURNER), post_deliver,
     "hand it over to the citizen: at the counter, by post or electronically"},
    {"POST", "/v1/returns/:id/came-back", ROLE_BIT(RETURNER), post_came_back,
     "the post brought the consignment back: it lies at the counter once more"},
    {"POST", "/v1/returns/:id/archive", ROLE_BIT(CLERK), post_archive,
     "put the original into the archive, also when nobody came for it"},
    {"GET", "/v1/refused-acts", ROLE_BIT(INSPECTOR) | ROLE_BIT(HEAD), get_refused,
     "what was tried with a document that was not signed, numbered, sealed, taken over or delivered yet"},
    {"GET", "/v1/seals", KEEPERS, get_seals, "the seals with keeper and place"},
    {"POST", "/v1/seals", ROLE_BIT(ADMIN), post_seals, "record a seal, its keeper and its place"},
    {"GET", "/v1/seals/:seal/uses", KEEPERS, get_seal_uses, "the book of a seal: every imprint in the order of time"},
    {"GET", "/v1/series", KEEPERS, get_series, "the number series with the last number given"},
    {"POST", "/v1/series", ROLE_BIT(ADMIN), post_series, "record a number series of a unit"},
};
const size_t return_route_count = COUNT_OF(return_routes);
