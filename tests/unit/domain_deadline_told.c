/* SPDX-License-Identifier: Apache-2.0 */
/* What a deadline says of itself, what its steps cost, and what another calendar would change. */
#include "tests/unit/domain_deadline_story.h"

/* ---- in words */

static void says(enum worktime_tongue tongue, const char *expected)
{
    struct buf b;
    buf_init(&b, 100000);
    deadline_explain(&trace, tongue, &b);
    if (strcmp(buf_cstr(&b), expected) != 0)
        fail_msg("it says\n%s", buf_cstr(&b));
    buf_release(&b);
}

static void says_somewhere(const char *vi, const char *en)
{
    struct buf b[WORKTIME_TONGUES];
    for (int t = 0; t < WORKTIME_TONGUES; t++) {
        buf_init(&b[t], 100000);
        deadline_explain(&trace, (enum worktime_tongue)t, &b[t]);
        assert_null(strpbrk(buf_cstr(&b[t]), "{}"));
        if (!strstr(buf_cstr(&b[t]), t == WORKTIME_VI ? vi : en))
            fail_msg("it says\n%s", buf_cstr(&b[t]));
        buf_release(&b[t]);
    }
}

static void a_deadline_explains_itself_step_by_step(void **state)
{
    begin(five_days());
    happens(DEADLINE_SUPPLEMENT_REQUESTED, "2019-10-03 09:00", NULL);
    happens(DEADLINE_SUPPLEMENT_RECEIVED, "2019-10-10 10:30", NULL);
    says(WORKTIME_EN,
         "By rule five, version 3; working calendar, version 7.\n"
         "Received 09:00 Tue 01/10/2019, promised for 09:00 Tue 08/10/2019.\n"
         "Supplement 1 requested 09:00 Thu 03/10/2019: both clocks pause.\n"
         "Supplement 1 received 10:30 Thu 10/10/2019: the legal time starts from zero (Decree 61/2018 Art. 19(4)); the "
         "wait is subtracted in the report (Decision 766, 2.1).\n"
         "Legal time:\n"
         "Received 10:30 Thu 10/10/2019.\n"
         "5 working days, counted from 10:30 Thu 10/10/2019.\n"
         "Weekend not counted: Sat 12/10/2019 to Sun 13/10/2019.\n"
         "Due 10:30 Thu 17/10/2019.\n"
         "Reported time (pauses subtracted):\n"
         "Received 09:00 Tue 01/10/2019.\n"
         "5 working days, counted from 09:00 Tue 01/10/2019.\n"
         "Paused, not counted: 41 h 30 min of working time.\n"
         "Weekend not counted: Sat 05/10/2019 to Sun 06/10/2019.\n"
         "Weekend not counted: Sat 12/10/2019 to Sun 13/10/2019.\n"
         "Due 10:30 Tue 15/10/2019.\n");
    says(WORKTIME_VI,
         "Theo quy định five, bản 3; lịch làm việc bản 7.\n"
         "Tiếp nhận lúc 09:00 thứ Ba 01/10/2019, hẹn trả kết quả 09:00 thứ Ba 08/10/2019.\n"
         "Yêu cầu bổ sung lần 1 lúc 09:00 thứ Năm 03/10/2019: hai đồng hồ tạm dừng.\n"
         "Nhận bổ sung lần 1 lúc 10:30 thứ Năm 10/10/2019: thời hạn pháp lý tính lại từ đầu (NĐ 61/2018, Điều 19(4)); "
         "thời gian chờ được trừ khi báo cáo (QĐ 766, mục 2.1).\n"
         "Thời hạn pháp lý:\n"
         "Tiếp nhận lúc 10:30 thứ Năm 10/10/2019.\n"
         "Thời hạn 5 ngày làm việc, tính từ 10:30 thứ Năm 10/10/2019.\n"
         "Không tính ngày nghỉ cuối tuần thứ Bảy 12/10/2019 đến Chủ nhật 13/10/2019.\n"
         "Hạn: 10:30 thứ Năm 17/10/2019.\n"
         "Thời hạn báo cáo (trừ thời gian tạm dừng):\n"
         "Tiếp nhận lúc 09:00 thứ Ba 01/10/2019.\n"
         "Thời hạn 5 ngày làm việc, tính từ 09:00 thứ Ba 01/10/2019.\n"
         "Không tính 41 giờ 30 phút làm việc đã tạm dừng.\n"
         "Không tính ngày nghỉ cuối tuần thứ Bảy 05/10/2019 đến Chủ nhật 06/10/2019.\n"
         "Không tính ngày nghỉ cuối tuần thứ Bảy 12/10/2019 đến Chủ nhật 13/10/2019.\n"
         "Hạn: 10:30 thứ Ba 15/10/2019.\n");
}

