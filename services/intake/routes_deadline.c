/* SPDX-License-Identifier: Apache-2.0 */
/* The edge of the dates: why a dossier is due when it is, and the recount after a change of the calendar: the dry run,
 * a chunk of the batch, and how far it is. */
#include <string.h>

#include "common/base/role.h"
#include "common/domain/code.h"
#include "common/flow/catalogue_store.h"
#include "common/flow/clock.h"
#include "common/flow/command.h"
#include "common/flow/request.h"
#include "services/intake/body.h"
#include "services/intake/intake.h"
#include "services/intake/recount.h"
#include "services/intake/repo.h"
#include "services/intake/routes.h"
#include "services/intake/rules.h"

#define PAGE       2000 /* dossiers that are looked at for one answer */
#define ITEM_MAX   1024 /* bytes, with the longest text of an error */
#define TOLD_MAX   ((size_t)1 << 18)
#define CODE_MAX   64
#define REASON_MAX 500

struct looking {
    const struct catalogue *catalogue;
    instant now;
    struct arena *scratch; /* of one dossier */
};

static void take_obligations(const struct db_answer *q, size_t row, struct intake_dossier *d)
{
    int64_t from[INTAKE_OBLIGATIONS_MAX], to[INTAKE_OBLIGATIONS_MAX];
    size_t n = db_is_null(q, row, db_column(q, "owed_at"))
                   ? 0
                   : db_get_ints(q, row, db_column(q, "owed_at"), from, INTAKE_OBLIGATIONS_MAX);

    if (n)
        db_get_ints(q, row, db_column(q, "met_at"), to, INTAKE_OBLIGATIONS_MAX);
    for (size_t i = 0; i < n && i < INTAKE_OBLIGATIONS_MAX; i++)
        d->obligations[d->obligation_count++] =
            (struct intake_obligation){.state = to[i] ? INTAKE_OBLIGATION_MET : INTAKE_OBLIGATION_NOTIFIED,
                                       .notice = "-", /* there was one; its number is not needed here */
                                       .notified_at = from[i],
                                       .met_at = to[i] ? to[i] : INSTANT_NONE};
}

static void take_supplements(const struct db_answer *q, size_t row, struct intake_dossier *d)
{
    int64_t from[INTAKE_SUPPLEMENTS_MAX], to[INTAKE_SUPPLEMENTS_MAX];
    size_t n = db_is_null(q, row, db_column(q, "asked_at"))
                   ? 0
                   : db_get_ints(q, row, db_column(q, "asked_at"), from, INTAKE_SUPPLEMENTS_MAX);

    if (n)
        db_get_ints(q, row, db_column(q, "supplied_at"), to, INTAKE_SUPPLEMENTS_MAX);
    for (size_t i = 0; i < n && i < INTAKE_SUPPLEMENTS_MAX; i++)
        d->supplements[d->supplement_count++] = (struct intake_supplement){.ground = i ? "other" : NULL,
                                                                           .asked_at = from[i],
                                                                           .answer_until = INSTANT_NONE,
                                                                           .received_at = to[i] ? to[i] : INSTANT_NONE};
    if (d->supplement_count)
        d->supplements[d->supplement_count - 1].answer_until = db_get_time(q, row, db_column(q, "answer_until"));
}

/* take_times takes the times of what is open at the counter; false: none of it is. */
static bool take_times(const struct db_answer *q, size_t row, const char *column, int64_t times[4])
{
    return !db_is_null(q, row, db_column(q, column)) && db_get_ints(q, row, db_column(q, column), times, 4) == 4;
}

static void take_open(const struct db_answer *q, size_t row, struct intake_dossier *d)
{
    static const char *const transfers[] = {"open_transfer", "open_supply"};
    int64_t t[4];

    for (int i = 0; i < (int)COUNT_OF(transfers); i++)
        if (take_times(q, row, transfers[i], t))
            d->transfers[d->transfer_count++] = (struct intake_transfer){.supplement = i,
                                                                         .state = INTAKE_TRANSFER_AWAITING,
                                                                         .step = (int)t[0],
                                                                         .opened_at = t[1],
                                                                         .due_at = t[2],
                                                                         .near_at = t[3] ? t[3] : INSTANT_NONE};
    if (take_times(q, row, "open_obligation", t))
        d->obligations[d->obligation_count++] = (struct intake_obligation){.state = INTAKE_OBLIGATION_EXPECTED,
                                                                           .step = (int)t[0],
                                                                           .opened_at = t[1],
                                                                           .due_at = t[2],
                                                                           .near_at = t[3] ? t[3] : INSTANT_NONE};
}

