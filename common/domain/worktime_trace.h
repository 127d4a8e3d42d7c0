/* SPDX-License-Identifier: Apache-2.0 */
/*
 * How a due date explains itself: the steps of one calculation, in order, and the sentences for them.
 *
 * A trace is plain data of the caller, filled by worktime.h; a calculation begins it anew. It holds 64 steps; when
 * there would be more, `cut` is set and the last step is still the due moment.
 */
#ifndef TAICHO_DOMAIN_WORKTIME_TRACE_H
#define TAICHO_DOMAIN_WORKTIME_TRACE_H

#include <stdbool.h>
#include <stdint.h>

#include "common/base/attr.h"
#include "common/base/buf.h"
#include "common/base/instant.h"

/* clang-format off */
/*    symbol         name            Vietnamese                     English */
#define WORKTIME_UNITS(X)                                                    \
    X(HOURS,         "hour",         "giờ làm việc",                "working hours")  \
    X(DAYS,          "day",          "ngày",                        "days")           \
    X(WORKING_DAYS,  "working_day",  "ngày làm việc",               "working days")   \
    X(MONTHS,        "month",        "tháng",                       "months")
/* clang-format on */

enum worktime_unit {
#define X(symbol, name, vi, en) WORKTIME_##symbol,
    WORKTIME_UNITS(X)
#undef X
        WORKTIME_UNIT_COUNT
};

/* A length of time as a procedure states it; the unit is kept, never converted (DonViTinh of indicator 766). */
struct worktime_span {
    enum worktime_unit unit;
    int64_t amount;  /* DAYS, WORKING_DAYS, MONTHS; 0 for HOURS */
    int64_t minutes; /* HOURS only: 90 is one hour and a half */
};

#define WORKTIME_SPAN_MINUTES(m)      ((struct worktime_span){.unit = WORKTIME_HOURS, .minutes = (m)})
#define WORKTIME_SPAN_DAYS(n)         ((struct worktime_span){.unit = WORKTIME_DAYS, .amount = (n)})
#define WORKTIME_SPAN_WORKING_DAYS(n) ((struct worktime_span){.unit = WORKTIME_WORKING_DAYS, .amount = (n)})
#define WORKTIME_SPAN_MONTHS(n)       ((struct worktime_span){.unit = WORKTIME_MONTHS, .amount = (n)})

/*
 * {from} {to} are moments, {clock} is the time of day of `from`, {days} the days from `from` up to, not with, `to`,
 * {count} how many they are, {length} the time between them in hours and minutes, {span} the span of the step.
 */
