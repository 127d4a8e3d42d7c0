/* SPDX-License-Identifier: Apache-2.0 */
/* Memory comes zeroed and aligned, is counted, and is gone after a reset. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include <signal.h>
#include <stdalign.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#include "common/base/arena.h"

static void memory_is_zeroed_and_aligned(void **state)
{
    struct arena *a = arena_new(1 << 20);
    for (size_t size = 1; size < 3000; size += 7) {
        unsigned char *p = arena_alloc(a, size);
        assert_int_equal((uintptr_t)p % alignof(max_align_t), 0);
        for (size_t i = 0; i < size; i++)
            assert_int_equal(p[i], 0);
        memset(p, 0xAA, size);
    }
    arena_reset(a);
    unsigned char *again = arena_alloc(a, 4096);
    for (size_t i = 0; i < 4096; i++)
        assert_int_equal(again[i], 0);
    arena_free(a);
}

static void pieces_do_not_overlap(void **state)
{
    struct arena *a = arena_new(1 << 22);
    enum { N = 2000 };
    unsigned char *p[N];
    for (int i = 0; i < N; i++) {
        p[i] = arena_alloc(a, 100 + (size_t)i % 900);
        memset(p[i], i % 251, 100 + (size_t)i % 900);
    }
    for (int i = 0; i < N; i++)
        for (size_t j = 0; j < 100 + (size_t)i % 900; j++)
            assert_int_equal(p[i][j], i % 251);
    arena_free(a);
}

static void past_the_limit_it_is_marked_and_still_serves(void **state)
{
    struct arena *a = arena_new(1000);
    assert_non_null(arena_alloc(a, 1000));
    assert_false(arena_overflown(a));
    assert_int_equal(arena_used(a), 1000);
    assert_non_null(arena_alloc(a, 1));
    assert_true(arena_overflown(a));
    assert_non_null(arena_alloc(a, 2500));
    arena_reset(a);
    assert_false(arena_overflown(a));
    assert_int_equal(arena_used(a), 0);
    arena_free(a);
}

/* dies runs f in a child and says whether it aborted. */
static int dies(void (*f)(void))
{
    pid_t child = fork();
    if (child == 0) {
        (void)close(STDERR_FILENO);
        signal(SIGABRT, SIG_DFL);
        f();
        _exit(0);
    }
    int status = 0;
    assert_int_equal(waitpid(child, &status, 0), child);
    return WIFSIGNALED(status) && WTERMSIG(status) == SIGABRT;
}

static void ask_four_times_the_limit(void)
{
    arena_alloc(arena_new(1000), 4004);
}

static void ask_just_under(void)
{
    arena_alloc(arena_new(1000), 4000);
}

static void ask_for_a_product_that_overflows(void)
{
    arena_array(arena_new(1000), SIZE_MAX / 2, 4);
}

static void four_times_the_limit_ends_the_process(void **state)
{
    assert_true(dies(ask_four_times_the_limit));
    assert_true(dies(ask_for_a_product_that_overflows));
    assert_false(dies(ask_just_under));
}

static void strings_are_copied(void **state)
{
    struct arena *a = arena_new(1 << 16);
    char source[] = "hồ sơ";
    char *copy = arena_strdup(a, source);
    source[0] = 'X';
    assert_string_equal(copy, "hồ sơ");
    assert_null(arena_strdup(a, NULL));
    assert_string_equal(arena_strndup(a, "abcdef", 3), "abc");
    assert_string_equal(arena_strndup(a, "ab", 30), "ab");
    assert_string_equal(arena_printf(a, "%s-%04d", "x", 7), "x-0007");
    char *wide = arena_printf(a, "%600d", 1);
    assert_int_equal(strlen(wide), 600);
    assert_int_equal(wide[599], '1');
    struct bytes b = arena_bytes(a, "\0\1\2", 3);
    assert_int_equal(b.n, 3);
    assert_memory_equal(b.p, "\0\1\2", 3);
    assert_int_equal(arena_bytes(a, NULL, 0).n, 0);
    arena_free(a);
}

static void freeing_nothing_is_fine(void **state)
{
    arena_free(NULL);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(memory_is_zeroed_and_aligned),
        cmocka_unit_test(pieces_do_not_overlap),
        cmocka_unit_test(past_the_limit_it_is_marked_and_still_serves),
        cmocka_unit_test(four_times_the_limit_ends_the_process),
        cmocka_unit_test(strings_are_copied),
        cmocka_unit_test(freeing_nothing_is_fine),
    };
    return cmocka_run_group_tests_name("base_arena", tests, NULL, NULL);
}
