/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Working time by the real calendar of 2019 and 2020. The rows are read as: from, to. A slow engine that walks minute
 * by minute is the second witness.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include <string.h>

#include "tests/unit/domain_calendar_2019.h"

/* ---- the calendar */

static void the_calendar_of_2019_has_its_working_days(void **state)
{
    static const struct {
        const char *day;
        bool working;
    } rows[] = {
        {"2019-01-01", false}, {"2019-01-02", true},  {"2019-01-05", true},  {"2019-01-06", false},
        {"2019-02-02", false}, {"2019-02-08", false}, {"2019-02-11", true},  {"2019-04-15", false},
        {"2019-05-04", true},  {"2019-05-05", false}, {"2019-10-01", true},  {"2019-12-31", true},
        {"2020-01-22", true},  {"2020-01-30", true},  {"2018-12-31", false}, {"2021-01-01", false},
    };
    for (size_t i = 0; i < COUNT_OF(rows); i++)
        if (worktime_is_working_day(&cal, day(rows[i].day)) != rows[i].working)
            fail_msg("%s", rows[i].day);
    /* 261 Mondays to Fridays in 2019, 11 of them off, 2 Saturdays worked */
    assert_int_equal(cal.before[365], 261 - 11 + 2);
    assert_int_equal(cal.day_count, 365 + 366);
}

static void build_refuses(const char *off, const char *makeup, int first, int last)
{
    int32_t o = off ? day(off) : 0, m = makeup ? day(makeup) : 0;
    struct worktime_calendar untouched = {.first_year = 7};
    struct err e;
    assert_int_equal(worktime_calendar_build(arena, first, last, &o, off ? 1 : 0, &m, makeup ? 1 : 0, &untouched, &e),
                     ERR_INVALID);
    assert_string_equal(e.field, "calendar");
    assert_int_equal(untouched.first_year, 7);
}

static void a_calendar_that_cannot_be_is_refused(void **state)
{
    build_refuses("2018-12-31", NULL, 2019, 2019);
    build_refuses("2020-01-01", NULL, 2019, 2019);
    build_refuses(NULL, "2020-01-04", 2019, 2019);
    build_refuses(NULL, "2019-05-03", 2019, 2019);         /* a Friday */
    build_refuses("2019-05-04", "2019-05-04", 2019, 2019); /* both */
    build_refuses(NULL, NULL, 2020, 2019);
}

/* ---- openings */

static void the_clock_starts_at_the_next_opening(void **state)
{
    static const struct {
        const char *from, *to;
    } rows[] = {
        {"2019-10-01 07:00", "2019-10-01 07:00"}, {"2019-10-01 06:59:59.999999", "2019-10-01 07:00"},
        {"2019-10-01 00:00", "2019-10-01 07:00"}, {"2019-10-01 11:29:59.999999", "2019-10-01 11:29:59.999999"},
        {"2019-10-01 11:30", "2019-10-01 13:30"}, {"2019-10-01 12:15", "2019-10-01 13:30"},
        {"2019-10-01 13:30", "2019-10-01 13:30"}, {"2019-10-01 16:59:59", "2019-10-01 16:59:59"},
        {"2019-10-01 17:00", "2019-10-02 07:00"}, {"2019-10-01 23:59:59", "2019-10-02 07:00"},
        {"2019-10-04 17:30", "2019-10-07 07:00"},                                           /* Friday evening */
        {"2019-10-05 09:00", "2019-10-07 07:00"},                                           /* Saturday */
        {"2019-05-04 09:00", "2019-05-04 09:00"},                                           /* make-up Saturday */
        {"2019-05-03 17:00", "2019-05-04 07:00"}, {"2019-02-01 17:00", "2019-02-11 07:00"}, /* Tết */
        {"2019-12-31 17:00", "2020-01-02 07:00"},
    };
    for (size_t i = 0; i < COUNT_OF(rows); i++) {
        instant t = 0;
        struct err e;
        assert_int_equal(worktime_next_opening(&cal, hours, at(rows[i].from), &t, &e), ERR_OK);
        expect(rows[i].from, t, rows[i].to);
    }
}

/* ---- spans */

static void add_rows(const char *const (*rows)[2], size_t count, const struct worktime_span *span)
{
    for (size_t i = 0; i < count; i++) {
        struct worktime_trace trace;
        instant plain = 0, traced = 0;
        struct err e;
        assert_int_equal(worktime_add(&cal, hours, at(rows[i][0]), span[i], NULL, &plain, &e), ERR_OK);
        assert_int_equal(worktime_add(&cal, hours, at(rows[i][0]), span[i], &trace, &traced, &e), ERR_OK);
        assert_int_equal(plain, traced);
        assert_int_equal(trace.step[0].from, at(rows[i][0]));
        assert_int_equal(trace.step[trace.count - 1].why, WORKTIME_WHY_DUE);
        assert_int_equal(trace.step[trace.count - 1].from, plain);
        expect(rows[i][0], plain, rows[i][1]);
    }
}

