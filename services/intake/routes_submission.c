/* SPDX-License-Identifier: Apache-2.0 */
/* The HTTP edge of what citizens file on the portal. The counter's answer is a command of routes.c. */
#include "services/intake/routes.h"

#include "common/base/role.h"
#include "common/flow/clock.h"
#include "common/flow/command.h"
#include "common/flow/request.h"
#include "services/intake/body.h"
#include "services/intake/repo.h"

/* Filing once more under the same reference finds the same subject, and is refused there. */
enum err_code intake_post_submission(void *app, struct http_exchange *x, struct err *reterr)
{
    struct intake_submit *c = ARENA_NEW(http_arena(x), struct intake_submit);
    struct json_in *in;
    enum err_code rc = request_body(x, &in, reterr);

    if (rc)
        return rc;
    const struct json *o = json_root(in);
    c->reference = json_code(in, o, "reference", JSON_REQUIRED, 64);
    c->unit = json_code(in, o, "unit", JSON_REQUIRED, 64);
    c->procedure = json_code(in, o, "procedure", JSON_REQUIRED, 64);
    c->applicant = intake_read_applicant(in);
    c->proxy = intake_read_proxy(in, &c->applicant);
    c->content = json_text(in, o, "content", JSON_OPTIONAL, 1, 2000);
    c->components = intake_read_components(in, CHANNEL_ONLINE, http_arena(x), &c->component_count);
    rc = json_done(in, reterr);
    return rc ? rc
              : command_submit(app, x, "dossier", command_subject_of_code("submission", c->reference), INTAKE_SUBMIT,
                               true, c, reterr);
}

static const char *const states[] = {"open", "answered", NULL};

enum err_code intake_get_submissions(void *app, struct http_exchange *x, struct err *reterr)
{
    return request_cases(app, x, &intake_query_submissions, states, 0, reterr);
}

/* The portal sees what it handed on, whichever unit it is for. */
enum err_code intake_get_submission(void *arg, struct http_exchange *x, struct err *reterr)
{
    struct app *app = arg;
    const struct actor *who = http_actor(x);
    bool all = who->roles & (ROLES_OF_ALL_UNITS | ROLE_BIT(PORTAL));
    struct intake_state_words w = intake_state_words(http_arena(x));
    struct id id;
    enum err_code rc = http_param_id(x, "id", &id, reterr);

    if (rc)
        return rc;
    return query_json(app, x, &intake_query_submission,
                      DB_ARGS(db_uuid(id), db_text(all ? NULL : who->unit), db_time(clock_now(app->clock)),
                              db_text(who->subject), db_text(who->unit), db_items(w.names), db_items(w.vi),
                              db_items(w.filed), db_bool(!(who->roles & ROLE_BIT(PORTAL)))),
                      reterr);
}
