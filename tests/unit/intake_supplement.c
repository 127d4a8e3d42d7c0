/* SPDX-License-Identifier: Apache-2.0 */
/* The supplement after acceptance: who takes it, how far the two dates move, and what is not told meanwhile. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>
#include <cmocka.h>

#include "tests/unit/intake_day.h"

static const struct intake_supplement_asked first = {.step = 3, .round = 1, .by = "H11.35-td01"},
                                            again = {.step = 3,
                                                     .round = 2,
                                                     .by = "H11.35-tr01",
                                                     .ground = "new_finding",
                                                     .superior = "H11.35-tr01"};
static const struct intake_component components[] = {{.name = "Bản sao", .copies = 1},
                                                     {.name = "Tờ khai", .originals = 1}};
static const struct intake_supply supply = {.channel = CHANNEL_COUNTER, .components = components, .component_count = 2},
                                  nothing = {.channel = CHANNEL_COUNTER};

/* Received on Tuesday 1 October 2019 at 08:00, three working days: due on Friday at 08:00. */
static struct intake_dossier in_process_of(const char *procedure)
{
    static const struct intake_progress assigned = {.step = 3};
    static struct intake_receive c;
    c = bed_receive("H11.35-Q1", procedure);
    struct intake_dossier d = does(NULL, INTAKE_RECEIVE, &c, "H11.35-tn01");

    return does(&d, INTAKE_TAKE_UP, &assigned, NULL);
}

static struct intake_dossier in_process(void)
{
    return in_process_of("1.000006");
}

static void the_request_pauses_the_clock(void **state)
{
    struct intake_dossier d = in_process();
    instant due = d.due_at;
    (void)state;
    minute = 10 * 60;
    struct intake_decision *out = decide(&d, INTAKE_REQUEST_SUPPLEMENT, &first, NULL, NULL);
    assert_non_null(out);
    assert_string_equal(out->event, "SupplementRequested");
    assert_int_equal(out->next.state, INTAKE_AWAITING_SUPPLEMENT);
    assert_int_equal(intake_national_status(out->next.state, false), 5);
    assert_int_equal(out->step, 3);
    assert_int_equal(out->supplement, 0);
    assert_true(out->next.supplements[0].asked_at == instant_of_day(today, minute));
    assert_true(out->next.supplements[0].answer_until == INSTANT_NONE); /* no rule is known */
    assert_true(out->next.due_at == due && out->next.promised_at == INSTANT_NONE);
    assert_false(out->was_late);
    today = instant_day(due) + 30;
    assert_null(decide(&out->next, INTAKE_PASS_DUE, NULL, NULL, NULL)); /* nothing falls due meanwhile */
    assert_int_equal(err.code, ERR_ILLEGAL_MOVE);
}

/* The wait is the procedure's, and of the day of receipt. */
static void how_long_to_wait_is_the_procedures(void **state)
{
    struct intake_dossier d = in_process_of("1.000007");
    (void)state;
    struct intake_decision *out = decide(&d, INTAKE_REQUEST_SUPPLEMENT, &first, NULL, NULL);
    assert_non_null(out);
    assert_int_equal(instant_day(out->next.supplements[0].answer_until), BED_DAY + 30);
}

/* Asked on Tuesday at 10:00, complete on Thursday at 10:00: the law's three working days begin again, two are left out.
 */
static void the_legal_clock_starts_anew_and_the_reported_one_goes_on(void **state)
{
    struct intake_dossier d = in_process();
    instant promised = d.due_at;
    (void)state;
    minute = 10 * 60;
    d = does(&d, INTAKE_REQUEST_SUPPLEMENT, &first, NULL);
    today += 2;
    int before = d.component_count;
    struct intake_decision *out = decide(&d, INTAKE_RECEIVE_SUPPLEMENT, &supply, "H11.35-tn01", "H11.35");
    assert_non_null(out);
    assert_string_equal(out->event, "SupplementReceived");
    assert_string_equal(out->place, "H11.35-Q1");
    assert_int_equal(out->next.state, INTAKE_IN_PROCESS);
    assert_int_equal(out->next.component_count, before + 2);
    assert_ptr_equal(out->supply, &supply);
    assert_true(promised == instant_of_day(BED_DAY + 3, 8 * 60));
    assert_true(out->next.due_at ==
                instant_of_day(BED_DAY + 7, 10 * 60)); /* Tuesday: three working days from Thursday */
    assert_true(out->next.due_reported ==
                instant_of_day(BED_DAY + 7, 8 * 60)); /* the first date and two working days */
    assert_true(out->next.promised_at == promised);
    assert_non_null(strstr(out->next.due_explained, "19(4)"));
    today = BED_DAY + 7;
    minute = 10 * 60 + 1;
    assert_non_null(decide(&out->next, INTAKE_PASS_DUE, NULL, NULL, NULL)); /* reckoned anew */
}

