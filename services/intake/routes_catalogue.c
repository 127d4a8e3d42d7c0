/* SPDX-License-Identifier: Apache-2.0 */
/* The edge of the reference data. */
#include <string.h>

#include "common/flow/clock.h"
#include "common/flow/command.h"
#include "common/flow/request.h"
#include "services/intake/catalogue_json.h"
#include "services/intake/intake.h"
#include "services/intake/repo.h"
#include "services/intake/routes.h"

enum err_code intake_post_release(void *app, struct http_exchange *x, struct err *reterr)
{
    struct json_in *in;
    enum err_code rc = request_body(x, &in, reterr);

    if (rc)
        return rc;
    const struct intake_release *r = intake_release_read(in, http_arena(x));
    rc = json_done(in, reterr);
    if (rc)
        return rc;
    return command_submit(app, x, "catalogue", command_subject_of_code("catalogue", "reference"), INTAKE_RELEASE, true,
                          r, reterr);
}

enum err_code intake_get_release(void *app, struct http_exchange *x, struct err *reterr)
{
    return query_json(app, x, &intake_query_release, DB_NO_ARGS, reterr);
}

/* read_day reads ?day=2019-10-01; absent, it is today. */
static enum err_code read_day(const struct app *app, const struct http_exchange *x, int32_t *ret, struct err *reterr)
{
    const char *text = http_query(x, "day");

    *ret = instant_day(clock_now(app->clock));
    if (text && !instant_day_parse(text, ret))
        return err_say(reterr, ERR_INVALID, "day", "phải là một ngày dạng 2019-10-01",
                       "must be a date like 2019-10-01");
    return ERR_OK;
}

static enum err_code read_kind(const struct http_exchange *x, const char **ret, struct err *reterr)
{
    const char *kind = http_param(x, "kind");

    for (int k = 0; k < INTAKE_KIND_COUNT; k++)
        if (strcmp(intake_kind_names[k], kind) == 0) {
            *ret = intake_kind_names[k];
            return ERR_OK;
        }
    return err_say(reterr, ERR_NOT_FOUND, "kind", "không có loại danh mục \"%s\"", "there is no kind of record \"%s\"",
                   kind);
}

enum err_code intake_get_records(void *arg, struct http_exchange *x, struct err *reterr)
{
    struct app *app = arg;
    const char *kind;
    int32_t day, limit;
    enum err_code rc = read_kind(x, &kind, reterr);

    if (!rc)
        rc = read_day(app, x, &day, reterr);
    if (!rc)
        rc = request_limit(x, &limit, reterr);
    if (rc)
        return rc;
    return query_json(app, x, &intake_query_records,
                      DB_ARGS(db_text(kind), db_int4(day), db_text(http_query(x, "after")), db_int4(limit)), reterr);
}

enum err_code intake_get_record(void *arg, struct http_exchange *x, struct err *reterr)
{
    struct app *app = arg;
    const char *kind;
    int32_t day;
    enum err_code rc = read_kind(x, &kind, reterr);

    if (!rc)
        rc = read_day(app, x, &day, reterr);
    if (rc)
        return rc;
    return query_json(app, x, &intake_query_record, DB_ARGS(db_text(kind), db_int4(day), db_text(http_param(x, "id"))),
                      reterr);
}
