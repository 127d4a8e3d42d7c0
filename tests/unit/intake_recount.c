/* SPDX-License-Identifier: Apache-2.0 */
/* A dossier's date is counted again by a changed calendar: moved once, told once, never of what has ended. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>
#include <cmocka.h>

#include "tests/unit/intake_story.h"
#include "services/intake/rules.h"

static struct intake_decision *decide(const struct intake_dossier *d, enum intake_act act, const void *command,
                                      const char *actor, const char *unit)
{
    struct intake_decision *out = ARENA_NEW(arena, struct intake_decision);
    struct intake_facts f = bed_facts(arena, catalogue, actor, unit, 8 * 60);

    return intake_decide(d, act, command, &f, out, &err) ? NULL : out;
}

static struct intake_dossier received(void)
{
    struct intake_receive *c = ARENA_NEW(arena, struct intake_receive);

    *c = bed_receive("H11.35-Q1", "1.000001");
    struct intake_decision *out = decide(NULL, INTAKE_RECEIVE, c, "H11.35-tn01", "H11.35");
    assert_non_null(out);
    return out->next;
}

/* From now on the day after the receipt is off. */
static void new_holiday(void)
{
    static const int32_t off[] = {BED_DAY + 1};
    struct worktime_calendar *calendar = ARENA_NEW(arena, struct worktime_calendar);

    assert_int_equal(worktime_calendar_build(arena, 2019, 2020, off, 1, NULL, 0, calendar, &err), ERR_OK);
    catalogue->calendar = calendar;
}

static void without_a_change_nothing_is_told(void **state)
{
    (void)state;
    for (int s = 0; s < INTAKE_STATE_COUNT; s++) {
        struct intake_dossier d = received();
        d.state = (enum intake_state)s;
        struct intake_decision *out = decide(&d, INTAKE_RECOUNT, NULL, NULL, NULL);
        assert_int_equal(out != NULL, s != INTAKE_SUBMITTED && s != INTAKE_REFUSED && s != INTAKE_GUIDED);
        if (!out)
            continue;
        assert_true(out->stays);
        assert_null(out->event);
    }
}

static void a_new_holiday_moves_the_date_and_not_the_promise(void **state)
{
    static const enum intake_state open[] = {INTAKE_RECEIVED, INTAKE_IN_PROCESS, INTAKE_CLOSING};
    (void)state;
    for (size_t i = 0; i < COUNT_OF(open); i++) {
        struct intake_dossier d = received(), before;
        instant due, reported;
        struct intake_facts f;
        d.state = open[i];
        before = d;
        new_holiday();
        f = bed_facts(arena, catalogue, NULL, NULL, 8 * 60);
        assert_int_equal(intake_would_be_due(&d, &f, &due, &reported, &err), ERR_OK);
        assert_memory_equal(&d, &before, sizeof d);
        struct intake_decision *out = decide(&d, INTAKE_RECOUNT, NULL, NULL, NULL);
        assert_non_null(out);
        assert_false(out->stays);
        assert_string_equal(out->event, "DueMoved");
        assert_int_equal(out->next.state, open[i]);
        assert_true(out->next.due_at > d.due_at);
        assert_int_equal(out->next.due_at, due);
        assert_int_equal(out->next.due_reported, reported);
        assert_int_equal(out->next.promised_at, d.due_at);
        assert_non_null(strstr(out->next.due_explained, "\"vi\""));
        out = decide(&out->next, INTAKE_RECOUNT, NULL, NULL, NULL); /* once */
        assert_true(out->stays);
        catalogue = bed_catalogue(arena);
    }
}

static void what_has_ended_is_left_alone(void **state)
{
    static const enum intake_state ended[] = {INTAKE_WITHDRAWN, INTAKE_STOPPED, INTAKE_FINISHED, INTAKE_RETURNED};
    (void)state;
    for (size_t i = 0; i < COUNT_OF(ended); i++) {
        struct intake_dossier d = received();
        d.state = ended[i];
        new_holiday();
        struct intake_decision *out = decide(&d, INTAKE_RECOUNT, NULL, NULL, NULL);
        assert_non_null(out);
        assert_true(out->stays);
        assert_null(out->event);
        catalogue = bed_catalogue(arena);
    }
}

