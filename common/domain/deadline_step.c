/* SPDX-License-Identifier: Apache-2.0 */
/* Steps are measured against the dossier's pauses, which are read from the same facts as its deadline. */
#include "common/domain/deadline_step.h"

#include "common/domain/deadline_private.h"

static instant later(instant a, instant b)
{
    return a > b ? a : b;
}

static instant earlier(instant a, instant b)
{
    return a < b ? a : b;
}

/* paused_within sums the time between two moments during which anything of the dossier was open. */
static enum err_code paused_within(const struct deadline_rule *rule, const struct worktime_calendar *cal,
                                   const struct worktime_hours *hours, const struct deadline_fact *fact, size_t n,
                                   instant from, instant to, struct worktime_pause *ret, struct err *reterr)
{
    uint32_t open = 0;
    instant since = INSTANT_NONE;
    *ret = (struct worktime_pause){0};
    for (size_t i = 0; i <= n; i++) {
        bool was = open != 0;
        instant at = i < n ? fact[i].at : to;
        open = i < n ? deadline_open_after(rule, open, &fact[i]) : 0;
        if (!was && open)
            since = at;
        if (!was || open)
            continue;
        instant a = later(since, from), b = earlier(at, to);
        enum err_code rc = a < b ? worktime_pause_add(cal, hours, a, b, ret, reterr) : ERR_OK;
        if (rc)
            return rc;
    }
    return ERR_OK;
}

static enum err_code read_step(const struct deadline_rule *rule, const struct worktime_calendar *cal,
                               const struct worktime_hours *hours, const struct deadline_fact *fact, size_t n,
                               const struct deadline_step *step, instant now, struct deadline_step_reading *ret,
                               struct err *reterr)
{
    const struct worktime_rule allowed = {.span = WORKTIME_SPAN_MINUTES(step->minutes_allowed)};
    bool given = step->until != 0 && step->until != INSTANT_NONE, closed = step->closed != INSTANT_NONE;
    instant end = closed ? step->closed : later(now, step->opened);
    struct worktime_pause pause;
    int64_t used, late;
    enum err_code rc = paused_within(rule, cal, hours, fact, n, step->opened, end, &pause, reterr);
    if (!rc)
        rc = worktime_length(cal, hours, step->opened, end, &used, reterr);
    if (!rc && given)
        rc = worktime_move(cal, hours, step->until, false, &pause, NULL, &ret->due, reterr);
    if (!rc && !given)
        rc = worktime_due_paused(&allowed, NULL, 0, &pause, cal, hours, step->opened, NULL, &ret->due, reterr);
    if (rc)
        return rc;
    used -= pause.us;
    late = used - step->minutes_allowed * INSTANT_MINUTE;
    if (given)
        rc = worktime_length(cal, hours, ret->due, end, &late, reterr);
    if (rc)
        return rc;

    bool early = given ? instant_day(end) < instant_day(ret->due) : late < 0;
    ret->minutes_used = used / INSTANT_MINUTE;
    ret->minutes_late = late > 0 ? (late + INSTANT_MINUTE - 1) / INSTANT_MINUTE : 0;
    ret->minutes_charged = 0;
    ret->lateness = late > 0 ? DEADLINE_LATE : closed && early ? DEADLINE_EARLY : DEADLINE_ON_TIME;
    return ERR_OK;
}

enum err_code deadline_steps(const struct deadline_rule *rule, const struct worktime_calendar *cal,
                             const struct worktime_hours *hours, const struct deadline_fact *fact, size_t n,
                             const struct deadline_step *step, size_t count, int64_t late_minutes, instant now,
                             struct deadline_step_reading *ret, int64_t *ret_uncharged, struct err *reterr)
{
    for (size_t i = 0; i < count; i++) {
        enum err_code rc = read_step(rule, cal, hours, fact, n, &step[i], now, &ret[i], reterr);
        if (rc)
            return rc;
    }
    for (size_t i = count; i-- > 0;) {
        ret[i].minutes_charged = ret[i].minutes_late < late_minutes ? ret[i].minutes_late : late_minutes;
        late_minutes -= ret[i].minutes_charged;
    }
    if (ret_uncharged)
        *ret_uncharged = late_minutes;
    return ERR_OK;
}
