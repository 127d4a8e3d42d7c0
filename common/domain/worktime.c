/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Working time is one straight line: the office time of all working days of the calendar laid end to end, in
 * microseconds from the first opening. `position_of` maps a moment onto the line, `moment_at` maps back; adding working
 * time is an addition between the two. Both take the working day's number from an array made by the build.
 */
#include "common/domain/worktime.h"

#include <inttypes.h>

#define LARGEST_AMOUNT INT64_C(10000000)

/* ---- days */

/* refuse_year is the one sentence for a date that no calendar covers. */
static enum err_code refuse_year(int year, struct err *reterr)
{
    return err_say(reterr, ERR_INVALID, "calendar", "chưa có lịch làm việc của năm %d",
                   "there is no working calendar for the year %d", year);
}

/* find_day gives the index of a civil day. */
static enum err_code find_day(const struct worktime_calendar *cal, int32_t day, int32_t *ret, struct err *reterr)
{
    int64_t at = (int64_t)day - cal->first_day;
    if (at < 0 || at >= cal->day_count)
        return refuse_year(instant_day_civil(day).year, reterr);
    *ret = (int32_t)at;
    return ERR_OK;
}

static bool works(const struct worktime_calendar *cal, int32_t at)
{
    return cal->before[at] != cal->before[at + 1];
}

/* working_day gives the number-th working day of the calendar. */
static enum err_code working_day(const struct worktime_calendar *cal, int64_t number, int32_t *ret, struct err *reterr)
{
    if (number >= cal->working_count)
        return refuse_year(cal->last_year + 1, reterr);
    *ret = cal->working[number];
    return ERR_OK;
}

/* ---- office hours */

int worktime_hours_minutes(const struct worktime_hours *hours)
{
    int minutes = 0;
    for (int i = 0; i < hours->count; i++)
        minutes += hours->open[i].to - hours->open[i].from;
    return minutes;
}

static int opening(const struct worktime_hours *hours)
{
    return hours->open[0].from;
}

static int closing(const struct worktime_hours *hours)
{
    return hours->open[hours->count - 1].to;
}

/* worked_until gives the office time of a working day that has passed `us` after midnight. */
static int64_t worked_until(const struct worktime_hours *hours, int64_t us)
{
    int64_t worked = 0;
    for (int i = 0; i < hours->count; i++) {
        int64_t from = hours->open[i].from * INSTANT_MINUTE, to = hours->open[i].to * INSTANT_MINUTE;
        if (us > from)
            worked += (us < to ? us : to) - from;
    }
    return worked;
}

/* ---- the line of working time */

static enum err_code position_of(const struct worktime_calendar *cal, const struct worktime_hours *hours, instant t,
                                 int64_t *ret, struct err *reterr)
{
    int32_t day = instant_day(t), at;
    enum err_code rc = find_day(cal, day, &at, reterr);
    if (rc)
        return rc;
    int64_t per_day = worktime_hours_minutes(hours) * INSTANT_MINUTE;
    *ret = cal->before[at] * per_day + (works(cal, at) ? worked_until(hours, t - instant_of_day(day, 0)) : 0);
    return ERR_OK;
}

/* moment_at is the earliest moment by which `position` > 0 has been worked: a closing, never the opening after it. */
static enum err_code moment_at(const struct worktime_calendar *cal, const struct worktime_hours *hours,
                               int64_t position, instant *ret, struct err *reterr)
{
    int64_t per_day = worktime_hours_minutes(hours) * INSTANT_MINUTE;
    int64_t number = (position - 1) / per_day;
    int64_t rest = position - number * per_day; /* 1 .. per_day */
    int32_t day;
    enum err_code rc = working_day(cal, number, &day, reterr);
    if (rc)
        return rc;
    int i = 0;
    for (; i < hours->count - 1; i++) {
        int64_t length = (hours->open[i].to - hours->open[i].from) * INSTANT_MINUTE;
        if (rest <= length)
            break;
        rest -= length;
    }
    *ret = instant_of_day(day, hours->open[i].from) + rest;
    return ERR_OK;
}

/* start_of is worktime_next_opening with the reason why it is not t itself. */
static enum err_code start_of(const struct worktime_calendar *cal, const struct worktime_hours *hours, instant t,
                              enum worktime_why *ret_why, instant *ret, struct err *reterr)
{
    int32_t day = instant_day(t), at;
    enum err_code rc = find_day(cal, day, &at, reterr);
    if (rc)
        return rc;
    enum worktime_why why = WORKTIME_WHY_NO_WORKING_DAY;
    if (works(cal, at)) {
        int64_t us = t - instant_of_day(day, 0);
        for (int i = 0; i < hours->count; i++) {
            if (us >= hours->open[i].to * INSTANT_MINUTE)
                continue;
            bool closed = us < hours->open[i].from * INSTANT_MINUTE;
            *ret = closed ? instant_of_day(day, hours->open[i].from) : t;
            *ret_why = i == 0 ? WORKTIME_WHY_BEFORE_OPENING : WORKTIME_WHY_IN_BREAK;
            return ERR_OK;
        }
        why = WORKTIME_WHY_AFTER_CLOSING;
    }
    rc = working_day(cal, cal->before[at + 1], &day, reterr);
    if (rc)
        return rc;
    *ret = instant_of_day(day, opening(hours));
    *ret_why = why;
    return ERR_OK;
}

