/* SPDX-License-Identifier: Apache-2.0 */
/* Which statements a connection has prepared. By name, not by address: a constant in a header has several addresses. */
#include <stdlib.h>

#include "common/io/db_inner.h"

#define ROOM_FIRST 128 /* a power of two */

void db_known_init(struct db_known *k)
{
    k->count = 0;
    k->room = ROOM_FIRST;
    k->slots = calloc(k->room, sizeof *k->slots);
    BUG_IF(!k->slots, "out of memory");
}

void db_known_release(struct db_known *k)
{
    free(k->slots);
    *k = (struct db_known){0};
}

void db_known_clear(struct db_known *k)
{
    memset(k->slots, 0, k->room * sizeof *k->slots);
    k->count = 0;
}

/* The statement's slot, or the free one where it belongs. */
static struct db_known_stmt *slot(const struct db_known *k, const char *name)
{
    uint64_t h = UINT64_C(14695981039346656037); /* FNV-1a */
    for (const char *p = name; *p; p++)
        h = (h ^ (unsigned char)*p) * UINT64_C(1099511628211);
    size_t i = (h ^ h >> 32) & (k->room - 1);
    while (k->slots[i].stmt && k->slots[i].stmt->name != name && strcmp(k->slots[i].stmt->name, name) != 0)
        i = (i + 1) & (k->room - 1);
    return &k->slots[i];
}

static void grow(struct db_known *k)
{
    struct db_known bigger = {.count = k->count, .room = k->room * 2};
    bigger.slots = calloc(bigger.room, sizeof *bigger.slots);
    BUG_IF(!bigger.slots, "out of memory");
    for (size_t i = 0; i < k->room; i++)
        if (k->slots[i].stmt)
            *slot(&bigger, k->slots[i].stmt->name) = k->slots[i];
    free(k->slots);
    *k = bigger;
}

struct db_known_stmt *db_known(struct db_known *k, const struct db_stmt *stmt)
{
    struct db_known_stmt *s = slot(k, stmt->name);
    if (s->stmt) {
        BUG_IF(s->stmt->sql != stmt->sql && strcmp(s->stmt->sql, stmt->sql) != 0, "two statements are called %s",
               stmt->name);
        return s;
    }
    if (k->count * 4 >= k->room * 3) {
        grow(k);
        s = slot(k, stmt->name);
    }
    s->stmt = stmt;
    k->count++;
    return s;
}