/* Received behind the hour by which papers go on the same day: they are to be taken over on the day behind it. */
static struct intake_dossier received_in_the_afternoon(void)
{
    struct intake_dossier d = received();

    d.transfers[0].opened_at = instant_of_day(BED_DAY, 16 * 60);
    struct intake_decision *out = decide(&d, INTAKE_RECOUNT, NULL, NULL, NULL);
    assert_non_null(out);
    assert_int_equal(instant_day(out->next.transfers[0].due_at), BED_DAY + 1);
    return out->next;
}

/* What is open at the counter is counted again with the dossier. */
static void what_is_open_at_the_counter_moves_with_it(void **state)
{
    struct intake_dossier d = received_in_the_afternoon();
    const struct intake_transfer *t = &d.transfers[0];

    (void)state;
    d.supplements[d.supplement_count++] = (struct intake_supplement){
        .asked_at = instant_of_day(BED_DAY, 480), .answer_until = 1, .received_at = INSTANT_NONE};
    new_holiday();
    struct intake_decision *out = decide(&d, INTAKE_RECOUNT, NULL, NULL, NULL);
    assert_non_null(out);
    assert_true(out->recounted && !out->stays);
    assert_string_equal(out->event, "DueMoved");
    const struct intake_transfer *moved = &out->next.transfers[0];
    assert_true(moved->due_at == t->due_at + INSTANT_DAY);
    assert_true(moved->opened_at < moved->near_at && moved->near_at < moved->due_at);
    assert_true(intake_step_watch_next(&out->next, d.received_at) == moved->near_at);
    out = decide(&out->next, INTAKE_RECOUNT, NULL, NULL, NULL); /* once */
    assert_true(out->stays && !out->recounted);
}

/* The dossier's dates may stay while what is open at the counter moves: the others are told all the same. */
static void it_may_move_alone(void **state)
{
    struct intake_dossier d = received_in_the_afternoon();

    (void)state;
    new_holiday();
    struct intake_decision *out = decide(&d, INTAKE_RECOUNT, NULL, NULL, NULL);
    assert_non_null(out);
    struct intake_dossier counted = out->next;
    counted.transfers[0].due_at = d.transfers[0].due_at;
    out = decide(&counted, INTAKE_RECOUNT, NULL, NULL, NULL);
    assert_non_null(out);
    assert_true(out->recounted && !out->stays);
    assert_string_equal(out->event, "DueMoved");
    assert_true(out->next.due_at == counted.due_at && out->next.due_reported == counted.due_reported);
    assert_true(out->next.transfers[0].due_at > counted.transfers[0].due_at);
}

static void what_is_over_at_the_counter_stays(void **state)
{
    struct intake_dossier d = received_in_the_afternoon();

    (void)state;
    d.transfers[0].state = INTAKE_TRANSFER_TAKEN;
    instant due = d.transfers[0].due_at;
    d.obligations[d.obligation_count++] = (struct intake_obligation){.step = 4,
                                                                     .state = INTAKE_OBLIGATION_NOTIFIED,
                                                                     .opened_at = d.received_at,
                                                                     .notice = "12",
                                                                     .due_at = due,
                                                                     .near_at = due,
                                                                     .notified_at = d.received_at,
                                                                     .met_at = INSTANT_NONE};
    new_holiday();
    struct intake_decision *out = decide(&d, INTAKE_RECOUNT, NULL, NULL, NULL);
    assert_non_null(out);
    assert_false(out->recounted);
    assert_true(out->next.transfers[0].due_at == due && out->next.obligations[0].due_at == due);
}

/* What was told as passed is counted, and stays told; what was warned of is warned of anew. */
static void what_was_told_of_a_transfer_is_not_taken_back(void **state)
{
    static const enum step_warning told[] = {STEP_WARNING_NEAR, STEP_WARNING_LATE};

    (void)state;
    for (size_t i = 0; i < COUNT_OF(told); i++) {
        struct intake_dossier d = received_in_the_afternoon();
        d.transfers[0].warning = told[i];
        new_holiday();
        struct intake_decision *out = decide(&d, INTAKE_RECOUNT, NULL, NULL, NULL);
        assert_non_null(out);
        assert_true(out->recounted);
        assert_int_equal(out->next.transfers[0].warning, told[i] == STEP_WARNING_LATE ? told[i] : STEP_WARNING_NONE);
        catalogue = bed_catalogue(arena);
    }
}

