/* SPDX-License-Identifier: Apache-2.0 */
/* The route table, and the commands: JSON in, work out. */
#include "services/intake/routes.h"

#include <string.h>

#include "common/base/role.h"
#include "common/flow/catalogue_store.h"
#include "common/flow/clock.h"
#include "common/flow/command.h"
#include "common/flow/request.h"
#include "common/io/digest.h"
#include "common/io/json.h"
#include "services/intake/body.h"

#define REASONS_MAX 10
#define NOTICE_MAX  64

static http_handler post_dossier, post_refusal, post_guidance, post_document, post_give, post_take, post_refuse,
    post_take_turn, post_refuse_turn, post_obligation, post_obligation_met, post_supplement, post_withdrawal,
    post_extension, post_stop, post_correction, post_bring_back, post_take_back, post_refuse_back, post_give_back;

#define FILERS      (ROLE_BIT(RECEIVER) | ROLE_BIT(APPRAISER) | ROLE_BIT(APPROVER) | ROLE_BIT(CLERK))
#define PAYERS      (ROLE_BIT(RECEIVER) | ROLE_BIT(APPRAISER) | ROLE_BIT(CLERK))
#define PASSERS     (ROLE_BIT(RECEIVER) | ROLE_BIT(CLERK)) /* which of both hands over, the step says */
#define TAKERS      (ROLE_BIT(APPRAISER) | ROLE_BIT(CLERK))
#define SIGNERS     (TAKERS | ROLE_BIT(HEAD))
#define READERS     (FILERS | ROLE_BIT(ENDORSER) | ROLE_BIT(RETURNER) | ROLE_BIT(HEAD) | ROLE_BIT(INSPECTOR))
#define APOLOGISERS (ROLE_BIT(APPRAISER) | ROLE_BIT(HEAD))
#define BRINGERS    (TAKERS | ROLE_BIT(APPROVER) | ROLE_BIT(HEAD))
#define STOPPERS    (ROLE_BIT(APPRAISER) | ROLE_BIT(HEAD))
#define FINDERS     (FILERS | ROLE_BIT(ENDORSER) | ROLE_BIT(RETURNER) | ROLE_BIT(HEAD))
#define CORRECTERS  (ROLE_BIT(APPRAISER) | ROLE_BIT(HEAD))
#define GIVERS      (ROLE_BIT(RECEIVER) | ROLE_BIT(RETURNER))
#define RECOUNTERS  (ROLE_BIT(ADMIN) | ROLE_BIT(INSPECTOR))
#define RATERS      (ROLE_BIT(RECEIVER) | ROLE_BIT(RETURNER) | ROLE_BIT(HEAD) | ROLE_BIT(PORTAL) | ROLE_BIT(DEVICE))
#define CASHIERS    (GIVERS | ROLE_BIT(PORTAL))
#define COMPLAINERS (ROLE_BIT(RECEIVER) | ROLE_BIT(PORTAL))
#define LISTENERS   (ROLE_BIT(RECEIVER) | ROLE_BIT(HEAD) | ROLE_BIT(INSPECTOR))
#define OVERSEERS   (ROLE_BIT(HEAD) | ROLE_BIT(INSPECTOR))
#define ANYONE      ((UINT32_C(1) << ROLE_COUNT) - 1)

