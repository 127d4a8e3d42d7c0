/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Memory that belongs to one piece of work and goes with it.
 *
 * Callers never check for NULL. An arena has a soft limit given at birth: past it the memory is still
 * handed out and the arena is marked `overflown`, which the edge checks once (413). Four times the limit, or a
 * failed malloc, ends the process. Not thread-safe: an arena travels with its work, one owner at a time.
 */
#ifndef TAICHO_BASE_ARENA_H
#define TAICHO_BASE_ARENA_H

#include <stdarg.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "common/base/attr.h"

struct arena;

/* A run of bytes that somebody else owns, usually an arena. p may be NULL only when n is 0. */
struct bytes {
    const uint8_t *p;
    size_t n;
};

struct arena *arena_new(size_t limit);
struct arena *arena_new_small(size_t first, size_t limit); /* one of very many: its first block has `first` bytes */
void arena_free(struct arena *a);                          /* NULL is fine */
void arena_reset(struct arena *a);                         /* forgets everything, keeps the first block */
bool arena_overflown(const struct arena *a);
size_t arena_used(const struct arena *a);

void *arena_alloc(struct arena *a, size_t size);               /* zeroed, aligned for any type */
void *arena_array(struct arena *a, size_t count, size_t size); /* the same; checks the product */
/* arena_room gives an array that has room for one item more: the same, or a zeroed copy twice as long. */
void *arena_room(struct arena *a, void *items, size_t count, size_t *room, size_t size);
char *arena_strdup(struct arena *a, const char *s); /* NULL gives NULL */
char *arena_strndup(struct arena *a, const char *s, size_t n);
struct bytes arena_bytes(struct arena *a, const void *p, size_t n);
char *arena_printf(struct arena *a, const char *fmt, ...) PRINTF_LIKE(2, 3);

#define ARENA_NEW(a, type)          ((type *)arena_alloc((a), sizeof(type)))
#define ARENA_ARRAY(a, count, type) ((type *)arena_array((a), (count), sizeof(type)))

#endif
