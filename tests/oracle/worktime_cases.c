/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Random cases of the working-time engine with its answers, one a line, for an independent second implementation
 * (clock.py) to answer again: worktime_cases CALENDAR.CSV COUNT [SEED]. What stands before " = " is the question.
 *
 * The starts are thrown where rules break: openings, closings, noon, 15:00, nights, weekends, holidays, make-up
 * Saturdays, ends of months and the last days of the calendar, to the microsecond.
 */
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

static struct arena *arena;
static struct worktime_calendar calendars[CALENDARS];
static int32_t special[DAYS_MAX];
static int specials;

/* ---- calendars: the real one, and others with a few days off more */

static void build(int number, int32_t *off, size_t n, const int32_t *up, size_t m)
{
    struct err e;
    printf("K %d", number);
    for (int i = 0; number && i < number; i++) {
        off[n] = (int32_t)(calendars[0].first_day + random_below((uint64_t)calendars[0].day_count));
        bool taken = false;
        for (size_t j = 0; j < m; j++)
            taken = taken || up[j] == off[n];
        if (taken)
            continue;
        printf(" %" PRId32, off[n++]);
    }
    printf("\n");
    if (worktime_calendar_build(arena, FIRST_YEAR, LAST_YEAR, off, n, up, m, &calendars[number], &e)) {
        fprintf(stderr, "%s\n", e.en);
        exit(2);
    }
}

static void read_calendars(const char *path)
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
        build(k, off, n, up, m);
}

/* ---- what is thrown */

static instant some_time_of_day(const struct worktime_hours *h)
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

static int32_t some_day(void)
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

static instant some_moment(const struct worktime_hours *h)
{
    return instant_of_day(some_day(), 0) + some_time_of_day(h);
}

static struct worktime_span some_span(bool short_one)
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

/* ---- writing */

static void put_span(struct worktime_span s)
{
    printf("%s,%" PRId64, worktime_unit_name(s.unit), s.unit == WORKTIME_HOURS ? s.minutes : s.amount);
}

static void put_text(const char *s)
{
    fputs(s && *s ? s : "-", stdout);
}

/* A refusal is its field; with the year when it is the calendar's. */
static void put_refusal(const struct err *e)
{
    size_t n = strlen(e->en);
    if (strcmp(e->field, "calendar") == 0 && n > 4)
        printf(" !calendar:%s", e->en + n - 4);
    else
        printf(" !%s", e->field);
}

static void put_result(enum err_code rc, int64_t value, const struct err *e)
{
    if (rc)
        put_refusal(e);
    else
        printf(" %" PRId64, value);
    printf("\n");
}

/* ---- single calculations */

static void case_add(void)
{
    int h = (int)random_below(COUNT_OF(hour_sets)), k = (int)random_below(CALENDARS);
    instant from = some_moment(&hour_sets[h]), due = 0;
    struct worktime_span span = some_span(false);
    struct err e;
    enum err_code rc = worktime_add(&calendars[k], &hour_sets[h], from, span, NULL, &due, &e);
    printf("A %d %d %" PRId64 " ", h, k, from);
    put_span(span);
    printf(" =");
    put_result(rc, due, &e);
}

static void case_cutoff(bool transfer)
{
    static const int cutoffs[] = {0, 15 * 60, 15 * 60, 15 * 60, 16 * 60 + 30, 10 * 60, 20 * 60};
    int h = (int)random_below(COUNT_OF(hour_sets)), k = (int)random_below(CALENDARS);
    int cutoff = cutoffs[random_below(COUNT_OF(cutoffs))];
    const struct worktime_rule rule = {.same_day = true, .cutoff_minute = cutoff};
    instant from = some_moment(&hour_sets[h]), due = 0;
    struct err e;
    enum err_code rc = transfer ? worktime_transfer_due(&calendars[k], &hour_sets[h], cutoff, from, NULL, &due, &e)
                                : worktime_due(&rule, &calendars[k], &hour_sets[h], from, NULL, &due, &e);
    printf("%c %d %d %" PRId64 " %d =", transfer ? 'T' : 'S', h, k, from, cutoff);
    put_result(rc, due, &e);
}

static void case_between(void)
{
    int h = (int)random_below(COUNT_OF(hour_sets)), k = (int)random_below(CALENDARS);
    instant a = some_moment(&hour_sets[h]);
    instant b = random_below(10)
                    ? a + (instant)random_below(60) * INSTANT_DAY + (instant)random_below(1000) * INSTANT_MINUTE
                    : some_moment(&hour_sets[h]);
    struct err e;
    int64_t minutes = 0;
    enum err_code rc = worktime_between(&calendars[k], &hour_sets[h], a, b, &minutes, &e);
    printf("B %d %d %" PRId64 " %" PRId64 " =", h, k, a, b);
    put_result(rc, minutes, &e);
}