/* clang-format off */
const struct http_route intake_routes[INTAKE_ROUTES] = {
    {"POST", "/v1/submissions",                      ROLE_BIT(PORTAL),   intake_post_submission, "hand on what a citizen filed on the portal; answers until when the counter answers it"},
    {"POST", "/v1/dossiers",                         ROLE_BIT(RECEIVER), post_dossier,        "accept a dossier at a counter: code, receipt, due date; of a same-day procedure with what the officer decides at once"},
    {"POST", "/v1/refusals",                         ROLE_BIT(RECEIVER), post_refusal,        "refuse a dossier at a counter, with reasons"},
    {"POST", "/v1/guidances",                        ROLE_BIT(RECEIVER), post_guidance,       "tell a citizen at a counter what is missing, fully and once (form 02): no code, no clock"},
    {"POST", "/v1/dossiers/:id/documents",           FILERS | ROLE_BIT(RETURNER), post_document, "put a document into a dossier, a request form with the list of what is missing; answers its handle"},
    {"POST", "/v1/dossiers/:id/transfers/give",      PASSERS,            post_give,           "hand the papers over (the giver's half): the dossier's own, or what a supplement brought"},
    {"POST", "/v1/dossiers/:id/transfers/take",      TAKERS,             post_take,           "confirm that the papers are here (the receiver's half)"},
    {"POST", "/v1/dossiers/:id/transfers/refuse",    TAKERS,             post_refuse,         "send the papers back with a reason"},
    {"POST", "/v1/dossiers/:id/turn/take",           SIGNERS,            post_take_turn,      "sign for papers whose turn it is here, or that are back from the last one"},
    {"POST", "/v1/dossiers/:id/turn/refuse",         SIGNERS,            post_refuse_turn,    "refuse such papers with a reason: they are with whom they came from"},
    {"POST", "/v1/dossiers/:id/obligation",          PAYERS,             post_obligation,     "record the notice of the tax office: the clocks pause"},
    {"POST", "/v1/dossiers/:id/obligation/met",      PAYERS,             post_obligation_met, "record that the obligation is met: the clocks run on"},
    {"POST", "/v1/dossiers/:id/finding",             ROLE_BIT(APPRAISER) | ROLE_BIT(HEAD), intake_post_finding, "record what gives it another time by law: its due dates move"},
    {"POST", "/v1/dossiers/:id/exclude",             ROLE_BIT(APPRAISER) | ROLE_BIT(HEAD), intake_post_exclude, "leave a period out of its time by law: its due dates move"},
    {"POST", "/v1/dossiers/:id/exclude/end",         ROLE_BIT(APPRAISER) | ROLE_BIT(HEAD), intake_post_end_period, "such a period has ended earlier than was recorded: its due dates move"},
    {"POST", "/v1/dossiers/:id/supplement",          ROLE_BIT(RECEIVER), post_supplement,     "take what was missing at the counter, once all that the form lists is there or named as not brought: the legal clock starts from zero"},
    {"POST", "/v1/dossiers/:id/withdrawal",          ROLE_BIT(RECEIVER), post_withdrawal,     "take the citizen's written request to withdraw the dossier: an approver decides"},
    {"POST", "/v1/dossiers/:id/extension",           APOLOGISERS,        post_extension,      "ask for a new date with the apology (form 04): an approver signs it, return issues it"},
    {"POST", "/v1/dossiers/:id/stop",                STOPPERS,           post_stop,           "ask to stop the dossier with the notice, on a ground: an approver signs it, return issues it"},
    {"POST", "/v1/dossiers/:id/correct",             CORRECTERS,         post_correction,     "ask to correct a wrong result with the letter that was filed, its cause and the unit at fault: an approver signs it, return issues it"},
    {"POST", "/v1/dossiers/:id/papers/bring-back",   BRINGERS,           post_bring_back,     "give papers back to the counter, where the citizen gets them (the giver's half)"},
    {"POST", "/v1/dossiers/:id/papers/take-back",    GIVERS,             post_take_back,      "confirm that they are at the counter again (its half)"},
    {"POST", "/v1/dossiers/:id/papers/refuse-back",  GIVERS,             post_refuse_back,    "do not take them, with a reason: they lie with the giver again"},
    {"POST", "/v1/dossiers/:id/papers/give-back",    GIVERS,             post_give_back,      "give the citizen papers back at the counter, or send them by post, at the latest with the result"},
    {"POST", "/v1/dossiers/:id/loss",                FINDERS,            intake_post_loss,    "record that papers were lost or damaged, with the minutes; answers the number of the case, and who had them"},
    {"POST", "/v1/dossiers/:id/loss/settle",         ROLE_BIT(HEAD),     intake_post_loss_settled, "settle such a case: how it was put right, who is responsible, the apology"},
    {"POST", "/v1/dossiers/:id/fees/pay",            CASHIERS,           intake_post_payment, "record that a fee which is due was paid: by which means, on which receipt"},
    {"POST", "/v1/dossiers/:id/fees/refund",         GIVERS,             intake_post_refund,  "give back what was paid, where the rule of the fee says so of how the dossier ended"},
    {"POST", "/v1/dossiers/:id/fees/waive",          GIVERS,             intake_post_waiver,  "exempt the citizen from a fee by its rule, on a ground that a superior answers for"},
    {"POST", "/v1/dossiers/:id/rating",              RATERS,             intake_post_rating,  "record how the citizen found it, once, when it has ended for him"},
    {"POST", "/v1/dossiers/:id/complaints",          COMPLAINERS,        intake_post_complaint, "take a complaint or a proposal about a dossier; answers its number, and until when it is answered"},
    {"POST", "/v1/dossiers/:id/complaints/:number/ask", ROLE_BIT(HEAD), intake_post_ask_complainant, "ask whoever complained for more, once: the dates of the answer do not run until it comes"},
    {"POST", "/v1/dossiers/:id/complaints/:number/supply", COMPLAINERS, intake_post_supply_complaint, "take what is added to a complaint; answers until when it is answered now"},
    {"POST", "/v1/dossiers/:id/complaints/:number/publish", ROLE_BIT(HEAD), intake_post_publish, "publish the answer to a complaint"},
    {"POST", "/v1/dossiers/:id/complaints/:number/answer", ROLE_BIT(HEAD), intake_post_answer, "answer a complaint: justified, or not"},
    {"POST", "/v1/dossiers/:id/complaints/:number/refuse", ROLE_BIT(HEAD), intake_post_refuse_complaint, "refuse a complaint that is no matter of these units"},
    {"GET",  "/v1/submissions",                      LISTENERS,          intake_get_submissions, "what was filed on the portal for the unit and waits for its answer, by the date of that"},
    {"GET",  "/v1/submissions/:id",                  READERS | ROLE_BIT(PORTAL), intake_get_submission, "what was filed on the portal, what became of it and why, and what the citizen may read of it"},
    {"GET",  "/v1/dossiers",                         READERS,            intake_get_dossiers, "the unit's open dossiers by due date; ?state= for others"},
    {"GET",  "/v1/dossiers/:id",                     READERS,            intake_get_dossier,  "one dossier with all that intake knows of it"},
    {"GET",  "/v1/dossiers/:id/receipt",             READERS | ROLE_BIT(PORTAL), intake_get_receipt,  "what stands on the receipt; also for the portal, of what was filed on it"},
    {"GET",  "/v1/dossiers/:id/apology",             READERS,            intake_get_apology,  "what stands on the apology (form 04), to be written before one is asked for"},
    {"GET",  "/v1/dossiers/:id/documents/:document", READERS | ROLE_BIT(PORTAL), intake_get_document, "a document with its content; the portal: what is the citizen's of what was filed on it"},
    {"GET",  "/v1/dossiers/:id/deadline",            READERS,            intake_get_deadline, "why it is due on that date, step by step; by its id or its code"},
    {"GET",  "/v1/dossiers/:id/control-slip",        READERS,            intake_get_control_slip, "what stands on the control slip (form 05): every hand-over between desks, in time or late"},
    {"GET",  "/v1/dossiers/:id/papers",              READERS,            intake_get_papers,   "its papers, who has them now, and who had them"},
    {"GET",  "/v1/papers/held",                      READERS,            intake_get_held,     "originals that are still held though the dossier has ended, or though its result lies there and nobody comes"},
    {"GET",  "/v1/papers/unsigned",                  RECOUNTERS | ROLE_BIT(HEAD), intake_get_unsigned, "papers that went on to a unit by turn on the last 90 days (?from=&to=), and that nobody there signed for within the term; ?after="},
    {"GET",  "/v1/guidances/:id/form",               READERS | ROLE_BIT(PORTAL), intake_get_request_form, "what stands on the request form (form 02); likewise"},
    {"GET",  "/v1/refusals/:id/form",                READERS | ROLE_BIT(PORTAL), intake_get_refusal_form, "what stands on the refusal form (form 03); likewise"},
    {"GET",  "/v1/complaints",                       LISTENERS,          intake_get_complaints, "the unit's complaints that a head may act on now, by the date of their answer; ?state= for others"},
    {"GET",  "/v1/losses",                           OVERSEERS,          intake_get_losses,   "the unit's open cases of lost or damaged papers, the oldest first; ?state= for others"},
    {"GET",  "/v1/track/:code",                      ROLE_PUBLIC,        intake_get_track,    "where a dossier is, for the citizen; no personal data"},
    {"GET",  "/v1/deadlines/changes",                RECOUNTERS,         intake_get_changes,  "dry run: open dossiers whose date would move by the calendar in use"},
    {"POST", "/v1/deadlines/recounts",               ROLE_BIT(ADMIN),    intake_post_recount, "count the dates of these dossiers again, a chunk of a batch"},
    {"GET",  "/v1/deadlines/recounts/:batch",        RECOUNTERS,         intake_get_recount,  "who ordered a batch, why, and how many dossiers still wait for their turn"},
    {"POST", "/v1/catalogue/releases",               ROLE_BIT(ADMIN),    intake_post_release, "import reference records; all or nothing"},
    {"GET",  "/v1/catalogue/release",                ANYONE,             intake_get_release,  "the number of the release in use"},
    {"GET",  "/v1/catalogue/:kind",                  ANYONE,             intake_get_records,  "reference records of a kind that are valid on a day"},
    {"GET",  "/v1/catalogue/:kind/:id",              ANYONE,             intake_get_record,   "one reference record that is valid on a day"},
};
/* clang-format on */

