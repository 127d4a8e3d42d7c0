/* SPDX-License-Identifier: Apache-2.0 */
/* JSON in, JSON out. A POST becomes work for the executor; a GET is answered by PostgreSQL. */
#include "services/approval/routes.h"

#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

#include "common/base/role.h"
#include "common/flow/command.h"
#include "common/io/json.h"
#include "services/approval/approval.h"
#include "services/approval/mandate.h"
#include "services/approval/repo.h"

/* Who may see the dossiers of all units. */
#define ROLES_OF_ALL_UNITS (ROLE_BIT(INSPECTOR) | ROLE_BIT(DASHBOARD) | ROLE_BIT(OPERATOR))

#define PAGE_USUAL 50
#define PAGE_MOST  200
#define STEP_MOST  100
#define PAGES_MOST 10000
#define CODE_MOST  64

/* The unit whose dossiers an actor may see; "" for all. */
static const char *visible_unit(const struct http_exchange *x)
{
    const struct actor *actor = http_actor(x);
    return actor->roles & ROLES_OF_ALL_UNITS ? "" : actor->unit;
}

/* ---- queries */

struct page {
    instant due_at;
    struct id dossier;
    int64_t step, round, limit;
};

static bool read_number(const char *s, int64_t least, int64_t most, char end, int64_t *ret, const char **ret_rest)
{
    char *rest;
    if (!(*s >= '0' && *s <= '9') && *s != '-')
        return false;
    *ret = strtoll(s, &rest, 10);
    if (*rest != end || *ret < least || *ret > most)
        return false;
    *ret_rest = rest + (end != '\0');
    return true;
}

/* read_page reads ?limit= and ?after=, the place where the page before ended: "<due_at>.<dossier>.<step>.<round>". */
static enum err_code read_page(const struct http_exchange *x, struct page *ret, struct err *reterr)
{
    const char *limit = http_query(x, "limit"), *after = http_query(x, "after"), *rest;
    struct page p = {.due_at = 0, .dossier = id_nil, .limit = PAGE_USUAL};
    if (limit && !read_number(limit, 1, PAGE_MOST, '\0', &p.limit, &rest))
        return err_say(reterr, ERR_INVALID, "limit", "limit phải từ 1 đến %d", "limit must be 1 to %d", PAGE_MOST);
    if (after) {
        char id[ID_TEXT_SIZE] = "";
        bool good = read_number(after, 0, INT64_MAX / 2, '.', &p.due_at, &rest) && strlen(rest) > sizeof id &&
                    rest[sizeof id - 1] == '.';
        if (good) {
            memcpy(id, rest, sizeof id - 1);
            good = id_parse(id, &p.dossier) && read_number(rest + sizeof id, 0, INT32_MAX, '.', &p.step, &rest) &&
                   read_number(rest, 0, INT32_MAX, '\0', &p.round, &rest);
        }
        if (!good)
            return err_say(reterr, ERR_INVALID, "after", "after phải lấy từ \"next\" của trang trước",
                           "after must be the \"next\" of the page before");
    }
    *ret = p;
    return ERR_OK;
}

static enum err_code get_list(void *app, struct http_exchange *x, struct err *reterr)
{
    const char *state = http_query(x, "state"), *procedure = http_query(x, "procedure"), *unit = visible_unit(x);
    struct page page;
    enum err_code rc = read_page(x, &page, reterr);
    if (rc)
        return rc;
    if (state && approval_state_parse(state) < 0)
        return err_say(reterr, ERR_INVALID, "state", "không có trạng thái \"%s\"", "there is no state \"%s\"", state);
    bool open = !state || approval_is_open((enum approval_state)approval_state_parse(state));
    return query_json(app, x, unit[0] ? &approval_list_of_unit : &approval_list_of_all,
                      DB_ARGS(db_text(unit), db_bool(open), db_text(state ? state : ""),
                              db_text(procedure ? procedure : ""), db_time(page.due_at), db_uuid(page.dossier),
                              db_int4((int32_t)page.step), db_int4((int32_t)page.round), db_int4((int32_t)page.limit)),
                      reterr);
}

static enum err_code get_one(void *app, struct http_exchange *x, struct err *reterr)
{
    struct id id;
    enum err_code rc = http_param_id(x, "id", &id, reterr);
    if (rc)
        return rc;
    return query_json(app, x, &approval_read_one, DB_ARGS(db_uuid(id), db_text(visible_unit(x))), reterr);
}

/* ---- commands */

/* begin reads what every command has: the dossier in the path, the body, the optional step. */
static enum err_code begin(struct http_exchange *x, enum approval_act act, struct id *ret_id, struct json_in **ret_in,
                           struct approval_command **ret_command, struct err *reterr)
{
    struct bytes body = http_body(x);
    enum err_code rc = http_param_id(x, "id", ret_id, reterr);
    if (!rc)
        rc = json_read(http_arena(x), body.p, body.n, ret_in, reterr);
    if (rc)
        return rc;
    struct approval_command *c = ARENA_NEW(http_arena(x), struct approval_command);
    c->act = act;
    c->step = (int)json_int(*ret_in, json_root(*ret_in), "step", JSON_OPTIONAL, 1, STEP_MOST);
    *ret_command = c;
    return ERR_OK;
}