static void case_opening(void)
{
    int h = (int)random_below(COUNT_OF(hour_sets)), k = (int)random_below(CALENDARS);
    instant from = some_moment(&hour_sets[h]), t = 0;
    struct err e;
    enum err_code rc = worktime_next_opening(&calendars[k], &hour_sets[h], from, &t, &e);
    printf("O %d %d %" PRId64 " =", h, k, from);
    put_result(rc, t, &e);
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
};

static void throw_rule(struct life *l)
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
static instant gap_after(instant t, const struct worktime_hours *h)
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

/* fits says whether a fact may come now; the thrower mostly keeps to it, so that lives become long. */
static bool fits(const struct deadline_fact *x, const uint32_t *open, bool ended)
{
    bool is_open = *open >> x->kind & 1;
    switch (x->kind) {
    case DEADLINE_SUPPLEMENT_RECEIVED:
    case DEADLINE_OBLIGATION_CLOSED:
    case DEADLINE_EXCLUDED_TO:
    case DEADLINE_ROUND_ENDED:
        return !ended && (*open >> (x->kind - 1) & 1);
    case DEADLINE_RESUMED:
        return ended;
    case DEADLINE_RECEIVED:
        return false;
    default:
        return !ended && !is_open;
    }
}

static void throw_fact(struct life *l, instant t, uint32_t *open, bool *ended)
{
    struct deadline_fact x = {.at = t};
    for (int tries = 0; tries < 12; tries++) {
        x.kind = (enum deadline_fact_kind)random_below(DEADLINE_FACT_COUNT);
        bool closing = x.kind == DEADLINE_SEALED || x.kind == DEADLINE_WITHDRAWN || x.kind == DEADLINE_STOPPED;
        if (closing && random_below(4))
            continue;
        if (fits(&x, open, *ended) || random_below(150) == 0)
            break;
    }
    x.code = random_below(25) ? "reason" : NULL;
    if (x.kind == DEADLINE_FINDING)
        x.code = random_below(30) && l->rule.variant_count
                     ? l->variant[random_below((uint64_t)l->rule.variant_count)].finding
                     : "unknown";
    if (x.kind == DEADLINE_EXCLUDED_FROM || x.kind == DEADLINE_EXCLUDED_TO)
        x.code = l->rule.exclusion_count ? l->exclusion[random_below((uint64_t)l->rule.exclusion_count)].code : "none";
    if (x.kind == DEADLINE_OBLIGATION_OPENED && random_below(40))
        x.reference = "TB-1";
    if (x.kind == DEADLINE_EXTENDED)
        x.due = gap_after(gap_after(t + (instant)random_below(40) * INSTANT_DAY, &hour_sets[l->h]), &hour_sets[l->h]);
    *open |= UINT32_C(1) << x.kind;
    if (x.kind == DEADLINE_SUPPLEMENT_RECEIVED || x.kind == DEADLINE_OBLIGATION_CLOSED ||
        x.kind == DEADLINE_EXCLUDED_TO || x.kind == DEADLINE_ROUND_ENDED)
        *open &= ~(UINT32_C(3) << (x.kind - 1));
    *open &= ~(UINT32_C(1) << DEADLINE_FINDING);
    *ended = x.kind == DEADLINE_SEALED || x.kind == DEADLINE_WITHDRAWN || x.kind == DEADLINE_STOPPED;
    l->fact[l->facts++] = x;
}

static void throw_life(struct life *l)
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
    }
    instant now = gap_after(gap_after(t, h), h);
    l->now = now > last ? last : now;

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

static void put_life(const struct life *l)
{
    const struct deadline_rule *r = &l->rule;
    printf("D %d %d %d ", l->h, l->k, l->other);
    put_span(r->statutory.span);
    printf(",%d,%d,%d,", r->statutory.same_day, r->statutory.cutoff_minute, r->reduced);
    put_span(r->reduced_span);
    printf(",%d,%d,%d,", r->transferred, r->transfer_cutoff, r->supplement_days);
    put_span(r->supplement_wait);
    printf(" -");
    for (int i = 0; i < r->variant_count; i++) {
        printf(";%s,%d,", l->variant[i].finding, l->variant[i].replaces);
        put_span(l->variant[i].span);
    }
    printf(" -");
    for (int i = 0; i < r->exclusion_count; i++)
        printf(";%s,%d", l->exclusion[i].code, l->exclusion[i].reported);
    printf(" -");
    for (size_t i = 0; i < l->facts; i++) {
        const struct deadline_fact *x = &l->fact[i];
        printf(";%s,%" PRId64 ",", deadline_fact_name(x->kind), x->at);
        put_text(x->code);
        printf(",");
        put_text(x->reference);
        printf(",%" PRId64, x->due);
    }
    printf(" %" PRId64 " -", l->now);
    for (size_t i = 0; i < l->steps; i++)
        printf(";%" PRId64 ",%" PRId64 ",%" PRId64 ",%" PRId64, l->step[i].opened,
               l->step[i].closed == INSTANT_NONE ? 0 : l->step[i].closed, l->step[i].minutes_allowed, l->step[i].until);
    printf(" =");
}

