/* SPDX-License-Identifier: Apache-2.0 */
/* Time that does not count, spans behind spans, and the working days around a day. */
#include "tests/unit/domain_calendar_2019.h"

static void the_working_days_around_a_day(void **state)
{
    static const struct {
        const char *day;
        int n;
        const char *expected;
    } rows[] = {
        {"2019-10-01", 1, "2019-10-02"},  {"2019-10-01", 3, "2019-10-04"},  {"2019-10-04", 1, "2019-10-07"},
        {"2019-10-05", 1, "2019-10-07"},  {"2019-05-03", 1, "2019-05-04"},  {"2019-02-01", 2, "2019-02-12"},
        {"2019-10-01", 0, "2019-10-01"},  {"2019-10-05", 0, "2019-10-07"},  {"2019-10-07", -1, "2019-10-04"},
        {"2019-10-06", -1, "2019-10-04"}, {"2019-05-06", -1, "2019-05-04"}, {"2019-02-11", -2, "2019-01-31"},
    };
    for (size_t i = 0; i < COUNT_OF(rows); i++) {
        int32_t found = 0;
        struct err e;
        assert_int_equal(worktime_day_after(&cal, day(rows[i].day), rows[i].n, &found, &e), ERR_OK);
        if (found != day(rows[i].expected))
            fail_msg("%s %+d", rows[i].day, rows[i].n);
    }
    int32_t kept = 42;
    struct err e;
    assert_int_equal(worktime_day_after(&cal, day("2020-12-30"), 2, &kept, &e), ERR_INVALID);
    assert_non_null(strstr(e.en, "2021"));
    assert_int_equal(worktime_day_after(&cal, day("2019-01-02"), -1, &kept, &e), ERR_INVALID);
    assert_non_null(strstr(e.en, "2018"));
    assert_int_equal(kept, 42);
}

static void a_warning_comes_so_many_working_minutes_ahead(void **state)
{
    static const struct {
        const char *due;
        int64_t minutes;
        const char *expected;
    } rows[] = {
        {"2019-10-02 09:00", 60, "2019-10-02 08:00"},  {"2019-10-02 09:00", 180, "2019-10-01 16:00"},
        {"2019-10-02 14:00", 60, "2019-10-02 11:00"},  {"2019-10-07 08:00", 480, "2019-10-04 08:00"},
        {"2019-10-02 09:00", 120, "2019-10-01 17:00"}, /* an opening is the closing before it */
    };
    for (size_t i = 0; i < COUNT_OF(rows); i++) {
        instant t = 0;
        struct err e;
        assert_int_equal(worktime_ahead_of(&cal, hours, at(rows[i].due), rows[i].minutes, &t, &e), ERR_OK);
        expect(rows[i].due, t, rows[i].expected);
    }
    instant kept = 42;
    struct err e;
    assert_int_equal(worktime_ahead_of(&cal, hours, at("2019-01-02 08:00"), 60, &kept, &e), ERR_INVALID);
    assert_non_null(strstr(e.en, "2018"));
    assert_int_equal(kept, 42);
}

static void a_pause_has_working_time_and_days(void **state)
{
    struct worktime_pause sum = {0};
    struct err e;
    assert_int_equal(worktime_pause_add(&cal, hours, at("2019-10-04 16:00"), at("2019-10-07 08:00:30"), &sum, &e),
                     ERR_OK);
    assert_int_equal(sum.us, 120 * INSTANT_MINUTE + 30 * INSTANT_SECOND);
    assert_int_equal(sum.days, 3);
    assert_int_equal(worktime_pause_add(&cal, hours, at("2019-10-08 18:00"), at("2019-10-08 23:00"), &sum, &e), ERR_OK);
    assert_int_equal(sum.us, 120 * INSTANT_MINUTE + 30 * INSTANT_SECOND);
    assert_int_equal(sum.days, 3);
}

static instant due_of(const struct worktime_rule *rule, const struct worktime_span *more, int n,
                      struct worktime_pause pause, const char *received, struct worktime_trace *trace)
{
    instant t = 0;
    struct err e;
    assert_int_equal(worktime_due_paused(rule, more, n, &pause, &cal, hours, at(received), trace, &t, &e), ERR_OK);
    return t;
}

static void the_last_span_takes_the_pause_in_its_own_measure(void **state)
{
    const struct worktime_pause pause = {.us = 90 * INSTANT_MINUTE, .days = 2};
    const struct worktime_rule working = {.span = WORKTIME_SPAN_WORKING_DAYS(1)},
                               days = {.span = WORKTIME_SPAN_DAYS(3)}, months = {.span = WORKTIME_SPAN_MONTHS(1)},
                               at_once = {.same_day = true, .cutoff_minute = 900};
    const struct worktime_span two_days = WORKTIME_SPAN_DAYS(2), one_hour = WORKTIME_SPAN_MINUTES(60);
    expect("working", due_of(&working, NULL, 0, pause, "2019-10-01 09:00", NULL), "2019-10-02 10:30");
    expect("days", due_of(&days, NULL, 0, pause, "2019-10-01 09:00", NULL), "2019-10-07 17:00");    /* Sunday the 6th */
    expect("month", due_of(&months, NULL, 0, pause, "2019-01-31 09:00", NULL), "2019-03-04 17:00"); /* 28/02 and two */
    expect("same day", due_of(&at_once, NULL, 0, pause, "2019-10-01 09:00", NULL), "2019-10-02 08:30");
    expect("working, days", due_of(&working, &two_days, 1, pause, "2019-10-01 09:00", NULL), "2019-10-07 17:00");
    expect("days, hours", due_of(&days, &one_hour, 1, pause, "2019-10-01 09:00", NULL), "2019-10-07 09:30");
    expect("a day that ends with closing",
           due_of(&working, &two_days, 1, (struct worktime_pause){0}, "2019-10-01 07:00", NULL), "2019-10-03 17:00");
}