enum err_code worktime_next_opening(const struct worktime_calendar *cal, const struct worktime_hours *hours, instant t,
                                    instant *ret, struct err *reterr)
{
    enum worktime_why why;
    return start_of(cal, hours, t, &why, ret, reterr);
}

enum err_code worktime_between(const struct worktime_calendar *cal, const struct worktime_hours *hours, instant a,
                               instant b, int64_t *ret_minutes, struct err *reterr)
{
    int64_t from, to;
    enum err_code rc = position_of(cal, hours, a, &from, reterr);
    if (rc)
        return rc;
    rc = position_of(cal, hours, b, &to, reterr);
    if (rc)
        return rc;
    *ret_minutes = (to - from) / INSTANT_MINUTE;
    return ERR_OK;
}

/* ---- the trace */

/* note_days tells of the days from `first` to `last` that are not ordinary working days, in runs of one kind. */
static void note_days(const struct worktime_calendar *cal, int32_t first, int32_t last, struct worktime_trace *trace)
{
    static const enum worktime_why why[] = {[WORKTIME_WEEKEND] = WORKTIME_WHY_WEEKEND,
                                            [WORKTIME_DAY_OFF] = WORKTIME_WHY_DAY_OFF,
                                            [WORKTIME_MAKE_UP] = WORKTIME_WHY_MAKE_UP};
    if (!trace)
        return;
    for (int32_t day = first, end; day <= last; day = end) {
        uint8_t kind = cal->kind[day - cal->first_day];
        for (end = day + 1; end <= last && cal->kind[end - cal->first_day] == kind; end++)
            ;
        if (kind != WORKTIME_WORKING)
            worktime_trace_add(trace, why[kind], instant_of_day(day, 0), instant_of_day(end, 0));
    }
}

static void note_day(struct worktime_trace *trace, enum worktime_why why, int32_t day)
{
    worktime_trace_add(trace, why, instant_of_day(day, 0), instant_of_day(day + 1, 0));
}

static void note_moment(struct worktime_trace *trace, enum worktime_why why, instant t)
{
    worktime_trace_add(trace, why, t, t);
}

/* ---- spans */

static enum err_code check_span(struct worktime_span span, struct err *reterr)
{
    int64_t used = span.unit == WORKTIME_HOURS ? span.minutes : span.amount;
    int64_t unused = span.unit == WORKTIME_HOURS ? span.amount : span.minutes;
    if ((unsigned)span.unit >= WORKTIME_UNIT_COUNT || used < 0 || used > LARGEST_AMOUNT || unused != 0)
        return err_say(reterr, ERR_INVALID, "span", "thời hạn không hợp lệ: %" PRId64, "not a length of time: %" PRId64,
                       used);
    return ERR_OK;
}

static enum err_code add_working(const struct worktime_calendar *cal, const struct worktime_hours *hours, instant start,
                                 int64_t minutes, instant *ret, struct err *reterr)
{
    int64_t position;
    enum err_code rc = position_of(cal, hours, start, &position, reterr);
    if (rc)
        return rc;
    return moment_at(cal, hours, position + minutes * INSTANT_MINUTE, ret, reterr);
}

/* last_day_of_months moves a civil day by whole months; *ret_cut when the last month is too short for it. */
static int32_t last_day_of_months(int32_t day, int64_t months, bool *ret_cut)
{
    struct civil c = instant_day_civil(day);
    int64_t month = c.year * INT64_C(12) + c.month - 1 + months;
    struct civil first = {.year = (int)(month / 12), .month = (int)(month % 12) + 1, .day = 1};
    struct civil next = {.year = (int)((month + 1) / 12), .month = (int)((month + 1) % 12) + 1, .day = 1};
    int32_t begin = instant_day(instant_from_civil(&first)), end = instant_day(instant_from_civil(&next));
    *ret_cut = begin + c.day > end;
    return *ret_cut ? end - 1 : begin + c.day - 1;
}

/* close_on gives the closing of `last`, or of the next working day when it is none. */
static enum err_code close_on(const struct worktime_calendar *cal, const struct worktime_hours *hours, int32_t last,
                              struct worktime_trace *trace, instant *ret, struct err *reterr)
{
    int32_t at, day;
    enum err_code rc = find_day(cal, last, &at, reterr);
    if (rc)
        return rc;
    rc = working_day(cal, cal->before[at], &day, reterr);
    if (rc)
        return rc;
    note_days(cal, last, day, trace);
    *ret = instant_of_day(day, closing(hours));
    return ERR_OK;
}

