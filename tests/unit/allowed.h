/* SPDX-License-Identifier: Apache-2.0 */
/*
 * What a table is to allow, written down by hand beside the test that tries it: where each act leads from which states,
 * and what it tells. The table under test is no source for it: a row too many, too few or with another end is found.
 */
#ifndef TAICHO_TESTS_ALLOWED_H
#define TAICHO_TESTS_ALLOWED_H

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>
#include <cmocka.h>

#include "common/base/fsm.h"

#define FROM(state) (1u << ((state) + 1)) /* FSM_NOWHERE, too */
#define STAYS       (-2)                  /* in whichever of them it was */

struct allowed {
    unsigned from; /* states, by FROM */
    int act, to;
    const char *event; /* NULL: nobody is told */
};

/* allowed_next gives the next of the list behind `after` (NULL: the first), NULL when there is none. */
static inline const struct allowed *allowed_next(const struct allowed *list, size_t count, int from, int act,
                                                 const struct allowed *after)
{
    for (size_t i = after ? (size_t)(after - list) + 1 : 0; i < count; i++)
        if (list[i].act == act && (list[i].from & FROM(from)))
            return &list[i];
    return NULL;
}

static inline int allowed_to(const struct allowed *a, int from)
{
    return a->to == STAYS ? from : a->to;
}

/* How many ends of that kind the list knows, less those of the table. */
static inline int allowed_ends(const struct fsm *f, const struct allowed *list, size_t count, int from, int act, int to)
{
    int n = 0;

    for (const struct allowed *a = NULL; (a = allowed_next(list, count, from, act, a)) != NULL;)
        n += allowed_to(a, from) == to;
    for (const struct fsm_edge *e = NULL; (e = fsm_next(f, from, act, e)) != NULL;)
        n -= e->to == to;
    return n;
}

static inline void table_is(const struct fsm *f, const struct allowed *list, size_t count)
{
    for (int from = FSM_NOWHERE; from < (int)f->state_count; from++)
        for (int act = 0; act < (int)f->act_count; act++)
            for (int to = 0; to < (int)f->state_count; to++) {
                int n = allowed_ends(f, list, count, from, act, to);
                if (n)
                    fail_msg("%s: %s from %s to %s: the table has %d too %s", f->name, f->acts[act],
                             from == FSM_NOWHERE ? "[*]" : f->states[from], f->states[to], n > 0 ? n : -n,
                             n > 0 ? "few" : "many");
            }
}

/* told_is compares what was told with what the list says. */
static inline void told_is(const struct allowed *a, const char *event)
{
    if (strcmp(event ? event : "", a->event ? a->event : ""))
        fail_msg("act %d tells %s, not %s", a->act, event ? event : "nobody", a->event ? a->event : "nobody");
}

#endif
