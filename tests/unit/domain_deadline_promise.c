/* SPDX-License-Identifier: Apache-2.0 */
/* What was promised, how a dossier is extended once, and how its end is judged. The stories begin as in
 * domain_deadline.c. */
#include "tests/unit/domain_deadline_story.h"

/* ---- promises */

static void the_first_promise_is_never_overwritten(void **state)
{
    begin(five_days());
    refused(DEADLINE_EXTENDED, "2019-10-07 10:00", NULL, at("2019-10-11 17:00"), ERR_INVALID);
    refused(DEADLINE_EXTENDED, "2019-10-07 10:00", "overload", at("2019-10-08 09:00"), ERR_INVALID);
    extended("2019-10-07 23:59", "2019-10-11 17:00");
    assert_int_equal(d.promised_first, at("2019-10-08 09:00"));
    assert_int_equal(d.promised, at("2019-10-11 17:00"));
    due_both("2019-10-11 17:00");
    no_breach();
    refused(DEADLINE_EXTENDED, "2019-10-09 10:00", "overload", at("2019-10-18 17:00"), ERR_CONFLICT);
    notice("2019-10-09 09:00", "TB-1");
    happens(DEADLINE_OBLIGATION_CLOSED, "2019-10-09 10:00", NULL);
    due_both("2019-10-14 08:00"); /* an hour past the closing of Friday */
}

static void an_extension_on_the_day_itself_is_a_breach(void **state)
{
    begin(five_days());
    extended("2019-10-08 00:00", "2019-10-11 17:00");
    due_both("2019-10-11 17:00");
    assert_int_equal(d.breach[DEADLINE_EXTENSION_LATE].count, 1);
    assert_int_equal(d.breach[DEADLINE_EXTENSION_LATE].limit, at("2019-10-08 09:00"));
    begin(five_days());
    extended("2019-10-20 10:00", "2019-10-21 17:00");
    assert_int_equal(d.breach[DEADLINE_EXTENSION_LATE].count, 1);
}

/* Due at nine on Tuesday 8 October; what was heard of on Monday. */
static void an_extension_is_judged_by_its_seal(void **state)
{
    static const struct {
        const char *sealed, *nearest;
        int notice;
        bool late;
    } rows[] = {
        {NULL, NULL, 0, false},
        {NULL, NULL, 1, false},
        {NULL, NULL, 2, true},
        {"2019-10-06 23:59", NULL, 2, false},
        {"2019-10-05 23:59", NULL, 3, false}, /* a Saturday: civil days are counted */
        {"2019-10-06 00:00", NULL, 3, true},
        {"2019-10-08 00:00", NULL, 0, true}, /* the clock of whoever sealed it goes ahead */
        {NULL, "2019-10-07 17:00", 0, true}, /* what is known since has moved the date */
        {NULL, "2019-10-10 08:00", 3, false},
        {"2019-10-07 11:00", "2019-10-09 08:00", 3, true},
    };

    for (size_t i = 0; i < COUNT_OF(rows); i++) {
        begin(five_days());
        adds((struct deadline_fact){.kind = DEADLINE_EXTENDED,
                                    .at = at("2019-10-07 10:00"),
                                    .code = "overload",
                                    .due = at("2019-10-11 17:00"),
                                    .apology = {.sealed_at = rows[i].sealed ? at(rows[i].sealed) : INSTANT_NONE,
                                                .nearest = rows[i].nearest ? at(rows[i].nearest) : INSTANT_NONE,
                                                .notice = rows[i].notice}});
        due_both("2019-10-11 17:00");
        const struct deadline_breach *b = &d.breach[DEADLINE_EXTENSION_LATE];
        if (b->count != rows[i].late)
            fail_msg("row %zu", i);
        if (b->count) {
            expect("sealed", b->at, rows[i].sealed ? rows[i].sealed : "2019-10-07 10:00");
            expect("to precede", b->limit, rows[i].nearest ? rows[i].nearest : "2019-10-08 09:00");
        }
    }
}

