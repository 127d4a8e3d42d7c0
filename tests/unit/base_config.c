/* SPDX-License-Identifier: Apache-2.0 */
/* Settings come from the environment, are checked, and never show a secret. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include <stdlib.h>
#include <string.h>

#include "common/base/config.h"

struct settings {
    const char *listen;
    const char *password;
    int64_t rows;
    bool strict;
};

static const struct config_row rows[] = {
    CONFIG_ROW_TEXT(struct settings, listen, "T_LISTEN", "127.0.0.1:8080", "Where to listen."),
    CONFIG_ROW_SECRET(struct settings, password, "T_PASSWORD", NULL, "The password."),
    CONFIG_ROW_NUMBER(struct settings, rows, "T_ROWS", "50", 1, 500, "rows", "Most rows."),
    CONFIG_ROW_SWITCH(struct settings, strict, "T_STRICT", "off", "Whether to be strict."),
};

static int clean(void **state)
{
    for (size_t i = 0; i < COUNT_OF(rows); i++)
        assert_int_equal(unsetenv(rows[i].env), 0);
    return setenv("T_PASSWORD", "hunter2", 1);
}

static void what_is_not_set_has_its_default(void **state)
{
    struct settings s;
    struct err e;
    assert_int_equal(setenv("T_ROWS", "", 1), 0); /* set to nothing is not set */
    assert_int_equal(config_read(rows, COUNT_OF(rows), &s, &e), ERR_OK);
    assert_string_equal(s.listen, "127.0.0.1:8080");
    assert_string_equal(s.password, "hunter2");
    assert_int_equal(s.rows, 50);
    assert_false(s.strict);
}

static void the_environment_wins(void **state)
{
    struct settings s;
    struct err e;
    setenv("T_LISTEN", "[::]:1", 1);
    setenv("T_ROWS", "500", 1);
    setenv("T_STRICT", "yes", 1);
    assert_int_equal(config_read(rows, COUNT_OF(rows), &s, &e), ERR_OK);
    assert_string_equal(s.listen, "[::]:1");
    assert_int_equal(s.rows, 500);
    assert_true(s.strict);
}

static void refused(const char *env, const char *value)
{
    struct settings s;
    struct err e;
    clean(NULL);
    setenv(env, value, 1);
    assert_int_equal(config_read(rows, COUNT_OF(rows), &s, &e), ERR_INVALID);
    assert_string_equal(e.field, env);
    assert_non_null(strstr(e.vi, env));
    assert_non_null(strstr(e.en, env));
}

static void a_wrong_setting_is_named(void **state)
{
    refused("T_ROWS", "0");
    refused("T_ROWS", "501");
    refused("T_ROWS", "12x");
    refused("T_ROWS", "99999999999999999999");
    refused("T_STRICT", "perhaps");
    refused("T_PASSWORD", "");
    char text[1100];
    memset(text, 'z', sizeof(text) - 1);
    text[sizeof(text) - 1] = '\0';
    refused("T_LISTEN", text);
    refused("T_PASSWORD", text);
}

static void a_refused_secret_is_not_shown(void **state)
{
    struct settings s;
    struct err e;
    char text[1100];
    memset(text, 'z', sizeof(text) - 1);
    text[sizeof(text) - 1] = '\0';
    setenv("T_PASSWORD", text, 1);
    assert_int_equal(config_read(rows, COUNT_OF(rows), &s, &e), ERR_INVALID);
    assert_null(strstr(e.en, "zz"));
    assert_null(strstr(e.vi, "zz"));
}

static void the_log_line_masks_secrets(void **state)
{
    struct settings s;
    struct err e;
    char line[400];
    assert_int_equal(config_read(rows, COUNT_OF(rows), &s, &e), ERR_OK);
    config_log_line(rows, COUNT_OF(rows), &s, line, sizeof(line));
    assert_string_equal(line, "T_LISTEN=127.0.0.1:8080 T_PASSWORD=*** T_ROWS=50 T_STRICT=off");
    char small[12];
    config_log_line(rows, COUNT_OF(rows), &s, small, sizeof(small));
    assert_string_equal(small, "T_LISTEN=12");
}

static void the_table_prints_itself(void **state)
{
    char *text = NULL;
    size_t n = 0;
    FILE *out = open_memstream(&text, &n);
    config_print_markdown(rows, COUNT_OF(rows), out);
    assert_int_equal(fclose(out), 0);
    assert_non_null(strstr(text, "| `T_ROWS` | number | `50` | 1 to 500 rows | Most rows. |\n"));
    assert_non_null(strstr(text, "| `T_PASSWORD` | secret | must be set |  | The password. |\n"));
    free(text);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup(what_is_not_set_has_its_default, clean),
        cmocka_unit_test_setup(the_environment_wins, clean),
        cmocka_unit_test_setup(a_wrong_setting_is_named, clean),
        cmocka_unit_test_setup(a_refused_secret_is_not_shown, clean),
        cmocka_unit_test_setup(the_log_line_masks_secrets, clean),
        cmocka_unit_test_setup(the_table_prints_itself, clean),
    };
    return cmocka_run_group_tests_name("base_config", tests, NULL, NULL);
}
