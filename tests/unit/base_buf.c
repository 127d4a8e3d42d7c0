/* SPDX-License-Identifier: Apache-2.0 */
/* A buffer never passes its maximum, and what it writes for JSON is JSON. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include <string.h>

#include "common/base/buf.h"

static void it_grows_and_stays_terminated(void **state)
{
    struct buf b;
    buf_init(&b, 100000);
    assert_string_equal(buf_cstr(&b), "");
    for (int i = 0; i < 5000; i++)
        buf_printf(&b, "%d,", i % 10);
    assert_int_equal(b.n, 10000);
    assert_int_equal(strlen(buf_cstr(&b)), 10000);
    buf_printf(&b, "%2000d", 5);
    assert_int_equal(b.n, 12000);
    assert_int_equal(b.p[11999], '5');
    assert_false(b.full);
    buf_release(&b);
    assert_string_equal(buf_cstr(&b), "");
}

static void past_the_maximum_it_keeps_what_it_has(void **state)
{
    struct buf b;
    buf_init(&b, 10);
    buf_str(&b, "0123456789");
    assert_false(b.full);
    buf_add(&b, "", 0);
    assert_false(b.full);
    buf_str(&b, "x");
    assert_true(b.full);
    assert_string_equal(buf_cstr(&b), "0123456789");
    buf_clear(&b);
    assert_false(b.full);
    buf_str(&b, "abc");
    buf_str(&b, "too long now");
    buf_str(&b, "d");
    assert_true(b.full);
    assert_string_equal(buf_cstr(&b), "abc");
    buf_clear(&b);
    buf_printf(&b, "%600d", 1);
    assert_true(b.full);
    assert_string_equal(buf_cstr(&b), "");
    buf_release(&b);
}

static void json_strings_are_escaped(void **state)
{
    static const struct {
        const char *in, *out;
    } rows[] = {
        {"", "\"\""},
        {NULL, "null"},
        {"Bình Thuận", "\"Bình Thuận\""},
        {"a\"b\\c", "\"a\\\"b\\\\c\""},
        {"\n\r\t\x01\x7f", "\"\\n\\r\\t\\u0001\\u007f\""},
        {"\xF0\x9F\x98\x80", "\"\xF0\x9F\x98\x80\""},
        {"a\xFFz", "\"a\xEF\xBF\xBDz\""},
        {"\xC3", "\"\xEF\xBF\xBD\""},                                 /* cut in the middle */
        {"\xE1\xBB", "\"\xEF\xBF\xBD\xEF\xBF\xBD\""},                 /* one mark for each lost byte */
        {"\xE0\x80\x80", "\"\xEF\xBF\xBD\xEF\xBF\xBD\xEF\xBF\xBD\""}, /* overlong */
        {"\xC0\xAF", "\"\xEF\xBF\xBD\xEF\xBF\xBD\""},                 /* overlong */
        {"\xED\xA0\x80", "\"\xEF\xBF\xBD\xEF\xBF\xBD\xEF\xBF\xBD\""}, /* surrogate */
        {"\xF4\x90\x80\x80", "\"\xEF\xBF\xBD\xEF\xBF\xBD\xEF\xBF\xBD\xEF\xBF\xBD\""},
    };
    for (size_t i = 0; i < COUNT_OF(rows); i++) {
        struct buf b;
        buf_init(&b, 1000);
        buf_json_str(&b, rows[i].in);
        assert_string_equal(buf_cstr(&b), rows[i].out);
        buf_release(&b);
    }
}

static void a_json_string_is_whole_or_absent(void **state)
{
    for (size_t max = 1; max < 9; max++) {
        struct buf b;
        buf_init(&b, max);
        buf_str(&b, "x");
        buf_json_str(&b, "ab\ncd"); /* 8 bytes */
        assert_string_equal(buf_cstr(&b), "x");
        assert_int_equal(b.n, 1);
        assert_true(b.full);
        buf_release(&b);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(it_grows_and_stays_terminated),
        cmocka_unit_test(past_the_maximum_it_keeps_what_it_has),
        cmocka_unit_test(json_strings_are_escaped),
        cmocka_unit_test(a_json_string_is_whole_or_absent),
    };
    return cmocka_run_group_tests_name("base_buf", tests, NULL, NULL);
}
