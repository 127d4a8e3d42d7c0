/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The deadline of a dossier: what happened to it, folded in order into two clocks.
 *
 *   legal      Decree 61/2018. A supplement starts it again from zero once the dossier is complete (Art. 19(4));
 * periods that an article leaves out of the statutory time, and a financial obligation, are not counted. reported
 * Decision 766/2022, 2.1: end time less the time of the pauses that the national portal knows (5 supplement, 6
 * obligation, 8 stopped and taken up again, and excluded periods that the rule reports), against the date promised by
 * the statutory time, or by the reduced time where one was announced.
 *
 * Both end with the dossier (sealed, withdrawn, stopped). A paused clock is judged at the beginning of its pause
 * ("request time counts as end"). Which measure of a pause moves a due date, working time or civil days, the unit says
 * that the rule ends with (worktime.h). The date promised first is never overwritten; one extension promises a second
 * (Art. 19(9)). From then on a clock is due at that date, moved by what holds it up behind the extension, or at the
 * date that it has without it where that is later (a finding gave it more time since): the legal one until a supplement
 * starts it again from zero, which may bring its date forward (Art. 19(4) knows no exception). An excluded period of
 * which it was known how long it lasts when the new date came into force is part of that date: while it lasts nothing
 * moves it.
 *
 * Pure: no clock, nothing allocated; texts are the caller's and live as long as the rule and the facts. The facts begin
 * with RECEIVED (findings may stand before it) and their times do not fall. What cannot have happened is refused:
 * ERR_INVALID or ERR_CONFLICT, `field` names the fact; a date without a calendar as worktime.h refuses it. What
 * happened against the rules is not refused but kept as a breach, for inspection. Outputs are set only on success.
 */
#ifndef TAICHO_DOMAIN_DEADLINE_H
#define TAICHO_DOMAIN_DEADLINE_H

#include "common/domain/worktime.h"

/* ---- the rule of a procedure, as it is valid on the day of receipt */

/* A finding changes the statutory time: "where verification is needed, 5 working days", "10 days more in mountains". */
struct deadline_variant {
    const char *finding;
    const char *article;
    bool replaces; /* the newest one holds instead of the statutory time (same-day included); else it is added, once */
    struct worktime_span span;
};

/* A period outside of the statutory time: posting a list, an expert's examination. */
struct deadline_exclusion {
    const char *code;
    const char *article;
    bool reported; /* shown to the national portal as a pause, so the reported clock leaves it out too */
};

#define DEADLINE_VARIANTS   16
#define DEADLINE_EXCLUSIONS 16

/* Working days after the day of acceptance, by Decree 61/2018 Art. 19(4), "unless a special law says otherwise". */
#define DEADLINE_SUPPLEMENT_DAYS 3

struct deadline_rule {
    const char *id; /* stored with every due date, with the version */
    int version;
    struct worktime_rule statutory;
    bool reduced; /* the province announced a shorter time: it is promised and reported, the law's stays legal */
    struct worktime_span reduced_span;
    const struct deadline_variant *variant;
    int variant_count;
    const struct deadline_exclusion *exclusion;
    int exclusion_count;
    bool transferred;                     /* the dossier leaves the counter: transfer_due, Art. 18 */
    int transfer_cutoff;                  /* 15 * 60; 0: none */
    int supplement_days;                  /* 0: DEADLINE_SUPPLEMENT_DAYS; < 0: no limit */
    struct worktime_span supplement_wait; /* how long to wait for it before stopping; a span of 0: no such rule */
};

/* ---- what happened */

