/* SPDX-License-Identifier: Apache-2.0 */
/* `taichoctl report`: audit's figures as a table, per level, for the busiest units, and in all. */
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "common/base/instant.h"
#include "common/base/role.h"
#include "common/domain/words.h"
#include "services/ctl/api.h"
#include "services/ctl/commands.h"

/* The columns of the table, then what stands under it alone. */
enum {
    RECEIVED,
    IN_PROCESS,
    EARLY,
    ON_TIME,
    LATE,
    WITHDRAWN,
    STOPPED,
    EXTENDED,
    BREACHES,
    LATE_ENTRIES,
    GUIDED,
    AGAIN,
    REFUSED,
    ON_THE_SPOT,
    COLUMNS,
    RATINGS = COLUMNS,
    SATISFACTION,
    ATTITUDE,
    CONTACTS,
    AGENCIES,
    CONDUCT,
    COMPLAINTS,
    JUSTIFIED,
    ANSWERED_IN_TIME,
    ANSWERED_LATE,
    ASKED_MORE,
    PUBLISHED,
    PUBLISHED_LATE,
    AT_COUNTER,
    BY_PROXY,
    BY_POST,
    ELECTRONICALLY,
    CAME_BACK,
    UNCLAIMED,
    LOST,
    DAMAGED,
    SETTLED,
    PAID,
    FILED,
    FILED_ANSWERED,
    FILED_LATE,
    LATE_OPEN,
    LATE_WITHDRAWN,
    LATE_STOPPED,
    SUPPLEMENT_LATE,
    CONTACTS_SUM,
    AGENCIES_SUM,
    CONTACTS_RATED_SUM,
    FIGURES
};

static const struct {
    const char *name, *vi, *en;
} heads[FIGURES] = {
    {"received", "tiếp nhận", "received"},
    {"in_process", "đang xử lý", "in process"},
    {"early", "trước hạn", "early"},
    {"on_time", "đúng hạn", "on time"},
    {"late", "quá hạn", "late"},
    {"withdrawn", "đã rút", "withdrawn"},
    {"stopped", "đã dừng", "stopped"},
    {"extended", "hẹn lại", "extended"},
    {"breaches", "hẹn muộn", "breaches"},
    {"late_entries", "nhập sau", "late entry"},
    {"guided", "hướng dẫn", "guided"},
    {"guided_again", "hướng dẫn lại", "again"},
    {"refused", "từ chối", "refused"},
    {"on_the_spot", "tại chỗ", "on the spot"},
    {"ratings", NULL, NULL},
    {"satisfaction_points", NULL, NULL},
    {"attitude_points", NULL, NULL},
    {"contact_points", NULL, NULL},
    {"agency_points", NULL, NULL},
    {"conduct_points", NULL, NULL},
    {"complaints", NULL, NULL},
    {"complaints_justified", NULL, NULL},
    {"complaints_in_time", NULL, NULL},
    {"complaints_late", NULL, NULL},
    {"complaints_asked_more", NULL, NULL},
    {"complaints_published", NULL, NULL},
    {"complaints_published_late", NULL, NULL},
    {"returned_counter", NULL, NULL},
    {"returned_proxy", NULL, NULL},
    {"returned_post", NULL, NULL},
    {"returned_electronic", NULL, NULL},
    {"came_back", NULL, NULL},
    {"unclaimed", NULL, NULL},
    {"papers_lost", NULL, NULL},
    {"papers_damaged", NULL, NULL},
    {"losses_settled", NULL, NULL},
    {"losses_paid", NULL, NULL},
    {"filed_online", NULL, NULL},
    {"filed_answered", NULL, NULL},
    {"filed_late", NULL, NULL},
    {"late_open", NULL, NULL},
    {"late_withdrawn", NULL, NULL},
    {"late_stopped", NULL, NULL},
    {"supplement_late", NULL, NULL},
    {"contacts_sum", NULL, NULL},
    {"agencies_sum", NULL, NULL},
    {"contacts_rated_sum", NULL, NULL},
};

