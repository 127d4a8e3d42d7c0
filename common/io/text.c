/* SPDX-License-Identifier: Apache-2.0 */
/* utf8proc does the Unicode; most texts are ASCII, which needs no more than a look. */
#include "common/io/text.h"

#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <utf8proc.h>

#include "common/base/err.h"

/* ascii_run counts the leading bytes below 0x80, a word at a time. */
static size_t ascii_run(const uint8_t *p, size_t n)
{
    size_t i = 0;
    for (uint64_t word; n - i >= sizeof(word); i += sizeof(word)) {
        memcpy(&word, p + i, sizeof(word));
        if (word & UINT64_C(0x8080808080808080))
            break;
    }
    while (i < n && p[i] < 0x80)
        i++;
    return i;
}

bool text_is_utf8(const void *p, size_t n)
{
    const uint8_t *s = p;
    for (size_t i = 0; i < n;) {
        i += ascii_run(s + i, n - i);
        if (i == n)
            break;
        utf8proc_int32_t c;
        utf8proc_ssize_t step = utf8proc_iterate(s + i, (utf8proc_ssize_t)(n - i), &c);
        if (step <= 0)
            return false;
        i += (size_t)step;
    }
    return true;
}

static bool is_control(utf8proc_int32_t c)
{
    return (c < 0x20 && c != '\t' && c != '\n') || (c >= 0x7F && c <= 0x9F);
}

const char *text_nfc(struct arena *a, const char *p, size_t n)
{
    const uint8_t *s = (const uint8_t *)p;
    bool ascii = true;
    for (size_t i = 0; i < n;) {
        utf8proc_int32_t c = s[i];
        utf8proc_ssize_t step = 1;
        if (c >= 0x80) {
            ascii = false;
            step = utf8proc_iterate(s + i, (utf8proc_ssize_t)(n - i), &c);
            if (step <= 0)
                return NULL;
        }
        if (is_control(c))
            return NULL;
        i += (size_t)step;
    }
    if (ascii)
        return arena_strndup(a, n ? p : "", n);
    utf8proc_uint8_t *made = NULL;
    utf8proc_ssize_t made_n =
        utf8proc_map(s, (utf8proc_ssize_t)n, &made, (utf8proc_option_t)(UTF8PROC_STABLE | UTF8PROC_COMPOSE));
    BUG_IF(made_n < 0, "normalising text: %s", utf8proc_errmsg(made_n));
    const char *text = arena_strndup(a, (const char *)made, (size_t)made_n);
    free(made);
    return text;
}

size_t text_length(const char *s)
{
    size_t n = 0;
    for (; *s; s++)
        n += ((unsigned char)*s & 0xC0) != 0x80;
    return n;
}
