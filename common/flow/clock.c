/* SPDX-License-Identifier: Apache-2.0 */
#include "common/flow/clock.h"

#include <stdatomic.h>
#include <stdlib.h>

#include "common/base/err.h"

#define NOT_SET INT64_MIN

struct clock {
    _Atomic int64_t offset;
};

struct clock *clock_new(void)
{
    struct clock *c = calloc(1, sizeof *c);
    BUG_IF(!c, "out of memory");
    atomic_init(&c->offset, NOT_SET);
    return c;
}

void clock_free(struct clock *c)
{
    free(c);
}

void clock_set(struct clock *c, int64_t offset_us)
{
    int64_t old = atomic_load(&c->offset);
    while (offset_us > old && !atomic_compare_exchange_weak(&c->offset, &old, offset_us))
        ;
}

int64_t clock_offset(struct clock *c)
{
    int64_t offset = atomic_load(&c->offset);
    return offset == NOT_SET ? 0 : offset;
}

instant clock_now(struct clock *c)
{
    return instant_real() + clock_offset(c);
}
