/* SPDX-License-Identifier: Apache-2.0 */
/* The hash is the one of Kafka clients: the values are from Apache Kafka, UtilsTest.testMurmur2. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include <string.h>

#include "common/base/hash.h"

static const struct {
    const char *key;
    int32_t hash;
} known[] = {
    {"21", -973932308},
    {"foobar", -790332482},
    {"a-little-bit-long-string", -985981536},
    {"a-little-bit-longer-string", -1486304829},
    {"lkjh234lh9fiuh90y23oiuhsafujhadof229phr9h19h89h8", -58897971},
    {"abc", 479470107},
};

static void hash_is_the_one_of_the_java_client(void **state)
{
    for (size_t i = 0; i < sizeof(known) / sizeof(known[0]); i++)
        assert_int_equal((int32_t)hash_murmur2(known[i].key, strlen(known[i].key)), known[i].hash);
}

static void partition_is_never_negative(void **state)
{
    assert_int_equal(hash_partition("21", 2, 12), (-973932308 & 0x7fffffff) % 12);
    assert_int_equal(hash_partition("abc", 3, 12), 479470107 % 12);
    for (size_t i = 0; i < sizeof(known) / sizeof(known[0]); i++)
        assert_in_range(hash_partition(known[i].key, strlen(known[i].key), 7), 0, 6);
    assert_in_range(hash_partition("", 0, 3), 0, 2);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(hash_is_the_one_of_the_java_client),
        cmocka_unit_test(partition_is_never_negative),
    };
    return cmocka_run_group_tests_name("base_hash", tests, NULL, NULL);
}
