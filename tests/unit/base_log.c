/* SPDX-License-Identifier: Apache-2.0 */
/* A log line is one line of JSON with the context of its thread. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "common/base/log.h"
#include "tests/unit/caught.h"

static void a_line_is_json_with_its_context(void **state)
{
    log_init("intake", LOG_INFO);
    catch_stderr();
    log_push("request", "r\"1");
    log_push("dossier", "d1");
    log_info("number %d\nsecond line", 7);
    log_pop();
    log_warn("later, going on");
    log_pop();
    log_error("bare");
    release();
    has("{\"time\":\"2");
    has("\"level\":\"info\",\"service\":\"intake\",\"message\":\"number 7\\nsecond "
        "line\",\"request\":\"r\\\"1\",\"dossier\":\"d1\"}\n");
    has("\"level\":\"warn\",\"service\":\"intake\",\"message\":\"later, going on\",\"request\":\"r\\\"1\"}\n");
    has("\"level\":\"error\",\"service\":\"intake\",\"message\":\"bare\"}\n");
}

static void what_is_above_the_level_is_not_written(void **state)
{
    struct err e;
    err_set(&e, ERR_BUSY, "x");
    log_init("intake", LOG_WARN);
    catch_stderr();
    log_info("no");
    log_err(LOG_DEBUG, &e, "no");
    release();
    assert_string_equal(caught, "");
}

static void an_error_has_fields_of_its_own(void **state)
{
    struct err e;
    err_say(&e, ERR_INVALID, "a.b", "sai", "wrong");
    memcpy(e.sqlstate, "23505", 6);
    log_init("intake", LOG_INFO);
    catch_stderr();
    log_err(LOG_WARN, &e, "saving");
    release();
    has("\"message\":\"saving: wrong\",\"code\":\"invalid-request\",\"field\":\"a.b\",\"sqlstate\":\"23505\"}\n");
}

static void a_context_that_is_too_deep_or_long_is_still_json(void **state)
{
    char text[6000];
    memset(text, 'v', sizeof(text) - 1);
    text[sizeof(text) - 1] = '\0';
    log_init("intake", LOG_INFO);
    catch_stderr();
    for (int i = 0; i < 20; i++)
        log_push("k", "deep");
    log_info("twenty");
    for (int i = 0; i < 20; i++)
        log_pop();
    for (int i = 0; i < 4; i++)
        log_push("k", text);
    log_info("long");
    for (int i = 0; i < 4; i++)
        log_pop();
    release();
    int pairs = 0;
    for (const char *at = caught; (at = strstr(at, "\"k\":\"deep\"")) != NULL; at++)
        pairs++;
    assert_int_equal(pairs, 16);
    has("\"message\":\"a log line was too long\"}\n");
    assert_null(strstr(caught, "vvvv"));
}

static void levels_have_names(void **state)
{
    enum log_level level = LOG_INFO;
    assert_true(log_level_parse("debug", &level));
    assert_int_equal(level, LOG_DEBUG);
    assert_false(log_level_parse("loud", &level));
    assert_false(log_level_parse(NULL, &level));
    assert_int_equal(level, LOG_DEBUG);
}

/* Reads what stands in the pipe, and leaves it empty. */
static size_t drain(int end, char *ret, size_t size)
{
    size_t n = 0;
    for (ssize_t k = 1; k > 0 && n<size - 1; n += k> 0 ? (size_t)k : 0)
        k = read(end, ret + n, size - 1 - n);
    ret[n] = '\0';
    return n;
}

static void nobody_waits_for_a_pipe_that_nobody_reads(void **state)
{
    static char text[1 << 18];
    int ends[2], saved = dup(STDERR_FILENO);
    assert_int_equal(pipe(ends), 0);
    assert_int_equal(fcntl(ends[0], F_SETFL, O_NONBLOCK), 0);
    log_init("intake", LOG_INFO);
    fflush(stderr);
    assert_int_equal(dup2(ends[1], STDERR_FILENO), STDERR_FILENO);
    log_never_waits();
    uint64_t before = log_left_out();
    alarm(20); /* whoever waits ends here */
    for (int i = 0; i < 2000; i++)
        log_info("line %d of many that nobody reads", i);
    alarm(0);
    uint64_t lost = log_left_out() - before;
    size_t had = drain(ends[0], text, sizeof(text));
    log_info("there is room");
    size_t has_now = drain(ends[0], text, sizeof(text));
    int others = fcntl(ends[1], F_GETFL);
    assert_int_equal(dup2(saved, STDERR_FILENO), STDERR_FILENO);
    close(saved);
    close(ends[0]);
    close(ends[1]);

    assert_true(lost > 0 && lost < 2000);
    assert_true(had > 0 && has_now > 0);
    char want[64];
    (void)snprintf(want, sizeof(want), "\"message\":\"%llu log lines were left out", (unsigned long long)lost);
    char *told = strstr(text, want), *line = strstr(text, "\"message\":\"there is room\"}\n");
    assert_non_null(told);
    assert_non_null(line);
    assert_true(told < line);
    assert_false(others & O_NONBLOCK); /* the end that others may write to is as it was */
}

static void a_line_that_was_cut_short_ends_before_the_next(void **state)
{
    static char text[1 << 18];
    char longest[2000];
    int ends[2], saved = dup(STDERR_FILENO);
    memset(longest, 'v', sizeof(longest) - 1);
    longest[sizeof(longest) - 1] = '\0';
    assert_int_equal(pipe(ends), 0);
    assert_int_equal(fcntl(ends[0], F_SETFL, O_NONBLOCK), 0);
    fflush(stderr);
    assert_int_equal(dup2(ends[1], STDERR_FILENO), STDERR_FILENO);
    log_never_waits();
    for (int i = 0; i < 5; i++)
        log_push("k", longest);
    uint64_t before = log_left_out();
    for (int i = 0; i < 40; i++)
        log_info("longer than what a pipe takes whole");
    uint64_t lost = log_left_out() - before;
    for (int i = 0; i < 5; i++)
        log_pop();
    size_t had = drain(ends[0], text, sizeof(text));
    bool whole = had > 0 && text[had - 1] == '\n';
    log_info("there is room");
    (void)drain(ends[0], text, sizeof(text));
    assert_int_equal(dup2(saved, STDERR_FILENO), STDERR_FILENO);
    close(saved);
    close(ends[0]);
    close(ends[1]);

    assert_true(lost > 0);
    assert_true(whole || text[0] == '\n');
    assert_non_null(strstr(text, "\n{\"time\""));
    assert_non_null(strstr(text, "\"message\":\"there is room\"}\n"));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_line_is_json_with_its_context),
        cmocka_unit_test(what_is_above_the_level_is_not_written),
        cmocka_unit_test(an_error_has_fields_of_its_own),
        cmocka_unit_test(a_context_that_is_too_deep_or_long_is_still_json),
        cmocka_unit_test(levels_have_names),
        cmocka_unit_test(nobody_waits_for_a_pipe_that_nobody_reads),
        cmocka_unit_test(a_line_that_was_cut_short_ends_before_the_next),
    };
    return cmocka_run_group_tests_name("base_log", tests, NULL, NULL);
}