/* take_findings takes what has a word for each in columns of one length. */
static enum err_code take_findings(const struct db_answer *q, size_t row, struct arena *a, struct intake_dossier *d,
                                   struct err *reterr)
{
    int64_t replaces[INTAKE_FINDINGS_MAX], amount[INTAKE_FINDINGS_MAX], at[INTAKE_FINDINGS_MAX];
    size_t n = 0;

    if (db_is_null(q, row, db_column(q, "found")))
        return ERR_OK;
    const char **found = db_get_texts(q, row, db_column(q, "found"), a, &n),
               **unit = db_get_texts(q, row, db_column(q, "found_unit"), a, &n),
               **basis = db_get_texts(q, row, db_column(q, "found_basis"), a, &n);
    db_get_ints(q, row, db_column(q, "found_replaces"), replaces, INTAKE_FINDINGS_MAX);
    db_get_ints(q, row, db_column(q, "found_amount"), amount, INTAKE_FINDINGS_MAX);
    db_get_ints(q, row, db_column(q, "found_at"), at, INTAKE_FINDINGS_MAX);
    for (size_t i = 0; i < n && i < INTAKE_FINDINGS_MAX; i++) {
        int known = time_unit_parse(unit[i]);
        if (known <= TIME_NONE)
            return err_set(reterr, ERR_BUG, "a finding is counted in \"%s\", which this release does not know",
                           unit[i]);
        d->findings[d->finding_count++] = (struct intake_finding){.finding = found[i],
                                                                  .replaces = replaces[i] != 0,
                                                                  .unit = (enum time_unit)known,
                                                                  .amount = amount[i],
                                                                  .basis = basis[i],
                                                                  .at = at[i]};
    }
    return ERR_OK;
}

static void take_exclusions(const struct db_answer *q, size_t row, struct arena *a, struct intake_dossier *d)
{
    int64_t reported[INTAKE_EXCLUSIONS_MAX], from[INTAKE_EXCLUSIONS_MAX], until[INTAKE_EXCLUSIONS_MAX],
        known[INTAKE_EXCLUSIONS_MAX], recorded[INTAKE_EXCLUSIONS_MAX];
    size_t n = 0;

    if (db_is_null(q, row, db_column(q, "left_out")))
        return;
    const char **period = db_get_texts(q, row, db_column(q, "left_out"), a, &n),
               **basis = db_get_texts(q, row, db_column(q, "left_out_basis"), a, &n);
    db_get_ints(q, row, db_column(q, "left_out_reported"), reported, INTAKE_EXCLUSIONS_MAX);
    db_get_ints(q, row, db_column(q, "left_out_from"), from, INTAKE_EXCLUSIONS_MAX);
    db_get_ints(q, row, db_column(q, "left_out_until"), until, INTAKE_EXCLUSIONS_MAX);
    db_get_ints(q, row, db_column(q, "left_out_known"), known, INTAKE_EXCLUSIONS_MAX);
    db_get_ints(q, row, db_column(q, "left_out_recorded"), recorded, INTAKE_EXCLUSIONS_MAX);
    for (size_t i = 0; i < n && i < INTAKE_EXCLUSIONS_MAX; i++)
        d->exclusions[d->exclusion_count++] = (struct intake_exclusion){.period = period[i],
                                                                        .reported = reported[i] != 0,
                                                                        .basis = basis[i],
                                                                        .from = from[i],
                                                                        .until = until[i],
                                                                        .at = known[i],
                                                                        .recorded_until = recorded[i]};
}

static enum err_code check_words(const struct db_answer *q, size_t row, const char *column,
                                 int (*parse)(const char *name), struct arena *a, struct err *reterr)
{
    size_t n;
    const char **words = db_get_texts(q, row, db_column(q, column), a, &n);

    for (size_t i = 0; i < n; i++)
        if (parse(words[i]) < 0)
            return err_set(reterr, ERR_BUG, "%s holds \"%s\", which this release does not know", column, words[i]);
    return ERR_OK;
}

