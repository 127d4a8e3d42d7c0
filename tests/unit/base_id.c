/* SPDX-License-Identifier: Apache-2.0 */
/* Ids are UUIDs of version 7 that rise within a process, in every thread and across a fork. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include <pthread.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#include "common/base/id.h"
#include "common/base/instant.h"

static void new_ids_rise_strictly(void **state)
{
    struct id last = id_new();
    for (int i = 0; i < 200000; i++) {
        struct id next = id_new();
        assert_true(id_cmp(last, next) < 0);
        last = next;
    }
}

static void it_is_version_7_with_the_time_in_front(void **state)
{
    int64_t before = instant_real() / INSTANT_MS;
    struct id id = id_new();
    int64_t after = instant_real() / INSTANT_MS;
    int64_t ms = 0;
    for (int i = 0; i < 6; i++)
        ms = ms << 8 | id.b[i];
    assert_true(ms >= before && ms <= after + 1000); /* the ids before this one may have run ahead of the clock */
    assert_int_equal(id.b[6] >> 4, 7);
    assert_int_equal(id.b[8] >> 6, 2);
}

enum { THREADS = 4, EACH = 20000 };

static void *make_many(void *arg)
{
    struct id *ids = arg;
    for (int i = 0; i < EACH; i++)
        ids[i] = id_new();
    return NULL;
}

static int by_bytes(const void *a, const void *b)
{
    return memcmp(a, b, sizeof(struct id));
}

static void threads_never_share_an_id(void **state)
{
    struct id *ids = calloc(THREADS * EACH, sizeof(*ids));
    pthread_t thread[THREADS];
    for (int i = 0; i < THREADS; i++)
        assert_int_equal(pthread_create(&thread[i], NULL, make_many, ids + i * EACH), 0);
    for (int i = 0; i < THREADS; i++)
        assert_int_equal(pthread_join(thread[i], NULL), 0);
    qsort(ids, THREADS * EACH, sizeof(*ids), by_bytes);
    for (int i = 1; i < THREADS * EACH; i++)
        assert_memory_not_equal(ids[i - 1].b + 0, ids[i].b + 0, 8); /* the rising part alone is already unique */
    free(ids);
}

static void a_child_does_not_repeat_the_random_part(void **state)
{
    int ends[2];
    (void)id_new();
    assert_int_equal(pipe(ends), 0);
    pid_t child = fork();
    if (child == 0) {
        struct id id = id_new();
        _exit(write(ends[1], id.b, 16) == 16 ? 0 : 1);
    }
    struct id mine = id_new(), theirs;
    assert_int_equal(read(ends[0], theirs.b, 16), 16);
    assert_int_equal(waitpid(child, NULL, 0), child);
    assert_memory_not_equal(mine.b + 8, theirs.b + 8, 8);
    (void)close(ends[0]);
    (void)close(ends[1]);
}

static void parse_takes_only_the_long_form(void **state)
{
    struct id id;
    assert_true(id_parse("0192f3a4-b5c6-7d7e-8f90-0123456789ab", &id));
    assert_string_equal(id_text(id).s, "0192f3a4-b5c6-7d7e-8f90-0123456789ab");
    assert_true(id_parse("0192F3A4-B5C6-7D7E-8F90-0123456789AB", &id));
    assert_string_equal(id_text(id).s, "0192f3a4-b5c6-7d7e-8f90-0123456789ab");
    static const char *const bad[] = {
        "",
        "0192f3a4-b5c6-7d7e-8f90-0123456789a",
        "0192f3a4-b5c6-7d7e-8f90-0123456789abc",
        "0192f3a4b5c67d7e8f900123456789ab",
        "{192f3a4-b5c6-7d7e-8f90-0123456789a}",
        "0192f3a4-b5c6-7d7e-8f90-0123456789ag",
        "0192f3a4-b5c6-7d7e-8f900-123456789ab",
    };
    struct id kept = id;
    for (size_t i = 0; i < COUNT_OF(bad); i++)
        assert_false(id_parse(bad[i], &id));
    assert_false(id_parse(NULL, &id));
    assert_true(id_eq(kept, id));
}

static void nil_is_nil(void **state)
{
    assert_true(id_is_nil(id_nil));
    assert_false(id_is_nil(id_new()));
    assert_string_equal(id_text(id_nil).s, "00000000-0000-0000-0000-000000000000");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(new_ids_rise_strictly),          cmocka_unit_test(it_is_version_7_with_the_time_in_front),
        cmocka_unit_test(threads_never_share_an_id),      cmocka_unit_test(a_child_does_not_repeat_the_random_part),
        cmocka_unit_test(parse_takes_only_the_long_form), cmocka_unit_test(nil_is_nil),
    };
    return cmocka_run_group_tests_name("base_id", tests, NULL, NULL);
}
