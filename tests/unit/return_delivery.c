/* SPDX-License-Identifier: Apache-2.0 */
/* What belongs to which way of delivery, field by field. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include <string.h>

#include "services/return/delivery.h"

static struct err err;

static const char *field_of(int delivery, bool result, struct return_handing h)
{
    struct paper known[] = {
        {.handle = {.id = {{1}}, .sha256 = {7}, .pages = 1}, .kind = DOCUMENT_AUTHORISATION},
        {.handle = {.id = {{3}}, .sha256 = {9}, .pages = 1}, .kind = DOCUMENT_COLLECTOR},
    };
    struct papers filed = {.items = known, .count = 2};

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

#define RECORD                                                                                                         \
    {                                                                                                                  \
        .id = {{3}}, .sha256 = {9}, .pages = 1                                                                         \
    }

/* Who comes in the applicant's place is known by name, of whatever it is; who comes himself may be. */
static void who_came_is_known(void **state)
{
    (void)state;
    for (int result = 0; result <= 1; result++) {
        FITS(DELIVERY_COUNTER, result, .who = COLLECTOR_PROXY, .paper = PROOF_RECEIPT, .authorisation = HANDLE,
             .collector = RECORD);
        FITS(DELIVERY_COUNTER, result, .who = COLLECTOR_APPLICANT, .paper = PROOF_RECEIPT, .collector = RECORD);
        WRONG("collector", DELIVERY_COUNTER, result, .who = COLLECTOR_PROXY, .paper = PROOF_RECEIPT,
              .authorisation = HANDLE);
        WRONG("who", DELIVERY_COUNTER, result, .paper = PROOF_RECEIPT, .collector = RECORD);
        WRONG("collector.id", DELIVERY_COUNTER, result, .who = COLLECTOR_PROXY, .paper = PROOF_RECEIPT,
              .authorisation = HANDLE, .collector = HANDLE);
        WRONG("authorisation.id", DELIVERY_COUNTER, result, .who = COLLECTOR_PROXY, .paper = PROOF_RECEIPT,
              .authorisation = RECORD, .collector = RECORD);
        WRONG("collector.id", DELIVERY_COUNTER, result, .who = COLLECTOR_APPLICANT, .paper = PROOF_RECEIPT,
              .collector = {.id = {{2}}, .sha256 = {9}, .pages = 1});
        WRONG("collector.sha256", DELIVERY_COUNTER, result, .who = COLLECTOR_APPLICANT, .paper = PROOF_RECEIPT,
              .collector = {.id = {{3}}, .sha256 = {8}, .pages = 1});
        WRONG("collector", DELIVERY_POST, result, .collector = RECORD, .consignment = "EE123456785VN");
        WRONG("collector", DELIVERY_ELECTRONIC, result, .collector = RECORD);
    }
}

static void at_the_counter(void **state)
{
    (void)state;
    FITS(DELIVERY_COUNTER, true, .who = COLLECTOR_APPLICANT, .paper = PROOF_RECEIPT);
    FITS(DELIVERY_COUNTER, true, .who = COLLECTOR_APPLICANT, .paper = PROOF_PASSPORT);
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

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(at_the_counter),
        cmocka_unit_test(who_came_is_known),
        cmocka_unit_test(from_afar),
        cmocka_unit_test(it_reaches_somebody),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
