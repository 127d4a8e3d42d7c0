/* SPDX-License-Identifier: Apache-2.0 */
/* Strict JSON: what cJSON alone would let through is refused, and an error names the field where it lies. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <cmocka.h>

#include <cjson/cJSON.h>
#include <errno.h>

#include "common/io/json.h"

static struct arena *arena;

static int set_up(void **state)
{
    arena = arena_new((size_t)16 << 20);
    return 0;
}

static int tear_down(void **state)
{
    arena_free(arena);
    return 0;
}

/* The bytes are put at the end of a heap block, so that ASan sees a step beyond them. */
static enum err_code read_bytes(const char *p, size_t n, struct json_in **ret, struct err *e)
{
    char *copy = malloc(n ? n : 1);
    memcpy(copy, p, n);
    *e = (struct err){0};
    enum err_code rc = json_read(arena, copy, n, ret, e);
    free(copy);
    return rc;
}

#define REFUSED(code_, field_, literal)                                                                                \
    do {                                                                                                               \
        struct json_in *in_ = NULL;                                                                                    \
        struct err e_;                                                                                                 \
        assert_int_equal(read_bytes(literal, sizeof(literal) - 1, &in_, &e_), code_);                                  \
        assert_null(in_);                                                                                              \
        assert_string_equal(e_.field, field_);                                                                         \
        assert_true(e_.vi[0] && e_.en[0]);                                                                             \
    } while (0)

static struct json_in *good(const char *text)
{
    struct json_in *in = NULL;
    struct err e;
    enum err_code rc = read_bytes(text, strlen(text), &in, &e);
    if (rc)
        print_error("%s: %s\n", text, e.en);
    assert_int_equal(rc, ERR_OK);
    return in;
}

static void fails(struct json_in *in, const char *field)
{
    struct err e = {0};
    assert_int_equal(json_done(in, &e), ERR_INVALID);
    assert_string_equal(e.field, field);
    assert_true(e.vi[0] && e.en[0]);
}

static void passes(struct json_in *in)
{
    struct err e = {0};
    enum err_code rc = json_done(in, &e);
    if (rc)
        print_error("%s: %s\n", e.field, e.en);
    assert_int_equal(rc, ERR_OK);
}

static void syntax(void **state)
{
    REFUSED(ERR_MALFORMED, "", "");
    REFUSED(ERR_MALFORMED, "", "   ");
    REFUSED(ERR_MALFORMED, "", "{");
    REFUSED(ERR_MALFORMED, "a", "{\"a\":");
    REFUSED(ERR_MALFORMED, "a", "{\"a\":1,}");
    REFUSED(ERR_MALFORMED, "a[1]", "{\"a\":[1,]}");
    REFUSED(ERR_MALFORMED, "a", "{\"a\" 1}");
    REFUSED(ERR_MALFORMED, "", "{'a':1}");
    REFUSED(ERR_MALFORMED, "", "{a:1}");
    REFUSED(ERR_MALFORMED, "a", "{\"a\":tru}");
    REFUSED(ERR_MALFORMED, "a", "{\"a\":NaN}");
    REFUSED(ERR_MALFORMED, "a", "{\"a\":\"\n\"}");
    REFUSED(ERR_MALFORMED, "a", "{\"a\":\"\\x\"}");
    REFUSED(ERR_MALFORMED, "", "\xEF\xBB\xBF{}"); /* byte order mark */
    REFUSED(ERR_MALFORMED, "", "{} x");
    REFUSED(ERR_MALFORMED, "", "{}{}");
    REFUSED(ERR_MALFORMED, "", "{}\0");
    REFUSED(ERR_INVALID, "", "[]");
    REFUSED(ERR_INVALID, "", "null");
    REFUSED(ERR_INVALID, "", "\"a\"");
    passes(good(" \t\r\n{} \n"));
}

static void nul_is_refused(void **state)
{
    REFUSED(ERR_MALFORMED, "name", "{\"name\":\"a\0b\"}");
    REFUSED(ERR_MALFORMED, "name", "{\"name\":\"a\\u0000b\"}");
    REFUSED(ERR_MALFORMED, "", "{\"na\\u0000me\":1}");
}