static int times(const struct worktime_trace *trace, enum worktime_why why)
{
    int n = 0;
    for (int i = 0; i < trace->count; i++)
        n += trace->step[i].why == why;
    return n;
}

static void every_day_is_told_once(void **state)
{
    const struct worktime_rule at_once = {.same_day = true, .cutoff_minute = 900};
    const struct worktime_span two = WORKTIME_SPAN_WORKING_DAYS(2);
    struct worktime_trace trace;
    expect("make-up", due_of(&at_once, &two, 1, (struct worktime_pause){0}, "2019-05-04 09:00", &trace),
           "2019-05-07 17:00");
    assert_int_equal(times(&trace, WORKTIME_WHY_MAKE_UP), 1);
    assert_int_equal(times(&trace, WORKTIME_WHY_WEEKEND), 1); /* Sunday the 5th */
    assert_int_equal(times(&trace, WORKTIME_WHY_MORE), 1);
    assert_int_equal(times(&trace, WORKTIME_WHY_DUE), 1);
}

static void a_span_behind_is_checked_too(void **state)
{
    const struct worktime_rule working = {.span = WORKTIME_SPAN_WORKING_DAYS(1)};
    const struct worktime_span bad = WORKTIME_SPAN_DAYS(-1);
    const struct worktime_pause none = {0};
    instant kept = 42;
    struct err e;
    assert_int_equal(
        worktime_due_paused(&working, &bad, 1, &none, &cal, hours, at("2019-10-01 09:00"), NULL, &kept, &e),
        ERR_INVALID);
    assert_string_equal(e.field, "span");
    assert_int_equal(kept, 42);
}

static void a_promise_moves_by_its_measure_and_off_a_holiday(void **state)
{
    static const struct {
        const char *promised;
        bool by_days;
        int64_t minutes;
        int32_t days;
        const char *expected;
    } rows[] = {
        {"2019-10-11 10:00", false, 0, 0, "2019-10-11 10:00"},  {"2019-10-11 10:00", true, 0, 0, "2019-10-11 10:00"},
        {"2019-10-11 10:00", false, 60, 9, "2019-10-11 11:00"}, {"2019-10-11 10:00", true, 60, 1, "2019-10-14 17:00"},
        {"2019-10-12 10:00", false, 60, 0, "2019-10-15 08:00"}, {"2019-10-12 10:00", true, 0, 0, "2019-10-14 17:00"},
        {"2019-10-12 10:00", true, 0, 3, "2019-10-15 17:00"},   {"2019-10-11 18:00", false, 60, 0, "2019-10-14 08:00"},
    };
    for (size_t i = 0; i < COUNT_OF(rows); i++) {
        struct worktime_pause pause = {.us = rows[i].minutes * INSTANT_MINUTE, .days = rows[i].days};
        struct worktime_trace trace;
        instant t = 0;
        struct err e;
        assert_int_equal(worktime_move(&cal, hours, at(rows[i].promised), rows[i].by_days, &pause, &trace, &t, &e),
                         ERR_OK);
        expect(rows[i].promised, t, rows[i].expected);
        assert_int_equal(trace.step[0].why, WORKTIME_WHY_PROMISED);
        assert_int_equal(trace.step[trace.count - 1].from, t);
    }
}

static void a_length_is_said_in_words(void **state)
{
    static const struct {
        int64_t us;
        const char *vi, *en;
    } rows[] = {
        {0, "0 giây", "0 s"},
        {90 * INSTANT_MINUTE, "1 giờ 30 phút", "1 h 30 min"},
        {INSTANT_HOUR + INSTANT_SECOND, "1 giờ 1 giây", "1 h 1 s"},
        {5 * INSTANT_MINUTE, "5 phút", "5 min"},
        {100 * INSTANT_HOUR, "100 giờ", "100 h"},
    };
    for (size_t i = 0; i < COUNT_OF(rows); i++)
        for (int t = 0; t < WORKTIME_TONGUES; t++) {
            struct buf b;
            buf_init(&b, 100);
            worktime_say_length(rows[i].us, (enum worktime_tongue)t, &b);
            assert_string_equal(buf_cstr(&b), t == WORKTIME_VI ? rows[i].vi : rows[i].en);
            buf_release(&b);
        }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(the_working_days_around_a_day),
        cmocka_unit_test(a_warning_comes_so_many_working_minutes_ahead),
        cmocka_unit_test(a_pause_has_working_time_and_days),
        cmocka_unit_test(the_last_span_takes_the_pause_in_its_own_measure),
        cmocka_unit_test(every_day_is_told_once),
        cmocka_unit_test(a_span_behind_is_checked_too),
        cmocka_unit_test(a_promise_moves_by_its_measure_and_off_a_holiday),
        cmocka_unit_test(a_length_is_said_in_words),
    };
    return cmocka_run_group_tests_name("domain_worktime_paused", tests, build_calendar, drop_calendar);
}
