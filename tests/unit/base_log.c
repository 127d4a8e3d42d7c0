/* SPDX-License-Identifier: Apache-2.0 */
/* A log line is one line of JSON with the context of its thread. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

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

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_line_is_json_with_its_context),
        cmocka_unit_test(what_is_above_the_level_is_not_written),
        cmocka_unit_test(an_error_has_fields_of_its_own),
        cmocka_unit_test(a_context_that_is_too_deep_or_long_is_still_json),
        cmocka_unit_test(levels_have_names),
    };
    return cmocka_run_group_tests_name("base_log", tests, NULL, NULL);
}
