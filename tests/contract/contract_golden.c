/* SPDX-License-Identifier: Apache-2.0 */
/* The golden bytes of every event: made by protoc, kept for ever, read by this release and written again bit for bit.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include <dirent.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "common/flow/event.h"
#include "taicho/v1/lifecycle.pb-c.h"

#define FOLDER "tests/contract/golden"

struct golden {
    char name[80];
    uint8_t bytes[4096];
    size_t n;
};

static struct golden files[256];
static size_t count;
static struct arena *a;

static void read_file(struct golden *g)
{
    char path[256];
    (void)snprintf(path, sizeof(path), FOLDER "/%s.bin", g->name);
    FILE *f = fopen(path, "rb");
    assert_non_null(f);
    g->n = fread(g->bytes, 1, sizeof(g->bytes), f);
    assert_true(g->n > 0 && g->n < sizeof(g->bytes));
    fclose(f);
}

static int setup(void **state)
{
    DIR *d = opendir(FOLDER);
    a = arena_new((size_t)8 << 20);
    if (!d)
        return -1;
    for (struct dirent *e; (e = readdir(d));) {
        size_t n = strlen(e->d_name);
        if (n < 5 || n >= sizeof(files[0].name) || strcmp(e->d_name + n - 4, ".bin") != 0)
            continue;
        struct golden *g = &files[count++];
        memcpy(g->name, e->d_name, n - 4);
        read_file(g);
    }
    closedir(d);
    return 0;
}

static int teardown(void **state)
{
    arena_free(a);
    return 0;
}

/* The type that a file's name begins with: "Received" of "Received-bare". */
static size_t type_length(const struct golden *g)
{
    return strcspn(g->name, "-");
}

static void every_type_of_this_release_has_golden_bytes(void **state)
{
    for (const char *const *t = event_types(); *t; t++) {
        bool found = false;
        for (size_t i = 0; i < count; i++)
            found |= strlen(*t) == type_length(&files[i]) && memcmp(*t, files[i].name, strlen(*t)) == 0;
        if (!found)
            fail_msg("%s has no file in " FOLDER, *t);
    }
}

static void golden_bytes_still_decode_to_their_type(void **state)
{
    for (size_t i = 0; i < count; i++) {
        struct event e;
        const Taicho__V1__LifecycleEvent *m;
        struct err err = {0};
        if (event_read((struct bytes){files[i].bytes, files[i].n}, a, &e, &m, &err))
            fail_msg("%s: %s", files[i].name, err.en);
        if (strlen(e.type) != type_length(&files[i]) || memcmp(e.type, files[i].name, strlen(e.type)) != 0)
            fail_msg("%s is read as %s", files[i].name, e.type);
        assert_true(e.version >= 1 && !id_is_nil(e.id) && !id_is_nil(e.subject));
    }
}

static void what_was_read_is_written_bit_for_bit(void **state)
{
    for (size_t i = 0; i < count; i++) {
        struct event e;
        const Taicho__V1__LifecycleEvent *m;
        struct err err = {0};
        assert_int_equal(event_read((struct bytes){files[i].bytes, files[i].n}, a, &e, &m, &err), ERR_OK);
        /* Only the body of the message is taken over: the envelope has to come from the plain data. */
        Taicho__V1__LifecycleEvent body = TAICHO__V1__LIFECYCLE_EVENT__INIT;
        body.body_case = m->body_case;
        body.received = m->received;
        struct bytes again = event_pack(&e, &body, a);
        if (again.n != files[i].n || memcmp(again.p, files[i].bytes, again.n) != 0)
            fail_msg("%s is written otherwise: %zu bytes, not %zu", files[i].name, again.n, files[i].n);
    }
}

static void golden_bytes_that_were_cut_never_crash_the_reader(void **state)
{
    for (size_t i = 0; i < count; i++) {
        for (size_t n = 0; n < files[i].n; n++) {
            struct arena *b = arena_new((size_t)1 << 20);
            uint8_t *cut = malloc(n + 1); /* of exactly that size, so that ASan sees every byte too many */
            struct event e;
            const Taicho__V1__LifecycleEvent *m;
            struct err err = {0};
            assert_non_null(cut);
            memcpy(cut, files[i].bytes, n);
            cut = realloc(cut, n ? n : 1);
            (void)!event_read((struct bytes){cut, n}, b, &e, &m, &err);
            free(cut);
            arena_free(b);
        }
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(every_type_of_this_release_has_golden_bytes),
        cmocka_unit_test(golden_bytes_still_decode_to_their_type),
        cmocka_unit_test(what_was_read_is_written_bit_for_bit),
        cmocka_unit_test(golden_bytes_that_were_cut_never_crash_the_reader),
    };
    return cmocka_run_group_tests(tests, setup, teardown);
}