/* Its own words, and those that the statement has compared with. */
static enum err_code check_states(const struct db_answer *q, size_t row, struct arena *a, struct err *reterr)
{
    int extension = db_column(q, "extension"), known;
    enum err_code rc = check_words(q, row, "transfer_states", intake_transfer_state_parse, a, reterr);

    if (!rc)
        rc = check_words(q, row, "obligation_states", intake_obligation_state_parse, a, reterr);
    if (!rc && !db_is_null(q, row, extension))
        rc = db_get_word(q, row, extension, extension_parse, &known, reterr);
    return rc;
}

static struct deadline_apology take_judged(const struct db_answer *q, size_t row)
{
    int notice = db_column(q, "extension_notice");

    return (struct deadline_apology){.sealed_at = db_get_time(q, row, db_column(q, "extension_sealed_at")),
                                     .nearest = db_get_time(q, row, db_column(q, "extension_nearest_at")),
                                     .notice = db_is_null(q, row, notice) ? 0 : (int)db_get_int(q, row, notice)};
}

/* What the dates of a dossier are counted from; some of its texts are the arena's. Of one that a newer process has put
 * into a state, or counts in a unit, that this release does not know, nothing can be counted. */
static enum err_code take_dossier(const struct db_answer *q, size_t row, struct arena *a, struct intake_dossier *ret,
                                  struct err *reterr)
{
    int state = 0;
    enum err_code rc = db_get_word(q, row, db_column(q, "state"), intake_state_parse, &state, reterr);
    struct intake_dossier d = {.state = (enum intake_state)state,
                               .unit = db_get_text(q, row, db_column(q, "unit")),
                               .receiving_unit = db_get_text(q, row, db_column(q, "receiving_unit")),
                               .counter = db_get_text(q, row, db_column(q, "counter")),
                               .procedure = db_get_text(q, row, db_column(q, "procedure")),
                               .process = db_get_text(q, row, db_column(q, "process")),
                               .process_version = (int)db_get_int(q, row, db_column(q, "process_version")),
                               .received_at = db_get_time(q, row, db_column(q, "received_at")),
                               .due_at = db_get_time(q, row, db_column(q, "due_at")),
                               .due_reported = db_get_time(q, row, db_column(q, "due_at_reported")),
                               .promised_at = db_get_time(q, row, db_column(q, "promised_at")),
                               .due_rule = db_get_text(q, row, db_column(q, "due_rule"))};

    if (!rc)
        rc = check_states(q, row, a, reterr);
    take_obligations(q, row, &d);
    take_supplements(q, row, &d);
    if (!rc)
        rc = take_findings(q, row, a, &d, reterr);
    take_exclusions(q, row, a, &d);
    if (!db_is_null(q, row, db_column(q, "extension_due_at")))
        d.extension = (struct intake_extension){.state = EXTENSION_ISSUED,
                                                .due_at = db_get_time(q, row, db_column(q, "extension_due_at")),
                                                .reason = db_get_text(q, row, db_column(q, "extension_reason")),
                                                .issued_at = db_get_time(q, row, db_column(q, "extension_issued_at")),
                                                .judged = take_judged(q, row)};
    *ret = d;
    return rc;
}

/* ---- one dossier */

static void put_pause(struct buf *out, const char *why, instant from, instant to)
{
    buf_printf(out, "%s{\"why\":\"%s\",\"from\":\"%s\",\"to\":", out->p[out->n - 1] == '[' ? "" : ",", why,
               instant_text(from).s);
    if (to == INSTANT_NONE)
        buf_str(out, "null}");
    else
        buf_printf(out, "\"%s\"}", instant_text(to).s);
}

/* By the calendar in use; of what has ended nothing: its dates are met or missed for good. */
static void put_would_be(struct buf *out, const struct looking *l, const struct intake_dossier *d)
{
    struct intake_facts f = {.catalogue = l->catalogue, .now = l->now, .arena = l->scratch};
    struct err e = {.code = ERR_OK};
    instant due, reported;

    buf_str(out, ",\"would_be\":");
    if (d->state == INTAKE_FINISHED || intake_is_closed(d->state)) {
        buf_str(out, "null");
    } else if (intake_would_be_due(d, &f, &due, &reported, &e)) {
        buf_str(out, "{\"refused\":");
        buf_json_str(out, e.vi);
        buf_str(out, "}");
    } else {
        buf_printf(out, "{\"due_at_legal\":\"%s\",\"due_at_reported\":\"%s\",\"release\":%lld}", instant_text(due).s,
                   instant_text(reported).s, (long long)l->catalogue->release);
    }
}

