/* SPDX-License-Identifier: Apache-2.0 */
/* The edge of what citizens say of a dossier: ratings, complaints, their answers, and the list of those who answer. */
#include <stdlib.h>
#include <string.h>

#include "common/flow/command.h"
#include "common/flow/request.h"
#include "services/intake/body.h"
#include "services/intake/intake.h"
#include "services/intake/repo.h"
#include "services/intake/routes.h"

#define WORDS_MOST 2000 /* of free text */

/* Of words that end with NULL. */
static size_t count_of(const char *const *words)
{
    size_t n = 0;

    while (words[n])
        n++;
    return n;
}

static int read_word(struct json_in *in, const char *name, const char *const *words)
{
    return json_word(in, json_root(in), name, JSON_REQUIRED, words, count_of(words));
}

enum err_code intake_post_rating(void *app, struct http_exchange *x, struct err *reterr)
{
    struct intake_rate *c = ARENA_NEW(http_arena(x), struct intake_rate);
    struct json_in *in;
    struct id dossier;
    enum err_code rc = intake_begin(x, &dossier, &in, reterr);

    if (rc)
        return rc;
    const struct json *o = json_root(in);
    c->means = (enum intake_means)read_word(in, "by", intake_means_names);
    c->satisfaction = read_word(in, "satisfaction", intake_satisfactions);
    c->attitude = read_word(in, "attitude", intake_attitudes);
    c->contacts = (int)json_int(in, o, "contacts", JSON_REQUIRED, 0, INTAKE_TIMES_MOST);
    c->agencies = (int)json_int(in, o, "agencies", JSON_REQUIRED, 0, INTAKE_TIMES_MOST);
    c->remark = json_text(in, o, "remark", JSON_OPTIONAL, 1, WORDS_MOST);
    rc = json_done(in, reterr);
    return rc ? rc : command_submit(app, x, "dossier", dossier, INTAKE_RATE, false, c, reterr);
}

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
    int category = read_word(in, "category", intake_complaint_categories);
    c->about = json_code(in, o, "about", JSON_OPTIONAL, 64);
    c->text = json_text(in, o, "text", JSON_REQUIRED, 1, WORDS_MOST);
    rc = json_done(in, reterr);
    if (rc)
        return rc;
    c->category = intake_complaint_categories[category];
    return command_submit(app, x, "dossier", dossier, INTAKE_COMPLAIN, false, c, reterr);
}

static enum err_code read_number(const struct http_exchange *x, int *ret, struct err *reterr)
{
    const char *text = http_param(x, "number");
    char *end;
    long n = strtol(text, &end, 10);

    if (text[0] < '1' || text[0] > '9' || *end || n > INTAKE_COMPLAINTS_MAX)
        return err_say(reterr, ERR_NOT_FOUND, "number", "phải là số từ 1 đến %d", "must be a number from 1 to %d",
                       INTAKE_COMPLAINTS_MAX);
    *ret = (int)n;
    return ERR_OK;
}

static enum err_code post_reply(struct app *app, struct http_exchange *x, enum intake_act act, struct err *reterr)
{
    struct intake_reply *c = ARENA_NEW(http_arena(x), struct intake_reply);
    struct json_in *in;
    struct id dossier;
    enum err_code rc = read_number(x, &c->number, reterr);

    if (!rc)
        rc = intake_begin(x, &dossier, &in, reterr);
    if (rc)
        return rc;
    if (act == INTAKE_ANSWER_COMPLAINT)
        c->justified = json_bool(in, json_root(in), "justified", JSON_REQUIRED);
    if (act != INTAKE_PUBLISH_ANSWER)
        c->text = json_text(in, json_root(in), "text", JSON_REQUIRED, 1, WORDS_MOST);
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
    enum err_code rc = read_number(x, &c->number, reterr);

    if (!rc)
        rc = intake_begin(x, &dossier, &in, reterr);
    if (rc)
        return rc;
    c->channel = (enum channel)intake_read_word(in, json_root(in), "channel", channel_names, CHANNEL_COUNT);
    c->text = json_text(in, json_root(in), "text", JSON_REQUIRED, 1, WORDS_MOST);
    rc = json_done(in, reterr);
    return rc ? rc : command_submit(app, x, "dossier", dossier, INTAKE_SUPPLY_COMPLAINT, false, c, reterr);
}

/* The words of a complaint are read with its dossier, which is written down. */
enum err_code intake_get_complaints(void *app, struct http_exchange *x, struct err *reterr)
{
    return request_cases(app, x, &intake_query_complaints, intake_complaint_state_names, INTAKE_COMPLAINT_OPEN, reterr);
}
