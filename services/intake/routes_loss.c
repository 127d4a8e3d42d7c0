/* SPDX-License-Identifier: Apache-2.0 */
/* The edge of papers that were lost or damaged: the case, its end, and the list of those who settle it. */
#include "common/base/role.h"
#include "common/flow/command.h"
#include "common/flow/request.h"
#include "services/intake/body.h"
#include "services/intake/repo.h"
#include "services/intake/routes.h"

enum err_code intake_post_loss(void *app, struct http_exchange *x, struct err *reterr)
{
    struct intake_note_loss *c = ARENA_NEW(http_arena(x), struct intake_note_loss);
    struct json_in *in;
    struct id dossier;
    enum err_code rc = intake_begin(x, &dossier, &in, reterr);

    if (rc)
        return rc;
    const struct json *o = json_root(in);
    c->components = intake_read_numbers(in, http_arena(x), JSON_REQUIRED, &c->count);
    c->what = (enum intake_harm)json_word(in, o, "what", JSON_REQUIRED, intake_harm_names, INTAKE_HARM_COUNT);
    c->found = (enum intake_found)json_word(in, o, "found", JSON_REQUIRED, intake_found_names, INTAKE_FOUND_COUNT);
    intake_read_content(in, json_object(in, o, "minutes", JSON_REQUIRED), &c->minutes);
    c->minutes.kind = DOCUMENT_LOSS_MINUTES;
    rc = json_done(in, reterr);
    if (!rc)
        rc = intake_file_document(x, &c->minutes, reterr);
    return rc ? rc : command_submit(app, x, "dossier", dossier, INTAKE_NOTE_LOSS, false, c, reterr);
}

/* The apology, where one came. */
static struct intake_document *read_apology(struct json_in *in, struct arena *a)
{
    const struct json *o = json_object(in, json_root(in), "apology", JSON_OPTIONAL);

    if (!o)
        return NULL;
    struct intake_document *d = ARENA_NEW(a, struct intake_document);
    intake_read_content(in, o, d);
    d->kind = DOCUMENT_APOLOGY;
    return d;
}

enum err_code intake_post_loss_settled(void *app, struct http_exchange *x, struct err *reterr)
{
    struct intake_settle_loss *c = ARENA_NEW(http_arena(x), struct intake_settle_loss);
    struct json_in *in;
    struct id dossier;
    enum err_code rc = intake_begin(x, &dossier, &in, reterr);

    if (rc)
        return rc;
    const struct json *o = json_root(in);
    c->number = (int)json_int(in, o, "number", JSON_REQUIRED, 1, INTAKE_LOSSES_MAX);
    c->remedy = (enum intake_remedy)json_word(in, o, "remedy", JSON_REQUIRED, intake_remedy_names, INTAKE_REMEDY_COUNT);
    c->responsible = json_code(in, o, "responsible", JSON_REQUIRED, 64);
    c->paid_vnd = json_int(in, o, "paid_vnd", JSON_OPTIONAL, 1, INTAKE_PAID_MOST);
    struct intake_document *apology = read_apology(in, http_arena(x));
    rc = json_done(in, reterr);
    if (!rc && apology)
        rc = intake_file_document(x, apology, reterr);
    c->apology = apology;
    return rc ? rc : command_submit(app, x, "dossier", dossier, INTAKE_SETTLE_LOSS, false, c, reterr);
}

/* What the minutes say is read with the dossier, which is written down. */
enum err_code intake_get_losses(void *app, struct http_exchange *x, struct err *reterr)
{
    return request_cases(app, x, &intake_query_losses, intake_loss_state_names, INTAKE_LOSS_OPEN, reterr);
}
