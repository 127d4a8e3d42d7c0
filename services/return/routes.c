/* SPDX-License-Identifier: Apache-2.0 */
/* JSON in, JSON out. A POST becomes work for the executor; a GET is answered by PostgreSQL. */
#include "services/return/routes.h"

#include <stdlib.h>
#include <string.h>

#include "common/base/role.h"
#include "common/flow/command.h"
#include "common/io/json.h"
#include "services/return/repo.h"
#include "services/return/return.h"

/* Who may see the dossiers of all units. */
#define ROLES_OF_ALL_UNITS (ROLE_BIT(INSPECTOR) | ROLE_BIT(DASHBOARD) | ROLE_BIT(OPERATOR))

#define PAGE_USUAL 50
#define PAGE_MOST  200
#define STEP_MOST  100
#define TEXT_MOST  200
#define DAY_LENGTH 10

/* The unit whose dossiers an actor may see; "" for all. */
static const char *visible_unit(const struct http_exchange *x, uint32_t of_all)
{
    const struct actor *actor = http_actor(x);
    return actor->roles & of_all ? "" : actor->unit;
}

/* ---- queries */

struct place {
    instant at;
    struct id first, second;
};

static bool read_number(const char *s, int64_t least, int64_t most, char end, int64_t *ret, const char **ret_rest)
{
    char *rest;
    if (!(*s >= '0' && *s <= '9') && *s != '-')
        return false;
    *ret = strtoll(s, &rest, 10);
    if (*rest != end || *ret < least || *ret > most)
        return false;
    *ret_rest = rest;
    return true;
}

/* read_id reads ".<uuid>" and gives what is behind it. */
static bool read_id(const char *s, struct id *ret, const char **ret_rest)
{
    char id[ID_TEXT_SIZE] = "";
    if (*s != '.' || strlen(s + 1) < sizeof id - 1)
        return false;
    memcpy(id, s + 1, sizeof id - 1);
    *ret_rest = s + sizeof id;
    return id_parse(id, ret);
}

static enum err_code read_limit(const struct http_exchange *x, int64_t *ret, struct err *reterr)
{
    const char *limit = http_query(x, "limit"), *rest;
    *ret = PAGE_USUAL;
    if (limit && !read_number(limit, 1, PAGE_MOST, '\0', ret, &rest))
        return err_say(reterr, ERR_INVALID, "limit", "limit phải từ 1 đến %d", "limit must be 1 to %d", PAGE_MOST);
    return ERR_OK;
}

/* read_after reads ?after=, the place where the page before ended: a moment and one or two ids, with dots between. */
static enum err_code read_after(const struct http_exchange *x, int ids, struct place *ret, struct err *reterr)
{
    const char *after = http_query(x, "after"), *rest = "";
    struct place p = {.at = 0, .first = id_nil, .second = id_nil};
    if (after) {
        bool good = read_number(after, 0, INT64_MAX / 2, '.', &p.at, &rest) && read_id(rest, &p.first, &rest) &&
                    (ids == 1 || read_id(rest, &p.second, &rest)) && *rest == '\0';
        if (!good)
            return err_say(reterr, ERR_INVALID, "after", "after phải lấy từ \"next\" của trang trước",
                           "after must be the \"next\" of the page before");
    }
    *ret = p;
    return ERR_OK;
}

static enum err_code get_list(void *app, struct http_exchange *x, struct err *reterr)
{
    const char *state = http_query(x, "state"), *procedure = http_query(x, "procedure"),
               *unit = visible_unit(x, ROLES_OF_ALL_UNITS);
    struct place after;
    int64_t limit;
    enum err_code rc = read_limit(x, &limit, reterr);
    if (!rc)
        rc = read_after(x, 2, &after, reterr);
    if (rc)
        return rc;
    if (state && return_state_parse(state) < 0)
        return err_say(reterr, ERR_INVALID, "state", "không có trạng thái \"%s\"", "there is no state \"%s\"", state);
    bool open = !state || return_state_parse(state) != RETURN_ARCHIVED;
    return query_json(app, x, unit[0] ? &return_list_of_unit : &return_list_of_all,
                      DB_ARGS(db_text(unit), db_bool(open), db_text(state ? state : ""),
                              db_text(procedure ? procedure : ""), db_time(after.at), db_uuid(after.first),
                              db_uuid(after.second), db_int8(limit)),
                      reterr);
}

static enum err_code get_one(void *app, struct http_exchange *x, struct err *reterr)
{
    struct id id;
    enum err_code rc = http_param_id(x, "id", &id, reterr);
    if (rc)
        return rc;
    return query_json(app, x, &return_read_one, DB_ARGS(db_uuid(id), db_text(visible_unit(x, ROLES_OF_ALL_UNITS))),
                      reterr);
}