/* A pause behind it counts from when it was heard of, whenever it was sealed. */
static void an_extension_holds_from_when_it_was_heard_of(void **state)
{
    begin(five_days());
    notice("2019-10-02 09:00", "TB-1");
    extended("2019-10-04 09:00", "2019-10-11 17:00");
    facts[count - 1].apology.sealed_at = at("2019-10-02 10:00");
    happens(DEADLINE_OBLIGATION_CLOSED, "2019-10-07 09:00", NULL);
    due_both("2019-10-14 17:00");
}

static void an_extension_counts_only_what_comes_after_it(void **state)
{
    begin(five_days());
    notice("2019-10-02 09:00", "TB-1");
    extended("2019-10-04 09:00", "2019-10-11 17:00");
    happens(DEADLINE_OBLIGATION_CLOSED, "2019-10-07 09:00", NULL); /* one day of three after the extension */
    due_both("2019-10-14 17:00");
    reads(DEADLINE_LEGAL, "2019-10-07 10:00", DEADLINE_RUNNING, 540, DEADLINE_ON_TIME, 0);
}

static void an_extension_does_not_shorten_the_clock_that_lies_behind_it(void **state)
{
    begin(five_days());
    happens(DEADLINE_SUPPLEMENT_REQUESTED, "2019-10-03 09:00", NULL);
    happens(DEADLINE_SUPPLEMENT_RECEIVED, "2019-10-04 09:00", NULL); /* legal 11/10, reported 09/10 */
    extended("2019-10-07 09:00", "2019-10-10 17:00");
    due(DEADLINE_LEGAL, "2019-10-11 09:00");
    due(DEADLINE_REPORTED, "2019-10-10 17:00");
}

static void a_pause_across_an_extension_counts_whole_where_the_extension_does_not_hold(void **state)
{
    begin(five_days());
    happens(DEADLINE_SUPPLEMENT_REQUESTED, "2019-10-03 09:00", NULL);
    happens(DEADLINE_SUPPLEMENT_RECEIVED, "2019-10-04 09:00", NULL); /* legal 11/10, reported 09/10 */
    notice("2019-10-04 10:00", "TB-1");
    extended("2019-10-07 09:00", "2019-10-10 17:00");
    happens(DEADLINE_OBLIGATION_CLOSED, "2019-10-07 10:00", NULL); /* eight hours, one of them after the extension */
    due(DEADLINE_LEGAL, "2019-10-14 09:00");
    due(DEADLINE_REPORTED, "2019-10-11 08:00");
}

/* leave_out tells of a period that is left out, from Wednesday 2 October on, and since when it is known until when. */
static void leave_out(const char *known)
{
    adds((struct deadline_fact){.kind = DEADLINE_EXCLUDED_FROM,
                                .at = at("2019-10-02 09:00"),
                                .code = "posting",
                                .known = known ? at(known) : 0});
}

/* Until Friday 11 October: the clock of the law is held for seven working days, five of them behind the extension. */
static void what_the_new_date_reckons_with_is_not_added_to_it(void **state)
{
    static const struct {
        const char *known, *legal;
    } rows[] = {
        {"2019-10-02 10:00", "2019-10-18 17:00"},
        {"2019-10-04 09:00", "2019-10-18 17:00"}, /* with it */
        {"2019-10-04 09:01", "2019-10-25 17:00"},
        {NULL, "2019-10-25 17:00"}, /* behind it */
    };

    for (size_t i = 0; i < COUNT_OF(rows); i++) {
        begin(five_days());
        leave_out(rows[i].known);
        extended("2019-10-04 09:00", "2019-10-18 17:00");
        due_both("2019-10-18 17:00");
        happens(DEADLINE_EXCLUDED_TO, "2019-10-11 09:00", "posting");
        due(DEADLINE_LEGAL, rows[i].legal);
        due(DEADLINE_REPORTED, "2019-10-18 17:00");
        reads(DEADLINE_LEGAL, "2019-10-11 10:00", DEADLINE_RUNNING, 540, DEADLINE_ON_TIME, 0);
    }
}