/* ---- documents in a body */

/* read_document reads a body's own document, the last of its members; ends the reading. */
static enum err_code read_document(struct http_exchange *x, struct json_in *in, struct intake_document *ret,
                                   struct err *reterr)
{
    intake_read_content(in, json_root(in), ret);
    enum err_code rc = json_done(in, reterr);
    return rc ? rc : intake_file_document(x, ret, reterr);
}

/* read_collector likewise makes the document of what a body says of who came. */
static enum err_code read_collector(struct http_exchange *x, struct json_in *in, struct intake_document *ret,
                                    struct err *reterr)
{
    intake_read_collector(in, http_arena(x), ret);
    enum err_code rc = json_done(in, reterr);
    return rc ? rc : intake_file_document(x, ret, reterr);
}

/* ---- the ways a visit to the counter ends */

/* How he has issued it; NULL: that is left to the clerk. What belongs to which way of delivery is return's question. */
static const struct same_day_return *read_returned(struct json_in *in, const struct json *same_day, struct arena *a)
{
    const struct json *o = json_object(in, same_day, "return", JSON_OPTIONAL);
    if (!o)
        return NULL;
    struct same_day_return *r = ARENA_NEW(a, struct same_day_return);

    r->series = json_code(in, o, "series", JSON_REQUIRED, 64);
    r->seal = json_code(in, o, "seal", JSON_REQUIRED, 64);
    r->delivery = intake_read_word(in, o, "delivery", delivery_names, DELIVERY_COUNT);
    r->who = 1 + json_word(in, o, "who", JSON_OPTIONAL, collector_names + 1, COLLECTOR_COUNT - 1);
    r->paper = 1 + json_word(in, o, "paper", JSON_OPTIONAL, proof_names + 1, PROOF_COUNT - 1);
    return r;
}