static void text_must_be_utf8(void **state)
{
    REFUSED(ERR_MALFORMED, "applicant.name", "{\"applicant\":{\"name\":\"\xFF\"}}");
    REFUSED(ERR_MALFORMED, "n", "{\"n\":\"\xC0\xAF\"}");
    REFUSED(ERR_MALFORMED, "n", "{\"n\":\"\xED\xA0\x80\"}");
    REFUSED(ERR_MALFORMED, "n", "{\"n\":\"\xE1\xBB\"}");
    REFUSED(ERR_MALFORMED, "n", "{\"n\":\"\\uD800\"}");
    REFUSED(ERR_MALFORMED, "n", "{\"n\":\"\\uDC00\"}");
    REFUSED(ERR_MALFORMED, "n", "{\"n\":\"\\uD800\\u0041\"}");
    REFUSED(ERR_MALFORMED, "n", "{\"n\":\"\\uD83Dx\"}");
    REFUSED(ERR_MALFORMED, "n", "{\"n\":\"\\u12\"}");
    struct json_in *in = good("{\"n\":\"\\uD83D\\uDE00 Nguye\xCC\x82\xCC\x83n \\u1ED7\"}");
    assert_string_equal(json_text(in, json_root(in), "n", JSON_REQUIRED, 10, 10), "\xF0\x9F\x98\x80 Nguyễn ỗ");
    passes(in);
}

static void duplicate_keys_are_refused(void **state)
{
    REFUSED(ERR_MALFORMED, "a", "{\"a\":1,\"a\":1}");
    REFUSED(ERR_MALFORMED, "x.list[1].a", "{\"x\":{\"list\":[{},{\"a\":1,\"b\":2,\"\\u0061\":3}]}}");
    REFUSED(ERR_MALFORMED, "k3",
            "{\"k0\":0,\"k1\":0,\"k2\":0,\"k3\":0,\"k4\":0,\"k5\":0,\"k6\":0,\"k7\":0,\"k8\":0,\"k9\":0,\"k3\":0}");
    passes(good("{}"));
    struct json_in *in = good("{\"a\":1,\"A\":2}");
    assert_int_equal(json_int(in, json_root(in), "A", JSON_REQUIRED, 0, 9), 2);
    assert_int_equal(json_int(in, json_root(in), "a", JSON_REQUIRED, 0, 9), 1);
    passes(in);
}

static void depth_is_bounded(void **state)
{
    char text[200];
    struct json_in *in = NULL;
    struct err e;
    for (size_t depth = 32; depth <= 33; depth++) {
        size_t n = 0;
        n += (size_t)snprintf(text, sizeof(text), "{\"a\":");
        for (size_t i = 1; i < depth; i++)
            text[n++] = '[';
        for (size_t i = 1; i < depth; i++)
            text[n++] = ']';
        text[n++] = '}';
        assert_int_equal(read_bytes(text, n, &in, &e), depth == 32 ? ERR_OK : ERR_MALFORMED);
    }
    char *deep = malloc(1000000);
    memset(deep, '[', 1000000);
    assert_int_equal(read_bytes(deep, 1000000, &in, &e), ERR_MALFORMED);
    for (size_t i = 0; i < 1000000; i++)
        deep[i] = i == 0 ? '[' : i % 2 ? '1' : ',';
    assert_int_equal(read_bytes(deep, 1000000, &in, &e), ERR_TOO_LARGE);
    free(deep);
}

