/* SPDX-License-Identifier: Apache-2.0 */
/* The clock of one step. 1 October 2019 is a Tuesday; the usual hours are 07:00-11:30 and 13:30-17:00. */
#include "tests/unit/domain_calendar_2019.h"

#include "common/domain/step_clock.h"

static struct catalogue *reference;
static struct process_step two_hours = {.kind = STEP_APPRAISE, .minutes = 120, .unit_ref = "own"};

static int set_up(void **state)
{
    static const struct counter early = {
        .record = {.id = "Q1", .version = 1}, .unit = "H11.35.21", .hours = {.count = 1, .open = {{6 * 60, 10 * 60}}}};

    static const struct unit late = {.record = {.id = "H11.36", .version = 1},
                                     .agency_code = "000.00.36.H11",
                                     .name = "",
                                     .parent = "",
                                     .hours = {.count = 1, .open = {{9 * 60, 12 * 60}}}};

    if (build_calendar(state))
        return -1;
    reference = catalogue_new(arena, 1);
    catalogue_add_unit(reference, &late);
    catalogue_add_counter(reference, &early);
    catalogue_seal(reference);
    reference->calendar = &cal;
    return 0;
}

/* went reads a step that was open from one moment to another. */
static struct step_clock went(struct step_span span, const char *from, const char *to)
{
    struct step_clock clock;

    span.of = span.of ? span.of : &two_hours;
    span.counter = "Q1";
    span.unit = "H11.35.21";
    span.opened = at(from);
    assert_true(step_clock_read(reference, &span, at(to), &clock));
    assert_string_equal(clock.unit, "H11.35.21");
    assert_true(clock.opened == at(from));
    return clock;
}

static void a_step_has_its_working_minutes(void **state)
{
    struct step_clock c = went((struct step_span){0}, "2019-10-01 10:30", "2019-10-01 11:00");

    assert_true(c.due == at("2019-10-01 14:30"));
    assert_int_equal(c.minutes_used, 30);
    assert_int_equal(c.minutes_late, 0);
    c = went((struct step_span){0}, "2019-10-01 10:30", "2019-10-01 14:30");
    assert_int_equal(c.minutes_used, 120);
    assert_int_equal(c.minutes_late, 0);
    c = went((struct step_span){0}, "2019-10-01 10:30", "2019-10-02 07:00");
    assert_int_equal(c.minutes_late, 150); /* until the closing; the night is nobody's */
}

static void a_begun_minute_is_late(void **state)
{
    struct step_span span = {.of = &two_hours, .counter = "Q1", .unit = "u", .opened = at("2019-10-01 07:00")};
    struct step_clock c;

    assert_true(step_clock_read(reference, &span, at("2019-10-01 09:00") + 1, &c));
    assert_int_equal(c.minutes_late, 1);
    assert_int_equal(c.minutes_used, 120);
}

static void at_a_counter_its_hours_count(void **state)
{
    const struct process_step there = {.kind = STEP_APPROVE, .minutes = 120, .unit_ref = "own", .at_counter = true};

    assert_true(step_clock_due(reference,
                               &(struct step_span){.of = &there, .counter = "Q1", .opened = at("2019-10-01 09:00")}) ==
                at("2019-10-02 07:00"));
    assert_true(step_clock_due(reference,
                               &(struct step_span){.of = &there, .counter = "Q2", .opened = at("2019-10-01 09:00")}) ==
                at("2019-10-01 11:00"));
    assert_true(
        step_clock_due(reference,
                       &(struct step_span){.of = &two_hours, .counter = "Q1", .opened = at("2019-10-01 09:00")}) ==
        at("2019-10-01 11:00"));
}

/* Whose it is and by whose hours it is counted are two things: papers may be with somebody else by then. */
static void elsewhere_the_hours_of_the_unit_count(void **state)
{
    struct step_clock c = went((struct step_span){.office = "H11.36"}, "2019-10-01 11:00", "2019-10-02 10:30");

    assert_true(c.due == at("2019-10-02 10:00"));
    assert_int_equal(c.minutes_used, 150);
    assert_int_equal(c.minutes_late, 30);
    c = went((struct step_span){.office = "H11.99"}, "2019-10-01 09:00", "2019-10-01 11:00"); /* nobody's */
    assert_true(c.due == at("2019-10-01 11:00"));
    const struct process_step there = {.kind = STEP_APPROVE, .minutes = 60, .unit_ref = "own", .at_counter = true};
    c = went((struct step_span){.of = &there, .office = "H11.36"}, "2019-10-01 06:30", "2019-10-01 07:30");
    assert_true(c.due == at("2019-10-01 07:30"));
}