static void everything_that_can_happen_has_its_sentence(void **state)
{
    struct deadline_rule r = five_days();
    r.statutory.span = WORKTIME_SPAN_DAYS(15);
    r.reduced = true;
    r.reduced_span = WORKTIME_SPAN_DAYS(10);
    begin(r);
    says_somewhere("theo thời gian giải quyết đã cắt giảm", "by the reduced time announced");
    happens(DEADLINE_FINDING, "2019-10-01 10:00", "mountain");
    says_somewhere("Ghi nhận mountain lúc 10:00 thứ Ba 01/10/2019 (Art. 8): cộng thêm 2 ngày làm việc.",
                   "Found mountain 10:00 Tue 01/10/2019 (Art. 8): more by 2 working days.");
    says_somewhere("Cộng thêm 2 ngày làm việc, tính từ", "2 working days more, counted from");
    happens(DEADLINE_FINDING, "2019-10-01 10:00", "verification");
    says_somewhere("(Art. 7): thời hạn là 10 ngày làm việc.", "(Art. 7): the time is 10 working days.");
    happens(DEADLINE_FINDING, "2019-10-01 10:00", "notice-abroad");
    notice("2019-10-02 09:00", "TB-17/2019");
    says_somewhere("theo thông báo TB-17/2019 từ", "notice TB-17/2019, open from");
    happens(DEADLINE_OBLIGATION_CLOSED, "2019-10-04 09:00", NULL);
    says_somewhere("Không tính 2 ngày đã tạm dừng.", "Paused, not counted: 2 days.");
    happens(DEADLINE_EXCLUDED_FROM, "2019-10-04 10:00", "posting");
    says_somewhere("không tính vào thời hạn: posting (Art. 10).", "not counted: posting (Art. 10).");
    happens(DEADLINE_EXCLUDED_TO, "2019-10-05 10:00", "posting");
    happens(DEADLINE_ROUND_STARTED, "2019-10-05 10:00", NULL);
    happens(DEADLINE_ROUND_ENDED, "2019-10-05 11:00", NULL);
    says_somewhere("Kết thúc vòng giải quyết 1 lúc", "Round 1 ended");
    happens(DEADLINE_SUPPLEMENT_REQUESTED, "2019-10-09 10:00", NULL);
    says_somewhere("sau hạn 17:00 thứ Sáu 04/10/2019", "after the limit 17:00 Fri 04/10/2019");
    says_somewhere("khi nhận đủ hồ sơ sẽ tính lại từ đầu", "it starts from zero when the dossier is complete");
    happens(DEADLINE_SUPPLEMENT_RECEIVED, "2019-10-09 11:00", NULL);
    happens(DEADLINE_SUPPLEMENT_REQUESTED, "2019-10-09 12:00", "again");
    says_somewhere("Yêu cầu bổ sung quá một lần", "More than one supplement requested");

    begin(five_days());
    extended("2019-10-08 08:00", "2019-10-11 17:00");
    says_somewhere("Hẹn lại lúc 08:00 thứ Ba 08/10/2019, chưa trước hạn 09:00 thứ Ba 08/10/2019 đủ 1 ngày",
                   "New date made 08:00 Tue 08/10/2019, not 1 day(s) before 09:00 Tue 08/10/2019");
    says_somewhere("Theo ngày đã hẹn lại: 17:00 thứ Sáu 11/10/2019.", "As promised anew: 17:00 Fri 11/10/2019.");
    happens(DEADLINE_STOPPED, "2019-10-09 10:00", NULL);
    says_somewhere("Dừng giải quyết lúc", "Stopped 10:00");
    happens(DEADLINE_RESUMED, "2019-10-09 11:00", NULL);
    happens(DEADLINE_SEALED, "2019-10-09 12:00", NULL);
    says_somewhere("đã ký, vào số và đóng dấu lúc 12:00", "signed, numbered and sealed 12:00");
    begin(five_days());
    happens(DEADLINE_WITHDRAWN, "2019-10-09 10:00", NULL);
    says_somewhere("Công dân rút hồ sơ lúc", "Withdrawn by the applicant");
}

