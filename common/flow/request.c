/* SPDX-License-Identifier: Apache-2.0 */
#include "common/flow/request.h"

#include <stdlib.h>
#include <string.h>

#include "common/domain/dossier.h"
#include "common/flow/command.h"

#define PAGE_USUAL 50
#define PAGE_MOST  200
#define STEP_MOST  100
#define PAGES_MOST 10000
#define DAY_LENGTH 10
#define NO_UNIT    "-" /* no unit is called so: a token without one sees nothing */

const char *request_unit(const struct http_exchange *x, uint32_t of_all)
{
    const struct actor *actor = http_actor(x);
    if (actor->roles & of_all)
        return "";
    return actor->unit[0] ? actor->unit : NO_UNIT;
}

/* ---- lists */

/* read_number reads digits and steps over them. */
static bool read_number(const char **s, int64_t most, int64_t *ret)
{
    char *rest;
    if (**s < '0' || **s > '9')
        return false;
    *ret = strtoll(*s, &rest, 10);
    *s = rest;
    return *ret <= most;
}

enum err_code request_limit(const struct http_exchange *x, int32_t *ret, struct err *reterr)
{
    const char *limit = http_query(x, "limit");
    int64_t n = PAGE_USUAL;
    if (limit && (!read_number(&limit, PAGE_MOST, &n) || *limit || n < 1))
        return err_say(reterr, ERR_INVALID, "limit", "limit phải từ 1 đến %d", "limit must be 1 to %d", PAGE_MOST);
    *ret = (int32_t)n;
    return ERR_OK;
}

static bool read_place(const char *s, int numbers, struct place *ret)
{
    char id[ID_TEXT_SIZE] = "";
    if (!read_number(&s, INT64_MAX / 2, &ret->at) || *s++ != '.' || strlen(s) < sizeof id - 1)
        return false;
    memcpy(id, s, sizeof id - 1);
    s += sizeof id - 1;
    if (!id_parse(id, &ret->id))
        return false;
    for (int i = 0; i < numbers; i++) {
        int64_t n;
        if (*s++ != '.' || !read_number(&s, INT32_MAX, &n))
            return false;
        ret->numbers[i] = (int32_t)n;
    }
    return *s == '\0';
}

enum err_code request_after(const struct http_exchange *x, int numbers, struct place *ret, struct err *reterr)
{
    const char *after = http_query(x, "after");
    struct place p = {.at = 0, .id = id_nil};
    BUG_IF(numbers > (int)COUNT_OF(p.numbers), "a place has at most two numbers");
    if (after && !read_place(after, numbers, &p))
        return err_say(reterr, ERR_INVALID, "after", "after phải lấy từ \"next\" của trang trước",
                       "after must be the \"next\" of the page before");
    *ret = p;
    return ERR_OK;
}

enum err_code request_query_day(const struct http_exchange *x, const char *name, int32_t absent, int32_t *ret,
                                struct err *reterr)
{
    const char *text = http_query(x, name);

    *ret = absent;
    if (text && !instant_day_parse(text, ret))
        return err_say(reterr, ERR_INVALID, name, "\"%s\" không phải ngày dạng 2019-10-01",
                       "\"%s\" is no date like 2019-10-01", text);
    return ERR_OK;
}

enum err_code request_query_span(const struct http_exchange *x, int32_t today, int days, struct request_span *ret,
                                 struct err *reterr)
{
    struct request_span s;
    enum err_code rc = request_query_day(x, "to", today, &s.to, reterr);

    if (!rc)
        rc = request_query_day(x, "from", (s.to < today ? s.to : today) - days + 1, &s.from, reterr);
    if (rc)
        return rc;
    if (s.from > s.to)
        return err_say(reterr, ERR_INVALID, "to", "ngày cuối đứng trước ngày đầu", "the last day is before the first");
    *ret = s;
    return ERR_OK;
}

