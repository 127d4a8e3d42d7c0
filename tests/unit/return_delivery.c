/* SPDX-License-Identifier: Apache-2.0 */
/* What belongs to which way of delivery, field by field, and the numbers of consignments. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include <string.h>

#include "common/domain/consignment.h"
#include "services/return/delivery.h"

static struct err err;

static const char *field_of(int delivery, bool result, struct return_handing h)
{
    struct paper known = {.handle = {.id = {{1}}, .sha256 = {7}, .pages = 1}, .kind = DOCUMENT_AUTHORISATION};
    struct papers filed = {.items = &known, .count = 1};

    err = (struct err){.code = ERR_OK};
    enum err_code rc = return_handing_fits(delivery, &h, result, &filed, &err);
    assert_true(rc == ERR_OK || rc == ERR_INVALID);
    assert_true(rc == ERR_OK || (err.vi[0] && err.en[0]));
    return rc ? err.field : NULL;
}

#define FITS(delivery, result, ...) assert_null(field_of(delivery, result, (struct return_handing){__VA_ARGS__}))
#define WRONG(field_, delivery, result, ...)                                                                           \
    assert_string_equal(field_of(delivery, result, (struct return_handing){__VA_ARGS__}), field_)
#define HANDLE                                                                                                         \
    {                                                                                                                  \
        .id = {{1}}, .sha256 = {7}, .pages = 1                                                                         \
    }

static void at_the_counter(void **state)
{
    (void)state;
    FITS(DELIVERY_COUNTER, true, .who = COLLECTOR_APPLICANT, .paper = PROOF_RECEIPT);
    FITS(DELIVERY_COUNTER, true, .who = COLLECTOR_APPLICANT, .paper = PROOF_PASSPORT);
    FITS(DELIVERY_COUNTER, true, .who = COLLECTOR_PROXY, .paper = PROOF_RECEIPT, .authorisation = HANDLE);
    WRONG("who", DELIVERY_COUNTER, true, .paper = PROOF_RECEIPT);
    WRONG("paper", DELIVERY_COUNTER, true, .who = COLLECTOR_APPLICANT);
    WRONG("authorisation", DELIVERY_COUNTER, true, .who = COLLECTOR_PROXY, .paper = PROOF_RECEIPT);
    WRONG("authorisation", DELIVERY_COUNTER, true, .who = COLLECTOR_APPLICANT, .paper = PROOF_RECEIPT,
          .authorisation = HANDLE);
    WRONG("authorisation.id", DELIVERY_COUNTER, true, .who = COLLECTOR_PROXY, .paper = PROOF_RECEIPT,
          .authorisation = {.id = {{2}}, .sha256 = {7}, .pages = 1});
    WRONG("authorisation.sha256", DELIVERY_COUNTER, true, .who = COLLECTOR_PROXY, .paper = PROOF_RECEIPT,
          .authorisation = {.id = {{1}}, .sha256 = {8}, .pages = 1});
    WRONG("consignment", DELIVERY_COUNTER, true, .who = COLLECTOR_APPLICANT, .paper = PROOF_RECEIPT,
          .consignment = "EE123456785VN");
    FITS(DELIVERY_COUNTER, false, .who = COLLECTOR_NONE);
    WRONG("authorisation", DELIVERY_COUNTER, false, .who = COLLECTOR_PROXY);
}

static void from_afar(void **state)
{
    (void)state;
    FITS(DELIVERY_POST, true, .consignment = "EE123456785VN");
    WRONG("consignment", DELIVERY_POST, true, .who = COLLECTOR_NONE);
    FITS(DELIVERY_POST, false, .who = COLLECTOR_NONE);
    WRONG("consignment", DELIVERY_POST, false, .consignment = "EE123456789VN");
    FITS(DELIVERY_ELECTRONIC, true, .who = COLLECTOR_NONE);
    WRONG("consignment", DELIVERY_ELECTRONIC, true, .consignment = "EE123456785VN");
    for (int way = DELIVERY_POST; way <= DELIVERY_ELECTRONIC; way++) {
        WRONG("who", way, true, .who = COLLECTOR_APPLICANT, .consignment = "EE123456785VN");
        WRONG("paper", way, true, .paper = PROOF_RECEIPT, .consignment = "EE123456785VN");
        WRONG("authorisation", way, true, .authorisation = HANDLE, .consignment = "EE123456785VN");
    }
    WRONG("delivery", DELIVERY_NONE, true, .who = COLLECTOR_NONE);
    WRONG("delivery", DELIVERY_COUNT, true, .who = COLLECTOR_NONE);
}

/* Only what was filed on the portal has a reader there. */
static void it_reaches_somebody(void **state)
{
    (void)state;
    for (int way = DELIVERY_COUNTER; way < DELIVERY_COUNT; way++) {
        struct err e = {0};
        bool reaches = way != DELIVERY_ELECTRONIC;

        assert_int_equal(return_reaches(way, true, &e), ERR_OK);
        assert_int_equal(return_reaches(way, false, &e), reaches ? ERR_OK : ERR_INVALID);
        if (!reaches)
            assert_string_equal(e.field, "delivery");
    }
}

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
        cmocka_unit_test(at_the_counter),
        cmocka_unit_test(from_afar),
        cmocka_unit_test(it_reaches_somebody),
        cmocka_unit_test(check_digits),
        cmocka_unit_test(other_numbers_are_letters_and_digits_of_a_bounded_length),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
