/* SPDX-License-Identifier: Apache-2.0 */
/* What the units and the rules mean, in terms of the line of working time and of civil days. */
#include "common/domain/worktime_private.h"

#include <inttypes.h>

#define LARGEST_AMOUNT INT64_C(10000000)

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
    enum err_code rc = worktime_find_day(cal, last, &at, reterr);
    if (rc)
        return rc;
    rc = worktime_working_day(cal, cal->before[at], &day, reterr);
    if (rc)
        return rc;
    note_days(cal, last, day, trace);
    *ret = instant_of_day(day, worktime_closing(hours));
    return ERR_OK;
}

/* count_working adds working time, which may end with the day, to a moment. */
static enum err_code count_working(const struct worktime_calendar *cal, const struct worktime_hours *hours,
                                   instant start, int64_t us, instant *ret, struct err *reterr)
{
    int64_t position;
    enum err_code rc = worktime_position(cal, hours, start, &position, reterr);
    if (rc)
        return rc;
    return worktime_moment(cal, hours, position + us, ret, reterr);
}

static enum err_code count_calendar(const struct worktime_calendar *cal, const struct worktime_hours *hours,
                                    instant start, struct worktime_span span, int32_t paused_days,
                                    struct worktime_trace *trace, instant *ret, struct err *reterr)
{
    int32_t last = instant_day(start);
    bool cut = false;
    if (span.unit == WORKTIME_MONTHS)
        last = last_day_of_months(last, span.amount < 12 * 1000 ? span.amount : 12 * 1000, &cut);
    else
        last += (int32_t)span.amount;
    if (cut)
        note_day(trace, WORKTIME_WHY_MONTH_END, last);
    if (paused_days)
        worktime_trace_add(trace, WORKTIME_WHY_PAUSED_DAYS, instant_of_day(last, 0),
                           instant_of_day(last + paused_days, 0));
    last += paused_days;
    if (!cut || paused_days)
        note_day(trace, WORKTIME_WHY_LAST_DAY, last);
    return close_on(cal, hours, last, trace, ret, reterr);
}

/*
 * count_span counts one span from `start`: an opening or a moment inside of office hours, or the end of the span
 * before. `noted` is the first day that the trace has not told of.
 */
static enum err_code count_span(const struct worktime_calendar *cal, const struct worktime_hours *hours, instant start,
                                struct worktime_span span, const struct worktime_pause *pause, int32_t noted,
                                struct worktime_trace *trace, instant *ret, struct err *reterr)
{
    if (!worktime_unit_works(span.unit)) {
        if (span.amount == 0 && pause->days == 0)
            *ret = start;
        else
            return count_calendar(cal, hours, start, span, pause->days, trace, ret, reterr);
        return ERR_OK;
    }
    int64_t minutes = span.unit == WORKTIME_HOURS ? span.minutes : span.amount * worktime_hours_minutes(hours);
    if (pause->us)
        worktime_trace_add(trace, WORKTIME_WHY_PAUSED, start, start + pause->us);
    if (minutes == 0 && pause->us == 0) {
        *ret = start;
        return ERR_OK;
    }
    enum err_code rc = count_working(cal, hours, start, minutes * INSTANT_MINUTE + pause->us, ret, reterr);
    if (!rc)
        note_days(cal, noted, instant_day(*ret), trace);
    return rc;
}

static const struct worktime_pause no_pause;

static enum err_code add_first(const struct worktime_calendar *cal, const struct worktime_hours *hours, instant from,
                               struct worktime_span span, const struct worktime_pause *pause,
                               struct worktime_trace *trace, instant *ret, struct err *reterr)
{
    enum worktime_why why;
    instant start;
    enum err_code rc = check_span(span, reterr);
    if (rc)
        return rc;
    rc = worktime_start(cal, hours, from, &why, &start, reterr);
    if (rc)
        return rc;
    worktime_trace_begin(trace, span);
    note_moment(trace, WORKTIME_WHY_RECEIVED, from);
    if (start != from)
        worktime_trace_add(trace, why, from, start);
    note_moment(trace, WORKTIME_WHY_SPAN, start);
    return count_span(cal, hours, start, span, pause, instant_day(from), trace, ret, reterr);
}