enum err_code request_worklist(struct app *app, struct http_exchange *x, const struct request_worklist *list,
                               struct err *reterr)
{
    const char *state = http_query(x, "state"), *procedure = http_query(x, "procedure"),
               *unit = request_unit(x, ROLES_OF_ALL_UNITS);
    int number = words_find(list->lifecycle->states, state);
    struct place after;
    int32_t limit;
    enum err_code rc = request_limit(x, &limit, reterr);
    if (!rc)
        rc = request_after(x, 2, &after, reterr);
    if (rc)
        return rc;
    if (state && number < 0)
        return err_say(reterr, ERR_INVALID, "state", "không có trạng thái \"%s\"", "there is no state \"%s\"", state);
    bool open = !state || list->is_open(number);
    return query_json(app, x, unit[0] ? list->of_unit : list->of_all,
                      DB_ARGS(db_text(unit), db_bool(open), db_text(state ? state : ""),
                              db_text(procedure ? procedure : ""), db_time(after.at), db_uuid(after.id),
                              db_int4(after.numbers[0]), db_int4(after.numbers[1]), db_int4(limit)),
                      reterr);
}

enum err_code request_cases_read(struct http_exchange *x, const char *const *states, struct request_cases *ret,
                                 struct err *reterr)
{
    const char *unit = request_unit(x, ROLES_OF_ALL_UNITS);
    struct request_cases c = {.unit = unit[0] ? unit : NULL, .state = http_query(x, "state")};
    enum err_code rc = request_limit(x, &c.limit, reterr);
    if (!rc)
        rc = request_after(x, 1, &c.after, reterr);
    if (rc)
        return rc;
    if (c.state && words_find(states, c.state) < 0)
        return err_say(reterr, ERR_INVALID, "state", "không có trạng thái \"%s\"", "there is no state \"%s\"", c.state);
    *ret = c;
    return ERR_OK;
}

enum err_code request_cases(struct app *app, struct http_exchange *x, const struct db_stmt *stmt,
                            const char *const *states, int usual, struct err *reterr)
{
    struct request_cases c;
    enum err_code rc = request_cases_read(x, states, &c, reterr);
    if (rc)
        return rc;
    c.state = c.state ? c.state : states[usual];
    return query_json(app, x, stmt, DB_ARGS(REQUEST_CASES_ARGS(c)), reterr);
}

enum err_code request_dossier(struct app *app, struct http_exchange *x, const struct db_stmt *stmt, struct err *reterr)
{
    struct id id;
    enum err_code rc = http_param_id(x, "id", &id, reterr);
    if (rc)
        return rc;
    return query_json(app, x, stmt, DB_ARGS(db_uuid(id), db_text(request_unit(x, ROLES_OF_ALL_UNITS))), reterr);
}

/* ---- commands */

enum err_code request_body(struct http_exchange *x, struct json_in **ret, struct err *reterr)
{
    struct bytes body = http_body(x);
    return json_read(http_arena(x), body.p, body.n, ret, reterr);
}

enum err_code request_read(struct http_exchange *x, struct dossier_request *ret, struct err *reterr)
{
    enum err_code rc = http_param_id(x, "id", &ret->dossier, reterr);
    if (!rc)
        rc = request_body(x, &ret->in, reterr);
    if (rc)
        return rc;
    ret->body = json_root(ret->in);
    ret->step = (int)json_int(ret->in, ret->body, "step", JSON_OPTIONAL, 1, STEP_MOST);
    return ERR_OK;
}

enum err_code request_submit(struct app *app, struct http_exchange *x, const struct dossier_request *r, int act,
                             const void *command, struct err *reterr)
{
    enum err_code rc = json_done(r->in, reterr);
    return rc ? rc : command_submit(app, x, DOSSIER, r->dossier, act, false, command, reterr);
}

void request_handle(struct json_in *in, const struct json *o, const char *name, struct document_handle *ret)
{
    const struct json *handle = json_object(in, o, name, JSON_REQUIRED);
    if (!handle)
        return;
    ret->id = json_id(in, handle, "id", JSON_REQUIRED);
    struct bytes sha256 = json_hex(in, handle, "sha256", JSON_REQUIRED, sizeof ret->sha256);
    if (sha256.n == sizeof ret->sha256)
        memcpy(ret->sha256, sha256.p, sizeof ret->sha256);
    ret->pages = (int)json_int(in, handle, "pages", JSON_REQUIRED, 0, PAGES_MOST);
}

int32_t request_day(struct json_in *in, const struct json *o, const char *name, enum json_need need)
{
    const char *text = json_text(in, o, name, need, DAY_LENGTH, DAY_LENGTH);
    int32_t day = 0;
    if (text && (!instant_day_parse(text, &day) || day <= 0))
        json_fail(in, o, name, "ngày phải có dạng 2019-10-01", "a day looks like 2019-10-01");
    return day;
}
