/* SPDX-License-Identifier: Apache-2.0 */
/* What each act says: body, address, headers. */
#include "services/ctl/simulate_runner.h"

#include <inttypes.h>
#include <string.h>

#include "common/domain/late_entry.h"

static const char *base64(struct arena *a, const char *text)
{
    static const char digits[] = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
    size_t n = strlen(text), k = 0;
    char *out = arena_alloc(a, (n + 2) / 3 * 4 + 1);

    for (size_t i = 0; i < n; i += 3) {
        uint32_t v = (uint32_t)(unsigned char)text[i] << 16;
        if (i + 1 < n)
            v |= (uint32_t)(unsigned char)text[i + 1] << 8;
        if (i + 2 < n)
            v |= (uint32_t)(unsigned char)text[i + 2];
        out[k++] = digits[v >> 18];
        out[k++] = digits[v >> 12 & 63];
        out[k++] = i + 1 < n ? digits[v >> 6 & 63] : '=';
        out[k++] = i + 2 < n ? digits[v & 63] : '=';
    }
    return out;
}

static const struct listing *listing_of(const struct runner *r)
{
    return world_listing(r->s->world, r->at.process->procedure);
}

/* How it comes, who brings it, and which papers: online as files, else on paper or mixed; some are filed for another.
 */
static void put_filing(struct runner *r, const struct act *a, struct buf *b)
{
    bool online = a->deed == DO_RECEIVE && !a->lends && chance_percent(&r->chance, r->s->ways.online);

    if (a->filing != FILED_ANYHOW)
        online = a->filing == FILED_AS_FILES;
    if (r->submission[0]) {
        online = true;
        buf_printf(b, "\"submission\":\"%s\",", r->submission);
    }

    buf_printf(b, "\"channel\":\"%s\",", online ? "online" : a->by_post ? "post" : "counter");
    if (a->deed == DO_GUIDE)
        people_missing(&r->chance, listing_of(r), b);
    if (a->deed == DO_GUIDE || a->deed == DO_TURN_AWAY)
        return;
    if (chance_percent(&r->chance, r->s->ways.for_another))
        people_proxy(&r->chance, b);
    if (online)
        people_files(&r->chance, listing_of(r), b);
    else
        people_components(&r->chance, listing_of(r), a->lends, b);
}

/* put_content ends the object of a new paper. */
static void put_content(struct runner *r, const struct act *a, struct buf *b)
{
    const char *content = arena_printf(r->scratch, "%s\nHồ sơ: %s\nLượt mô phỏng %s, hồ sơ thứ %zu, văn bản thứ %zu\n",
                                       document_kind_vi((int)a->paper), r->d->code, r->s->run, r->number, r->next);

    buf_printf(b, "\"media_type\":\"text/plain\",\"pages\":1,\"content_base64\":\"%s\"}", base64(r->scratch, content));
}

static void put_paper(struct runner *r, const struct act *a, struct buf *b)
{
    if (a->deed == DO_ASK_BACK)
        buf_str(b, "{\"channel\":\"post\"");
    else if (a->deed == DO_ASK_MORE)
        buf_printf(b, "{\"new_due_at\":\"%s\",\"reason\":\"overload\"",
                   instant_text(instant_of_day(world_later(r->s->world), 16 * 60)).s);
    else if (a->deed == DO_ASK_STOP)
        buf_str(b, "{\"ground\":\"object_gone\"");
    else if (a->deed == DO_ASK_STOP_EARLY || a->deed == DO_ASK_STOP_UNANSWERED)
        buf_str(b, "{\"ground\":\"no_supplement\"");
    else
        buf_printf(b, "{\"kind\":\"%s\"", document_kind_name((int)a->paper));
    buf_str(b, ",");
    if (a->listed)
        people_list(a->listed, listing_of(r), b);
    if (a->paper == DOCUMENT_COLLECTOR) {
        people_collector(&r->chance, b);
        buf_str(b, "}");
        return;
    }
    put_content(r, a, b);
}

static void put_handle(const struct runner *r, const char *name, struct buf *b)
{
    buf_printf(b, "\"%s\":{\"id\":\"%s\",\"sha256\":\"%s\",\"pages\":%" PRId64 "}", name, r->document, r->sha256,
               r->pages);
}

/* put_which ends a body: a letter is named, for the result may be under way beside it. */
static void put_which(const struct runner *r, const struct act *a, const char *comma, struct buf *b)
{
    if (a->of_letter)
        buf_printf(b, "%s\"document\":\"%s\"", comma, r->document);
    buf_str(b, "}");
}

