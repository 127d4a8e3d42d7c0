/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The life of a dossier on its two clocks, by the real calendar of 2019. Every story begins on Tuesday 01/10/2019 at
 * 09:00 with a time of five working days, due on Tuesday the 8th at 09:00, unless it says otherwise.
 */
#include "tests/unit/domain_deadline_story.h"

/* ---- the legal and the reported clock */

static void both_clocks_run_alike_when_nothing_happens(void **state)
{
    begin(five_days());
    due_both("2019-10-08 09:00");
    assert_int_equal(d.promised, at("2019-10-08 09:00"));
    assert_int_equal(d.promised_first, d.promised);
    reads(DEADLINE_LEGAL, "2019-10-02 09:00", DEADLINE_RUNNING, 480, DEADLINE_ON_TIME, 0);
    reads(DEADLINE_LEGAL, "2019-10-08 09:00", DEADLINE_RUNNING, 2400, DEADLINE_ON_TIME, 0);
    reads(DEADLINE_REPORTED, "2019-10-08 09:00:01", DEADLINE_RUNNING, 2400, DEADLINE_LATE, 1);
    reads(DEADLINE_REPORTED, "2019-10-09 09:00", DEADLINE_RUNNING, 2880, DEADLINE_LATE, 480);
    assert_string_equal(d.rule, "five");
    assert_int_equal(d.rule_version, 3);
    assert_int_equal(d.calendar_version, 7);
    assert_int_equal(d.calendar_last_year, 2020);
}

static void a_supplement_restarts_the_legal_clock_and_is_subtracted_from_the_reported_one(void **state)
{
    begin(five_days());
    happens(DEADLINE_SUPPLEMENT_REQUESTED, "2019-10-03 09:00", NULL); /* two days used */
    due_both("2019-10-08 09:00");
    reads(DEADLINE_LEGAL, "2019-10-20 09:00", DEADLINE_PAUSED, 960, DEADLINE_ON_TIME, 0);
    assert_int_equal(last_read.hold, DEADLINE_HOLD_SUPPLEMENT);
    assert_int_equal(last_read.judged_at, at("2019-10-03 09:00"));

    happens(DEADLINE_SUPPLEMENT_RECEIVED, "2019-10-10 10:00", NULL); /* five days and an hour later */
    due(DEADLINE_LEGAL, "2019-10-17 10:00");
    due(DEADLINE_REPORTED, "2019-10-15 10:00");
    reads(DEADLINE_LEGAL, "2019-10-11 10:00", DEADLINE_RUNNING, 480, DEADLINE_ON_TIME, 0);
    reads(DEADLINE_REPORTED, "2019-10-11 10:00", DEADLINE_RUNNING, 1440, DEADLINE_ON_TIME, 0);
    assert_int_equal(d.promised, at("2019-10-08 09:00")); /* what the receipt says stays */
    no_breach();
}

static void a_supplement_is_in_time_until_the_third_working_day(void **state)
{
    static const struct {
        const char *requested;
        int days;
        bool late;
    } rows[] = {
        {"2019-10-04 20:00", 0, false},  {"2019-10-05 08:00", 0, true},  {"2019-10-07 08:00", 0, true},
        {"2019-10-01 09:00", 0, false},  {"2019-10-07 20:00", 4, false}, {"2019-10-08 00:00", 4, true},
        {"2019-12-02 09:00", -1, false},
    };
    for (size_t i = 0; i < COUNT_OF(rows); i++) {
        struct deadline_rule r = five_days();
        r.supplement_days = rows[i].days;
        begin(r);
        happens(DEADLINE_SUPPLEMENT_REQUESTED, rows[i].requested, NULL);
        if (d.breach[DEADLINE_SUPPLEMENT_LATE].count != rows[i].late)
            fail_msg("requested %s", rows[i].requested);
        if (rows[i].late)
            assert_int_equal(d.breach[DEADLINE_SUPPLEMENT_LATE].limit,
                             at(rows[i].days ? "2019-10-07 17:00" : "2019-10-04 17:00"));
    }
}

static void a_late_supplement_restarts_the_clock_all_the_same(void **state)
{
    begin(five_days());
    happens(DEADLINE_SUPPLEMENT_REQUESTED, "2019-10-07 09:00", NULL);
    happens(DEADLINE_SUPPLEMENT_RECEIVED, "2019-10-09 09:00", NULL);
    due(DEADLINE_LEGAL, "2019-10-16 09:00");
    assert_int_equal(d.breach[DEADLINE_SUPPLEMENT_LATE].count, 1);
}

