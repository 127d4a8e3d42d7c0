/* SPDX-License-Identifier: Apache-2.0 */
/*
 * What worktime_cases and the bench throw: calendars, moments, spans and whole lives of dossiers. One program includes
 * it.
 *
 * The moments are thrown where rules break: openings, closings, noon, 15:00, nights, weekends, holidays, make-up
 * Saturdays, ends of months and the last days of the calendar, to the microsecond.
 */
#ifndef TAICHO_TESTS_ORACLE_THROW_H
#define TAICHO_TESTS_ORACLE_THROW_H

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "common/domain/deadline_step.h"
#include "tests/oracle/random.h"

#define FIRST_YEAR 2019
#define LAST_YEAR  2026
#define CALENDARS  16
#define DAYS_MAX   400

static const struct worktime_hours hour_sets[] = {
    {.count = 2, .open = {{420, 690}, {810, 1020}}}, /* 07:00-11:30, 13:30-17:00 */
    {.count = 2, .open = {{450, 690}, {780, 1020}}},
    {.count = 1, .open = {{480, 990}}},
    {.count = 4, .open = {{415, 541}, {560, 690}, {815, 900}, {915, 1033}}},
    {.count = 4, .open = {{0, 60}, {480, 481}, {600, 720}, {1380, 1440}}}, /* around midnight; not for dossiers */
};
#define OFFICES 4

static struct worktime_calendar calendars[CALENDARS];
static int32_t special[DAYS_MAX];
static int specials;

/* ---- calendars: the real one, and others with a few days off more; `out` is told of them */

static inline void build(struct arena *arena, FILE *out, int number, int32_t *off, size_t n, const int32_t *up,
                         size_t m)
{
    struct err e;
    if (out)
        fprintf(out, "K %d", number);
    for (int i = 0; number && i < number; i++) {
        off[n] = (int32_t)(calendars[0].first_day + random_below((uint64_t)calendars[0].day_count));
        bool taken = false;
        for (size_t j = 0; j < m; j++)
            taken = taken || up[j] == off[n];
        if (taken)
            continue;
        if (out)
            fprintf(out, " %" PRId32, off[n]);
        n++;
    }
    if (out)
        fprintf(out, "\n");
    if (worktime_calendar_build(arena, FIRST_YEAR, LAST_YEAR, off, n, up, m, &calendars[number], &e)) {
        fprintf(stderr, "%s\n", e.en);
        exit(2);
    }
}

static inline void read_calendars(struct arena *arena, const char *path, FILE *out)
{
    int32_t off[DAYS_MAX], up[DAYS_MAX];
    size_t n = 0, m = 0;
    char line[100];
    FILE *f = fopen(path, "r");
    if (!f) {
        perror(path);
        exit(2);
    }
    while (fgets(line, sizeof line, f) && specials < DAYS_MAX / 2) {
        int32_t day;
        char works = strlen(line) > 11 ? line[11] : ' ';
        line[10] = '\0';
        if (!instant_day_parse(line, &day))
            continue;
        special[specials++] = day;
        if (works == '1')
            up[m++] = day;
        else
            off[n++] = day;
    }
    fclose(f);
    for (int k = 0; k < CALENDARS; k++)
        build(arena, out, k, off, n, up, m);
}

/* ---- what is thrown */

static inline instant some_time_of_day(const struct worktime_hours *h)
{
    int i = (int)random_below((uint64_t)h->count);
    instant edge = (random_below(2) ? h->open[i].from : h->open[i].to) * INSTANT_MINUTE;
    switch (random_below(8)) {
    case 0:
        return edge;
    case 1:
        return edge + (instant)random_below(3) - 1 > 0 ? edge + (instant)random_below(3) - 1 : 0;
    case 2:
        return 15 * INSTANT_HOUR + ((instant)random_below(3) - 1) * (random_below(2) ? 1 : INSTANT_SECOND);
    case 3:
        return (instant)random_below((uint64_t)INSTANT_DAY);
    case 4:
        return (instant)random_below(24 * 60) * INSTANT_MINUTE;
    default:
        return (h->open[i].from + (instant)random_below((uint64_t)(h->open[i].to - h->open[i].from))) * INSTANT_MINUTE +
               (random_below(3) ? 0 : (instant)random_below(60) * INSTANT_SECOND);
    }
}

static inline int32_t some_day(void)
{
    const struct worktime_calendar *c = &calendars[0];
    int32_t day = c->first_day + (int32_t)random_below((uint64_t)c->day_count);
    switch (random_below(10)) {
    case 0:
    case 1:
        day = special[random_below((uint64_t)specials)] + (int32_t)random_below(7) - 3;
        break;
    case 2:
        day -= instant_day_civil(day).day + (int32_t)random_below(3) - 1; /* about the end of a month */
        break;
    case 3:
        if (random_below(4) == 0)
            day = c->first_day + c->day_count - 1 - (int32_t)random_below(80);
        break;
    default:
        break;
    }
    if (day < c->first_day)
        day = c->first_day;
    return day < c->first_day + c->day_count ? day : c->first_day + c->day_count - 1;
}

