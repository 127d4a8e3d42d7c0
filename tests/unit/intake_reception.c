/* SPDX-License-Identifier: Apache-2.0 */
/* What is accepted at a counter and what is not, each as a row; due dates; series of codes. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>
#include <cmocka.h>

#include "tests/unit/intake_bed.h"
#include "services/intake/rules.h"

static struct arena *arena;
static struct catalogue *catalogue;
static struct err err;

static int set_up(void **state)
{
    (void)state;
    arena = arena_new(1 << 22);
    catalogue = bed_catalogue(arena);
    return 0;
}

static int tear_down(void **state)
{
    (void)state;
    arena_free(arena);
    return 0;
}

static const struct row {
    const char *what, *actor, *unit, *counter, *procedure, *wanted_unit;
    enum channel channel;
    int minute;
    enum err_code code;
    const char *field; /* of a refusal; the competent unit else */
} table[] = {
    {"the counter's own unit", "H11.35-tn01", "H11.35", "H11.35-Q1", "1.000001", NULL, CHANNEL_COUNTER, 480, ERR_OK,
     "H11.35"},
    {"the unit is named", "H11.35-tn01", "H11.35", "H11.35-Q1", "1.000001", "H11.35", CHANNEL_COUNTER, 480, ERR_OK,
     "H11.35"},
    {"a department's counter", "H11.05-tn01", "H11.05", "H11.01-Q5", "1.000003", NULL, CHANNEL_COUNTER, 480, ERR_OK,
     "H11.05"},
    {"the shared counter", "H11.01-tn01", "H11.01", "H11.01-Q1", "1.000003", NULL, CHANNEL_COUNTER, 480, ERR_OK,
     "H11.05"},
    {"by post at night", "H11.35-tn01", "H11.35", "H11.35-Q1", "1.000001", NULL, CHANNEL_POST, 1400, ERR_OK, "H11.35"},
    {"the first minute", "H11.35-tn01", "H11.35", "H11.35-Q1", "1.000001", NULL, CHANNEL_COUNTER, 420, ERR_OK,
     "H11.35"},
    {"before opening", "H11.35-tn01", "H11.35", "H11.35-Q1", "1.000001", NULL, CHANNEL_COUNTER, 419, ERR_INVALID,
     "counter"},
    {"the break", "H11.35-tn01", "H11.35", "H11.35-Q1", "1.000001", NULL, CHANNEL_COUNTER, 690, ERR_INVALID, "counter"},
    {"no such counter", "H11.35-tn01", "H11.35", "H11.35-Q9", "1.000001", NULL, CHANNEL_COUNTER, 480, ERR_INVALID,
     "counter"},
    {"another counter", "H11.35-tn01", "H11.35", "H11.01-Q1", "1.000003", NULL, CHANNEL_COUNTER, 480, ERR_FORBIDDEN,
     "counter"},
    {"an officer of the office", "H11.35-tn09", "H11.35", "H11.35-Q1", "1.000001", NULL, CHANNEL_COUNTER, 480,
     ERR_FORBIDDEN, "counter"},
    {"no such post", "H11.35-tn77", "H11.35", "H11.35-Q1", "1.000001", NULL, CHANNEL_COUNTER, 480, ERR_FORBIDDEN,
     "actor"},
    {"a token of another unit", "H11.35-tn01", "H11.05", "H11.35-Q1", "1.000001", NULL, CHANNEL_COUNTER, 480,
     ERR_FORBIDDEN, "actor"},
    {"not the receiver's role", "H11.35-tk01", "H11.35", "H11.35-Q1", "1.000001", NULL, CHANNEL_COUNTER, 480,
     ERR_FORBIDDEN, "actor"},
    {"no such procedure", "H11.35-tn01", "H11.35", "H11.35-Q1", "9.000009", NULL, CHANNEL_COUNTER, 480, ERR_INVALID,
     "procedure"},
    {"valid tomorrow", "H11.35-tn01", "H11.35", "H11.35-Q1", "1.000005", NULL, CHANNEL_COUNTER, 480, ERR_INVALID,
     "procedure"},
    {"no process", "H11.35-tn01", "H11.35", "H11.35-Q1", "1.000004", NULL, CHANNEL_COUNTER, 480, ERR_INVALID,
     "procedure"},
    {"another level", "H11.35-tn01", "H11.35", "H11.35-Q1", "1.000003", NULL, CHANNEL_COUNTER, 480, ERR_INVALID,
     "procedure"},
    {"another department", "H11.01-tn06", "H11.01", "H11.01-Q6", "1.000003", NULL, CHANNEL_COUNTER, 480, ERR_INVALID,
     "procedure"},
    {"another unit wanted", "H11.35-tn01", "H11.35", "H11.35-Q1", "1.000001", "H11.05", CHANNEL_COUNTER, 480,
     ERR_INVALID, "unit"},
};

