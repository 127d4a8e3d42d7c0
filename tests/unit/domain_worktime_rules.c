/* SPDX-License-Identifier: Apache-2.0 */
/* The rules of procedures, and how a due date explains itself. The rows are read as: received, due. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include <string.h>

#include "tests/unit/domain_calendar_2019.h"

/* ---- the two 15:00 rules */

static instant same_day_due(const char *received, int cutoff)
{
    const struct worktime_rule rule = {.same_day = true, .cutoff_minute = cutoff};
    instant t = 0;
    struct err e;
    assert_int_equal(worktime_due(&rule, &cal, hours, at(received), NULL, &t, &e), ERR_OK);
    return t;
}

static void due_before_1500_is_the_same_day(void **state)
{
    static const char *const rows[][2] = {
        {"2019-10-01 06:00", "2019-10-01 17:00"}, {"2019-10-01 09:15", "2019-10-01 17:00"},
        {"2019-10-01 12:00", "2019-10-01 17:00"}, {"2019-10-01 15:00", "2019-10-01 17:00"}, /* "sau 15 giờ" */
        {"2019-05-04 10:00", "2019-05-04 17:00"},
    };
    for (size_t i = 0; i < COUNT_OF(rows); i++)
        expect(rows[i][0], same_day_due(rows[i][0], 15 * 60), rows[i][1]);
}

static void due_after_1500_is_next_working_day(void **state)
{
    static const char *const rows[][2] = {
        {"2019-10-01 15:00:00.000001", "2019-10-02 17:00"}, {"2019-10-01 16:59", "2019-10-02 17:00"},
        {"2019-10-01 20:00", "2019-10-02 17:00"},           {"2019-10-04 15:01", "2019-10-07 17:00"},
        {"2019-02-01 15:30", "2019-02-11 17:00"}, /* before Tết */
        {"2019-08-30 15:30", "2019-09-03 17:00"},           {"2019-05-03 15:30", "2019-05-04 17:00"},
        {"2019-05-04 15:30", "2019-05-06 17:00"},           {"2019-12-31 15:30", "2020-01-02 17:00"},
        {"2019-10-05 09:00", "2019-10-07 17:00"}, /* no working day at all */
    };
    for (size_t i = 0; i < COUNT_OF(rows); i++)
        expect(rows[i][0], same_day_due(rows[i][0], 15 * 60), rows[i][1]);
}

static void without_a_cutoff_the_day_ends_at_closing(void **state)
{
    expect("16:59", same_day_due("2019-10-01 16:59", 0), "2019-10-01 17:00");
    expect("17:00", same_day_due("2019-10-01 17:00", 0), "2019-10-02 17:00");
    expect("a cut-off after closing", same_day_due("2019-10-01 17:30", 18 * 60), "2019-10-02 17:00");
}

static void transfer_after_1500_is_the_next_opening(void **state)
{
    static const char *const rows[][2] = {
        {"2019-10-01 09:15", "2019-10-01 17:00"},    {"2019-10-01 15:00", "2019-10-01 17:00"},
        {"2019-10-01 15:00:01", "2019-10-02 07:00"}, {"2019-10-04 15:30", "2019-10-07 07:00"},
        {"2019-10-04 18:00", "2019-10-07 07:00"},    {"2019-10-05 09:00", "2019-10-07 07:00"},
        {"2019-02-01 15:30", "2019-02-11 07:00"},    {"2019-10-01 05:00", "2019-10-01 17:00"},
    };
    for (size_t i = 0; i < COUNT_OF(rows); i++) {
        instant t = 0;
        struct err e;
        assert_int_equal(worktime_transfer_due(&cal, hours, WORKTIME_TRANSFER_CUTOFF, at(rows[i][0]), NULL, &t, &e),
                         ERR_OK);
        expect(rows[i][0], t, rows[i][1]);
    }
}

static void a_rule_with_a_span_is_an_addition(void **state)
{
    const struct worktime_rule rule = {.span = WORKTIME_SPAN_WORKING_DAYS(3), .cutoff_minute = 15 * 60};
    instant t = 0;
    struct err e;
    assert_int_equal(worktime_due(&rule, &cal, hours, at("2019-10-01 16:00"), NULL, &t, &e), ERR_OK);
    expect("16:00", t, "2019-10-04 16:00");
}