/* What the officer at the counter did at once; NULL: nothing. */
static const struct intake_at_once *read_at_once(struct json_in *in, struct arena *a, struct intake_document *draft)
{
    const struct json *o = json_object(in, json_root(in), "same_day", JSON_OPTIONAL);
    if (!o)
        return NULL;
    struct intake_at_once *c = ARENA_NEW(a, struct intake_at_once);

    c->opinion = intake_read_word(in, o, "opinion", opinion_names, OPINION_AGAINST + 1);
    c->reasons = json_texts(in, o, "reasons", JSON_OPTIONAL, REASONS_MAX, 40, &c->reason_count);
    c->mandate = json_code(in, o, "mandate", JSON_OPTIONAL, 64);
    c->returned = read_returned(in, o, a);
    intake_read_content(in, json_object(in, o, "draft", JSON_REQUIRED), draft);
    draft->kind = c->opinion == OPINION_FOR ? DOCUMENT_DRAFT_RESULT : DOCUMENT_DRAFT_REFUSAL;
    c->draft = draft;
    return c;
}

/* begin_visit finds the subject of a visit: what was filed on the portal when the body answers that, else a new one. */
static enum err_code begin_visit(struct http_exchange *x, struct id submission, struct id *ret, struct err *reterr)
{
    if (id_is_nil(submission))
        return command_new_subject(x, "dossier", ret, reterr);
    *ret = submission;
    return ERR_OK;
}

/* What the citizen pays as he files. */
static const struct intake_pay *read_payments(struct json_in *in, struct arena *a, int *ret_count)
{
    const struct json *list = json_list(in, json_root(in), "payments", JSON_OPTIONAL, 1, PROCEDURE_FEES_MOST);
    struct intake_pay *payments = ARENA_ARRAY(a, json_items(list) + 1, struct intake_pay);

    for (size_t i = 0; i < json_items(list); i++)
        payments[i] = intake_read_payment(in, json_item(list, i));
    *ret_count = (int)json_items(list);
    return payments;
}

