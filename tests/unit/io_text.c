/* SPDX-License-Identifier: Apache-2.0 */
/* UTF-8 checking and NFC: what Vietnamese keyboards send becomes one form, and what is not text is refused. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <string.h>
#include <cmocka.h>

#include "common/io/text.h"

#define NFC(a, literal)  text_nfc((a), (literal), sizeof(literal) - 1)
#define IS_UTF8(literal) text_is_utf8((literal), sizeof(literal) - 1)

static void utf8_is_what_rfc_3629_says(void **state)
{
    assert_true(IS_UTF8(""));
    assert_true(IS_UTF8("plain"));
    assert_true(IS_UTF8("Nguyễn Văn A, 01 Lê Lợi"));
    assert_true(IS_UTF8("\xF0\x9F\x98\x80"));
    assert_true(IS_UTF8("a\0b")); /* NUL is a code point; text_nfc is stricter */
    assert_false(IS_UTF8("\xFF"));
    assert_false(IS_UTF8("12345678\x80")); /* behind a whole word of ASCII */
    assert_false(IS_UTF8("\xC0\xAF"));     /* overlong slash */
    assert_false(IS_UTF8("\xE0\x80\xAF"));
    assert_false(IS_UTF8("\xED\xA0\x80"));     /* surrogate */
    assert_false(IS_UTF8("\xF4\x90\x80\x80")); /* beyond U+10FFFF */
    assert_false(IS_UTF8("\xE1\xBB"));         /* cut */
}

static void vietnamese_is_composed(void **state)
{
    struct arena *a = arena_new(1 << 20);
    /* "Nguyễn": e + circumflex + tilde, as some keyboards send it */
    assert_string_equal(NFC(a, "Nguye\xCC\x82\xCC\x83n"), "Nguy\xE1\xBB\x85n");
    /* e with circumflex and a loose tilde, as Windows-1258 converters leave it */
    assert_string_equal(NFC(a, "Nguy\xC3\xAA\xCC\x83n"), "Nguy\xE1\xBB\x85n");
    assert_string_equal(NFC(a, "Tại Chỗ"), "Tại Chỗ");
    assert_string_equal(NFC(a, "a\tb\nc"), "a\tb\nc");
    assert_string_equal(NFC(a, ""), "");
    arena_free(a);
}

static void what_is_not_text_is_refused(void **state)
{
    struct arena *a = arena_new(1 << 20);
    assert_null(NFC(a, "a\0b"));
    assert_null(NFC(a, "a\rb"));
    assert_null(NFC(a, "\x1B[31m"));
    assert_null(NFC(a, "a\x7F"));
    assert_null(NFC(a, "\xC2\x85")); /* NEL, a C1 control */
    assert_null(NFC(a, "\xED\xA0\x80"));
    assert_null(NFC(a, "Nguy\xE1\xBB"));
    arena_free(a);
}

static void length_counts_code_points(void **state)
{
    assert_int_equal(text_length(""), 0);
    assert_int_equal(text_length("Nguyễn"), 6);
    assert_int_equal(text_length("\xF0\x9F\x98\x80!"), 2);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(utf8_is_what_rfc_3629_says),
        cmocka_unit_test(vietnamese_is_composed),
        cmocka_unit_test(what_is_not_text_is_refused),
        cmocka_unit_test(length_counts_code_points),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