struct line {
    const char *unit, *name;
    enum level level;
    int64_t figures[FIGURES];
};

/* Results that were corrected, by the unit at fault. */
struct fault {
    const char *unit, *cause;
    int64_t corrections;
};

/* How steps of a kind went. */
struct step_line {
    int64_t ended, late, minutes_late, minutes_charged;
};

/* What is to be paid, of all units. */
enum {
    FEE_DOSSIERS,
    FEE_DOSSIERS_ONLINE,
    FEES_DUE,
    FEES_DUE_VND,
    FEES_PAID,
    FEES_PAID_VND,
    FEES_PAID_ONLINE,
    FEES_WAIVED,
    FEES_WAIVED_VND,
    FEES_REFUNDED,
    FEES_REFUNDED_VND,
    FEES
};
static const char *const fee_names[FEES] = {"fee_dossiers", "fee_dossiers_online", "due",    "due_vnd",    "paid",
                                            "paid_vnd",     "paid_online",         "waived", "waived_vnd", "refunded",
                                            "refunded_vnd"};

struct report {
    int64_t fees[FEES];
    struct api api;
    struct arena *arena;
    struct line *units;
    size_t count, room;
    struct line levels[LEVEL_COUNT], all;
    const char *business_time;
    struct fault *faults;
    size_t fault_count;
    struct step_line steps[STEP_COUNT];
};

static struct line *line_of(struct report *r, const char *unit)
{
    for (size_t i = 0; i < r->count; i++)
        if (strcmp(r->units[i].unit, unit) == 0)
            return &r->units[i];
    if (r->count == r->room) {
        struct line *more = ARENA_ARRAY(r->arena, 2 * r->room + 64, struct line);
        if (r->count)
            memcpy(more, r->units, r->count * sizeof *more);
        r->units = more;
        r->room = 2 * r->room + 64;
    }
    r->units[r->count] = (struct line){.unit = unit, .name = unit};
    return &r->units[r->count++];
}

static void add(struct line *to, const struct line *from)
{
    for (int k = 0; k < FIGURES; k++)
        to->figures[k] += from->figures[k];
}

static void read_faults(struct report *r, struct json_in *in, const struct json *items)
{
    r->faults = ARENA_ARRAY(r->arena, json_items(items) + 1, struct fault);
    for (size_t i = 0; i < json_items(items); i++) {
        const struct json *o = json_item(items, i);
        r->faults[r->fault_count++] = (struct fault){
            .unit = json_text(in, o, "unit", JSON_REQUIRED, 1, 64),
            .cause = json_text(in, o, "cause", JSON_REQUIRED, 1, 40),
            .corrections = json_int(in, o, "corrections", JSON_REQUIRED, 0, INT64_MAX / 2),
        };
    }
}

static const char *url_of(struct report *r, const char *path, const char *from, const char *to)
{
    return arena_printf(r->arena, "%s%s%s%s%s%s", ctl_public_url(CTL_AUDIT), path, from || to ? "?" : "",
                        from ? arena_printf(r->arena, "from=%s", from) : "", from && to ? "&" : "",
                        to ? arena_printf(r->arena, "to=%s", to) : "");
}

static bool read_steps(struct report *r, const char *from, const char *to)
{
    struct json_in *in;
    const struct json *root;

    if (!api_get(&r->api, url_of(r, "/v1/kpi/steps", from, to), &in, &root))
        return false;
    const struct json *items = json_list(in, root, "kinds", JSON_REQUIRED, 0, STEP_COUNT);
    for (size_t i = 0; i < json_items(items); i++) {
        const struct json *o = json_item(items, i);
        int kind = json_word(in, o, "kind", JSON_REQUIRED, step_kind_names, STEP_COUNT);
        if (kind <= STEP_NONE)
            continue;
        r->steps[kind] =
            (struct step_line){.ended = json_int(in, o, "ended", JSON_REQUIRED, 0, INT64_MAX / 2),
                               .late = json_int(in, o, "late", JSON_REQUIRED, 0, INT64_MAX / 2),
                               .minutes_late = json_int(in, o, "minutes_late", JSON_REQUIRED, 0, INT64_MAX / 2),
                               .minutes_charged = json_int(in, o, "minutes_charged", JSON_REQUIRED, 0, INT64_MAX / 2)};
    }
    return true;
}

