/* SPDX-License-Identifier: Apache-2.0 */
/* What the files of the deadline share among themselves: the bits of what is open, and the count of one due date. */
#ifndef TAICHO_DOMAIN_DEADLINE_PRIVATE_H
#define TAICHO_DOMAIN_DEADLINE_PRIVATE_H

#include "common/domain/deadline_explain.h"

#define OPEN_SUPPLEMENT   UINT32_C(1)
#define OPEN_OBLIGATION   UINT32_C(2)
#define OPEN_STOP         UINT32_C(4)
#define OPEN_EXCLUSION(i) (UINT32_C(8) << (i))

/* deadline_exclusion_find gives the number of an excluded period in the rule, -1 when it has none of that code. */
int deadline_exclusion_find(const struct deadline_rule *rule, const char *code);

/* deadline_open_after gives what is open after a fact; a fact that opens or ends no pause leaves `open` as it is. */
uint32_t deadline_open_after(const struct deadline_rule *rule, uint32_t open, const struct deadline_fact *fact);

/* What decided a due date. */
struct deadline_by {
    bool reduced;      /* the reduced time */
    instant overtaken; /* the second promise, moved, which lies before it; else INSTANT_NONE */
};

/* deadline_count gives the due date of one clock as it stands, without a pause that is still open, and by what. */
enum err_code deadline_count(const struct deadline *d, const struct deadline_rule *rule,
                             const struct worktime_calendar *cal, const struct worktime_hours *hours,
                             enum deadline_which which, struct worktime_trace *trace, struct deadline_by *ret_by,
                             instant *ret, struct err *reterr) MUST_CHECK;

/* deadline_unit finds by what unit the rule ends, after the findings so far. */
void deadline_unit(struct deadline *d, const struct deadline_rule *rule);

#endif
