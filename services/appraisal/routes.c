/* SPDX-License-Identifier: Apache-2.0 */
/* JSON in, JSON out. A POST becomes work for the executor; a GET is answered by PostgreSQL. */
#include "services/appraisal/routes.h"

#include "common/flow/request.h"
#include "services/appraisal/appraisal.h"
#include "services/appraisal/repo.h"

#define CODE_MOST   64
#define REASON_MOST 40
#define HOURS_MOST  160 /* twenty working days; who needs more asks for an extension */

static enum err_code get_list(void *app, struct http_exchange *x, struct err *reterr)
{
    static const struct request_worklist list = {&appraisal_list_of_unit, &appraisal_list_of_all, &appraisal_fsm,
                                                 appraisal_is_open};
    return request_worklist(app, x, &list, reterr);
}

static enum err_code get_one(void *app, struct http_exchange *x, struct err *reterr)
{
    return request_dossier(app, x, &appraisal_read_one, reterr);
}

static enum err_code post_assign(void *app, struct http_exchange *x, struct err *reterr)
{
    struct dossier_request r;
    struct appraisal_command *c = ARENA_NEW(http_arena(x), struct appraisal_command);
    enum err_code rc = request_read(x, &r, reterr);
    if (rc)
        return rc;
    c->act = APPRAISAL_ACT_ASSIGN;
    c->step = r.step;
    c->officer = json_code(r.in, r.body, "officer", JSON_REQUIRED, CODE_MOST);
    return request_submit(app, x, &r, APPRAISAL_ACT_ASSIGN, c, reterr);
}

static enum err_code post_conclude(void *app, struct http_exchange *x, struct err *reterr)
{
    struct dossier_request r;
    struct appraisal_command *c = ARENA_NEW(http_arena(x), struct appraisal_command);
    enum err_code rc = request_read(x, &r, reterr);
    if (rc)
        return rc;
    c->act = APPRAISAL_ACT_CONCLUDE;
    c->step = r.step;
    c->opinion = 1 + json_word(r.in, r.body, "opinion", JSON_REQUIRED, opinion_names + 1, OPINION_COUNT - 1);
    request_handle(r.in, r.body, "draft", &c->document);
    c->reasons =
        json_texts(r.in, r.body, "reasons", JSON_OPTIONAL, APPRAISAL_REASONS_MAX, REASON_MOST, &c->reason_count);
    return request_submit(app, x, &r, APPRAISAL_ACT_CONCLUDE, c, reterr);
}

static enum err_code verification(void *app, struct http_exchange *x, enum appraisal_act act, struct err *reterr)
{
    struct dossier_request r;
    struct appraisal_command *c = ARENA_NEW(http_arena(x), struct appraisal_command);
    struct appraisal_verification *v = ARENA_NEW(http_arena(x), struct appraisal_verification);
    enum err_code rc = request_read(x, &r, reterr);
    if (rc)
        return rc;
    v->at = json_time(r.in, r.body, "at", JSON_REQUIRED);
    v->place = json_code(r.in, r.body, "place", JSON_REQUIRED, CODE_MOST);
    v->participants = json_texts(r.in, r.body, "participants", JSON_REQUIRED, APPRAISAL_PARTICIPANTS_MAX, CODE_MOST,
                                 &v->participant_count);
    v->others = (int)json_int(r.in, r.body, "others", JSON_OPTIONAL, 0, APPRAISAL_OTHERS_MAX);
    request_handle(r.in, r.body, "minutes", &c->document);
    c->act = act;
    c->step = r.step;
    c->verification = v;
    return request_submit(app, x, &r, act, c, reterr);
}

static enum err_code post_verify(void *app, struct http_exchange *x, struct err *reterr)
{
    return verification(app, x, APPRAISAL_ACT_VERIFY, reterr);
}

static enum err_code post_verify_beside(void *app, struct http_exchange *x, struct err *reterr)
{
    return verification(app, x, APPRAISAL_ACT_VERIFY_BESIDE, reterr);
}

