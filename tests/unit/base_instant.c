/* SPDX-License-Identifier: Apache-2.0 */
/* Civil time in Vietnam is computed without the C library, which is the witness here. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "common/base/instant.h"

static instant at(const char *s)
{
    instant t = 0;
    if (!instant_parse(s, &t))
        fail_msg("cannot read %s", s);
    return t;
}

static void civil_agrees_with_the_c_library(void **state)
{
    for (int64_t s = -5000000000; s < 9000000000; s += 86399 * 7 + 13) {
        time_t shifted = (time_t)(s + 7 * 3600);
        struct tm tm;
        assert_non_null(gmtime_r(&shifted, &tm));
        struct civil c = instant_civil(s * INSTANT_SECOND + 123456);
        assert_int_equal(c.year, tm.tm_year + 1900);
        assert_int_equal(c.month, tm.tm_mon + 1);
        assert_int_equal(c.day, tm.tm_mday);
        assert_int_equal(c.hour, tm.tm_hour);
        assert_int_equal(c.minute, tm.tm_min);
        assert_int_equal(c.second, tm.tm_sec);
        assert_int_equal(c.us, 123456);
        assert_int_equal(c.weekday, tm.tm_wday);
        assert_int_equal(instant_from_civil(&c), s * INSTANT_SECOND + 123456);
    }
}

static void a_day_begins_at_midnight_in_vietnam(void **state)
{
    instant t = at("2019-10-01T00:00:00+07:00");
    int32_t day = instant_day(t);
    assert_int_equal(instant_day(t - 1), day - 1);
    assert_int_equal(instant_day(t + INSTANT_DAY - 1), day);
    assert_int_equal(instant_of_day(day, 0), t);
    assert_int_equal(instant_of_day(day, 450), at("2019-10-01T07:30:00+07:00"));
    int32_t parsed;
    assert_true(instant_day_parse("2019-10-01", &parsed));
    assert_int_equal(parsed, day);
    struct civil c = instant_day_civil(day);
    assert_int_equal(c.year * 10000 + c.month * 100 + c.day, 20191001);
    assert_int_equal(c.weekday, 2);
    assert_true(instant_day_parse("1970-01-01", &parsed));
    assert_int_equal(parsed, 0);
    assert_true(instant_day_parse("1969-12-31", &parsed));
    assert_int_equal(parsed, -1);
    assert_int_equal(instant_day_civil(-1).weekday, 3);
}

static void text_and_parse_are_inverse(void **state)
{
    instant t = at("2019-10-01T07:30:00.000001+07:00");
    assert_string_equal(instant_text(t).s, "2019-10-01T07:30:00.000001+07:00");
    assert_int_equal(t, INT64_C(1569889800000001));
    assert_string_equal(instant_text(INSTANT_NONE).s, "");
    for (instant u = -40000000 * INSTANT_SECOND; u < 4000000000 * INSTANT_SECOND; u += INT64_C(3600012345678901))
        assert_int_equal(at(instant_text(u).s), u);
}

static void parse_reads_every_offset_and_fraction(void **state)
{
    instant noon = at("2020-02-29T12:00:00Z");
    assert_int_equal(at("2020-02-29T19:00:00+07:00"), noon);
    assert_int_equal(at("2020-02-29T06:30:00-05:30"), noon);
    assert_int_equal(at("2020-02-29t12:00:00z"), noon);
    assert_int_equal(at("2020-02-29T12:00:00.5Z"), noon + 500000);
    assert_int_equal(at("2020-02-29T12:00:00.1234567Z"), noon + 123456);
    assert_int_equal(at("2020-02-29T12:00:00.123456789Z"), noon + 123456);
}

static void parse_refuses_what_is_no_moment(void **state)
{
    static const char *const bad[] = {
        "",
        "2019-10-01",
        "2019-10-01T07:30:00",
        "2019-10-01 07:30:00Z",
        "2019-10-01T07:30Z",
        "2019-02-29T00:00:00Z",
        "1900-02-29T00:00:00Z",
        "2019-13-01T00:00:00Z",
        "2019-00-01T00:00:00Z",
        "2019-04-31T00:00:00Z",
        "2020-04-31T00:00:00Z",
        "2019-04-00T00:00:00Z",
        "2019-10-01T24:00:00Z",
        "2019-10-01T23:60:00Z",
        "2019-10-01T23:59:60Z",
        "2019-10-01T07:30:00.Z",
        "2019-10-01T07:30:00.1234567890Z",
        "2019-10-01T07:30:00Zx",
        "2019-10-01T07:30:00+7:00",
        "2019-10-01T07:30:00+24:00",
        "2019-10-01T07:30:00+07:60",
        "0000-01-01T00:00:00Z",
        "+019-10-01T07:30:00Z",
    };
    instant t = 42;
    for (size_t i = 0; i < COUNT_OF(bad); i++)
        if (instant_parse(bad[i], &t))
            fail_msg("%s was read", bad[i]);
    assert_false(instant_parse(NULL, &t));
    assert_int_equal(t, 42);
    int32_t day = 42;
    assert_false(instant_day_parse("2019-10-1", &day));
    assert_false(instant_day_parse("2019-10-01T", &day));
    assert_false(instant_day_parse("2023-02-29", &day));
    assert_false(instant_day_parse(NULL, &day));
    assert_int_equal(day, 42);
    assert_true(instant_day_parse("2000-02-29", &day));
}

static void every_day_of_two_eras_is_its_own(void **state)
{
    struct civil last = instant_day_civil(-200000);
    for (int32_t d = -199999; d < 200000; d++) {
        struct civil c = instant_day_civil(d);
        bool next_day = c.year == last.year && c.month == last.month && c.day == last.day + 1;
        bool next_month =
            c.day == 1 && last.day >= 28 && (c.month == last.month + 1 || (c.month == 1 && last.month == 12));
        assert_true(next_day || next_month);
        assert_int_equal(c.weekday, (last.weekday + 1) % 7);
        assert_int_equal(instant_day(instant_from_civil(&c)), d);
        last = c;
    }
}

static void the_ends_of_time_do_not_overflow(void **state)
{
    assert_int_equal(instant_civil(INT64_MAX).year, 294247);
    assert_true(instant_civil(INSTANT_NONE).year < -290000);
    assert_true(strlen(instant_text(INT64_MAX).s) > 0);
}

static void the_clocks_move(void **state)
{
    assert_true(instant_real() > at("2019-01-01T00:00:00Z"));
    int64_t a = instant_mono();
    while (instant_mono() == a)
        ;
    assert_true(instant_mono() > a);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(civil_agrees_with_the_c_library),  cmocka_unit_test(a_day_begins_at_midnight_in_vietnam),
        cmocka_unit_test(text_and_parse_are_inverse),       cmocka_unit_test(parse_reads_every_offset_and_fraction),
        cmocka_unit_test(parse_refuses_what_is_no_moment),  cmocka_unit_test(every_day_of_two_eras_is_its_own),
        cmocka_unit_test(the_ends_of_time_do_not_overflow), cmocka_unit_test(the_clocks_move),
    };
    return cmocka_run_group_tests_name("base_instant", tests, NULL, NULL);
}