/* What else holds the clock meanwhile is in it too; for the report, which does not know the period, it is not. */
static void what_ends_behind_such_a_period_counts_from_its_end(void **state)
{
    begin(five_days());
    leave_out("2019-10-02 10:00");
    extended("2019-10-04 09:00", "2019-10-18 17:00");
    notice("2019-10-07 09:00", "TB-1");
    happens(DEADLINE_EXCLUDED_TO, "2019-10-11 09:00", "posting");
    due_both("2019-10-18 17:00");
    happens(DEADLINE_OBLIGATION_CLOSED, "2019-10-14 09:00", NULL);
    due(DEADLINE_LEGAL, "2019-10-21 17:00");
    due(DEADLINE_REPORTED, "2019-10-25 17:00");
}

/* A period of that kind which is recorded later is another one. */
static void the_next_period_moves_the_new_date(void **state)
{
    begin(five_days());
    leave_out("2019-10-02 10:00");
    extended("2019-10-04 09:00", "2019-10-18 17:00");
    happens(DEADLINE_EXCLUDED_TO, "2019-10-07 09:00", "posting");
    adds((struct deadline_fact){.kind = DEADLINE_EXCLUDED_FROM,
                                .at = at("2019-10-08 09:00"),
                                .code = "posting",
                                .known = at("2019-10-08 10:00")});
    happens(DEADLINE_EXCLUDED_TO, "2019-10-10 09:00", "posting");
    due(DEADLINE_LEGAL, "2019-10-22 17:00");
}

/* Of a period that lasts longer than the new date reckons with, the law's own date stays. */
static void an_extension_takes_no_time_that_the_law_leaves_out(void **state)
{
    begin(five_days());
    leave_out("2019-10-02 10:00");
    extended("2019-10-04 09:00", "2019-10-11 17:00");
    happens(DEADLINE_EXCLUDED_TO, "2019-10-11 09:00", "posting"); /* 8 October, and seven working days */
    due(DEADLINE_LEGAL, "2019-10-17 09:00");
    due(DEADLINE_REPORTED, "2019-10-11 17:00");
}

/* What was found gives its time from the receipt on; the date that was promised never comes nearer. */
static void a_finding_behind_an_extension_gives_the_time_of_the_law(void **state)
{
    static const struct {
        const char *promised, *finding, *due;
    } rows[] = {
        {"2019-10-09 16:00", "verification", "2019-10-15 09:00"},
        {"2019-10-09 16:00", "mountain", "2019-10-10 09:00"},
        {"2019-10-17 16:00", "verification", "2019-10-17 16:00"},
        {"2019-10-09 16:00", "notice-abroad", "2019-10-18 17:00"},
    };

    for (size_t i = 0; i < COUNT_OF(rows); i++) {
        begin(five_days());
        extended("2019-10-04 09:00", rows[i].promised);
        happens(DEADLINE_FINDING, "2019-10-07 09:00", rows[i].finding);
        due_both(rows[i].due);
        assert_int_equal(d.promised, at(rows[i].promised));
        bool later = false;
        for (int n = 0; n < trace.count; n++)
            later |= trace.line[n].tell == DEADLINE_TELL_LATER && trace.line[n].due == at(rows[i].promised);
        assert_int_equal(later, d.clock[DEADLINE_LEGAL].due != at(rows[i].promised));
    }
    begin(five_days());
    extended("2019-10-04 09:00", "2019-10-09 16:00");
    notice("2019-10-07 09:00", "TB-1");
    happens(DEADLINE_OBLIGATION_CLOSED, "2019-10-08 09:00", NULL);
    due_both("2019-10-10 16:00");
    happens(DEADLINE_FINDING, "2019-10-08 10:00", "verification"); /* ten days, and the one of the obligation */
    due_both("2019-10-16 09:00");
}

static void an_extension_to_no_working_day_ends_with_the_next(void **state)
{
    begin(five_days());
    extended("2019-10-04 09:00", "2019-10-12 10:00");
    due_both("2019-10-14 17:00");
    assert_int_equal(d.promised, at("2019-10-12 10:00"));
}