/* {at} {due} are moments, {code} {reference} {article} texts, {number} a count, {change} what a finding does. */
/* clang-format off */
#define DEADLINE_FACTS(X)                                                                                              \
    X(RECEIVED, "received", "Tiếp nhận lúc {at}, hẹn trả kết quả {due}.", "Received {at}, promised for {due}.")        \
    X(FINDING, "finding", "Ghi nhận {code} lúc {at} ({article}): {change}.", "Found {code} {at} ({article}): {change}.")   \
    X(SUPPLEMENT_REQUESTED, "supplement_requested",                                                                    \
      "Yêu cầu bổ sung lần {number} lúc {at}: hai đồng hồ tạm dừng.", "Supplement {number} requested {at}: both clocks pause.") \
    X(SUPPLEMENT_RECEIVED, "supplement_received",                                                                      \
      "Nhận bổ sung lần {number} lúc {at}: thời hạn pháp lý tính lại từ đầu (NĐ 61/2018, Điều 19(4)); thời gian chờ được trừ khi báo cáo (QĐ 766, mục 2.1).", \
      "Supplement {number} received {at}: the legal time starts from zero (Decree 61/2018 Art. 19(4)); the wait is subtracted in the report (Decision 766, 2.1).") \
    X(OBLIGATION_OPENED, "obligation_opened",                                                                          \
      "Chờ thực hiện nghĩa vụ tài chính theo thông báo {reference} từ {at}: hai đồng hồ tạm dừng.",                    \
      "Financial obligation, notice {reference}, open from {at}: both clocks pause.")                                  \
    X(OBLIGATION_CLOSED, "obligation_closed", "Hoàn thành nghĩa vụ tài chính lúc {at}.", "Financial obligation met {at}.") \
    X(EXCLUDED_FROM, "excluded_from", "Từ {at} không tính vào thời hạn: {code} ({article}).", "From {at} not counted: {code} ({article}).") \
    X(EXCLUDED_TO, "excluded_to", "Tính tiếp thời hạn từ {at}: hết {code}.", "Counted again from {at}: end of {code}.") \
    X(ROUND_STARTED, "round_started", "Bắt đầu vòng giải quyết {number} lúc {at}.", "Round {number} began {at}.")      \
    X(ROUND_ENDED, "round_ended", "Kết thúc vòng giải quyết {number} lúc {at}.", "Round {number} ended {at}.")         \
    X(EXTENDED, "extended", "Xin lỗi và hẹn lại {due}, lập lúc {at} ({code}); ngày hẹn đầu tiên vẫn được giữ.",        \
      "Apology and new date {due}, made {at} ({code}); the date promised first is kept.")                              \
    X(STOPPED, "stopped", "Dừng giải quyết lúc {at}.", "Stopped {at}.")                                                \
    X(RESUMED, "resumed", "Giải quyết tiếp từ {at}.", "Taken up again {at}.")                                          \
    X(WITHDRAWN, "withdrawn", "Công dân rút hồ sơ lúc {at}.", "Withdrawn by the applicant {at}.")                      \
    X(SEALED, "sealed", "Kết quả đã ký, vào số và đóng dấu lúc {at}.", "Result signed, numbered and sealed {at}.")
/* clang-format on */

#define X(symbol, name, vi, en) DEADLINE_##symbol,
enum deadline_fact_kind { DEADLINE_FACTS(X) DEADLINE_FACT_COUNT };
#undef X

/* Decree 61/2018 Art. 19(9): an apology comes at least a day before the date; where no data say another number. */
#define DEADLINE_APOLOGY_DAYS 1

/* What decides whether an apology came too late. Whoever hears of it later may count other dates by then, so all three
 * are kept as they were when it was judged: nothing that is known later judges it anew. */
struct deadline_apology {
    instant sealed_at; /* when the letter was issued */
    instant nearest;   /* the date that it had to precede */
    int notice;        /* by so many civil days */
};
#define DEADLINE_NO_APOLOGY ((struct deadline_apology){.sealed_at = INSTANT_NONE, .nearest = INSTANT_NONE})

struct deadline_fact {
    enum deadline_fact_kind kind;
    instant at;            /* EXTENDED: when it was heard of: from then on the new date is in force */
    const char *code;      /* FINDING, EXCLUDED_*: of the rule; EXTENDED, a second supplement: the reason */
    const char *reference; /* OBLIGATION_OPENED: the number of the tax notice */
    instant due;   /* EXTENDED: the new date; RECEIVED: the date on the receipt, 0: not printed yet; EXCLUDED_TO:
                      until when it was recorded of one that ended earlier, 0 or INSTANT_NONE: it did not */
    instant known; /* EXCLUDED_FROM: since when it is known until when, 0 or INSTANT_NONE: when it is over */
    /* EXTENDED. What is not known is 0, a moment also INSTANT_NONE: then it is `at`, the nearest date as it stands
     * there, DEADLINE_APOLOGY_DAYS. */
    struct deadline_apology apology;
};