static void each_row(void **state)
{
    (void)state;
    for (size_t i = 0; i < COUNT_OF(table); i++) {
        const struct row *r = &table[i];
        struct intake_receive c = bed_receive(r->counter, r->procedure);
        struct intake_facts f = bed_facts(arena, catalogue, r->actor, r->unit, r->minute);
        struct intake_decision out = {.step = 99};

        c.channel = r->channel;
        c.unit = r->wanted_unit;
        err = (struct err){.code = ERR_OK};
        enum err_code rc = intake_decide(NULL, INTAKE_RECEIVE, &c, &f, &out, &err);
        if (rc != r->code)
            print_error("%s: %s\n", r->what, err.en);
        assert_int_equal(rc, r->code);
        assert_string_equal(rc ? err.field : out.next.unit, r->field);
        assert_int_equal(out.step, rc ? 99 : 1);
        assert_true(!rc || (err.vi[0] && err.en[0]));
    }
}

/* Where a unit above decides, the counters of who appraises for it receive; another unit's does not, nor does one that
 * only hands the dossier on. */
static void what_a_unit_above_decides(void **state)
{
    static const struct {
        const char *appraises, *decides;
        enum err_code code;
    } rows[] = {
        {"receiving", "H11", ERR_OK},         {"H11.35", "H11", ERR_OK},
        {"H11.05", "H11", ERR_INVALID},       {"own", "H11", ERR_INVALID},
        {"receiving", "H11.05", ERR_INVALID},
    };
    const struct intake_receive c = bed_receive("H11.35-Q1", "1.000004");

    (void)state;
    for (size_t i = 0; i < COUNT_OF(rows); i++) {
        const struct process_step steps[] = {
            STEP(RECEIVE, RECEIVER, "receiving", true),          STEP(TRANSFER, RECEIVER, "receiving", true),
            STEP(APPRAISE, APPRAISER, rows[i].appraises, false), STEP(APPROVE, APPROVER, rows[i].decides, false),
            STEP(NUMBER_SEAL, CLERK, rows[i].decides, false),    STEP(HAND_OVER, CLERK, rows[i].decides, false),
            STEP(RETURN, RETURNER, "receiving", true),
        };
        const struct process p = {.record = HEAD("two levels"),
                                  .procedure = "1.000004",
                                  .level = LEVEL_DISTRICT,
                                  .route = ROUTE_BACK_OFFICE,
                                  .steps = steps,
                                  .step_count = COUNT_OF(steps)};
        struct intake_facts f = bed_facts(arena, bed_catalogue_with(arena, &p), "H11.35-tn01", "H11.35", 480);
        struct intake_decision out;
        assert_int_equal(intake_decide(NULL, INTAKE_RECEIVE, &c, &f, &out, &err), rows[i].code);
        if (rows[i].code) {
            assert_string_equal(err.field, "procedure");
            continue;
        }
        assert_string_equal(out.next.unit, "H11");
        assert_string_equal(out.next.receiving_unit, "H11.35");
    }
}

static struct intake_dossier receive_at(const char *procedure, int32_t day, int minute)
{
    struct intake_receive c = bed_receive("H11.35-Q1", procedure);
    struct intake_facts f = bed_facts(arena, catalogue, "H11.35-tn01", "H11.35", 0);
    struct intake_decision out;

    f.now = instant_of_day(day, minute);
    assert_int_equal(intake_decide(NULL, INTAKE_RECEIVE, &c, &f, &out, &err), ERR_OK);
    return out.next;
}

static void due_dates_explain_themselves(void **state)
{
    struct intake_dossier d = receive_at("1.000001", BED_DAY, 480);

    (void)state;
    assert_int_equal(d.due_at, instant_of_day(BED_DAY + 3, 480));
    assert_string_equal(d.due_rule, "working_days:3@1");
    assert_non_null(strstr(d.due_explained, "\"vi\":[\"Theo quy định 1.000001, bản "));
    assert_non_null(strstr(d.due_explained, "\"Thời hạn pháp lý:\",\"Tiếp nhận lúc"));
    assert_non_null(strstr(d.due_explained, "\"Thời hạn báo cáo (trừ thời gian tạm dừng):\",\"Tiếp nhận lúc"));
    assert_non_null(strstr(d.due_explained, "\"en\":[\"By rule 1.000001, version "));
    assert_int_equal(d.release, 7);
    assert_int_equal(d.calendar_last_year, 2020);
    assert_string_equal(d.process, "1.000001-district");
}

