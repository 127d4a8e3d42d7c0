/* SPDX-License-Identifier: Apache-2.0 */
/*
 * json_scan looks first, cJSON parses, and the tree is copied into the arena at once: cJSON's hooks are the process's,
 * so its own tree cannot live there. In the copy every value knows its parent, hence its path, and whether it was read.
 */
#include "common/io/json.h"

#include <cjson/cJSON.h>
#include <errno.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "common/base/cleanup.h"
#include "common/io/json_private.h"
#include "common/io/text.h"

#define FEW_KEYS 8 /* up to here comparing each with each is the cheapest way to find a duplicate */

enum kind { KIND_NULL, KIND_BOOL, KIND_NUMBER, KIND_TEXT, KIND_LIST, KIND_OBJECT };

struct json {
    const struct json *parent;
    const char *key; /* NULL for the root and for items */
    size_t index;    /* among its siblings */
    enum kind kind;
    bool truth;
    bool read; /* a route asked for it; the one thing that changes after json_read */
    double number;
    const char *text;
    struct json *items; /* members or items */
    size_t count;
};

struct json_in {
    struct arena *arena;
    struct json *root;
    struct err err; /* the first one */
};

static void free_tree(cJSON **tree)
{
    cJSON_Delete(*tree);
}

static int by_key(const void *a, const void *b)
{
    return strcmp(*(const char *const *)a, *(const char *const *)b);
}

/* duplicate gives a key that an object has twice, NULL when there is none. */
static const char *duplicate(struct arena *a, const struct json *o)
{
    if (o->count <= FEW_KEYS) {
        for (size_t i = 0; i < o->count; i++)
            for (size_t k = 0; k < i; k++)
                if (strcmp(o->items[i].key, o->items[k].key) == 0)
                    return o->items[i].key;
        return NULL;
    }
    const char **keys = ARENA_ARRAY(a, o->count, const char *);
    for (size_t i = 0; i < o->count; i++)
        keys[i] = o->items[i].key;
    qsort(keys, o->count, sizeof(*keys), by_key);
    for (size_t i = 1; i < o->count; i++)
        if (strcmp(keys[i - 1], keys[i]) == 0)
            return keys[i];
    return NULL;
}

/* path gives "components[2].name" for a field of o; name may be NULL for o itself. */
static const char *path(struct arena *a, const struct json *o, const char *name)
{
    const char *p = name ? name : "";
    for (; o && o->parent; o = o->parent) {
        const char *dot = *p && *p != '[' ? "." : "";
        p = o->key ? arena_printf(a, "%s%s%s", o->key, dot, p) : arena_printf(a, "[%zu]%s%s", o->index, dot, p);
    }
    return p;
}

/* copy brings a value of cJSON's tree into the arena; its depth is bounded by json_scan. */
static enum err_code copy(struct arena *a, const cJSON *from, struct json *to, struct err *reterr)
{
    if (arena_overflown(a))
        return err_say(reterr, ERR_TOO_LARGE, NULL, "nội dung JSON quá lớn", "the JSON text is too large");
    if (cJSON_IsString(from)) {
        to->kind = KIND_TEXT;
        to->text = arena_strdup(a, from->valuestring);
    } else if (cJSON_IsNumber(from)) {
        to->kind = KIND_NUMBER;
        to->number = from->valuedouble;
    } else if (cJSON_IsBool(from)) {
        to->kind = KIND_BOOL;
        to->truth = cJSON_IsTrue(from);
    } else if (cJSON_IsObject(from) || cJSON_IsArray(from)) {
        to->kind = cJSON_IsObject(from) ? KIND_OBJECT : KIND_LIST;
        to->count = (size_t)cJSON_GetArraySize(from);
        to->items = ARENA_ARRAY(a, to->count, struct json);
        size_t i = 0;
        for (const cJSON *item = from->child; item; item = item->next, i++) {
            struct json *child = &to->items[i];
            child->parent = to;
            child->index = i;
            child->key = to->kind == KIND_OBJECT ? arena_strdup(a, item->string) : NULL;
            enum err_code rc = copy(a, item, child, reterr);
            if (rc)
                return rc;
        }
        const char *twice = to->kind == KIND_OBJECT ? duplicate(a, to) : NULL;
        if (twice)
            return err_say(reterr, ERR_MALFORMED, path(a, to, twice), "trường \"%s\" có hai lần",
                           "field \"%s\" is given twice", twice);
    }
    return ERR_OK;
}

enum err_code json_read(struct arena *a, const void *text, size_t n, struct json_in **ret, struct err *reterr)
{
    enum err_code rc = json_scan(text, n, reterr);
    if (rc)
        return rc;
    errno = 0;
    CLEANUP(free_tree) cJSON *tree = cJSON_ParseWithLength(text, n);
    if (!tree && errno == ENOMEM) /* the library says no more than that it has no tree */
        return err_say(reterr, ERR_UNAVAILABLE, NULL, "tạm thời thiếu bộ nhớ", "out of memory for the moment");
    if (!tree)
        return err_say(reterr, ERR_MALFORMED, NULL, "JSON sai cú pháp", "this is not JSON");
    if (!cJSON_IsObject(tree))
        return err_say(reterr, ERR_INVALID, NULL, "nội dung phải là một đối tượng JSON", "the body must be an object");
    struct json_in *in = ARENA_NEW(a, struct json_in);
    in->arena = a;
    in->root = ARENA_NEW(a, struct json);
    in->root->read = true;
    rc = copy(a, tree, in->root, reterr);
    if (rc)
        return rc;
    *ret = in;
    return ERR_OK;
}

