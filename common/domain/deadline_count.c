/* SPDX-License-Identifier: Apache-2.0 */
/* From the rule and the findings to the spans that are counted, and from a clock to its due date. */
#include "common/domain/deadline_private.h"

#include <string.h>

/* The time of a rule after its findings: the first part, and the spans added to it. */
struct chain {
    struct worktime_rule first;
    struct worktime_span more[DEADLINE_VARIANTS];
    int count;
};

/* add_span puts a span behind the chain; the same unit as before makes one longer span (15 + 10 days are 25 days). */
static void add_span(struct chain *c, struct worktime_span span)
{
    struct worktime_span *last = c->count ? &c->more[c->count - 1] : c->first.same_day ? NULL : &c->first.span;
    if (last && last->unit == span.unit) {
        last->amount += span.amount;
        last->minutes += span.minutes;
    } else {
        c->more[c->count++] = span;
    }
}

static void build_chain(const struct deadline *d, const struct deadline_rule *rule, bool reduced, struct chain *ret)
{
    ret->count = 0;
    if (d->replaced >= 0)
        ret->first = (struct worktime_rule){.span = rule->variant[d->replaced].span};
    else if (reduced)
        ret->first = (struct worktime_rule){.span = rule->reduced_span};
    else
        ret->first = rule->statutory;
    for (int i = 0; d->findings >> i; i++)
        if (d->findings >> i & 1 && !rule->variant[i].replaces)
            add_span(ret, rule->variant[i].span);
}

void deadline_unit(struct deadline *d, const struct deadline_rule *rule)
{
    struct chain c;
    build_chain(d, rule, false, &c);
    const struct worktime_span *last = c.count ? &c.more[c.count - 1] : c.first.same_day ? NULL : &c.first.span;
    d->by_days = last && !worktime_unit_works(last->unit);
    d->by_hours = last && last->unit == WORKTIME_HOURS;
}

static enum err_code count_chain(const struct deadline *d, const struct deadline_rule *rule, bool reduced,
                                 const struct worktime_calendar *cal, const struct worktime_hours *hours,
                                 const struct deadline_clock *clock, struct worktime_trace *trace, instant *ret,
                                 struct err *reterr)
{
    struct chain c;
    build_chain(d, rule, reduced, &c);
    return worktime_due_paused(&c.first, c.more, c.count, &clock->paused, cal, hours, clock->start, trace, ret, reterr);
}

/* count_rule gives the date of the rule, which no extension has moved. */
static enum err_code count_rule(const struct deadline *d, const struct deadline_rule *rule,
                                const struct worktime_calendar *cal, const struct worktime_hours *hours,
                                enum deadline_which which, struct worktime_trace *trace, bool *ret_reduced,
                                instant *ret, struct err *reterr)
{
    const struct deadline_clock *clock = &d->clock[which];
    instant by_law, shorter;
    *ret_reduced = false;
    enum err_code rc = count_chain(d, rule, false, cal, hours, clock, trace, &by_law, reterr);
    if (rc)
        return rc;
    *ret = by_law;
    if (which != DEADLINE_REPORTED || !rule->reduced || d->replaced >= 0)
        return ERR_OK;

    /* What a province announces may be shorter than the law's time, never longer. */
    struct worktime_trace told;
    rc = count_chain(d, rule, true, cal, hours, clock, trace ? &told : NULL, &shorter, reterr);
    if (!rc && shorter < by_law) {
        *ret_reduced = true;
        *ret = shorter;
        if (trace)
            *trace = told;
    }
    return rc;
}

enum err_code deadline_count(const struct deadline *d, const struct deadline_rule *rule,
                             const struct worktime_calendar *cal, const struct worktime_hours *hours,
                             enum deadline_which which, struct worktime_trace *trace, struct deadline_by *ret_by,
                             instant *ret, struct err *reterr)
{
    const struct deadline_clock *clock = &d->clock[which];
    struct worktime_trace told;
    instant promised;
    ret_by->overtaken = INSTANT_NONE;
    enum err_code rc = count_rule(d, rule, cal, hours, which, trace, &ret_by->reduced, ret, reterr);
    if (rc || !clock->extended)
        return rc;
    rc = worktime_move(cal, hours, d->promised, d->by_days, &clock->moves, trace ? &told : NULL, &promised, reterr);
    if (rc)
        return rc;
    if (promised < *ret) {
        ret_by->overtaken = promised;
        return ERR_OK;
    }
    ret_by->reduced = false;
    *ret = promised;
    if (trace)
        *trace = told;
    return ERR_OK;
}

/* ---- what is open */

int deadline_exclusion_find(const struct deadline_rule *rule, const char *code)
{
    for (int i = 0; code && i < rule->exclusion_count; i++)
        if (strcmp(rule->exclusion[i].code, code) == 0)
            return i;
    return -1;
}

uint32_t deadline_open_after(const struct deadline_rule *rule, uint32_t open, const struct deadline_fact *fact)
{
    switch (fact->kind) {
    case DEADLINE_SUPPLEMENT_REQUESTED:
        return open | OPEN_SUPPLEMENT;
    case DEADLINE_SUPPLEMENT_RECEIVED:
        return open & ~OPEN_SUPPLEMENT;
    case DEADLINE_OBLIGATION_OPENED:
        return open | OPEN_OBLIGATION;
    case DEADLINE_OBLIGATION_CLOSED:
        return open & ~OPEN_OBLIGATION;
    case DEADLINE_EXCLUDED_FROM:
        return open | OPEN_EXCLUSION(deadline_exclusion_find(rule, fact->code));
    case DEADLINE_EXCLUDED_TO:
        return open & ~OPEN_EXCLUSION(deadline_exclusion_find(rule, fact->code));
    case DEADLINE_STOPPED:
        return open | OPEN_STOP;
    case DEADLINE_RESUMED:
        return open & ~OPEN_STOP;
    case DEADLINE_RECEIVED:
    case DEADLINE_FINDING:
    case DEADLINE_ROUND_STARTED:
    case DEADLINE_ROUND_ENDED:
    case DEADLINE_EXTENDED:
    case DEADLINE_WITHDRAWN:
    case DEADLINE_SEALED:
    case DEADLINE_FACT_COUNT:
        break;
    }
    return open;
}