static enum err_code post_ask(void *app, struct http_exchange *x, struct err *reterr)
{
    struct dossier_request r;
    struct appraisal_command *c = ARENA_NEW(http_arena(x), struct appraisal_command);
    enum err_code rc = request_read(x, &r, reterr);
    if (rc)
        return rc;
    c->act = APPRAISAL_ACT_ASK;
    c->step = r.step;
    c->asked = json_code(r.in, r.body, "unit", JSON_REQUIRED, CODE_MOST);
    request_handle(r.in, r.body, "request", &c->document);
    return request_submit(app, x, &r, APPRAISAL_ACT_ASK, c, reterr);
}

static enum err_code post_ask_opinion(void *app, struct http_exchange *x, struct err *reterr)
{
    struct dossier_request r;
    struct appraisal_command *c = ARENA_NEW(http_arena(x), struct appraisal_command);
    enum err_code rc = request_read(x, &r, reterr);
    if (rc)
        return rc;
    c->act = APPRAISAL_ACT_ASK_OPINION;
    c->step = r.step;
    c->asked = json_code(r.in, r.body, "unit", JSON_REQUIRED, CODE_MOST);
    c->minutes = 60 * (int)json_int(r.in, r.body, "hours", JSON_REQUIRED, 1, HOURS_MOST);
    request_handle(r.in, r.body, "request", &c->document);
    return request_submit(app, x, &r, APPRAISAL_ACT_ASK_OPINION, c, reterr);
}

static enum err_code post_answer(void *app, struct http_exchange *x, struct err *reterr)
{
    struct dossier_request r;
    struct appraisal_command *c = ARENA_NEW(http_arena(x), struct appraisal_command);
    enum err_code rc = request_read(x, &r, reterr);
    if (rc)
        return rc;
    c->act = APPRAISAL_ACT_ANSWER;
    c->step = r.step;
    request_handle(r.in, r.body, "answer", &c->document);
    return request_submit(app, x, &r, APPRAISAL_ACT_ANSWER, c, reterr);
}

static enum err_code post_ask_supplement(void *app, struct http_exchange *x, struct err *reterr)
{
    struct dossier_request r;
    struct appraisal_command *c = ARENA_NEW(http_arena(x), struct appraisal_command);
    enum err_code rc = request_read(x, &r, reterr);
    if (rc)
        return rc;
    c->act = APPRAISAL_ACT_ASK_SUPPLEMENT;
    c->step = r.step;
    request_handle(r.in, r.body, "request", &c->document);
    c->ground = json_code(r.in, r.body, "ground", JSON_OPTIONAL, REASON_MOST);
    c->reasons =
        json_texts(r.in, r.body, "reasons", JSON_REQUIRED, APPRAISAL_REASONS_MAX, REASON_MOST, &c->reason_count);
    return request_submit(app, x, &r, APPRAISAL_ACT_ASK_SUPPLEMENT, c, reterr);
}

static enum err_code post_contribute(void *app, struct http_exchange *x, struct err *reterr)
{
    struct dossier_request r;
    struct appraisal_command *c = ARENA_NEW(http_arena(x), struct appraisal_command);
    enum err_code rc = request_read(x, &r, reterr);
    if (rc)
        return rc;
    c->act = APPRAISAL_ACT_CONTRIBUTE;
    c->step = r.step;
    c->view = 1 + json_word(r.in, r.body, "opinion", JSON_REQUIRED, appraisal_view_names + 1, APPRAISAL_VIEW_COUNT - 1);
    request_handle(r.in, r.body, "answer", &c->document);
    c->reasons =
        json_texts(r.in, r.body, "reasons", JSON_OPTIONAL, APPRAISAL_REASONS_MAX, REASON_MOST, &c->reason_count);
    return request_submit(app, x, &r, APPRAISAL_ACT_CONTRIBUTE, c, reterr);
}