/* ---- explanations */

static void explained(const struct worktime_trace *trace, const char *vi, const char *en)
{
    struct buf b;
    buf_init(&b, 10000);
    worktime_explain_vi(trace, &b);
    assert_string_equal(buf_cstr(&b), vi);
    buf_clear(&b);
    worktime_explain_en(trace, &b);
    assert_string_equal(buf_cstr(&b), en);
    buf_release(&b);
}

static void a_due_date_explains_itself(void **state)
{
    struct worktime_trace trace;
    struct err e;
    instant t = 0;
    assert_int_equal(worktime_add(&cal, hours, at("2019-04-26 17:05"), WORKTIME_SPAN_WORKING_DAYS(3), &trace, &t, &e),
                     ERR_OK);
    explained(&trace,
              "Tiếp nhận lúc 17:05 thứ Sáu 26/04/2019.\n"
              "Đã hết giờ làm việc: tính từ 07:00 thứ Năm 02/05/2019.\n"
              "Thời hạn 3 ngày làm việc, tính từ 07:00 thứ Năm 02/05/2019.\n"
              "Không tính ngày nghỉ cuối tuần thứ Bảy 27/04/2019 đến Chủ nhật 28/04/2019.\n"
              "Không tính ngày nghỉ lễ, nghỉ bù thứ Hai 29/04/2019 đến thứ Tư 01/05/2019.\n"
              "Có tính ngày làm bù thứ Bảy 04/05/2019.\n"
              "Hạn: 17:00 thứ Bảy 04/05/2019.\n",
              "Received 17:05 Fri 26/04/2019.\n"
              "After closing: counted from 07:00 Thu 02/05/2019.\n"
              "3 working days, counted from 07:00 Thu 02/05/2019.\n"
              "Weekend not counted: Sat 27/04/2019 to Sun 28/04/2019.\n"
              "Holiday not counted: Mon 29/04/2019 to Wed 01/05/2019.\n"
              "Make-up day counted: Sat 04/05/2019.\n"
              "Due 17:00 Sat 04/05/2019.\n");
}

static void every_rule_explains_itself(void **state)
{
    struct worktime_trace trace;
    struct err e;
    instant t = 0;
    const struct worktime_rule rule = {.same_day = true, .cutoff_minute = 15 * 60};
    assert_int_equal(worktime_due(&rule, &cal, hours, at("2019-08-30 15:30:07"), &trace, &t, &e), ERR_OK);
    explained(&trace,
              "Tiếp nhận lúc 15:30:07 thứ Sáu 30/08/2019.\n"
              "Trả kết quả trong ngày tiếp nhận.\n"
              "Tiếp nhận sau 15:00: sang ngày làm việc tiếp theo.\n"
              "Không tính ngày nghỉ cuối tuần thứ Bảy 31/08/2019 đến Chủ nhật 01/09/2019.\n"
              "Không tính ngày nghỉ lễ, nghỉ bù thứ Hai 02/09/2019.\n"
              "Hạn: 17:00 thứ Ba 03/09/2019.\n",
              "Received 15:30:07 Fri 30/08/2019.\n"
              "The result is due on the day of receipt.\n"
              "Received after 15:00: the next working day.\n"
              "Weekend not counted: Sat 31/08/2019 to Sun 01/09/2019.\n"
              "Holiday not counted: Mon 02/09/2019.\n"
              "Due 17:00 Tue 03/09/2019.\n");
    assert_int_equal(worktime_add(&cal, hours, at("2019-08-30 12:00"), WORKTIME_SPAN_MONTHS(6), &trace, &t, &e),
                     ERR_OK);
    explained(&trace,
              "Tiếp nhận lúc 12:00 thứ Sáu 30/08/2019.\n"
              "Trong giờ nghỉ giữa ngày: tính từ 13:30 thứ Sáu 30/08/2019.\n"
              "Thời hạn 6 tháng, tính từ 13:30 thứ Sáu 30/08/2019.\n"
              "Tháng cuối không có ngày tương ứng: lấy thứ Bảy 29/02/2020.\n"
              "Không tính ngày nghỉ cuối tuần thứ Bảy 29/02/2020 đến Chủ nhật 01/03/2020.\n"
              "Hạn: 17:00 thứ Hai 02/03/2020.\n",
              "Received 12:00 Fri 30/08/2019.\n"
              "In the midday break: counted from 13:30 Fri 30/08/2019.\n"
              "6 months, counted from 13:30 Fri 30/08/2019.\n"
              "The last month has no such day: Sat 29/02/2020 instead.\n"
              "Weekend not counted: Sat 29/02/2020 to Sun 01/03/2020.\n"
              "Due 17:00 Mon 02/03/2020.\n");
    assert_int_equal(worktime_add(&cal, hours, at("2019-10-01 06:00"), WORKTIME_SPAN_MINUTES(90), &trace, &t, &e),
                     ERR_OK);
    assert_int_equal(trace.step[1].why, WORKTIME_WHY_BEFORE_OPENING);
    struct buf b;
    buf_init(&b, 10000);
    worktime_explain_en(&trace, &b);
    assert_non_null(strstr(buf_cstr(&b), "1:30 working hours"));
    buf_release(&b);
}

