/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Working time is one straight line. `worktime_position` maps a moment onto it, `worktime_moment` maps back; both take
 * the working day's number from an array made by the build, so nothing here walks days.
 */
#include "common/domain/worktime_private.h"

/* ---- days */

/* refuse_year is the one sentence for a date that no calendar covers. */
static enum err_code refuse_year(int year, struct err *reterr)
{
    return err_say(reterr, ERR_INVALID, "calendar", "chưa có lịch làm việc của năm %d",
                   "there is no working calendar for the year %d", year);
}

enum err_code worktime_find_day(const struct worktime_calendar *cal, int32_t day, int32_t *ret, struct err *reterr)
{
    int64_t at = (int64_t)day - cal->first_day;
    if (at < 0 || at >= cal->day_count)
        return refuse_year(instant_day_civil(day).year, reterr);
    *ret = (int32_t)at;
    return ERR_OK;
}

enum err_code worktime_working_day(const struct worktime_calendar *cal, int64_t number, int32_t *ret,
                                   struct err *reterr)
{
    if (number >= cal->working_count)
        return refuse_year(cal->last_year + 1, reterr);
    if (number < 0)
        return refuse_year(cal->first_year - 1, reterr);
    *ret = cal->working[number];
    return ERR_OK;
}

enum err_code worktime_day_after(const struct worktime_calendar *cal, int32_t day, int n, int32_t *ret,
                                 struct err *reterr)
{
    int32_t at;
    enum err_code rc = worktime_find_day(cal, day, &at, reterr);
    if (rc)
        return rc;
    return worktime_working_day(cal, n > 0 ? cal->before[at + 1] + (int64_t)n - 1 : cal->before[at] + (int64_t)n, ret,
                                reterr);
}

/* ---- office hours */

int worktime_hours_minutes(const struct worktime_hours *hours)
{
    int minutes = 0;
    for (int i = 0; i < hours->count; i++)
        minutes += hours->open[i].to - hours->open[i].from;
    return minutes;
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

/* ---- the line */

enum err_code worktime_position(const struct worktime_calendar *cal, const struct worktime_hours *hours, instant t,
                                int64_t *ret, struct err *reterr)
{
    int32_t day = instant_day(t), at;
    enum err_code rc = worktime_find_day(cal, day, &at, reterr);
    if (rc)
        return rc;
    int64_t per_day = worktime_hours_minutes(hours) * INSTANT_MINUTE;
    *ret = cal->before[at] * per_day + (worktime_works(cal, at) ? worked_until(hours, t - instant_of_day(day, 0)) : 0);
    return ERR_OK;
}

enum err_code worktime_moment(const struct worktime_calendar *cal, const struct worktime_hours *hours, int64_t position,
                              instant *ret, struct err *reterr)
{
    int64_t per_day = worktime_hours_minutes(hours) * INSTANT_MINUTE;
    int64_t number = position > 0 ? (position - 1) / per_day : -1;
    int64_t rest = position - number * per_day; /* 1 .. per_day */
    int32_t day;
    enum err_code rc = worktime_working_day(cal, number, &day, reterr);
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

enum err_code worktime_start(const struct worktime_calendar *cal, const struct worktime_hours *hours, instant t,
                             enum worktime_why *ret_why, instant *ret, struct err *reterr)
{
    int32_t day = instant_day(t), at;
    enum err_code rc = worktime_find_day(cal, day, &at, reterr);
    if (rc)
        return rc;
    enum worktime_why why = WORKTIME_WHY_NO_WORKING_DAY;
    if (worktime_works(cal, at)) {
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
    rc = worktime_working_day(cal, cal->before[at + 1], &day, reterr);
    if (rc)
        return rc;
    *ret = instant_of_day(day, worktime_opening(hours));
    *ret_why = why;
    return ERR_OK;
}

enum err_code worktime_next_opening(const struct worktime_calendar *cal, const struct worktime_hours *hours, instant t,
                                    instant *ret, struct err *reterr)
{
    enum worktime_why why;
    return worktime_start(cal, hours, t, &why, ret, reterr);
}

/* ---- lengths */

enum err_code worktime_length(const struct worktime_calendar *cal, const struct worktime_hours *hours, instant a,
                              instant b, int64_t *ret_us, struct err *reterr)
{
    int64_t from, to;
    enum err_code rc = worktime_position(cal, hours, a, &from, reterr);
    if (rc)
        return rc;
    rc = worktime_position(cal, hours, b, &to, reterr);
    if (rc)
        return rc;
    *ret_us = to - from;
    return ERR_OK;
}

enum err_code worktime_between(const struct worktime_calendar *cal, const struct worktime_hours *hours, instant a,
                               instant b, int64_t *ret_minutes, struct err *reterr)
{
    int64_t us;
    enum err_code rc = worktime_length(cal, hours, a, b, &us, reterr);
    if (rc)
        return rc;
    *ret_minutes = us / INSTANT_MINUTE;
    return ERR_OK;
}

enum err_code worktime_pause_add(const struct worktime_calendar *cal, const struct worktime_hours *hours, instant a,
                                 instant b, struct worktime_pause *sum, struct err *reterr)
{
    int64_t us;
    enum err_code rc = worktime_length(cal, hours, a, b, &us, reterr);
    if (rc)
        return rc;
    sum->us += us;
    sum->days += instant_day(b) - instant_day(a);
    return ERR_OK;
}

enum err_code worktime_ahead_of(const struct worktime_calendar *cal, const struct worktime_hours *hours, instant due,
                                int64_t minutes, instant *ret, struct err *reterr)
{
    int64_t position;
    enum err_code rc = worktime_position(cal, hours, due, &position, reterr);
    if (rc)
        return rc;
    return worktime_moment(cal, hours, position - minutes * INSTANT_MINUTE, ret, reterr);
}
