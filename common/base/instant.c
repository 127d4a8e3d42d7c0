/* SPDX-License-Identifier: Apache-2.0 */
/* Proleptic Gregorian calendar by the era method (400 years = 146097 days), without the C library's time zones. */
#include "common/base/instant.h"

#include <stdio.h>
#include <time.h>

#include "common/base/err.h"

#define OFFSET_MINUTES (7 * 60)

static instant clock_read(clockid_t clock)
{
    struct timespec t;
    BUG_IF(clock_gettime(clock, &t) != 0, "clock_gettime");
    return (int64_t)t.tv_sec * INSTANT_SECOND + t.tv_nsec / 1000;
}

instant instant_real(void)
{
    return clock_read(CLOCK_REALTIME);
}

int64_t instant_mono(void)
{
    return clock_read(CLOCK_MONOTONIC);
}

static int64_t floor_div(int64_t a, int64_t b)
{
    return a / b - (a % b < 0);
}

/* days_from counts days from 1970-01-01; a year begins in March so that the leap day comes last. */
static int64_t days_from(int64_t year, int month, int day)
{
    year -= month <= 2;
    int64_t era = floor_div(year, 400);
    int64_t in_era = year - era * 400;
    int64_t in_year = (153 * (month + (month > 2 ? -3 : 9)) + 2) / 5 + day - 1;
    return era * 146097 + in_era * 365 + in_era / 4 - in_era / 100 + in_year - 719468;
}

struct civil instant_day_civil(int32_t day)
{
    int64_t z = (int64_t)day + 719468;
    int64_t era = floor_div(z, 146097);
    int64_t d = z - era * 146097;
    int64_t y = (d - d / 1460 + d / 36524 - d / 146096) / 365;
    int64_t in_year = d - (365 * y + y / 4 - y / 100);
    int64_t m = (5 * in_year + 2) / 153;
    struct civil c = {
        .day = (int)(in_year - (153 * m + 2) / 5 + 1),
        .month = (int)(m < 10 ? m + 3 : m - 9),
        .weekday = (int)(((int64_t)day % 7 + 11) % 7), /* 1970-01-01 was a Thursday */
    };
    c.year = (int)(y + era * 400 + (c.month <= 2));
    return c;
}

/* split gives the civil day of t and the microseconds since its midnight; the offset is added where it cannot overflow.
 */
static int64_t split(instant t, int64_t *ret_us)
{
    int64_t day = floor_div(t, INSTANT_DAY);
    int64_t us = t % INSTANT_DAY;
    us += (us < 0 ? INSTANT_DAY : 0) + OFFSET_MINUTES * INSTANT_MINUTE;
    if (us >= INSTANT_DAY) {
        us -= INSTANT_DAY;
        day++;
    }
    *ret_us = us;
    return day;
}

struct civil instant_civil(instant t)
{
    int64_t us;
    struct civil c = instant_day_civil((int32_t)split(t, &us));
    c.hour = (int)(us / INSTANT_HOUR);
    c.minute = (int)(us / INSTANT_MINUTE % 60);
    c.second = (int)(us / INSTANT_SECOND % 60);
    c.us = (int)(us % INSTANT_SECOND);
    return c;
}

instant instant_from_civil(const struct civil *c)
{
    int64_t minutes = (int64_t)c->hour * 60 + c->minute - OFFSET_MINUTES;
    return days_from(c->year, c->month, c->day) * INSTANT_DAY + minutes * INSTANT_MINUTE + c->second * INSTANT_SECOND +
           c->us;
}

int32_t instant_day(instant t)
{
    int64_t us;
    return (int32_t)split(t, &us);
}

instant instant_of_day(int32_t day, int minute_of_day)
{
    return (int64_t)day * INSTANT_DAY + (int64_t)(minute_of_day - OFFSET_MINUTES) * INSTANT_MINUTE;
}

/* number reads exactly `digits` digits and moves on; false at anything else. */
static bool number(const char **s, int digits, int *ret)
{
    int n = 0;
    for (int i = 0; i < digits; i++, (*s)++) {
        if (**s < '0' || **s > '9')
            return false;
        n = n * 10 + (**s - '0');
    }
    *ret = n;
    return true;
}