static enum err_code post_endorse(void *app, struct http_exchange *x, struct err *reterr)
{
    struct dossier_request r;
    struct appraisal_command *c = ARENA_NEW(http_arena(x), struct appraisal_command);
    enum err_code rc = request_read(x, &r, reterr);
    if (rc)
        return rc;
    c->act = APPRAISAL_ACT_ENDORSE;
    c->step = r.step;
    request_handle(r.in, r.body, "draft", &c->document);
    return request_submit(app, x, &r, APPRAISAL_ACT_ENDORSE, c, reterr);
}

static enum err_code post_send_back(void *app, struct http_exchange *x, struct err *reterr)
{
    struct dossier_request r;
    struct appraisal_command *c = ARENA_NEW(http_arena(x), struct appraisal_command);
    enum err_code rc = request_read(x, &r, reterr);
    if (rc)
        return rc;
    c->act = APPRAISAL_ACT_RETURN_DRAFT;
    c->step = r.step;
    c->reasons =
        json_texts(r.in, r.body, "reasons", JSON_REQUIRED, APPRAISAL_REASONS_MAX, REASON_MOST, &c->reason_count);
    return request_submit(app, x, &r, APPRAISAL_ACT_RETURN_DRAFT, c, reterr);
}

#define ENDORSERS (ROLE_BIT(ENDORSER) | ROLE_BIT(HEAD))
#define READERS   (ROLE_BIT(APPRAISER) | ENDORSERS | ROLE_BIT(INSPECTOR))

const struct http_route appraisal_routes[] = {
    {"GET", "/v1/appraisals", READERS, get_list,
     "the work list of the unit: steps to assign, to do and to endorse, and what the unit is asked, by due date"},
    {"GET", "/v1/appraisals/:id", READERS, get_one, "one dossier with its steps and papers"},
    {"POST", "/v1/appraisals/:id/assign", ROLE_BIT(HEAD) | ROLE_BIT(APPRAISER), post_assign,
     "give the open step to an officer of the unit; an appraiser takes it himself"},
    {"POST", "/v1/appraisals/:id/verify", ROLE_BIT(APPRAISER), post_verify,
     "the assigned officer says when, where and with whom it was looked at, with the minutes"},
    {"POST", "/v1/appraisals/:id/verify-beside", ROLE_BIT(APPRAISER), post_verify_beside,
     "the officer of an appraise step says the same of what was looked at beside the process, and goes on"},
    {"POST", "/v1/appraisals/:id/ask", ROLE_BIT(APPRAISER), post_ask,
     "the assigned officer asks another unit for its opinion"},
    {"POST", "/v1/appraisals/:id/ask-opinion", ROLE_BIT(APPRAISER), post_ask_opinion,
     "the officer of an appraise step asks one more unit, which contributes in the time that he gives it"},
    {"POST", "/v1/appraisals/:id/answer", ROLE_BIT(APPRAISER) | ROLE_BIT(HEAD), post_answer,
     "the asked unit gives its opinion, in time or, until it is decided, late"},
    {"POST", "/v1/appraisals/:id/conclude", ROLE_BIT(APPRAISER), post_conclude,
     "the assigned officer gives an opinion and a draft"},
    {"POST", "/v1/appraisals/:id/ask-supplement", ROLE_BIT(APPRAISER) | ROLE_BIT(HEAD), post_ask_supplement,
     "the dossier is incomplete: intake asks the citizen; late or once more only the unit's head"},
    {"POST", "/v1/appraisals/:id/contribute", ROLE_BIT(APPRAISER) | ROLE_BIT(HEAD), post_contribute,
     "a unit that co-operates in the step gives its opinion, in time or, until it is decided, late; the step's own unit "
     "leads"},
    {"POST", "/v1/appraisals/:id/endorse", ENDORSERS, post_endorse, "endorse exactly the draft that was appraised"},
    {"POST", "/v1/appraisals/:id/send-back", ENDORSERS, post_send_back,
     "send the draft back to the appraise step, with reasons"},
};
const size_t appraisal_route_count = COUNT_OF(appraisal_routes);