static enum err_code post_dossier(void *arg, struct http_exchange *x, struct err *reterr)
{
    struct app *app = arg;
    struct intake_receive *c = ARENA_NEW(http_arena(x), struct intake_receive);
    struct intake_document *draft = ARENA_NEW(http_arena(x), struct intake_document);
    struct json_in *in;
    struct id id;
    enum err_code rc = request_body(x, &in, reterr);

    if (rc)
        return rc;
    const struct json *o = json_root(in);
    c->counter = json_code(in, o, "counter", JSON_REQUIRED, 64);
    c->procedure = json_code(in, o, "procedure", JSON_REQUIRED, 64);
    c->unit = json_code(in, o, "unit", JSON_OPTIONAL, 64);
    c->channel = (enum channel)intake_read_word(in, o, "channel", channel_names, CHANNEL_COUNT);
    c->applicant = intake_read_applicant(in);
    c->proxy = intake_read_proxy(in, &c->applicant);
    c->content = json_text(in, o, "content", JSON_OPTIONAL, 1, 2000);
    c->origin_reference = json_code(in, o, "origin_reference", JSON_OPTIONAL, 64);
    c->guidance = json_id(in, o, "guidance", JSON_OPTIONAL);
    c->submission = json_id(in, o, "submission", JSON_OPTIONAL);
    c->components = intake_read_components(in, c->channel, http_arena(x), &c->component_count);
    c->payments = read_payments(in, http_arena(x), &c->payment_count);
    c->at_once = read_at_once(in, http_arena(x), draft);
    rc = json_done(in, reterr);
    if (!rc)
        rc = begin_visit(x, c->submission, &id, reterr);
    if (!rc && c->at_once)
        rc = intake_file_document(x, draft, reterr);
    if (rc)
        return rc;
    return command_submit(app, x, "dossier", id, INTAKE_RECEIVE, true, c, reterr);
}

/* Of a refusal and of a guidance. */
static const char *const visit_reasons[] = {"missing_component", "wrong_agency", "invalid_document", "not_eligible",
                                            "other"};

static void check_reasons(struct json_in *in, const struct intake_visit *c)
{
    if (c->reason_count == 0)
        json_fail(in, json_root(in), "reasons", "phải nêu ít nhất một lý do", "needs at least one reason");
    for (int i = 0; i < c->reason_count; i++) {
        size_t known = 0;
        while (known < COUNT_OF(visit_reasons) && strcmp(visit_reasons[known], c->reasons[i]) != 0)
            known++;
        if (known == COUNT_OF(visit_reasons))
            json_fail(in, json_root(in), "reasons", "có lý do không thuộc danh mục",
                      "has a reason that is not in the list");
    }
}

/* What a visit without a dossier says, whatever it ended with. */
static struct intake_visit read_visit(struct json_in *in)
{
    const struct json *o = json_root(in);
    size_t count = 0;
    struct intake_visit v = {
        .counter = json_code(in, o, "counter", JSON_REQUIRED, 64),
        .procedure = json_code(in, o, "procedure", JSON_REQUIRED, 64),
        .channel = (enum channel)intake_read_word(in, o, "channel", channel_names, CHANNEL_COUNT),
        .applicant = intake_read_applicant(in),
        .content = json_text(in, o, "content", JSON_OPTIONAL, 1, 2000),
        .reasons = json_texts(in, o, "reasons", JSON_REQUIRED, REASONS_MAX, 40, &count),
        .explanation = json_text(in, o, "explanation", JSON_REQUIRED, 1, 2000),
        .submission = json_id(in, o, "submission", JSON_OPTIONAL),
        .consignment = json_text(in, o, "consignment", JSON_OPTIONAL, 1, 200),
    };

    v.reason_count = (int)count;
    check_reasons(in, &v);
    return v;
}

static enum err_code post_refusal(void *app, struct http_exchange *x, struct err *reterr)
{
    struct intake_visit *c = ARENA_NEW(http_arena(x), struct intake_visit);
    struct json_in *in;
    struct id id;
    enum err_code rc = request_body(x, &in, reterr);

    if (rc)
        return rc;
    *c = read_visit(in);
    rc = json_done(in, reterr);
    if (!rc)
        rc = begin_visit(x, c->submission, &id, reterr);
    return rc ? rc : command_submit(app, x, "dossier", id, INTAKE_REFUSE, true, c, reterr);
}

static enum err_code post_guidance(void *app, struct http_exchange *x, struct err *reterr)
{
    struct intake_guide *c = ARENA_NEW(http_arena(x), struct intake_guide);
    struct json_in *in;
    struct id id;
    enum err_code rc = request_body(x, &in, reterr);

