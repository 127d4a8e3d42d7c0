/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The line of working time, for the engine's own files only: the office time of all working days of a calendar laid end
 * to end, in microseconds from its first opening. A moment has a position on it, a position has a moment; adding
 * working time is an addition between the two.
 */
#ifndef TAICHO_DOMAIN_WORKTIME_PRIVATE_H
#define TAICHO_DOMAIN_WORKTIME_PRIVATE_H

#include "common/domain/worktime.h"

static inline int worktime_opening(const struct worktime_hours *hours)
{
    return hours->open[0].from;
}

static inline int worktime_closing(const struct worktime_hours *hours)
{
    return hours->open[hours->count - 1].to;
}

/* Whether the day with this index in the calendar is worked. */
static inline bool worktime_works(const struct worktime_calendar *cal, int32_t at)
{
    return cal->before[at] != cal->before[at + 1];
}

/* worktime_find_day gives the index of a civil day. */
enum err_code worktime_find_day(const struct worktime_calendar *cal, int32_t day, int32_t *ret,
                                struct err *reterr) MUST_CHECK;

/* worktime_working_day gives the number-th working day of the calendar, from 0. */
enum err_code worktime_working_day(const struct worktime_calendar *cal, int64_t number, int32_t *ret,
                                   struct err *reterr) MUST_CHECK;

enum err_code worktime_position(const struct worktime_calendar *cal, const struct worktime_hours *hours, instant t,
                                int64_t *ret, struct err *reterr) MUST_CHECK;

/* worktime_moment is the earliest moment by which `position` > 0 has been worked: a closing, never the opening after.
 */
enum err_code worktime_moment(const struct worktime_calendar *cal, const struct worktime_hours *hours, int64_t position,
                              instant *ret, struct err *reterr) MUST_CHECK;

/* worktime_start is worktime_next_opening with the reason why it is not t itself. */
enum err_code worktime_start(const struct worktime_calendar *cal, const struct worktime_hours *hours, instant t,
                             enum worktime_why *ret_why, instant *ret, struct err *reterr) MUST_CHECK;

#endif