static inline instant some_moment(const struct worktime_hours *h)
{
    return instant_of_day(some_day(), 0) + some_time_of_day(h);
}

static inline struct worktime_span some_span(bool short_one)
{
    switch (random_below(4)) {
    case 0:
        return WORKTIME_SPAN_MINUTES((int64_t)random_below(short_one ? 1000 : 7000));
    case 1:
        return WORKTIME_SPAN_DAYS((int64_t)random_below(short_one ? 12 : random_below(6) ? 45 : 250));
    case 2:
        return WORKTIME_SPAN_WORKING_DAYS((int64_t)random_below(short_one ? 8 : random_below(6) ? 30 : 150));
    default:
        return WORKTIME_SPAN_MONTHS((int64_t)random_below(short_one ? 3 : random_below(6) ? 5 : 26));
    }
}

/* ---- whole dossiers */

#define FACTS 14
#define STEPS 4

struct life {
    int h, k, other; /* other: a calendar to compare with, -1 */
    struct deadline_rule rule;
    struct deadline_variant variant[3];
    struct deadline_exclusion exclusion[2];
    struct deadline_fact fact[FACTS];
    size_t facts;
    struct deadline_step step[STEPS];
    size_t steps;
    instant now;
    int notice; /* days that an apology comes before */
};

static inline void throw_rule(struct life *l)
{
    static const char *const findings[] = {"verification", "mountain", "second-agency"};
    static const char *const codes[] = {"posting", "expert"};
    l->rule = (struct deadline_rule){
        .id = "r",
        .version = 1,
        .statutory = {.span = some_span(random_below(3) > 0)},
        .variant = l->variant,
        .variant_count = (int)random_below(4),
        .exclusion = l->exclusion,
        .exclusion_count = (int)random_below(3),
        .reduced = random_below(4) == 0,
        .transferred = random_below(2),
        .transfer_cutoff = random_below(4) ? 15 * 60 : 0,
        .supplement_days = random_below(4) ? 0 : (int)random_below(7) - 1,
    };
    if (random_below(5) == 0)
        l->rule.statutory = (struct worktime_rule){.same_day = true, .cutoff_minute = random_below(3) ? 15 * 60 : 0};
    l->rule.reduced_span = some_span(true);
    if (random_below(3) == 0)
        l->rule.supplement_wait = some_span(true);
    for (int i = 0; i < l->rule.variant_count; i++)
        l->variant[i] = (struct deadline_variant){
            .finding = findings[i], .article = "a", .replaces = random_below(3) == 0, .span = some_span(true)};
    for (int i = 0; i < l->rule.exclusion_count; i++)
        l->exclusion[i] = (struct deadline_exclusion){.code = codes[i], .article = "b", .reported = random_below(2)};
}

/* gap_after throws the time until the next fact: nothing, minutes, hours, days or weeks. */
static inline instant gap_after(instant t, const struct worktime_hours *h)
{
    switch (random_below(6)) {
    case 0:
        return t;
    case 1:
        return t + (instant)random_below(240) * INSTANT_MINUTE;
    case 2:
        return t + (instant)random_below(3 * 86400) * INSTANT_SECOND;
    case 3: { /* an edge of some later day */
        instant next = instant_of_day(instant_day(t) + (int32_t)random_below(6), 0) + some_time_of_day(h);
        return next > t ? next : t;
    }
    default:
        return t + (instant)random_below(12 * 24 * 60) * INSTANT_MINUTE;
    }
}

/* closes says whether a fact ends what the kind before it in the list opened. */
static inline bool closes(enum deadline_fact_kind kind)
{
    return kind == DEADLINE_SUPPLEMENT_RECEIVED || kind == DEADLINE_OBLIGATION_CLOSED || kind == DEADLINE_EXCLUDED_TO ||
           kind == DEADLINE_ROUND_ENDED;
}

static inline bool ends(enum deadline_fact_kind kind)
{
    return kind == DEADLINE_SEALED || kind == DEADLINE_WITHDRAWN || kind == DEADLINE_STOPPED;
}

/* fits says whether a fact may come now; the thrower mostly keeps to it, so that lives become long. */
static inline bool fits(const struct life *l, enum deadline_fact_kind kind, uint32_t open, bool ended)
{
    if (kind == DEADLINE_RECEIVED || ended != (kind == DEADLINE_RESUMED))
        return false;
    if (kind == DEADLINE_FINDING && !l->rule.variant_count)
        return false;
    if (kind == DEADLINE_EXCLUDED_FROM && !l->rule.exclusion_count)
        return false;
    return closes(kind) ? open >> (kind - 1) & 1 : !(open >> kind & 1);
}

