/* SPDX-License-Identifier: Apache-2.0 */
/* A crash point kills at the pass that was asked for, and only that one; a wrong name arms nothing. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include <signal.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#include "common/base/crash.h"

/* passes_until_death sets it in a child, passes two points up to ten times each, and tells how the child ended. */
static int end_of_child(const char *setting, int *ret_passes)
{
    int pipes[2], status;
    char c;
    assert_int_equal(pipe(pipes), 0);
    pid_t child = fork();
    assert_true(child >= 0);
    if (child == 0) {
        struct err e;
        if (crash_set(setting, &e))
            _exit(2);
        for (int i = 0; i < 10; i++) {
            crash_at(CRASH_BATCH_BEGIN);
            crash_at(CRASH_RELAY_SAVED);
            if (write(pipes[1], "x", 1) != 1)
                _exit(3);
        }
        _exit(0);
    }
    close(pipes[1]);
    for (*ret_passes = 0; read(pipes[0], &c, 1) == 1;)
        ++*ret_passes;
    close(pipes[0]);
    assert_int_equal(waitpid(child, &status, 0), child);
    return status;
}

static void it_dies_at_the_nth_pass(void **state)
{
    int passes, status = end_of_child("relay-saved:3", &passes);

    assert_true(WIFSIGNALED(status));
    assert_int_equal(WTERMSIG(status), SIGKILL);
    assert_int_equal(passes, 2);
    status = end_of_child("batch-begin", &passes);
    assert_true(WIFSIGNALED(status));
    assert_int_equal(passes, 0);
}

static void another_point_or_a_later_pass_does_nothing(void **state)
{
    int passes, status = end_of_child("relay-saved:11", &passes);

    assert_true(WIFEXITED(status) && WEXITSTATUS(status) == 0);
    assert_int_equal(passes, 10);
    status = end_of_child("timer-due:1", &passes);
    assert_true(WIFEXITED(status) && WEXITSTATUS(status) == 0);
    status = end_of_child("", &passes);
    assert_true(WIFEXITED(status) && WEXITSTATUS(status) == 0);
}

static void what_is_not_in_the_table_is_refused(void **state)
{
    static const char *const wrong[] = {"nowhere",        "batch",
                                        "batch-begin-",   ":1",
                                        "batch-begin:",   "batch-begin:0",
                                        "batch-begin:-1", "batch-begin:1x",
                                        "batch-begin:x1", "batch-begin:99999999999999999999"};
    for (size_t i = 0; i < COUNT_OF(wrong); i++) {
        struct err e = {0};
        assert_int_equal(crash_set(wrong[i], &e), ERR_INVALID);
        assert_non_null(strstr(e.en, "TAICHO_CRASH"));
        assert_int_equal(crash_armed, CRASH_NONE);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(it_dies_at_the_nth_pass),
        cmocka_unit_test(another_point_or_a_later_pass_does_nothing),
        cmocka_unit_test(what_is_not_in_the_table_is_refused),
    };
    return cmocka_run_group_tests_name("base_crash", tests, NULL, NULL);
}