/* Asked on the fourth working day after that of acceptance: late by Decree 61, in time by the one that allows five. */
static void what_was_asked_late_is_told_by_the_term_of_the_day_of_acceptance(void **state)
{
    static const struct {
        int32_t received, asked;
        bool late;
    } rows[] = {{BED_DECREE - 1, BED_DECREE + 3, true},
                {BED_DECREE, BED_DECREE + 6, false},
                {BED_DECREE, BED_DECREE + 7, false},
                {BED_DECREE, BED_DECREE + 8, true},
                {BED_DECREE + 7, BED_DECREE + 13, true}};

    (void)state;
    for (size_t i = 0; i < COUNT_OF(rows); i++) {
        today = rows[i].received;
        struct intake_dossier d = in_process();
        today = rows[i].asked;
        d = does(&d, INTAKE_REQUEST_SUPPLEMENT, &first, NULL);
        d = does(&d, INTAKE_RECEIVE_SUPPLEMENT, &supply, "H11.35-tn01");
        assert_int_equal(strstr(d.due_explained, "after the limit") != NULL, rows[i].late);
    }
}

static void who_takes_it_and_what(void **state)
{
    static const struct intake_supply posted = {
        .channel = CHANNEL_POST, .components = components, .component_count = 1};
    struct intake_dossier d = in_process();
    (void)state;
    assert_null(decide(&d, INTAKE_RECEIVE_SUPPLEMENT, &supply, "H11.35-tn01", "H11.35"));
    assert_int_equal(err.code, ERR_ILLEGAL_MOVE);
    d = does(&d, INTAKE_REQUEST_SUPPLEMENT, &first, NULL);
    assert_null(decide(&d, INTAKE_RECEIVE_SUPPLEMENT, &supply, "H11.35-td01", "H11.35"));
    assert_int_equal(err.code, ERR_FORBIDDEN);
    assert_string_equal(err.field, "actor");
    assert_null(decide(&d, INTAKE_RECEIVE_SUPPLEMENT, &supply, "H11.05-td01", "H11.05"));
    assert_int_equal(err.code, ERR_FORBIDDEN);
    assert_null(decide(&d, INTAKE_RECEIVE_SUPPLEMENT, &nothing, "H11.35-tn01", "H11.35"));
    assert_int_equal(err.code, ERR_INVALID);
    assert_string_equal(err.field, "components");
    minute = 22 * 60;
    assert_null(decide(&d, INTAKE_RECEIVE_SUPPLEMENT, &supply, "H11.35-tn01", "H11.35"));
    assert_string_equal(err.field, "counter");
    d = does(&d, INTAKE_RECEIVE_SUPPLEMENT, &posted, "H11.35-tn01");
    assert_null(decide(&d, INTAKE_REQUEST_SUPPLEMENT, &first, NULL, NULL)); /* once more: why, and who */
    assert_int_equal(err.code, ERR_INVALID);
    assert_string_equal(err.field, "ground");
}

static void twice_at_the_most(void **state)
{
    struct intake_dossier d = in_process();
    (void)state;
    d = does(&d, INTAKE_REQUEST_SUPPLEMENT, &first, NULL);
    minute += 30;
    d = does(&d, INTAKE_RECEIVE_SUPPLEMENT, &supply, "H11.35-tn01");
    minute += 30;
    d = does(&d, INTAKE_REQUEST_SUPPLEMENT, &again, NULL);
    assert_int_equal(d.supplement_count, 2);
    assert_non_null(strstr(d.due_explained, "11(2c)"));
    minute += 30;
    d = does(&d, INTAKE_RECEIVE_SUPPLEMENT, &supply, "H11.35-tn01");
    assert_true(d.due_at == instant_of_day(BED_DAY + 3, minute));
    assert_null(decide(&d, INTAKE_REQUEST_SUPPLEMENT, &again, NULL, NULL));
    assert_int_equal(err.code, ERR_CONFLICT);
}

/* The request comes a minute after the due moment, and the timer only then. */
static void what_was_late_before_is_told(void **state)
{
    struct intake_dossier d = in_process();
    (void)state;
    today = instant_day(d.due_at);
    minute = (int)((d.due_at - instant_of_day(today, 0)) / INSTANT_MINUTE) + 1;
    struct intake_decision *out = decide(&d, INTAKE_REQUEST_SUPPLEMENT, &again, NULL, NULL);
    assert_non_null(out);
    assert_true(out->was_late);
    out = decide(&out->next, INTAKE_PASS_DUE, NULL, NULL, NULL);
    assert_non_null(out);
    assert_string_equal(out->event, "DuePassed");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(the_request_pauses_the_clock, begin, tear_down),
        cmocka_unit_test_setup_teardown(how_long_to_wait_is_the_procedures, begin, tear_down),
        cmocka_unit_test_setup_teardown(the_legal_clock_starts_anew_and_the_reported_one_goes_on, begin, tear_down),
        cmocka_unit_test_setup_teardown(what_was_asked_late_is_told_by_the_term_of_the_day_of_acceptance, set_up,
                                        tear_down),
        cmocka_unit_test_setup_teardown(who_takes_it_and_what, begin, tear_down),
        cmocka_unit_test_setup_teardown(twice_at_the_most, begin, tear_down),
        cmocka_unit_test_setup_teardown(what_was_late_before_is_told, begin, tear_down),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
