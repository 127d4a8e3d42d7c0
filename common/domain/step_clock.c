/* SPDX-License-Identifier: Apache-2.0 */
/* The engine is deadline_step.h's; here is what it is asked for one step. */
#include "common/domain/step_clock.h"

#include <limits.h>

#include "common/domain/deadline_step.h"

#define STEP_NEAR_PART 5

struct worktime_hours step_clock_hours(const struct catalogue *c, const struct process_step *s, const char *counter,
                                       int32_t day)
{
    const struct counter *at = s->at_counter ? catalogue_counter(c, counter, day) : NULL;
    struct worktime_hours hours = {.count = 0};

    for (int i = 0; at && i + 1 < at->office_count && hours.count < WORKTIME_INTERVALS; i += 2) {
        hours.open[hours.count].from = at->office_minutes[i];
        hours.open[hours.count++].to = at->office_minutes[i + 1];
    }
    return hours.count ? hours : worktime_hours_usual;
}

static bool is_set(instant t)
{
    return t != 0 && t != INSTANT_NONE;
}

/* read asks the engine for one step, at its end or, while it is open, at its opening. */
static bool read(const struct catalogue *c, const struct step_span *s, instant closed,
                 struct deadline_step_reading *ret)
{
    static const struct deadline_rule no_exclusions;
    struct deadline_fact facts[] = {{.kind = DEADLINE_OBLIGATION_OPENED, .at = s->paused_from},
                                    {.kind = DEADLINE_OBLIGATION_CLOSED, .at = s->paused_to}};
    size_t n = is_set(s->paused_from) ? 1 + is_set(s->paused_to) : 0;
    struct deadline_step step = {
        .opened = s->opened, .closed = closed, .minutes_allowed = s->of->minutes, .until = s->until};
    struct err ignored;

    if (!c->calendar || !is_set(s->opened) || (closed != INSTANT_NONE && closed < s->opened))
        return false;
    if (s->of->minutes <= 0 && !is_set(s->until))
        return false;

    struct worktime_hours hours = step_clock_hours(c, s->of, s->counter, instant_day(s->opened));
    return deadline_steps(&no_exclusions, c->calendar, &hours, facts, n, &step, 1, 0, s->opened, ret, NULL, &ignored) ==
           ERR_OK;
}

instant step_clock_due(const struct catalogue *c, const struct process_step *s, const char *counter, instant opened)
{
    struct step_span timed = {.of = s, .counter = counter, .opened = opened};
    struct deadline_step_reading reading;

    return read(c, &timed, INSTANT_NONE, &reading) ? reading.due : INSTANT_NONE;
}

/* What is used up when it is warned of is the time of a shorter step. */
instant step_clock_near(const struct catalogue *c, const struct process_step *s, const char *counter, instant opened)
{
    struct process_step before = *s;

    before.minutes -= s->near_minutes ? s->near_minutes : s->minutes / STEP_NEAR_PART;
    return step_clock_due(c, &before, counter, opened);
}

instant step_clock_near_moment(const struct catalogue *c, const struct process_step *s, const char *counter,
                               instant opened, instant until)
{
    struct step_span whole = {.of = s, .counter = counter, .opened = opened, .until = until};
    struct deadline_step_reading reading;

    if (!read(c, &whole, until, &reading) || reading.minutes_used < 1 || reading.minutes_used > INT_MAX)
        return INSTANT_NONE;

    struct process_step timed = *s;

    timed.minutes = (int)reading.minutes_used;
    return step_clock_near(c, &timed, counter, opened);
}

bool step_clock_read(const struct catalogue *c, const struct step_span *s, instant closed, struct step_clock *ret)
{
    struct deadline_step_reading reading;

    if (!read(c, s, closed, &reading))
        return false;
    *ret = (struct step_clock){.unit = s->unit,
                               .opened = s->opened,
                               .due = reading.due,
                               .minutes_used = reading.minutes_used,
                               .minutes_late = reading.minutes_late};
    return true;
}
