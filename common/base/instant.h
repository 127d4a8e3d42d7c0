/* SPDX-License-Identifier: Apache-2.0 */
/* One time type: microseconds since 1970-01-01T00:00:00Z. Civil time in Vietnam is always UTC+7, without DST. */
#ifndef TAICHO_BASE_INSTANT_H
#define TAICHO_BASE_INSTANT_H

#include <stdbool.h>
#include <stdint.h>

#include "common/base/attr.h"

typedef int64_t instant; /* the one typedef of the house: arithmetic on it is meant */

#define INSTANT_NONE   INT64_MIN
#define INSTANT_MS     INT64_C(1000)
#define INSTANT_SECOND INT64_C(1000000)
#define INSTANT_MINUTE (60 * INSTANT_SECOND)
#define INSTANT_HOUR   (60 * INSTANT_MINUTE)
#define INSTANT_DAY    (24 * INSTANT_HOUR)

#define INSTANT_TEXT_SIZE 40
struct instant_text {
    char s[INSTANT_TEXT_SIZE];
};

/* Civil date and time in Vietnam (UTC+7). */
struct civil {
    int year, month, day; /* month and day from 1 */
    int hour, minute, second, us;
    int weekday; /* 0 = Sunday */
};

instant instant_real(void); /* the wall clock; ids, outbox, tokens and retention only (business time: flow/clock.h) */
int64_t instant_mono(void); /* CLOCK_MONOTONIC in us: time limits */

/* instant_parse reads RFC 3339 with an offset or Z, to the microsecond. */
bool instant_parse(const char *s, instant *ret) MUST_CHECK;
struct instant_text instant_text(instant t); /* 2019-10-01T07:30:00.000000+07:00; "" for INSTANT_NONE */

struct civil instant_civil(instant t);
instant instant_from_civil(const struct civil *c);                     /* weekday is ignored */
int32_t instant_day(instant t);                                        /* civil days in Vietnam since 1970-01-01 */
bool instant_day_parse(const char *iso_date, int32_t *ret) MUST_CHECK; /* 2019-10-01 */
struct civil instant_day_civil(int32_t day);                           /* its midnight */
instant instant_of_day(int32_t day, int minute_of_day);                /* a civil moment in Vietnam */

#endif
