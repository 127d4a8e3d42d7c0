/* SPDX-License-Identifier: Apache-2.0 */
/* What a folded deadline says at a moment, and what another calendar would make of it. */
#include "common/domain/deadline_private.h"

#include <string.h>

static enum deadline_hold hold_of(uint32_t open)
{
    if (open & OPEN_SUPPLEMENT)
        return DEADLINE_HOLD_SUPPLEMENT;
    if (open & OPEN_OBLIGATION)
        return DEADLINE_HOLD_OBLIGATION;
    if (open & OPEN_STOP)
        return DEADLINE_HOLD_STOP;
    return open ? DEADLINE_HOLD_EXCLUSION : DEADLINE_HOLD_NOTHING;
}

/* judge compares the moment that counts with the due date. */
static enum deadline_lateness judge(const struct deadline *d, instant judged, instant due)
{
    if (judged > due)
        return DEADLINE_LATE;
    bool early = d->by_hours ? judged < due : instant_day(judged) < instant_day(due);
    return d->end != DEADLINE_OPEN && early ? DEADLINE_EARLY : DEADLINE_ON_TIME;
}

enum err_code deadline_read(const struct deadline *d, const struct worktime_calendar *cal,
                            const struct worktime_hours *hours, enum deadline_which which, instant now,
                            struct deadline_reading *ret, struct err *reterr)
{
    const struct deadline_clock *c = &d->clock[which];
    bool ended = d->end != DEADLINE_OPEN, paused = c->paused_since != INSTANT_NONE;
    int64_t elapsed = 0, late = 0;
    struct deadline_reading r = {
        .state = ended    ? DEADLINE_ENDED
                 : paused ? DEADLINE_PAUSED
                          : DEADLINE_RUNNING,
        .hold = hold_of(c->open),
        .judged_at = paused  ? c->paused_since
                     : ended ? d->ended
                             : now,
    };
    enum err_code rc = worktime_length(cal, hours, c->start, r.judged_at, &elapsed, reterr);
    r.lateness = judge(d, r.judged_at, c->due);
    if (!rc && r.lateness == DEADLINE_LATE)
        rc = worktime_length(cal, hours, c->due, r.judged_at, &late, reterr);
    if (rc)
        return rc;
    elapsed -= c->paused.us;
    r.elapsed_minutes = elapsed > 0 ? elapsed / INSTANT_MINUTE : 0;
    r.late_minutes = (late + INSTANT_MINUTE - 1) / INSTANT_MINUTE;
    if (which == DEADLINE_REPORTED && d->supplements > 1) {
        r.late_by_supplements = true;
        r.lateness = DEADLINE_LATE;
    }
    *ret = r;
    return ERR_OK;
}

instant deadline_nearest(const struct deadline *d)
{
    instant legal = d->clock[DEADLINE_LEGAL].due, reported = d->clock[DEADLINE_REPORTED].due;
    return legal < reported ? legal : reported;
}

enum err_code deadline_apology_day(instant nearest, int days, const struct worktime_calendar *cal, int32_t *ret,
                                   struct err *reterr)
{
    return worktime_day_after(cal, instant_day(nearest) - (days - 1), -1, ret, reterr);
}

bool deadline_apology_is_late(const struct deadline_apology *x)
{
    return instant_day(x->sealed_at) > instant_day(x->nearest) - x->notice;
}

/* ---- another calendar */

/* day_kind tells whether a day is worked, -1 outside of the calendar. */
static int day_kind(const struct worktime_calendar *cal, int32_t day)
{
    int64_t at = (int64_t)day - cal->first_day;
    return at < 0 || at >= cal->day_count ? -1 : worktime_is_working_day(cal, day);
}

enum err_code deadline_compare(const struct deadline_rule *rule, const struct worktime_calendar *before,
                               const struct worktime_calendar *after, const struct worktime_hours *hours,
                               const struct deadline_fact *fact, size_t n, struct deadline_change *ret,
                               struct err *reterr)
{
    struct deadline was, is;
    struct deadline_change change = {.day = INT32_MIN};
    enum err_code rc = deadline_fold(rule, before, hours, fact, n, NULL, &was, reterr);
    if (rc)
        return rc;
    bool ended = was.end != DEADLINE_OPEN;
    rc = ended ? ERR_OK : deadline_fold(rule, after, hours, fact, n, NULL, &is, reterr);
    if (rc)
        return rc;
    int32_t last = instant_day(was.received);
    for (int w = 0; w < DEADLINE_CLOCKS; w++) {
        change.before[w] = was.clock[w].due;
        change.after[w] = ended ? was.clock[w].due : is.clock[w].due;
        change.changed = change.changed || change.before[w] != change.after[w];
        int32_t due = instant_day(change.before[w] > change.after[w] ? change.before[w] : change.after[w]);
        last = due > last ? due : last;
    }
    for (int32_t day = instant_day(was.received); day <= last; day++)
        if (day_kind(before, day) != day_kind(after, day)) {
            change.day = day;
            break;
        }
    *ret = change;
    return ERR_OK;
}

/* ---- names */

#define X(symbol, name, ...) [DEADLINE_##symbol] = name,
static const char *const facts[] = {DEADLINE_FACTS(X)};
static const char *const breaches[] = {DEADLINE_BREACHES(X)};
static const char *const latenesses[] = {DEADLINE_LATENESSES(X)};
#undef X
#define X(symbol, name, ...) [DEADLINE_HOLD_##symbol] = name,
static const char *const holds[] = {DEADLINE_HOLDS(X)};
#undef X

const char *deadline_fact_name(enum deadline_fact_kind kind)
{
    BUG_IF((unsigned)kind >= DEADLINE_FACT_COUNT, "%d", (int)kind);
    return facts[kind];
}

bool deadline_fact_parse(const char *name, enum deadline_fact_kind *ret)
{
    for (size_t i = 0; name && i < COUNT_OF(facts); i++)
        if (strcmp(name, facts[i]) == 0) {
            *ret = (enum deadline_fact_kind)i;
            return true;
        }
    return false;
}

const char *deadline_breach_name(enum deadline_breach_kind kind)
{
    BUG_IF((unsigned)kind >= DEADLINE_BREACH_COUNT, "%d", (int)kind);
    return breaches[kind];
}

const char *deadline_hold_name(enum deadline_hold hold)
{
    BUG_IF((unsigned)hold >= DEADLINE_HOLD_COUNT, "%d", (int)hold);
    return holds[hold];
}

const char *deadline_lateness_name(enum deadline_lateness lateness)
{
    BUG_IF((unsigned)lateness >= DEADLINE_LATENESS_COUNT, "%d", (int)lateness);
    return latenesses[lateness];
}