/* Both dates as they are stored, with what they were counted with and why; the pauses that part them; and apart from
 * that what would be counted today. */
static enum err_code show_deadline(void *arg, const struct db_answer *q, struct http_exchange *x, struct err *reterr)
{
    const struct looking *l = arg;
    struct buf out;

    if (db_count(q) == 0)
        return err_say(reterr, ERR_NOT_FOUND, NULL, "không tìm thấy", "nothing was found");
    struct intake_dossier d;
    enum err_code rc = take_dossier(q, 0, l->scratch, &d, reterr);

    if (rc)
        return rc;
    const char *told = db_get_text(q, 0, db_column(q, "told"));
    buf_init(&out, TOLD_MAX);
    buf_add(&out, told, strlen(told) - 1); /* without its closing brace */
    buf_str(&out, ",\"pauses\":[");
    for (int i = 0; i < d.obligation_count; i++)
        put_pause(&out, "obligation", d.obligations[i].notified_at, d.obligations[i].met_at);
    for (int i = 0; i < d.supplement_count; i++)
        put_pause(&out, "supplement", d.supplements[i].asked_at, d.supplements[i].received_at);
    for (int i = 0; i < d.exclusion_count; i++)
        put_pause(&out, d.exclusions[i].period, d.exclusions[i].from, d.exclusions[i].until);
    buf_str(&out, "]");
    put_would_be(&out, l, &d);
    buf_str(&out, "}");
    BUG_IF(out.full, "the explanation of a date has no room");
    http_reply_json(x, 200, arena_strdup(http_arena(x), buf_cstr(&out)));
    buf_release(&out);
    return ERR_OK;
}

/* look runs a query over dates with the calendar in use. */
static enum err_code look(struct app *app, struct http_exchange *x, const struct db_stmt *stmt,
                          const struct db_arg *args, size_t count, query_take *take, struct err *reterr)
{
    struct looking l = {.catalogue = catalogue_store_hold(app->catalogue),
                        .now = clock_now(app->clock),
                        .scratch = arena_new((size_t)1 << 20)};
    enum err_code rc = query_rows(app, x, stmt, args, count, take, &l, reterr);

    arena_free(l.scratch);
    catalogue_store_drop(app->catalogue, l.catalogue);
    return rc;
}

/* What moved a date, in words; the last is of what was not kept. */
static const struct {
    const char *why, *vi, *en;
} moves[] = {
    {"Received", "ngày hẹn ghi trên giấy tiếp nhận hồ sơ", "the date on the receipt"},
    {"ObligationMet", "đã hoàn thành nghĩa vụ tài chính: không tính thời gian chờ nộp",
     "the financial obligation is met: the wait for it is not counted"},
    {"SupplementReceived", "đã nhận đủ hồ sơ bổ sung: thời hạn pháp lý tính lại từ đầu",
     "the supplement is received: the legal time starts from zero"},
    {"FindingRecorded", "ghi nhận trường hợp có thời hạn khác theo quy định", "a finding gives it another time by law"},
    {"PeriodExcluded", "ghi nhận khoảng thời gian không tính vào thời hạn theo quy định",
     "a period is left out of its time by law"},
    {"PeriodEnded", "khoảng thời gian không tính vào thời hạn kết thúc sớm hơn đã ghi nhận",
     "a period that is left out of its time has ended earlier than was recorded"},
    {"Extended", "đã phát hành phiếu xin lỗi và hẹn lại", "the apology with the new date is issued"},
    {"DueMoved", "tính lại theo lịch làm việc thay đổi", "counted again by a changed calendar"},
    {"", "đã có hiệu lực trước khi lịch sử thời hạn được lưu", "in force before the history of dates was kept"},
};

enum err_code intake_get_deadline(void *app, struct http_exchange *x, struct err *reterr)
{
    /* The citizen's paper bears the code; whoever asks for him has nothing else. */
    const char *code = http_param(x, "id");
    const struct actor *who = http_actor(x);
    bool by_code = code_dossier_valid(code);
    struct id id = id_nil;
    enum err_code rc = by_code ? ERR_OK : http_param_id(x, "id", &id, reterr);