    if (rc)
        return rc;
    c->visit = read_visit(in);
    c->missing = intake_read_missing(in, JSON_REQUIRED, http_arena(x), &c->missing_count);
    c->ground = json_code(in, json_root(in), "ground", JSON_OPTIONAL, 40);
    c->superior = json_code(in, json_root(in), "superior", JSON_OPTIONAL, 64);
    rc = json_done(in, reterr);
    if (!rc)
        rc = begin_visit(x, c->visit.submission, &id, reterr);
    return rc ? rc : command_submit(app, x, "dossier", id, INTAKE_GUIDE, true, c, reterr);
}

/* ---- documents */

static enum err_code post_document(void *app, struct http_exchange *x, struct err *reterr)
{
    struct intake_document *c = ARENA_NEW(http_arena(x), struct intake_document);
    struct json_in *in;
    struct id dossier;
    enum err_code rc = intake_begin(x, &dossier, &in, reterr);

    if (rc)
        return rc;
    c->kind = (enum document_kind)intake_read_word(in, json_root(in), "kind", document_kind_names, DOCUMENT_COUNT);
    c->component = (int)json_int(in, json_root(in), "component", JSON_OPTIONAL, 1, 9999);
    if (c->component && c->kind != DOCUMENT_COMPONENT)
        json_fail(in, json_root(in), "component", "chỉ tài liệu loại \"component\" là bản quét của thành phần",
                  "only a document of the kind \"component\" is the scan of one");
    c->missing = intake_read_missing(in, JSON_OPTIONAL, http_arena(x), &c->missing_count);
    if (json_has(json_root(in), "missing") && c->kind != DOCUMENT_REQUEST)
        json_fail(in, json_root(in), "missing", "chỉ tài liệu loại \"request\" liệt kê giấy tờ còn thiếu",
                  "only a document of the kind \"request\" lists what is missing");
    if (json_has(json_root(in), "collector") && c->kind != DOCUMENT_COLLECTOR)
        json_fail(in, json_root(in), "collector", "chỉ tài liệu loại \"collector\" ghi ai đã đến nhận",
                  "only a document of the kind \"collector\" says who came");
    rc = c->kind == DOCUMENT_COLLECTOR ? read_collector(x, in, c, reterr) : read_document(x, in, c, reterr);
    return rc ? rc : command_submit(app, x, "dossier", dossier, INTAKE_FILE_DOCUMENT, false, c, reterr);
}

static enum err_code post_withdrawal(void *app, struct http_exchange *x, struct err *reterr)
{
    struct intake_ask_back *c = ARENA_NEW(http_arena(x), struct intake_ask_back);
    struct json_in *in;
    struct id dossier;
    enum err_code rc = intake_begin(x, &dossier, &in, reterr);

    if (rc)
        return rc;
    c->channel = (enum channel)intake_read_word(in, json_root(in), "channel", channel_names, CHANNEL_COUNT);
    c->request.kind = DOCUMENT_REQUEST;
    rc = read_document(x, in, &c->request, reterr);
    return rc ? rc : command_submit(app, x, "dossier", dossier, INTAKE_REQUEST_WITHDRAWAL, false, c, reterr);
}

static enum err_code post_extension(void *app, struct http_exchange *x, struct err *reterr)
{
    struct intake_ask_more *c = ARENA_NEW(http_arena(x), struct intake_ask_more);
    struct json_in *in;
    struct id dossier;
    enum err_code rc = intake_begin(x, &dossier, &in, reterr);

    if (rc)
        return rc;
    const struct json *o = json_root(in);
    c->due_at = json_time(in, o, "new_due_at", JSON_OPTIONAL); /* or else the one that was prepared */
    int reason = json_word(in, o, "reason", JSON_REQUIRED, intake_extension_reasons, INTAKE_EXTENSION_REASONS);
    c->apology.kind = DOCUMENT_APOLOGY;
    rc = read_document(x, in, &c->apology, reterr);
    if (rc)
        return rc;
    c->reason = intake_extension_reasons[reason];
    return command_submit(app, x, "dossier", dossier, INTAKE_REQUEST_EXTENSION, false, c, reterr);
}

static enum err_code post_stop(void *app, struct http_exchange *x, struct err *reterr)
{
    struct intake_ask_stop *c = ARENA_NEW(http_arena(x), struct intake_ask_stop);
    struct json_in *in;
    struct id dossier;
    enum err_code rc = intake_begin(x, &dossier, &in, reterr);

