/* SPDX-License-Identifier: Apache-2.0 */
/* When the watch of a step looks next. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include "common/domain/step_watch.h"

#define NEAR INT64_C(800)
#define DUE  INT64_C(1000)

static instant next(enum step_warning told, instant now)
{
    return step_watch_next(&(struct step_watch){.near_at = NEAR, .due_at = DUE, .told = told}, now);
}

static void it_looks_twice_at_the_most(void **state)
{
    assert_true(next(STEP_WARNING_NONE, 0) == NEAR);
    assert_true(next(STEP_WARNING_NEAR, NEAR) == DUE);
    assert_true(next(STEP_WARNING_LATE, DUE) == INSTANT_NONE);
}

static void of_what_has_passed_only_the_end_is_told(void **state)
{
    assert_true(next(STEP_WARNING_NONE, NEAR) == DUE);
    assert_true(next(STEP_WARNING_NONE, DUE + 1) == DUE); /* at once */
    assert_true(next(STEP_WARNING_NEAR, DUE + 1) == DUE);
}

static void without_a_clock_there_is_nothing_to_watch(void **state)
{
    const struct step_watch none = {.near_at = INSTANT_NONE, .due_at = INSTANT_NONE};
    const struct step_watch bare = {.near_at = INSTANT_NONE, .due_at = DUE}; /* opened before that was kept */

    assert_true(step_watch_next(&none, 0) == INSTANT_NONE);
    assert_true(step_watch_next(&bare, 0) == DUE);
}

static enum err_code may(enum step_warning told, enum step_warning what, instant now)
{
    const struct step_watch w = {.near_at = NEAR, .due_at = DUE, .told = told};
    struct err err = {.code = ERR_OK};
    enum err_code rc = step_watch_may_tell(&w, what, now, &err);

    assert_true((rc == ERR_OK) == (step_watch_tells(&w, now) == what));
    assert_true(!rc || (err.vi[0] && err.en[0]));
    return rc;
}

static void each_is_told_once_and_when_it_is_true(void **state)
{
    const struct step_watch none = {.near_at = INSTANT_NONE, .due_at = INSTANT_NONE};
    struct err err;

    assert_int_equal(may(STEP_WARNING_NONE, STEP_WARNING_NEAR, NEAR - 1), ERR_ILLEGAL_MOVE); /* its time has moved */
    assert_int_equal(may(STEP_WARNING_NONE, STEP_WARNING_NEAR, NEAR), ERR_OK);
    assert_int_equal(may(STEP_WARNING_NONE, STEP_WARNING_NEAR, DUE - 1), ERR_OK);
    assert_int_equal(may(STEP_WARNING_NEAR, STEP_WARNING_NEAR, DUE - 1), ERR_ILLEGAL_MOVE);
    assert_int_equal(may(STEP_WARNING_NONE, STEP_WARNING_NEAR, DUE), ERR_ILLEGAL_MOVE); /* it has passed */
    assert_int_equal(may(STEP_WARNING_NONE, STEP_WARNING_LATE, DUE - 1), ERR_ILLEGAL_MOVE);
    assert_int_equal(may(STEP_WARNING_NEAR, STEP_WARNING_LATE, DUE), ERR_OK);
    assert_int_equal(may(STEP_WARNING_LATE, STEP_WARNING_LATE, DUE), ERR_ILLEGAL_MOVE);
    assert_int_equal(may(STEP_WARNING_LATE, STEP_WARNING_NEAR, DUE - 1), ERR_ILLEGAL_MOVE);
    assert_int_equal(step_watch_may_tell(&none, STEP_WARNING_NEAR, 0, &err), ERR_ILLEGAL_MOVE);
}

static void its_words_are_read_again(void **state)
{
    for (int i = 0; i < STEP_WARNING_COUNT; i++)
        assert_int_equal(step_warning_parse(step_warning_names[i]), i);
    assert_null(step_warning_names[STEP_WARNING_COUNT]);
    assert_int_equal(step_warning_parse("soon"), -1);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(it_looks_twice_at_the_most),
        cmocka_unit_test(of_what_has_passed_only_the_end_is_told),
        cmocka_unit_test(without_a_clock_there_is_nothing_to_watch),
        cmocka_unit_test(each_is_told_once_and_when_it_is_true),
        cmocka_unit_test(its_words_are_read_again),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