static void put_moment(instant t)
{
    printf(" %" PRId64, t == INSTANT_NONE ? 0 : t);
}

static void put_deadline(const struct deadline *d)
{
    for (int w = 0; w < DEADLINE_CLOCKS; w++)
        put_moment(d->clock[w].due);
    put_moment(d->promised_first);
    put_moment(d->promised);
    put_moment(d->transfer_due);
    put_moment(d->supplement_until);
    printf(" %d,%d,%" PRId64, d->supplements, d->rounds, d->rework_us);
    for (int b = 0; b < DEADLINE_BREACH_COUNT; b++) {
        const struct deadline_breach *x = &d->breach[b];
        printf(" %d,%" PRId64 ",%" PRId64, x->count, x->count ? x->at : 0,
               x->count && x->limit != INSTANT_NONE ? x->limit : 0);
    }
}

static void case_life(void)
{
    struct life l;
    struct deadline d;
    struct deadline_reading reading[DEADLINE_CLOCKS];
    struct deadline_step_reading steps[STEPS];
    struct deadline_change change;
    struct err e;
    instant apology;
    int64_t uncharged;

    throw_life(&l);
    put_life(&l);
    const struct worktime_calendar *cal = &calendars[l.k];
    const struct worktime_hours *h = &hour_sets[l.h];
    if (deadline_fold(&l.rule, cal, h, l.fact, l.facts, NULL, &d, &e)) {
        put_refusal(&e);
        printf("\n");
        return;
    }
    put_deadline(&d);
    for (int w = 0; w < DEADLINE_CLOCKS; w++) {
        struct deadline_reading *r = &reading[w];
        if (deadline_read(&d, cal, h, (enum deadline_which)w, l.now, r, &e)) {
            put_refusal(&e);
            printf("\n");
            return;
        }
        printf(" %d,%s,%" PRId64 ",%" PRId64 ",%" PRId64 ",%s,%d", (int)r->state, deadline_hold_name(r->hold),
               r->judged_at, r->elapsed_minutes, r->late_minutes, deadline_lateness_name(r->lateness),
               r->late_by_supplements);
    }
    if (deadline_apology_by(&d, cal, h, &apology, &e))
        put_refusal(&e);
    else
        put_moment(apology);
    if (deadline_steps(&l.rule, cal, h, l.fact, l.facts, l.step, l.steps, reading[DEADLINE_REPORTED].late_minutes,
                       l.now, steps, &uncharged, &e)) {
        put_refusal(&e);
    } else {
        for (size_t i = 0; i < l.steps; i++)
            printf(" %" PRId64 ",%" PRId64 ",%" PRId64 ",%" PRId64 ",%s", steps[i].due, steps[i].minutes_used,
                   steps[i].minutes_late, steps[i].minutes_charged, deadline_lateness_name(steps[i].lateness));
        printf(" %" PRId64, uncharged);
    }
    if (l.other >= 0) {
        if (deadline_compare(&l.rule, cal, &calendars[l.other], h, l.fact, l.facts, &change, &e))
            put_refusal(&e);
        else
            printf(" %d,%" PRId64 ",%" PRId64 ",%" PRId64 ",%" PRId64 ",%" PRId32, change.changed, change.before[0],
                   change.before[1], change.after[0], change.after[1], change.day == INT32_MIN ? 0 : change.day);
    }
    printf("\n");
}

int main(int argc, char **argv)
{
    if (argc < 3 || argc > 4) {
        fprintf(stderr, "usage: worktime_cases CALENDAR.CSV COUNT [SEED]\n");
        return 2;
    }
    long count = strtol(argv[2], NULL, 10);
    random_seed(argc > 3 ? strtoull(argv[3], NULL, 10) : 1);
    arena = arena_new(8 << 20);
    for (size_t i = 0; i < COUNT_OF(hour_sets); i++) {
        printf("H %zu", i);
        for (int j = 0; j < hour_sets[i].count; j++)
            printf(" %d-%d", hour_sets[i].open[j].from, hour_sets[i].open[j].to);
        printf("\n");
    }
    read_calendars(argv[1]);
    for (long i = 0; i < count; i++) {
        uint64_t kind = random_below(20);
        if (kind < 4)
            case_add();
        else if (kind < 6)
            case_cutoff(kind == 4);
        else if (kind == 6)
            case_between();
        else if (kind == 7)
            case_opening();
        else
            case_life();
    }
    arena_free(arena);
    return 0;
}