static void a_given_moment_goes_before_the_minutes(void **state)
{
    struct step_clock c =
        went((struct step_span){.until = at("2019-10-02 16:00")}, "2019-10-01 07:00", "2019-10-02 15:00");

    assert_true(c.due == at("2019-10-02 16:00"));
    assert_int_equal(c.minutes_late, 0);
    c = went((struct step_span){.until = at("2019-10-02 16:00")}, "2019-10-01 07:00", "2019-10-03 07:30");
    assert_int_equal(c.minutes_late, 90);
}

static void waiting_for_the_applicant_is_nobodys(void **state)
{
    const struct step_span paused = {.paused_from = at("2019-10-01 08:00"), .paused_to = at("2019-10-15 08:00")};
    struct step_clock c = went(paused, "2019-10-01 07:00", "2019-10-15 08:00");

    assert_int_equal(c.minutes_used, 60);
    assert_int_equal(c.minutes_late, 0);
    assert_true(c.due > at("2019-10-15 08:00"));
    c = went((struct step_span){.paused_from = at("2019-10-01 10:00"), .paused_to = at("2019-10-15 08:00")},
             "2019-10-01 07:00", "2019-10-15 08:00");
    assert_int_equal(c.minutes_used, 180);
    assert_int_equal(c.minutes_late, 60);
}

static void it_is_warned_of_when_a_fifth_is_left(void **state)
{
    struct process_step s = two_hours;

    assert_true(
        step_clock_near(reference, &(struct step_span){.of = &s, .counter = "Q1", .opened = at("2019-10-01 07:00")}) ==
        at("2019-10-01 08:36"));
    assert_true(
        step_clock_near(reference, &(struct step_span){.of = &s, .counter = "Q1", .opened = at("2019-10-01 10:30")}) ==
        at("2019-10-01 14:06"));
    s.near_minutes = 30;
    assert_true(
        step_clock_near(reference, &(struct step_span){.of = &s, .counter = "Q1", .opened = at("2019-10-01 07:00")}) ==
        at("2019-10-01 08:30"));
    s.near_minutes = 0;
    s.minutes = 4; /* a fifth is no minute: there is nothing to warn of before it is over */
    assert_true(
        step_clock_near(reference, &(struct step_span){.of = &s, .counter = "Q1", .opened = at("2019-10-01 07:00")}) ==
        at("2019-10-01 07:04"));
    s.minutes = 0;
    assert_true(
        step_clock_near(reference, &(struct step_span){.of = &s, .counter = "Q1", .opened = at("2019-10-01 07:00")}) ==
        INSTANT_NONE);
}

static void a_given_moment_is_warned_of_by_the_time_until_then(void **state)
{
    struct process_step s = {.kind = STEP_TRANSFER, .minutes = 15, .unit_ref = "own"};
    instant opened = at("2019-10-01 10:00"), until = at("2019-10-01 17:00"); /* 90 and 210 minutes */

    assert_true(
        step_clock_near(reference, &(struct step_span){.of = &s, .counter = "Q1", .opened = opened, .until = until}) ==
        at("2019-10-01 16:00"));
    s.near_minutes = 20; /* of its process, and not of the fifteen minutes that nobody counts */
    assert_true(
        step_clock_near(reference, &(struct step_span){.of = &s, .counter = "Q1", .opened = opened, .until = until}) ==
        at("2019-10-01 16:40"));
    s.near_minutes = 300; /* more than there is */
    assert_true(
        step_clock_near(reference, &(struct step_span){.of = &s, .counter = "Q1", .opened = opened, .until = until}) ==
        INSTANT_NONE);
    s.near_minutes = 0;
    assert_true(step_clock_near(reference, &(struct step_span){.of = &s,
                                                               .counter = "Q1",
                                                               .opened = at("2019-10-05 08:00"),
                                                               .until = at("2019-10-05 11:00")}) ==
                INSTANT_NONE); /* a Saturday: no working time */
}