/* ---- who has to answer, and until when */

static instant morning(int32_t days)
{
    return instant_of_day(BED_DAY + days, 540);
}

static struct intake_facts facts_at(instant now, const char *actor, const char *unit)
{
    struct intake_facts f = bed_facts(arena, catalogue, actor, unit, 0);

    f.now = now;
    return f;
}

static const struct intake_decision *act_at(instant now, const struct intake_dossier *d, enum intake_act act,
                                            const void *command, const char *actor)
{
    struct intake_decision *out = ARENA_NEW(arena, struct intake_decision);
    struct intake_facts f = facts_at(now, actor, actor ? "H11.35" : NULL);

    err = (struct err){.code = ERR_OK};
    return intake_decide(d, act, command, &f, out, &err) ? NULL : out;
}

static struct intake_dossier complained(void)
{
    static const struct intake_complain c = {.channel = CHANNEL_COUNTER, .category = "delay", .text = "Chậm"};
    struct intake_dossier d = received();
    const struct intake_decision *out = act_at(morning(0), &d, INTAKE_COMPLAIN, &c, "H11.35-tn01");

    assert_non_null(out);
    assert_true(out->next.complaints[0].refuse_until == morning(2));
    assert_true(out->next.complaints[0].answer_due_at == morning(21));
    return out->next;
}

static void a_complaint_has_the_days_of_the_new_calendar(void **state)
{
    static const struct {
        enum intake_act act;
        int32_t days;
    } ends[] = {{INTAKE_REFUSE_COMPLAINT, 3}, {INTAKE_ANSWER_COMPLAINT, 22}};
    const struct intake_reply reply = {.number = 1, .text = "Đã xem xét"};
    struct intake_dossier d = complained();

    (void)state;
    new_holiday();
    struct intake_facts f = facts_at(morning(21) + 1, NULL, NULL);
    assert_true(intake_answer_watch(&d, &f) == morning(22) + 1);
    assert_true(d.complaints[0].answer_due_at == morning(21));
    assert_null(act_at(morning(22), &d, INTAKE_PASS_ANSWER, NULL, NULL));
    for (size_t i = 0; i < COUNT_OF(ends); i++)
        for (int late = 0; late <= 1; late++) {
            const struct intake_decision *out =
                act_at(morning(ends[i].days) + late, &d, ends[i].act, &reply, "H11.35-tr01");
            assert_non_null(out);
            assert_int_equal(out->next.complaints[0].late, late);
            assert_true(out->next.complaints[0].refuse_until == morning(3));
            assert_true(out->next.complaints[0].answer_due_at == morning(22));
        }
    const struct intake_decision *out = act_at(morning(22) + 1, &d, INTAKE_PASS_ANSWER, NULL, NULL);
    assert_non_null(out);
    assert_true(out->next.complaints[0].told && out->next.complaints[0].answer_due_at == morning(22));
    assert_non_null(strstr(out->next.complaints[0].due_explained, "\"vi\""));
    assert_false(d.complaints[0].told);
}

/* Of one more is awaited, and its dates are counted from the end of that; the answer to another is to be published. */
static void a_complaint_is_waited_for_and_published_by_the_new_calendar(void **state)
{
    const struct intake_reply reply = {.number = 1, .text = "Đã xem xét"};
    struct intake_dossier d = complained(), asked, answered;

    (void)state;
    asked = act_at(morning(0), &d, INTAKE_ASK_COMPLAINANT, &reply, "H11.35-tr01")->next;
    answered = act_at(morning(0), &d, INTAKE_ANSWER_COMPLAINT, &reply, "H11.35-tr01")->next;
    assert_true(asked.complaints[0].wait_until == morning(14) && asked.complaints[0].answer_due_at == morning(35));
    assert_true(answered.complaints[0].publish_until == morning(2));
    new_holiday();
    struct intake_facts f = facts_at(morning(1), NULL, NULL);
    assert_true(intake_answer_watch(&asked, &f) == morning(36) + 1);
    assert_true(intake_answer_watch(&answered, &f) == morning(3) + 1);
    assert_null(act_at(morning(15), &asked, INTAKE_ANSWER_COMPLAINT, &reply, "H11.35-tr01"));
    const struct intake_decision *out = act_at(morning(15) + 1, &asked, INTAKE_ANSWER_COMPLAINT, &reply, "H11.35-tr01");
    assert_non_null(out);
    assert_true(out->next.complaints[0].wait_until == morning(15));
    assert_true(out->next.complaints[0].answer_due_at == morning(36));
    for (int late = 0; late <= 1; late++) {
        out = act_at(morning(3) + late, &answered, INTAKE_PUBLISH_ANSWER, &reply, "H11.35-tr01");
        assert_true(out && out->next.complaints[0].published_late == late);
    }
}

