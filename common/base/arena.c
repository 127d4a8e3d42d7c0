/* SPDX-License-Identifier: Apache-2.0 */
/* Blocks in a chain, each twice the last; a request larger than a block gets one of its own. */
#include "common/base/arena.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "common/base/err.h"

/* Under AddressSanitizer what was not handed out is poisoned, so an overrun inside a block is found too. */
#if defined(__has_feature)
#if __has_feature(address_sanitizer)
#define ARENA_ASAN 1
#endif
#endif
#if defined(__SANITIZE_ADDRESS__) || defined(ARENA_ASAN)
#include <sanitizer/asan_interface.h>
#define POISON(p, n)   ASAN_POISON_MEMORY_REGION(p, n)
#define UNPOISON(p, n) ASAN_UNPOISON_MEMORY_REGION(p, n)
#define GAP            ((size_t)16) /* a poisoned strip behind each piece */
#else
#define POISON(p, n)   ((void)0)
#define UNPOISON(p, n) ((void)0)
#define GAP            ((size_t)0)
#endif

#define ALIGN       (_Alignof(max_align_t))
#define FIRST_BLOCK ((size_t)16 * 1024)
#define LAST_BLOCK  ((size_t)1024 * 1024)

struct block {
    struct block *older;
    size_t room, used;
    max_align_t bytes[];
};

struct arena {
    struct block *first; /* survives arena_reset */
    struct block *newest;
    size_t limit, used;
};

static struct block *block_new(size_t room, struct block *older)
{
    struct block *b = malloc(sizeof(*b) + room);
    BUG_IF(!b, "out of memory for %zu bytes", room);
    b->older = older;
    b->room = room;
    b->used = 0;
    POISON(b->bytes, room);
    return b;
}

static void block_free(struct block *b)
{
    UNPOISON(b->bytes, b->room);
    free(b);
}

struct arena *arena_new_small(size_t first, size_t limit)
{
    struct arena *a = calloc(1, sizeof(*a));
    BUG_IF(!a, "out of memory");
    a->limit = limit;
    a->first = a->newest = block_new(first, NULL);
    return a;
}

struct arena *arena_new(size_t limit)
{
    return arena_new_small(FIRST_BLOCK, limit);
}

void arena_reset(struct arena *a)
{
    while (a->newest != a->first) {
        struct block *older = a->newest->older;
        block_free(a->newest);
        a->newest = older;
    }
    a->first->used = 0;
    POISON(a->first->bytes, a->first->room);
    a->used = 0;
}

void arena_free(struct arena *a)
{
    if (!a)
        return;
    arena_reset(a);
    block_free(a->first);
    free(a);
}

bool arena_overflown(const struct arena *a)
{
    return a->used > a->limit;
}

size_t arena_used(const struct arena *a)
{
    return a->used;
}

/* claim hands out bytes that are not zeroed yet. */
static void *claim(struct arena *a, size_t size)
{
    /* The product may pass SIZE_MAX for a silly limit, hence the division. */
    BUG_IF(size / 4 > a->limit || (a->used + size) / 4 > a->limit, "arena of %zu bytes asked for %zu more after %zu",
           a->limit, size, a->used);
    size_t take = (size + GAP + ALIGN - 1) / ALIGN * ALIGN;
    struct block *b = a->newest;
    if (take > b->room - b->used) {
        size_t room = b->room < LAST_BLOCK ? b->room * 2 : LAST_BLOCK;
        b = a->newest = block_new(take > room ? take : room, b);
    }
    void *p = (char *)b->bytes + b->used;
    b->used += take;
    a->used += size;
    UNPOISON(p, size);
    return p;
}

void *arena_alloc(struct arena *a, size_t size)
{
    void *p = claim(a, size);
    memset(p, 0, size);
    return p;
}

void *arena_array(struct arena *a, size_t count, size_t size)
{
    size_t total;
    BUG_IF(__builtin_mul_overflow(count, size, &total), "array of %zu times %zu bytes", count, size);
    return arena_alloc(a, total);
}

char *arena_strndup(struct arena *a, const char *s, size_t n)
{
    if (!s)
        return NULL;
    n = strnlen(s, n);
    char *p = claim(a, n + 1);
    memcpy(p, s, n);
    p[n] = '\0';
    return p;
}

char *arena_strdup(struct arena *a, const char *s)
{
    return s ? arena_strndup(a, s, strlen(s)) : NULL;
}

void *arena_room(struct arena *a, void *items, size_t count, size_t *room, size_t size)
{
    if (count < *room)
        return items;
    *room = *room ? *room * 2 : 4;
    void *longer = arena_array(a, *room, size);
    if (count > 0)
        memcpy(longer, items, count * size);
    return longer;
}

struct bytes arena_bytes(struct arena *a, const void *p, size_t n)
{
    struct bytes copy = {.p = NULL, .n = n};
    if (n > 0)
        copy.p = memcpy(claim(a, n), p, n);
    return copy;
}

char *arena_printf(struct arena *a, const char *fmt, ...)
{
    char small[256];
    va_list ap, again;
    va_start(ap, fmt);
    va_copy(again, ap);
    int n = vsnprintf(small, sizeof(small), fmt, ap);
    va_end(ap);
    BUG_IF(n < 0, "bad format %s", fmt);
    char *p = claim(a, (size_t)n + 1);
    if ((size_t)n < sizeof(small))
        memcpy(p, small, (size_t)n + 1);
    else
        (void)vsnprintf(p, (size_t)n + 1, fmt, again);
    va_end(again);
    return p;
}