static void what_the_receipt_says_is_the_promise(void **state)
{
    facts[0] = (struct deadline_fact){.kind = DEADLINE_RECEIVED, .at = at(received), .due = at("2019-10-09 17:00")};
    count = 1;
    rule = five_days();
    fold_again();
    assert_int_equal(d.promised_first, at("2019-10-09 17:00"));
    due_both("2019-10-08 09:00");
}

static void an_apology_has_to_be_made_a_day_before(void **state)
{
    static const struct {
        int days;
        const char *last;
    } rows[] = {{1, "2019-10-11 00:00"}, {2, "2019-10-11 00:00"}, {3, "2019-10-11 00:00"}, {4, "2019-10-10 00:00"}};
    int32_t day = 0;
    struct err e;

    begin_at(five_days(), "2019-10-07 09:00");
    due_both("2019-10-14 09:00");
    for (size_t i = 0; i < COUNT_OF(rows); i++) {
        assert_int_equal(deadline_apology_day(deadline_nearest(&d), rows[i].days, &cal, &day, &e), ERR_OK);
        expect("due Monday 14/10", instant_of_day(day, 0), rows[i].last);
    }
    assert_int_equal(deadline_apology_day(instant_of_day(cal.first_day, 0), 1, &cal, &day, &e), ERR_INVALID);
}

/* ---- ends */

static void early_on_time_and_late_are_told_by_the_end(void **state)
{
    static const struct {
        const char *sealed;
        enum deadline_lateness lateness;
        int64_t late;
    } rows[] = {{"2019-10-07 17:00", DEADLINE_EARLY, 0},
                {"2019-10-08 07:30", DEADLINE_ON_TIME, 0},
                {"2019-10-08 09:00", DEADLINE_ON_TIME, 0},
                {"2019-10-08 09:00:00.000001", DEADLINE_LATE, 1},
                {"2019-10-08 11:00", DEADLINE_LATE, 120}};
    for (size_t i = 0; i < COUNT_OF(rows); i++) {
        begin(five_days());
        happens(DEADLINE_SEALED, rows[i].sealed, NULL);
        int64_t used = 0;
        struct err e;
        assert_int_equal(worktime_between(&cal, hours, at(received), at(rows[i].sealed), &used, &e), ERR_OK);
        reads(DEADLINE_LEGAL, "2019-12-01 00:00", DEADLINE_ENDED, used, rows[i].lateness, rows[i].late);
        refused(DEADLINE_FINDING, "2019-11-08 07:30", "mountain", 0, ERR_CONFLICT);
    }
    struct deadline_rule r = five_days();
    r.statutory.span = WORKTIME_SPAN_MINUTES(240);
    begin(r);
    happens(DEADLINE_SEALED, "2019-10-01 10:00", NULL);
    reads(DEADLINE_LEGAL, "2019-12-01 00:00", DEADLINE_ENDED, 60, DEADLINE_EARLY, 0);
    begin(r);
    happens(DEADLINE_SEALED, "2019-10-01 15:00", NULL); /* to the minute */
    reads(DEADLINE_LEGAL, "2019-12-01 00:00", DEADLINE_ENDED, 240, DEADLINE_ON_TIME, 0);
}

static void waiting_on_the_citizen_the_request_is_the_end(void **state)
{
    begin(five_days());
    happens(DEADLINE_SUPPLEMENT_REQUESTED, "2019-10-04 09:00", NULL);
    happens(DEADLINE_WITHDRAWN, "2019-11-04 09:00", NULL);
    reads(DEADLINE_REPORTED, "2019-12-01 00:00", DEADLINE_ENDED, 1440, DEADLINE_EARLY, 0);
    assert_int_equal(last_read.judged_at, at("2019-10-04 09:00"));
}