static bool read_figures(struct report *r, const char *from, const char *to)
{
    struct json_in *in;
    const struct json *root;
    const char *url = url_of(r, "/v1/kpi", from, to);

    if (!api_get(&r->api, url, &in, &root))
        return false;
    r->business_time = json_text(in, root, "business_time", JSON_REQUIRED, 1, 40);
    const struct json *fees = json_object(in, root, "fees", JSON_REQUIRED);
    for (int k = 0; k < FEES; k++)
        r->fees[k] = json_int(in, fees, fee_names[k], JSON_REQUIRED, 0, INT64_MAX / 2);
    const struct json *items = json_list(in, root, "items", JSON_REQUIRED, 0, 1000000);
    for (size_t i = 0; i < json_items(items); i++) {
        const struct json *o = json_item(items, i);
        const char *unit = json_text(in, o, "unit", JSON_REQUIRED, 1, 64);
        struct line one = {0};
        for (int k = 0; k < FIGURES; k++)
            one.figures[k] = json_int(in, o, heads[k].name, JSON_REQUIRED, INT64_MIN / 2, INT64_MAX / 2);
        if (unit)
            add(line_of(r, unit), &one);
    }
    read_faults(r, in, json_list(in, root, "corrections", JSON_REQUIRED, 0, 1000000));
    if (!r->business_time)
        return ctl_fail("audit's answer cannot be read; are taichoctl and the services of one release?") == CTL_OK;
    return true;
}

/* Names and levels are intake's; figures of a unit that is gone by now stay without. */
static bool read_units(struct report *r)
{
    const char *after = "";

    do {
        struct json_in *in;
        const struct json *root;
        if (!api_get(&r->api,
                     arena_printf(r->arena, "%s/v1/catalogue/unit?limit=200%s%s", ctl_public_url(CTL_INTAKE),
                                  after[0] ? "&after=" : "", after),
                     &in, &root))
            return false;
        const struct json *items = json_list(in, root, "items", JSON_REQUIRED, 0, 200);
        for (size_t i = 0; i < json_items(items); i++) {
            const char *id = json_text(in, json_item(items, i), "id", JSON_REQUIRED, 1, 64);
            const char *name = json_text(in, json_item(items, i), "name", JSON_REQUIRED, 1, 500);
            const char *level = json_text(in, json_item(items, i), "level", JSON_REQUIRED, 1, 20);
            for (size_t k = 0; k < r->count && id && name && level; k++)
                if (strcmp(r->units[k].unit, id) == 0) {
                    r->units[k].name = name;
                    r->units[k].level = level_parse(level) > 0 ? (enum level)level_parse(level) : LEVEL_NONE;
                }
        }
        after = json_text(in, root, "next", JSON_OPTIONAL, 1, 64);
    } while (after && after[0]);
    return true;
}

/* ---- the table */

static int busiest(const void *x, const void *y)
{
    const struct line *a = x, *b = y;

    if (a->figures[RECEIVED] != b->figures[RECEIVED])
        return a->figures[RECEIVED] > b->figures[RECEIVED] ? -1 : 1;
    return strcmp(a->unit, b->unit);
}

static void print_line(const char *name, const int64_t *figures)
{
    ctl_pad(name, 46);
    for (int k = 0; k < COLUMNS; k++)
        printf(" %11" PRId64, figures[k]);
    printf("\n");
}

