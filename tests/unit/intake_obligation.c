/* SPDX-License-Identifier: Apache-2.0 */
/* The financial obligation: when its step opens, who records what, and how far the promised date moves. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>
#include <cmocka.h>

#include "tests/unit/allowed.h"
#include "tests/unit/intake_day.h"

static const struct intake_notice notice = {.notice = "12/TB-CCT"}, nothing = {0};

/* Received on Tuesday 1 October 2019 at 08:00; the first decision is signed, and the obligation expected. */
static struct intake_dossier expected(void)
{
    static const struct intake_progress assigned = {.step = 3}, first = {.step = 4, .outcome = OUTCOME_GRANTED};
    static struct intake_receive c;
    c = bed_receive("H11.35-Q1", "1.000006");
    struct intake_dossier d = does(NULL, INTAKE_RECEIVE, &c, "H11.35-tn01");

    assert_int_equal(d.obligation_count, 0);
    d = does(&d, INTAKE_TAKE_UP, &assigned, NULL);
    d = does(&d, INTAKE_DECIDE, &first, NULL);
    assert_int_equal(d.obligation_count, 1);
    assert_int_equal(d.obligations[0].step, 5);
    assert_int_equal(d.obligations[0].state, INTAKE_OBLIGATION_EXPECTED);
    return d;
}

static struct intake_dossier notified(void)
{
    struct intake_dossier d = expected();
    return does(&d, INTAKE_OPEN_OBLIGATION, &notice, "H11.35-td01");
}

static void it_opens_behind_a_signature_or_a_transfer(void **state)
{
    static const struct intake_move move = {0};
    static const struct intake_notice right = {.step = 3, .notice = "1"};
    static struct intake_receive c;
    (void)state;
    (void)expected();
    c = bed_receive("H11.35-Q1", "1.000007");
    struct intake_dossier d = does(NULL, INTAKE_RECEIVE, &c, "H11.35-tn01");
    assert_int_equal(d.transfer_count, 1);
    assert_null(decide(&d, INTAKE_OPEN_OBLIGATION, &notice, "H11.35-2v", "H11.35"));
    assert_int_equal(err.code, ERR_ILLEGAL_MOVE);
    assert_string_equal(err.field, "step");
    d = does(&d, INTAKE_GIVE_TRANSFER, &move, "H11.35-tn01");
    d = does(&d, INTAKE_TAKE_TRANSFER, &move, "H11.35-td01");
    assert_int_equal(d.obligation_count, 1);
    d = does(&d, INTAKE_OPEN_OBLIGATION, &right, "H11.35-2v"); /* nobody has taken it up yet */
    assert_int_equal(d.state, INTAKE_AWAITING_OBLIGATION);
}

/* Its time runs from the signature, not from when intake hears of it. */
static void it_opens_when_it_was_signed(void **state)
{
    static const struct intake_progress assigned = {.step = 3};
    struct intake_progress signed_ = {
        .step = 4, .outcome = OUTCOME_GRANTED, .at = instant_of_day(BED_DAY, 8 * 60 + 30)};
    struct intake_receive c = bed_receive("H11.35-Q1", "1.000006");

    (void)state;
    struct intake_dossier d = does(NULL, INTAKE_RECEIVE, &c, "H11.35-tn01");
    d = does(&d, INTAKE_TAKE_UP, &assigned, NULL);
    today++;
    d = does(&d, INTAKE_DECIDE, &signed_, NULL);
    assert_true(d.obligations[0].opened_at == signed_.at);
    assert_true(d.obligations[0].due_at == instant_of_day(BED_DAY, 9 * 60));
}

static void the_last_signature_opens_none(void **state)
{
    static const struct intake_progress last = {.step = 4, .last = true, .outcome = OUTCOME_REFUSED};
    struct intake_dossier d = expected();
    (void)state;
    d.obligation_count = 0;
    d = does(&d, INTAKE_DECIDE, &last, NULL);
    assert_int_equal(d.obligation_count, 0);
    assert_int_equal(d.state, INTAKE_CLOSING);
}

