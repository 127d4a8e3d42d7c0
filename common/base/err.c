/* SPDX-License-Identifier: Apache-2.0 */
/* The table of failures, and the texts that go with one. */
#include "common/base/err.h"

#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static const struct err_row rows[ERR_COUNT] = {
#define X(symbol_, http_, retry_, slug_, vi_, en_)                                                                     \
    [ERR_##symbol_] = {.symbol = #symbol_, .http = http_, .retry = retry_, .slug = slug_, .vi = vi_, .en = en_},
    ERR_MAP(X)
#undef X
};

const struct err_row *err_row(enum err_code code)
{
    if ((unsigned)code >= ERR_COUNT)
        return &rows[ERR_BUG];
    return &rows[code];
}

/* cut_to_character drops a UTF-8 character that vsnprintf cut in two: a broken text would spoil the JSON around it. */
static void cut_to_character(char *s, size_t room, int wanted)
{
    if (wanted < 0) {
        s[0] = '\0';
        return;
    }
    if ((size_t)wanted < room)
        return;
    size_t n = strlen(s);
    size_t start = n;
    while (start > 0 && ((unsigned char)s[start - 1] & 0xC0) == 0x80)
        start--;
    if (start == 0)
        return;
    unsigned char lead = (unsigned char)s[start - 1];
    size_t needs = lead >= 0xF0 ? 4 : lead >= 0xE0 ? 3 : lead >= 0xC0 ? 2 : 1;
    if (n - (start - 1) < needs)
        s[start - 1] = '\0';
}

/* A caller may wrap: err_set(e, code, "loading: %s", e->en). So everything is formatted before *e is touched. */
enum err_code(err_set)(struct err *e, enum err_code code, const char *en, ...)
{
    if (!e)
        return code;
    struct err made = {.code = code};
    va_list ap;
    va_start(ap, en);
    cut_to_character(made.en, sizeof(made.en), vsnprintf(made.en, sizeof(made.en), en, ap));
    va_end(ap);
    cut_to_character(made.vi, sizeof(made.vi), snprintf(made.vi, sizeof(made.vi), "%s", err_row(code)->vi));
    *e = made;
    return code;
}

enum err_code(err_say)(struct err *e, enum err_code code, const char *field, const char *vi, const char *en, ...)
{
    if (!e)
        return code;
    struct err made = {.code = code};
    va_list ap, again;
    va_start(ap, en);
    va_copy(again, ap);
    cut_to_character(made.vi, sizeof(made.vi), vsnprintf(made.vi, sizeof(made.vi), vi, ap));
    cut_to_character(made.en, sizeof(made.en), vsnprintf(made.en, sizeof(made.en), en, again));
    va_end(again);
    va_end(ap);
    if (field)
        cut_to_character(made.field, sizeof(made.field), snprintf(made.field, sizeof(made.field), "%s", field));
    *e = made;
    return code;
}

enum err_code(err_english)(struct err *e, enum err_code code, const char *en, ...)
{
    va_list ap;

    if (!e)
        return code;
    va_start(ap, en);
    cut_to_character(e->en, sizeof(e->en), vsnprintf(e->en, sizeof(e->en), en, ap));
    va_end(ap);
    return code;
}

void err_bug(const char *file, int line, const char *cond, const char *fmt, ...)
{
    char why[512];
    va_list ap;
    va_start(ap, fmt);
    (void)vsnprintf(why, sizeof(why), fmt, ap);
    va_end(ap);
    fprintf(stderr, "BUG %s:%d: %s%s%s\n", file, line, cond, why[0] ? ": " : "", why);
    fflush(stderr);
    abort();
}
