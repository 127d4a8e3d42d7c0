/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The working-time engine: from the moment of receipt and a rule to the moment a result is due.
 *
 * Pure: no clock, no I/O, nothing is allocated except by worktime_calendar_build, in the caller's arena. A built
 * calendar is read-only and may be shared by threads. Every calculation takes constant time.
 *
 * What the units mean, and where it comes from:
 *
 *   start         Received outside of office hours: the clock starts at the next opening (provincial practice,
 *                 CaculateTime of the public one-stop software). A moment of closing is outside, one of opening inside.
 *   HOURS         working hours, kept in minutes so that half an hour can be said.
 *   WORKING_DAYS  n times the office minutes of a day, of working time: received 09:15 with 1 day is due 09:15 on the
 *                 next working day. Monday to Friday less days off plus make-up Saturdays (Labour Code; calendars by
 *                 the Prime Minister's yearly notice). A span that ends with the day ends at its closing, never at
 *                 the next opening, which is the same working moment.
 *   DAYS          calendar days. The day of the start is not counted (Civil Code 2015 Art. 147(2)); the end is the end
 *                 of the last day (Art. 148(2)), at a counter its closing; when that is no working day, the closing of
 *                 the next one (Art. 148(5)).
 *   MONTHS        to the same day of the last month, or its last day when it has no such day (Art. 148(4)), and then
 *                 as DAYS.
 *
 * Errors: a date outside of the calendar's years is refused with ERR_INVALID, field "calendar", naming the year whose
 * calendar is missing; a span that makes no sense with field "span". Outputs are set only on success; a
 * trace after a refusal holds what was found until then.
 */
#ifndef TAICHO_DOMAIN_WORKTIME_H
#define TAICHO_DOMAIN_WORKTIME_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "common/base/arena.h"
#include "common/base/err.h"
#include "common/base/instant.h"
#include "common/domain/worktime_trace.h"

enum worktime_day { WORKTIME_WORKING, WORKTIME_WEEKEND, WORKTIME_DAY_OFF, WORKTIME_MAKE_UP };

/* Complete years of a calendar; days are civil days (instant_day). Index 0 is 1 January of first_year. */
struct worktime_calendar {
    int first_year, last_year;
    int32_t first_day, day_count;
    int32_t working_count;
    const uint8_t *kind;    /* [day_count] enum worktime_day */
    const int32_t *before;  /* [day_count + 1] how many working days lie before that day */
    const int32_t *working; /* [working_count] the working days, rising */
    int64_t version;        /* the release it came with: the builder sets it, every due date stores it. 0: none */
};

/* Office hours of a working day, in minutes since midnight, rising and not touching; [from, to). */
#define WORKTIME_INTERVALS 4
struct worktime_hours {
    int count;
    struct {
        int from, to;
    } open[WORKTIME_INTERVALS];
};

/* 07:00-11:30 and 13:30-17:00: 8 hours; the default of the provincial software. Make-up Saturdays have the same. */
extern const struct worktime_hours worktime_hours_usual;

struct worktime_rule {
    struct worktime_span span; /* not read when same_day */
    bool same_day;             /* civil status, certification: the result on the day of receipt */
    int cutoff_minute; /* same_day only: received later than this, due on the next working day. 15 * 60 by the Law on
                          Civil Status 2014 and Decree 23/2015 Art. 7; 0: none */
};

/* The cut-off of Decree 61/2018 Art. 18 for worktime_transfer_due. */
#define WORKTIME_TRANSFER_CUTOFF (15 * 60)

/* Time that does not count, between two moments: both measures are kept, the unit of the span says which one is used.
 */
struct worktime_pause {
    int64_t us;   /* working time: HOURS, WORKING_DAYS, results of the same day */
    int32_t days; /* civil days, the first one not counted: DAYS, MONTHS */
};

/*
 * worktime_calendar_build makes the calendar of complete years. `offs` are public holidays, compensatory and swapped
 * days off, `makeups` working days on a weekend; in any order, repeats do not matter. Refused: a day outside of the
 * years, a make-up day that is no Saturday or Sunday, a day in both lists. The arrays live in the arena.
 */
enum err_code worktime_calendar_build(struct arena *arena, int first_year, int last_year, const int32_t *offs, size_t n,
                                      const int32_t *makeups, size_t m, struct worktime_calendar *ret,
                                      struct err *reterr) MUST_CHECK;

/* worktime_hours_check refuses hours that are empty, not rising, or outside of the day. Other calls do not check. */
enum err_code worktime_hours_check(const struct worktime_hours *hours, struct err *reterr) MUST_CHECK;
int worktime_hours_minutes(const struct worktime_hours *hours); /* of one working day: 480 */

/* worktime_is_working_day is false for a day outside of the calendar. */
bool worktime_is_working_day(const struct worktime_calendar *cal, int32_t day);

/* worktime_next_opening gives t itself inside office hours, otherwise the next opening. */
enum err_code worktime_next_opening(const struct worktime_calendar *cal, const struct worktime_hours *hours, instant t,
                                    instant *ret, struct err *reterr) MUST_CHECK;

/* worktime_add gives the end of a span that is counted from `from`. A span of 0 ends where it starts. trace may be
 * NULL. */
enum err_code worktime_add(const struct worktime_calendar *cal, const struct worktime_hours *hours, instant from,
                           struct worktime_span span, struct worktime_trace *trace, instant *ret,
                           struct err *reterr) MUST_CHECK;

/* worktime_between gives the whole working minutes from a to b, negative when b is earlier. */
enum err_code worktime_between(const struct worktime_calendar *cal, const struct worktime_hours *hours, instant a,
                               instant b, int64_t *ret_minutes, struct err *reterr) MUST_CHECK;

/* worktime_length is worktime_between to the microsecond; worktime_pause_add adds the time from a to b to a pause. */
enum err_code worktime_length(const struct worktime_calendar *cal, const struct worktime_hours *hours, instant a,
                              instant b, int64_t *ret_us, struct err *reterr) MUST_CHECK;
enum err_code worktime_pause_add(const struct worktime_calendar *cal, const struct worktime_hours *hours, instant a,
                                 instant b, struct worktime_pause *sum, struct err *reterr) MUST_CHECK;

/* worktime_ahead_of gives the moment so many working minutes before another: when to warn. */
enum err_code worktime_ahead_of(const struct worktime_calendar *cal, const struct worktime_hours *hours, instant due,
                                int64_t minutes, instant *ret, struct err *reterr) MUST_CHECK;

/*
 * worktime_day_after gives the n-th working day after a civil day that is itself not counted, -n: before it. 0: the day
 * itself or the next working one.
 */
enum err_code worktime_day_after(const struct worktime_calendar *cal, int32_t day, int n, int32_t *ret,
                                 struct err *reterr) MUST_CHECK;

/*
 * worktime_due is the rule of a procedure. A same-day result is due at the closing of the day of receipt; received
 * after the cut-off ("sau 15 giờ": 15:00 itself is in time), after closing or on no working day, at the closing of the
 * next working day.
 */
enum err_code worktime_due(const struct worktime_rule *rule, const struct worktime_calendar *cal,
                           const struct worktime_hours *hours, instant received, struct worktime_trace *trace,
                           instant *ret, struct err *reterr) MUST_CHECK;

/*
 * worktime_due_paused is worktime_due with `n` spans more (a finding adds 10 days to 15), each counted from the end of
 * the one before, and with time that does not count added to the last of all.
 */
enum err_code worktime_due_paused(const struct worktime_rule *rule, const struct worktime_span *more, int n,
                                  const struct worktime_pause *pause, const struct worktime_calendar *cal,
                                  const struct worktime_hours *hours, instant received, struct worktime_trace *trace,
                                  instant *ret, struct err *reterr) MUST_CHECK;

/*
 * worktime_move carries a promised moment on by time that does not count: civil days, to the closing of that day or of
 * the next working one, or working time. A moment on no working day moves to the closing of the next (Civil Code
 * Art. 148(5)); else, with nothing to add, it stays itself.
 */
enum err_code worktime_move(const struct worktime_calendar *cal, const struct worktime_hours *hours, instant promised,
                            bool by_days, const struct worktime_pause *pause, struct worktime_trace *trace,
                            instant *ret, struct err *reterr) MUST_CHECK;

/*
 * worktime_transfer_due: until when a received dossier goes to the agency that handles it (Decree 61/2018 Art. 18): the
 * closing of the same working day; accepted after the cut-off or on no working day, the opening of the next.
 */
enum err_code worktime_transfer_due(const struct worktime_calendar *cal, const struct worktime_hours *hours,
                                    int cutoff_minute, instant accepted, struct worktime_trace *trace, instant *ret,
                                    struct err *reterr) MUST_CHECK;

#endif