static void the_notice_pauses_the_clock(void **state)
{
    struct intake_dossier d = expected();
    instant due = d.due_at;
    (void)state;
    struct intake_decision *out = decide(&d, INTAKE_OPEN_OBLIGATION, &notice, "H11.35-td01", "H11.35");
    assert_non_null(out);
    assert_string_equal(out->event, "ObligationOpened");
    assert_int_equal(out->step, 5);
    assert_string_equal(out->place, "office");
    assert_int_equal(out->next.state, INTAKE_AWAITING_OBLIGATION);
    assert_int_equal(intake_national_status(out->next.state, false), 6);
    assert_int_equal(out->next.obligations[0].state, INTAKE_OBLIGATION_NOTIFIED);
    assert_string_equal(out->next.obligations[0].notice, "12/TB-CCT");
    assert_true(out->next.due_at == due && out->next.promised_at == INSTANT_NONE);
    assert_non_null(strstr(out->next.due_explained, "12/TB-CCT"));
    assert_false(out->was_late);
    today = instant_day(due) + 30;
    assert_null(decide(&out->next, INTAKE_PASS_DUE, NULL, NULL, NULL)); /* nothing falls due meanwhile */
    assert_int_equal(err.code, ERR_ILLEGAL_MOVE);
}

/* The notice comes a minute after the due moment, and the timer only then. */
static void what_was_late_before_the_notice_is_told(void **state)
{
    struct intake_dossier d = expected();
    (void)state;
    today = instant_day(d.due_at);
    minute = (int)((d.due_at - instant_of_day(today, 0)) / INSTANT_MINUTE) + 1;
    struct intake_decision *out = decide(&d, INTAKE_OPEN_OBLIGATION, &notice, "H11.35-td01", "H11.35");
    assert_non_null(out);
    assert_true(out->was_late);
    d = out->next;
    out = decide(&d, INTAKE_PASS_DUE, NULL, NULL, NULL);
    assert_non_null(out);
    assert_string_equal(out->event, "DuePassed");
    assert_int_equal(out->next.state, INTAKE_AWAITING_OBLIGATION);
}

static void refused(const struct intake_dossier *d, enum intake_act act, const struct intake_notice *c,
                    const char *actor, const char *unit, enum err_code code, const char *field)
{
    struct intake_dossier before = *d;

    assert_null(decide(d, act, c, actor, unit));
    assert_int_equal(err.code, code);
    assert_string_equal(err.field, field);
    assert_true(err.vi[0] && err.en[0]);
    assert_memory_equal(d, &before, sizeof before);
}

static void who_records_it_and_what(void **state)
{
    static const struct intake_notice other = {.step = 3, .notice = "1"};
    struct intake_dossier d = expected();
    (void)state;
    refused(&d, INTAKE_OPEN_OBLIGATION, &nothing, "H11.35-td01", "H11.35", ERR_INVALID, "notice");
    refused(&d, INTAKE_OPEN_OBLIGATION, &other, "H11.35-td01", "H11.35", ERR_INVALID, "step");
    refused(&d, INTAKE_OPEN_OBLIGATION, &notice, "H11.35-tn01", "H11.35", ERR_FORBIDDEN, "actor");
    refused(&d, INTAKE_OPEN_OBLIGATION, &notice, "H11.05-td01", "H11.05", ERR_FORBIDDEN, "actor");
    d = notified();
    refused(&d, INTAKE_MEET_OBLIGATION, &nothing, "H11.35-tn01", "H11.35", ERR_FORBIDDEN, "actor");
    refused(&d, INTAKE_MEET_OBLIGATION, &nothing, "H11.05-td01", "H11.05", ERR_FORBIDDEN, "actor");
    refused(&d, INTAKE_OPEN_OBLIGATION, &notice, "H11.35-td01", "H11.35", ERR_ILLEGAL_MOVE, "");
    d = does(&d, INTAKE_MEET_OBLIGATION, &nothing, "H11.35-td01");
    refused(&d, INTAKE_MEET_OBLIGATION, &nothing, "H11.35-td01", "H11.35", ERR_ILLEGAL_MOVE, "");
    refused(&d, INTAKE_OPEN_OBLIGATION, &notice, "H11.35-td01", "H11.35", ERR_ILLEGAL_MOVE, "step");
    const struct intake_notice again = {.step = d.obligations[0].step, .notice = "2"};
    refused(&d, INTAKE_OPEN_OBLIGATION, &again, "H11.35-td01", "H11.35", ERR_ILLEGAL_MOVE, "step");
    assert_non_null(strstr(err.en, "cannot open_obligation when the obligation of step "));
    assert_non_null(strstr(err.vi, "không thể ghi nhận thông báo nghĩa vụ tài chính khi nghĩa vụ tài chính của bước "));
    assert_non_null(strstr(err.vi, "\"đã hoàn thành\""));
}