/* The holiday is taken back: who was told the later date keeps it. */
static void a_complaint_keeps_the_days_that_it_had(void **state)
{
    static const struct intake_complain c = {.channel = CHANNEL_COUNTER, .category = "delay", .text = "Chậm"};
    struct intake_dossier d = received();

    (void)state;
    new_holiday();
    d = act_at(morning(0), &d, INTAKE_COMPLAIN, &c, "H11.35-tn01")->next;
    catalogue = bed_catalogue(arena);
    struct intake_facts f = facts_at(morning(21) + 1, NULL, NULL);
    assert_true(intake_answer_watch(&d, &f) == morning(22) + 1);
}

/* Filed at nine, to be answered in eight working hours: by nine of the next working day. */
static void what_was_filed_has_the_hours_of_the_new_calendar(void **state)
{
    static const struct intake_component file = {.name = "Tờ khai", .form = INTAKE_FORM_ELECTRONIC};
    const struct intake_submit c = {.reference = "DVC-1",
                                    .unit = "H11.35",
                                    .procedure = "1.000001",
                                    .applicant = {.name = "Nguyễn Văn A", .identity_number = "123456789"},
                                    .components = &file,
                                    .component_count = 1};
    struct intake_receive r = bed_receive("H11.35-Q1", "1.000001");

    (void)state;
    struct intake_dossier d = act_at(morning(0), NULL, INTAKE_SUBMIT, &c, "cong-dvc")->next;
    assert_true(d.submission->answer_due_at == morning(1));
    new_holiday();
    struct intake_facts f = facts_at(morning(1) + 1, NULL, NULL);
    assert_true(intake_submission_watch(&d, &f) == morning(2) + 1);
    assert_null(act_at(morning(2), &d, INTAKE_PASS_SUBMISSION, NULL, NULL));
    const struct intake_decision *out = act_at(morning(2) + 1, &d, INTAKE_PASS_SUBMISSION, NULL, NULL);
    assert_non_null(out);
    assert_true(out->answer_due_at == morning(2));
    assert_true(out->next.submission->answer_due_at == morning(1));
    r.channel = CHANNEL_ONLINE;
    r.applicant.identity_number = "123456789";
    r.components = &file;
    r.component_count = 1;
    r.submission = (struct id){{9}};
    out = act_at(morning(2), &d, INTAKE_RECEIVE, &r, "H11.35-tn01");
    assert_non_null(out);
    assert_true(out->answered->answer_due_at == morning(2));
    assert_true(intake_submission_watch(&(struct intake_dossier){.submission = NULL}, &f) == INSTANT_NONE);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(without_a_change_nothing_is_told, set_up, tear_down),
        cmocka_unit_test_setup_teardown(a_new_holiday_moves_the_date_and_not_the_promise, set_up, tear_down),
        cmocka_unit_test_setup_teardown(what_has_ended_is_left_alone, set_up, tear_down),
        cmocka_unit_test_setup_teardown(what_is_open_at_the_counter_moves_with_it, set_up, tear_down),
        cmocka_unit_test_setup_teardown(it_may_move_alone, set_up, tear_down),
        cmocka_unit_test_setup_teardown(what_is_over_at_the_counter_stays, set_up, tear_down),
        cmocka_unit_test_setup_teardown(what_was_told_of_a_transfer_is_not_taken_back, set_up, tear_down),
        cmocka_unit_test_setup_teardown(a_complaint_has_the_days_of_the_new_calendar, set_up, tear_down),
        cmocka_unit_test_setup_teardown(a_complaint_is_waited_for_and_published_by_the_new_calendar, set_up, tear_down),
        cmocka_unit_test_setup_teardown(a_complaint_keeps_the_days_that_it_had, set_up, tear_down),
        cmocka_unit_test_setup_teardown(what_was_filed_has_the_hours_of_the_new_calendar, set_up, tear_down),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