static enum err_code add_calendar(const struct worktime_calendar *cal, const struct worktime_hours *hours,
                                  instant start, struct worktime_span span, struct worktime_trace *trace, instant *ret,
                                  struct err *reterr)
{
    int32_t last = instant_day(start);
    bool cut = false;
    if (span.unit == WORKTIME_MONTHS)
        last = last_day_of_months(last, span.amount < 12 * 1000 ? span.amount : 12 * 1000, &cut);
    else
        last += (int32_t)span.amount;
    note_day(trace, cut ? WORKTIME_WHY_MONTH_END : WORKTIME_WHY_LAST_DAY, last);
    return close_on(cal, hours, last, trace, ret, reterr);
}

enum err_code worktime_add(const struct worktime_calendar *cal, const struct worktime_hours *hours, instant from,
                           struct worktime_span span, struct worktime_trace *trace, instant *ret, struct err *reterr)
{
    enum worktime_why why;
    instant start, due;
    enum err_code rc = check_span(span, reterr);
    if (rc)
        return rc;
    rc = start_of(cal, hours, from, &why, &start, reterr);
    if (rc)
        return rc;

    worktime_trace_begin(trace, span);
    note_moment(trace, WORKTIME_WHY_RECEIVED, from);
    if (start != from)
        worktime_trace_add(trace, why, from, start);
    note_moment(trace, WORKTIME_WHY_SPAN, start);

    bool working = span.unit == WORKTIME_HOURS || span.unit == WORKTIME_WORKING_DAYS;
    if (span.amount == 0 && span.minutes == 0) {
        due = start;
    } else if (working) {
        int64_t minutes = span.unit == WORKTIME_HOURS ? span.minutes : span.amount * worktime_hours_minutes(hours);
        rc = add_working(cal, hours, start, minutes, &due, reterr);
        if (!rc)
            note_days(cal, instant_day(from), instant_day(due), trace);
    } else {
        rc = add_calendar(cal, hours, start, span, trace, &due, reterr);
    }
    if (rc)
        return rc;
    note_moment(trace, WORKTIME_WHY_DUE, due);
    *ret = due;
    return ERR_OK;
}

/* ---- rules */

/*
 * find_cutoff_day says whether t is in time for the cut-off of a working day (*ret_late is false), and which working
 * day then counts: its own, or the next one. Without a cut-off a day ends at its closing; with one never later.
 */
static enum err_code find_cutoff_day(const struct worktime_calendar *cal, const struct worktime_hours *hours,
                                     int cutoff_minute, instant t, struct worktime_trace *trace, bool *ret_late,
                                     int32_t *ret_day, struct err *reterr)
{
    int32_t day = instant_day(t), at, counts;
    enum err_code rc = find_day(cal, day, &at, reterr);
    if (rc)
        return rc;
    bool after_cutoff = cutoff_minute > 0 && t > instant_of_day(day, cutoff_minute);
    bool late = !works(cal, at) || after_cutoff || t >= instant_of_day(day, closing(hours));
    rc = working_day(cal, late ? cal->before[at + 1] : cal->before[at], &counts, reterr);
    if (rc)
        return rc;
    if (late && works(cal, at)) {
        if (after_cutoff)
            note_moment(trace, WORKTIME_WHY_AFTER_CUTOFF, instant_of_day(day, cutoff_minute));
        else
            worktime_trace_add(trace, WORKTIME_WHY_AFTER_CLOSING, t, instant_of_day(counts, opening(hours)));
    }
    note_days(cal, day, counts, trace);
    *ret_late = late;
    *ret_day = counts;
    return ERR_OK;
}

enum err_code worktime_due(const struct worktime_rule *rule, const struct worktime_calendar *cal,
                           const struct worktime_hours *hours, instant received, struct worktime_trace *trace,
                           instant *ret, struct err *reterr)
{
    if (!rule->same_day)
        return worktime_add(cal, hours, received, rule->span, trace, ret, reterr);

    bool late;
    int32_t day;
    worktime_trace_begin(trace, WORKTIME_SPAN_DAYS(0));
    note_moment(trace, WORKTIME_WHY_RECEIVED, received);
    note_moment(trace, WORKTIME_WHY_SAME_DAY, received);
    enum err_code rc = find_cutoff_day(cal, hours, rule->cutoff_minute, received, trace, &late, &day, reterr);
    if (rc)
        return rc;
    *ret = instant_of_day(day, closing(hours));
    note_moment(trace, WORKTIME_WHY_DUE, *ret);
    return ERR_OK;
}

enum err_code worktime_transfer_due(const struct worktime_calendar *cal, const struct worktime_hours *hours,
                                    int cutoff_minute, instant accepted, struct worktime_trace *trace, instant *ret,
                                    struct err *reterr)
{
    bool late;
    int32_t day;
    worktime_trace_begin(trace, WORKTIME_SPAN_DAYS(0));
    note_moment(trace, WORKTIME_WHY_RECEIVED, accepted);
    note_moment(trace, WORKTIME_WHY_TRANSFER, accepted);
    enum err_code rc = find_cutoff_day(cal, hours, cutoff_minute, accepted, trace, &late, &day, reterr);
    if (rc)
        return rc;
    *ret = instant_of_day(day, late ? opening(hours) : closing(hours));
    note_moment(trace, WORKTIME_WHY_DUE, *ret);
    return ERR_OK;
}