/* An administrator keeps the registers of all units. */
static enum err_code list_register(struct app *app, struct http_exchange *x, const struct db_stmt *stmt,
                                   struct err *reterr)
{
    const char *after = http_query(x, "after");
    int64_t limit;
    enum err_code rc = read_limit(x, &limit, reterr);
    if (rc)
        return rc;
    return query_json(app, x, stmt,
                      DB_ARGS(db_text(visible_unit(x, ROLES_OF_ALL_UNITS | ROLE_BIT(ADMIN))),
                              db_text(after ? after : ""), db_int8(limit)),
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
    int64_t limit;
    enum err_code rc = read_limit(x, &limit, reterr);
    if (!rc)
        rc = read_after(x, 1, &after, reterr);
    if (rc)
        return rc;
    return query_json(app, x, &return_list_seal_uses,
                      DB_ARGS(db_text(http_param(x, "seal")), db_text(visible_unit(x, ROLES_OF_ALL_UNITS)),
                              db_time(after.at), db_uuid(after.first), db_int8(limit)),
                      reterr);
}

/* ---- commands on a dossier */

/* begin reads what every command has: the dossier in the path, the body, the optional step. */
static enum err_code begin(struct http_exchange *x, enum return_act act, struct id *ret_id, struct json_in **ret_in,
                           struct return_command **ret_command, struct err *reterr)
{
    struct bytes body = http_body(x);
    enum err_code rc = http_param_id(x, "id", ret_id, reterr);
    if (!rc)
        rc = json_read(http_arena(x), body.p, body.n, ret_in, reterr);
    if (rc)
        return rc;
    struct return_command *c = ARENA_NEW(http_arena(x), struct return_command);
    c->act = act;
    c->step = (int)json_int(*ret_in, json_root(*ret_in), "step", JSON_OPTIONAL, 1, STEP_MOST);
    *ret_command = c;
    return ERR_OK;
}

static enum err_code submit(void *app, struct http_exchange *x, struct id id, struct json_in *in,
                            const struct return_command *c, struct err *reterr)
{
    enum err_code rc = json_done(in, reterr);
    return rc ? rc : command_submit(app, x, "dossier", id, (int)c->act, false, c, reterr);
}

static enum err_code post_number(void *app, struct http_exchange *x, struct err *reterr)
{
    struct id id;
    struct json_in *in;
    struct return_command *c;
    enum err_code rc = begin(x, RETURN_ACT_NUMBER, &id, &in, &c, reterr);
    if (rc)
        return rc;
    c->series = json_code(in, json_root(in), "series", JSON_REQUIRED, RETURN_CODE_MAX);
    return submit(app, x, id, in, c, reterr);
}

static enum err_code post_seal(void *app, struct http_exchange *x, struct err *reterr)
{
    struct id id;
    struct json_in *in;
    struct return_command *c;
    enum err_code rc = begin(x, RETURN_ACT_SEAL, &id, &in, &c, reterr);
    if (rc)
        return rc;
    c->seal = json_code(in, json_root(in), "seal", JSON_REQUIRED, RETURN_CODE_MAX);
    return submit(app, x, id, in, c, reterr);
}

static enum err_code post_deliver(void *app, struct http_exchange *x, struct err *reterr)
{
    struct id id;
    struct json_in *in;
    struct return_command *c;
    enum err_code rc = begin(x, RETURN_ACT_DELIVER, &id, &in, &c, reterr);
    if (rc)
        return rc;
    c->delivery = 1 + json_word(in, json_root(in), "delivery", JSON_REQUIRED, delivery_names + 1, DELIVERY_COUNT - 1);
    return submit(app, x, id, in, c, reterr);
}

/* The acts that say nothing but that they were done. */
static enum err_code post_plain(void *app, struct http_exchange *x, enum return_act act, struct err *reterr)
{
    struct id id;
    struct json_in *in;
    struct return_command *c;
    enum err_code rc = begin(x, act, &id, &in, &c, reterr);
    return rc ? rc : submit(app, x, id, in, c, reterr);
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

/* read_day reads a civil day; 0 when it is absent. */
static int32_t read_day(struct json_in *in, const struct json *o, const char *name, enum json_need need)
{
    int32_t day = 0;
    const char *text = json_text(in, o, name, need, DAY_LENGTH, DAY_LENGTH);
    if (text && (!instant_day_parse(text, &day) || day <= 0))
        json_fail(in, o, name, "ngày phải có dạng 2019-10-01", "a day looks like 2019-10-01");
    return day;
}

static const char *or_empty(const char *s)
{
    return s ? s : "";
}

static enum err_code begin_register(struct http_exchange *x, enum return_act act, struct json_in **ret_in,
                                    struct return_command **ret_command, struct err *reterr)
{
    struct bytes body = http_body(x);
    enum err_code rc = json_read(http_arena(x), body.p, body.n, ret_in, reterr);
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
                             .valid_from = read_day(in, root, "valid_from", JSON_REQUIRED),
                             .valid_to = read_day(in, root, "valid_to", JSON_OPTIONAL)};
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
        .valid_from = read_day(in, root, "valid_from", JSON_REQUIRED),
        .valid_to = read_day(in, root, "valid_to", JSON_OPTIONAL)};
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
    {"POST", "/v1/returns/:id/ready", ROLE_BIT(RETURNER), post_ready, "say that it lies ready for the citizen"},
    {"POST", "/v1/returns/:id/deliver", ROLE_BIT(RETURNER), post_deliver,
     "hand it over to the citizen: at the counter, by post or electronically"},
    {"POST", "/v1/returns/:id/archive", ROLE_BIT(CLERK), post_archive, "put the original into the archive"},
    {"GET", "/v1/seals", KEEPERS, get_seals, "the seals with keeper and place"},
    {"POST", "/v1/seals", ROLE_BIT(ADMIN), post_seals, "record a seal, its keeper and its place"},
    {"GET", "/v1/seals/:seal/uses", KEEPERS, get_seal_uses, "the book of a seal: every imprint in the order of time"},
    {"GET", "/v1/series", KEEPERS, get_series, "the number series with the last number given"},
    {"POST", "/v1/series", ROLE_BIT(ADMIN), post_series, "record a number series of a unit"},
};
const size_t return_route_count = COUNT_OF(return_routes);
