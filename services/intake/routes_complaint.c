/* SPDX-License-Identifier: Apache-2.0 */
/* The edge of complaints and proposals: what is filed, asked, added, answered and published, and the list of those who
 * answer. */
#include <stdlib.h>

#include "common/flow/clock.h"
#include "common/flow/command.h"
#include "common/flow/request.h"
#include "services/intake/body.h"
#include "services/intake/intake.h"
#include "services/intake/repo.h"
#include "services/intake/routes.h"

enum err_code intake_post_complaint(void *app, struct http_exchange *x, struct err *reterr)
{
    struct intake_complain *c = ARENA_NEW(http_arena(x), struct intake_complain);
    struct json_in *in;
    struct id dossier;
    enum err_code rc = intake_begin(x, &dossier, &in, reterr);

    if (rc)
        return rc;
    const struct json *o = json_root(in);
    c->channel = (enum channel)intake_read_word(in, o, "channel", channel_names, CHANNEL_COUNT);
    int category = json_word(in, o, "category", JSON_REQUIRED, intake_complaint_categories,
                             words_count(intake_complaint_categories));
    c->about = json_code(in, o, "about", JSON_OPTIONAL, 64);
    c->text = json_text(in, o, "text", JSON_REQUIRED, 1, INTAKE_WORDS_MOST);
    rc = json_done(in, reterr);
    if (rc)
        return rc;
    c->category = intake_complaint_categories[category];
    return command_submit(app, x, "dossier", dossier, INTAKE_COMPLAIN, false, c, reterr);
}

/* begin reads which complaint of which dossier a command is about, and its body. */
static enum err_code begin(struct http_exchange *x, struct id *ret_dossier, int *ret_number, struct json_in **ret_in,
                           struct err *reterr)
{
    const char *text = http_param(x, "number");
    char *end;
    long n = strtol(text, &end, 10);

    if (text[0] < '1' || text[0] > '9' || *end || n > INTAKE_COMPLAINTS_MAX)
        return err_say(reterr, ERR_NOT_FOUND, "number", "phải là số từ 1 đến %d", "must be a number from 1 to %d",
                       INTAKE_COMPLAINTS_MAX);
    *ret_number = (int)n;
    return intake_begin(x, ret_dossier, ret_in, reterr);
}

static enum err_code post_reply(struct app *app, struct http_exchange *x, enum intake_act act, struct err *reterr)
{
    struct intake_reply *c = ARENA_NEW(http_arena(x), struct intake_reply);
    struct json_in *in;
    struct id dossier;
    enum err_code rc = begin(x, &dossier, &c->number, &in, reterr);

    if (rc)
        return rc;
    if (act == INTAKE_ANSWER_COMPLAINT)
        c->justified = json_bool(in, json_root(in), "justified", JSON_REQUIRED);
    if (act != INTAKE_PUBLISH_ANSWER)
        c->text = json_text(in, json_root(in), "text", JSON_REQUIRED, 1, INTAKE_WORDS_MOST);
    rc = json_done(in, reterr);
    return rc ? rc : command_submit(app, x, "dossier", dossier, (int)act, false, c, reterr);
}

enum err_code intake_post_answer(void *app, struct http_exchange *x, struct err *reterr)
{
    return post_reply(app, x, INTAKE_ANSWER_COMPLAINT, reterr);
}

enum err_code intake_post_refuse_complaint(void *app, struct http_exchange *x, struct err *reterr)
{
    return post_reply(app, x, INTAKE_REFUSE_COMPLAINT, reterr);
}

enum err_code intake_post_ask_complainant(void *app, struct http_exchange *x, struct err *reterr)
{
    return post_reply(app, x, INTAKE_ASK_COMPLAINANT, reterr);
}

enum err_code intake_post_publish(void *app, struct http_exchange *x, struct err *reterr)
{
    return post_reply(app, x, INTAKE_PUBLISH_ANSWER, reterr);
}

enum err_code intake_post_supply_complaint(void *app, struct http_exchange *x, struct err *reterr)
{
    struct intake_complain_more *c = ARENA_NEW(http_arena(x), struct intake_complain_more);
    struct json_in *in;
    struct id dossier;
    enum err_code rc = begin(x, &dossier, &c->number, &in, reterr);

    if (rc)
        return rc;
    c->channel = (enum channel)intake_read_word(in, json_root(in), "channel", channel_names, CHANNEL_COUNT);
    c->text = json_text(in, json_root(in), "text", JSON_REQUIRED, 1, INTAKE_WORDS_MOST);
    rc = json_done(in, reterr);
    return rc ? rc : command_submit(app, x, "dossier", dossier, INTAKE_SUPPLY_COMPLAINT, false, c, reterr);
}

/* The words of a complaint are read with its dossier, which is written down. Without a state: what a head may act on
 * now. */
enum err_code intake_get_complaints(void *arg, struct http_exchange *x, struct err *reterr)
{
    struct app *app = arg;
    struct request_cases c;
    enum err_code rc = request_cases_read(x, intake_complaint_state_names, &c, reterr);

    if (rc)
        return rc;
    return query_json(app, x, &intake_query_complaints, DB_ARGS(REQUEST_CASES_ARGS(c), db_time(clock_now(app->clock))),
                      reterr);
}