/* It may be named, and then it is one that was filed. */
static void the_payment_may_be_proved(void **state)
{
    static const struct intake_notice proved = {.document = {{9}}}, unknown = {.document = {{8}}};
    struct intake_dossier d = notified();
    (void)state;
    refused(&d, INTAKE_MEET_OBLIGATION, &unknown, "H11.35-td01", "H11.35", ERR_INVALID, "document");
    const struct intake_decision *out = decide(&d, INTAKE_MEET_OBLIGATION, &proved, "H11.35-td01", "H11.35");
    assert_non_null(out);
    assert_true(id_eq(out->named->id, proved.document));
    assert_true(id_eq(out->next.obligations[0].document, proved.document));
    out = decide(&d, INTAKE_MEET_OBLIGATION, &nothing, "H11.35-td01", "H11.35");
    assert_non_null(out);
    assert_null(out->named);
    assert_true(id_is_nil(out->next.obligations[0].document));
}

static const struct allowed payments[] = {
    {FROM(INTAKE_OBLIGATION_EXPECTED), INTAKE_OPEN_OBLIGATION, INTAKE_OBLIGATION_NOTIFIED, "ObligationOpened"},
    {FROM(INTAKE_OBLIGATION_NOTIFIED), INTAKE_MEET_OBLIGATION, INTAKE_OBLIGATION_MET, "ObligationMet"},
};

/* Where the dossier's own table lets it come to that, the obligation's decides. */
static void each_state_and_what_is_recorded(void **state)
{
    static const enum intake_act acts[] = {INTAKE_OPEN_OBLIGATION, INTAKE_MEET_OBLIGATION};
    static const struct intake_notice named = {.step = 5, .notice = "12/TB-CCT"};

    (void)state;
    table_is(&intake_obligation_fsm, payments, COUNT_OF(payments));
    for (int from = 0; from < INTAKE_OBLIGATION_STATE_COUNT; from++)
        for (size_t i = 0; i < COUNT_OF(acts); i++) {
            struct intake_dossier d = notified();
            const struct allowed *e = allowed_next(payments, COUNT_OF(payments), from, (int)acts[i], NULL);
            d.state = acts[i] == INTAKE_OPEN_OBLIGATION ? INTAKE_IN_PROCESS : INTAKE_AWAITING_OBLIGATION;
            d.obligations[0].state = (enum intake_obligation_state)from;
            const struct intake_decision *out = decide(&d, acts[i], &named, "H11.35-td01", "H11.35");
            if (!e) {
                assert_null(out);
                bed_says(&err, &intake_obligation_fsm, from, (int)acts[i], "step", "nghĩa vụ tài chính của bước 5",
                         "the obligation of step 5");
                continue;
            }
            assert_non_null(out);
            assert_int_equal(out->next.obligations[0].state, e->to);
            told_is(e, out->event);
        }
}

/* Notified on Tuesday at 10:00, paid on Thursday at 10:00: two working days, of eight hours each. */
static void the_date_moves_by_the_pause(void **state)
{
    instant promised;
    (void)state;
    struct intake_dossier d = expected();
    promised = d.due_at;
    minute = 10 * 60;
    assert_true(promised == instant_of_day(BED_DAY + 3, 8 * 60)); /* Friday */
    d = does(&d, INTAKE_OPEN_OBLIGATION, &notice, "H11.35-td01");
    today += 2;
    struct intake_decision *out = decide(&d, INTAKE_MEET_OBLIGATION, &nothing, "H11.35-td01", "H11.35");
    assert_non_null(out);
    assert_string_equal(out->event, "ObligationMet");
    assert_int_equal(out->next.state, INTAKE_IN_PROCESS);
    assert_int_equal(out->next.obligations[0].state, INTAKE_OBLIGATION_MET);
    assert_false(out->was_late);
    assert_true(out->next.due_at == instant_of_day(BED_DAY + 7, 8 * 60)); /* Tuesday, over a weekend */
    assert_true(out->next.promised_at == promised);
    assert_non_null(strstr(out->next.due_explained, "12/TB-CCT"));
    assert_non_null(strstr(out->next.due_explained, "\"en\":"));
    assert_non_null(strstr(out->next.due_explained, "16"));
}

