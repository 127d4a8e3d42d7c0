/* SPDX-License-Identifier: Apache-2.0 */
/* The clocks of intake's own steps: who had the papers when their time was over, and what the citizen's payment takes.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>
#include <cmocka.h>

#include "tests/unit/intake_story.h"

#define GIVER "H11.99" /* nobody's unit: which of both is charged shows by it */

static int32_t today;
static int minute;

static const struct intake_decision *does(const struct intake_dossier *d, enum intake_act act, const void *command,
                                          const char *actor)
{
    struct intake_decision *out = ARENA_NEW(arena, struct intake_decision);
    struct intake_facts f = bed_facts(arena, catalogue, actor, actor ? "H11.35" : NULL, 0);

    f.now = instant_of_day(today, minute);
    if (intake_decide(d, act, command, &f, out, &err))
        fail_msg("%s: %s", err.field, err.en);
    return out;
}

static void at(int32_t day, int of_day)
{
    today = day;
    minute = of_day;
}

/* Received on Tuesday 1 October 2019 at 08:00: the papers are to be taken over by the closing. */
static struct intake_dossier received(const char *procedure)
{
    static struct intake_receive c;
    c = bed_receive("H11.35-Q1", procedure);
    at(BED_DAY, 8 * 60);
    struct intake_dossier d = does(NULL, INTAKE_RECEIVE, &c, "H11.35-tn01")->next;
    d.transfers[0].from_unit = GIVER;
    assert_true(d.transfers[0].opened_at == instant_of_day(BED_DAY, 8 * 60));
    return d;
}

static const struct intake_decision *taken(int given_day, int given, int taken_day, int taken)
{
    static const struct intake_move move = {0};
    struct intake_dossier d = received("1.000001");
    at(given_day, given);
    d = does(&d, INTAKE_GIVE_TRANSFER, &move, "H11.35-tn01")->next;
    at(taken_day, taken);
    return does(&d, INTAKE_TAKE_TRANSFER, &move, "H11.35-td01");
}

static void a_transfer_in_time_is_nobodys_fault(void **state)
{
    const struct intake_decision *x = taken(BED_DAY, 9 * 60, BED_DAY, 10 * 60);

    assert_true(x->timed);
    assert_int_equal(x->clock.minutes_used, 120);
    assert_int_equal(x->clock.minutes_late, 0);
    assert_true(x->clock.due == x->next.transfers[0].due_at);
}

static void what_was_given_too_late_is_the_givers(void **state)
{
    const struct intake_decision *x = taken(BED_DAY + 1, 8 * 60, BED_DAY + 1, 9 * 60);

    assert_int_equal(x->clock.minutes_late, 120); /* the next morning from 07:00 on */
    assert_string_equal(x->clock.unit, GIVER);
}

static void what_was_given_in_time_and_left_lying_is_the_receivers(void **state)
{
    const struct intake_decision *x = taken(BED_DAY, 9 * 60, BED_DAY + 1, 9 * 60);

    assert_int_equal(x->clock.minutes_late, 120);
    assert_string_equal(x->clock.unit, "H11.35");
}

static void only_the_taking_ends_a_transfer(void **state)
{
    static const struct intake_move move = {.reason = "thiếu trang"};
    struct intake_dossier d = received("1.000001");
    const struct intake_decision *x = does(&d, INTAKE_GIVE_TRANSFER, &move, "H11.35-tn01");

    assert_false(x->timed);
    d = x->next;
    assert_false(does(&d, INTAKE_REFUSE_TRANSFER, &move, "H11.35-td01")->timed);
}

/* The step of the obligation has half an hour; it opens at 08:00 with the signature before it. */
static struct intake_dossier expected(void)
{
    static const struct intake_progress assigned = {.step = 3}, first = {.step = 4, .outcome = OUTCOME_GRANTED};
    struct intake_dossier d = received("1.000006");
    d = does(&d, INTAKE_TAKE_UP, &assigned, NULL)->next;
    return does(&d, INTAKE_DECIDE, &first, NULL)->next;
}

static const struct intake_decision *paid(int notified)
{
    static const struct intake_notice notice = {.notice = "12/TB-CCT"}, nothing = {0};
    struct intake_dossier d = expected();
    at(BED_DAY, notified);
    d = does(&d, INTAKE_OPEN_OBLIGATION, &notice, "H11.35-td01")->next;
    at(BED_DAY + 20, 9 * 60);
    return does(&d, INTAKE_MEET_OBLIGATION, &nothing, "H11.35-td01");
}

static void while_the_citizen_pays_nobody_is_late(void **state)
{
    const struct intake_decision *x = paid(8 * 60 + 20);

    assert_true(x->timed);
    assert_int_equal(x->clock.minutes_used, 20);
    assert_int_equal(x->clock.minutes_late, 0);
    assert_string_equal(x->clock.unit, "H11.35");
}

static void a_notice_that_came_late_is_late(void **state)
{
    const struct intake_decision *x = paid(9 * 60);

    assert_int_equal(x->clock.minutes_used, 60);
    assert_int_equal(x->clock.minutes_late, 30);
}

static void what_was_opened_before_that_was_kept_has_no_clock(void **state)
{
    static const struct intake_notice notice = {.notice = "12/TB-CCT"}, nothing = {0};
    struct intake_dossier d = expected();
    assert_true(d.obligations[0].due_at == instant_of_day(BED_DAY, 8 * 60 + 30));
    d.obligations[0].opened_at = d.obligations[0].due_at = INSTANT_NONE;
    d = does(&d, INTAKE_OPEN_OBLIGATION, &notice, "H11.35-td01")->next;
    assert_false(does(&d, INTAKE_MEET_OBLIGATION, &nothing, "H11.35-td01")->timed);
}

int main(void)
{
#define TEST(t) cmocka_unit_test_setup_teardown(t, set_up, tear_down)
    const struct CMUnitTest tests[] = {
        TEST(a_transfer_in_time_is_nobodys_fault),
        TEST(what_was_given_too_late_is_the_givers),
        TEST(what_was_given_in_time_and_left_lying_is_the_receivers),
        TEST(only_the_taking_ends_a_transfer),
        TEST(while_the_citizen_pays_nobody_is_late),
        TEST(a_notice_that_came_late_is_late),
        TEST(what_was_opened_before_that_was_kept_has_no_clock),
    };
    return cmocka_run_group_tests_name("intake_clock", tests, NULL, NULL);
}