/* clang-format off */
/*    symbol             name                       Vietnamese  English */
#define DEADLINE_BREACHES(X)                                                                                           \
    X(SUPPLEMENT_LATE,   "supplement_after_limit",                                                                     \
      "Yêu cầu bổ sung lúc {at}, sau hạn {due} (NĐ 61/2018, Điều 19(4)).", "Supplement requested {at}, after the limit {due} (Decree 61/2018 Art. 19(4)).") \
    X(SUPPLEMENT_SECOND, "second_supplement",                                                                          \
      "Yêu cầu bổ sung quá một lần, lúc {at}: hồ sơ bị tính quá hạn (NĐ 61/2018, Điều 11(2c); QĐ 766, mục 2.1).",      \
      "More than one supplement requested, {at}: the dossier counts as late (Decree 61/2018 Art. 11(2c); Decision 766, 2.1).") \
    X(EXTENSION_LATE,    "extension_too_late",                                                                         \
      "Hẹn lại lúc {at}, chưa trước hạn {due} đủ {number} ngày, quy định áp dụng cho hạn đó (NĐ 61/2018, Điều 19(9): ít nhất 1 ngày).", \
      "New date made {at}, not {number} day(s) before {due}, the term of that date (Decree 61/2018 Art. 19(9): at least 1 day).")

/*    symbol       name           national status, Vietnamese, English */
#define DEADLINE_HOLDS(X)                                                                                              \
    X(NOTHING,     "",            0, "",                           "")                                                 \
    X(SUPPLEMENT,  "supplement",  5, "chờ bổ sung hồ sơ",          "waiting for a supplement")                         \
    X(OBLIGATION,  "obligation",  6, "chờ nghĩa vụ tài chính",     "financial obligation")                             \
    X(STOP,        "stopped",     8, "dừng xử lý",                 "stopped")                                          \
    X(EXCLUSION,   "excluded",    0, "thời gian không tính",       "excluded period")

#define DEADLINE_LATENESSES(X)                                                                                         \
    X(EARLY,       "early",       "trước hạn",                     "early")                                            \
    X(ON_TIME,     "on_time",     "đúng hạn",                      "on time")                                          \
    X(LATE,        "late",        "quá hạn",                       "late")
/* clang-format on */

#define X(symbol, name, vi, en) DEADLINE_##symbol,
enum deadline_breach_kind { DEADLINE_BREACHES(X) DEADLINE_BREACH_COUNT };
enum deadline_lateness { DEADLINE_LATENESSES(X) DEADLINE_LATENESS_COUNT };
#undef X
#define X(symbol, name, status, vi, en) DEADLINE_HOLD_##symbol,
enum deadline_hold { DEADLINE_HOLDS(X) DEADLINE_HOLD_COUNT };
#undef X

enum deadline_which { DEADLINE_LEGAL, DEADLINE_REPORTED, DEADLINE_CLOCKS };
enum deadline_end { DEADLINE_OPEN, DEADLINE_END_STOPPED, DEADLINE_END_WITHDRAWN, DEADLINE_END_SEALED };
enum deadline_state { DEADLINE_RUNNING, DEADLINE_PAUSED, DEADLINE_ENDED };

/* ---- the deadline */

struct deadline_clock {
    instant start; /* received, or for the legal clock the newest supplement */
    instant
        due; /* with every pause that is over; of a legal clock that waits for a supplement: before it starts anew */
    bool extended;                /* not due before the second promise */
    instant paused_since;         /* INSTANT_NONE: runs */
    instant moves_since;          /* private: since when something moves the second promise */
    uint32_t open;                /* what holds it, private */
    struct worktime_pause paused; /* all pauses that are over, since start */
    struct worktime_pause moves;  /* what of them moves the second promise */
};

struct deadline_breach {
    int count;
    instant at, limit; /* of the first one; limit: until when it had been allowed, INSTANT_NONE when never */
};

