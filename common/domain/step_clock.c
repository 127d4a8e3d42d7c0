/* SPDX-License-Identifier: Apache-2.0 */
/* The engine is deadline_step.h's; here is what it is asked for one step. */
#include "common/domain/step_clock.h"

#include <limits.h>

#include "common/domain/deadline_step.h"

#define STEP_NEAR_PART 5

struct worktime_hours step_clock_hours(const struct catalogue *c, const struct step_span *s, int32_t day)
{
    return s->of->at_counter ? catalogue_counter_hours(c, s->counter, day) : catalogue_unit_hours(c, s->office, day);
}

static bool is_set(instant t)
{
    return t != 0 && t != INSTANT_NONE;
}

/* What the engine is told: when the step's time stands still, in order. */
struct pauses {
    struct deadline_fact of[2 * LEFT_OUT_MAX + 2];
    size_t count;
};

/* One rule for all that is left out: by which article is the dossier's matter. */
static const struct deadline_exclusion left_out = {.code = "left_out", .article = "", .reported = true};
static const struct deadline_rule rule = {.exclusion = &left_out, .exclusion_count = 1};

static void add_pause(struct pauses *p, enum deadline_fact_kind kind, instant at)
{
    size_t i = p->count++;

    for (; i > 0 && p->of[i - 1].at > at; i--)
        p->of[i] = p->of[i - 1];
    p->of[i] = (struct deadline_fact){.kind = kind, .at = at, .code = left_out.code};
}

/* read asks the engine for one step, at its end or, while it is open (closed INSTANT_NONE), at `now`. */
static bool read(const struct catalogue *c, const struct step_span *s, const struct pauses *p, instant closed,
                 instant now, struct deadline_step_reading *ret)
{
    struct deadline_step step = {
        .opened = s->opened, .closed = closed, .minutes_allowed = s->of->minutes, .until = s->until};
    struct worktime_hours hours = step_clock_hours(c, s, instant_day(s->opened));
    struct err ignored;

    return deadline_steps(&rule, c->calendar, &hours, p->of, p->count, &step, 1, 0, now, ret, NULL, &ignored) == ERR_OK;
}

static bool has_clock(const struct catalogue *c, const struct step_span *s)
{
    return c->calendar && is_set(s->opened) && (s->of->minutes > 0 || is_set(s->until));
}

/*
 * leave_out tells the engine of the periods that begin while the step's time runs, one after the other: each makes it
 * run until later. Gives that moment; INSTANT_NONE: no calendar reaches it.
 */
static instant leave_out(const struct catalogue *c, const struct step_span *s, struct pauses *p)
{
    struct deadline_step_reading reading;
    size_t n = s->left_out && !is_set(s->until) ? s->left_out->count : 0;

    if (!read(c, s, p, INSTANT_NONE, s->opened, &reading))
        return INSTANT_NONE;
    for (size_t i = 0; i < n; i++) {
        const struct left_out_period *x = &s->left_out->of[i];
        if (x->until <= s->opened)
            continue;
        if (x->from >= reading.due)
            break;
        add_pause(p, DEADLINE_EXCLUDED_FROM, x->from);
        add_pause(p, DEADLINE_EXCLUDED_TO, x->until);
        if (!read(c, s, p, INSTANT_NONE, x->until, &reading))
            return INSTANT_NONE;
    }
    return reading.due;
}

instant step_clock_due(const struct catalogue *c, const struct step_span *s)
{
    struct pauses pauses = {.count = 0};

    return has_clock(c, s) ? leave_out(c, s, &pauses) : INSTANT_NONE;
}

/* What is used up when it is warned of is the time of a shorter step. */
instant step_clock_near(const struct catalogue *c, const struct step_span *s)
{
    const struct pauses none = {.count = 0};
    struct process_step before = *s->of;
    struct step_span shorter = *s;
    struct deadline_step_reading whole;

    if (is_set(s->until)) {
        if (!has_clock(c, s) || s->until < s->opened || !read(c, s, &none, s->until, s->until, &whole) ||
            whole.minutes_used < 1 || whole.minutes_used > INT_MAX)
            return INSTANT_NONE;
        before.minutes = (int)whole.minutes_used;
    }
    before.minutes -= s->of->near_minutes ? s->of->near_minutes : before.minutes / STEP_NEAR_PART;
    shorter.of = &before;
    shorter.until = INSTANT_NONE;
    return step_clock_due(c, &shorter);
}

bool step_clock_read(const struct catalogue *c, const struct step_span *s, instant closed, struct step_clock *ret)
{
    struct pauses pauses = {.count = 0};
    struct deadline_step_reading went, allowed;

    if (!has_clock(c, s) || closed < s->opened || leave_out(c, s, &pauses) == INSTANT_NONE)
        return false;

    size_t last = pauses.count;
    instant known = last && pauses.of[last - 1].at > closed ? pauses.of[last - 1].at : closed;
    if (is_set(s->paused_from))
        add_pause(&pauses, DEADLINE_OBLIGATION_OPENED, s->paused_from);
    if (is_set(s->paused_from) && is_set(s->paused_to))
        add_pause(&pauses, DEADLINE_OBLIGATION_CLOSED, s->paused_to);
    /* Until when it was allowed is what was known when it ended, also of a period that goes on. */
    if (!read(c, s, &pauses, closed, closed, &went) || !read(c, s, &pauses, INSTANT_NONE, known, &allowed))
        return false;
    *ret = (struct step_clock){.unit = s->unit,
                               .opened = s->opened,
                               .due = allowed.due,
                               .minutes_used = went.minutes_used,
                               .minutes_late = went.minutes_late};
    return true;
}

enum timing step_clock_timing(const struct step_clock *c, enum step_judged by, instant ended)
{
    if (c->minutes_late > 0 || by == STEP_UNANSWERED)
        return TIMING_LATE;
    if (by == STEP_BROKEN_OFF)
        return TIMING_NONE;
    if (by == STEP_BY_MOMENT)
        return instant_day(ended) < instant_day(c->due) ? TIMING_EARLY : TIMING_ON_TIME;
    return ended < c->due ? TIMING_EARLY : TIMING_ON_TIME;
}