static void a_second_supplement_needs_a_reason_and_is_late_in_the_scorecard(void **state)
{
    begin(five_days());
    happens(DEADLINE_SUPPLEMENT_REQUESTED, "2019-10-01 10:00", NULL);
    happens(DEADLINE_SUPPLEMENT_RECEIVED, "2019-10-01 14:00", NULL);
    refused(DEADLINE_SUPPLEMENT_REQUESTED, "2019-10-02 09:00", NULL, 0, ERR_INVALID);
    refused(DEADLINE_SUPPLEMENT_REQUESTED, "2019-10-02 09:00", "", 0, ERR_INVALID);
    happens(DEADLINE_SUPPLEMENT_REQUESTED, "2019-10-02 09:00", "new-owner");
    happens(DEADLINE_SUPPLEMENT_RECEIVED, "2019-10-02 10:00", NULL);
    happens(DEADLINE_SEALED, "2019-10-03 09:00", NULL);
    assert_int_equal(d.supplements, 2);
    assert_int_equal(d.breach[DEADLINE_SUPPLEMENT_SECOND].count, 1);
    assert_int_equal(d.breach[DEADLINE_SUPPLEMENT_SECOND].at, at("2019-10-02 09:00"));
    assert_int_equal(d.breach[DEADLINE_SUPPLEMENT_LATE].count, 0);
    reads(DEADLINE_REPORTED, "2019-10-04 09:00", DEADLINE_ENDED, 780, DEADLINE_LATE, 0);
    assert_true(last_read.late_by_supplements);
    reads(DEADLINE_LEGAL, "2019-10-04 09:00", DEADLINE_ENDED, 420, DEADLINE_EARLY, 0);
    assert_false(last_read.late_by_supplements);
}

static void how_long_to_wait_for_a_supplement_is_a_rule(void **state)
{
    struct deadline_rule r = five_days();
    r.supplement_wait = WORKTIME_SPAN_DAYS(30);
    begin(r);
    assert_int_equal(d.supplement_until, INSTANT_NONE);
    happens(DEADLINE_SUPPLEMENT_REQUESTED, "2019-10-02 09:00", NULL);
    assert_int_equal(d.supplement_until, at("2019-11-01 17:00"));
    happens(DEADLINE_SUPPLEMENT_RECEIVED, "2019-10-10 10:00", NULL);
    assert_int_equal(d.supplement_until, INSTANT_NONE);
}

/* ---- what is not counted */

static void an_obligation_stops_both_clocks_and_needs_its_notice(void **state)
{
    begin(five_days());
    refused(DEADLINE_OBLIGATION_OPENED, "2019-10-02 09:00", NULL, 0, ERR_INVALID);
    refused(DEADLINE_OBLIGATION_CLOSED, "2019-10-02 09:00", NULL, 0, ERR_CONFLICT);
    notice("2019-10-02 09:00", "TB-17/2019");
    reads(DEADLINE_REPORTED, "2019-10-03 09:00", DEADLINE_PAUSED, 480, DEADLINE_ON_TIME, 0);
    assert_int_equal(last_read.hold, DEADLINE_HOLD_OBLIGATION);
    happens(DEADLINE_OBLIGATION_CLOSED, "2019-10-03 11:00", NULL); /* one day and two hours */
    due_both("2019-10-09 11:00");
    reads(DEADLINE_LEGAL, "2019-10-09 11:00", DEADLINE_RUNNING, 2400, DEADLINE_ON_TIME, 0);
}

static void an_excluded_period_needs_its_article(void **state)
{
    begin(five_days());
    refused(DEADLINE_EXCLUDED_FROM, "2019-10-02 09:00", "holiday-of-the-boss", 0, ERR_INVALID);
    refused(DEADLINE_EXCLUDED_TO, "2019-10-02 09:00", "posting", 0, ERR_CONFLICT);
    happens(DEADLINE_EXCLUDED_FROM, "2019-10-02 09:00", "posting");
    refused(DEADLINE_EXCLUDED_FROM, "2019-10-02 10:00", "posting", 0, ERR_CONFLICT);
    reads(DEADLINE_LEGAL, "2019-10-03 09:00", DEADLINE_PAUSED, 480, DEADLINE_ON_TIME, 0);
    assert_int_equal(last_read.hold, DEADLINE_HOLD_EXCLUSION);
    reads(DEADLINE_REPORTED, "2019-10-03 09:00", DEADLINE_RUNNING, 960, DEADLINE_ON_TIME, 0);
    happens(DEADLINE_EXCLUDED_TO, "2019-10-04 09:00", "posting");
    due(DEADLINE_LEGAL, "2019-10-10 09:00");
    due(DEADLINE_REPORTED, "2019-10-08 09:00"); /* the portal knows no such pause */
    happens(DEADLINE_EXCLUDED_FROM, "2019-10-04 10:00", "expert");
    happens(DEADLINE_EXCLUDED_TO, "2019-10-04 11:00", "expert");
    due(DEADLINE_LEGAL, "2019-10-10 10:00");
    due(DEADLINE_REPORTED, "2019-10-08 10:00");
}