/* A time in days moves by days. */
static void a_time_in_days_moves_by_days(void **state)
{
    static const struct intake_move move = {0};
    static struct intake_receive c;
    (void)state;
    c = bed_receive("H11.35-Q1", "1.000007");
    struct intake_dossier d = does(NULL, INTAKE_RECEIVE, &c, "H11.35-tn01");
    assert_true(d.due_at == instant_of_day(BED_DAY + 15, 17 * 60)); /* 16 October, a Wednesday */
    d = does(&d, INTAKE_GIVE_TRANSFER, &move, "H11.35-tn01");
    d = does(&d, INTAKE_TAKE_TRANSFER, &move, "H11.35-td01");
    d = does(&d, INTAKE_OPEN_OBLIGATION, &notice, "H11.35-2v");
    today += 5;
    d = does(&d, INTAKE_MEET_OBLIGATION, &nothing, "H11.35-2v");
    assert_true(d.due_at == instant_of_day(BED_DAY + 20, 17 * 60)); /* 21 October, a Monday */
}

static void what_was_late_before_stays_late(void **state)
{
    struct intake_dossier d = expected();
    (void)state;
    today += 10; /* the date has passed */
    d = does(&d, INTAKE_OPEN_OBLIGATION, &notice, "H11.35-td01");
    today += 3;
    struct intake_decision *out = decide(&d, INTAKE_MEET_OBLIGATION, &nothing, "H11.35-td01", "H11.35");
    assert_non_null(out);
    assert_true(out->was_late);
    assert_true(out->next.due_at < instant_of_day(today, minute));
}

static void a_rule_that_cannot_be_read_is_refused(void **state)
{
    static const char *const wrong[] = {"working_days", "weeks:3@1", ":3@1", "working_days:3"};
    struct intake_dossier d = expected();
    (void)state;
    for (size_t i = 0; i < COUNT_OF(wrong); i++) {
        d.due_rule = wrong[i];
        refused(&d, INTAKE_OPEN_OBLIGATION, &notice, "H11.35-td01", "H11.35", ERR_CONFLICT, "due_rule");
    }
    d.due_rule = "same_day:900@1";
    d = does(&d, INTAKE_OPEN_OBLIGATION, &notice, "H11.35-td01");
    d = does(&d, INTAKE_MEET_OBLIGATION, &nothing, "H11.35-td01");
    assert_true(d.due_at == instant_of_day(BED_DAY, 17 * 60));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(it_opens_behind_a_signature_or_a_transfer, begin, tear_down),
        cmocka_unit_test_setup_teardown(it_opens_when_it_was_signed, begin, tear_down),
        cmocka_unit_test_setup_teardown(the_last_signature_opens_none, begin, tear_down),
        cmocka_unit_test_setup_teardown(the_notice_pauses_the_clock, begin, tear_down),
        cmocka_unit_test_setup_teardown(who_records_it_and_what, begin, tear_down),
        cmocka_unit_test_setup_teardown(the_payment_may_be_proved, begin, tear_down),
        cmocka_unit_test_setup_teardown(each_state_and_what_is_recorded, begin, tear_down),
        cmocka_unit_test_setup_teardown(the_date_moves_by_the_pause, begin, tear_down),
        cmocka_unit_test_setup_teardown(a_time_in_days_moves_by_days, begin, tear_down),
        cmocka_unit_test_setup_teardown(what_was_late_before_stays_late, begin, tear_down),
        cmocka_unit_test_setup_teardown(what_was_late_before_the_notice_is_told, begin, tear_down),
        cmocka_unit_test_setup_teardown(a_rule_that_cannot_be_read_is_refused, begin, tear_down),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