struct arena *json_arena(struct json_in *in)
{
    return in->arena;
}

const struct json *json_root(struct json_in *in)
{
    return in->root;
}

/* ---- errors */

/* FAIL notes the first error about a field; both sentences take the same arguments. */
#define FAIL(in, o, name, vi, ...)                                                                                     \
    do {                                                                                                               \
        if (!(in)->err.code)                                                                                           \
            (void)err_say(&(in)->err, ERR_INVALID, path((in)->arena, (o), (name)), vi, __VA_ARGS__);                   \
    } while (0)

void json_fail(struct json_in *in, const struct json *o, const char *name, const char *vi, const char *en)
{
    if (o)
        FAIL(in, o, name, "%s%.0s", "%.0s%s", vi, en);
}

/* unread gives the first value that no route asked for. Inside one that nobody read there is nothing more to say. */
static const struct json *unread(const struct json *j)
{
    if (!j->read)
        return j;
    for (size_t i = 0; i < j->count; i++) {
        const struct json *found = unread(&j->items[i]);
        if (found)
            return found;
    }
    return NULL;
}

enum err_code json_done(struct json_in *in, struct err *reterr)
{
    if (!in->err.code) {
        const struct json *j = unread(in->root);
        if (j)
            FAIL(in, j, NULL, "trường \"%s\" không có trong yêu cầu này", "field \"%s\" is not known here",
                 j->key ? j->key : "");
        else if (arena_overflown(in->arena))
            (void)err_say(&in->err, ERR_TOO_LARGE, NULL, "nội dung JSON quá lớn", "the JSON text is too large");
    }
    if (in->err.code && reterr)
        *reterr = in->err;
    return in->err.code;
}

/* ---- fields */

static struct json *member(const struct json *o, const char *name)
{
    if (!o || o->kind != KIND_OBJECT)
        return NULL;
    for (size_t i = 0; i < o->count; i++)
        if (strcmp(o->items[i].key, name) == 0)
            return &o->items[i];
    return NULL;
}

bool json_has(const struct json *o, const char *name)
{
    const struct json *j = member(o, name);
    return j && j->kind != KIND_NULL;
}

/*
 * field gives a value of the wanted kind and marks it read; null counts as absent. NULL, with an error noted when one
 * is due. An absent object (o is NULL) has no fields and misses none.
 */
static struct json *field(struct json_in *in, const struct json *o, const char *name, enum json_need need,
                          enum kind kind)
{
    static const char *const vi[] = {"null", "true hoặc false", "số", "văn bản", "danh sách", "đối tượng"};
    static const char *const en[] = {"null", "true or false", "a number", "a text", "a list", "an object"};
    if (!o)
        return NULL;
    struct json *j = member(o, name);
    if (j)
        j->read = true;
    if (!j || j->kind == KIND_NULL) {
        if (need == JSON_REQUIRED)
            FAIL(in, o, name, "thiếu trường \"%s\"", "field \"%s\" is missing", name);
        return NULL;
    }
    if (j->kind != kind) {
        FAIL(in, o, name, "trường \"%s\" phải là %s%.0s", "field \"%s\" must be %.0s%s", name, vi[kind], en[kind]);
        return NULL;
    }
    return j;
}

/* text gives a text in NFC whose length in characters lies in the bounds, NULL otherwise. */
static const char *text(struct json_in *in, const struct json *o, const char *name, const struct json *j, size_t min,
                        size_t max)
{
    const char *s = text_nfc(in->arena, j->text, strlen(j->text));
    if (!s) {
        FAIL(in, o, name, "trường \"%s\" chứa ký tự điều khiển", "field \"%s\" contains a control character", name);
        return NULL;
    }
    size_t n = text_length(s);
    if (n < min || n > max) {
        FAIL(in, o, name, "trường \"%s\" phải dài từ %zu đến %zu ký tự", "field \"%s\" must have %zu to %zu characters",
             name, min, max);
        return NULL;
    }
    return s;
}

const char *json_text(struct json_in *in, const struct json *o, const char *name, enum json_need need, size_t min,
                      size_t max)
{
    const struct json *j = field(in, o, name, need, KIND_TEXT);
    return j ? text(in, o, name, j, min, max) : NULL;
}

const char *json_code(struct json_in *in, const struct json *o, const char *name, enum json_need need, size_t max)
{
    static const char allowed[] = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789._/-";
    const char *s = json_text(in, o, name, need, 1, max);
    if (s && s[strspn(s, allowed)]) {
        FAIL(in, o, name, "trường \"%s\" chỉ được gồm chữ không dấu, số và . _ / -",
             "field \"%s\" may only have letters, digits and . _ / -", name);
        return NULL;
    }
    return s;
}