static void pauses_that_overlap_count_once(void **state)
{
    begin(five_days());
    notice("2019-10-02 09:00", "TB-17/2019");
    happens(DEADLINE_EXCLUDED_FROM, "2019-10-02 10:00", "expert");
    happens(DEADLINE_OBLIGATION_CLOSED, "2019-10-03 09:00", NULL);
    reads(DEADLINE_LEGAL, "2019-10-03 10:00", DEADLINE_PAUSED, 480, DEADLINE_ON_TIME, 0);
    happens(DEADLINE_EXCLUDED_TO, "2019-10-04 09:00", "expert");
    due_both("2019-10-10 09:00"); /* two days, not three */
}

static void an_obligation_that_outlasts_a_supplement_holds_the_new_count(void **state)
{
    begin(five_days());
    notice("2019-10-02 09:00", "TB-17/2019");
    happens(DEADLINE_SUPPLEMENT_REQUESTED, "2019-10-02 10:00", NULL);
    happens(DEADLINE_SUPPLEMENT_RECEIVED, "2019-10-03 09:00", NULL);
    reads(DEADLINE_LEGAL, "2019-10-07 09:00", DEADLINE_PAUSED, 0, DEADLINE_ON_TIME, 0);
    happens(DEADLINE_OBLIGATION_CLOSED, "2019-10-04 09:00", NULL);
    due(DEADLINE_LEGAL, "2019-10-11 09:00");
    due(DEADLINE_REPORTED, "2019-10-10 09:00");
}

static void a_time_in_days_moves_by_days(void **state)
{
    struct deadline_rule r = five_days();
    r.statutory.span = WORKTIME_SPAN_DAYS(15);
    begin(r);
    due_both("2019-10-16 17:00");
    notice("2019-10-02 16:00", "TB-1");
    happens(DEADLINE_OBLIGATION_CLOSED, "2019-10-05 10:00", NULL); /* three days: the 19th, a Saturday */
    due_both("2019-10-21 17:00");
    notice("2019-10-07 09:00", "TB-2");
    happens(DEADLINE_OBLIGATION_CLOSED, "2019-10-08 09:00", NULL); /* one more: the 20th, not the 22nd */
    due_both("2019-10-21 17:00");
    r.statutory.span = WORKTIME_SPAN_MONTHS(1);
    begin(r);
    notice("2019-10-02 09:00", "TB-1");
    happens(DEADLINE_OBLIGATION_CLOSED, "2019-10-06 09:00", NULL);
    due_both("2019-11-05 17:00");
}

static void a_stop_that_is_taken_back_pauses_only_what_is_reported(void **state)
{
    begin(five_days());
    refused(DEADLINE_RESUMED, "2019-10-02 09:00", NULL, 0, ERR_CONFLICT);
    happens(DEADLINE_STOPPED, "2019-10-02 09:00", NULL);
    reads(DEADLINE_LEGAL, "2019-10-04 09:00", DEADLINE_ENDED, 480, DEADLINE_EARLY, 0);
    refused(DEADLINE_SEALED, "2019-10-03 09:00", NULL, 0, ERR_CONFLICT);
    happens(DEADLINE_RESUMED, "2019-10-04 09:00", NULL);
    due(DEADLINE_LEGAL, "2019-10-08 09:00");
    due(DEADLINE_REPORTED, "2019-10-10 09:00");
    reads(DEADLINE_LEGAL, "2019-10-04 10:00", DEADLINE_RUNNING, 1500, DEADLINE_ON_TIME, 0);
    reads(DEADLINE_REPORTED, "2019-10-04 10:00", DEADLINE_RUNNING, 540, DEADLINE_ON_TIME, 0);
}

/* ---- findings and announced times */