static void numbers_keep_their_value(void **state)
{
    REFUSED(ERR_INVALID, "n", "{\"n\":1e400}");
    REFUSED(ERR_INVALID, "n", "{\"n\":-1e400}");
    REFUSED(ERR_INVALID, "n", "{\"n\":1e-400}");
    REFUSED(ERR_INVALID, "n", "{\"n\":9007199254740993}");
    REFUSED(ERR_INVALID, "n", "{\"n\":99999999999999999999}");
    REFUSED(ERR_INVALID, "n", "{\"n\":0.12345678901234567}");
    REFUSED(ERR_MALFORMED, "n", "{\"n\":01}");
    REFUSED(ERR_MALFORMED, "n", "{\"n\":1.}");
    REFUSED(ERR_MALFORMED, "n", "{\"n\":.5}");
    REFUSED(ERR_MALFORMED, "n", "{\"n\":+1}");
    REFUSED(ERR_MALFORMED, "n", "{\"n\":-}");
    REFUSED(ERR_MALFORMED, "n", "{\"n\":1e}");
    REFUSED(ERR_MALFORMED, "n", "{\"n\":0x10}");

    struct json_in *in = good("{\"a\":9007199254740992,\"b\":-9007199254740992,\"c\":1.0,\"d\":1.2e1,\"e\":-0}");
    const struct json *o = json_root(in);
    assert_true(json_int(in, o, "a", JSON_REQUIRED, 0, INT64_MAX) == INT64_C(9007199254740992));
    assert_true(json_int(in, o, "b", JSON_REQUIRED, INT64_MIN, 0) == -INT64_C(9007199254740992));
    assert_int_equal(json_int(in, o, "c", JSON_REQUIRED, 0, 9), 1);
    assert_int_equal(json_int(in, o, "d", JSON_REQUIRED, 0, 99), 12);
    assert_int_equal(json_int(in, o, "e", JSON_REQUIRED, 0, 9), 0);
    passes(in);

    in = good("{\"n\":1.5}");
    assert_int_equal(json_int(in, json_root(in), "n", JSON_REQUIRED, 0, 9), 0);
    fails(in, "n");
    in = good("{\"n\":10}");
    (void)json_int(in, json_root(in), "n", JSON_REQUIRED, 0, 9);
    fails(in, "n");
    in = good("{\"n\":\"1\"}");
    (void)json_int(in, json_root(in), "n", JSON_REQUIRED, 0, 9);
    fails(in, "n");
}

static void missing_and_mistyped_fields_are_named(void **state)
{
    struct json_in *in = good("{\"applicant\":{}}");
    const struct json *applicant = json_object(in, json_root(in), "applicant", JSON_REQUIRED);
    assert_null(json_text(in, applicant, "identity_number", JSON_REQUIRED, 1, 20));
    assert_null(json_text(in, applicant, "name", JSON_REQUIRED, 1, 20)); /* the first one is kept */
    fails(in, "applicant.identity_number");

    in = good("{\"components\":[{\"name\":\"a\"},{\"name\":\"b\"},{\"name\":7}]}");
    const struct json *list = json_list(in, json_root(in), "components", JSON_REQUIRED, 1, 3);
    assert_int_equal(json_items(list), 3);
    for (size_t i = 0; i < 3; i++)
        (void)json_text(in, json_item(list, i), "name", JSON_REQUIRED, 1, 9);
    fails(in, "components[2].name");

    in = good("{\"components\":[{},7]}");
    assert_null(json_list(in, json_root(in), "components", JSON_REQUIRED, 0, 3));
    fails(in, "components[1]");
    in = good("{\"components\":[]}");
    assert_null(json_list(in, json_root(in), "components", JSON_REQUIRED, 1, 3));
    fails(in, "components");

    in = good("{\"a\":null,\"b\":null}");
    assert_false(json_has(json_root(in), "a"));
    assert_null(json_text(in, json_root(in), "a", JSON_OPTIONAL, 1, 5));
    assert_null(json_text(in, json_root(in), "b", JSON_REQUIRED, 1, 5));
    fails(in, "b");

    /* An optional object that is not there misses nothing. */
    in = good("{}");
    const struct json *none = json_object(in, json_root(in), "agent", JSON_OPTIONAL);
    assert_null(none);
    assert_null(json_text(in, none, "name", JSON_REQUIRED, 1, 5));
    assert_true(json_time(in, none, "at", JSON_REQUIRED) == INSTANT_NONE);
    assert_null(json_item(json_list(in, none, "x", JSON_REQUIRED, 1, 2), 0));
    passes(in);
}