static void an_apology_is_told_by_its_seal(void **state)
{
    begin(five_days());
    extended("2019-10-07 10:00", "2019-10-11 17:00");
    facts[count - 1].apology =
        (struct deadline_apology){.sealed_at = at("2019-10-06 09:00"), .nearest = at("2019-10-08 16:00"), .notice = 3};
    fold_again();
    says_somewhere("hẹn lại 17:00 thứ Sáu 11/10/2019, lập lúc 09:00 Chủ nhật 06/10/2019", "made 09:00 Sun 06/10/2019");
    says_somewhere("Hẹn lại lúc 09:00 Chủ nhật 06/10/2019, chưa trước hạn 16:00 thứ Ba 08/10/2019 đủ 3 ngày",
                   "New date made 09:00 Sun 06/10/2019, not 3 day(s) before 16:00 Tue 08/10/2019");
}

static void a_long_story_is_cut_but_keeps_its_end(void **state)
{
    struct deadline_rule r = five_days();
    r.statutory.span = WORKTIME_SPAN_WORKING_DAYS(300);
    rule = r;
    struct deadline_fact many[140];
    for (size_t i = 0; i < COUNT_OF(many); i++)
        many[i] = (struct deadline_fact){.kind = i == 0  ? DEADLINE_RECEIVED
                                                 : i % 2 ? DEADLINE_ROUND_STARTED
                                                         : DEADLINE_ROUND_ENDED,
                                         .at = at("2019-01-02 09:00") + (instant)i * INSTANT_MINUTE};
    struct err e;
    assert_int_equal(deadline_fold(&rule, &cal, hours, many, COUNT_OF(many), &trace, &d, &e), ERR_OK);
    assert_true(trace.cut);
    assert_int_equal(trace.count, DEADLINE_LINES);
    assert_int_equal(trace.line[DEADLINE_LINES - 1].step.why, WORKTIME_WHY_DUE);
    says_somewhere("...\nHạn: ", "...\nDue ");
}

static void every_word_has_its_name(void **state)
{
    for (int i = 0; i < DEADLINE_FACT_COUNT; i++) {
        enum deadline_fact_kind parsed = DEADLINE_FACT_COUNT;
        assert_true(deadline_fact_parse(deadline_fact_name((enum deadline_fact_kind)i), &parsed));
        assert_int_equal(parsed, i);
    }
    enum deadline_fact_kind kept = DEADLINE_SEALED;
    assert_false(deadline_fact_parse("opened", &kept));
    assert_false(deadline_fact_parse(NULL, &kept));
    assert_string_equal(deadline_hold_name(DEADLINE_HOLD_OBLIGATION), "obligation");
    assert_string_equal(deadline_lateness_name(DEADLINE_EARLY), "early");
}

/* ---- steps */

static void step_reads(const struct deadline_step *steps, size_t n, int64_t late, const char *now,
                       const int64_t (*expected)[3], const enum deadline_lateness *lateness, int64_t uncharged)
{
    struct deadline_step_reading r[8];
    struct err e;
    int64_t rest = -1;
    assert_int_equal(deadline_steps(&rule, &cal, hours, facts, count, steps, n, late, at(now), r, &rest, &e), ERR_OK);
    for (size_t i = 0; i < n; i++) {
        if (r[i].minutes_used != expected[i][0] || r[i].minutes_late != expected[i][1] ||
            r[i].minutes_charged != expected[i][2] || r[i].lateness != lateness[i])
            fail_msg("step %zu: used %d, late %d, charged %d, %s", i, (int)r[i].minutes_used, (int)r[i].minutes_late,
                     (int)r[i].minutes_charged, deadline_lateness_name(r[i].lateness));
    }
    assert_int_equal(rest, uncharged);
}