/* clang-format off */
/*    symbol          name              Vietnamese                                     English */
#define WORKTIME_WHYS(X)                                                                                                       \
    X(RECEIVED,       "received",       "Tiếp nhận lúc {from}.",                       "Received {from}.")                     \
    X(BEFORE_OPENING, "before_opening", "Chưa đến giờ làm việc: tính từ {to}.",        "Before opening: counted from {to}.")   \
    X(IN_BREAK,       "in_break",       "Trong giờ nghỉ giữa ngày: tính từ {to}.",     "In the midday break: counted from {to}.") \
    X(AFTER_CLOSING,  "after_closing",  "Đã hết giờ làm việc: tính từ {to}.",          "After closing: counted from {to}.")    \
    X(NO_WORKING_DAY, "no_working_day", "Không phải ngày làm việc: tính từ {to}.",     "No working day: counted from {to}.")   \
    X(SPAN,           "span",           "Thời hạn {span}, tính từ {from}.",            "{span}, counted from {from}.")         \
    X(SAME_DAY,       "same_day",       "Trả kết quả trong ngày tiếp nhận.",           "The result is due on the day of receipt.") \
    X(TRANSFER,       "transfer",       "Chuyển hồ sơ trong ngày làm việc tiếp nhận.", "Handed over on the working day of receipt.") \
    X(AFTER_CUTOFF,   "after_cutoff",   "Tiếp nhận sau {clock}: sang ngày làm việc tiếp theo.", "Received after {clock}: the next working day.") \
    X(WEEKEND,        "weekend",        "Không tính ngày nghỉ cuối tuần {days}.",      "Weekend not counted: {days}.")         \
    X(DAY_OFF,        "day_off",        "Không tính ngày nghỉ lễ, nghỉ bù {days}.",    "Holiday not counted: {days}.")         \
    X(MAKE_UP,        "make_up",        "Có tính ngày làm bù {days}.",                 "Make-up day counted: {days}.")         \
    X(LAST_DAY,       "last_day",       "Ngày cuối của thời hạn: {days}.",             "Last day of the time: {days}.")        \
    X(MONTH_END,      "month_end",      "Tháng cuối không có ngày tương ứng: lấy {days}.", "The last month has no such day: {days} instead.") \
    X(MORE,           "more",           "Cộng thêm {span}, tính từ {from}.",           "{span} more, counted from {from}.")    \
    X(PAUSED,         "paused",         "Không tính {length} làm việc đã tạm dừng.",   "Paused, not counted: {length} of working time.") \
    X(PAUSED_DAYS,    "paused_days",    "Không tính {count} ngày đã tạm dừng.",        "Paused, not counted: {count} days.")   \
    X(PROMISED,       "promised",       "Theo ngày đã hẹn lại: {from}.",               "As promised anew: {from}.")            \
    X(DUE,            "due",            "Hạn: {from}.",                                "Due {from}.")
/* clang-format on */

enum worktime_why {
#define X(symbol, name, vi, en) WORKTIME_WHY_##symbol,
    WORKTIME_WHYS(X)
#undef X
        WORKTIME_WHY_COUNT
};

struct worktime_step {
    enum worktime_why why;
    instant from, to; /* of a run of days: the first midnight and the midnight after the last; equal when one moment */
    struct worktime_span span;
};

#define WORKTIME_STEPS 64
struct worktime_trace {
    struct worktime_span span;
    int count;
    bool cut;
    struct worktime_step step[WORKTIME_STEPS];
};

void worktime_trace_begin(struct worktime_trace *trace, struct worktime_span span);
void worktime_trace_add(struct worktime_trace *trace, enum worktime_why why, instant from, instant to);

void worktime_trace_add_span(struct worktime_trace *trace, enum worktime_why why, struct worktime_span span,
                             instant from);

const char *worktime_why_name(enum worktime_why why);
const char *worktime_unit_name(enum worktime_unit unit);
bool worktime_unit_parse(const char *name, enum worktime_unit *ret) MUST_CHECK;

/* HOURS and WORKING_DAYS are counted in working time, the others by civil days. */
static inline bool worktime_unit_works(enum worktime_unit unit)
{
    return unit == WORKTIME_HOURS || unit == WORKTIME_WORKING_DAYS;
}

/* The pieces of the sentences, for those who tell more than one calculation. A step is one line. */
enum worktime_tongue { WORKTIME_VI, WORKTIME_EN, WORKTIME_TONGUES };
void worktime_say_step(const struct worktime_step *step, enum worktime_tongue tongue, struct buf *out);
void worktime_say_moment(instant t, enum worktime_tongue tongue, struct buf *out); /* 17:00 thứ Tư 02/10/2019 */
void worktime_say_day(instant t, enum worktime_tongue tongue, struct buf *out);    /* thứ Tư 02/10/2019 */
void worktime_say_span(const struct worktime_span *span, enum worktime_tongue tongue, struct buf *out);
void worktime_say_length(int64_t us, enum worktime_tongue tongue, struct buf *out); /* 8 giờ 30 phút */

/* worktime_explain_vi and _en write one sentence per step, each on its own line. */
void worktime_explain_vi(const struct worktime_trace *trace, struct buf *out);
void worktime_explain_en(const struct worktime_trace *trace, struct buf *out);

#endif
