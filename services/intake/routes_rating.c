/* SPDX-License-Identifier: Apache-2.0 */
/* The edge of what citizens say of how they were served. */
#include "common/flow/command.h"
#include "services/intake/body.h"
#include "services/intake/intake.h"
#include "services/intake/routes.h"

static int read_word(struct json_in *in, const char *name, const char *const *words)
{
    return json_word(in, json_root(in), name, JSON_REQUIRED, words, words_count(words));
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
    c->remark = json_text(in, o, "remark", JSON_OPTIONAL, 1, INTAKE_WORDS_MOST);
    rc = json_done(in, reterr);
    return rc ? rc : command_submit(app, x, "dossier", dossier, INTAKE_RATE, false, c, reterr);
}