/* left_out gives periods from "YYYY-MM-DD HH:MM" to "YYYY-MM-DD HH:MM". */
static const struct left_out *left_out(const char *from, const char *until, const char *then, const char *to)
{
    static struct left_out l;

    l.count = 0;
    assert_true(left_out_add(&l, (struct left_out_period){.from = at(from), .until = at(until)}));
    if (then)
        assert_true(left_out_add(&l, (struct left_out_period){.from = at(then), .until = at(to)}));
    return &l;
}

static instant due(const struct left_out *l, const char *opened)
{
    return step_clock_due(reference,
                          &(struct step_span){.of = &two_hours, .counter = "Q1", .opened = at(opened), .left_out = l});
}

static void what_the_law_leaves_out_is_not_counted(void **state)
{
    const struct left_out *a_day = left_out("2019-10-01 08:00", "2019-10-02 08:00", NULL, NULL);
    const struct step_span span = {
        .of = &two_hours, .counter = "Q1", .opened = at("2019-10-01 07:00"), .left_out = a_day};

    assert_true(due(a_day, "2019-10-01 07:00") == at("2019-10-02 09:00"));
    assert_true(due(a_day, "2019-10-01 09:00") == at("2019-10-02 10:00")); /* it was open then already */
    assert_true(due(a_day, "2019-10-02 08:00") == at("2019-10-02 10:00")); /* it is over */
    assert_true(step_clock_near(reference, &span) == at("2019-10-02 08:36"));

    struct step_clock c = went(span, "2019-10-01 07:00", "2019-10-01 15:00");
    assert_int_equal(c.minutes_used, 60);
    assert_int_equal(c.minutes_late, 0);
    assert_true(c.due == at("2019-10-02 09:00")); /* the period goes on behind its end */
    c = went(span, "2019-10-01 07:00", "2019-10-02 10:00");
    assert_int_equal(c.minutes_used, 180);
    assert_int_equal(c.minutes_late, 60);
    assert_true(c.due == at("2019-10-02 09:00"));
}

static void what_begins_when_its_time_is_over_changes_nothing(void **state)
{
    const struct left_out *behind = left_out("2019-10-01 09:00", "2019-10-01 11:00", NULL, NULL);
    struct step_clock c = went((struct step_span){.left_out = behind}, "2019-10-01 07:00", "2019-10-01 11:00");

    assert_true(c.due == at("2019-10-01 09:00"));
    assert_int_equal(c.minutes_late, 120);
    assert_int_equal(c.minutes_used, 240);
    /* Unless another has made it run until then. */
    assert_true(due(left_out("2019-10-01 09:10", "2019-10-01 10:00", NULL, NULL), "2019-10-01 07:00") ==
                at("2019-10-01 09:00"));
    assert_true(due(left_out("2019-10-01 08:00", "2019-10-01 08:30", "2019-10-01 09:10", "2019-10-01 10:00"),
                    "2019-10-01 07:00") == at("2019-10-01 10:20"));
}

static void a_given_moment_stays(void **state)
{
    const struct step_span span = {.until = at("2019-10-02 16:00"),
                                   .left_out = left_out("2019-10-01 08:00", "2019-10-02 16:00", NULL, NULL)};
    struct step_clock c = went(span, "2019-10-01 07:00", "2019-10-03 07:30");

    assert_true(c.due == at("2019-10-02 16:00"));
    assert_int_equal(c.minutes_late, 90);
}

static void what_stands_still_twice_does_so_once(void **state)
{
    const struct step_span span = {.paused_from = at("2019-10-01 08:00"),
                                   .paused_to = at("2019-10-15 08:00"),
                                   .left_out = left_out("2019-10-01 08:30", "2019-10-04 08:00", NULL, NULL)};
    struct step_clock c = went(span, "2019-10-01 07:00", "2019-10-15 08:00");

    assert_int_equal(c.minutes_used, 60);
    assert_int_equal(c.minutes_late, 0);
    assert_true(c.due == at("2019-10-15 09:00"));
}