static void fields_that_nobody_asked_for_are_refused(void **state)
{
    struct json_in *in = good("{\"a\":{\"b\":1,\"c\":2}}");
    (void)json_int(in, json_object(in, json_root(in), "a", JSON_REQUIRED), "b", JSON_REQUIRED, 0, 9);
    fails(in, "a.c");
    in = good("{\"list\":[{\"x\":1},{\"x\":1,\"y\":1}]}");
    const struct json *list = json_list(in, json_root(in), "list", JSON_REQUIRED, 0, 9);
    for (size_t i = 0; i < json_items(list); i++)
        (void)json_int(in, json_item(list, i), "x", JSON_REQUIRED, 0, 9);
    fails(in, "list[1].y");
    in = good("{\"nope\":null}");
    fails(in, "nope");
}

static void texts_and_codes(void **state)
{
    struct json_in *in = good("{\"name\":\"Nguyễn\"}");
    assert_null(json_text(in, json_root(in), "name", JSON_REQUIRED, 1, 5));
    fails(in, "name");
    in = good("{\"name\":\"\"}");
    assert_null(json_text(in, json_root(in), "name", JSON_REQUIRED, 1, 5));
    fails(in, "name");
    in = good("{\"name\":\"a\\u001Bb\"}");
    assert_null(json_text(in, json_root(in), "name", JSON_REQUIRED, 1, 5));
    fails(in, "name");
    in = good("{\"code\":\"H11.35-21/a_B\",\"bad\":\"Đ1\"}");
    assert_string_equal(json_code(in, json_root(in), "code", JSON_REQUIRED, 20), "H11.35-21/a_B");
    assert_null(json_code(in, json_root(in), "bad", JSON_REQUIRED, 20));
    fails(in, "bad");

    size_t n = 9;
    in = good("{\"t\":[\"a\",\"Nguye\xCC\x82\xCC\x83n\"]}");
    const char **texts = json_texts(in, json_root(in), "t", JSON_REQUIRED, 2, 6, &n);
    assert_int_equal(n, 2);
    assert_string_equal(texts[1], "Nguyễn");
    passes(in);
    in = good("{\"t\":[\"a\",\"too long\"]}");
    assert_null(json_texts(in, json_root(in), "t", JSON_REQUIRED, 2, 6, &n));
    assert_int_equal(n, 0);
    fails(in, "t[1]");
    in = good("{\"t\":[\"a\",{}]}");
    assert_null(json_texts(in, json_root(in), "t", JSON_REQUIRED, 2, 6, &n));
    fails(in, "t[1]");
}

static void words_ids_times_and_switches(void **state)
{
    static const char *const words[] = {"paper", "online"};
    struct json_in *in = good("{\"w\":\"online\",\"id\":\"018F6B2E-0000-7000-8000-000000000001\","
                              "\"at\":\"2019-10-01T07:30:00+07:00\",\"yes\":true}");
    const struct json *o = json_root(in);
    assert_int_equal(json_word(in, o, "w", JSON_REQUIRED, words, 2), 1);
    assert_string_equal(id_text(json_id(in, o, "id", JSON_REQUIRED)).s, "018f6b2e-0000-7000-8000-000000000001");
    assert_true(json_time(in, o, "at", JSON_REQUIRED) == INT64_C(1569889800) * INSTANT_SECOND);
    assert_true(json_bool(in, o, "yes", JSON_REQUIRED));
    assert_int_equal(json_word(in, o, "none", JSON_OPTIONAL, words, 2), -1);
    passes(in);

    static const char *const bad[] = {"{\"x\":\"fax\"}", "{\"x\":1}", "{\"x\":[]}", "{\"x\":\"\"}"};
    for (size_t i = 0; i < COUNT_OF(bad); i++) {
        in = good(bad[i]);
        (void)json_word(in, json_root(in), "x", JSON_REQUIRED, words, 2);
        fails(in, "x");
        in = good(bad[i]);
        assert_true(id_is_nil(json_id(in, json_root(in), "x", JSON_REQUIRED)));
        fails(in, "x");
        in = good(bad[i]);
        assert_true(json_time(in, json_root(in), "x", JSON_REQUIRED) == INSTANT_NONE);
        fails(in, "x");
        in = good(bad[i]);
        assert_false(json_bool(in, json_root(in), "x", JSON_REQUIRED));
        fails(in, "x");
    }
}

