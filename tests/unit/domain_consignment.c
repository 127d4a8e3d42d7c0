/* SPDX-License-Identifier: Apache-2.0 */
/* The numbers of consignments: those of S10 by their check digit, others by their letters and length. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include "common/domain/consignment.h"

static struct err err;

static bool is_consignment(const char *s)
{
    err = (struct err){.code = ERR_OK};
    return consignment_fits(s, &err) == ERR_OK;
}

/* The first is the example of the standard itself: RB 47312482 9 GB. */
static void check_digits(void **state)
{
    (void)state;
    const char *const right[] = {"RB473124829GB", "EE123456785VN", "ee123456785vn", "EE000000005VN", "EE000000000VN"};
    for (size_t i = 0; i < 4; i++)
        if (!is_consignment(right[i]))
            fail_msg("%s: %s", right[i], err.en);
    assert_false(is_consignment(right[4])); /* a sum of nothing has the check digit 5 */
    char s[] = "RB473124820GB";
    for (char digit = '0'; digit <= '9'; digit++) {
        s[10] = digit;
        assert_int_equal(is_consignment(s), digit == '9');
    }
    /* 1 * 8 + 2 * ... leaves 1: the check digit is 0, not 10. */
    assert_true(is_consignment("EE200000000VN") == (2 * 8 % 11 == 1));
    char zero[] = "EE000000000VN";
    for (char digit = '0'; digit <= '9'; digit++) {
        zero[9] = digit;
        int rest = 7 * (digit - '0') % 11, check = rest == 0 ? 5 : rest == 1 ? 0 : 11 - rest;
        zero[10] = (char)('0' + check);
        assert_true(is_consignment(zero));
    }
}

static void other_numbers_are_letters_and_digits_of_a_bounded_length(void **state)
{
    (void)state;
    assert_true(is_consignment("BT00000001"));
    assert_true(is_consignment("12345"));
    assert_true(is_consignment("12345678901234567890123456789012"));
    assert_false(is_consignment("123456789012345678901234567890123"));
    assert_false(is_consignment("1234"));
    assert_false(is_consignment(""));
    assert_false(is_consignment("EE 123456785 VN"));
    assert_false(is_consignment("EE123456785-VN"));
    assert_false(is_consignment("Nguy\xe1\xbb\x85n"));
    assert_true(is_consignment("E1123456789VN")); /* not of the shape: no check digit */
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(check_digits),
        cmocka_unit_test(other_numbers_are_letters_and_digits_of_a_bounded_length),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