static void what_cannot_be_measured_has_no_clock(void **state)
{
    const struct process_step no_time = {.kind = STEP_RETURN, .unit_ref = "receiving"};
    struct catalogue *bare = catalogue_new(arena, 1);
    struct step_span span = {.of = &no_time, .counter = "Q1", .unit = "u", .opened = at("2019-10-01 07:00")};
    struct step_clock c;

    catalogue_seal(bare);
    assert_false(step_clock_read(reference, &span, at("2019-10-01 08:00"), &c)); /* the process gives it no time */
    assert_true(step_clock_due(reference, &(struct step_span){
                                              .of = &no_time, .counter = "Q1", .opened = span.opened}) == INSTANT_NONE);
    span.of = &two_hours;
    assert_false(step_clock_read(bare, &span, at("2019-10-01 08:00"), &c)); /* no calendar */
    assert_false(step_clock_read(reference, &span, at("2019-10-01 06:59"), &c));
    span.opened = INSTANT_NONE; /* it was opened before that was kept */
    assert_false(step_clock_read(reference, &span, at("2019-10-01 08:00"), &c));
    span.opened = at("2031-10-01 07:00"); /* behind the last year that is known */
    assert_false(step_clock_read(reference, &span, at("2031-10-01 08:00"), &c));
    assert_true(
        step_clock_due(reference, &(struct step_span){.of = &two_hours, .counter = "Q1", .opened = span.opened}) ==
        INSTANT_NONE);
}

static void how_a_step_went_hangs_on_what_it_was_given(void **state)
{
    static const struct {
        enum step_judged by;
        const char *ended;
        int64_t late;
        enum timing timing;
    } rows[] = {
        {STEP_BY_TIME, "2019-10-02 15:59", 0, TIMING_EARLY},     {STEP_BY_TIME, "2019-10-02 16:00", 0, TIMING_ON_TIME},
        {STEP_BY_TIME, "2019-10-02 16:01", 1, TIMING_LATE},      {STEP_BY_MOMENT, "2019-10-01 16:00", 0, TIMING_EARLY},
        {STEP_BY_MOMENT, "2019-10-02 08:00", 0, TIMING_ON_TIME}, {STEP_BY_MOMENT, "2019-10-02 16:01", 1, TIMING_LATE},
        {STEP_BY_TIME, "2019-10-02 18:00", 0, TIMING_ON_TIME}, /* no working minute has gone by */
        {STEP_BROKEN_OFF, "2019-10-01 08:00", 0, TIMING_NONE},   {STEP_BROKEN_OFF, "2019-10-02 16:01", 1, TIMING_LATE},
        {STEP_UNANSWERED, "2019-10-02 16:00", 0, TIMING_LATE},
    };

    (void)state;
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        const struct step_clock c = {.due = at("2019-10-02 16:00"), .minutes_late = rows[i].late};
        assert_int_equal(step_clock_timing(&c, rows[i].by, at(rows[i].ended)), rows[i].timing);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_step_has_its_working_minutes),
        cmocka_unit_test(a_begun_minute_is_late),
        cmocka_unit_test(at_a_counter_its_hours_count),
        cmocka_unit_test(elsewhere_the_hours_of_the_unit_count),
        cmocka_unit_test(a_given_moment_goes_before_the_minutes),
        cmocka_unit_test(waiting_for_the_applicant_is_nobodys),
        cmocka_unit_test(it_is_warned_of_when_a_fifth_is_left),
        cmocka_unit_test(a_given_moment_is_warned_of_by_the_time_until_then),
        cmocka_unit_test(what_the_law_leaves_out_is_not_counted),
        cmocka_unit_test(what_begins_when_its_time_is_over_changes_nothing),
        cmocka_unit_test(a_given_moment_stays),
        cmocka_unit_test(what_stands_still_twice_does_so_once),
        cmocka_unit_test(what_cannot_be_measured_has_no_clock),
        cmocka_unit_test(how_a_step_went_hangs_on_what_it_was_given),
    };
    return cmocka_run_group_tests(tests, set_up, drop_calendar);
}
