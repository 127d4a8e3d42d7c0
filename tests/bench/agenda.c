/* SPDX-License-Identifier: Apache-2.0 */
#include "tests/bench/agenda.h"

#include <stdlib.h>

#include "common/base/attr.h"
#include "common/base/instant.h"

static struct alarm **heap;
static size_t count, room;

static void place(size_t i, struct alarm *a)
{
    heap[i] = a;
}

void agenda_set(struct alarm *a, int64_t due, void (*ring)(struct alarm *a, int64_t now))
{
    a->due = due;
    a->ring = ring;
    if (count == room) {
        room = room > 0 ? room * 2 : 1024;
        heap = realloc(heap, room * sizeof(*heap));
        if (!heap)
            abort();
    }
    size_t i = count++;
    for (; i > 0 && heap[(i - 1) / 2]->due > due; i = (i - 1) / 2)
        place(i, heap[(i - 1) / 2]);
    place(i, a);
}

static struct alarm *take_first(void)
{
    struct alarm *first = heap[0], *last = heap[--count];
    size_t i = 0;
    for (;;) {
        size_t child = 2 * i + 1;
        if (child >= count)
            break;
        if (child + 1 < count && heap[child + 1]->due < heap[child]->due)
            child++;
        if (heap[child]->due >= last->due)
            break;
        place(i, heap[child]);
        i = child;
    }
    if (count > 0)
        place(i, last);
    return first;
}

int agenda_turn(void)
{
    int64_t now = instant_mono();
    while (count > 0 && heap[0]->due <= now) {
        struct alarm *a = take_first();
        a->ring(a, now);
    }
    if (count == 0)
        return 1000;
    int64_t wait = heap[0]->due - instant_mono();
    return wait <= 0 ? 0 : wait > 1000000 ? 1000 : (int)((wait + 999) / 1000);
}