int64_t json_int(struct json_in *in, const struct json *o, const char *name, enum json_need need, int64_t min,
                 int64_t max)
{
    const double bound = 9007199254740992.0; /* 2^53 */
    const struct json *j = field(in, o, name, need, KIND_NUMBER);
    if (!j)
        return 0;
    if (j->number != floor(j->number) || fabs(j->number) > bound) {
        FAIL(in, o, name, "trường \"%s\" phải là số nguyên", "field \"%s\" must be a whole number", name);
        return 0;
    }
    int64_t v = (int64_t)j->number;
    if (v < min || v > max) {
        FAIL(in, o, name, "trường \"%s\" phải từ %lld đến %lld", "field \"%s\" must be %lld to %lld", name,
             (long long)min, (long long)max);
        return 0;
    }
    return v;
}

bool json_bool(struct json_in *in, const struct json *o, const char *name, enum json_need need)
{
    const struct json *j = field(in, o, name, need, KIND_BOOL);
    return j && j->truth;
}

struct id json_id(struct json_in *in, const struct json *o, const char *name, enum json_need need)
{
    const struct json *j = field(in, o, name, need, KIND_TEXT);
    struct id id = id_nil;
    if (j && (!id_parse(j->text, &id) || id_is_nil(id))) {
        FAIL(in, o, name, "trường \"%s\" phải là một UUID", "field \"%s\" must be a UUID", name);
        return id_nil;
    }
    return id;
}

instant json_time(struct json_in *in, const struct json *o, const char *name, enum json_need need)
{
    const struct json *j = field(in, o, name, need, KIND_TEXT);
    instant t = INSTANT_NONE;
    if (j && !instant_parse(j->text, &t)) {
        FAIL(in, o, name, "trường \"%s\" phải là thời điểm theo RFC 3339, ví dụ 2019-10-01T07:30:00+07:00",
             "field \"%s\" must be an RFC 3339 time such as 2019-10-01T07:30:00+07:00", name);
        return INSTANT_NONE;
    }
    return t;
}

int json_word(struct json_in *in, const struct json *o, const char *name, enum json_need need, const char *const *words,
              size_t count)
{
    const struct json *j = field(in, o, name, need, KIND_TEXT);
    if (!j)
        return -1;
    const char *list = "";
    for (size_t i = 0; i < count; i++)
        if (strcmp(words[i], j->text) == 0)
            return (int)i;
    for (size_t i = 0; i < count; i++)
        list = arena_printf(in->arena, "%s%s%s", list, i ? ", " : "", words[i]);
    FAIL(in, o, name, "trường \"%s\" phải là một trong: %s", "field \"%s\" must be one of: %s", name, list);
    return -1;
}

const struct json *json_object(struct json_in *in, const struct json *o, const char *name, enum json_need need)
{
    return field(in, o, name, need, KIND_OBJECT);
}

/* list gives an array of so many items, all of one kind, and marks them read. */
static const struct json *list(struct json_in *in, const struct json *o, const char *name, enum json_need need,
                               size_t min, size_t max, enum kind kind)
{
    struct json *j = field(in, o, name, need, KIND_LIST);
    if (!j)
        return NULL;
    if (j->count < min || j->count > max) {
        FAIL(in, o, name, "trường \"%s\" phải có từ %zu đến %zu mục", "field \"%s\" must have %zu to %zu items", name,
             min, max);
        return NULL;
    }
    for (size_t i = 0; i < j->count; i++) {
        j->items[i].read = true;
        if (j->items[i].kind == kind)
            continue;
        if (kind == KIND_OBJECT)
            FAIL(in, &j->items[i], NULL, "mỗi mục của \"%s\" phải là một đối tượng",
                 "every item of \"%s\" must be an object", name);
        else
            FAIL(in, &j->items[i], NULL, "mỗi mục của \"%s\" phải là văn bản", "every item of \"%s\" must be a text",
                 name);
        return NULL;
    }
    return j;
}

const struct json *json_list(struct json_in *in, const struct json *o, const char *name, enum json_need need,
                             size_t min, size_t max)
{
    return list(in, o, name, need, min, max, KIND_OBJECT);
}

size_t json_items(const struct json *l)
{
    return l && l->kind == KIND_LIST ? l->count : 0;
}

const struct json *json_item(const struct json *l, size_t i)
{
    return i < json_items(l) ? &l->items[i] : NULL;
}

const char **json_texts(struct json_in *in, const struct json *o, const char *name, enum json_need need,
                        size_t max_items, size_t max_length, size_t *ret_count)
{
    const struct json *j = list(in, o, name, need, need == JSON_REQUIRED ? 1 : 0, max_items, KIND_TEXT);
    *ret_count = 0;
    if (!j)
        return NULL;
    const char **texts = ARENA_ARRAY(in->arena, j->count ? j->count : 1, const char *);
    for (size_t i = 0; i < j->count; i++) {
        texts[i] = text(in, &j->items[i], NULL, &j->items[i], 1, max_length);
        if (!texts[i])
            return NULL;
    }
    *ret_count = j->count;
    return texts;
}