static void working_days_end_at_the_same_time_of_day(void **state)
{
    static const char *const rows[][2] = {
        {"2019-10-01 09:15", "2019-10-02 09:15"},       {"2019-10-01 09:15", "2019-10-22 09:15"},
        {"2019-10-04 16:00", "2019-10-07 16:00"},       {"2019-10-01 16:59:59", "2019-10-02 16:59:59"},
        {"2019-10-01 13:30:01", "2019-10-02 13:30:01"}, {"2019-02-01 10:00", "2019-02-11 10:00"}, /* Tết */
        {"2019-04-26 10:00", "2019-05-02 10:00"},       {"2019-05-03 10:00", "2019-05-04 10:00"}, /* make-up Saturday */
        {"2019-05-03 10:00", "2019-05-06 10:00"},       {"2019-12-31 10:00", "2020-01-02 10:00"},
        {"2019-08-30 10:00", "2019-09-03 10:00"},       {"2019-12-20 08:00", "2020-02-06 08:00"},
    };
    static const int64_t days[] = {1, 15, 1, 1, 1, 1, 1, 1, 2, 1, 1, 28};
    struct worktime_span span[COUNT_OF(rows)];
    for (size_t i = 0; i < COUNT_OF(rows); i++)
        span[i] = WORKTIME_SPAN_WORKING_DAYS(days[i]);
    add_rows(rows, COUNT_OF(rows), span);
}

static void received_outside_of_hours_a_day_ends_at_closing(void **state)
{
    static const char *const rows[][2] = {
        {"2019-10-01 07:00", "2019-10-01 17:00"}, {"2019-10-01 05:00", "2019-10-01 17:00"},
        {"2019-10-01 17:00", "2019-10-02 17:00"}, {"2019-10-04 18:00", "2019-10-07 17:00"},
        {"2019-10-05 09:00", "2019-10-07 17:00"}, {"2019-10-01 12:00", "2019-10-02 11:30"}, /* lunch: half a day each */
        {"2019-02-01 17:30", "2019-02-11 17:00"},
    };
    struct worktime_span span[COUNT_OF(rows)];
    for (size_t i = 0; i < COUNT_OF(rows); i++)
        span[i] = WORKTIME_SPAN_WORKING_DAYS(1);
    add_rows(rows, COUNT_OF(rows), span);
}

static void hours_are_working_hours(void **state)
{
    static const char *const rows[][2] = {
        {"2019-10-01 09:15", "2019-10-01 10:15"},       {"2019-10-01 11:00", "2019-10-01 14:00"}, /* across lunch */
        {"2019-10-01 10:30", "2019-10-01 11:30"},       {"2019-10-01 16:30", "2019-10-02 07:30"},
        {"2019-10-04 16:30", "2019-10-07 07:30"},       {"2019-10-01 09:15", "2019-10-02 09:15"}, /* 8 hours */
        {"2019-10-01 16:59:59", "2019-10-02 07:29:59"}, {"2019-10-01 12:00", "2019-10-01 15:00"},
        {"2019-10-01 16:00", "2019-10-01 17:00"},       {"2019-10-01 07:00", "2019-10-01 11:30"},
        {"2019-10-01 18:00", "2019-10-02 07:00"}, /* nothing: where it starts */
    };
    static const int64_t minutes[] = {60, 60, 60, 60, 60, 480, 30, 90, 60, 270, 0};
    struct worktime_span span[COUNT_OF(rows)];
    for (size_t i = 0; i < COUNT_OF(rows); i++)
        span[i] = WORKTIME_SPAN_MINUTES(minutes[i]);
    add_rows(rows, COUNT_OF(rows), span);
}

static void calendar_days_end_with_a_working_day(void **state)
{
    static const char *const rows[][2] = {
        {"2019-10-01 09:15", "2019-10-02 17:00"}, {"2019-10-01 09:15", "2019-10-16 17:00"},
        {"2019-10-01 09:15", "2019-10-07 17:00"}, /* the 4th day is a Saturday */
        {"2019-10-01 17:30", "2019-10-03 17:00"}, /* starts on the 2nd */
        {"2019-05-02 10:00", "2019-05-04 17:00"}, /* a make-up Saturday is a day like others */
        {"2019-05-02 10:00", "2019-05-06 17:00"}, {"2019-01-30 10:00", "2019-02-11 17:00"}, /* into Tết */
        {"2019-12-22 10:00", "2020-01-02 17:00"}, /* from Monday the 23rd, the 9th day is 1 January */
    };
    static const int64_t days[] = {1, 15, 4, 1, 2, 3, 7, 9};
    struct worktime_span span[COUNT_OF(rows)];
    for (size_t i = 0; i < COUNT_OF(rows); i++)
        span[i] = WORKTIME_SPAN_DAYS(days[i]);
    add_rows(rows, COUNT_OF(rows), span);
}