static void lateness_is_charged_to_the_newest_step_that_was_late(void **state)
{
    begin(five_days());
    const struct deadline_step steps[] = {
        {.step = 1,
         .unit = "counter",
         .opened = at("2019-10-01 09:00"),
         .closed = at("2019-10-02 09:00"),
         .minutes_allowed = 240},
        {.step = 2,
         .unit = "office",
         .opened = at("2019-10-02 09:00"),
         .closed = at("2019-10-02 10:00"),
         .minutes_allowed = 240},
        {.step = 3,
         .unit = "office",
         .opened = at("2019-10-02 10:00"),
         .closed = at("2019-10-02 15:00"),
         .minutes_allowed = 120},
        {.step = 4,
         .unit = "office",
         .opened = at("2019-10-02 15:00"),
         .closed = at("2019-10-02 16:00"),
         .minutes_allowed = 60},
        {.step = 5, .unit = "leader", .opened = at("2019-10-02 16:00"), .closed = INSTANT_NONE, .minutes_allowed = 120},
    };
    static const int64_t late[][3] = {{480, 240, 140}, {60, 0, 0}, {180, 60, 60}, {60, 0, 0}, {60, 0, 0}};
    static const enum deadline_lateness words[] = {DEADLINE_LATE, DEADLINE_EARLY, DEADLINE_LATE, DEADLINE_ON_TIME,
                                                   DEADLINE_ON_TIME};
    step_reads(steps, 5, 200, "2019-10-02 17:00", late, words, 0);
    static const int64_t all[][3] = {{480, 240, 240}, {60, 0, 0}, {180, 60, 60}, {60, 0, 0}, {60, 0, 0}};
    step_reads(steps, 5, 1000, "2019-10-02 17:00", all, words, 700);
    static const int64_t more[][3] = {{480, 240, 0}, {60, 0, 0}, {180, 60, 0}, {60, 0, 0}, {181, 61, 50}};
    static const enum deadline_lateness later[] = {DEADLINE_LATE, DEADLINE_EARLY, DEADLINE_LATE, DEADLINE_ON_TIME,
                                                   DEADLINE_LATE};
    step_reads(steps, 5, 50, "2019-10-03 09:01", more, later, 0);
}

static void a_step_does_not_pay_for_a_pause(void **state)
{
    begin(five_days());
    happens(DEADLINE_SUPPLEMENT_REQUESTED, "2019-10-02 09:00", NULL);
    const struct deadline_step steps[] = {
        {.opened = at("2019-10-01 09:00"), .closed = INSTANT_NONE, .minutes_allowed = 500},
        {.opened = at("2019-10-02 11:00"), .closed = INSTANT_NONE, .minutes_allowed = 10},
    };
    static const int64_t waiting[][3] = {{480, 0, 0}, {0, 0, 0}};
    static const enum deadline_lateness fine[] = {DEADLINE_ON_TIME, DEADLINE_ON_TIME};
    step_reads(steps, 2, 0, "2019-10-09 09:00", waiting, fine, 0);
    happens(DEADLINE_SUPPLEMENT_RECEIVED, "2019-10-09 09:00", NULL);
    static const int64_t after[][3] = {{510, 10, 0}, {30, 20, 0}};
    static const enum deadline_lateness late[] = {DEADLINE_LATE, DEADLINE_LATE};
    step_reads(steps, 2, 0, "2019-10-09 09:30", after, late, 0);
    struct deadline_step_reading r[2];
    struct err e;
    assert_int_equal(deadline_steps(&rule, &cal, hours, facts, count, steps, 2, 0, at("2019-10-09 09:30"), r, NULL, &e),
                     ERR_OK);
    expect("step 1", r[0].due, "2019-10-09 09:20");
    expect("step 2", r[1].due, "2019-10-09 09:10");
}

static void a_step_with_a_given_moment_is_judged_by_it(void **state)
{
    begin(five_days());
    const struct deadline_step steps[] = {
        {.opened = at("2019-10-01 09:00"), .closed = at("2019-10-03 09:00"), .until = at("2019-10-04 17:00")},
        {.opened = at("2019-10-01 09:00"), .closed = at("2019-10-04 16:00"), .until = at("2019-10-04 17:00")},
        {.opened = at("2019-10-01 09:00"), .closed = at("2019-10-07 08:30"), .until = at("2019-10-04 17:00")},
        {.opened = at("2019-10-01 09:00"), .closed = INSTANT_NONE, .until = at("2019-10-05 09:00")}, /* a Saturday */
    };
    static const int64_t expected[][3] = {{960, 0, 0}, {1740, 0, 0}, {1890, 90, 0}, {2400, 120, 0}};
    static const enum deadline_lateness words[] = {DEADLINE_EARLY, DEADLINE_ON_TIME, DEADLINE_LATE, DEADLINE_LATE};
    step_reads(steps, 4, 0, "2019-10-08 09:00", expected, words, 0);
}