static void a_last_day_that_exists_is_not_called_a_month_end(void **state)
{
    struct worktime_trace trace;
    struct err e;
    instant t = 0;
    assert_int_equal(worktime_add(&cal, hours, at("2019-07-31 10:00"), WORKTIME_SPAN_MONTHS(3), &trace, &t, &e),
                     ERR_OK);
    assert_int_equal(t, at("2019-10-31 17:00"));
    assert_int_equal(trace.step[2].why, WORKTIME_WHY_LAST_DAY);
}

static void a_long_trace_is_cut_but_keeps_the_due_date(void **state)
{
    struct worktime_trace trace;
    struct err e;
    instant t = 0;
    assert_int_equal(worktime_add(&cal, hours, at("2019-01-02 10:00"), WORKTIME_SPAN_WORKING_DAYS(480), &trace, &t, &e),
                     ERR_OK);
    assert_true(trace.cut);
    assert_int_equal(trace.count, WORKTIME_STEPS);
    assert_int_equal(trace.step[WORKTIME_STEPS - 1].why, WORKTIME_WHY_DUE);
    assert_int_equal(trace.step[WORKTIME_STEPS - 1].from, t);
    assert_int_equal(worktime_add(&cal, hours, at("2019-10-01 10:00"), WORKTIME_SPAN_WORKING_DAYS(1), &trace, &t, &e),
                     ERR_OK);
    assert_false(trace.cut);
    assert_int_equal(trace.count, 3);
}

static void units_have_names(void **state)
{
    for (int u = 0; u < WORKTIME_UNIT_COUNT; u++) {
        enum worktime_unit parsed = WORKTIME_UNIT_COUNT;
        assert_true(worktime_unit_parse(worktime_unit_name((enum worktime_unit)u), &parsed));
        assert_int_equal(parsed, u);
    }
    enum worktime_unit kept = WORKTIME_DAYS;
    assert_false(worktime_unit_parse("fortnight", &kept));
    assert_false(worktime_unit_parse(NULL, &kept));
    for (int w = 0; w < WORKTIME_WHY_COUNT; w++)
        assert_true(worktime_why_name((enum worktime_why)w)[0] != '\0');
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(due_before_1500_is_the_same_day),
        cmocka_unit_test(due_after_1500_is_next_working_day),
        cmocka_unit_test(without_a_cutoff_the_day_ends_at_closing),
        cmocka_unit_test(transfer_after_1500_is_the_next_opening),
        cmocka_unit_test(a_rule_with_a_span_is_an_addition),
        cmocka_unit_test(a_due_date_explains_itself),
        cmocka_unit_test(every_rule_explains_itself),
        cmocka_unit_test(a_last_day_that_exists_is_not_called_a_month_end),
        cmocka_unit_test(a_long_trace_is_cut_but_keeps_the_due_date),
        cmocka_unit_test(units_have_names),
    };
    return cmocka_run_group_tests_name("domain_worktime_rules", tests, build_calendar, drop_calendar);
}