    if (rc)
        return rc;
    struct arena *a = http_arena(x);
    struct db_array *why = db_array_new(a, DB_TEXT), *vi = db_array_new(a, DB_TEXT), *en = db_array_new(a, DB_TEXT);

    for (size_t i = 0; i < COUNT_OF(moves); i++) {
        db_array_text(why, moves[i].why);
        db_array_text(vi, moves[i].vi);
        db_array_text(en, moves[i].en);
    }
    return look(app, x, &intake_query_deadline,
                DB_ARGS(db_uuid_or_null(id), db_text(who->roles & ROLES_OF_ALL_UNITS ? NULL : who->unit),
                        db_text(by_code ? code : NULL), db_items(why), db_items(vi), db_items(en)),
                show_deadline, reterr);
}

/* ---- what gives it another time */

enum err_code intake_post_finding(void *app, struct http_exchange *x, struct err *reterr)
{
    struct intake_find *c = ARENA_NEW(http_arena(x), struct intake_find);
    struct json_in *in;
    struct id dossier;
    enum err_code rc = intake_begin(x, &dossier, &in, reterr);

    if (rc)
        return rc;
    c->finding = json_code(in, json_root(in), "finding", JSON_REQUIRED, CODE_MAX);
    c->document = json_id(in, json_root(in), "document", JSON_REQUIRED);
    rc = json_done(in, reterr);
    return rc ? rc : command_submit(app, x, "dossier", dossier, INTAKE_FIND, false, c, reterr);
}

enum err_code intake_post_exclude(void *app, struct http_exchange *x, struct err *reterr)
{
    struct intake_exclude *c = ARENA_NEW(http_arena(x), struct intake_exclude);
    struct json_in *in;
    struct id dossier;
    enum err_code rc = intake_begin(x, &dossier, &in, reterr);

    if (rc)
        return rc;
    c->period = json_code(in, json_root(in), "period", JSON_REQUIRED, CODE_MAX);
    c->from = json_time(in, json_root(in), "from", JSON_REQUIRED);
    c->until = json_time(in, json_root(in), "until", JSON_REQUIRED);
    c->document = json_id(in, json_root(in), "document", JSON_REQUIRED);
    rc = json_done(in, reterr);
    return rc ? rc : command_submit(app, x, "dossier", dossier, INTAKE_EXCLUDE, false, c, reterr);
}

enum err_code intake_post_end_period(void *app, struct http_exchange *x, struct err *reterr)
{
    struct intake_end_period *c = ARENA_NEW(http_arena(x), struct intake_end_period);
    struct json_in *in;
    struct id dossier;
    enum err_code rc = intake_begin(x, &dossier, &in, reterr);

    if (rc)
        return rc;
    c->period = json_code(in, json_root(in), "period", JSON_REQUIRED, CODE_MAX);
    c->until = json_time(in, json_root(in), "until", JSON_REQUIRED);
    c->document = json_id(in, json_root(in), "document", JSON_REQUIRED);
    rc = json_done(in, reterr);
    return rc ? rc : command_submit(app, x, "dossier", dossier, INTAKE_END_PERIOD, false, c, reterr);
}

/* ---- the dry run */

/* A date that cannot be counted (the calendar ends before it, a newer process counts it) is shown with why, and never
 * moved. `open`: what is open at the counter would move, the dossier's dates with it or alone. */
static void put_item(struct buf *out, const struct db_answer *q, size_t row, const struct intake_dossier *d,
                     instant due, instant reported, bool open, const struct err *e)
{
    buf_printf(out, "%s{\"id\":\"%s\",\"code\":", out->p[out->n - 1] == '[' ? "" : ",",
               id_text(db_get_uuid(q, row, db_column(q, "id"))).s);
    buf_json_str(out, db_get_text(q, row, db_column(q, "code")));
    buf_str(out, ",\"unit\":");
    buf_json_str(out, db_get_text(q, row, db_column(q, "unit")));
    buf_str(out, ",\"procedure\":");
    buf_json_str(out, d->procedure);
    buf_printf(out, ",\"due_at\":\"%s\",\"due_at_reported\":", instant_text(d->due_at).s);
    if (d->due_reported == INSTANT_NONE)
        buf_str(out, "null");
    else
        buf_printf(out, "\"%s\"", instant_text(d->due_reported).s);
    if (e) {
        buf_str(out, ",\"refused\":");
        buf_json_str(out, e->vi);
    } else {
        buf_printf(out, ",\"would_be\":\"%s\",\"would_be_reported\":\"%s\",\"open_moves\":%s", instant_text(due).s,
                   instant_text(reported).s, open ? "true" : "false");
    }
    buf_str(out, "}");
}