static void read_handle(struct json_in *in, const char *name, struct approval_document *ret)
{
    const struct json *o = json_object(in, json_root(in), name, JSON_REQUIRED);
    if (!o)
        return;
    ret->id = json_id(in, o, "id", JSON_REQUIRED);
    struct bytes sha256 = json_hex(in, o, "sha256", JSON_REQUIRED, sizeof ret->sha256);
    if (sha256.n == sizeof ret->sha256)
        memcpy(ret->sha256, sha256.p, sizeof ret->sha256);
    ret->pages = (int)json_int(in, o, "pages", JSON_REQUIRED, 0, PAGES_MOST);
}

/* post_act serves all acts of an approver: they differ in what the body must say, the rest is the table's. */
static enum err_code post_act(void *app, struct http_exchange *x, enum approval_act act, struct err *reterr)
{
    struct id id;
    struct json_in *in;
    struct approval_command *c;
    enum err_code rc = begin(x, act, &id, &in, &c, reterr);
    if (rc)
        return rc;
    c->mandate = json_code(in, json_root(in), "mandate", JSON_REQUIRED, CODE_MOST);
    if (act == APPROVAL_ACT_GRANT || act == APPROVAL_ACT_REFUSE)
        read_handle(in, "draft", &c->document);
    if (act == APPROVAL_ACT_REFUSE || act == APPROVAL_ACT_SEND_BACK)
        c->reasons =
            json_texts(in, json_root(in), "reasons", JSON_REQUIRED, APPROVAL_REASONS_MAX, 40, &c->reason_count);
    if (act == APPROVAL_ACT_SIGN) {
        c->signature =
            1 + json_word(in, json_root(in), "kind", JSON_REQUIRED, signature_kind_names + 1, SIGNATURE_COUNT - 1);
        read_handle(in, "document", &c->document);
    }
    rc = json_done(in, reterr);
    if (rc)
        return rc;
    return command_submit(app, x, "dossier", id, (int)act, false, c, reterr);
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

/* ---- mandates */

static int32_t read_day(struct json_in *in, const char *name, enum json_need need)
{
    const char *text = json_text(in, json_root(in), name, need, 10, 10);
    int32_t day = 0;
    if (text && (!instant_day_parse(text, &day) || day <= 0))
        json_fail(in, json_root(in), name, "ngày phải có dạng 2019-10-01", "a day looks like 2019-10-01");
    return day;
}

static enum err_code post_mandate(void *app, struct http_exchange *x, struct err *reterr)
{
    struct bytes body = http_body(x);
    struct json_in *in;
    enum err_code rc = json_read(http_arena(x), body.p, body.n, &in, reterr);
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
    m->procedures = json_texts(in, root, "procedures", JSON_REQUIRED, APPROVAL_PROCEDURES_MAX, 40, &m->procedure_count);
    m->legal_basis = json_text(in, root, "legal_basis", JSON_REQUIRED, 1, 500);
    m->valid_from = read_day(in, "valid_from", JSON_REQUIRED);
    m->valid_to = read_day(in, "valid_to", JSON_OPTIONAL);
    rc = json_done(in, reterr);
    if (rc)
        return rc;
    return command_submit(app, x, APPROVAL_MANDATE, command_subject_of_code(APPROVAL_MANDATE, m->code),
                          APPROVAL_ACT_RECORD_MANDATE, true, c, reterr);
}

static enum err_code get_mandates(void *app, struct http_exchange *x, struct err *reterr)
{
    const char *unit = http_actor(x)->roles & ROLE_BIT(ADMIN) ? "" : visible_unit(x);
    const char *officer = http_query(x, "officer"), *after = http_query(x, "after"), *limit = http_query(x, "limit");
    const char *rest;
    int64_t most = PAGE_USUAL;
    if (limit && !read_number(limit, 1, PAGE_MOST, '\0', &most, &rest))
        return err_say(reterr, ERR_INVALID, "limit", "limit phải từ 1 đến %d", "limit must be 1 to %d", PAGE_MOST);
    return query_json(
        app, x, &approval_list_mandates,
        DB_ARGS(db_text(unit), db_text(officer ? officer : ""), db_text(after ? after : ""), db_int4((int32_t)most)),
        reterr);
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
    {"POST", "/v1/mandates", ROLE_BIT(ADMIN), post_mandate,
     "record who may decide and sign what; equal again: nothing"},
    {"GET", "/v1/mandates", READERS | ROLE_BIT(ADMIN), get_mandates,
     "the mandates of the unit; of all for admin and inspector"},
};
const size_t approval_route_count = COUNT_OF(approval_routes);
