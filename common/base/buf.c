/* SPDX-License-Identifier: Apache-2.0 */
/* An append is whole or not at all: half a JSON string or half a character would be worse than none. */
#include "common/base/buf.h"

#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "common/base/err.h"

void buf_init(struct buf *b, size_t max)
{
    *b = (struct buf){.max = max};
}

void buf_release(struct buf *b)
{
    free(b->p);
    *b = (struct buf){.max = b->max};
}

void buf_clear(struct buf *b)
{
    b->n = 0;
    b->full = false;
    if (b->p)
        b->p[0] = '\0';
}

/* make_room is false when n more bytes would pass the maximum. */
static bool make_room(struct buf *b, size_t n)
{
    if (b->full)
        return false;
    if (n > b->max - b->n) {
        b->full = true;
        return false;
    }
    size_t needed = b->n + n + 1;
    if (needed <= b->room)
        return true;
    size_t room = b->room ? b->room : 128;
    while (room < needed)
        room *= 2;
    if (room > b->max + 1)
        room = b->max + 1;
    char *p = realloc(b->p, room);
    BUG_IF(!p, "out of memory for %zu bytes", room);
    b->p = p;
    b->room = room;
    return true;
}

void buf_add(struct buf *b, const void *p, size_t n)
{
    if (!make_room(b, n))
        return;
    if (n > 0)
        memcpy(b->p + b->n, p, n);
    b->n += n;
    b->p[b->n] = '\0';
}

void buf_str(struct buf *b, const char *s)
{
    buf_add(b, s, strlen(s));
}

void buf_printf(struct buf *b, const char *fmt, ...)
{
    char small[512];
    va_list ap, again;
    va_start(ap, fmt);
    va_copy(again, ap);
    int n = vsnprintf(small, sizeof(small), fmt, ap);
    va_end(ap);
    BUG_IF(n < 0, "bad format %s", fmt);
    if ((size_t)n < sizeof(small)) {
        buf_add(b, small, (size_t)n);
    } else if (make_room(b, (size_t)n)) {
        (void)vsnprintf(b->p + b->n, (size_t)n + 1, fmt, again);
        b->n += (size_t)n;
    }
    va_end(again);
}

/* utf8_length gives the length of the well-formed character (RFC 3629) at s, 0 when there is none. */
static size_t utf8_length(const unsigned char *s)
{
    unsigned char lo = 0x80, hi = 0xBF;
    size_t n;
    if (s[0] < 0x80)
        return 1;
    if (s[0] >= 0xC2 && s[0] <= 0xDF)
        n = 2;
    else if (s[0] >= 0xE0 && s[0] <= 0xEF)
        n = 3;
    else if (s[0] >= 0xF0 && s[0] <= 0xF4)
        n = 4;
    else
        return 0;
    if (s[0] == 0xE0)
        lo = 0xA0; /* overlong */
    else if (s[0] == 0xED)
        hi = 0x9F; /* surrogates */
    else if (s[0] == 0xF0)
        lo = 0x90; /* overlong */
    else if (s[0] == 0xF4)
        hi = 0x8F; /* beyond U+10FFFF */
    if (s[1] < lo || s[1] > hi)
        return 0;
    for (size_t i = 2; i < n; i++)
        if ((s[i] & 0xC0) != 0x80)
            return 0;
    return n;
}

/* add_escaped writes the one character at s that cannot stand in a JSON string as it is. */
static void add_escaped(struct buf *b, unsigned char c)
{
    switch (c) {
    case '"':
        buf_str(b, "\\\"");
        break;
    case '\\':
        buf_str(b, "\\\\");
        break;
    case '\n':
        buf_str(b, "\\n");
        break;
    case '\r':
        buf_str(b, "\\r");
        break;
    case '\t':
        buf_str(b, "\\t");
        break;
    default:
        if (c < 0x20 || c == 0x7F)
            buf_printf(b, "\\u%04x", c);
        else
            buf_str(b, "\xEF\xBF\xBD"); /* U+FFFD for a byte that is no character */
    }
}

void buf_json_str(struct buf *b, const char *s)
{
    if (!s) {
        buf_str(b, "null");
        return;
    }
    const unsigned char *at = (const unsigned char *)s, *plain = at;
    size_t before = b->n;
    buf_add(b, "\"", 1);
    while (*at) {
        size_t n = utf8_length(at);
        if (n > 0 && *at >= 0x20 && *at != '"' && *at != '\\' && *at != 0x7F) {
            at += n;
            continue;
        }
        buf_add(b, plain, (size_t)(at - plain));
        add_escaped(b, *at);
        plain = ++at;
    }
    buf_add(b, plain, (size_t)(at - plain));
    buf_add(b, "\"", 1);
    if (b->full && b->n > before) { /* take the half string back */
        b->n = before;
        b->p[before] = '\0';
    }
}

const char *buf_cstr(const struct buf *b)
{
    return b->p ? b->p : "";
}