/* Points of indicator 8 (Circular 01/2018 Art. 13): none, or all answers in time 2, 90 % of them 1. */
static int answers_points(int64_t in_time, int64_t late)
{
    if (!late)
        return 2;
    return 10 * in_time >= 9 * (in_time + late);
}

/* What citizens say of it: means of the points of Circular 01/2018 Art. 13, with one decimal. */
static void print_voices(const int64_t *f, int64_t judged)
{
    if (f[RATINGS])
        printf("Đánh giá (ratings): %" PRId64 "; điểm trung bình (means of 2): hài lòng (satisfaction) %.1f, thái độ "
               "(attitude) %.1f, số lần liên hệ (indicator 3) %.1f, số cơ quan (indicator 4) %.1f\n",
               f[RATINGS], (double)f[SATISFACTION] / (double)f[RATINGS], (double)f[ATTITUDE] / (double)f[RATINGS],
               (double)f[CONTACTS] / (double)f[RATINGS], (double)f[AGENCIES] / (double)f[RATINGS]);
    if (f[RECEIVED])
        printf(
            "Theo diễn biến (by what happened), mỗi hồ sơ tiếp nhận (per dossier received): lượt liên hệ (contacts) %.1f,"
            " cơ quan phải đến (agencies) %.1f\n",
            (double)f[CONTACTS_SUM] / (double)f[RECEIVED], (double)f[AGENCIES_SUM] / (double)f[RECEIVED]);
    if (f[RATINGS])
        printf("Lượt liên hệ theo đánh giá (contacts by ratings): %.1f\n",
               (double)f[CONTACTS_RATED_SUM] / (double)f[RATINGS]);
    if (judged)
        printf("Thái độ theo phản ánh (conduct, indicator 7): %.1f\n", (double)f[CONDUCT] / (double)judged);
    printf("Phản ánh, kiến nghị (complaints): %" PRId64 ", đúng (justified) %" PRId64
           ", trả lời đúng hạn (in time) %" PRId64 ", không đúng hạn (late, or still not) %" PRId64
           ", yêu cầu bổ sung (asked for more) %" PRId64 ", đã công khai (published) %" PRId64
           ", không công khai đúng hạn (not in time) %" PRId64 "; chỉ số 8 (indicator 8): %d\n",
           f[COMPLAINTS], f[JUSTIFIED], f[ANSWERED_IN_TIME], f[ANSWERED_LATE], f[ASKED_MORE], f[PUBLISHED],
           f[PUBLISHED_LATE], answers_points(f[ANSWERED_IN_TIME], f[ANSWERED_LATE]));
}

/* What is late by rule is judged before it ends, and what is withdrawn or stopped late has no result. */
static void print_standing(const int64_t *f, int64_t judged)
{
    int64_t results = judged - f[LATE_OPEN] - f[LATE_WITHDRAWN] - f[LATE_STOPPED];

    if (judged)
        printf("\nĐúng và trước hạn (in time): %.1f %% của %" PRId64 " hồ sơ đã tính hạn (judged)",
               100.0 * (double)(judged - f[LATE]) / (double)judged, judged);
    if (results)
        printf("; tại chỗ (on the spot): %.1f %% của %" PRId64 " hồ sơ có kết quả (with a result)",
               100.0 * (double)f[ON_THE_SPOT] / (double)results, results);
    if (judged)
        printf("\n");
    if (f[LATE] && results < judged)
        printf("Quá hạn (late): trong đó còn đang giải quyết (still open) %" PRId64
               ", công dân rút (withdrawn) %" PRId64 ", dừng giải quyết (stopped) %" PRId64 "\n",
               f[LATE_OPEN], f[LATE_WITHDRAWN], f[LATE_STOPPED]);
    if (f[SUPPLEMENT_LATE])
        printf("Yêu cầu bổ sung muộn (first supplements asked late): %" PRId64 "\n", f[SUPPLEMENT_LATE]);
}

