/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The clocks of single steps, and who pays for a late dossier.
 *
 * A step uses the working time from its opening to its end, less every pause of the dossier (whoever waits for the
 * applicant is not slow), and is late when that is more than it was allowed, or past the moment that it was given (a
 * transfer by Decree 61/2018 Art. 18, the deadline of a consultation by Art. 19(5)). Circular 01/2018 Art. 13 scores
 * dossiers and each unit by these numbers (indicators 1 and 2); the control slip (form 05) shows them.
 *
 * The lateness of a dossier is charged to the steps that were late themselves, the newest first: what an early step
 * lost and a later one made up for is not charged, for the plan's slack is used by who comes first. What no step
 * explains (a process whose steps do not sum to the statutory time, waiting between steps) stays uncharged and is told.
 */
#ifndef TAICHO_DOMAIN_DEADLINE_STEP_H
#define TAICHO_DOMAIN_DEADLINE_STEP_H

#include "common/domain/deadline.h"

struct deadline_step {
    int step, round;
    const char *unit;        /* who has it in hands, for the caller */
    instant opened, closed;  /* closed: INSTANT_NONE while open */
    int64_t minutes_allowed; /* working time; not read with `until` */
    instant until;           /* a given moment; 0 or INSTANT_NONE: by minutes */
};

struct deadline_step_reading {
    instant due;          /* moved by the pauses that are over, and by the open one until now */
    int64_t minutes_used; /* whole minutes */
    int64_t minutes_late; /* begun ones included; 0: not late */
    int64_t minutes_charged;
    enum deadline_lateness lateness; /* early: closed, and less used than allowed, or a day before `until` */
};

/*
 * deadline_steps reads `count` steps at `now`; `facts` are those of the dossier and fold without refusal.
 * `late_minutes` is the lateness of the dossier that is charged (deadline_reading). Steps are in order of opening. ret
 * has room for `count`; *ret_uncharged may be NULL.
 */
enum err_code deadline_steps(const struct deadline_rule *rule, const struct worktime_calendar *cal,
                             const struct worktime_hours *hours, const struct deadline_fact *fact, size_t n,
                             const struct deadline_step *step, size_t count, int64_t late_minutes, instant now,
                             struct deadline_step_reading *ret, int64_t *ret_uncharged, struct err *reterr) MUST_CHECK;

#endif
