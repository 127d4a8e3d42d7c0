/* SPDX-License-Identifier: Apache-2.0 */
/* The calendar is made once, with the number of working days before each day, so that the engine never walks days. */
#include "common/domain/worktime.h"

const struct worktime_hours worktime_hours_usual = {
    .count = 2,
    .open = {{.from = 7 * 60, .to = 11 * 60 + 30}, {.from = 13 * 60 + 30, .to = 17 * 60}},
};

static int32_t new_year(int year)
{
    struct civil c = {.year = year, .month = 1, .day = 1};
    return instant_day(instant_from_civil(&c));
}

static bool is_weekend(int32_t day)
{
    int weekday = instant_day_civil(day).weekday;
    return weekday == 0 || weekday == 6;
}

/* The two sentences for a day of the input that cannot be. */
static enum err_code refuse_makeup(int32_t day, struct err *reterr)
{
    struct civil c = instant_day_civil(day);
    return err_say(reterr, ERR_INVALID, "calendar",
                   "ngày làm bù %02d/%02d/%d không hợp lệ: trùng ngày nghỉ hoặc không phải cuối tuần",
                   "make-up day %02d/%02d/%d is a day off or no Saturday or Sunday", c.day, c.month, c.year);
}

static enum err_code refuse_outside(int32_t day, int first_year, int last_year, struct err *reterr)
{
    struct civil c = instant_day_civil(day);
    return err_say(reterr, ERR_INVALID, "calendar", "ngày %02d/%02d/%d nằm ngoài lịch các năm %d đến %d",
                   "day %02d/%02d/%d is outside of the years %d to %d", c.day, c.month, c.year, first_year, last_year);
}

/* mark_days writes what the two lists say about single days over the weekends that are already there. */
static enum err_code mark_days(uint8_t *kind, const struct worktime_calendar *cal, const int32_t *offs, size_t n,
                               const int32_t *makeups, size_t m, struct err *reterr)
{
    for (size_t i = 0; i < n; i++) {
        int64_t at = (int64_t)offs[i] - cal->first_day;
        if (at < 0 || at >= cal->day_count)
            return refuse_outside(offs[i], cal->first_year, cal->last_year, reterr);
        kind[at] = WORKTIME_DAY_OFF;
    }
    for (size_t i = 0; i < m; i++) {
        int64_t at = (int64_t)makeups[i] - cal->first_day;
        if (at < 0 || at >= cal->day_count)
            return refuse_outside(makeups[i], cal->first_year, cal->last_year, reterr);
        if (kind[at] != WORKTIME_WEEKEND && kind[at] != WORKTIME_MAKE_UP)
            return refuse_makeup(makeups[i], reterr);
        kind[at] = WORKTIME_MAKE_UP;
    }
    return ERR_OK;
}

enum err_code worktime_calendar_build(struct arena *arena, int first_year, int last_year, const int32_t *offs, size_t n,
                                      const int32_t *makeups, size_t m, struct worktime_calendar *ret,
                                      struct err *reterr)
{
    if (first_year < 1 || last_year < first_year || last_year > 9998)
        return err_say(reterr, ERR_INVALID, "calendar", "các năm của lịch không hợp lệ: %d đến %d",
                       "not years of a calendar: %d to %d", first_year, last_year);
    struct worktime_calendar cal = {.first_year = first_year, .last_year = last_year};
    cal.first_day = new_year(first_year);
    cal.day_count = new_year(last_year + 1) - cal.first_day;

    uint8_t *kind = ARENA_ARRAY(arena, (size_t)cal.day_count, uint8_t);
    for (int32_t i = 0; i < cal.day_count; i++)
        kind[i] = is_weekend(cal.first_day + i) ? WORKTIME_WEEKEND : WORKTIME_WORKING;
    enum err_code rc = mark_days(kind, &cal, offs, n, makeups, m, reterr);
    if (rc)
        return rc;

    int32_t *before = ARENA_ARRAY(arena, (size_t)cal.day_count + 1, int32_t);
    int32_t *working = ARENA_ARRAY(arena, (size_t)cal.day_count, int32_t);
    for (int32_t i = 0; i < cal.day_count; i++) {
        before[i] = cal.working_count;
        if (kind[i] == WORKTIME_WORKING || kind[i] == WORKTIME_MAKE_UP)
            working[cal.working_count++] = cal.first_day + i;
    }
    before[cal.day_count] = cal.working_count;
    cal.kind = kind;
    cal.before = before;
    cal.working = working;
    *ret = cal;
    return ERR_OK;
}

bool worktime_is_working_day(const struct worktime_calendar *cal, int32_t day)
{
    int64_t at = (int64_t)day - cal->first_day;
    return at >= 0 && at < cal->day_count && cal->before[at] != cal->before[at + 1];
}

enum err_code worktime_hours_check(const struct worktime_hours *hours, struct err *reterr)
{
    if (hours->count < 1 || hours->count > WORKTIME_INTERVALS)
        return err_say(reterr, ERR_INVALID, "hours", "giờ làm việc phải có từ 1 đến %d khoảng",
                       "office hours have 1 to %d intervals", WORKTIME_INTERVALS);
    for (int i = 0, last = -1; i < hours->count; i++) {
        int from = hours->open[i].from, to = hours->open[i].to;
        if (from <= last || to <= from || to > 24 * 60)
            return err_say(reterr, ERR_INVALID, "hours", "khoảng giờ làm việc thứ %d không hợp lệ",
                           "interval %d of the office hours is not possible", i + 1);
        last = to;
    }
    return ERR_OK;
}