enum err_code worktime_add(const struct worktime_calendar *cal, const struct worktime_hours *hours, instant from,
                           struct worktime_span span, struct worktime_trace *trace, instant *ret, struct err *reterr)
{
    const struct worktime_rule rule = {.span = span};
    return worktime_due_paused(&rule, NULL, 0, &no_pause, cal, hours, from, trace, ret, reterr);
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
    enum err_code rc = worktime_find_day(cal, day, &at, reterr);
    if (rc)
        return rc;
    bool after_cutoff = cutoff_minute > 0 && t > instant_of_day(day, cutoff_minute);
    bool late = !worktime_works(cal, at) || after_cutoff || t >= instant_of_day(day, worktime_closing(hours));
    rc = worktime_working_day(cal, late ? cal->before[at + 1] : cal->before[at], &counts, reterr);
    if (rc)
        return rc;
    if (late && worktime_works(cal, at)) {
        if (after_cutoff)
            note_moment(trace, WORKTIME_WHY_AFTER_CUTOFF, instant_of_day(day, cutoff_minute));
        else
            worktime_trace_add(trace, WORKTIME_WHY_AFTER_CLOSING, t, instant_of_day(counts, worktime_opening(hours)));
    }
    note_days(cal, day, counts, trace);
    *ret_late = late;
    *ret_day = counts;
    return ERR_OK;
}

static enum err_code due_same_day(const struct worktime_rule *rule, const struct worktime_pause *pause,
                                  const struct worktime_calendar *cal, const struct worktime_hours *hours,
                                  instant received, struct worktime_trace *trace, instant *ret, struct err *reterr)
{
    bool late;
    int32_t day;
    worktime_trace_begin(trace, WORKTIME_SPAN_DAYS(0));
    note_moment(trace, WORKTIME_WHY_RECEIVED, received);
    note_moment(trace, WORKTIME_WHY_SAME_DAY, received);
    enum err_code rc = find_cutoff_day(cal, hours, rule->cutoff_minute, received, trace, &late, &day, reterr);
    if (rc)
        return rc;
    *ret = instant_of_day(day, worktime_closing(hours));
    return count_span(cal, hours, *ret, WORKTIME_SPAN_MINUTES(0), pause, day + 1, trace, ret, reterr);
}

enum err_code worktime_due_paused(const struct worktime_rule *rule, const struct worktime_span *more, int n,
                                  const struct worktime_pause *pause, const struct worktime_calendar *cal,
                                  const struct worktime_hours *hours, instant received, struct worktime_trace *trace,
                                  instant *ret, struct err *reterr)
{
    const struct worktime_pause *now = n ? &no_pause : pause; /* what was paused is counted with the last span */
    instant due;
    enum err_code rc = rule->same_day ? due_same_day(rule, now, cal, hours, received, trace, &due, reterr)
                                      : add_first(cal, hours, received, rule->span, now, trace, &due, reterr);
    for (int i = 0; !rc && i < n; i++) {
        instant from = due;
        rc = check_span(more[i], reterr);
        if (rc)
            break;
        worktime_trace_add_span(trace, WORKTIME_WHY_MORE, more[i], from);
        rc = count_span(cal, hours, from, more[i], i == n - 1 ? pause : &no_pause, instant_day(from) + 1, trace, &due,
                        reterr);
    }
    if (rc)
        return rc;
    note_moment(trace, WORKTIME_WHY_DUE, due);
    *ret = due;
    return ERR_OK;
}

enum err_code worktime_due(const struct worktime_rule *rule, const struct worktime_calendar *cal,
                           const struct worktime_hours *hours, instant received, struct worktime_trace *trace,
                           instant *ret, struct err *reterr)
{
    return worktime_due_paused(rule, NULL, 0, &no_pause, cal, hours, received, trace, ret, reterr);
}

enum err_code worktime_move(const struct worktime_calendar *cal, const struct worktime_hours *hours, instant promised,
                            bool by_days, const struct worktime_pause *pause, struct worktime_trace *trace,
                            instant *ret, struct err *reterr)
{
    int32_t day = instant_day(promised), at;
    instant due = promised;
    enum err_code rc = worktime_find_day(cal, day, &at, reterr);
    if (rc)
        return rc;
    worktime_trace_begin(trace, WORKTIME_SPAN_DAYS(0));
    note_moment(trace, WORKTIME_WHY_PROMISED, promised);
    if (by_days && pause->days)
        rc = count_calendar(cal, hours, promised, WORKTIME_SPAN_DAYS(0), pause->days, trace, &due, reterr);
    else if (!worktime_works(cal, at))
        rc = close_on(cal, hours, day, trace, &due, reterr);
    if (!rc && !by_days)
        rc = count_span(cal, hours, due, WORKTIME_SPAN_MINUTES(0), pause, instant_day(due) + 1, trace, &due, reterr);
    if (rc)
        return rc;
    note_moment(trace, WORKTIME_WHY_DUE, due);
    *ret = due;
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
    *ret = instant_of_day(day, late ? worktime_opening(hours) : worktime_closing(hours));
    note_moment(trace, WORKTIME_WHY_DUE, *ret);
    return ERR_OK;
}
