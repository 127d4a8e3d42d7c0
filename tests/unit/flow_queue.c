/* SPDX-License-Identifier: Apache-2.0 */
/* What waits for an executor: in order, bounded in pieces and in bytes. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>
#include <cmocka.h>

#include "common/base/arena.h"
#include "common/flow/queue.h"

#define MIB ((size_t)1 << 20)

static struct arena *arena;
static struct queue *queue;

static int set_up(void **state)
{
    arena = arena_new(MIB);
    queue = queue_new(100);
    return 0;
}

static int tear_down(void **state)
{
    queue_free(queue);
    arena_free(arena);
    return 0;
}

static struct work *piece(enum work_origin origin, size_t bytes)
{
    struct work *w = ARENA_NEW(arena, struct work);

    *w = (struct work){.origin = origin, .weight = bytes};
    return w;
}

static size_t take(void)
{
    struct work *works[100];

    return queue_take(queue, works, 100, 0);
}

static void a_batch_ends_with_its_bytes_and_not_in_the_middle_of_the_order(void **state)
{
    static const size_t mib[] = {6, 6, 6, 1};

    (void)state;
    for (size_t i = 0; i < COUNT_OF(mib); i++)
        assert_true(queue_put(queue, piece(WORK_COMMAND, mib[i] * MIB)));
    assert_int_equal(take(), 2);
    assert_int_equal(take(), 2); /* 6 and 1: the small one does not go before */
    assert_int_equal(take(), 0);
}

static void one_piece_is_given_whatever_it_weighs(void **state)
{
    (void)state;
    assert_true(queue_put(queue, piece(WORK_COMMAND, 40 * MIB)));
    assert_true(queue_put(queue, piece(WORK_COMMAND, 1)));
    assert_int_equal(take(), 1);
    assert_int_equal(take(), 1);
}

static void a_queue_that_holds_enough_takes_nothing_more(void **state)
{
    static const enum work_origin kinds[] = {WORK_COMMAND, WORK_EVENT};

    (void)state;
    for (size_t k = 0; k < COUNT_OF(kinds); k++) {
        struct work *more = piece(kinds[k], 1);

        for (int i = 0; i < 8; i++)
            assert_true(queue_put(queue, piece(kinds[k], 8 * MIB)));
        assert_false(queue_put(queue, more));
        assert_int_equal(queue_event_room(queue), kinds[k] == WORK_EVENT ? 0 : 100);
        assert_int_equal(take(), 2);
        assert_true(queue_put(queue, more)); /* there is room again */
        while (take())
            ;
    }
}

static void it_is_bounded_in_pieces_too(void **state)
{
    (void)state;
    struct work *more = piece(WORK_EVENT, 1);

    for (int i = 0; i < 100; i++)
        assert_true(queue_put(queue, piece(WORK_EVENT, 1)));
    assert_int_equal(queue_event_room(queue), 0);
    assert_false(queue_put(queue, more));
    assert_true(queue_put(queue, piece(WORK_COMMAND, 1))); /* the other queue is another one */
    while (take())
        ;
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(a_batch_ends_with_its_bytes_and_not_in_the_middle_of_the_order, set_up,
                                        tear_down),
        cmocka_unit_test_setup_teardown(one_piece_is_given_whatever_it_weighs, set_up, tear_down),
        cmocka_unit_test_setup_teardown(a_queue_that_holds_enough_takes_nothing_more, set_up, tear_down),
        cmocka_unit_test_setup_teardown(it_is_bounded_in_pieces_too, set_up, tear_down),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