/* The first component is the one that is to go back. */
static void put_loss(struct runner *r, const struct act *a, struct buf *b)
{
    buf_printf(b, "{\"components\":[{\"number\":1}],\"what\":\"%s\",\"found\":\"custody\",\"minutes\":{",
               a->against ? "damaged" : "lost");
    put_content(r, a, b);
    buf_str(b, "}");
}

/* The unit answers for it; money is paid where nothing else can be had. */
static void put_settlement(struct runner *r, const struct act *a, struct buf *b)
{
    buf_printf(b, "{\"number\":1,\"remedy\":\"%s\",\"responsible\":\"%s\"", a->what, a->who->unit);
    if (strcmp(a->what, "paid") == 0)
        buf_printf(b, ",\"paid_vnd\":%zu", 100000 * (1 + chance_below(&r->chance, 20)));
    if (strcmp(a->what, "found") != 0) {
        buf_str(b, ",\"apology\":{");
        put_content(r, a, b);
    }
    buf_str(b, "}");
}

/* From the moment of the first try on (a repeat says the same), for one to five days. */
static void put_period(struct runner *r, const struct act *a, struct buf *b)
{
    instant from = a->late_at != INSTANT_NONE ? a->late_at : r->first_try + r->s->business_less_mono;
    instant until = from + (1 + (instant)chance_below(&r->chance, 5)) * INSTANT_DAY;

    buf_printf(b, "{\"period\":\"%s\",\"from\":\"%s\",\"until\":\"%s\",\"document\":\"%s\"}", a->what,
               instant_text(from).s, instant_text(until).s, r->document);
}

/* It ends as its end is told, earlier than it was to. */
static void put_end(struct runner *r, const struct act *a, struct buf *b)
{
    instant until = a->late_at != INSTANT_NONE ? a->late_at : r->first_try + r->s->business_less_mono;

    buf_printf(b, "{\"period\":\"%s\",\"until\":\"%s\",\"document\":\"%s\"}", a->what, instant_text(until).s,
               r->document);
}

/* All but what the citizen stated wrongly, which is no fault of the agency. */
static const enum correction_cause causes[] = {CORRECTION_CAUSE_TYPING,    CORRECTION_CAUSE_WRONG_DATA,
                                               CORRECTION_CAUSE_WRONG_LAW, CORRECTION_CAUSE_WRONG_PERSON_DATA,
                                               CORRECTION_CAUSE_SYSTEM,    CORRECTION_CAUSE_OTHER};

static void put_correction(struct runner *r, const struct act *a, struct buf *b)
{
    buf_str(b, "{");
    put_handle(r, "correction", b);
    buf_printf(b, ",\"cause\":\"%s\",\"unit\":\"%s\",\"reported_by\":\"%s\"}",
               correction_cause_name((int)causes[chance_below(&r->chance, COUNT_OF(causes))]), a->what,
               reporter_name(chance_percent(&r->chance, r->s->ways.by_citizen) ? REPORTER_CITIZEN : REPORTER_AGENCY));
}

static const char *const complaint_categories[] = {"attitude",       "delay", "asked_outside",
                                                   "unlisted_paper", "fee",   "other"};

/* Most are content. */
static void put_rating(struct runner *r, const struct act *a, struct buf *b)
{
    static const char *const satisfied[] = {"satisfied", "satisfied", "satisfied", "neutral", "dissatisfied"};
    static const char *const attitude[] = {"good", "good", "good", "fair", "poor"};

    buf_printf(b, "{\"by\":\"%s\",\"satisfaction\":\"%s\",\"attitude\":\"%s\",\"contacts\":%zu,\"agencies\":%zu}",
               a->what, satisfied[chance_below(&r->chance, COUNT_OF(satisfied))],
               attitude[chance_below(&r->chance, COUNT_OF(attitude))], chance_below(&r->chance, 3),
               chance_below(&r->chance, 3));
}

static void put_payment(struct runner *r, const struct act *a, struct buf *b)
{
    static const char *const means[] = {"cash", "cash", "transfer", "post"};

    buf_printf(b, "{\"fee\":\"%s\",\"means\":\"%s\",\"receipt\":\"BL-%zu-%zu\"}", a->what,
               a->deed == DO_PAY_ONLINE ? "online" : means[chance_below(&r->chance, COUNT_OF(means))], r->number + 1,
               r->next);
}

static int times(const struct dossier *d, enum deed deed)
{
    int n = 0;

    for (const char *p = d->acts; *p; p++)
        n += *p == deeds[deed].letter;
    return n;
}