static void a_finding_chooses_the_statutory_time(void **state)
{
    begin(five_days());
    refused(DEADLINE_FINDING, "2019-10-01 10:00", "bad-weather", 0, ERR_INVALID);
    refused(DEADLINE_FINDING, "2019-10-01 10:00", NULL, 0, ERR_INVALID);
    happens(DEADLINE_FINDING, "2019-10-01 10:00", "mountain");
    due_both("2019-10-10 09:00"); /* 5 + 2 working days */
    happens(DEADLINE_FINDING, "2019-10-01 11:00", "mountain");
    due_both("2019-10-10 09:00"); /* once */
    happens(DEADLINE_FINDING, "2019-10-02 10:00", "verification");
    due_both("2019-10-17 09:00"); /* 10 instead of 5, and still 2 more */
    happens(DEADLINE_FINDING, "2019-10-02 11:00", "notice-abroad");
    due_both("2019-10-28 17:00"); /* 10 days from the 17th: Sunday the 27th */
    assert_int_equal(d.promised, at("2019-10-08 09:00"));
}

static void a_finding_lasts_when_the_clock_starts_again(void **state)
{
    begin(five_days());
    happens(DEADLINE_FINDING, "2019-10-01 10:00", "verification");
    happens(DEADLINE_SUPPLEMENT_REQUESTED, "2019-10-02 09:00", NULL);
    happens(DEADLINE_SUPPLEMENT_RECEIVED, "2019-10-03 09:00", NULL);
    due(DEADLINE_LEGAL, "2019-10-17 09:00");
}

static void a_same_day_result_that_needs_verification_has_its_time(void **state)
{
    struct deadline_rule r = five_days();
    r.statutory = (struct worktime_rule){.same_day = true, .cutoff_minute = 15 * 60};
    begin(r);
    due_both("2019-10-01 17:00");
    happens(DEADLINE_FINDING, "2019-10-01 10:00", "mountain");
    due_both("2019-10-03 17:00"); /* two days more, from the end of the first */
    happens(DEADLINE_FINDING, "2019-10-01 11:00", "verification");
    due_both("2019-10-17 09:00");
    begin_at(r, "2019-10-01 15:00:01");
    due_both("2019-10-02 17:00");
    notice("2019-10-02 09:00", "TB-1");
    happens(DEADLINE_OBLIGATION_CLOSED, "2019-10-02 14:00", NULL); /* three hours of work */
    due_both("2019-10-03 10:00");
}

static void a_reduced_time_is_promised_and_reported_but_never_longer(void **state)
{
    struct deadline_rule r = five_days();
    r.reduced = true;
    r.reduced_span = WORKTIME_SPAN_MINUTES(8 * 60);
    begin(r);
    due(DEADLINE_LEGAL, "2019-10-08 09:00");
    due(DEADLINE_REPORTED, "2019-10-02 09:00");
    assert_int_equal(d.promised, at("2019-10-02 09:00"));
    happens(DEADLINE_FINDING, "2019-10-01 10:00", "verification");
    due_both("2019-10-15 09:00");
    r.reduced_span = WORKTIME_SPAN_WORKING_DAYS(6);
    begin(r);
    due_both("2019-10-08 09:00");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(both_clocks_run_alike_when_nothing_happens),
        cmocka_unit_test(a_supplement_restarts_the_legal_clock_and_is_subtracted_from_the_reported_one),
        cmocka_unit_test(a_supplement_is_in_time_until_the_third_working_day),
        cmocka_unit_test(a_late_supplement_restarts_the_clock_all_the_same),
        cmocka_unit_test(a_second_supplement_needs_a_reason_and_is_late_in_the_scorecard),
        cmocka_unit_test(how_long_to_wait_for_a_supplement_is_a_rule),
        cmocka_unit_test(an_obligation_stops_both_clocks_and_needs_its_notice),
        cmocka_unit_test(an_excluded_period_needs_its_article),
        cmocka_unit_test(pauses_that_overlap_count_once),
        cmocka_unit_test(an_obligation_that_outlasts_a_supplement_holds_the_new_count),
        cmocka_unit_test(a_time_in_days_moves_by_days),
        cmocka_unit_test(a_stop_that_is_taken_back_pauses_only_what_is_reported),
        cmocka_unit_test(a_finding_chooses_the_statutory_time),
        cmocka_unit_test(a_finding_lasts_when_the_clock_starts_again),
        cmocka_unit_test(a_same_day_result_that_needs_verification_has_its_time),
        cmocka_unit_test(a_reduced_time_is_promised_and_reported_but_never_longer),
    };
    return cmocka_run_group_tests_name("domain_deadline", tests, build_calendar, drop_calendar);
}
