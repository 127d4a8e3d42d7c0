/* SPDX-License-Identifier: Apache-2.0 */
/* A loop that fails says so when there is news, and not at every turn. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include "common/base/instant.h"
#include "common/base/log.h"
#include "common/flow/trouble.h"
#include "tests/unit/caught.h"

/* The loop fails with this text, so long after the line before; returns the pause. */
static int fails(struct trouble *t, const char *text, int64_t behind)
{
    struct err e;
    t->logged -= behind;
    catch_stderr();
    int pause = trouble_note(t, (err_set(&e, ERR_UNAVAILABLE, "%s", text), &e));
    release();
    return pause;
}

static void a_failure_is_told_once_a_minute(void **state)
{
    struct trouble t = {.doing = "publishing"};
    (void)fails(&t, "the database is away", 0);
    has("the database is away");
    (void)fails(&t, "the database is away", 50 * INSTANT_SECOND);
    assert_string_equal(caught, "");
    (void)fails(&t, "the database is away", 11 * INSTANT_SECOND);
    has("the database is away");
}

static void another_one_of_the_same_kind_is_news(void **state)
{
    struct trouble t = {.doing = "publishing"};
    (void)fails(&t, "the database is away", 0);
    (void)fails(&t, "the broker is away", 6 * INSTANT_SECOND);
    has("the broker is away");
}

static void a_number_that_changes_at_every_turn_is_none(void **state)
{
    struct trouble t = {.doing = "publishing"};
    (void)fails(&t, "offset 1", 0);
    (void)fails(&t, "offset 2", INSTANT_SECOND);
    assert_string_equal(caught, "");
}

static void pauses_grow_up_to_two_seconds(void **state)
{
    struct trouble t = {.doing = "publishing"};
    int pause = fails(&t, "away", 0);
    assert_int_equal(pause, 100);
    for (int i = 0; i < 10; i++)
        pause = fails(&t, "away", 0);
    assert_int_equal(pause, 2000);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_failure_is_told_once_a_minute),
        cmocka_unit_test(another_one_of_the_same_kind_is_news),
        cmocka_unit_test(a_number_that_changes_at_every_turn_is_none),
        cmocka_unit_test(pauses_grow_up_to_two_seconds),
    };
    log_init("test", LOG_INFO);
    return cmocka_run_group_tests(tests, NULL, NULL);
}