/* The new date; and by what the letter is judged, where that is not what is known as it is heard of. */
static inline void throw_extension(struct deadline_fact *x, const struct worktime_hours *h)
{
    x->due = gap_after(gap_after(x->at + (instant)random_below(100) * INSTANT_DAY, h), h);
    if (random_below(2))
        x->apology.sealed_at =
            x->at - (instant)random_below(10) * INSTANT_DAY - (instant)random_below(24) * INSTANT_HOUR;
    if (random_below(2))
        x->apology.nearest = x->at + (instant)random_below(10) * INSTANT_DAY - 5 * INSTANT_DAY;
    if (random_below(2))
        x->apology.notice = 1 + (int)random_below(4);
}

/* A period that is left out; of most it is known until when, before or after another fact of these. */
static inline void throw_period(const struct life *l, struct deadline_fact *x)
{
    x->code = l->rule.exclusion_count ? l->exclusion[random_below((uint64_t)l->rule.exclusion_count)].code : "none";
    if (random_below(4))
        x->known = x->at + (instant)random_below(20) * INSTANT_DAY - 10 * INSTANT_DAY;
}

static inline void throw_fact(struct life *l, instant t, uint32_t *open, bool *ended)
{
    struct deadline_fact x = {.at = t};
    for (int tries = 0; tries < 12; tries++) {
        x.kind = (enum deadline_fact_kind)random_below(DEADLINE_FACT_COUNT);
        if (ends(x.kind) && random_below(4))
            continue;
        if (fits(l, x.kind, *open, *ended) || random_below(400) == 0)
            break;
    }
    x.code = random_below(60) ? "reason" : NULL;
    if (x.kind == DEADLINE_FINDING)
        x.code = random_below(100) && l->rule.variant_count
                     ? l->variant[random_below((uint64_t)l->rule.variant_count)].finding
                     : "unknown";
    if (x.kind == DEADLINE_EXCLUDED_FROM)
        throw_period(l, &x);
    if (x.kind == DEADLINE_EXCLUDED_TO)
        for (size_t i = 0; i < l->facts; i++)
            if (l->fact[i].kind == DEADLINE_EXCLUDED_FROM)
                x.code = l->fact[i].code;
    if (x.kind == DEADLINE_EXCLUDED_TO && random_below(3) == 0) /* earlier than was recorded: what was counts nothing */
        x.due = t + (instant)(1 + random_below(30)) * INSTANT_DAY;
    if (x.kind == DEADLINE_OBLIGATION_OPENED && random_below(40))
        x.reference = "TB-1";
    if (x.kind == DEADLINE_EXTENDED)
        throw_extension(&x, &hour_sets[l->h]);
    *open |= UINT32_C(1) << x.kind;
    if (closes(x.kind))
        *open &= ~(UINT32_C(3) << (x.kind - 1));
    *open &= ~(UINT32_C(1) << DEADLINE_FINDING);
    *ended = ends(x.kind);
    l->fact[l->facts++] = x;
}

static inline void throw_life(struct life *l)
{
    const instant last = instant_of_day(calendars[0].first_day + calendars[0].day_count, 0) - 1;
    uint32_t open = 0;
    bool ended = false;
    *l = (struct life){.h = (int)random_below(OFFICES), .k = (int)random_below(CALENDARS), .other = -1};
    const struct worktime_hours *h = &hour_sets[l->h];
    throw_rule(l);
    instant t = some_moment(h);
    if (l->rule.variant_count && random_below(6) == 0)
        l->fact[l->facts++] =
            (struct deadline_fact){.kind = DEADLINE_FINDING, .at = t - INSTANT_HOUR, .code = l->variant[0].finding};
    l->fact[l->facts++] = (struct deadline_fact){
        .kind = DEADLINE_RECEIVED, .at = t, .due = random_below(8) ? 0 : t + (instant)random_below(20) * INSTANT_DAY};
    size_t wanted = l->facts + random_below(FACTS - 2);
    while (l->facts < wanted) {
        instant next = gap_after(t, h);
        if (next > last)
            break;
        throw_fact(l, t = next, &open, &ended);
        if (ended && l->fact[l->facts - 1].kind != DEADLINE_STOPPED && random_below(100))
            break;
    }
    instant now = gap_after(gap_after(t, h), h);
    l->now = now > last ? last : now;
    l->notice = 1 + (int)random_below(4);

    instant received = l->fact[0].at + INSTANT_HOUR;
    for (uint64_t n = random_below(STEPS + 1); l->steps < n;) {
        instant opened = gap_after(received, h), closed = gap_after(opened, h);
        opened = opened < l->now ? opened : l->now;
        closed = closed < l->now ? closed : l->now;
        l->step[l->steps++] = (struct deadline_step){
            .opened = opened,
            .closed = random_below(4) ? closed : INSTANT_NONE,
            .minutes_allowed = (int64_t)random_below(2000),
            .until = random_below(4) ? 0 : gap_after(opened, h),
        };
        received = opened;
    }
    if (random_below(6) == 0)
        l->other = (int)random_below(CALENDARS);
}

#endif