    if (rc)
        return rc;
    c->ground = (enum stop_ground)intake_read_word(in, json_root(in), "ground", stop_ground_names, STOP_GROUND_COUNT);
    c->notice.kind = DOCUMENT_STOP_NOTICE;
    rc = read_document(x, in, &c->notice, reterr);
    return rc ? rc : command_submit(app, x, "dossier", dossier, INTAKE_REQUEST_STOP, false, c, reterr);
}

static enum err_code post_correction(void *app, struct http_exchange *x, struct err *reterr)
{
    struct intake_ask_correction *c = ARENA_NEW(http_arena(x), struct intake_ask_correction);
    struct json_in *in;
    struct id dossier;
    enum err_code rc = intake_begin(x, &dossier, &in, reterr);

    if (rc)
        return rc;
    const struct json *o = json_root(in);
    request_handle(in, o, "correction", &c->correction);
    c->cause = (enum correction_cause)intake_read_word(in, o, "cause", correction_cause_names, CORRECTION_CAUSE_COUNT);
    c->unit = json_code(in, o, "unit", JSON_REQUIRED, 64);
    c->reported_by = (enum reporter)intake_read_word(in, o, "reported_by", reporter_names, REPORTER_COUNT);
    rc = json_done(in, reterr);
    return rc ? rc : command_submit(app, x, "dossier", dossier, INTAKE_REQUEST_CORRECTION, false, c, reterr);
}

/* ---- transfers */

/* read_step begins the body of a command on a child of the dossier: which dossier, and which step it is about. */
static enum err_code read_step(struct http_exchange *x, struct json_in **ret_in, struct id *ret_dossier, int *ret_step,
                               struct err *reterr)
{
    enum err_code rc = intake_begin(x, ret_dossier, ret_in, reterr);

    if (!rc)
        *ret_step = (int)json_int(*ret_in, json_root(*ret_in), "step", JSON_OPTIONAL, 1, 200);
    return rc;
}

static enum err_code post_move(struct app *app, struct http_exchange *x, enum intake_act act, struct err *reterr)
{
    struct intake_move *c = ARENA_NEW(http_arena(x), struct intake_move);
    struct json_in *in;
    struct id dossier;
    enum err_code rc = read_step(x, &in, &dossier, &c->step, reterr);

    if (rc)
        return rc;
    c->supplement = (int)json_int(in, json_root(in), "supplement", JSON_OPTIONAL, 1, INTAKE_SUPPLEMENTS_MAX);
    if (act == INTAKE_REFUSE_TRANSFER)
        c->reason = json_text(in, json_root(in), "reason", JSON_REQUIRED, 1, 1000);
    rc = json_done(in, reterr);
    return rc ? rc : command_submit(app, x, "dossier", dossier, (int)act, false, c, reterr);
}

static enum err_code post_give(void *app, struct http_exchange *x, struct err *reterr)
{
    return post_move(app, x, INTAKE_GIVE_TRANSFER, reterr);
}

static enum err_code post_take(void *app, struct http_exchange *x, struct err *reterr)
{
    return post_move(app, x, INTAKE_TAKE_TRANSFER, reterr);
}

static enum err_code post_refuse(void *app, struct http_exchange *x, struct err *reterr)
{
    return post_move(app, x, INTAKE_REFUSE_TRANSFER, reterr);
}

/* ---- turns */

static enum err_code post_turn(struct app *app, struct http_exchange *x, enum intake_act act, struct err *reterr)
{
    struct intake_sign_turn *c = ARENA_NEW(http_arena(x), struct intake_sign_turn);
    struct json_in *in;
    struct id dossier;
    enum err_code rc = intake_begin(x, &dossier, &in, reterr);

    if (rc)
        return rc;
    if (act == INTAKE_REFUSE_TURN)
        c->reason = json_text(in, json_root(in), "reason", JSON_REQUIRED, 1, 1000);
    rc = json_done(in, reterr);
    return rc ? rc : command_submit(app, x, "dossier", dossier, (int)act, false, c, reterr);
}

static enum err_code post_take_turn(void *app, struct http_exchange *x, struct err *reterr)
{
    return post_turn(app, x, INTAKE_TAKE_TURN, reterr);
}

static enum err_code post_refuse_turn(void *app, struct http_exchange *x, struct err *reterr)
{
    return post_turn(app, x, INTAKE_REFUSE_TURN, reterr);
}

/* ---- obligations */

