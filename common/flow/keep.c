/* SPDX-License-Identifier: Apache-2.0 */
/* A hash table with chains, and all entries in a ring from the newest to the oldest. */
#include "common/flow/keep.h"

#include <stdlib.h>
#include <string.h>

#define STATE_FIRST 1024 /* bytes: what most states need */
#define STATE_MAX   ((size_t)1 << 20)

struct entry {
    struct entry *next;          /* of the same bucket */
    struct entry *newer, *older; /* of the ring */
    struct id id;
    int64_t version, applied[SOURCE_COUNT];
    struct arena *arena;
    void *state;
};

struct keep {
    keep_copy *copy;
    size_t most, count, buckets; /* buckets: a power of two */
    struct entry **bucket;
    struct entry ring; /* newest = ring.older, oldest = ring.newer */
};

struct keep *keep_new(size_t most, keep_copy *copy)
{
    struct keep *k = calloc(1, sizeof *k);

    BUG_IF(!k, "out of memory");
    k->copy = copy;
    k->most = copy ? most : 0;
    for (k->buckets = 1; k->buckets < k->most;)
        k->buckets *= 2;
    k->bucket = calloc(k->buckets, sizeof *k->bucket);
    BUG_IF(!k->bucket, "out of memory");
    k->ring.newer = k->ring.older = &k->ring;
    return k;
}

/* Ids are random but for their time, in front. */
static struct entry **place(const struct keep *k, struct id id)
{
    uint64_t h;

    memcpy(&h, id.b + sizeof id.b - sizeof h, sizeof h);
    struct entry **at = &k->bucket[h & (k->buckets - 1)];

    while (*at && !id_eq((*at)->id, id))
        at = &(*at)->next;
    return at;
}

static void unring(struct entry *e)
{
    e->newer->older = e->older;
    e->older->newer = e->newer;
}

static void enring(struct keep *k, struct entry *e)
{
    e->newer = &k->ring;
    e->older = k->ring.older;
    e->older->newer = e;
    k->ring.older = e;
}

static void forget(struct keep *k, struct id id)
{
    struct entry **at = place(k, id), *e = *at;

    if (!e)
        return;
    *at = e->next;
    unring(e);
    arena_free(e->arena);
    free(e);
    k->count--;
}

void keep_clear(struct keep *k)
{
    while (k->count)
        forget(k, k->ring.newer->id);
}

void keep_free(struct keep *k)
{
    if (!k)
        return;
    keep_clear(k);
    free(k->bucket);
    free(k);
}

bool keep_has(const struct keep *k, struct id id)
{
    return *place(k, id);
}

static bool fits(const struct entry *e, const struct subject *s)
{
    return !s->hold && e->version == s->version && memcmp(e->applied, s->applied, sizeof e->applied) == 0;
}

static void mark(struct entry *e, const struct subject *s)
{
    e->version = s->version;
    memcpy(e->applied, s->applied, sizeof e->applied);
}

void *keep_take(struct keep *k, const struct subject *s, struct arena *a)
{
    const struct entry *e = *place(k, s->id);

    if (e && fits(e, s))
        return k->copy(s->kind, e->state, a);
    forget(k, s->id);
    return NULL;
}

static struct entry *entry_new(struct keep *k, struct id id)
{
    struct entry *e = calloc(1, sizeof *e);

    BUG_IF(!e, "out of memory");
    if (k->count == k->most)
        forget(k, k->ring.newer->id);
    e->id = id;
    e->arena = arena_new_small(STATE_FIRST, STATE_MAX);
    *place(k, id) = e;
    k->count++;
    return e;
}

bool keep_put(struct keep *k, const struct subject *s)
{
    struct entry *e = *place(k, s->id);

    if (k->most == 0 || s->hold || !s->state) {
        forget(k, s->id);
        return false;
    }
    if (e) {
        unring(e);
        arena_reset(e->arena);
    } else
        e = entry_new(k, s->id);
    enring(k, e);
    mark(e, s);
    e->state = k->copy(s->kind, s->state, e->arena);
    if (e->state)
        return true;
    forget(k, s->id);
    return false;
}

void keep_move(struct keep *k, const struct subject *was, const struct subject *s)
{
    struct entry *e = *place(k, s->id);

    if (!e)
        return;
    if (fits(e, was) && !s->hold)
        mark(e, s);
    else
        forget(k, s->id);
}