/* How results went to citizens. */
static void print_ways(const int64_t *f)
{
    printf("Trả kết quả (returned): tại quầy (at the counter) %" PRId64
           ", trong đó người được ủy quyền nhận (by proxy) %" PRId64 "; bưu chính (by post) %" PRId64
           "; điện tử (electronically) %" PRId64 "; bưu gửi bị trả lại (came back) %" PRId64
           "; không có người nhận (unclaimed) %" PRId64 "\n",
           f[AT_COUNTER], f[BY_PROXY], f[BY_POST], f[ELECTRONICALLY], f[CAME_BACK], f[UNCLAIMED]);
}

/* What citizens filed on the portal, and how it was answered. */
static void print_filings(const int64_t *f)
{
    printf("Nộp trực tuyến (filed on the portal): %" PRId64 ", đã trả lời (answered) %" PRId64
           ", trả lời muộn (answered late) %" PRId64 "\n",
           f[FILED], f[FILED_ANSWERED], f[FILED_LATE]);
}

/* Papers that the administration lost or damaged (Decree 61/2018 Art. 21(2)), by cases. */
static void print_losses(const int64_t *f)
{
    printf("Mất, hư hỏng giấy tờ (cases of loss): mất (lost) %" PRId64 ", hư hỏng (damaged) %" PRId64
           ", đã khắc phục (settled) %" PRId64 ", có bồi thường (paid) %" PRId64 "\n",
           f[LOST], f[DAMAGED], f[SETTLED], f[PAID]);
}

static void print_faults(const struct report *r)
{
    int64_t all = 0;

    for (size_t i = 0; i < r->fault_count; i++)
        all += r->faults[i].corrections;
    printf("Đính chính kết quả (corrections): %" PRId64 "\n", all);
    for (size_t i = 0; i < r->fault_count; i++) {
        const struct fault *f = &r->faults[i];
        if (f->unit && f->cause)
            printf("  do đơn vị (by fault of) %s: %s (%s) %" PRId64 "\n", f->unit,
                   correction_cause_vi(correction_cause_parse(f->cause)), f->cause, f->corrections);
    }
}

/* Which kinds of steps were late, and what of late dossiers is charged to them (Circular 01/2018 Art. 13). */
static void print_steps(const struct report *r)
{
    printf("\nCác bước đã xong (steps that have ended)\n");
    for (int k = 0; k < STEP_COUNT; k++) {
        const struct step_line *s = &r->steps[k];
        if (!s->ended)
            continue;
        ctl_pad(step_kind_vi(k), 24);
        printf(" %8" PRId64 ", quá hạn (late) %" PRId64 ": %" PRId64
               " phút (minutes), tính vào hồ sơ quá hạn (charged) %" PRId64 "\n",
               s->ended, s->late, s->minutes_late, s->minutes_charged);
    }
}

/* Fees with their amounts; the share of dossiers that paid one online is that of Decision 766/2022. */
static void print_fees(const int64_t *f)
{
    printf("Phí, lệ phí (fees): phải nộp (due) %" PRId64 ", %" PRId64 " đồng; đã nộp (paid) %" PRId64 ", %" PRId64
           " đồng, trực tuyến (online) %" PRId64 "; miễn (waived) %" PRId64 ", %" PRId64
           " đồng; hoàn trả (given back) %" PRId64 ", %" PRId64 " đồng; còn nợ (owed) %" PRId64 " đồng\n",
           f[FEES_DUE], f[FEES_DUE_VND], f[FEES_PAID], f[FEES_PAID_VND], f[FEES_PAID_ONLINE], f[FEES_WAIVED],
           f[FEES_WAIVED_VND], f[FEES_REFUNDED], f[FEES_REFUNDED_VND],
           f[FEES_DUE_VND] - f[FEES_PAID_VND] - f[FEES_WAIVED_VND]);
    if (f[FEE_DOSSIERS])
        printf("Hồ sơ thanh toán trực tuyến (paid online): %.1f %% của %" PRId64 " hồ sơ có phí (with a fee)\n",
               100.0 * (double)f[FEE_DOSSIERS_ONLINE] / (double)f[FEE_DOSSIERS], f[FEE_DOSSIERS]);
}