static enum err_code post_notice(struct app *app, struct http_exchange *x, enum intake_act act, struct err *reterr)
{
    struct intake_notice *c = ARENA_NEW(http_arena(x), struct intake_notice);
    struct json_in *in;
    struct id dossier;
    enum err_code rc = read_step(x, &in, &dossier, &c->step, reterr);

    if (rc)
        return rc;
    if (act == INTAKE_OPEN_OBLIGATION)
        c->notice = json_text(in, json_root(in), "notice", JSON_REQUIRED, 1, NOTICE_MAX);
    else
        c->document = json_id(in, json_root(in), "document", JSON_OPTIONAL);
    rc = json_done(in, reterr);
    return rc ? rc : command_submit(app, x, "dossier", dossier, (int)act, false, c, reterr);
}

static enum err_code post_obligation(void *app, struct http_exchange *x, struct err *reterr)
{
    return post_notice(app, x, INTAKE_OPEN_OBLIGATION, reterr);
}

static enum err_code post_obligation_met(void *app, struct http_exchange *x, struct err *reterr)
{
    return post_notice(app, x, INTAKE_MEET_OBLIGATION, reterr);
}

/* ---- supplements */

static enum err_code post_supplement(void *app, struct http_exchange *x, struct err *reterr)
{
    struct intake_supply *c = ARENA_NEW(http_arena(x), struct intake_supply);
    struct json_in *in;
    struct id dossier;
    enum err_code rc = intake_begin(x, &dossier, &in, reterr);

    if (rc)
        return rc;
    c->channel = (enum channel)intake_read_word(in, json_root(in), "channel", channel_names, CHANNEL_COUNT);
    intake_read_supply(in, http_arena(x), c);
    rc = json_done(in, reterr);
    return rc ? rc : command_submit(app, x, "dossier", dossier, INTAKE_RECEIVE_SUPPLEMENT, false, c, reterr);
}

/* ---- papers that go back */

static enum err_code post_move_back(struct app *app, struct http_exchange *x, enum intake_act act, struct err *reterr)
{
    struct intake_move_back *c = ARENA_NEW(http_arena(x), struct intake_move_back);
    struct json_in *in;
    struct id dossier;
    enum err_code rc = intake_begin(x, &dossier, &in, reterr);

    if (rc)
        return rc;
    if (act == INTAKE_BRING_BACK)
        c->components = intake_read_numbers(in, http_arena(x), JSON_OPTIONAL, &c->count);
    if (act == INTAKE_REFUSE_BACK)
        c->reason = json_text(in, json_root(in), "reason", JSON_REQUIRED, 1, 1000);
    rc = json_done(in, reterr);
    return rc ? rc : command_submit(app, x, "dossier", dossier, (int)act, false, c, reterr);
}

static enum err_code post_bring_back(void *app, struct http_exchange *x, struct err *reterr)
{
    return post_move_back(app, x, INTAKE_BRING_BACK, reterr);
}

static enum err_code post_take_back(void *app, struct http_exchange *x, struct err *reterr)
{
    return post_move_back(app, x, INTAKE_TAKE_BACK, reterr);
}

static enum err_code post_refuse_back(void *app, struct http_exchange *x, struct err *reterr)
{
    return post_move_back(app, x, INTAKE_REFUSE_BACK, reterr);
}

static enum err_code post_give_back(void *app, struct http_exchange *x, struct err *reterr)
{
    struct intake_give_back *c = ARENA_NEW(http_arena(x), struct intake_give_back);
    struct json_in *in;
    struct id dossier;
    enum err_code rc = intake_begin(x, &dossier, &in, reterr);

    if (rc)
        return rc;
    c->components = intake_read_numbers(in, http_arena(x), JSON_OPTIONAL, &c->count);
    int way = json_word(in, json_root(in), "delivery", JSON_OPTIONAL, delivery_names + 1, DELIVERY_POST);
    c->delivery = (enum delivery)(1 + way);
    c->consignment = json_text(in, json_root(in), "consignment", JSON_OPTIONAL, 1, 200);
    c->who = (enum collector)(
        1 + json_word(in, json_root(in), "who", JSON_OPTIONAL, collector_names + 1, COLLECTOR_COUNT - 1));
    c->collector = json_id(in, json_root(in), "collector", JSON_OPTIONAL);
    rc = json_done(in, reterr);
    return rc ? rc : command_submit(app, x, "dossier", dossier, INTAKE_GIVE_BACK, false, c, reterr);
}