static void bytes_as_text(void **state)
{
    struct json_in *in = good("{\"a\":\"aGVsbG8=\",\"b\":\"\",\"c\":\"aGVsbG8h\",\"h\":\"00fFa0\"}");
    const struct json *o = json_root(in);
    struct bytes a = json_base64(in, o, "a", JSON_REQUIRED, 5);
    assert_int_equal(a.n, 5);
    assert_memory_equal(a.p, "hello", 5);
    assert_int_equal(json_base64(in, o, "b", JSON_REQUIRED, 5).n, 0);
    assert_int_equal(json_base64(in, o, "c", JSON_REQUIRED, 6).n, 6);
    struct bytes h = json_hex(in, o, "h", JSON_REQUIRED, 3);
    assert_memory_equal(h.p, "\x00\xFF\xA0", 3);
    passes(in);

    static const char *const bad[] = {
        "aGVsbG8", "aGVsbG9=", "aGV=bG8=", "aGVs bG8=", "aGVsb-8=", "====", "aGVsbG8haGVs", "aÉÉ="};
    for (size_t i = 0; i < COUNT_OF(bad); i++) {
        char text[64];
        (void)snprintf(text, sizeof(text), "{\"x\":\"%s\"}", bad[i]);
        in = good(text);
        assert_int_equal(json_base64(in, json_root(in), "x", JSON_REQUIRED, 5).n, 0);
        fails(in, "x");
    }
    static const char *const bad_hex[] = {"00", "000000ff", "00000g", "0000\xC3\xA9"};
    for (size_t i = 0; i < COUNT_OF(bad_hex); i++) {
        char text[64];
        (void)snprintf(text, sizeof(text), "{\"x\":\"%s\"}", bad_hex[i]);
        in = good(text);
        assert_int_equal(json_hex(in, json_root(in), "x", JSON_REQUIRED, 3).n, 0);
        fails(in, "x");
    }
}

static void a_caller_may_refuse_a_field(void **state)
{
    struct json_in *in = good("{\"a\":{\"b\":1}}");
    const struct json *a = json_object(in, json_root(in), "a", JSON_REQUIRED);
    (void)json_int(in, a, "b", JSON_REQUIRED, 0, 9);
    json_fail(in, a, "b", "không 100% đúng", "not 100% right");
    struct err e = {0};
    assert_int_equal(json_done(in, &e), ERR_INVALID);
    assert_string_equal(e.field, "a.b");
    assert_string_equal(e.vi, "không 100% đúng");
    assert_string_equal(e.en, "not 100% right");
}

#define TEST(f) cmocka_unit_test_setup_teardown(f, set_up, tear_down)

static void *no_memory(size_t size)
{
    (void)size;
    errno = ENOMEM;
    return NULL;
}

/* It is not the client's fault, and he may send the same again. */
static void want_of_memory_is_no_bad_json(void **state)
{
    static const char text[] = "{\"a\": 1}";
    cJSON_Hooks none = {.malloc_fn = no_memory, .free_fn = free};
    struct json_in *in;
    struct err e = {0};

    (void)state;
    cJSON_InitHooks(&none);
    enum err_code rc = json_read(arena, text, sizeof text - 1, &in, &e);
    cJSON_InitHooks(NULL);
    assert_int_equal(rc, ERR_UNAVAILABLE);
    assert_true(e.vi[0] && e.en[0]);
    assert_int_equal(json_read(arena, text, sizeof text - 1, &in, &e), ERR_OK);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        TEST(syntax),
        TEST(want_of_memory_is_no_bad_json),
        TEST(nul_is_refused),
        TEST(text_must_be_utf8),
        TEST(duplicate_keys_are_refused),
        TEST(depth_is_bounded),
        TEST(numbers_keep_their_value),
        TEST(missing_and_mistyped_fields_are_named),
        TEST(fields_that_nobody_asked_for_are_refused),
        TEST(texts_and_codes),
        TEST(words_ids_times_and_switches),
        TEST(bytes_as_text),
        TEST(a_caller_may_refuse_a_field),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