static void print_report(struct report *r, size_t top, const char *from, const char *to)
{
    printf("Kết quả tiếp nhận và giải quyết thủ tục hành chính%s%s%s%s, lúc %.16s (results as of %.16s)\n",
           from ? " từ " : "", from ? from : "", to ? " đến " : "", to ? to : "", r->business_time, r->business_time);
    printf("(Kỳ tính theo ngày tiếp nhận; figures are counted on the day of receipt)\n\n");
    ctl_pad("đơn vị", 46);
    for (int k = 0; k < COLUMNS; k++) {
        putchar(' ');
        ctl_pad(heads[k].vi, -11);
    }
    printf("\n%-46s", "unit");
    for (int k = 0; k < COLUMNS; k++)
        printf(" %11s", heads[k].en);
    printf("\n");
    for (int l = 1; l < LEVEL_COUNT; l++)
        if (r->levels[l].unit)
            print_line(arena_printf(r->arena, "%s (%s)", level_vi(l), level_name(l)), r->levels[l].figures);
    for (size_t i = 0; i < r->count && i < top; i++)
        print_line(arena_printf(r->arena, "  %s %s", r->units[i].unit, r->units[i].name), r->units[i].figures);
    if (r->count > top)
        printf("  ... %zu đơn vị khác (other units)\n", r->count - top);
    print_line("TỔNG CỘNG (in all)", r->all.figures);
    int64_t judged = r->all.figures[EARLY] + r->all.figures[ON_TIME] + r->all.figures[LATE];
    print_standing(r->all.figures, judged);
    print_ways(r->all.figures);
    print_voices(r->all.figures, judged);
    print_filings(r->all.figures);
    print_losses(r->all.figures);
    print_faults(r);
    print_steps(r);
    if (r->fees[FEES_DUE])
        print_fees(r->fees);
}

int ctl_report(const struct ctl_command *self, int argc, char **argv)
{
    const char *from = NULL, *to = NULL, *top = "10";
    const struct ctl_option options[] = {
        {"--from", &from, NULL}, {"--to", &to, NULL}, {"--top", &top, NULL}, {NULL, NULL, NULL}};
    struct report r = {.count = 0};
    int64_t shown;
    int32_t day;

    if (!ctl_options(self, &argc, argv, options))
        return CTL_USAGE;
    if (argc > 0)
        return ctl_usage(self);
    if (!ctl_number(self, "--top", top, 0, 1000, &shown))
        return CTL_USAGE;
    if ((from && !instant_day_parse(from, &day)) || (to && !instant_day_parse(to, &day))) {
        ctl_fail("--from and --to are dates like 2019-10-01");
        return CTL_USAGE;
    }
    r.arena = arena_new((size_t)256 << 20);
    bool good = api_open(&r.api, r.arena, 2, "taichoctl", "taichoctl", ROLE_BIT(DASHBOARD));
    if (good) {
        good = read_figures(&r, from, to) && read_units(&r) && read_steps(&r, from, to);
        api_close(&r.api);
    }
    if (good) {
        for (size_t i = 0; i < r.count; i++) {
            struct line *level = &r.levels[r.units[i].level];
            level->unit = level->unit ? level->unit : r.units[i].unit;
            add(level, &r.units[i]);
            add(&r.all, &r.units[i]);
        }
        qsort(r.units, r.count, sizeof *r.units, busiest);
        print_report(&r, (size_t)shown, from, to);
    }
    arena_free(r.arena);
    return good ? CTL_OK : CTL_FAILED;
}
