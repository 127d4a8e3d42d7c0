/* SPDX-License-Identifier: Apache-2.0 */
/* The real calendar of 2019 and 2020 (Prime Minister's notices; the dates of holidays_vn.csv), for one test program. */
#ifndef TAICHO_TESTS_CALENDAR_2019_H
#define TAICHO_TESTS_CALENDAR_2019_H

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "common/domain/worktime.h"

static const char *const offs[] = {
    "2019-01-01", "2019-02-04", "2019-02-05", "2019-02-06", "2019-02-07", "2019-02-08", "2019-04-14", "2019-04-15",
    "2019-04-29", "2019-04-30", "2019-05-01", "2019-09-02", "2020-01-01", "2020-01-23", "2020-01-24", "2020-01-25",
    "2020-01-26", "2020-01-27", "2020-01-28", "2020-01-29", "2020-04-02", "2020-04-30", "2020-05-01", "2020-09-02",
};
static const char *const makeups[] = {"2019-01-05", "2019-05-04"};

static struct arena *arena;
static struct worktime_calendar cal;
static const struct worktime_hours *const hours = &worktime_hours_usual;

static inline int32_t day(const char *iso)
{
    int32_t d = 0;
    if (!instant_day_parse(iso, &d))
        fail_msg("no day %s", iso);
    return d;
}

/* at reads "2019-10-01 09:15" or with seconds. */
static inline instant at(const char *s)
{
    char text[64];
    instant t = 0;
    (void)snprintf(text, sizeof(text), "%.10sT%s%s+07:00", s, s + 11, strlen(s) == 16 ? ":00" : "");
    if (!instant_parse(text, &t))
        fail_msg("no moment %s", s);
    return t;
}

static inline void expect(const char *received, instant due, const char *expected)
{
    if (due != at(expected))
        fail_msg("received %s: due %s, expected %s", received, instant_text(due).s, expected);
}

static inline int build_calendar(void **state)
{
    int32_t o[COUNT_OF(offs)], m[COUNT_OF(makeups)];
    struct err e;
    for (size_t i = 0; i < COUNT_OF(offs); i++)
        o[COUNT_OF(offs) - 1 - i] = day(offs[i]); /* in any order */
    for (size_t i = 0; i < COUNT_OF(makeups); i++)
        m[i] = day(makeups[i]);
    arena = arena_new(1 << 20);
    return worktime_calendar_build(arena, 2019, 2020, o, COUNT_OF(o), m, COUNT_OF(m), &cal, &e);
}

static inline int drop_calendar(void **state)
{
    arena_free(arena);
    return 0;
}

#endif