struct deadline {
    const char *rule; /* stored with the due dates */
    int rule_version;
    int64_t calendar_version;
    int calendar_last_year;
    instant received;
    struct deadline_clock clock[DEADLINE_CLOCKS];
    instant promised_first, promised; /* what the applicant holds in writing: the receipt's, and the extension's */
    bool extended;
    instant transfer_due;     /* INSTANT_NONE: not transferred */
    instant supplement_until; /* while one is awaited and the rule knows a limit, else INSTANT_NONE */
    int supplements;
    int rounds;
    int64_t rework_us; /* working time of the second and later rounds that are over, less reported pauses */
    struct deadline_breach breach[DEADLINE_BREACH_COUNT];
    enum deadline_end end;
    instant ended;             /* INSTANT_NONE while open */
    bool by_days, by_hours;    /* the unit that the rule ends with */
    uint32_t findings, open;   /* private: bits of variants; of what is open */
    uint32_t foretold;         /* private: periods that the second promise reckons with, as bits of `open` */
    int replaced;              /* private: number of the variant that replaces, -1 */
    instant extended_at, last; /* private */
    int64_t round_began;       /* private: elapsed reported time, -1 between rounds */
};

struct deadline_trace; /* deadline_explain.h */

/* deadline_fold gives the deadline after the facts. trace may be NULL. */
enum err_code deadline_fold(const struct deadline_rule *rule, const struct worktime_calendar *cal,
                            const struct worktime_hours *hours, const struct deadline_fact *fact, size_t n,
                            struct deadline_trace *trace, struct deadline *ret, struct err *reterr) MUST_CHECK;

struct deadline_reading {
    enum deadline_state state;
    enum deadline_hold hold; /* of a paused clock: why */
    instant judged_at;       /* now, the end, or the beginning of the pause */
    int64_t elapsed_minutes; /* whole working minutes used, pauses subtracted */
    int64_t late_minutes;    /* working minutes after due, begun ones included */
    enum deadline_lateness lateness;
    bool late_by_supplements; /* reported only: late because more than one was requested */
};

/* deadline_read tells how one clock stands at `now`, which is not before the last fact. Early is only what has ended:
 * on an earlier day than due, with a time in hours at an earlier moment. */
enum err_code deadline_read(const struct deadline *d, const struct worktime_calendar *cal,
                            const struct worktime_hours *hours, enum deadline_which which, instant now,
                            struct deadline_reading *ret, struct err *reterr) MUST_CHECK;

/* deadline_nearest is the earlier of both due dates: what an apology has to precede. */
instant deadline_nearest(const struct deadline *d);

/*
 * deadline_apology_day gives the last working day on which an apology is in time for what is due at `nearest`: `days`
 * civil days before, or the nearest working day before that (Decree 61/2018 Art. 19(9): at least one).
 */
enum err_code deadline_apology_day(instant nearest, int days, const struct worktime_calendar *cal, int32_t *ret,
                                   struct err *reterr) MUST_CHECK;

/* deadline_apology_is_late tells whether one was sealed too late. The law counts civil days: a day off in between takes
 * nothing away, though nobody seals on it (deadline_apology_day). All three must be known. */
bool deadline_apology_is_late(const struct deadline_apology *x);

/* deadline_compare tells what another calendar (a new holiday) would change. A dossier that has ended does not change.
 */
struct deadline_change {
    bool changed;
    instant before[DEADLINE_CLOCKS], after[DEADLINE_CLOCKS];
    int32_t day; /* the first civil day since receipt that the calendars see differently; INT32_MIN: none until due */
};
enum err_code deadline_compare(const struct deadline_rule *rule, const struct worktime_calendar *before,
                               const struct worktime_calendar *after, const struct worktime_hours *hours,
                               const struct deadline_fact *fact, size_t n, struct deadline_change *ret,
                               struct err *reterr) MUST_CHECK;

const char *deadline_fact_name(enum deadline_fact_kind kind);
bool deadline_fact_parse(const char *name, enum deadline_fact_kind *ret) MUST_CHECK;
const char *deadline_breach_name(enum deadline_breach_kind kind);
const char *deadline_hold_name(enum deadline_hold hold);
const char *deadline_lateness_name(enum deadline_lateness lateness);

#endif