void runner_body(struct runner *r, const struct act *a, struct buf *b)
{
    switch (a->deed) {
    case DO_SUBMIT:
        buf_printf(b, "{\"reference\":\"DVC-%s-%zu\",\"unit\":\"%s\",\"procedure\":\"%s\",", r->s->run, r->number,
                   r->at.counter->unit, r->at.process->procedure);
        people_applicant(&r->chance, b);
        buf_str(b, ",");
        people_files(&r->chance, listing_of(r), b);
        buf_str(b, "}");
        return;
    case DO_RECEIVE:
    case DO_AT_ONCE:
    case DO_REFUSE_AT_ONCE:
    case DO_STUDY_AT_ONCE:
    case DO_TURN_AWAY:
    case DO_GUIDE:
        buf_printf(b, "{\"counter\":\"%s\",\"procedure\":\"%s\",", r->at.counter->id, r->at.process->procedure);
        people_applicant(&r->chance, b);
        buf_str(b, ",");
        put_filing(r, a, b);
        if (a->deed == DO_RECEIVE && r->guidance[0])
            buf_printf(b, ",\"guidance\":\"%s\"", r->guidance);
        if (deed_at_once(a->deed)) {
            buf_printf(b, ",\"same_day\":{\"opinion\":\"%s\",%s\"mandate\":\"%s\",\"draft\":{",
                       a->against ? "against" : "for", a->against ? "\"reasons\":[\"not_eligible\"]," : "", a->what);
            put_content(r, a, b);
            buf_str(b, "}");
        } else if (a->deed == DO_TURN_AWAY)
            buf_str(b, "\"reasons\":[\"not_eligible\"],\"explanation\":\"Không đủ điều kiện (mô phỏng)\"");
        else if (a->deed == DO_GUIDE)
            buf_str(b,
                    "\"reasons\":[\"missing_component\"],\"explanation\":\"Thiếu giấy tờ theo quy định (mô phỏng)\"");
        if (a->deed == DO_GUIDE && a->ground)
            buf_printf(b, ",\"ground\":\"%s\",\"superior\":\"%s\"", a->ground, a->superior);
        buf_str(b, "}");
        return;
    case DO_ASSIGN:
        buf_printf(b, "{\"officer\":\"%s\"}", a->what);
        return;
    case DO_FILE:
    case DO_AUTHORISE:
        put_paper(r, a, b);
        return;
    case DO_CONCLUDE:
    case DO_CONCLUDE_ALONE:
        buf_printf(b, "{\"opinion\":\"%s\",", a->against ? "against" : "for");
        put_handle(r, "draft", b);
        buf_str(b, a->against ? ",\"reasons\":[\"not_eligible\"]}" : "}");
        return;
    case DO_VERIFY:
    case DO_VERIFY_BESIDE:
        /* The moment of the first try: a repeat says the same. */
        buf_printf(b, "{\"at\":\"%s\",\"place\":\"site\",\"participants\":[\"%s\"],\"others\":2,",
                   instant_text(a->late_at != INSTANT_NONE ? a->late_at : r->first_try + r->s->business_less_mono).s,
                   a->who->id);
        put_handle(r, "minutes", b);
        buf_str(b, "}");
        return;
    case DO_ASK:
    case DO_ASK_IN_VAIN:
        buf_printf(b, "{\"unit\":\"%s\",", a->what);
        put_handle(r, "request", b);
        buf_str(b, "}");
        return;
    case DO_ASK_OPINION:
        buf_printf(b, "{\"unit\":\"%s\",\"hours\":8,", a->what);
        put_handle(r, "request", b);
        buf_str(b, "}");
        return;
    case DO_ANSWER:
        buf_str(b, "{");
        put_handle(r, "answer", b);
        buf_str(b, "}");
        return;
    case DO_PASS_ON:
    case DO_CONTRIBUTE:
        buf_str(b, "{\"opinion\":\"no_objection\",");
        put_handle(r, "answer", b);
        buf_str(b, "}");
        return;
    case DO_ENDORSE:
        buf_str(b, "{");
        put_handle(r, "draft", b);
        buf_str(b, "}");
        return;
    case DO_RETURN_DRAFT:
        buf_str(b, "{\"reasons\":[\"wrong_draft\"]}");
        return;
    case DO_WANT:
        buf_str(b, "{\"reasons\":[\"missing_component\"],");
        put_handle(r, "request", b);
        if (a->ground)
            buf_printf(b, ",\"ground\":\"%s\"", a->ground);
        buf_str(b, "}");
        return;
    case DO_SUPPLY: /* by post, so that it comes whatever the hour */
        buf_str(b, "{\"channel\":\"post\",");
        people_supply(&r->chance, a->listed, a->brought, b);
        buf_str(b, "}");
        return;
    case DO_ASK_BACK: /* by post, too */
    case DO_ASK_MORE:
    case DO_ASK_STOP:
    case DO_ASK_STOP_EARLY:
    case DO_ASK_STOP_UNANSWERED:
        put_paper(r, a, b);
        return;
    case DO_FIND:
        buf_printf(b, "{\"finding\":\"%s\",\"document\":\"%s\"}", a->what, r->document);
        return;
    case DO_LEAVE_OUT:
        put_period(r, a, b);
        return;
    case DO_END_PERIOD:
        put_end(r, a, b);
        return;
    case DO_LOSE:
        put_loss(r, a, b);
        return;
    case DO_SETTLE:
        put_settlement(r, a, b);
        return;
    case DO_CORRECT:
        put_correction(r, a, b);
        return;
    case DO_PAY_FEE:
    case DO_PAY_ONLINE:
        put_payment(r, a, b);
        return;
    case DO_WAIVE_FEE:
        buf_printf(b, "{\"fee\":\"%s\",\"ground\":\"%s\",\"superior\":\"%s\"}", a->what, a->ground, a->superior);
        return;
    case DO_REFUND_FEE:
        buf_printf(b, "{\"fee\":\"%s\"}", a->what);
        return;
    case DO_RATE:
        put_rating(r, a, b);
        return;
    case DO_COMPLAIN: /* by post, so that it comes whatever the hour */
        buf_printf(b, "{\"channel\":\"post\",\"category\":\"%s\",\"text\":\"Phản ánh mô phỏng\"}",
                   complaint_categories[chance_below(&r->chance, COUNT_OF(complaint_categories))]);
        return;
    case DO_REPLY:
    case DO_REPLY_LATE:
        buf_printf(b, "{\"justified\":%s,\"text\":\"Đã kiểm tra (mô phỏng)\"}", a->justified ? "true" : "false");
        return;
    case DO_QUESTION:
        buf_str(b, "{\"text\":\"Đề nghị nói rõ thêm (mô phỏng)\"}");
        return;
    case DO_ADD:
        buf_str(b, "{\"channel\":\"post\",\"text\":\"Nội dung bổ sung (mô phỏng)\"}");
        return;
    case DO_PUBLISH:
        buf_str(b, "{}");
        return;
    case DO_REFUSE_REPLY:
        buf_str(b, "{\"text\":\"Không thuộc thẩm quyền (mô phỏng)\"}");
        return;
    case DO_NOT_TAKE:
    case DO_REFUSE_TURN:
        buf_str(b, "{\"reason\":\"Thiếu một trang (mô phỏng)\"}");
        return;
    case DO_NOT_LET_GO:
    case DO_NOT_APOLOGISE:
    case DO_NOT_STOP:
    case DO_NOT_CORRECT:
        buf_printf(b, "{\"mandate\":\"%s\",\"reasons\":[\"other\"]}", a->what);
        return;
    case DO_LET_GO:
        buf_printf(b, "{\"mandate\":\"%s\"}", a->what);
        return;
    case DO_GRANT:
    case DO_DENY:
        buf_printf(b, "{\"mandate\":\"%s\",", a->what);
        put_handle(r, "draft", b);
        buf_str(b, a->deed == DO_DENY ? ",\"reasons\":[\"not_eligible\"]}" : "}");
        return;
    case DO_SEND_BACK:
        buf_printf(b, "{\"mandate\":\"%s\",\"reasons\":[\"wrong_draft\"]}", a->what);
        return;
    case DO_APOLOGISE:
    case DO_STOP:
    case DO_SIGN_CORRECTION:
    case DO_SIGN:
        buf_printf(b, "{\"mandate\":\"%s\",\"kind\":\"ink_attested\",", a->what);
        put_handle(r, "document", b);
        buf_str(b, "}");
        return;
    case DO_NUMBER:
        buf_printf(b, "{\"series\":\"%s\"", a->what);
        put_which(r, a, ",", b);
        return;
    case DO_HURRY_SEAL:
    case DO_SEAL:
    case DO_ISSUE:
    case DO_CLOSE:
    case DO_SEAL_CORRECTION:
        buf_printf(b, "{\"seal\":\"%s\"", a->what);
        put_which(r, a, ",", b);
        return;
    case DO_DELIVER:
        buf_str(b, "{\"delivery\":\"counter\",\"who\":\"applicant\",\"paper\":\"receipt\"}");
        return;
    case DO_DELIVER_PROXY:
        buf_str(b, "{\"delivery\":\"counter\",\"who\":\"proxy\",\"paper\":\"receipt\",");
        put_handle(r, "authorisation", b);
        buf_printf(b, ",\"collector\":{\"id\":\"%s\",\"sha256\":\"%s\",\"pages\":1}}", r->record, r->record_sha256);
        return;
    case DO_SEND: /* no number of the Postal Union: a parcel of its own in the post's books */
        buf_printf(b, "{\"delivery\":\"post\",\"consignment\":\"BT%08zu\"}", r->number + 1);
        return;
    case DO_COME_BACK:
        buf_str(b, "{\"reason\":\"absent\"}");
        return;
    case DO_TRANSMIT:
        buf_str(b, "{\"delivery\":\"electronic\"}");
        return;
    case DO_HURRY_DELIVER:
    case DO_TELL:
    case DO_NOTIFY:
        buf_str(b, "{\"delivery\":\"counter\"");
        put_which(r, a, ",", b);
        return;
    case DO_GIVE_CORRECTION:
        buf_str(b, "{\"delivery\":\"counter\",\"who\":\"applicant\",\"paper\":\"receipt\"");
        put_which(r, a, ",", b);
        return;
    case DO_OBLIGATION:
        buf_printf(b, "{\"notice\":\"%zu/TB-CCT\"}", r->number + 1);
        return;
    case DO_HAND_REFUSE:
        buf_str(b, "{\"reason\":\"incomplete\"");
        put_which(r, a, ",", b);
        return;
    case DO_HAND_GIVE:
    case DO_HAND_TAKE:
    case DO_READY:
    case DO_KEEP:
    case DO_HURRY:
    case DO_ARCHIVE:
        buf_str(b, "{");
        put_which(r, a, "", b);
        return;
    case DO_NOT_TAKE_SUPPLY:
        buf_printf(b, "{\"supplement\":%d,\"reason\":\"Thiếu một trang (mô phỏng)\"}", times(r->d, DO_SUPPLY));
        return;
    case DO_NOT_TAKE_BACK:
        buf_str(b, "{\"reason\":\"Thiếu một trang (mô phỏng)\"}");
        return;
    case DO_GIVE_SUPPLY:
    case DO_TAKE_SUPPLY:
        buf_printf(b, "{\"supplement\":%d}", times(r->d, DO_SUPPLY));
        return;
    case DO_BRING_BACK:
    case DO_TAKE_BACK:
    case DO_GIVE_BACK:
    case DO_MET:
    case DO_GIVE:
    case DO_TAKE:
    case DO_TAKE_LINKED:
    case DO_TAKE_TURN:
    case DEED_COUNT:
        buf_str(b, "{}");
    }
}

