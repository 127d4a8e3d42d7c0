/* SPDX-License-Identifier: Apache-2.0 */
/* JSON in, JSON out. A POST becomes work for the executor; a GET is answered by PostgreSQL. */
#include "services/appraisal/routes.h"

#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

#include "common/base/role.h"
#include "common/flow/command.h"
#include "common/io/json.h"
#include "services/appraisal/appraisal.h"
#include "services/appraisal/repo.h"

/* Who may see the dossiers of all units. */
#define ROLES_OF_ALL_UNITS (ROLE_BIT(INSPECTOR) | ROLE_BIT(DASHBOARD) | ROLE_BIT(OPERATOR))

#define PAGE_USUAL 50
#define PAGE_MOST  200
#define STEP_MOST  100
#define PAGES_MOST 10000

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
    if (state && appraisal_state_parse(state) < 0)
        return err_say(reterr, ERR_INVALID, "state", "không có trạng thái \"%s\"", "there is no state \"%s\"", state);
    bool open = !state || appraisal_state_parse(state) != APPRAISAL_APPRAISED;
    return query_json(app, x, unit[0] ? &appraisal_list_of_unit : &appraisal_list_of_all,
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
    return query_json(app, x, &appraisal_read_one, DB_ARGS(db_uuid(id), db_text(visible_unit(x))), reterr);
}

/* ---- commands */

/* begin reads what every command has: the dossier in the path, the body, the optional step. */
static enum err_code begin(struct http_exchange *x, enum appraisal_act act, struct id *ret_id, struct json_in **ret_in,
                           struct appraisal_command **ret_command, struct err *reterr)
{
    struct bytes body = http_body(x);
    enum err_code rc = http_param_id(x, "id", ret_id, reterr);
    if (!rc)
        rc = json_read(http_arena(x), body.p, body.n, ret_in, reterr);
    if (rc)
        return rc;
    struct appraisal_command *c = ARENA_NEW(http_arena(x), struct appraisal_command);
    c->act = act;
    c->step = (int)json_int(*ret_in, json_root(*ret_in), "step", JSON_OPTIONAL, 1, STEP_MOST);
    *ret_command = c;
    return ERR_OK;
}

static enum err_code post_assign(void *app, struct http_exchange *x, struct err *reterr)
{
    struct id id;
    struct json_in *in;
    struct appraisal_command *c;
    enum err_code rc = begin(x, APPRAISAL_ACT_ASSIGN, &id, &in, &c, reterr);
    if (rc)
        return rc;
    c->officer = json_code(in, json_root(in), "officer", JSON_REQUIRED, 64);
    rc = json_done(in, reterr);
    if (rc)
        return rc;
    return command_submit(app, x, "dossier", id, APPRAISAL_ACT_ASSIGN, false, c, reterr);
}

static void read_handle(struct json_in *in, const struct json *o, struct appraisal_document *ret)
{
    ret->id = json_id(in, o, "id", JSON_REQUIRED);
    struct bytes sha256 = json_hex(in, o, "sha256", JSON_REQUIRED, sizeof ret->sha256);
    if (sha256.n == sizeof ret->sha256)
        memcpy(ret->sha256, sha256.p, sizeof ret->sha256);
    ret->pages = (int)json_int(in, o, "pages", JSON_REQUIRED, 0, PAGES_MOST);
}

static enum err_code post_conclude(void *app, struct http_exchange *x, struct err *reterr)
{
    struct id id;
    struct json_in *in;
    struct appraisal_command *c;
    enum err_code rc = begin(x, APPRAISAL_ACT_CONCLUDE, &id, &in, &c, reterr);
    if (rc)
        return rc;
    const struct json *root = json_root(in);
    c->opinion = 1 + json_word(in, root, "opinion", JSON_REQUIRED, opinion_names + 1, OPINION_COUNT - 1);
    const struct json *draft = json_object(in, root, "draft", JSON_REQUIRED);
    if (draft)
        read_handle(in, draft, &c->document);
    c->reasons = json_texts(in, root, "reasons", JSON_OPTIONAL, APPRAISAL_REASONS_MAX, 40, &c->reason_count);
    rc = json_done(in, reterr);
    if (rc)
        return rc;
    return command_submit(app, x, "dossier", id, APPRAISAL_ACT_CONCLUDE, false, c, reterr);
}

#define READERS (ROLE_BIT(APPRAISER) | ROLE_BIT(HEAD) | ROLE_BIT(INSPECTOR))

const struct http_route appraisal_routes[] = {
    {"GET", "/v1/appraisals", READERS, get_list,
     "the work list of the unit: steps to assign and to appraise, by due date"},
    {"GET", "/v1/appraisals/:id", READERS, get_one, "one dossier with its appraise steps and papers"},
    {"POST", "/v1/appraisals/:id/assign", ROLE_BIT(HEAD) | ROLE_BIT(APPRAISER), post_assign,
     "give the open step to an officer of the unit; an appraiser takes it himself"},
    {"POST", "/v1/appraisals/:id/conclude", ROLE_BIT(APPRAISER), post_conclude,
     "the assigned officer gives an opinion and a draft"},
};
const size_t appraisal_route_count = COUNT_OF(appraisal_routes);