static void months_end_on_the_same_day_or_the_last(void **state)
{
    static const char *const rows[][2] = {
        {"2019-10-01 09:15", "2019-11-01 17:00"},
        {"2019-01-31 09:15", "2019-02-28 17:00"},
        {"2019-08-30 09:15", "2020-03-02 17:00"}, /* 29/02/2020 is a Saturday */
        {"2019-12-10 09:15", "2020-01-10 17:00"},
        {"2019-10-02 09:15", "2019-12-02 17:00"},
        {"2019-10-02 09:15", "2020-10-02 17:00"},
        {"2019-11-30 09:15", "2020-01-02 17:00"}, /* a Saturday: counted from 02/12 */
    };
    static const int64_t months[] = {1, 1, 6, 1, 2, 12, 1};
    struct worktime_span span[COUNT_OF(rows)];
    for (size_t i = 0; i < COUNT_OF(rows); i++)
        span[i] = WORKTIME_SPAN_MONTHS(months[i]);
    add_rows(rows, COUNT_OF(rows), span);
}

static void refused(const char *received, struct worktime_span span, const char *field, const char *word)
{
    instant t = 42;
    struct err e;
    assert_int_equal(worktime_add(&cal, hours, at(received), span, NULL, &t, &e), ERR_INVALID);
    assert_string_equal(e.field, field);
    if (!strstr(e.vi, word) || !strstr(e.en, word))
        fail_msg("\"%s\" / \"%s\" do not say %s", e.vi, e.en, word);
    assert_int_equal(t, 42);
}

static void beyond_the_last_year_is_refused_by_name(void **state)
{
    refused("2020-12-31 10:00", WORKTIME_SPAN_WORKING_DAYS(1), "calendar", "2021");
    refused("2020-12-31 16:00", WORKTIME_SPAN_MINUTES(61), "calendar", "2021");
    refused("2020-12-31 17:00", WORKTIME_SPAN_MINUTES(0), "calendar", "2021");
    refused("2020-12-30 10:00", WORKTIME_SPAN_DAYS(2), "calendar", "2021");
    refused("2020-06-01 10:00", WORKTIME_SPAN_MONTHS(24), "calendar", "2022");
    refused("2021-01-01 10:00", WORKTIME_SPAN_WORKING_DAYS(1), "calendar", "2021");
    refused("2021-03-01 10:00", WORKTIME_SPAN_WORKING_DAYS(1), "calendar", "2021");
    refused("2018-12-31 10:00", WORKTIME_SPAN_WORKING_DAYS(1), "calendar", "2018");
    refused("2019-03-01 10:00", WORKTIME_SPAN_WORKING_DAYS(10000000), "calendar", "2021");
    refused("2019-03-01 10:00", WORKTIME_SPAN_MINUTES(10000000), "calendar", "2021");
    refused("2019-03-01 10:00", WORKTIME_SPAN_MONTHS(10000000), "calendar", "3019");
    instant t = 0;
    struct err e;
    assert_int_equal(worktime_add(&cal, hours, at("2020-12-31 16:00"), WORKTIME_SPAN_MINUTES(60), NULL, &t, &e),
                     ERR_OK);
    expect("the last hour", t, "2020-12-31 17:00");
    assert_int_equal(worktime_next_opening(&cal, hours, INSTANT_NONE, &t, &e), ERR_INVALID);
    assert_int_equal(worktime_next_opening(&cal, hours, INT64_MAX, &t, &e), ERR_INVALID);
}

static void a_span_that_makes_no_sense_is_refused(void **state)
{
    refused("2019-10-01 10:00", WORKTIME_SPAN_WORKING_DAYS(-1), "span", "-1");
    refused("2019-10-01 10:00", WORKTIME_SPAN_DAYS(INT64_MAX), "span", "");
    refused("2019-10-01 10:00", (struct worktime_span){.unit = WORKTIME_HOURS, .amount = 8}, "span", "");
    refused("2019-10-01 10:00", (struct worktime_span){.unit = WORKTIME_DAYS, .amount = 1, .minutes = 5}, "span", "");
    refused("2019-10-01 10:00", (struct worktime_span){.unit = WORKTIME_UNIT_COUNT, .amount = 1}, "span", "");
}

/* ---- between, and the second witness */

