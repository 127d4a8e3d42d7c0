/* SPDX-License-Identifier: Apache-2.0 */
/* The table of failures is complete, and its texts are bounded and stay whole characters. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include <string.h>

#include "common/base/err.h"

static void every_code_has_a_complete_row(void **state)
{
    for (int i = 0; i < ERR_COUNT; i++) {
        const struct err_row *row = err_row((enum err_code)i);
        assert_non_null(row->symbol);
        assert_in_range(row->http, 200, 599);
        assert_true(strlen(row->slug) > 1);
        assert_true(strlen(row->vi) > 1 && strlen(row->en) > 1);
        for (int j = 0; j < i; j++)
            assert_string_not_equal(row->slug, err_row((enum err_code)j)->slug);
    }
    assert_int_equal(err_row(ERR_OK)->http, 200);
    assert_int_equal(err_row(ERR_NOT_FOUND)->http, 404);
    assert_true(err_row(ERR_BUSY)->retry);
    assert_false(err_row(ERR_INVALID)->retry);
}

static void an_unknown_code_is_a_bug(void **state)
{
    assert_ptr_equal(err_row((enum err_code)9999), err_row(ERR_BUG));
    assert_ptr_equal(err_row((enum err_code) - 1), err_row(ERR_BUG));
}

static void set_fills_and_returns(void **state)
{
    struct err e;
    memset(&e, 'x', sizeof(e));
    assert_int_equal(err_set(&e, ERR_NOT_FOUND, "no dossier %d", 7), ERR_NOT_FOUND);
    assert_int_equal(e.code, ERR_NOT_FOUND);
    assert_string_equal(e.en, "no dossier 7");
    assert_string_equal(e.vi, "Không tìm thấy");
    assert_string_equal(e.field, "");
    assert_string_equal(e.sqlstate, "");
    assert_int_equal(e.retry_after_s, 0);
}

static void say_formats_both_languages(void **state)
{
    struct err e;
    assert_int_equal(err_say(&e, ERR_INVALID, "a.b", "sai %d %s", "wrong %d %s", 1, "x"), ERR_INVALID);
    assert_string_equal(e.vi, "sai 1 x");
    assert_string_equal(e.en, "wrong 1 x");
    assert_string_equal(e.field, "a.b");
}

static void nobody_listening_is_fine(void **state)
{
    assert_int_equal(err_set(NULL, ERR_BUSY, "x"), ERR_BUSY);
    assert_int_equal(err_say(NULL, ERR_BUSY, NULL, "x", "y"), ERR_BUSY);
}

static void wrapping_reads_the_old_text_first(void **state)
{
    struct err e;
    err_say(&e, ERR_INVALID, "f", "cũ", "old");
    err_say(&e, ERR_CONFLICT, e.field, "a: %s", "b: %s", e.en);
    assert_string_equal(e.vi, "a: old");
    assert_string_equal(e.en, "b: old");
    assert_string_equal(e.field, "f");
}

static void a_long_text_is_cut_between_characters(void **state)
{
    char text[1000] = "";
    for (int shift = 0; shift < 3; shift++) {
        memset(text, 'a', (size_t)shift);
        size_t n = (size_t)shift;
        for (; n + 4 < sizeof(text); n += 3)
            memcpy(text + n, "\xE1\xBB\x93", 4); /* ồ */
        struct err e;
        err_say(&e, ERR_INVALID, text, "%s", "%s", text);
        size_t kept = strlen(e.vi);
        assert_in_range(kept, sizeof(e.vi) - 3, sizeof(e.vi) - 1);
        assert_int_equal((kept - (size_t)shift) % 3, 0);
        assert_int_equal((strlen(e.field) - (size_t)shift) % 3, 0);
    }
}

static void a_text_that_fits_exactly_is_kept(void **state)
{
    struct err e;
    char text[sizeof(e.en)];
    memset(text, 'a', sizeof(text));
    memcpy(text + sizeof(text) - 4, "\xE1\xBB\x93", 4);
    err_set(&e, ERR_INVALID, "%s", text);
    assert_string_equal(e.en, text);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(every_code_has_a_complete_row),
        cmocka_unit_test(an_unknown_code_is_a_bug),
        cmocka_unit_test(set_fills_and_returns),
        cmocka_unit_test(say_formats_both_languages),
        cmocka_unit_test(nobody_listening_is_fine),
        cmocka_unit_test(wrapping_reads_the_old_text_first),
        cmocka_unit_test(a_long_text_is_cut_between_characters),
        cmocka_unit_test(a_text_that_fits_exactly_is_kept),
    };
    return cmocka_run_group_tests_name("base_err", tests, NULL, NULL);
}
