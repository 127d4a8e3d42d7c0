/* SPDX-License-Identifier: Apache-2.0 */
/* What a citizen files on the portal, and that the counter of that unit answers just that. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>
#include <cmocka.h>

#include "services/intake/rules.h"
#include "tests/unit/intake_story.h"

static const struct intake_component file = {.name = "Tờ khai", .form = INTAKE_FORM_ELECTRONIC};
static const struct id named = {{9}};

static struct intake_submit filing(void)
{
    return (struct intake_submit){.reference = "DVC-1",
                                  .unit = "H11.35",
                                  .procedure = "1.000001",
                                  .applicant = {.name = "Nguyễn Văn A", .identity_number = "123456789"},
                                  .components = &file,
                                  .component_count = 1};
}

static struct intake_decision *submit(const struct intake_submit *c, int32_t days, int minute)
{
    struct intake_decision *out = ARENA_NEW(arena, struct intake_decision);
    struct intake_facts f = bed_facts(arena, catalogue, "cong-dvc", "portal", minute);

    f.now += days * INSTANT_DAY;
    err = (struct err){.code = ERR_OK};
    return intake_decide(NULL, INTAKE_SUBMIT, c, &f, out, &err) ? NULL : out;
}

static void its_time_passes_when_nobody_answers(void **state)
{
    const struct intake_submit c = filing();
    const struct intake_decision *filed = submit(&c, 0, 480);
    struct intake_decision out;
    struct intake_facts f = bed_facts(arena, catalogue, NULL, NULL, 480);

    (void)state;
    f.now = filed->next.submission->answer_due_at;
    assert_int_equal(intake_decide(&filed->next, INTAKE_PASS_SUBMISSION, NULL, &f, &out, &err), ERR_ILLEGAL_MOVE);
    f.now++;
    assert_int_equal(intake_decide(&filed->next, INTAKE_PASS_SUBMISSION, NULL, &f, &out, &err), ERR_OK);
    assert_string_equal(out.event, "SubmissionPassed");
    assert_int_equal(out.next.state, INTAKE_SUBMITTED);
    assert_null(out.answered);
}

static struct intake_receive answer(void)
{
    struct intake_receive c = bed_receive("H11.35-Q1", "1.000001");

    c.channel = CHANNEL_ONLINE;
    c.applicant.identity_number = "123456789";
    c.components = &file;
    c.component_count = 1;
    c.submission = named;
    return c;
}

static struct intake_decision *receive(const struct intake_dossier *d, const struct intake_receive *c)
{
    struct intake_decision *out = ARENA_NEW(arena, struct intake_decision);
    struct intake_facts f = bed_facts(arena, catalogue, "H11.35-tn01", "H11.35", 600);

    err = (struct err){.code = ERR_OK};
    return intake_decide(d, INTAKE_RECEIVE, c, &f, out, &err) ? NULL : out;
}

static void refused(enum err_code code, const char *field)
{
    assert_int_equal(err.code, code);
    assert_string_equal(err.field, field);
    assert_true(err.vi[0] && err.en[0]);
}

static void nothing_is_accepted_and_the_counter_has_eight_hours(void **state)
{
    struct intake_submit c = filing();
    const struct intake_decision *out = submit(&c, 0, 480);

    (void)state;
    assert_non_null(out);
    assert_string_equal(out->event, "Submitted");
    assert_int_equal(out->next.state, INTAKE_SUBMITTED);
    assert_int_equal(intake_national_status(INTAKE_SUBMITTED, true), 1);
    assert_false(intake_is_closed(INTAKE_SUBMITTED));
    assert_null(out->next.code);
    assert_null(out->next.process);
    assert_int_equal(out->next.due_at, INSTANT_NONE);
    assert_string_equal(out->next.origin_reference, "DVC-1");
    struct worktime_hours hours = catalogue_counter_hours(catalogue, "H11.35-Q1", BED_DAY);
    int64_t minutes;
    assert_int_equal(worktime_between(catalogue->calendar, &hours, instant_of_day(BED_DAY, 480),
                                      out->next.submission->answer_due_at, &minutes, &err),
                     ERR_OK);
    assert_int_equal(minutes, 8 * 60);
    /* At night it counts from the next opening. */
    const struct intake_decision *late = submit(&c, 0, 23 * 60);
    assert_non_null(late);
    assert_int_equal(worktime_between(catalogue->calendar, &hours, instant_of_day(BED_DAY, 23 * 60),
                                      late->next.submission->answer_due_at, &minutes, &err),
                     ERR_OK);
    assert_int_equal(minutes, 8 * 60);
}

static void what_cannot_be_received_there_is_not_taken(void **state)
{
    static const struct intake_component paper = {.name = "Tờ khai", .originals = 1, .form = INTAKE_FORM_PAPER};
    struct intake_submit c = filing();

    (void)state;
    c.unit = "H11.99";
    assert_null(submit(&c, 0, 480));
    refused(ERR_INVALID, "unit");
    c = filing();
    c.procedure = "9.999999";
    assert_null(submit(&c, 0, 480));
    refused(ERR_INVALID, "procedure");
    c = filing();
    c.components = &paper;
    assert_null(submit(&c, 0, 480));
    refused(ERR_INVALID, "components[0].form");
}

static void it_is_answered_as_it_was_filed(void **state)
{
    struct intake_submit c = filing();
    const struct intake_dossier d = submit(&c, 0, 480)->next;
    struct intake_receive a = answer();
    const struct intake_decision *out = receive(&d, &a);

    (void)state;
    assert_non_null(out);
    assert_string_equal(out->event, "Received");
    assert_ptr_equal(out->answered, d.submission);
    assert_null(out->next.submission);
    assert_string_equal(out->next.origin_reference, "DVC-1");

    a.channel = CHANNEL_POST;
    a.components = bed_receive("H11.35-Q1", "1.000001").components;
    assert_null(receive(&d, &a));
    refused(ERR_INVALID, "channel");
    a = answer();
    a.procedure = "1.000006";
    assert_null(receive(&d, &a));
    refused(ERR_INVALID, "procedure");
    a = answer();
    a.applicant.identity_number = "987654321";
    assert_null(receive(&d, &a));
    refused(ERR_INVALID, "applicant.identity_number");
    a = answer();
    a.origin_reference = "DVC-2";
    assert_null(receive(&d, &a));
    refused(ERR_INVALID, "origin_reference");
}

static void it_is_answered_once(void **state)
{
    struct intake_submit c = filing();
    const struct intake_dossier d = submit(&c, 0, 480)->next;
    struct intake_receive a = answer();
    const struct intake_dossier received = receive(&d, &a)->next;

    (void)state;
    assert_null(receive(&received, &a));
    assert_int_equal(err.code, ERR_ILLEGAL_MOVE);
    assert_null(receive(NULL, &a)); /* nothing was filed under this id */
    refused(ERR_INVALID, "submission");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(nothing_is_accepted_and_the_counter_has_eight_hours, set_up, tear_down),
        cmocka_unit_test_setup_teardown(what_cannot_be_received_there_is_not_taken, set_up, tear_down),
        cmocka_unit_test_setup_teardown(its_time_passes_when_nobody_answers, set_up, tear_down),
        cmocka_unit_test_setup_teardown(it_is_answered_as_it_was_filed, set_up, tear_down),
        cmocka_unit_test_setup_teardown(it_is_answered_once, set_up, tear_down),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
