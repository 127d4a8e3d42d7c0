/* SPDX-License-Identifier: Apache-2.0 */
/* Terms of the law: the number is that of the day of the act, and of the texts that are named where no data speak. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>
#include <cmocka.h>

#include "common/domain/term.h"
#include "services/intake/rules.h"
#include "tests/unit/intake_story.h"

static void each_has_its_number_on_each_day(void **state)
{
    static const struct {
        enum term term;
        int usual, decreed, most;
    } rows[] = {{TERM_TRANSFER_CUTOFF, 900, 600, 1439}, {TERM_SUPPLEMENT_ASK, 3, 5, 366},
                {TERM_SUBMISSION_ANSWER, 8, 4, 366},    {TERM_APOLOGY_NOTICE, 1, 3, 30},
                {TERM_COMPLAINT_REFUSAL, 2, 1, 366},    {TERM_COMPLAINT_ANSWER, 15, 10, 366},
                {TERM_COMPLAINT_SUPPLEMENT, 5, 3, 366}, {TERM_COMPLAINT_WAIT, 10, 6, 366},
                {TERM_COMPLAINT_PUBLISH, 2, 1, 366},    {TERM_COLLECTION_REMIND, 30, 10, 3650},
                {TERM_COLLECTION_REMINDERS, 3, 1, 100}, {TERM_LATE_ENTRY, 7, 2, 31},
                {TERM_TURN_SIGNATURE, 1, 2, 366}};

    (void)state;
    assert_int_equal(COUNT_OF(rows), TERM_COUNT - 1);
    for (size_t i = 0; i < COUNT_OF(rows); i++) {
        assert_int_equal(term_value(catalogue, rows[i].term, BED_DECREE - 1), rows[i].usual);
        assert_int_equal(term_value(catalogue, rows[i].term, BED_DECREE), rows[i].decreed);
        assert_int_equal(term_value(catalogue, rows[i].term, BED_DECREE + 6), rows[i].decreed);
        assert_int_equal(term_value(catalogue, rows[i].term, BED_DECREE + 7), rows[i].usual);
        assert_int_equal(term_most(rows[i].term), rows[i].most);
    }
}

static struct intake_dossier decide(const struct intake_dossier *d, enum intake_act act, const void *command,
                                    const char *actor, const char *unit, instant at)
{
    struct intake_facts f = bed_facts(arena, catalogue, actor, unit, 0);
    struct intake_decision out;

    f.now = at;
    if (intake_decide(d, act, command, &f, &out, &err))
        fail_msg("%s", err.en);
    return out.next;
}

/* Received at half past ten: in time for the same day by Decree 61, too late for it by the other. */
static void papers_are_passed_by_the_cutoff_of_the_day(void **state)
{
    static const struct {
        int32_t day, due_day;
    } rows[] = {{BED_DECREE - 1, BED_DECREE - 1}, {BED_DECREE, BED_DECREE + 1}, {BED_DECREE + 7, BED_DECREE + 7}};

    (void)state;
    for (size_t i = 0; i < COUNT_OF(rows); i++) {
        struct intake_receive c = bed_receive("H11.35-Q1", "1.000001");
        struct intake_dossier d =
            decide(NULL, INTAKE_RECEIVE, &c, "H11.35-tn01", "H11.35", instant_of_day(rows[i].day, 630));
        assert_int_equal(d.transfer_count, 1);
        assert_int_equal(instant_day(d.transfers[0].due_at), rows[i].due_day);
    }
}

static void what_is_filed_online_is_answered_in_the_hours_of_the_day(void **state)
{
    static const struct intake_component file = {.name = "Tờ khai", .form = INTAKE_FORM_ELECTRONIC};
    const struct intake_submit c = {.reference = "DVC-1",
                                    .unit = "H11.35",
                                    .procedure = "1.000001",
                                    .applicant = {.name = "Nguyễn Văn A", .identity_number = "123456789"},
                                    .components = &file,
                                    .component_count = 1};

    (void)state;
    struct intake_dossier d = decide(NULL, INTAKE_SUBMIT, &c, "cong-dvc", "portal", instant_of_day(BED_DECREE, 420));
    assert_true(d.submission->answer_due_at == instant_of_day(BED_DECREE, 660));
    d = decide(NULL, INTAKE_SUBMIT, &c, "cong-dvc", "portal", instant_of_day(BED_DECREE - 1, 420));
    assert_true(d.submission->answer_due_at == instant_of_day(BED_DECREE - 1, 1020));
}

/* Of a dossier from before: a complaint counts from its own day. */
static void a_complaint_has_the_days_of_its_own_day(void **state)
{
    static const struct intake_complain c = {.channel = CHANNEL_COUNTER, .category = "delay", .text = "Chậm"};
    struct intake_receive receive = bed_receive("H11.35-Q1", "1.000001");

    (void)state;
    struct intake_dossier d =
        decide(NULL, INTAKE_RECEIVE, &receive, "H11.35-tn01", "H11.35", instant_of_day(BED_DAY, 540));
    struct intake_dossier then =
        decide(&d, INTAKE_COMPLAIN, &c, "H11.35-tn01", "H11.35", instant_of_day(BED_DECREE, 540));
    assert_true(then.complaints[0].refuse_until == instant_of_day(BED_DECREE + 1, 540));
    assert_true(then.complaints[0].answer_due_at == instant_of_day(BED_DECREE + 14, 540));
}

/* Due on the Friday of the decree: three days before it is Tuesday, and so is what is issued the day after too late. */
static void an_apology_precedes_the_date_by_the_days_of_that_date(void **state)
{
    static const struct {
        int32_t due, last;
    } rows[] = {{BED_DECREE + 3, BED_DECREE}, {BED_DECREE + 6, BED_DECREE + 3}, {BED_DECREE + 7, BED_DECREE + 6}};
    struct intake_receive receive = bed_receive("H11.35-Q1", "1.000001");
    struct intake_dossier d =
        decide(NULL, INTAKE_RECEIVE, &receive, "H11.35-tn01", "H11.35", instant_of_day(BED_DAY, 540));

    (void)state;
    for (size_t i = 0; i < COUNT_OF(rows); i++) {
        instant due = d.due_at = d.due_reported = instant_of_day(rows[i].due, 1020);
        assert_true(intake_warn_at(catalogue, &d, d.received_at) == instant_of_day(rows[i].last, 420));
        struct deadline_apology last = intake_judged(catalogue, due, instant_of_day(rows[i].last + 1, 0) - 1),
                                late = intake_judged(catalogue, due, instant_of_day(rows[i].last + 1, 0));
        assert_false(deadline_apology_is_late(&last));
        assert_true(deadline_apology_is_late(&late));
        assert_int_equal(late.notice, rows[i].due - rows[i].last);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(each_has_its_number_on_each_day, set_up, tear_down),
        cmocka_unit_test_setup_teardown(papers_are_passed_by_the_cutoff_of_the_day, set_up, tear_down),
        cmocka_unit_test_setup_teardown(what_is_filed_online_is_answered_in_the_hours_of_the_day, set_up, tear_down),
        cmocka_unit_test_setup_teardown(an_apology_precedes_the_date_by_the_days_of_that_date, set_up, tear_down),
        cmocka_unit_test_setup_teardown(a_complaint_has_the_days_of_its_own_day, set_up, tear_down),
    };
    return cmocka_run_group_tests_name("intake_term", tests, NULL, NULL);
}