static bool one_of(const char **s, char a, char b)
{
    if (**s != a && **s != b)
        return false;
    (*s)++;
    return true;
}

static bool date(const char **s, struct civil *ret)
{
    static const int length[] = {31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31};
    if (!number(s, 4, &ret->year) || !one_of(s, '-', '-') || !number(s, 2, &ret->month) || !one_of(s, '-', '-') ||
        !number(s, 2, &ret->day))
        return false;
    if (ret->year < 1 || ret->month < 1 || ret->month > 12 || ret->day < 1)
        return false;
    bool leap = (ret->year % 4 == 0 && ret->year % 100 != 0) || ret->year % 400 == 0;
    return ret->day <= length[ret->month - 1] + (leap && ret->month == 2);
}

/* fraction reads ".123": digits behind the sixth are read and dropped. */
static bool fraction(const char **s, int *ret_us)
{
    int us = 0, digits = 0;
    if (**s == '.') {
        for ((*s)++; **s >= '0' && **s <= '9'; (*s)++, digits++)
            if (digits < 6)
                us = us * 10 + (**s - '0');
        if (digits == 0 || digits > 9)
            return false;
        for (; digits < 6; digits++)
            us *= 10;
    }
    *ret_us = us;
    return true;
}

static bool offset(const char **s, int *ret_minutes)
{
    int sign = **s == '-' ? -1 : 1, hours, minutes;
    if (one_of(s, 'Z', 'z')) {
        *ret_minutes = 0;
        return true;
    }
    if (!one_of(s, '+', '-') || !number(s, 2, &hours) || !one_of(s, ':', ':') || !number(s, 2, &minutes))
        return false;
    *ret_minutes = sign * (hours * 60 + minutes);
    return hours <= 23 && minutes <= 59;
}

bool instant_parse(const char *s, instant *ret)
{
    struct civil c = {0};
    int minutes;
    if (!s || !date(&s, &c) || !one_of(&s, 'T', 't') || !number(&s, 2, &c.hour) || !one_of(&s, ':', ':') ||
        !number(&s, 2, &c.minute) || !one_of(&s, ':', ':') || !number(&s, 2, &c.second) || !fraction(&s, &c.us) ||
        !offset(&s, &minutes) || *s != '\0')
        return false;
    if (c.hour > 23 || c.minute > 59 || c.second > 59)
        return false;
    *ret = instant_from_civil(&c) + (int64_t)(OFFSET_MINUTES - minutes) * INSTANT_MINUTE;
    return true;
}

bool instant_day_parse(const char *iso_date, int32_t *ret)
{
    struct civil c = {0};
    if (!iso_date || !date(&iso_date, &c) || *iso_date != '\0')
        return false;
    *ret = (int32_t)days_from(c.year, c.month, c.day);
    return true;
}

/* put writes `digits` decimal digits; written by hand because every event and log line passes here. */
static char *put(char *at, int n, int digits, char after)
{
    for (int i = digits - 1; i >= 0; i--, n /= 10)
        at[i] = (char)('0' + n % 10);
    at[digits] = after;
    return at + digits + 1;
}

struct instant_text instant_text(instant t)
{
    struct instant_text text = {{0}};
    if (t == INSTANT_NONE)
        return text;
    struct civil c = instant_civil(t);
    if (c.year < 0 || c.year > 9999) { /* outside of RFC 3339; printed for whoever reads the log */
        (void)snprintf(text.s, sizeof(text.s), "%d-%02d-%02d", c.year, c.month, c.day);
        return text;
    }
    char *at = put(text.s, c.year, 4, '-');
    at = put(at, c.month, 2, '-');
    at = put(at, c.day, 2, 'T');
    at = put(at, c.hour, 2, ':');
    at = put(at, c.minute, 2, ':');
    at = put(at, c.second, 2, '.');
    at = put(at, c.us, 6, '+');
    at = put(at, OFFSET_MINUTES / 60, 2, ':');
    (void)put(at, OFFSET_MINUTES % 60, 2, '\0');
    return text;
}
