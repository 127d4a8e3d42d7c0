/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Growable bytes with a hard maximum given at birth. Past the maximum the buffer keeps what it has, is marked
 * `full` and further appends do nothing, so a caller checks once at the end. An append is whole or not at all.
 */
#ifndef TAICHO_BASE_BUF_H
#define TAICHO_BASE_BUF_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "common/base/arena.h"
#include "common/base/attr.h"

struct buf {
    char *p; /* always NUL-terminated once something was appended; NULL before */
    size_t n;
    size_t room;
    size_t max;
    bool full;
};

void buf_init(struct buf *b, size_t max);
void buf_release(struct buf *b);
void buf_clear(struct buf *b); /* empty and not full again; keeps its memory */
void buf_add(struct buf *b, const void *p, size_t n);
void buf_str(struct buf *b, const char *s);
void buf_printf(struct buf *b, const char *fmt, ...) PRINTF_LIKE(2, 3);
void buf_json_str(struct buf *b, const char *s); /* quoted and escaped for JSON; NULL gives null */
const char *buf_cstr(const struct buf *b);       /* "" when empty */

#endif
