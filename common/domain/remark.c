/* SPDX-License-Identifier: Apache-2.0 */
#include "common/domain/remark.h"

void remark_note(struct remark **list, const struct remark *r, struct arena *a)
{
    if (r->reason_count == 0)
        return;
    while (*list)
        list = &(*list)->next;
    *list = ARENA_NEW(a, struct remark);
    **list = *r;
    (*list)->next = NULL;
}