static void later_rounds_are_counted_without_pauses(void **state)
{
    begin(five_days());
    refused(DEADLINE_ROUND_ENDED, "2019-10-01 10:00", NULL, 0, ERR_CONFLICT);
    happens(DEADLINE_ROUND_STARTED, "2019-10-01 10:00", NULL);
    refused(DEADLINE_ROUND_STARTED, "2019-10-01 11:00", NULL, 0, ERR_CONFLICT);
    happens(DEADLINE_ROUND_ENDED, "2019-10-01 11:00", NULL);
    happens(DEADLINE_ROUND_STARTED, "2019-10-02 10:00", NULL);
    notice("2019-10-02 11:00", "TB-1");
    happens(DEADLINE_OBLIGATION_CLOSED, "2019-10-03 11:00", NULL);
    happens(DEADLINE_ROUND_ENDED, "2019-10-03 11:30", NULL);
    assert_int_equal(d.rounds, 2);
    assert_int_equal(d.rework_us, 90 * INSTANT_MINUTE);
}

static void facts_out_of_order_are_refused(void **state)
{
    begin(five_days());
    refused(DEADLINE_SEALED, "2019-10-01 08:00", NULL, 0, ERR_INVALID);
    refused(DEADLINE_RECEIVED, "2019-10-02 08:00", NULL, 0, ERR_CONFLICT);
    refused(DEADLINE_SUPPLEMENT_RECEIVED, "2019-10-02 08:00", NULL, 0, ERR_CONFLICT);
    refused(DEADLINE_FACT_COUNT, "2019-10-02 08:00", NULL, 0, ERR_INVALID);
    happens(DEADLINE_SUPPLEMENT_REQUESTED, "2019-10-02 08:00", NULL);
    refused(DEADLINE_SUPPLEMENT_REQUESTED, "2019-10-02 09:00", "again", 0, ERR_CONFLICT);
    count = 0;
    refused(DEADLINE_SEALED, "2019-10-02 08:00", NULL, 0, ERR_CONFLICT);
    struct err e;
    assert_int_equal(deadline_fold(&rule, &cal, hours, facts, 0, NULL, &d, &e), ERR_INVALID);
}

static void a_due_date_beyond_the_calendar_names_the_year(void **state)
{
    struct deadline kept = {.rule = "kept"};
    struct err e;
    rule = five_days();
    facts[0] = (struct deadline_fact){.kind = DEADLINE_RECEIVED, .at = at("2020-12-28 09:00")};
    assert_int_equal(deadline_fold(&rule, &cal, hours, facts, 1, NULL, &kept, &e), ERR_INVALID);
    assert_string_equal(e.field, "calendar");
    assert_non_null(strstr(e.vi, "2021"));
    assert_string_equal(kept.rule, "kept");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(the_first_promise_is_never_overwritten),
        cmocka_unit_test(an_extension_on_the_day_itself_is_a_breach),
        cmocka_unit_test(an_extension_is_judged_by_its_seal),
        cmocka_unit_test(an_extension_holds_from_when_it_was_heard_of),
        cmocka_unit_test(an_extension_counts_only_what_comes_after_it),
        cmocka_unit_test(an_extension_does_not_shorten_the_clock_that_lies_behind_it),
        cmocka_unit_test(a_pause_across_an_extension_counts_whole_where_the_extension_does_not_hold),
        cmocka_unit_test(what_the_new_date_reckons_with_is_not_added_to_it),
        cmocka_unit_test(what_ends_behind_such_a_period_counts_from_its_end),
        cmocka_unit_test(the_next_period_moves_the_new_date),
        cmocka_unit_test(an_extension_takes_no_time_that_the_law_leaves_out),
        cmocka_unit_test(a_finding_behind_an_extension_gives_the_time_of_the_law),
        cmocka_unit_test(an_extension_to_no_working_day_ends_with_the_next),
        cmocka_unit_test(what_the_receipt_says_is_the_promise),
        cmocka_unit_test(an_apology_has_to_be_made_a_day_before),
        cmocka_unit_test(early_on_time_and_late_are_told_by_the_end),
        cmocka_unit_test(waiting_on_the_citizen_the_request_is_the_end),
        cmocka_unit_test(later_rounds_are_counted_without_pauses),
        cmocka_unit_test(facts_out_of_order_are_refused),
        cmocka_unit_test(a_due_date_beyond_the_calendar_names_the_year),
    };
    return cmocka_run_group_tests_name("domain_deadline_promise", tests, build_calendar, drop_calendar);
}