static void between_counts_working_minutes(void **state)
{
    static const struct {
        const char *a, *b;
        int64_t minutes;
    } rows[] = {
        {"2019-10-01 09:15", "2019-10-01 10:15", 60},   {"2019-10-01 11:00", "2019-10-01 14:00", 60},
        {"2019-10-01 09:15", "2019-10-02 09:15", 480},  {"2019-10-04 17:00", "2019-10-07 07:00", 0},
        {"2019-02-01 16:00", "2019-02-11 08:00", 120},  {"2019-05-03 17:00", "2019-05-05 10:00", 480},
        {"2019-10-02 09:15", "2019-10-01 09:15", -480}, {"2019-10-01 09:15", "2019-10-01 09:15:59", 0},
    };
    for (size_t i = 0; i < COUNT_OF(rows); i++) {
        int64_t minutes = 0;
        struct err e;
        assert_int_equal(worktime_between(&cal, hours, at(rows[i].a), at(rows[i].b), &minutes, &e), ERR_OK);
        assert_int_equal(minutes, rows[i].minutes);
    }
    int64_t minutes = 42;
    struct err e;
    assert_int_equal(worktime_between(&cal, hours, at("2019-10-01 09:15"), at("2021-10-01 09:15"), &minutes, &e),
                     ERR_INVALID);
    assert_int_equal(minutes, 42);
}

/* is_open says whether the minute that begins at t is worked; only kinds and hours, no arithmetic of the engine. */
static bool is_open(const struct worktime_hours *h, instant t)
{
    struct civil c = instant_civil(t);
    int minute = c.hour * 60 + c.minute;
    for (int i = 0; i < h->count; i++)
        if (worktime_is_working_day(&cal, instant_day(t)) && minute >= h->open[i].from && minute < h->open[i].to)
            return true;
    return false;
}

static void the_engine_agrees_with_walking_minute_by_minute(void **state)
{
    static const struct worktime_hours odd = {
        .count = 4, .open = {{0, 60}, {480, 481}, {600, 720}, {1380, 1440}}}; /* also around midnight */
    const struct worktime_hours *const both[] = {hours, &odd};
    instant first = at("2019-01-01 00:00");
    uint64_t random = 1;
    for (int n = 0; n < 600; n++) {
        const struct worktime_hours *h = both[n % 2];
        random = random * UINT64_C(6364136223846793005) + 1442695040888963407u;
        instant from = first + (instant)((random >> 33) % (600 * 24 * 60)) * INSTANT_MINUTE;
        int64_t minutes = (int64_t)((random >> 20) % 3000) + 1, left = minutes, between = 0;
        instant t = from, due = 0;
        struct err e;
        for (; left > 0; t += INSTANT_MINUTE)
            left -= is_open(h, t);
        assert_int_equal(worktime_add(&cal, h, from, WORKTIME_SPAN_MINUTES(minutes), NULL, &due, &e), ERR_OK);
        assert_int_equal(due, t);
        assert_int_equal(worktime_between(&cal, h, from, due, &between, &e), ERR_OK);
        assert_int_equal(between, minutes);
    }
}

static void office_hours_are_checked(void **state)
{
    static const struct worktime_hours bad[] = {
        {.count = 0},
        {.count = 5},
        {.count = 1, .open = {{420, 420}}},
        {.count = 1, .open = {{-1, 420}}},
        {.count = 1, .open = {{420, 1441}}},
        {.count = 2, .open = {{420, 690}, {690, 800}}},
        {.count = 2, .open = {{800, 900}, {420, 690}}},
    };
    struct err e;
    assert_int_equal(worktime_hours_check(hours, &e), ERR_OK);
    assert_int_equal(worktime_hours_minutes(hours), 480);
    for (size_t i = 0; i < COUNT_OF(bad); i++)
        assert_int_equal(worktime_hours_check(&bad[i], &e), ERR_INVALID);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(the_calendar_of_2019_has_its_working_days),
        cmocka_unit_test(a_calendar_that_cannot_be_is_refused),
        cmocka_unit_test(the_clock_starts_at_the_next_opening),
        cmocka_unit_test(working_days_end_at_the_same_time_of_day),
        cmocka_unit_test(received_outside_of_hours_a_day_ends_at_closing),
        cmocka_unit_test(hours_are_working_hours),
        cmocka_unit_test(calendar_days_end_with_a_working_day),
        cmocka_unit_test(months_end_on_the_same_day_or_the_last),
        cmocka_unit_test(beyond_the_last_year_is_refused_by_name),
        cmocka_unit_test(a_span_that_makes_no_sense_is_refused),
        cmocka_unit_test(between_counts_working_minutes),
        cmocka_unit_test(the_engine_agrees_with_walking_minute_by_minute),
        cmocka_unit_test(office_hours_are_checked),
    };
    return cmocka_run_group_tests_name("domain_worktime", tests, build_calendar, drop_calendar);
}
