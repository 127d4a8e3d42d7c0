/* SPDX-License-Identifier: Apache-2.0 */
/*
 * A body through io/json, read by every call there is, against jansson: what we take jansson takes too, with the same
 * values; what jansson takes and we refuse, we refuse for one of our own rules.
 */
#include <string.h>

#include "common/io/json.h"
#include "common/io/text.h"
#include "tests/fuzz/lib/fuzz.h"
#include "tests/fuzz/lib/strict.h"

static const char *const words[] = {"counter", "online", "quầy"};

static void read_all(struct arena *a, struct json_in *in, const struct json *o, int depth)
{
    enum json_need need = depth ? JSON_OPTIONAL : JSON_REQUIRED;
    size_t count;

    holds_text(a, json_text(in, o, "text", JSON_OPTIONAL, 0, 100), 0, 100);
    holds_text(a, json_text(in, o, "name", need, 2, 20), 2, 20);
    holds_code(a, json_code(in, o, "code", JSON_OPTIONAL, 12), 12);
    int64_t n = json_int(in, o, "count", JSON_OPTIONAL, -5, 999);
    HOLDS(n >= -5 && n <= 999, "%lld", (long long)n);
    int64_t wide = json_int(in, o, "wide", JSON_OPTIONAL, INT64_MIN, INT64_MAX);
    HOLDS(wide >= -(INT64_C(1) << 53) && wide <= INT64_C(1) << 53, "%lld", (long long)wide);
    (void)json_bool(in, o, "flag", JSON_OPTIONAL);
    (void)json_id(in, o, "id", JSON_OPTIONAL);
    instant t = json_time(in, o, "time", JSON_OPTIONAL);
    HOLDS(t == INSTANT_NONE || instant_text(t).s[0], "a time without text");
    struct bytes b = json_base64(in, o, "base64", JSON_OPTIONAL, 64);
    HOLDS(b.n <= 64 && (b.p || b.n == 0), "%zu bytes", b.n);
    struct bytes x = json_hex(in, o, "hex", JSON_OPTIONAL, 4);
    HOLDS(x.n == 4 || x.n == 0, "%zu bytes", x.n);
    int word = json_word(in, o, "word", JSON_OPTIONAL, words, COUNT_OF(words));
    HOLDS(word >= -1 && word < (int)COUNT_OF(words), "%d", word);
    const char **texts = json_texts(in, o, "texts", JSON_OPTIONAL, 5, 10, &count);
    HOLDS(count <= 5 && (texts || count == 0), "%zu texts", count);
    for (size_t i = 0; i < count; i++)
        holds_text(a, texts[i], 1, 10);
    (void)json_has(o, "anything");
    const struct json *inner = json_object(in, o, "object", JSON_OPTIONAL);
    if (inner)
        read_all(a, in, inner, depth + 1);
    const struct json *list = json_list(in, o, "list", JSON_OPTIONAL, 1, 4);
    HOLDS(json_items(list) <= 4 && !json_item(list, json_items(list)), "a list of %zu", json_items(list));
    for (size_t i = 0; i < json_items(list); i++)
        read_all(a, in, json_item(list, i), depth + 1);
    if (json_has(o, "odd"))
        json_fail(in, o, "odd", "phải là %s", "must be %d"); /* not a format: it is the caller's sentence */
}

/* same looks at single values with the other's eyes. */
static void same(struct arena *a, struct json_in *in, const struct strict *theirs)
{
    size_t n;
    int64_t whole;
    const char *raw = strict_text(theirs, "text", &n);
    const char *ours = json_text(in, json_root(in), "text", JSON_OPTIONAL, 0, SIZE_MAX);
    const char *nfc = raw ? text_nfc(a, raw, n) : NULL;
    HOLDS(!ours == !nfc && (!ours || strcmp(ours, nfc) == 0), "%s is not %s", ours ? ours : "-", nfc ? nfc : "-");
    bool is_whole = strict_whole(theirs, "wide", &whole);
    int64_t mine = json_int(in, json_root(in), "wide", JSON_OPTIONAL, INT64_MIN, INT64_MAX);
    HOLDS(mine == (is_whole ? whole : 0), "%lld is not %lld", (long long)mine, (long long)whole);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct arena *a = arena_new((size_t)8 << 20);
    struct json_in *in = NULL;
    struct err e = {0};
    struct strict *theirs = strict_read(data, size);
    enum err_code rc = json_read(a, data, size, &in, &e);

    if (rc) {
        HOLDS(rc == ERR_MALFORMED || rc == ERR_INVALID || rc == ERR_TOO_LARGE, "%s", err_row(rc)->symbol);
        holds_refusal(&e, rc, false);
    } else {
        HOLDS(theirs && strict_is_object(theirs), "taken, and jansson refuses it");
        same(a, in, theirs);
        rc = json_read(a, data, size, &in, &e);
        HOLDS(rc == ERR_OK, "read twice, refused the second time");
        read_all(a, in, json_root(in), 0);
        rc = json_done(in, &e);
        bool nameless = memmem(data, size, "\"\"", 2) || memmem(data, size, "u0", 2);
        if (rc)
            holds_refusal(&e, rc, rc == ERR_INVALID && !nameless);
    }
    strict_free(theirs);
    arena_free(a);
    return 0;
}