static enum err_code show_changes(void *arg, const struct db_answer *q, struct http_exchange *x,
                                  struct err *reterr UNUSED)
{
    struct looking *l = arg;
    size_t n = db_count(q);
    struct buf out;

    buf_init(&out, (n + 1) * ITEM_MAX);
    buf_printf(&out, "{\"release\":%lld,\"looked_at\":%zu,\"items\":[", (long long)l->catalogue->release, n);
    for (size_t row = 0; row < n; row++) {
        struct intake_dossier d;
        struct intake_facts f = {.catalogue = l->catalogue, .now = l->now, .recorded_at = l->now, .arena = l->scratch};
        struct err e = {.code = ERR_OK};
        arena_reset(l->scratch);
        enum err_code rc = take_dossier(q, row, l->scratch, &d, &e);
        instant due = d.due_at, reported = d.due_reported;
        if (d.state == INTAKE_FINISHED)
            continue;
        if (!rc)
            rc = intake_would_be_due(&d, &f, &due, &reported, &e);
        take_open(q, row, &d);
        bool open = !rc && intake_recount_open(&d, &f);
        if (rc || open || due != d.due_at || reported != d.due_reported)
            put_item(&out, q, row, &d, due, reported, open, rc ? &e : NULL);
    }
    buf_str(&out, "],\"next\":");
    if (n == PAGE)
        buf_printf(&out, "\"%s\"}", id_text(db_get_uuid(q, n - 1, db_column(q, "id"))).s);
    else
        buf_str(&out, "null}");
    BUG_IF(out.full, "a page of changes has no room");
    http_reply_json(x, 200, arena_strdup(http_arena(x), buf_cstr(&out)));
    buf_release(&out);
    return ERR_OK;
}

enum err_code intake_get_changes(void *arg, struct http_exchange *x, struct err *reterr)
{
    const char *after = http_query(x, "after");
    struct id from = id_nil;

    if (after && !id_parse(after, &from))
        return err_say(reterr, ERR_INVALID, "after", "không phải giá trị của \"next\"", "is no value of \"next\"");
    return look(arg, x, &intake_query_open, DB_ARGS(db_uuid(from), db_int4(PAGE)), show_changes, reterr);
}

/* ---- the batch */

enum err_code intake_post_recount(void *app, struct http_exchange *x, struct err *reterr)
{
    struct intake_recount *c = ARENA_NEW(http_arena(x), struct intake_recount);
    struct json_in *in;
    enum err_code rc = request_body(x, &in, reterr);

    if (rc)
        return rc;
    const struct json *o = json_root(in);
    c->batch = json_code(in, o, "batch", JSON_REQUIRED, CODE_MAX);
    c->reason = json_text(in, o, "reason", JSON_REQUIRED, 1, REASON_MAX);
    c->release = json_int(in, o, "release", JSON_REQUIRED, 1, INT64_MAX);
    const char **ids =
        json_texts(in, o, "dossiers", JSON_REQUIRED, INTAKE_RECOUNT_CHUNK_MAX, ID_TEXT_SIZE - 1, &c->count);
    struct id *dossiers = ARENA_ARRAY(http_arena(x), c->count + 1, struct id);
    for (size_t i = 0; i < c->count; i++)
        if (!id_parse(ids[i], &dossiers[i]))
            json_fail(in, o, "dossiers", "phải là mã định danh (UUID)", "must be ids (UUID)");
    if (ids && c->count == 0)
        json_fail(in, o, "dossiers", "không được để trống", "must not be empty");
    c->dossiers = dossiers;
    rc = json_done(in, reterr);
    if (rc)
        return rc;
    return command_submit(app, x, INTAKE_RECOUNT_SUBJECT, command_subject_of_code(INTAKE_RECOUNT_SUBJECT, c->batch),
                          INTAKE_BEGIN_RECOUNT, true, c, reterr);
}

enum err_code intake_get_recount(void *app, struct http_exchange *x, struct err *reterr)
{
    return query_json(app, x, &intake_query_recount, DB_ARGS(db_text(http_param(x, "batch"))), reterr);
}
