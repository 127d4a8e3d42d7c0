/* SPDX-License-Identifier: Apache-2.0 */
/* What is left out of a dossier's time, as one list in order. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include "common/domain/left_out.h"

static bool add(struct left_out *l, instant from, instant until)
{
    return left_out_add(l, (struct left_out_period){.from = from, .until = until});
}

static void is(const struct left_out *l, size_t i, instant from, instant until)
{
    assert_true(i < l->count);
    assert_true(l->of[i].from == from && l->of[i].until == until);
}

static void whatever_comes_first_it_is_in_order(void **state)
{
    struct left_out l = {.count = 0};

    (void)state;
    assert_true(add(&l, 50, 60) && add(&l, 10, 20) && add(&l, 30, 40));
    assert_int_equal(l.count, 3);
    is(&l, 0, 10, 20);
    is(&l, 1, 30, 40);
    is(&l, 2, 50, 60);
}

static void those_that_meet_are_one(void **state)
{
    struct left_out l = {.count = 0};

    (void)state;
    assert_true(add(&l, 10, 20) && add(&l, 30, 40) && add(&l, 50, 60));
    assert_true(add(&l, 20, 35));
    assert_int_equal(l.count, 2);
    is(&l, 0, 10, 40);
    is(&l, 1, 50, 60);
    assert_true(add(&l, 0, 100));
    assert_int_equal(l.count, 1);
    is(&l, 0, 0, 100);
    assert_true(add(&l, 10, 20)); /* it is known */
    assert_int_equal(l.count, 1);
    is(&l, 0, 0, 100);
}

static void one_too_many_is_not_taken(void **state)
{
    struct left_out l = {.count = 0};

    (void)state;
    for (int i = 0; i < LEFT_OUT_MAX; i++)
        assert_true(add(&l, 100 * i, 100 * i + 10));
    assert_false(add(&l, 1000, 1010));
    assert_int_equal(l.count, LEFT_OUT_MAX);
    is(&l, LEFT_OUT_MAX - 1, 100 * (LEFT_OUT_MAX - 1), 100 * (LEFT_OUT_MAX - 1) + 10);
    assert_true(add(&l, 105, 205)); /* it makes them fewer */
    assert_int_equal(l.count, LEFT_OUT_MAX - 1);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(whatever_comes_first_it_is_in_order),
        cmocka_unit_test(those_that_meet_are_one),
        cmocka_unit_test(one_too_many_is_not_taken),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