/* ---- a new holiday */

static struct worktime_calendar with_day_off(const char *extra)
{
    struct worktime_calendar other;
    struct err e;
    int32_t o[COUNT_OF(offs) + 1], m[COUNT_OF(makeups)];
    for (size_t i = 0; i < COUNT_OF(offs); i++)
        o[i] = day(offs[i]);
    o[COUNT_OF(offs)] = day(extra);
    for (size_t i = 0; i < COUNT_OF(makeups); i++)
        m[i] = day(makeups[i]);
    assert_int_equal(worktime_calendar_build(arena, 2019, 2020, o, COUNT_OF(o), m, COUNT_OF(m), &other, &e), ERR_OK);
    return other;
}

static struct deadline_change compare(const char *extra)
{
    struct worktime_calendar other = with_day_off(extra);
    struct deadline_change c;
    struct err e;
    assert_int_equal(deadline_compare(&rule, &cal, &other, hours, facts, count, &c, &e), ERR_OK);
    return c;
}

static void a_new_holiday_moves_what_lies_behind_it(void **state)
{
    begin(five_days());
    struct deadline_change c = compare("2019-10-04");
    assert_true(c.changed);
    assert_int_equal(c.day, day("2019-10-04"));
    expect("before", c.before[DEADLINE_LEGAL], "2019-10-08 09:00");
    expect("after", c.after[DEADLINE_LEGAL], "2019-10-09 09:00");
    expect("after", c.after[DEADLINE_REPORTED], "2019-10-09 09:00");
    c = compare("2019-10-09"); /* after it was due */
    assert_false(c.changed);
    assert_int_equal(c.day, INT32_MIN);
    c = compare("2019-09-30");
    assert_false(c.changed);
    c = compare("2019-10-05"); /* a Saturday is off already */
    assert_false(c.changed);
}

static void a_new_holiday_may_change_one_clock_only(void **state)
{
    begin(five_days());
    happens(DEADLINE_SUPPLEMENT_REQUESTED, "2019-10-02 09:00", NULL);
    happens(DEADLINE_SUPPLEMENT_RECEIVED, "2019-10-07 09:00", NULL);
    struct deadline_change c = compare("2019-10-14"); /* legal 14/10, reported 11/10 */
    assert_true(c.changed);
    assert_true(c.before[DEADLINE_LEGAL] != c.after[DEADLINE_LEGAL]);
    assert_int_equal(c.before[DEADLINE_REPORTED], c.after[DEADLINE_REPORTED]);
}

static void what_has_ended_or_was_promised_does_not_change(void **state)
{
    begin(five_days());
    happens(DEADLINE_SEALED, "2019-10-03 09:00", NULL);
    assert_false(compare("2019-10-04").changed);
    begin(five_days());
    extended("2019-10-03 09:00", "2019-10-11 17:00");
    assert_false(compare("2019-10-10").changed);
    struct deadline_change c = compare("2019-10-11"); /* the new date itself */
    assert_true(c.changed);
    expect("after", c.after[DEADLINE_LEGAL], "2019-10-14 17:00");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_deadline_explains_itself_step_by_step),
        cmocka_unit_test(everything_that_can_happen_has_its_sentence),
        cmocka_unit_test(an_apology_is_told_by_its_seal),
        cmocka_unit_test(a_long_story_is_cut_but_keeps_its_end),
        cmocka_unit_test(every_word_has_its_name),
        cmocka_unit_test(lateness_is_charged_to_the_newest_step_that_was_late),
        cmocka_unit_test(a_step_does_not_pay_for_a_pause),
        cmocka_unit_test(a_step_with_a_given_moment_is_judged_by_it),
        cmocka_unit_test(a_new_holiday_moves_what_lies_behind_it),
        cmocka_unit_test(a_new_holiday_may_change_one_clock_only),
        cmocka_unit_test(what_has_ended_or_was_promised_does_not_change),
    };
    return cmocka_run_group_tests_name("domain_deadline_told", tests, build_calendar, drop_calendar);
}