static void same_day_until_three_o_clock(void **state)
{
    (void)state;
    assert_int_equal(receive_at("1.000002", BED_DAY, 15 * 60).due_at, instant_of_day(BED_DAY, 17 * 60));
    assert_int_equal(receive_at("1.000002", BED_DAY, 15 * 60 + 1).due_at, instant_of_day(BED_DAY + 1, 17 * 60));
    assert_string_equal(receive_at("1.000002", BED_DAY, 480).due_rule, "same_day:900@1");
    assert_int_equal(receive_at("1.000002", BED_DAY, 480).transfer_count, 0);
}

/* D61 Art. 18: to whoever handles it on the same day; accepted behind the cut-off, at the beginning of the next. */
static void papers_go_on_the_same_day_until_three_o_clock(void **state)
{
    static const struct {
        int32_t day;
        int minute;
        int32_t due_day;
        int due_minute;
    } rows[] = {
        {0, 8 * 60, 0, 17 * 60},
        {0, 15 * 60, 0, 17 * 60},
        {0, 15 * 60 + 1, 1, 7 * 60},
        {3, 15 * 60 + 1, 6, 7 * 60}, /* Friday */
    };
    (void)state;
    for (size_t i = 0; i < COUNT_OF(rows); i++) {
        struct intake_dossier d = receive_at("1.000001", BED_DAY + rows[i].day, rows[i].minute);
        assert_int_equal(d.transfer_count, 1);
        assert_int_equal(d.transfers[0].due_at, instant_of_day(BED_DAY + rows[i].due_day, rows[i].due_minute));
    }
}

static void nothing_without_reference_data(void **state)
{
    struct catalogue *empty = catalogue_new(arena, 0);
    struct intake_receive c = bed_receive("H11.35-Q1", "1.000001");
    struct intake_decision out;

    (void)state;
    catalogue_seal(empty);
    struct intake_facts f = bed_facts(arena, empty, "H11.35-tn01", "H11.35", 480);
    assert_int_equal(intake_decide(NULL, INTAKE_RECEIVE, &c, &f, &out, &err), ERR_UNAVAILABLE);
}

static void a_refusal_needs_the_same_counter(void **state)
{
    static const char *const reasons[] = {"wrong_agency"};
    struct intake_visit c = {.counter = "H11.35-Q1",
                             .procedure = "1.000003",
                             .channel = CHANNEL_COUNTER,
                             .reasons = reasons,
                             .reason_count = 1};
    struct intake_facts f = bed_facts(arena, catalogue, "H11.35-tn01", "H11.35", 480);
    struct intake_decision out;

    (void)state;
    assert_int_equal(intake_decide(NULL, INTAKE_REFUSE, &c, &f, &out, &err), ERR_OK); /* "wrong_agency" is a reason */
    assert_string_equal(out.event, "Refused");
    assert_null(out.next.code);
    c.counter = "H11.01-Q1";
    assert_int_equal(intake_decide(NULL, INTAKE_REFUSE, &c, &f, &out, &err), ERR_FORBIDDEN);
    c.counter = "H11.35-Q1";
    f.actor = "H11.35-tk01"; /* sits there, and receives nothing */
    assert_int_equal(intake_decide(NULL, INTAKE_REFUSE, &c, &f, &out, &err), ERR_FORBIDDEN);
    assert_string_equal(err.field, "actor");
}

static void a_refusal_has_a_reason(void **state)
{
    struct intake_visit c = {.counter = "H11.35-Q1", .procedure = "1.000001", .channel = CHANNEL_COUNTER};
    struct intake_facts f = bed_facts(arena, catalogue, "H11.35-tn01", "H11.35", 480);
    struct intake_decision out;

    (void)state;
    assert_int_equal(intake_decide(NULL, INTAKE_REFUSE, &c, &f, &out, &err), ERR_INVALID);
    assert_string_equal(err.field, "reasons");
}

static void codes_come_from_the_receiving_unit(void **state)
{
    (void)state;
    assert_string_equal(intake_series_key(catalogue, "H11.01-Q1", BED_DAY, arena), "code/000.00.01.H11/191001");
    assert_null(intake_series_key(catalogue, "nowhere", BED_DAY, arena));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(each_row, set_up, tear_down),
        cmocka_unit_test_setup_teardown(what_a_unit_above_decides, set_up, tear_down),
        cmocka_unit_test_setup_teardown(due_dates_explain_themselves, set_up, tear_down),
        cmocka_unit_test_setup_teardown(same_day_until_three_o_clock, set_up, tear_down),
        cmocka_unit_test_setup_teardown(papers_go_on_the_same_day_until_three_o_clock, set_up, tear_down),
        cmocka_unit_test_setup_teardown(nothing_without_reference_data, set_up, tear_down),
        cmocka_unit_test_setup_teardown(a_refusal_needs_the_same_counter, set_up, tear_down),
        cmocka_unit_test_setup_teardown(a_refusal_has_a_reason, set_up, tear_down),
        cmocka_unit_test_setup_teardown(codes_come_from_the_receiving_unit, set_up, tear_down),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
