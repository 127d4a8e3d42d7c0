/* SPDX-License-Identifier: Apache-2.0 */
/*
 * How a deadline explains itself: the rule and the calendar, every fact with what it did, every breach, and then both
 * clocks, counted step by step as worktime_trace.h tells a calculation.
 *
 * A trace is plain data of the caller, filled by deadline_fold; it points into the rule and the facts. It holds 192
 * lines; when there would be more, `cut` is set and the last line is still the newest, a due moment.
 */
#ifndef TAICHO_DOMAIN_DEADLINE_EXPLAIN_H
#define TAICHO_DOMAIN_DEADLINE_EXPLAIN_H

#include "common/domain/deadline.h"

/* clang-format off */
/*    symbol           Vietnamese                                              English */
#define DEADLINE_TELLS(X)                                                                                              \
    X(RULE,            "Theo quy định {code}, bản {number}; lịch làm việc bản {calendar}.", "By rule {code}, version {number}; working calendar, version {calendar}.") \
    X(LEGAL,           "Thời hạn pháp lý:",                                    "Legal time:")                          \
    X(LEGAL_STOPPED,   "Thời hạn pháp lý tính đến khi yêu cầu bổ sung; khi nhận đủ hồ sơ sẽ tính lại từ đầu:", "Legal time until the supplement was requested; it starts from zero when the dossier is complete:") \
    X(REPORTED,        "Thời hạn báo cáo (trừ thời gian tạm dừng):",           "Reported time (pauses subtracted):")   \
    X(REDUCED,         "Thời hạn báo cáo, theo thời gian giải quyết đã cắt giảm:", "Reported time, by the reduced time announced:") \
    X(FORETOLD,        "Khi hẹn lại đã biết {code} kéo dài đến khi nào: ngày hẹn lại đã tính khoảng này, không cộng thêm.", "When the new date came into force it was known how long {code} lasts: that date reckons with it, nothing is added.") \
    X(EARLY,           "{code} kết thúc sớm hơn đã ghi nhận (đã ghi nhận đến {due}): từ đó thời hạn tính tiếp.", "{code} ended earlier than was recorded (until {due}): from then on it is counted again.") \
    X(LATER,           "Ngày hẹn lại, tính đến {due}, trước hạn theo quy định: lấy hạn theo quy định.", "The new date, counted to {due}, lies before the date of the rule: that one holds.") \
    X(FACT,            "",                                                     "")                                     \
    X(BREACH,          "",                                                     "")                                     \
    X(COUNTED,         "",                                                     "")
/* clang-format on */

#define X(symbol, vi, en) DEADLINE_TELL_##symbol,
enum deadline_tell { DEADLINE_TELLS(X) DEADLINE_TELL_COUNT };
#undef X

struct deadline_line {
    enum deadline_tell tell;
    int what; /* FACT: enum deadline_fact_kind; BREACH: enum deadline_breach_kind */
    instant at, due;
    const char *code, *reference, *article;
    int64_t number, calendar;
    const struct deadline_variant *variant; /* FINDING */
    struct worktime_step step;              /* COUNTED */
};

#define DEADLINE_LINES 192
struct deadline_trace {
    int count;
    bool cut;
    struct deadline_line line[DEADLINE_LINES];
};

void deadline_trace_add(struct deadline_trace *trace, const struct deadline_line *line);

/* deadline_explain writes one sentence per line of the trace. */
void deadline_explain(const struct deadline_trace *trace, enum worktime_tongue tongue, struct buf *out);

#endif
