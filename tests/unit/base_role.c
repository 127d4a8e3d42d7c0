/* SPDX-License-Identifier: Apache-2.0 */
/* Roles are distinct bits with distinct names. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include "common/base/role.h"

static void each_name_gives_its_bit(void **state)
{
    for (int r = 0; r < ROLE_COUNT; r++)
        assert_int_equal(role_parse(role_name((enum role)r)), UINT32_C(1) << r);
    assert_int_equal(role_parse("receiver"), ROLE_BIT(RECEIVER));
    assert_int_equal(role_parse("dashboard"), ROLE_BIT(DASHBOARD));
    assert_int_equal(role_parse("portal"), ROLE_BIT(PORTAL));
    assert_int_equal(role_parse("device"), ROLE_BIT(DEVICE));
}

static void an_unknown_name_gives_no_right(void **state)
{
    assert_int_equal(role_parse(""), 0);
    assert_int_equal(role_parse("Receiver"), 0);
    assert_int_equal(role_parse(NULL), 0);
    assert_string_equal(role_name(ROLE_COUNT), "");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(each_name_gives_its_bit),
        cmocka_unit_test(an_unknown_name_gives_no_right),
    };
    return cmocka_run_group_tests_name("base_role", tests, NULL, NULL);
}
