/* SPDX-License-Identifier: Apache-2.0 */
#include "tests/fuzz/lib/strict.h"

#include <jansson.h>
#include <math.h>

/* struct strict is jansson's json_t under a name of ours. */
static json_t *value(const struct strict *j)
{
    return (json_t *)(uintptr_t)j;
}

struct strict *strict_read(const void *p, size_t n)
{
    return (struct strict *)json_loadb(p, n, JSON_REJECT_DUPLICATES | JSON_DECODE_ANY, NULL);
}

void strict_free(struct strict *j)
{
    json_decref(value(j));
}

bool strict_is_object(const struct strict *j)
{
    return json_is_object(value(j));
}

const char *strict_text(const struct strict *j, const char *name, size_t *ret_n)
{
    const json_t *v = json_object_get(value(j), name);

    *ret_n = json_string_length(v);
    return json_string_value(v);
}

bool strict_whole(const struct strict *j, const char *name, int64_t *ret)
{
    const json_t *v = json_object_get(value(j), name);
    double d = json_is_number(v) ? json_number_value(v) : NAN;

    if (!(fabs(d) <= 9007199254740992.0) || d != floor(d))
        return false;
    *ret = json_is_integer(v) ? json_integer_value(v) : (int64_t)d;
    return true;
}

size_t strict_members(const struct strict *j)
{
    return json_object_size(value(j));
}
