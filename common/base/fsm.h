/* SPDX-License-Identifier: Apache-2.0 */
/*
 * A transition table: find an edge, check the table, print it. The table is the service's own array whose rows begin
 * with a struct fsm_edge; it is walked by stride, so each service keeps its typed guard and event beside the edge.
 */
#ifndef TAICHO_BASE_FSM_H
#define TAICHO_BASE_FSM_H

#include <stdbool.h>
#include <stddef.h>
#include <stdio.h>

#include "common/base/err.h"

#define FSM_NOWHERE (-1) /* `from` of a creating row */

struct fsm_edge {
    int from, on, to;
    const char *why; /* one sentence: the reason of the row, and the log line of the move */
};

struct fsm {
    const char *name; /* "intake" */
    const void *rows; /* array of rows, each beginning with struct fsm_edge */
    size_t count, stride;
    const char *const *states; /* names by number */
    size_t state_count;
    const char *const *acts;
    size_t act_count;
    const char *const *states_vi; /* for people; NULL: the names */
    const char *const *acts_vi;
    int initial; /* may be FSM_NOWHERE */
};

/* fsm_next gives the next row from `from` on `act` behind `after` (NULL: the first), NULL when there is none. */
const struct fsm_edge *fsm_next(const struct fsm *f, int from, int act, const struct fsm_edge *after);

/* fsm_check finds unreachable states, equal rows without a guard between them (the caller says so by `may_repeat`), and
 * empty reasons. */
enum err_code fsm_check(const struct fsm *f, bool may_repeat, struct err *reterr) MUST_CHECK;

/* fsm_print_mermaid writes a stateDiagram-v2; fsm_print_markdown a table. */
void fsm_print_mermaid(const struct fsm *f, FILE *out);
void fsm_print_markdown(const struct fsm *f, FILE *out);

/* fsm_refuse is the one sentence for what is not in the table. */
enum err_code fsm_refuse(const struct fsm *f, int from, int act, struct err *reterr);

/* A child of the dossier that has a table of its own: the input that names it, and what both languages call it. */
struct fsm_child {
    const char *field, *vi, *en;
};
/* fsm_refuse_child is that sentence of a child. */
enum err_code fsm_refuse_child(const struct fsm *f, int from, int act, const struct fsm_child *child,
                               struct err *reterr);

#endif