const char *runner_url(const struct runner *r, const struct act *a)
{
    static const char *const roots[] = {"/v1/dossiers", "/v1/appraisals", "/v1/approvals", "/v1/returns"};
    int service = deeds[a->deed].service;
    const char *base = ctl_public_url(service);

    if (a->deed == DO_SUBMIT)
        return arena_printf(r->scratch, "%s/v1/submissions", base);
    if (a->deed == DO_TURN_AWAY)
        return arena_printf(r->scratch, "%s/v1/refusals", base);
    if (a->deed == DO_GUIDE)
        return arena_printf(r->scratch, "%s/v1/guidances", base);
    if (a->deed == DO_RECEIVE || deed_at_once(a->deed))
        return arena_printf(r->scratch, "%s/v1/dossiers", base);
    return arena_printf(r->scratch, "%s%s/%s%s", base, roots[service], r->d->id, deeds[a->deed].suffix);
}

/* runner_seen gives "Taicho-Seen: intake=5, approval=2" of the other stages, NULL when there is nothing to say. */
const char *runner_seen(const struct runner *r, int service)
{
    const char *text = NULL;

    for (int i = 0; i < SOURCE_COUNT; i++)
        if (i != service && r->seen[i] > 0)
            text = arena_printf(r->scratch, "%s%s=%" PRId64,
                                text ? arena_printf(r->scratch, "%s, ", text) : "Taicho-Seen: ",
                                source_name((enum source)i), r->seen[i]);
    return text;
}

const char *runner_late(const struct runner *r, const struct act *a)
{
    if (a->late_at == INSTANT_NONE)
        return NULL;
    return arena_printf(r->scratch, LATE_ENTRY_HEADER ": occurred_at=%s, reason=power, superior=%s",
                        instant_text(a->late_at).s, a->superior);
}
