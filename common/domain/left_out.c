/* SPDX-License-Identifier: Apache-2.0 */
#include "common/domain/left_out.h"

bool left_out_add(struct left_out *l, struct left_out_period p)
{
    struct left_out joined = {.count = 0};
    size_t i = 0;

    while (i < l->count && l->of[i].until < p.from)
        joined.of[joined.count++] = l->of[i++];
    for (; i < l->count && l->of[i].from <= p.until; i++) {
        p.from = l->of[i].from < p.from ? l->of[i].from : p.from;
        p.until = l->of[i].until > p.until ? l->of[i].until : p.until;
    }
    if (joined.count + 1 + (l->count - i) > LEFT_OUT_MAX)
        return false;
    joined.of[joined.count++] = p;
    while (i < l->count)
        joined.of[joined.count++] = l->of[i++];
    *l = joined;
    return true;
}
